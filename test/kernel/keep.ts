/** Writes kept cases: a difference that was found, made small; and all that there are, with the kernel asked anew. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { judge } from './judge.js';
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

/** Shrinks a scenario in which a packet differs, and returns the name of the case that is written for it. */
export async function keepDifference(kernel: Kernel, scenario: Scenario, name: string): Promise<string> {
  const small = await shrinkScenario(scenario, (candidate) => differs(kernel, candidate));
  const kept = await recordCase(kernel, `${name}: found by the judge`, small);
  mkdirSync(CASES, { recursive: true });
  writeFileSync(join(CASES, `${name}.case`), caseText(kept));
  return `${name}.case`;
}

async function differs(kernel: Kernel, candidate: Scenario): Promise<boolean> {
  if (candidate.packets.length === 0) return false;
  try {
    return (await judge(kernel, candidate)).differing.length > 0;
  } catch {
    // its packets arrive on a link that was taken away, or a text is left that is none
    return false;
  }
}

/** Asks the kernel about all kept cases and writes its answers; returns the names of those that have changed. */
export async function recordCases(kernel: Kernel): Promise<string[]> {
  const changed: string[] = [];
  for (const name of caseNames()) {
    const before = readCase(name);
    const { title, scenario } = parseCase(before);
    const after = caseText(await recordCase(kernel, title, scenario));
    if (after === before) continue;
    changed.push(name);
    writeFileSync(join(CASES, name), after);
  }
  return changed;
}
