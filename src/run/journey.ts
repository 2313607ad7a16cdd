/** A packet on its way: where it stands between hooks, what was seen of it so far, and how a way ends. */
import { Field } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import type { PacketPath, PacketState } from '../model/packet.js';
import type { PacketOut, WalkEvent } from '../model/trace.js';
import type { Words } from '../net/address.js';
import type { Routing } from './routing.js';
import type { Stages } from './stage.js';

/** What a walk needs of the run. */
export interface WalkSetup {
  readonly compiled: Compiled;
  readonly stages: Stages;
  readonly routing: Routing;
  readonly tracking: boolean;
  /** TRACE_* level of abi.ts. */
  readonly level: number;
  /** events hold the packet's bytes as it leaves. */
  readonly bytes: boolean;
  /** the interface that packets leave by whose route is not known, where that was assumed. */
  outAssumed(): string | undefined;
  /** nf_conntrack_checksum, nf_conntrack_tcp_loose. */
  readonly checksum: boolean;
  readonly loose: boolean;
  /** whether an address is the host's own, where that was assumed. */
  isLocal(address: number): boolean | undefined;
  /** a number below the given one, where the kernel draws at random. */
  draw(range: number): number;
}

export interface Journey {
  /** its number in the batch. */
  readonly slot: number;
  /** sent by this host, and not come back to it. */
  local: boolean;
  /** the interface that it came in by; empty for a packet of this host. */
  iif: string;
  /** the interface that routing chose, or that was given where it does not know; undefined: nobody knows. */
  oif: string | undefined;
  /** undefined: the route is not known. */
  nextHop: Words | undefined;
  /** the interface that it is said to leave by, if routing does not know. */
  readonly out: string | undefined;
  /** the way that it takes where routing does not know, and its connection's state where that was given. */
  readonly path: PacketPath | undefined;
  readonly given: PacketState | undefined;
  readonly uid: number;
  /** it was given by its bytes: what this host sends so goes through a raw socket. */
  readonly raw: boolean;
  /** translation of source and destination are settled. */
  readonly bound: { src: boolean; dst: boolean };
  /** it comes in again once it has left: the packet itself by lo, or a copy of it by the interface that it leaves by. */
  again: 'lo' | 'copy' | undefined;
  /** the fields that decide its route, as the last look for it saw them. */
  seen: readonly number[];
  readonly events: WalkEvent[];
}

/** Why a way ends before the last hook. Rule and policy are numbers of the compiled program. */
export interface Lost {
  readonly fate: 'dropped' | 'rejected' | 'stolen' | 'unknown';
  readonly by: 'rule' | 'policy' | 'routing' | 'tracking';
  readonly why?: string | undefined;
  readonly rule?: number;
  readonly policy?: number;
}
export interface Left {
  readonly fate: 'delivered' | 'forwarded' | 'sent';
  readonly out: PacketOut;
}
export type End = Lost | Left;

type LostEvent = Extract<WalkEvent, { kind: 'lost' }>;

/** Ends a way between the tables, and says so among the events. */
export function lose(
  journey: Journey,
  by: 'routing' | 'tracking',
  why: string,
  fate: Lost['fate'] = 'dropped',
  more: Pick<LostEvent, 'answer' | 'guessed' | 'lacks'> = {},
): Lost {
  journey.events.push({ kind: 'lost', by, why, ...more });
  return { fate, by, why };
}

/** An IPv4 address of a packet as it is now. */
export const addressOf = ({ stages }: WalkSetup, { slot }: Journey, field: Field.Src | Field.Dst): Words => [
  stages.field(slot, field),
];

/** What routing asks of a packet. */
export function flowOf(setup: WalkSetup, journey: Journey) {
  const of = (field: Field) => setup.stages.field(journey.slot, field);
  return {
    src: addressOf(setup, journey, Field.Src),
    dst: addressOf(setup, journey, Field.Dst),
    mark: of(Field.Mark),
    tos: of(Field.Tos),
    proto: of(Field.Proto),
    sport: of(Field.Sport),
    dport: of(Field.Dport),
  };
}
