/** Measures a contest with tinybench, in rounds: in each, every entrant has its turn, and begins another time. */
import { Bench } from 'tinybench';
import type { Contest, Measured } from './contest.js';

export interface Effort {
  readonly rounds: number;
  /** milliseconds that an entrant runs in a round, and at least one call. */
  readonly time: number;
}

export async function measure(contest: Contest, { rounds, time }: Effort): Promise<Measured> {
  const { entrants, ...what } = contest;
  const names = Object.keys(entrants);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ time, iterations: 1, warmup: round === 0, warmupTime: time, warmupIterations: 1 });
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length]!;
      bench.add(name, () => entrants[name]!());
    }
    for (const { name, result } of await bench.run()) {
      if (result.state === 'errored') throw result.error;
      if (result.state !== 'completed') throw new Error(`${what.subject}: ${name} did not end: ${result.state}`);
      times.get(name)!.push(result.latency.p50);
    }
  }
  return { ...what, ms: Object.fromEntries([...times].map(([name, all]) => [name, median(all)])) };
}

/** Of two in the middle the greater. */
export const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >>> 1]!;
