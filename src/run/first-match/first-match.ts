/** The first rule of a list that takes a packet, for columns of packets. */
import { PacketwalkError } from '../../errors.js';
import type { Core, FirstMatchStep } from '../wasm.js';
import { placeTables, tableBytes } from './place.js';
import type { FiveTupleRules } from './rules.js';
import { placeScan, scanBytes } from './scan.js';
import { tablesOf } from './tables.js';

/** What was chosen, and why. */
export interface FirstMatchPlan {
  readonly method: 'scan' | 'tables';
  readonly reason: string;
  readonly groups: readonly { readonly name: string; readonly rules: number; readonly bytes: number }[];
}

export class FirstMatch {
  private constructor(
    private readonly step: FirstMatchStep,
    private readonly at: number,
    /** what it takes of the core's memory. */
    readonly bytes: number,
    readonly plan: FirstMatchPlan,
  ) {}

  /** Lays the rules out in the core's memory, in no more than `memory` bytes (256 MiB). */
  static build(
    core: Core,
    rules: FiveTupleRules,
    options: { readonly memory?: number; readonly parting?: number } = {},
  ): FirstMatch {
    const { memory = 256 << 20 } = options;
    const tables = tablesOf(rules, memory, options.parting);
    if (typeof tables !== 'string')
      return new FirstMatch(core.firstMatch, placeTables(core.memory, tables), tableBytes(tables), {
        method: 'tables',
        reason: '',
        groups: tables.groups.map(({ name, rules, bytes }) => ({ name, rules, bytes })),
      });
    if (scanBytes(rules) > memory)
      throw new PacketwalkError(`${rules.count} rules take ${scanBytes(rules)} bytes at least, ${memory} are allowed`, {
        code: 'memory',
      });
    const scan = placeScan(core.memory, rules);
    return new FirstMatch(core.scanFirst, scan.at, scan.bytes, { method: 'scan', reason: tables, groups: [] });
  }

  /**
   * Writes the number of each packet's rule, or how many rules there are where none takes it. All are addresses of columns
   * in the core's memory: 32 bits for addresses and results, 16 for ports, 8 for protocols.
   */
  classify(
    srcAt: number,
    dstAt: number,
    sportAt: number,
    dportAt: number,
    protoAt: number,
    count: number,
    resultAt: number,
  ): void {
    this.step(this.at, srcAt, dstAt, sportAt, dportAt, protoAt, count, resultAt);
  }
}
