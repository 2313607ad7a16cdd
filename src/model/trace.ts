/**
 * What became of a packet: the line that `trace` prints, and the events from which `explain` tells the story. Plain
 * data; rules are named by table, chain and number from 1.
 */
import type { Emit, Field, Mangle } from '../abi.js';
import type { Words } from '../net/address.js';
import type { NumberRange } from './condition.js';
import type { Connection } from './connection.js';
import type { InvalidReason } from './invalid-reason.js';
import type { PacketState } from './packet.js';
import type { Reading } from './reading.js';
import type { HookName, TableName } from './ruleset.js';

export type Fate = 'delivered' | 'forwarded' | 'sent' | 'dropped' | 'rejected' | 'stolen' | 'unknown';

export interface RuleRef {
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number;
}
export interface PolicyRef {
  readonly table: TableName;
  readonly chain: HookName;
}

/** What decided the fate. */
export interface DecidedBy {
  readonly kind: 'rule' | 'policy' | 'routing' | 'tracking' | 'none';
  readonly table?: TableName;
  readonly chain?: string;
  readonly rule?: number;
  /** a reason's name where no rule's text says it: `martian-source`, `no-route`, a question. */
  readonly why?: string;
}

/** A packet as it leaves the last hook. */
export interface PacketOut {
  readonly hook: 'input' | 'postrouting';
  readonly iface: string;
  readonly src: string;
  readonly dst: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly mark: number;
  readonly tos: number;
  readonly ttl: number;
}

/** One line of `trace`. */
export interface TraceLine {
  readonly schema: 1;
  readonly hits: readonly RuleRef[];
  readonly policies: readonly PolicyRef[];
  readonly fate: Fate;
  readonly by: DecidedBy;
  readonly out?: PacketOut;
  /** what the kernel copies of a broadcast or multicast that the host sends. */
  readonly copies?: readonly PacketOut[];
}

