/** What many packets came to. */
import { End, Run } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import type { Count, Summary } from '../model/summary.js';
import type { Fate } from '../model/trace.js';
import { type Batch, FATES } from './batch.js';
import type { Stages } from './stage.js';

/** For each End how many packets, then the bytes of all; 64 bits each. */
const WORDS = 2 * (End.Count + 1);

export class Tally {
  private milliseconds = 0;
  private readonly open = new Map<string, number>();

  constructor(
    private readonly compiled: Compiled,
    private readonly stages: Stages,
  ) {
    stages.lay(Run.Tally, new Uint32Array(WORDS));
  }

  /** The packets of a batch that was walked. */
  add({ packets, open }: Batch): void {
    this.stages.core.tally(packets);
    for (const [slot, why] of open) {
      if (slot >= packets) continue;
      // an address of each packet's own would make a question of each
      const name = /^(local|joined):/.exec(why)?.[1] ?? why;
      this.open.set(name, (this.open.get(name) ?? 0) + 1);
    }
  }

  /** What it took. */
  addTime(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }

  reset(): void {
    this.milliseconds = 0;
    this.words.fill(0);
    this.open.clear();
  }

  summary(): Summary {
    const { rules, policies } = this.compiled;
    const sums = FATES.map((_, number) => this.sum(number));
    return {
      packets: sums.reduce((a, b) => a + b),
      bytes: this.sum(End.Count),
      seconds: this.milliseconds / 1000,
      fates: Object.fromEntries(
        FATES.flatMap((fate, number): [Fate, number][] => (sums[number] === 0 ? [] : [[fate, sums[number]!]])),
      ),
      rules: rules.map(({ table, chain, number }, id) => ({ table, chain, rule: number, ...this.count(id) })),
      policies: policies.map((policy, id) => ({ ...policy, ...this.count(rules.length + id) })),
      open: Object.fromEntries(this.open),
    };
  }

  private sum(place: number): number {
    const [low, high] = this.words.subarray(2 * place);
    return high! * 2 ** 32 + low!;
  }
  private get words(): Uint32Array {
    const at = this.stages.get(Run.Tally) >>> 2;
    return this.stages.memory.words.subarray(at, at + WORDS);
  }

  private count(id: number): Count {
    const { packets, bytes } = this.stages.counter(id);
    return { packets: Number(packets), bytes: Number(bytes) };
  }
}
