/** What each packet of table.ts came to by each rule there, and how that is kept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { PACKETS, RULES } from './table.js';

export const FILE = join(ROOT, 'test/headers6/answers.txt');
/** holds, does not, the packet is dropped, it never came to the rules. */
export type Answer = 'y' | '.' | 'x' | '-';
/** By rule, then by packet. */
export type Answers = readonly (readonly Answer[])[];

const NAMES = Object.keys(PACKETS);
const HEAD = `Each rule of table.ts alone, and what became of each packet there, in tens:
y it holds, . it does not, x it drops the packet, - the packet never came there.
`;

export function textOf(answers: Answers): string {
  const tens = (row: readonly Answer[]) => row.join('').replace(/(.{10})(?=.)/g, '$1 ');
  return `${HEAD}\n${RULES.map((rule, i) => `${rule}\n  ${tens(answers[i]!)}\n`).join('')}`;
}

/** Each answer of a rule beside the packet's name. */
export const named = (row: readonly (Answer | undefined)[]): string[] =>
  row.map((answer, i) => `${answer} ${NAMES[i]}`);

export function keptAnswers(): ReadonlyMap<string, readonly Answer[]> {
  const lines = readFileSync(FILE, 'utf8')
    .slice(HEAD.length + 1)
    .trimEnd()
    .split('\n');
  return new Map(
    lines.flatMap((line, i) =>
      i % 2 === 0 ? [[line, [...lines[i + 1]!.replaceAll(' ', '')] as Answer[]] as const] : [],
    ),
  );
}
