/** Random scenarios one after the other, each judged; what main.ts does and the tests do with the outcome is theirs. */
import { type GeneratedScenario, type GenerateOptions, generateScenario } from './generate.js';
import { judge, type Verdict } from './judge.js';
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
  readonly level: 1 | 2;
}

export const judgeSeeds = (
  kernels: readonly Kernel[],
  { level, ...seeds }: Range,
  options: GenerateOptions = {},
): AsyncGenerator<Judged> =>
  judgeEach(kernels, seeds, (seed) => generateScenario(level, seed, { expire: !kernelIsYoung(), ...options }));

/**
 * In the order of seeds. Several kernels take turns: while the answers of one are compared, the others load their
 * scenarios and send their packets.
 */
export async function* judgeEach(
  kernels: readonly Kernel[],
  { first, end }: Seeds,
  make: (seed: number) => GeneratedScenario,
): AsyncGenerator<Judged> {
  const one = async (seed: number): Promise<Judged> => {
    const kernel = kernels[seed % kernels.length]!;
    const scenario = make(seed);
    return { seed, scenario, verdict: await judge(kernel, scenario), kernel };
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
