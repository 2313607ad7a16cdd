/** Findings as the command prints them: those that say the same of several places together, unless all are asked for. */
import { formatProblem } from '../errors.js';
import type { Finding, Severity } from '../model/finding.js';

export const ofSeverity = (findings: readonly Finding[], severity: Severity): Finding[] =>
  findings.filter((finding) => finding.severity === severity);

const findingText = (finding: Finding): string =>
  formatProblem(`${finding.severity}: ${finding.message}`, finding.place, finding.hint);

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
  const [{ severity, message, place }] = group;
  const more = moreText(group);
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
  return `${where}${severity}: ${message}${more === '' ? '' : ` (${more})`}`;
}

function moreText([first, ...more]: Group): string {
  if (more.length === 0) return '';
  const file = first.place?.file;
  const places = more.slice(0, NAMED).flatMap(({ place }) => place ?? []);
  const here = places.filter((place) => place.file === file).map(({ line }) => line);
  const named = [
    ...(here.length === 0 ? [] : [`${here.length === 1 ? 'line' : 'lines'} ${here.join(', ')}`]),
    ...places.filter((place) => place.file !== file).map((place) => `${place.file}:${place.line}`),
  ];
  return `and ${more.length} more: ${named.join(', ')}${more.length > NAMED ? ', …' : ''}`;
}
