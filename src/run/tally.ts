/** What many packets came to. */
import { End, JOURNEY_WHY, MOST_WHYS, Run, WHY_BITS } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import type { Count, Summary } from '../model/summary.js';
import type { Fate } from '../model/trace.js';
import { type Batch, FATES } from './batch.js';
import type { Reasons } from './reasons.js';
import type { Stages } from './stage.js';
import { addWide, wideAt } from './wide.js';

/** Run.Tally, in words. */
const BYTES_AT = 2 * (End.Count << WHY_BITS);
const WORDS = BYTES_AT + 2;

export class Tally {
  private milliseconds = 0;
  private gathered = 0;
  private readonly open = new Map<string, number>();

  private compiled!: Compiled;
  private stages!: Stages;

  constructor(private readonly reasons: Reasons) {}

  /** Counts what comes of packets in a core's memory from now on. `kept`: what `words` were before. */
  lay(compiled: Compiled, stages: Stages, kept: Uint32Array = new Uint32Array(WORDS)): void {
    this.compiled = compiled;
    this.stages = stages;
    stages.lay(Run.Tally, kept);
  }

  /** The packets of a batch that was walked. */
  add({ packets, open, gathered }: Batch): void {
    this.stages.core.tally(packets);
    this.gathered += gathered;
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
    this.gathered = 0;
    this.words.fill(0);
    this.open.clear();
  }

  summary(): Summary {
    const { rules, policies } = this.compiled;
    const whys = FATES.map((fate, number) => [fate, this.whysOf(fate, number)] as const);
    const fates = FATES.map((fate, number) => [fate, sumOf(this.counts(number))] as const);
    return {
      packets: sumOf(fates.map(([, packets]) => packets)),
      bytes: wide(this.words, BYTES_AT) - this.gathered,
      seconds: this.milliseconds / 1000,
      fates: Object.fromEntries(fates.filter(([, packets]) => packets > 0)),
      why: Object.fromEntries(whys.filter(([, why]) => Object.keys(why).length > 0)),
      rules: rules.map(({ table, chain, number }, id) => ({ table, chain, rule: number, ...this.count(id) })),
      policies: policies.map((policy, id) => ({ ...policy, ...this.count(rules.length + id) })),
    };
  }

  private whysOf(fate: Fate, number: number): Record<string, number> {
    if (fate === 'unknown') return Object.fromEntries(this.open);
    const counts = this.counts(number).map((packets, why) => [this.reasons.name(why), packets] as const);
    return Object.fromEntries(counts.filter(([name, packets]) => name !== '' && packets > 0));
  }

  /** The packets of an End, by why. */
  private counts(end: number): number[] {
    const { words } = this;
    return Array.from({ length: MOST_WHYS }, (_, why) => wide(words, 2 * ((end << WHY_BITS) | why)));
  }
  /** What the core counts, where it does. */
  get words(): Uint32Array {
    const at = this.stages.get(Run.Tally) >>> 2;
    return this.stages.memory.words.subarray(at, at + WORDS);
  }

  private count(id: number): Count {
    const { packets, bytes } = this.stages.counter(id);
    return { packets: Number(packets), bytes: Number(bytes) };
  }
}

/** Counts packets that went a journey, by JourneyWord.End, among a tally's `words`. */
export function addEnd(words: Uint32Array, end: number, packets: bigint, bytes: bigint): void {
  const fate = end & ((1 << JOURNEY_WHY) - 1);
  addWide(words, 2 * ((fate << WHY_BITS) | (end >>> JOURNEY_WHY)), packets);
  addWide(words, BYTES_AT, bytes);
}

const wide = (words: Uint32Array, at: number): number => Number(wideAt(words, at));
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
