/** Writes kept cases: a difference that was found, made small; and all that there are, with the kernel asked anew. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../root.js';
import { judge, type Verdict } from './judge.js';
import { caseText, parseCase, recordCase } from './kept.js';
import type { Kernel } from './kernel.js';
import type { Scenario } from './scenario.js';
import { shrinkScenario } from './shrink.js';

export const CASES = join(ROOT, 'test/cases');
export const caseNames = (): string[] =>
  readdirSync(CASES)
    .filter((name) => name.endsWith('.case'))
    .sort();
export const readCase = (name: string): string => readFileSync(join(CASES, name), 'utf8');

/** Shrinks a scenario in which a packet differs, and returns the file of the case that is written for it. */
export async function keepDifference(
  kernel: Kernel,
  scenario: Scenario,
  name: string,
  folder = CASES,
): Promise<string> {
  const first = signatures(await judge(kernel, scenario, { again: 0 }));
  const small = await shrinkScenario(scenario, (candidate) => differs(kernel, candidate, first));
  const kept = await recordCase(kernel, `${name}: found by the judge`, small);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.case`);
  writeFileSync(file, caseText(kept));
  return relative(ROOT, file);
}

/** What differs and to which side, without numbers of rules, which change as others are taken away. */
function signatures({ differing }: Verdict): Set<string> {
  return new Set(
    differing.flatMap(({ lines }) =>
      lines.flatMap((line) => {
        const counted = /^(\S+ \S+) (\d+|policy): kernel (\d+)\/\d+, here (\d+)\//.exec(line);
        if (counted === null) return /^(leaves|connections), /.exec(line)?.slice(1) ?? [];
        const [, chain, what, theirs, ours] = counted;
        return `${chain} ${what === 'policy' ? what : 'rule'} ${Math.sign(Number(theirs) - Number(ours))}`;
      }),
    ),
  );
}

/** Whether it still differs, and not in another way only: what is taken away can make a host that nobody means. */
async function differs(kernel: Kernel, candidate: Scenario, first: Set<string>): Promise<boolean> {
  const links = candidate.packets.map((packet) => packet.in ?? 'lo');
  if (links.length === 0 || !['lo', ...links].every((link) => isUp(candidate, link))) return false;
  try {
    return [...signatures(await judge(kernel, candidate, { again: 0 }))].some((one) => first.has(one));
  } catch {
    // a text is left that is none
    return false;
  }
}

const isUp = ({ setup }: Scenario, link: string): boolean => setup.includes(`ip link set ${link} up`);

/** Asks the kernel about all kept cases and writes its answers; returns the names of those that have changed. */
export async function recordCases(kernel: Kernel): Promise<string[]> {
  const changed: string[] = [];
  for (const name of caseNames()) {
    const before = readCase(name);
    const { title, scenario } = parseCase(before);
    const after = caseText(await recordCase(kernel, title, scenario));
    if (isSame(before, after)) continue;
    changed.push(name);
    writeFileSync(join(CASES, name), after);
  }
  return changed;
}

const SECONDS = /^(ipv[46] +\d+ \S+ +\d+) (\d+) /gm;

/** But for the seconds that connections have left: they are one fewer where the kernel was asked a moment later. */
function isSame(before: string, after: string): boolean {
  if (before.replaceAll(SECONDS, '$1 ') !== after.replaceAll(SECONDS, '$1 ')) return false;
  const [old, now] = [before, after].map((text) => Array.from(text.matchAll(SECONDS), (found) => Number(found[2])));
  return old!.every((seconds, n) => Math.abs(seconds - now![n]!) <= 1);
}
