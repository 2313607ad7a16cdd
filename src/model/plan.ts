/** How many packets are classified, and why so: as `show --plan` tells, and as `classify --json` says in short. */
import type { Family } from '../net/address.js';
import type { HookName, TableName } from './ruleset.js';

/** What takes packets: all their way by their values, each table by what it made of others, or the bytecode each by itself. */
export type EngineName = 'columns' | 'tables' | 'bytecode';

/** Why packets do not go by columns; docs/json.md and src/report/plan.ts say what each means. */
export type NoColumns =
  | 'asked'
  | 'connections'
  | 'tuples'
  | 'ports'
  | 'addresses'
  | 'classes'
  | 'memory'
  | 'new-kinds'
  | 'few';

export interface FieldCount {
  /** as packets of JSON call it, where they do. */
  readonly field: string;
  readonly classes: number;
}

/** Why there is no column program, and how many classes of values are too many. */
export interface Refusal {
  readonly why: NoColumns;
  readonly fields?: readonly FieldCount[];
}

/** What took the packets that were classified. */
export interface EngineUse extends Partial<Refusal> {
  readonly used: EngineName;
  /** of packets by columns how many walked all the same: the first of their kind, and those that values do not tell. */
  readonly walked?: number;
}

/** Fields whose classes are taken together. */
export interface GroupPlan {
  readonly fields: readonly string[];
  /** as many sums as there are classes of the fields, multiplied. */
  readonly sums: number;
  /** those that something tells apart. */
  readonly classes: number;
}

/** Tuples of fields, values or prefixes of each, that are looked up at once. */
export interface TuplesPlan {
  readonly fields: readonly string[];
  readonly tuples: number;
  /** by how many numbers what holds of them is told, those of the tuples above and of none among them. */
  readonly classes: number;
}

/** Rules of a chain the first of which that takes a packet is looked up. */
export interface ListPlan {
  readonly table: TableName;
  readonly chain: string;
  readonly rules: number;
  /** parts that are looked up one after the other. */
  readonly parts: number;
}

/** A field whose values count one by one. */
export interface ValuesPlan {
  readonly field: string;
  /** how many there is room for: at first, and at most. */
  readonly room: number;
  readonly most: number;
  /** the address of the first instruction that has it so; undefined: what the host, or whoever gives packets, says does. */
  readonly by?: number | undefined;
}

/** What the column program of a host is for packets that give some columns. */
export interface ColumnsPlan {
  readonly fields: readonly FieldCount[];
  readonly groups: readonly GroupPlan[];
  readonly tuples: readonly TuplesPlan[];
  readonly lists: readonly ListPlan[];
  readonly values: readonly ValuesPlan[];
  /** places for journeys: the classes of all groups, tuples and lists, and the room for values, multiplied. */
  readonly cells: number;
  /** of all its tables, but for the cells, which are made as packets come to them. */
  readonly bytes: number;
  /** it took to build it. */
  readonly seconds: number;
  /** addresses of instructions that do what values do not tell: packets that come to one walk, each time. */
  readonly long: readonly number[];
  /** those where order or chance decides, and journeys fork. */
  readonly forks: readonly number[];
}

/** A table at a hook, and the kinds of packets that its conditions tell apart; undefined: each packet walks. */
export interface TablePlan {
  readonly table: TableName;
  readonly hook: HookName;
  readonly kinds: number | undefined;
}

export interface HostPlan extends Partial<Refusal> {
  readonly family: Family;
  readonly used: EngineName;
  readonly columns?: ColumnsPlan;
  /** bytes that all tables may take, and those that they do. */
  readonly budget: number;
  readonly taken: number;
  /** those that packets go by which do not go by columns. */
  readonly tables: readonly TablePlan[];
}
