/** What many packets came to. */
import { Field } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import type { Count, Summary } from '../model/summary.js';
import type { Fate } from '../model/trace.js';
import { type Batch, FATES } from './batch.js';
import type { Stages } from './stage.js';

const UNKNOWN = FATES.indexOf('unknown');

export class Tally {
  private packets = 0;
  private bytes = 0;
  private milliseconds = 0;
  private readonly fates = new Float64Array(FATES.length);
  private readonly open = new Map<string, number>();

  constructor(
    private readonly compiled: Compiled,
    private readonly stages: Stages,
  ) {}

  /** The first `count` packets of a batch that was walked in so many milliseconds. */
  add({ fate, open }: Batch, count: number, milliseconds: number): void {
    const lengths = this.stages.columns[Field.Length]!;
    this.packets += count;
    this.milliseconds += milliseconds;
    for (let slot = 0; slot < count; slot++) {
      this.bytes += lengths[slot]!;
      this.fates[fate[slot]!]!++;
    }
    for (const [slot, why] of open) {
      if (slot >= count || fate[slot] !== UNKNOWN) continue;
      // an address of each packet's own would make a question of each
      const name = /^(local|joined):/.exec(why)?.[1] ?? why;
      this.open.set(name, (this.open.get(name) ?? 0) + 1);
    }
  }

  reset(): void {
    this.packets = 0;
    this.bytes = 0;
    this.milliseconds = 0;
    this.fates.fill(0);
    this.open.clear();
  }

  summary(): Summary {
    const { rules, policies } = this.compiled;
    return {
      packets: this.packets,
      bytes: this.bytes,
      seconds: this.milliseconds / 1000,
      fates: Object.fromEntries(FATES.flatMap((fate, number) => this.fateOf(fate, number))),
      rules: rules.map(({ table, chain, number }, id) => ({ table, chain, rule: number, ...this.count(id) })),
      policies: policies.map((policy, id) => ({ ...policy, ...this.count(rules.length + id) })),
      open: Object.fromEntries(this.open),
    };
  }

  private fateOf(fate: Fate, number: number): [Fate, number][] {
    return this.fates[number] === 0 ? [] : [[fate, this.fates[number]!]];
  }

  private count(id: number): Count {
    const { packets, bytes } = this.stages.counter(id);
    return { packets: Number(packets), bytes: Number(bytes) };
  }
}
