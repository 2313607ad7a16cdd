/** What was cleaned away and what was not understood: one finding for each kind of thing, which names the lines. */
import type { Findings, Severity } from '../../model/finding.js';
import { type Line, placeOfLine } from '../text.js';
import type { Cleaning, CleanLine } from './drawn.js';

/** Codes are `cleaned-` and the kind; undefined: nothing is said of it. */
export const CLEANED: Readonly<Record<Cleaning, string | undefined>> = {
  colours: 'colours and other signs for a terminal are left out',
  entities: 'HTML entities stand for the characters that they name',
  tags: 'tags of HTML and of forums are left out',
  spaces: 'blanks of other widths, and characters without a width, are taken as what they stand for',
  dashes: 'dashes as programs for prose make them are taken as - and --',
  quotes: 'quotes as programs for prose make them are taken as plain ones',
  marks: 'marks of Markdown are left out',
  prefix: 'what stands before the line is no part of it',
  string: 'the line stands in a string of JSON or YAML',
  added: 'the + of a diff is no part of the line',
  joined: 'the line is taken together with those that it goes on in',
  parted: 'several lines stand in one',
  remark: 'what stands behind this is a remark, and is left out',
  placeholder: 'what stands in brackets is a name in place of an address',
  template: "a template's variable stands for what is not known here",
  expanded: undefined,
};

/** Says what was done to lines that are read. */
export function sayCleaned(lines: readonly CleanLine[], file: string, findings: Findings): void {
  const by = new Map<Cleaning, Line[]>();
  for (const line of lines)
    for (const one of line.cleaned) {
      const own = by.get(one);
      if (own === undefined) by.set(one, [line]);
      else if (own.at(-1) !== line) own.push(line);
    }
  for (const [one, own] of by) {
    const message = CLEANED[one];
    if (message !== undefined) sayOnce('note', `cleaned-${one}`, message, own, file, findings);
  }
}

/** Ranges of lines that a finding names beside its own place. */
const NAMED = 8;

/** One finding at the first of the lines, which names the others. */
export function sayOnce(
  severity: Severity,
  code: string,
  message: string,
  lines: readonly Line[],
  file: string,
  findings: Findings,
  hint?: string,
): void {
  const [first] = lines;
  if (first === undefined) return;
  const ranges = rangesOf(lines);
  const [own, ...others] = ranges;
  const to = own![1] > own![0] ? `to line ${own![1]}` : undefined;
  const named = others.slice(0, NAMED).map(([from, end]) => (from === end ? `${from}` : `${from}-${end}`));
  const more = others.length > NAMED ? ', …' : '';
  const also =
    named.length === 0
      ? undefined
      : `also ${named.length === 1 && !named[0]!.includes('-') ? 'line' : 'lines'} ${named.join(', ')}${more}`;
  const where = [to, also].filter((one) => one !== undefined).join('; ');
  findings.add({
    severity,
    code,
    message: where === '' ? message : `${message} (${where})`,
    place: placeOfLine(file, first),
    hint,
  });
}

/** From and to, of line numbers that follow each other. */
export function rangesOf(lines: readonly Line[]): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  for (const { number } of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && number >= last[0] && number <= last[1] + 1) last[1] = Math.max(last[1], number);
    else ranges.push([number, number]);
  }
  return ranges;
}
