/** Words of a rule in a listing that a terminal has parted, where it wrapped the line and filled it with blanks: `ctstate N      EW`. */
import type { Finding } from '../../../model/finding.js';
import type { Table, Word } from '../../../model/ruleset.js';
import type { Family } from '../../../net/address.js';
import { type CleanLine, replaced } from '../../dirt/drawn.js';
import { parseRules } from '../rule.js';
import type { Columns } from './lines.js';
import { type RuleLine, ruleLine } from './rule-line.js';
import { ReadyWords, wordsOfRule } from './words.js';

/** Blanks that part a word are looked for in so much of a line, and at so many places. */
const LONGEST = 2000;
const MOST = 8;

/** The words that a save has for a rule; where more of it is understood without some blanks, the line without them. */
export function wholeWords(
  line: CleanLine,
  rule: RuleLine,
  columns: Columns | undefined,
  { name: table, family }: Pick<Table, 'name' | 'family'>,
): { readonly words: readonly Word[]; readonly line: CleanLine } {
  const { words, unread } = wordsOfRule(line.text, rule, family);
  const places = unread.length === 0 ? [] : [...line.text.slice(0, LONGEST).matchAll(/(?<=\S) {3,}(?=\S)/g)];
  for (const { index } of places.filter((place) => place.index >= rule.rest).slice(0, MOST)) {
    const whole = replaced(line, / {3,}/g, (found, at) => (at === index ? '' : found), 'joined');
    const other = ruleLine(whole.text, columns, family);
    const read = other && wordsOfRule(whole.text, other, family);
    if (read !== undefined && read.unread.length < unread.length && isRead(read.words, table, family))
      return { words: read.words, line: whole };
  }
  return { words, line };
}

/** Whether nothing is wrong with a rule, or open: two words that are one by chance are mostly none. */
function isRead(words: readonly Word[], table: Table['name'], family: Family): boolean {
  const findings: Finding[] = [];
  const from = { family, table, chain: '', file: '', line: 0, source: '', counters: undefined, listed: true };
  const rules = parseRules(new ReadyWords(words), from, { add: (finding) => findings.push(finding) });
  return findings.length === 0 && rules.every(({ matches }) => matches.every(({ known }) => known));
}
