/**
 * What rules ask of the host where no column of the core holds it: plain data that programs carry as JSON. Each `what` has
 * its file in src/run/asked/, which answers it each time that a packet comes to it.
 */

import type { Words } from '../net/address.js';
import type { ForeignAct, ForeignTest } from './foreign-test.js';
import type { LimitAct, LimitTest } from './limit-test.js';
import type { OutsideAct, OutsideTest } from './outside-test.js';
import type { InSetTest, SetChange, SetMap } from './set-test.js';
import type { ToldTest } from './told-test.js';

/** `state`: what it remembers from packet to packet. All that say the same name share it; 'own': each rule has its own. */
export interface Stateful {
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

/** xt_connlimit: connections of addresses that are alike, and what is asked of their number. */
export interface ConnlimitTest extends Stateful {
  readonly what: 'connlimit';
  readonly side: 'src' | 'dst';
  readonly prefix: number;
  readonly limit: number;
  /** more than the limit; else so many or less. */
  readonly above: boolean;
}

/** xt_connbytes: what a connection has counted. */
export interface ConnbytesTest {
  readonly what: 'connbytes';
  /** the rule wants the opposite, of what is counted at all. */
  readonly not: boolean;
  readonly mode: 'packets' | 'bytes' | 'avgpkt';
  readonly direction: 'original' | 'reply' | 'both';
  /** decimal, of 64 bits. */
  readonly from: string;
  readonly to: string;
}

/** xt_connlabel: a connection's label, by its number or its name. Without a connection that is remembered it lasts as long as the packet. */
export interface ConnlabelTest extends Stateful {
  readonly what: 'connlabel';
  readonly label: string;
  readonly set: boolean;
}

export type HostTest =
  | ConnbytesTest
  | ConnlabelTest
  | ConnlimitTest
  | ForeignTest
  | InSetTest
  | LimitTest
  | OutsideTest
  | RecentTest
  | ToldTest;

/** What targets have the host do. */
export type HostAct = ForeignAct | LimitAct | OutsideAct | SetChange | SetMap;

/** The state that an instruction stands for; undefined: it has none. */
export const stateOf = (asked: HostTest | HostAct): string | undefined => ('state' in asked ? asked.state : undefined);
/** Whether one of those that a program carries is of such a kind. */
export const asksHost = (hosted: readonly string[], ...kinds: readonly HostTest['what'][]): boolean =>
  hosted.some((text) => kinds.includes((JSON.parse(text) as HostTest).what));
/** Each rule by itself. */
export const OWN_STATE = 'own';
