/** One line's rules: read word by word (rule-reader.ts), held against what their extensions ask for (rule-check.ts). */
import type { Finding, Findings } from '../../model/finding.js';

import { placeOf, type Rule, ruleWith, type Span } from '../../model/ruleset.js';
import type { Masked } from '../../net/address.js';
import { checkUse } from './rule-check.js';
import { RuleReader, type RuleSource } from './rule-reader.js';
import type { RuleWords } from './rule-words.js';
import { Refused } from './word-reader.js';

/**
 * Reads the words behind `-A CHAIN`. A rule comes back in any case, `refused` where it is not whole. Where -s or -d lists
 * addresses, iptables makes a rule of each: for every source one of every destination (append_entry of iptables.c).
 */
export function parseRules(words: RuleWords, from: RuleSource, findings: Findings): Rule[] {
  const reader = new RuleReader(words, from);
  const rule = read(reader, words, from, findings);
  if (reader.otherFamily) {
    const message = `the rule is for IPv${from.family === 4 ? 6 : 4} alone, and is left out`;
    findings.add({ severity: 'note', code: 'other-family', message, place: placeOf(rule) });
    return [];
  }
  const { src, dst } = reader.lists;
  if (rule.refused || (src.length < 2 && dst.length < 2)) return [rule];
  return variants(rule, 'src', src).flatMap((one) => variants(one, 'dst', dst));
}

function variants(rule: Rule, side: 'src' | 'dst', addresses: readonly Masked[]): Rule[] {
  const given = rule.head[side];
  if (given === undefined) return [rule];
  return addresses.map((value) => ruleWith(rule, { head: { ...rule.head, [side]: { ...given, value } } }));
}

function read(reader: RuleReader, words: RuleWords, from: RuleSource, findings: Findings): Rule {
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const rule = ruleOf(from, reader, true);
    const { code, message, at } = error;
    const hint = hintOf(error, from.source);
    findings.add({ severity: 'error', code, message, place: placeOf(rule, at), hint, ofRule: true });
    return ruleWith(rule, { target: rule.target ?? verdictIn(words) });
  }
  const rule = ruleOf(from, reader, false);
  if (reader.otherFamily) return rule;
  for (const { at, question } of openOptions(reader)) findings.add(unknownName(rule, question, at));
  let sound = true;
  for (const use of reader.loaded) if (!checkUse(use, rule, from, findings)) sound = false;
  return sound ? rule : ruleWith(rule, { refused: true });
}

/** The verdict that stands behind what stopped the reading: it is what the rule does, whatever it asks. */
function verdictIn(words: RuleWords): Rule['target'] {
  for (let word = words.take(); word !== undefined; word = words.take()) {
    const next = word.text === '-j' ? words.take() : undefined;
    const verdict = next && VERDICTS.find((one) => one === next.text);
    if (verdict !== undefined) return { kind: 'verdict', verdict, at: next!.at };
  }
  return undefined;
}
const VERDICTS = ['ACCEPT', 'DROP', 'RETURN'] as const;

/** What the rule leaves open because of a name: options of its own, and of its extensions. */
function openOptions({ unsaid, loaded }: RuleReader): { question: string; at: Span | undefined }[] {
  const uses = loaded.flatMap(({ open }) => (open?.question.startsWith('name:') ? [open] : []));
  return [...unsaid, ...uses.map(({ question, words }) => ({ question, at: words.at(-1)?.at }))];
}

const unknownName = (rule: Rule, question: string, at: Span | undefined): Finding => {
  const name = question.replace(/^name:(! )?\S+ /, '');
  return {
    severity: 'warning',
    code: 'name-not-known',
    message: `what ${name} stands for is not known`,
    place: placeOf(rule, at),
    hint: `whether the packet has it is an open question: --assume '${question}=yes' or =no settles it`,
  };
};

/** Plain quotes and dashes as word processors and web pages set them. A word is stray because of a quote before it. */
function hintOf({ code, at, hint }: Refused, source: string): string | undefined {
  const end = at.column - 1 + at.length;
  const found = /[“”‘’–—]/.exec(source.slice(code === 'stray-word' ? 0 : at.column - 1, end))?.[0];
  if (found === undefined) return hint;
  return `${found} is no plain ${'–—'.includes(found) ? 'dash: - and -- begin options' : 'quote: " holds words together'}`;
}

const ruleOf = (from: RuleSource, reader: RuleReader, refused: boolean): Rule => ({
  chain: from.chain,
  file: from.file,
  line: from.line,
  source: from.source,
  ...(from.written && { written: from.written }),
  ...(reader.unsaid.length > 0 && { unsaid: reader.unsaid }),
  counters: reader.counters ?? from.counters,
  head: reader.head,
  matches: reader.matches,
  target: reader.target,
  refused,
});
