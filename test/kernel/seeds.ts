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
 * What is to be done with each, in their order. Several kernels take turns: while the answers of one are compared, the
 * others load their scenarios and send their packets.
 */
export async function* takeTurns<Job, Done>(
  kernels: readonly Kernel[],
  jobs: Iterable<Job>,
  work: (kernel: Kernel, job: Job) => Promise<Done>,
): AsyncGenerator<Done> {
  const ahead: Promise<Done>[] = [];
  let turn = 0;
  try {
    for (const job of jobs) {
      if (ahead.length === kernels.length) yield await ahead.shift()!;
      const coming = work(kernels[turn++ % kernels.length]!, job);
      // whoever takes it sees what went wrong
      coming.catch(() => {});
      ahead.push(coming);
    }
    while (ahead.length > 0) yield await ahead.shift()!;
  } finally {
    await Promise.allSettled(ahead);
  }
}

export function* seedsIn({ first, end }: Seeds): Generator<number> {
  for (let seed = first; seed < end; seed++) yield seed;
}

export const judgeSeeds = (
  kernels: readonly Kernel[],
  { level, ...seeds }: Range,
  options: GenerateOptions = {},
  judging: JudgeOptions = {},
): AsyncGenerator<Judged> =>
  takeTurns(kernels, seedsIn(seeds), async (kernel, seed) => {
    const scenario = generateScenario(level, seed, { expire: !kernelIsYoung(), ...options });
    return { seed, kernel, scenario, verdict: await judge(kernel, scenario, judging) };
  });

/** A host near a given ruleset, with flows; `scenario` has the packets that packetwalk can follow to their end. */
export const judgeOneNear = async (
  kernel: Kernel,
  seed: number,
  given: GivenRules,
  judging: JudgeOptions = {},
): Promise<Judged> => ({
  seed,
  kernel,
  ...(await judgeAnswered(kernel, scenarioNear(given, seed, { flows: true }), judging)),
});

export const judgeNear = (
  kernels: readonly Kernel[],
  seeds: Seeds,
  given: GivenRules,
  judging: JudgeOptions = {},
): AsyncGenerator<Judged> =>
  takeTurns(kernels, seedsIn(seeds), (kernel, seed) => judgeOneNear(kernel, seed, given, judging));
