/**
 * The first rule of a long list that takes a packet, for columns of packets: rules of addresses, ports and protocol alone, without a
 * host. docs/column-program.md tells how, docs/api.md shows it.
 *
 *     const list = await firstMatch(rules);
 *     const numbers = list.classify(packets);
 */
import { PacketwalkError } from './errors.js';
import { MIB, USUAL_MEMORY } from './run/budget.js';
import { classifying } from './run/classifying.js';
import { type FirstMatchPlan, FirstMatch as Lookup } from './run/first-match/first-match.js';
import type { FiveTupleRules } from './run/first-match/rules.js';
import { checkLength } from './run/lengths.js';
import { addMany, type Core, loadCore } from './run/wasm.js';

export {
  type FirstMatchPlan,
  type FiveTupleRules,
  fiveTupleRules,
  type PlannedGroup,
} from './run/first-match/index.js';

/** A value of each packet in a column, of whatever size; addresses and ports as numbers. */
export interface FiveTuples extends Readonly<Record<(typeof COLUMNS)[number], Uint8Array | Uint16Array | Uint32Array>> {
  readonly count: number;
}

export interface FirstMatchOptions {
  /** MiB that tables may take, from 1 to 3072; 256 where it is left out. */
  readonly memory?: number;
}

/** Packets that are copied into the core at once: their columns stay in a processor's second cache. */
const AT_ONCE = 1 << 15;
const COLUMNS = ['src', 'dst', 'sport', 'dport', 'proto'] as const;

/** Makes the tables. Throws PacketwalkError where rules are more than `memory` holds, or that or their arrays cannot be. */
export async function firstMatch(
  rules: FiveTupleRules,
  { memory = USUAL_MEMORY }: FirstMatchOptions = {},
): Promise<FirstMatch> {
  classifying({ memory });
  for (const [name, { length }] of Object.entries(rules).filter(([name]) => name !== 'count'))
    if (length < rules.count)
      throw new PacketwalkError(`${name}: ${length} values for ${rules.count} rules`, { code: 'bad-batch' });
  const core = await loadCore();
  await addMany(core);
  return new FirstMatch(core, Lookup.build(core, rules, { memory: memory * MIB }), rules.count);
}

/** A list whose tables are made. */
export class FirstMatch {
  private readonly columns: readonly number[];
  private readonly results: number;

  constructor(
    private readonly core: Core,
    private readonly lookup: Lookup,
    /** how many rules it has: the number of a packet that none takes. */
    readonly rules: number,
  ) {
    this.columns = COLUMNS.map(() => core.memory.reserve(4 * AT_ONCE));
    this.results = core.memory.reserve(4 * AT_ONCE);
  }

  /** How packets are looked up, and why so. */
  get plan(): FirstMatchPlan {
    return this.lookup.plan;
  }
  /** of its tables. */
  get bytes(): number {
    return this.lookup.bytes;
  }

  /**
   * The number of the first rule that takes each packet, from 0 on, or how many rules there are; in `to`, or in an array that is made.
   * Throws PacketwalkError for arrays that are too short.
   */
  classify(packets: FiveTuples, to = new Uint32Array(packets.count)): Uint32Array {
    const { count } = packets;
    for (const name of COLUMNS) checkLength(name, packets[name], count);
    checkLength('to', to, count);
    const { memory } = this.core;
    const [src, dst, sport, dport, proto] = this.columns as [number, number, number, number, number];
    for (let from = 0; from < count; from += AT_ONCE) {
      const end = Math.min(from + AT_ONCE, count);
      memory.words.set(packets.src.subarray(from, end), src >>> 2);
      memory.words.set(packets.dst.subarray(from, end), dst >>> 2);
      memory.halves.set(packets.sport.subarray(from, end), sport >>> 1);
      memory.halves.set(packets.dport.subarray(from, end), dport >>> 1);
      memory.bytes.set(packets.proto.subarray(from, end), proto);
      this.lookup.classify(src, dst, sport, dport, proto, end - from, this.results);
      const at = this.results >>> 2;
      to.set(memory.words.subarray(at, at + end - from), from);
    }
    return to;
  }
}
