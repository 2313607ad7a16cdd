/** Connection tracking's own steps: fragments are gathered, and a packet gets its connection's columns. */
import {
  CT_STATUS_CONFIRMED,
  CT_STATUS_SEEN_REPLY,
  Field,
  PACKET_TEMPLATE,
  STATE_ESTABLISHED,
  STATE_INVALID,
  STATE_NEW,
  STATE_RELATED,
  STATE_UNTRACKED,
} from '../abi.js';
import type { PacketState } from '../model/packet.js';
import { hasPorts, Protocol } from '../net/protocol.js';
import { type FirstState, firstState } from './first-state.js';
import { type Journey, type Lost, lose, type WalkSetup } from './journey.js';

const STATES: Readonly<Record<PacketState, number>> = {
  NEW: STATE_NEW,
  ESTABLISHED: STATE_ESTABLISHED,
  RELATED: STATE_RELATED,
  INVALID: STATE_INVALID,
  UNTRACKED: STATE_UNTRACKED,
};
const NO_CONNECTION = STATE_INVALID | STATE_UNTRACKED;
const MORE_OR_LATER = 0x3fff;

/** nf_defrag_ipv4, and ip_local_deliver: a fragment waits until its packet is whole. */
export function gather(setup: WalkSetup, journey: Journey, by: 'tracking' | 'routing'): Lost | undefined {
  const fragment = (setup.stages.field(journey.slot, Field.Frag) & MORE_OR_LATER) !== 0;
  return fragment && (by === 'routing' || setup.tracking) ? lose(journey, by, 'fragment-waits', 'stolen') : undefined;
}

export function hasConnection({ stages, tracking }: WalkSetup, { slot }: Journey): boolean {
  const state = stages.field(slot, Field.CtState);
  return tracking && state !== 0 && (state & NO_CONNECTION) === 0;
}

/** nf_conntrack_in, for a packet whose connection is not known: its first, unless its state was given. */
export function track(setup: WalkSetup, journey: Journey): void {
  const { stages, tracking, checksum, loose } = setup;
  const { slot, given } = journey;
  if (!tracking) return;
  const of = (field: Field) => stages.field(slot, field);
  // nf_conntrack_in takes the CT target's template off again; its zone stays
  if ((of(Field.Flags) & PACKET_TEMPLATE) !== 0) {
    stages.setField(slot, Field.Flags, of(Field.Flags) & ~PACKET_TEMPLATE);
    stages.setField(slot, Field.CtState, STATE_INVALID);
    stages.setField(slot, Field.CtStatus, 0);
    stages.setField(slot, Field.CtMark, 0);
  }
  // a packet that came back by lo has its connection with it
  if (hasConnection(setup, journey)) return;
  if ((of(Field.CtState) & STATE_UNTRACKED) !== 0) {
    journey.events.push({ kind: 'tracked', state: 'UNTRACKED', why: undefined });
    return;
  }
  const found: Omit<FirstState, 'state'> & { state: PacketState } =
    given !== undefined
      ? { state: given, why: undefined }
      : firstState({
          protocol: of(Field.Proto),
          flags: of(Field.Flags),
          tcpFlags: of(Field.TcpFlags),
          icmpType: of(Field.Sport),
          transport: stages.bytesOf(slot).subarray(of(Field.IpLen)),
          verify: checksum && !journey.local,
          loose,
        });
  stages.setField(slot, Field.CtState, STATES[found.state]);
  journey.events.push({ kind: 'tracked', state: found.state, why: found.why, by: found.by });
  if (hasConnection(setup, journey)) describe(setup, journey);
}

/**
 * The tuples of the connection that the packet begins, or stands in. The time left stays 0 until it is confirmed: what
 * the entry holds so far is a span, from which nf_ct_expires takes the clock. (For some minutes after the host's start,
 * and from about its 25th day for as long again at 1,000 ticks a second, the kernel finds more left than 0.)
 */
function describe({ stages }: WalkSetup, { slot, given }: Journey): void {
  const of = (field: Field) => stages.field(slot, field);
  const put = (field: Field, value: number) => stages.setField(slot, field, value);
  const protocol = of(Field.Proto);
  const [sport, dport, answered] = keysOf(
    protocol,
    of(Field.Sport),
    of(Field.Dport),
    stages.bytesOf(slot).subarray(of(Field.IpLen)),
  );
  put(Field.CtProto, protocol);
  put(Field.CtStatus, given === 'ESTABLISHED' ? CT_STATUS_CONFIRMED | CT_STATUS_SEEN_REPLY : 0);
  for (let i = 0; i < 4; i++) {
    put(Field.CtOrigSrc + i, of(Field.Src + i));
    put(Field.CtOrigDst + i, of(Field.Dst + i));
    put(Field.CtReplSrc + i, of(Field.Dst + i));
    put(Field.CtReplDst + i, of(Field.Src + i));
  }
  put(Field.CtOrigSport, sport);
  put(Field.CtOrigDport, dport);
  const icmp = protocol === Protocol.Icmp;
  put(Field.CtReplSport, icmp ? sport : dport);
  put(Field.CtReplDport, icmp ? answered : sport);
}

/** Type of the answer to an ICMP query (invmap of nf_conntrack_proto_icmp.c). */
const ANSWERS: Readonly<Record<number, number>> = { 8: 0, 13: 14, 15: 16, 17: 18 };

/**
 * What stands where a tuple has its ports: ports; of ICMP the identifier, then type and code, and those of the answer;
 * of GRE version 1 the call.
 */
function keysOf(protocol: number, sport: number, dport: number, transport: Uint8Array): [number, number, number] {
  const half = (at: number) => ((transport[at] ?? 0) << 8) | (transport[at + 1] ?? 0);
  if (protocol === Protocol.Icmp) return [half(4), (sport << 8) | dport, ((ANSWERS[sport] ?? sport) << 8) | dport];
  if (protocol === Protocol.Gre) return [0, (half(0) & 7) === 1 ? half(6) : 0, 0];
  return hasTuplePorts(protocol) ? [sport, dport, 0] : [0, 0, 0];
}

/** Protocols whose connections, and so their translations, are told apart by ports: the kernel has no tracker of DCCP. */
export const hasTuplePorts = (protocol: number): boolean => hasPorts(protocol) && protocol !== Protocol.Dccp;

/** __nf_conntrack_confirm: from here on the entry stands, with its protocol's first timeout. */
export function confirm(setup: WalkSetup, journey: Journey): void {
  if (!hasConnection(setup, journey)) return;
  const { stages } = setup;
  const status = stages.field(journey.slot, Field.CtStatus);
  if ((status & CT_STATUS_CONFIRMED) !== 0) return;
  stages.setField(journey.slot, Field.CtStatus, status | CT_STATUS_CONFIRMED);
  stages.setField(journey.slot, Field.CtExpire, firstTimeout(stages.field(journey.slot, Field.Proto)));
  journey.events.push({ kind: 'confirmed' });
}

/** The kernel's defaults, in seconds, for an entry that has seen no reply. */
export function firstTimeout(protocol: number): number {
  switch (protocol) {
    case Protocol.Tcp:
      return 120;
    case Protocol.Udp:
    case Protocol.UdpLite:
    case Protocol.Icmp:
    case Protocol.Gre:
      return 30;
    case Protocol.Sctp:
      return 3;
    default:
      return 600;
  }
}
