/** What rules do to sets, and ask of those that rules change: HostTest and HostAct of host-test.ts. */
import type { Counting, Direction } from './condition.js';

/** What rules do to sets: they are one state, since lists hold other sets. */
export const SETS_STATE = 'sets';
interface OfSet {
  readonly state: typeof SETS_STATE;
  readonly set: string;
  readonly directions: readonly Direction[];
}
/** xt_set, of a set that rules change. `flags`: SET_RETURN_NOMATCH. */
export interface InSetTest extends OfSet {
  readonly what: 'in-set';
  readonly flags: number;
  readonly counting?: Counting | undefined;
}
/** xt_SET. */
export interface SetChange extends OfSet {
  readonly what: 'set-change';
  readonly verb: 'add' | 'delete';
  /** one that is there has its time anew. */
  readonly exist: boolean;
  /** seconds; 0: for ever; undefined: as the set has it. */
  readonly timeout?: number | undefined;
}
/** The packet is marked as its member says. */
export interface SetMap extends OfSet {
  readonly what: 'set-map';
  readonly mark: boolean;
}
