/**
 * What rules ask of the host where no column of the core holds it: plain data that programs carry as JSON. Each `what` has
 * its file in src/run/asked/, which answers it each time that a packet comes to it.
 */
import type { Words } from '../net/address.js';
import type { OutsideTest } from './outside-test.js';

/** `state`: what it remembers from packet to packet. All that say the same name share it; 'own': each rule has its own. */
interface Stateful {
  readonly state: string;
}

/** xt_recent: addresses, and when they were seen. */
export interface RecentTest extends Stateful {
  readonly what: 'recent';
  readonly verb: 'set' | 'rcheck' | 'update' | 'remove';
  /** the rule wants the opposite, which decides whether an update is made. */
  readonly not: boolean;
  readonly side: 'src' | 'dst';
  readonly mask: Words;
  /** 0: any time. */
  readonly seconds: number;
  readonly reap: boolean;
  /** 0: once is enough. */
  readonly hitcount: number;
  /** the packet's time to live has to be that of the entry. */
  readonly ttl: boolean;
}

export type HostTest = RecentTest | OutsideTest;

/** What targets have the host do. */
export type HostAct = never;

/** The state that an instruction stands for; undefined: it has none. */
export const stateOf = (asked: HostTest | HostAct): string | undefined => ('state' in asked ? asked.state : undefined);
/** Each rule by itself. */
export const OWN_STATE = 'own';
