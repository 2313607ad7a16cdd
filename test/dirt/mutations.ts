/**
 * Texts as they should not be: some lines of a real one, cut, joined, doubled, with characters lost or broken. Whatever comes
 * of it is read in time, and no rule is lost, made or changed unless a finding says so.
 */
import type { Finding } from '../../src/model/finding.js';
import { parseTexts } from '../../src/parse/index.js';
import { linesOf } from '../../src/parse/text.js';

/** Milliseconds within which any text is dealt with. */
export const LIMIT = 2000;
/** Lines of a text that are taken at most: a page, so that many are read in an hour. */
const MOST_LINES = 40;

/** Numbers from 0 below 1, the same ones for a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What stands in texts by mistake. */
const STRAY = [
  '\ufffd',
  'Ã©',
  '\u0000',
  '\u00a0',
  '\u200b',
  '–',
  '“',
  '&quot;',
  '**',
  '\\',
  '"',
  "'",
  '#',
  '> ',
  '[...]',
  '\u001b[0m',
  '<-- this',
  ' -A ',
  '-',
  '\r',
  '\n',
  ' ',
];

type Mutation = (text: string, random: () => number) => string;

const below = (random: () => number, end: number) => Math.floor(random() * end);
const inLines =
  (change: (lines: string[], at: number, random: () => number) => void): Mutation =>
  (text, random) => {
    const lines = text.split('\n');
    change(lines, below(random, lines.length), random);
    return lines.join('\n');
  };

const MUTATIONS: readonly Mutation[] = [
  // a line is lost, cut, doubled, joined to the next, moved, broken, put behind a mark
  inLines((lines, at) => lines.splice(at, 1)),
  inLines((lines, at, random) => {
    lines[at] = lines[at]!.slice(0, below(random, lines[at]!.length + 1));
  }),
  inLines((lines, at) => lines.splice(at, 0, lines[at]!)),
  inLines((lines, at, random) => lines.splice(at, 2, lines.slice(at, at + 2).join(random() < 0.5 ? ' ' : ''))),
  inLines((lines, at, random) => lines.splice(below(random, lines.length), 0, ...lines.splice(at, 1))),
  inLines((lines, at, random) => {
    const cut = below(random, lines[at]!.length + 1);
    lines.splice(at, 1, lines[at]!.slice(0, cut), lines[at]!.slice(cut));
  }),
  inLines((lines, at, random) => {
    lines[at] = ['> ', '#', '# ', '+', '-', '  12  ', 'X', '- ', 'web-1  | '][below(random, 9)]! + lines[at]!;
  }),
  // characters are lost, swapped, broken; some stray ones come in
  (text, random) => {
    const at = below(random, text.length);
    return text.slice(0, at) + text.slice(at + 1 + below(random, 4));
  },
  (text, random) => {
    const at = below(random, text.length);
    return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
  },
  (text, random) => {
    const at = below(random, text.length);
    return text.slice(0, at) + STRAY[below(random, STRAY.length)]! + text.slice(at);
  },
  (text, random) => text.slice(below(random, text.length)),
  (text, random) => text.slice(0, below(random, text.length)),
];

/** A text that a seed makes of one of those. */
export function mutated(texts: readonly string[], seed: number): string {
  const random = randomOf(seed);
  for (let i = 0; i < 3; i++) random();
  const lines = texts[below(random, texts.length)]!.split('\n');
  const from = random() < 0.3 ? 0 : below(random, lines.length);
  let text = `${lines.slice(from, from + 1 + below(random, MOST_LINES)).join('\n')}\n`;
  for (let count = 1 + below(random, 4); count > 0; count--)
    text = MUTATIONS[below(random, MUTATIONS.length)]!(text, random);
  return text;
}

const MOST_WRAPPED = 50;
const RULE = /^[ \t]*(?:\[\d+:\d+\][ \t]*)?-A[ \t]+\S/;

/** What is wrong with how a text is read; undefined: nothing. */
export function faultOf(text: string): string | undefined {
  const findings: Finding[] = [];
  const begun = performance.now();
  let input: ReturnType<typeof parseTexts>;
  try {
    input = parseTexts([{ name: 'x', text }], { add: (finding) => findings.push(finding) });
  } catch (error) {
    return `throws ${String(error)}`;
  }
  const taken = performance.now() - begun;
  if (taken > LIMIT) return `takes ${Math.round(taken)} ms`;
  const lines = linesOf(text);
  const wrong = findings.find(
    ({ place }) => place !== undefined && (lines[place.line - 1]?.text ?? '') !== place.source,
  );
  if (wrong !== undefined) return `${wrong.code} has a place that is none`;
  if (input.recognised.length === 0) return undefined;
  // old sets have lines as rules have them
  if (input.sets.length > 0 && /^\s*-N/m.test(text)) return undefined;

  const said = new Set(findings.flatMap(({ place }) => place?.line ?? []));
  // a rule of several lines is wrong in one of them
  const saidNear = (line: number) => [...said].some((one) => one >= line && one < line + MOST_WRAPPED);
  const cleaned = findings.some(({ code }) => CLEANED.test(code));
  const has = (...codes: readonly string[]) => findings.some(({ code }) => codes.includes(code));
  const unsaid =
    (input.taken.some(({ as }) => as === 'unknown') && !has('not-a-rule', 'like-a-rule')) ||
    (input.taken.some(({ as }) => as === 'commented') && !has('commented-out'));
  if (unsaid) return 'lines that are not understood are not said to be';
  const covered = (line: number) => input.taken.some(({ from, to }) => line >= from && line <= (to ?? Infinity));
  const hole = lines.find(
    ({ number, text: line }) => /\w{3}/.test(line) && !/^\s*(?:```|~~~)/.test(line) && !covered(number),
  );
  if (hole !== undefined && !cleaned) return `line ${hole.number} is taken for nothing`;
  const made = new Map<number, string>();
  const counts = new Map<number, number>();
  for (const table of input.tables)
    for (const { rules } of table.chains.values())
      for (const { line, source, refused } of rules) {
        made.set(line, source);
        counts.set(line, (counts.get(line) ?? 0) + 1);
        if (refused && !saidNear(line)) return `line ${line} is refused without a word`;
      }
  for (const { number, text: line } of lines) {
    const source = made.get(number);
    const isRule = RULE.test(line);
    if (isRule && source === undefined && !said.has(number) && !cleaned) return `line ${number} is lost`;
    // where nothing can be a remark or stand in quotes
    const several = isRule && !/["'#<←\\]|\/\//.test(line) ? (line.match(/(?:^|\s)-A [A-Z]{2}/g) ?? []).length : 0;
    if (several > 1 && (counts.get(number) ?? 0) < several && !said.has(number))
      return `a rule of line ${number} is lost`;
    if (source !== undefined && source.trim() !== line.trim() && !cleaned && !isListed(input, number))
      return `line ${number} is read as ${source}`;
  }
  return undefined;
}

/** Says that a line, or what stands in it, was taken for something else. */
const CLEANED = /^(?:cleaned-|commands$|commented-out|not-a-rule|like-a-rule|removed-line|undone-command|firewalld)/;

const isListed = ({ taken }: ReturnType<typeof parseTexts>, line: number): boolean =>
  taken.some(({ as, from, to }) => as === 'listing' && line >= from && line <= (to ?? Infinity));
