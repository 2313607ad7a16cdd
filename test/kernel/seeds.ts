/** Random scenarios one after the other, each judged; what main.ts does and the tests do with the outcome is theirs. */
import type { GivenRules } from './generate/near.js';
import {
  type GeneratedScenario,
  type GenerateOptions,
  generateScenario,
  type Level,
  scenarioNear,
} from './generate.js';
import { type JudgeOptions, judge, judgeAnswered, type Verdict } from './judge.js';
import { type Kernel, kernelIsYoung } from './kernel.js';

export interface Judged {
  readonly seed: number;
  readonly scenario: GeneratedScenario;
  readonly verdict: Verdict;
  /** the one that was asked; it rests until the next scenario is wanted. */
  readonly kernel: Kernel;
}

export interface Seeds {
  readonly first: number;
  /** the first seed that is not judged any more. */
  readonly end: number;
}

export interface Range extends Seeds {
  readonly level: Level;
}

/**
 * In the order of seeds. Several kernels take turns: while the answers of one are compared, the others load their
 * scenarios and send their packets.
 */
async function* judgeEach(
  kernels: readonly Kernel[],
  { first, end }: Seeds,
  judged: (kernel: Kernel, seed: number) => Promise<Pick<Judged, 'scenario' | 'verdict'>>,
): AsyncGenerator<Judged> {
  const one = async (seed: number): Promise<Judged> => {
    const kernel = kernels[seed % kernels.length]!;
    return { seed, kernel, ...(await judged(kernel, seed)) };
  };
  const ahead: Promise<Judged>[] = [];
  try {
    for (let seed = first; seed < end; seed++) {
      if (ahead.length === kernels.length) yield await ahead.shift()!;
      const coming = one(seed);
      // whoever takes it sees what went wrong
      coming.catch(() => {});
      ahead.push(coming);
    }
    while (ahead.length > 0) yield await ahead.shift()!;
  } finally {
    await Promise.allSettled(ahead);
  }
}

export const judgeSeeds = (
  kernels: readonly Kernel[],
  { level, ...seeds }: Range,
  options: GenerateOptions = {},
  judging: JudgeOptions = {},
): AsyncGenerator<Judged> =>
  judgeEach(kernels, seeds, async (kernel, seed) => {
    const scenario = generateScenario(level, seed, { expire: !kernelIsYoung(), ...options });
    return { scenario, verdict: await judge(kernel, scenario, judging) };
  });

/** Hosts near a given ruleset; `scenario` has the packets that packetwalk can follow to their end. */
export const judgeNear = (
  kernels: readonly Kernel[],
  seeds: Seeds,
  given: GivenRules,
  judging: JudgeOptions = {},
): AsyncGenerator<Judged> =>
  judgeEach(kernels, seeds, (kernel, seed) => judgeAnswered(kernel, scenarioNear(given, seed), judging));
