/**
 * Findings and errors as the command prints them, in the language that it speaks. Findings that say the same of several
 * places stand together, unless all are asked for.
 */
import { formatProblem, type Place } from '../errors.js';
import { STANDARD_INPUT } from '../input/node.js';
import type { Finding, Severity } from '../model/finding.js';
import { columnsOf } from '../report/lang/columns.js';
import { words } from './language.js';

export const ofSeverity = (findings: readonly Finding[], severity: Severity): Finding[] =>
  findings.filter((finding) => finding.severity === severity);

const findingText = (finding: Finding): string =>
  problemText({ ...finding, message: `${finding.severity}: ${finding.message}` });

/** A message with its place and hint. */
export const problemText = ({ message, place, hint }: Pick<Finding, 'message' | 'place' | 'hint'>): string =>
  formatProblem(said(message), spelt(place), hint === undefined ? undefined : words().say(hint), columnsOf);

/** Standard input is called so in the language. */
const spelt = (place: Place | undefined): Place | undefined =>
  place?.file === STANDARD_INPUT ? { ...place, file: words().say(STANDARD_INPUT) } : place;

/** A message that may begin with its severity. */
export function said(message: string): string {
  const [, severity, rest] = /^(error|warning|note): (.*)$/s.exec(message) ?? [];
  const { say, command } = words();
  return severity === undefined ? say(message) : `${command.severities[severity as Severity]}: ${say(rest!)}`;
}

/** Says on standard error what was made in English. */
export const tell = (message: string): void => void process.stderr.write(`${said(message)}\n`);

/** Findings that say the same of different places, the first of them first. */
export type Group = readonly [Finding, ...Finding[]];

export function alike(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code} ${finding.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

/** Places that are named beside the first one. */
const NAMED = 5;

export function groupText(group: Group): string {
  const more = moreText(group);
  return more === '' ? findingText(group[0]) : `${findingText(group[0])}\n  ${more}`;
}

/** The same in one line, without source and hint. */
export function groupLine(group: Group): string {
  const [{ severity, message, place: read }] = group;
  const place = spelt(read);
  const more = moreText(group);
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
  return `${where}${said(`${severity}: ${message}`)}${more === '' ? '' : ` (${more})`}`;
}

function moreText([first, ...more]: Group): string {
  if (more.length === 0) return '';
  const file = first.place?.file;
  const places = more.slice(0, NAMED).flatMap(({ place }) => place ?? []);
  const here = places.filter((place) => place.file === file).map(({ line }) => line);
  const others = places.filter((place) => place.file !== file).map((place) => `${place.file}:${place.line}`);
  return words().command.more(more.length, here, others, more.length > NAMED);
}
