/** The first rule of a list that takes a packet, for columns of packets. */
import { PacketwalkError } from '../../errors.js';
import type { Core, FirstMatchStep } from '../wasm.js';
import { placeTables, type Tables } from './place.js';
import type { FiveTupleRules } from './rules.js';
import { placeScan, scanBytes } from './scan.js';
import { tablesOf } from './tables.js';

/** What was chosen, and why. */
export interface FirstMatchPlan {
  /** tables, or a look at each rule; why it is that. */
  readonly method: 'tables' | 'scan';
  readonly reason: string;
  /** Classes of each field, and of ports and protocol together (y). */
  readonly classes?: Readonly<Record<'src' | 'dst' | 'sport' | 'dport' | 'proto' | 'y', number>>;
  readonly groups: readonly PlannedGroup[];
}
export interface PlannedGroup {
  /** which prefixes of sources and of destinations it takes, and how pairs of them are kept. */
  readonly name: string;
  readonly kind: 'tiles' | 'cells';
  readonly rules: number;
  readonly lists: number;
  readonly patterns: number;
  readonly bytes: number;
}

export class FirstMatch {
  private constructor(
    private readonly step: FirstMatchStep,
    private readonly at: number,
    /** what it takes of the core's memory. */
    readonly bytes: number,
    readonly plan: FirstMatchPlan,
  ) {}

  /**
   * Lays the rules out in the core's memory, in no more than `memory` bytes (256 MiB), behind what was reserved there: give it
   * back by `core.memory.release`. `parting`: of PARTINGS, one that is to be taken.
   */
  static build(
    core: Core,
    rules: FiveTupleRules,
    options: { readonly memory?: number; readonly parting?: number } = {},
  ): FirstMatch {
    const { memory = 256 << 20 } = options;
    const tables = tablesOf(rules, memory, options.parting);
    const mark = core.memory.mark();
    const made = (step: FirstMatchStep, at: number, plan: FirstMatchPlan) =>
      new FirstMatch(step, at, core.memory.mark() - mark, plan);
    if (typeof tables !== 'string') return made(core.firstMatch, placeTables(core.memory, tables), planOf(tables));
    if (scanBytes(rules) > memory)
      throw new PacketwalkError(`${rules.count} rules take ${scanBytes(rules)} bytes at least, ${memory} are allowed`, {
        code: 'memory',
      });
    return made(core.scanFirst, placeScan(core.memory, rules), { method: 'scan', reason: tables, groups: [] });
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

function planOf({ groups, services, sources, destinations }: Tables): FirstMatchPlan {
  const { sport, dport, proto } = services.classes;
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  return {
    method: 'tables',
    reason:
      groups.length === 1
        ? `one group takes ${bytes} bytes`
        : `${groups.length} groups take ${bytes} bytes, one would take more`,
    classes: {
      src: sources.count,
      dst: destinations.count,
      sport: sport.count,
      dport: dport.count,
      proto: proto.count,
      y: services.yCount,
    },
    groups: groups.map(({ name, rules, bytes, patterns, sparse }) => ({
      name,
      kind: sparse === undefined ? 'tiles' : 'cells',
      rules,
      lists: patterns.starts.length,
      patterns: patterns.count,
      bytes,
    })),
  };
}