/** Numbers (`rule`, `policy`, `address`) are those of the compiled program. */
export type WalkEvent =
  | { readonly kind: 'begin'; readonly from: 'wire' | 'host' | 'loop' | 'copy'; readonly iface: string }
  | { readonly kind: 'enter'; readonly table: TableName; readonly hook: HookName }
  /** a table's chain is not consulted at this hook, and why. */
  | { readonly kind: 'skip'; readonly table: TableName; readonly hook: HookName; readonly why: SkipReason }
  | { readonly kind: 'rule'; readonly rule: number }
  /** value: of the field, or what was `read` of the packet's bytes. */
  | {
      readonly kind: 'held' | 'failed';
      readonly address: number;
      readonly field: Field;
      readonly value: number;
      readonly read?: true;
    }
  /** what the host found where the condition asked it that comes next; what it did for a target. */
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'did'; readonly reading: Reading }
  | { readonly kind: 'hit'; readonly rule: number }
  | { readonly kind: 'policy'; readonly policy: number; readonly verdict: number }
  | { readonly kind: 'jump' | 'goto'; readonly chain: number }
  | { readonly kind: 'return' }
  | { readonly kind: 'edited'; readonly field: Field; readonly before: number; readonly after: number }
  /** the MSS (0: there was none; MSS_UNKNOWN), or a TCP option, `before`, that was overwritten. */
  | { readonly kind: 'mangled'; readonly what: Mangle; readonly before: number; readonly after: number }
  | { readonly kind: 'connmark'; readonly before: number; readonly after: number }
  | { readonly kind: 'notrack' }
  | { readonly kind: 'emitted'; readonly rule: number; readonly to: Emit }
  | { readonly kind: 'verdict'; readonly rule: number; readonly verdict: number }
  | { readonly kind: 'hot-drop'; readonly rule: number; readonly address: number }
  | { readonly kind: 'open'; readonly rule: number; readonly question: string }
  /** rules are missing there: one of them takes the packet, as was assumed, or nobody knows. */
  | { readonly kind: 'gap'; readonly question: string; readonly open: boolean }
  | {
      readonly kind: 'tracked';
      readonly state: PacketState;
      readonly why: InvalidReason | undefined;
      /** the setting that decided it, without its `net.netfilter.`. */
      readonly by?: string | undefined;
      /** the entry, as the packet leaves it, where connections are remembered; and whether it is an answer of it. */
      readonly connection?: Connection;
      readonly reply?: boolean;
      /** the packet ends it. */
      readonly gone?: true;
    }
  | {
      readonly kind: 'translated';
      readonly side: 'src' | 'dst';
      readonly from: Endpoint;
      readonly to: Endpoint;
      /** undefined: another connection was in the way. */
      readonly rule: number | undefined;
      /** the ports, or identifiers, of which the kernel takes any: the one here was drawn. */
      readonly drawn?: NumberRange | undefined;
    }
  /** what the connection's entry says was done to the packet, and to the one that an ICMP error quotes. */
  | {
      readonly kind: 'followed';
      readonly side: 'src' | 'dst';
      readonly from: Endpoint;
      readonly to: Endpoint;
      readonly quoted?: true;
    }
  /** the connection keeps its addresses in this direction: no rule asked for anything else. */
  | { readonly kind: 'identity'; readonly side: 'src' | 'dst' }
  | {
      readonly kind: 'routed';
      readonly to: 'local' | 'forward' | 'send';
      readonly iface: string;
      readonly gateway: Words | undefined;
      readonly again: boolean;
      readonly by: RouteUse | undefined;
      /** the hop that it takes of several, by its name, as was given or assumed. */
      readonly hop?: string | undefined;
      /** of a packet that is for this host. */
      readonly how?: 'unicast' | 'broadcast' | 'multicast';
      /** sent to a group that the host was taken not to be in, so that it does not hear the packet itself. */
      readonly guessed?: true | undefined;
    }
  /** routing is not known; the way was given, and the interface that it leaves by, or not. */
  | { readonly kind: 'taken'; readonly way: 'input' | 'forward' | 'output'; readonly iface: string | undefined }
  | {
      readonly kind: 'lost';
      readonly by: 'routing' | 'tracking';
      readonly why: string;
      /** what the sender gets. */
      readonly answer?: string;
      /** to a group that the host was taken not to be in. */
      readonly guessed?: true | undefined;
      /** a rule asks for a translation, to an address of this interface, which is not to be had. */
      readonly lacks?: string;
      /** the hops of the route by which it may go, where nothing tells which it takes. */
      readonly ways?: readonly string[];
    }
  | { readonly kind: 'ttl'; readonly before: number; readonly after: number }
  /** the entry, where connections are remembered. */
  | { readonly kind: 'confirmed'; readonly connection?: Connection }
  /** the packet was the last of so many fragments, and goes on as the whole: its columns then, by Field. */
  | { readonly kind: 'gathered'; readonly fragments: number; readonly columns: readonly number[] }
  /**
   * behind INPUT a fragment of IPv6 that was delivered waits for others, completes a packet of so many and those bytes, or is
   * lost.
   */
  | {
      readonly kind: 'received';
      readonly fragments?: number;
      readonly bytes?: Uint8Array;
      readonly why?: string;
      readonly answer?: string;
    }
  /** a fragment of IPv6 is not gathered, and goes on as it is. */
  | { readonly kind: 'passes'; readonly why: 'headers-cut' | 'odd-length' }
  | { readonly kind: 'leaves'; readonly out: PacketOut; readonly bytes?: Uint8Array };

/** The route that settled where a packet goes. */
export interface RouteUse {
  readonly address: Words;
  readonly prefix: number;
  readonly table: number;
  /** priority of the policy rule that led to the table. */
  readonly rule?: number;
}

export interface Endpoint {
  readonly address: Words;
  /** undefined: the protocol has none. */
  readonly port: number | undefined;
}

export type SkipReason =
  /** connections are not tracked, so that nat is not consulted at all. */
  | 'tracking-off'
  | 'not-new'
  | 'invalid'
  | 'untracked'
  /** this direction of translation was settled on the way out. */
  | 'bound';

/** A packet's whole walk. */
export interface WalkResult {
  readonly fate: Fate;
  readonly by: DecidedBy;
  readonly hits: readonly number[];
  readonly policies: readonly number[];
  readonly out: PacketOut | undefined;
  readonly copies: readonly PacketOut[];
  readonly events: readonly WalkEvent[];
  /** the packet's columns before its walk, by Field; empty unless everything was asked for. */
  readonly start: readonly number[];
}

/** What happens to the packet itself, without the way in of a copy that the kernel makes of it (ip_mc_output). */
export function ownEvents(events: readonly WalkEvent[]): WalkEvent[] {
  let copied = false;
  return events.filter((event) => {
    if (event.kind === 'begin') copied = event.from === 'copy';
    // the packet goes on there, once its copy has come in
    else if ((event.kind === 'enter' || event.kind === 'skip') && event.hook === 'POSTROUTING') copied = false;
    return !copied;
  });
}
