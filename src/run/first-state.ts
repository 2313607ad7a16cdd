/**
 * What connection tracking makes of a packet that belongs to no connection it knows: the first of one, or INVALID. Nothing
 * is remembered; the trackers in src/run/connections/ say the same of the first packet of an entry.
 */
import { PACKET_BAD_CHECKSUM, PACKET_BAD_HEADER } from '../abi.js';
import type { InvalidReason } from '../model/invalid-reason.js';
import type { Family } from '../net/address.js';
import { icmpProtocol, Protocol } from '../net/protocol.js';
import { isLeftAlone6, tcpFlagsFault, whyNoQuery, whyNoQuery6, whyNotFirst } from './connections/beginnings.js';
import { whyNoAssociation } from './connections/sctp-chunks.js';
import { Segment, segmentKind } from './connections/tcp-states.js';
import { isKnownGre } from './connections/tuples.js';
import { readSysctl, type TrackingSysctl } from './host-conf.js';

export interface FirstPacket {
  readonly family: Family;
  readonly protocol: number;
  /** PACKET_* flags of abi.ts. */
  readonly flags: number;
  readonly tcpFlags: number;
  readonly icmpType: number;
  /** bytes behind the IP header: how many, and those that are there. */
  readonly length: number;
  readonly transport: () => Uint8Array;
  /** the checksum is looked at: for packets from the wire, unless nf_conntrack_checksum is off. */
  readonly verify: boolean;
  /** nf_conntrack_tcp_loose. */
  readonly loose: boolean;
}

export interface FirstState {
  readonly state: 'NEW' | 'INVALID' | 'UNTRACKED';
  /** why it is INVALID. */
  readonly why: InvalidReason | undefined;
  /** the setting without which it would be the other. */
  readonly by?: 'nf_conntrack_checksum' | 'nf_conntrack_tcp_loose';
}

export interface FirstSettings {
  /** nf_conntrack_checksum, nf_conntrack_tcp_loose. */
  readonly checksum: boolean;
  readonly loose: boolean;
  /** seconds that an entry lasts which has seen no answer, by protocol, 0 to 255. */
  readonly timeouts: readonly number[];
}

type Timeout = readonly [name: TrackingSysctl, seconds: number];
const UDP: Timeout = ['udp_timeout', 30];
const OTHERS: Timeout = ['generic_timeout', 600];
const ICMP: Readonly<Record<Family, Timeout>> = { 4: ['icmp_timeout', 30], 6: ['icmpv6_timeout', 30] };
/** With what the kernel begins with. */
const TIMEOUTS: Readonly<Record<number, Timeout>> = {
  [Protocol.Tcp]: ['tcp_timeout_syn_sent', 120],
  [Protocol.Udp]: UDP,
  [Protocol.UdpLite]: UDP,
  [Protocol.Gre]: ['gre_timeout', 30],
  [Protocol.Sctp]: ['sctp_timeout_closed', 10],
};

/** What the host's sysctls say of first packets of a family, or what the kernel begins with. */
export function readFirstSettings(sysctls: ReadonlyMap<string, string>, family: Family = 4): FirstSettings {
  const read = (name: TrackingSysctl) => readSysctl(sysctls, `net.netfilter.nf_conntrack_${name}`);
  const timeouts = Array.from({ length: 256 }, (_, protocol) => {
    const [name, seconds] = (protocol === icmpProtocol(family) ? ICMP[family] : TIMEOUTS[protocol]) ?? OTHERS;
    return read(name) ?? seconds;
  });
  return { checksum: read('checksum') !== 0, loose: read('tcp_loose') !== 0, timeouts };
}

const NEW: FirstState = { state: 'NEW', why: undefined };
const invalid = (why: InvalidReason): FirstState => ({ state: 'INVALID', why });
const unless = (why: InvalidReason | undefined): FirstState => (why === undefined ? NEW : invalid(why));

export function firstState(packet: FirstPacket): FirstState {
  const { protocol, flags, family } = packet;
  if ((flags & PACKET_BAD_HEADER) !== 0) return invalid('bad-header');
  if (packet.length < leastHeader(protocol, family)) return invalid('short-header');
  if (packet.verify && (flags & PACKET_BAD_CHECKSUM) !== 0)
    return { ...invalid(checksumFault(protocol)), by: 'nf_conntrack_checksum' };
  switch (protocol) {
    case Protocol.Tcp:
      return firstTcp(packet.tcpFlags, packet.loose);
    case icmpProtocol(family):
      return family === 4 ? unless(whyNoQuery(packet.icmpType)) : firstIcmp6(packet.icmpType);
    case Protocol.Icmp:
    case Protocol.Icmpv6:
      return invalid('icmp-other-family');
    case Protocol.Sctp:
      return unless(whyNoAssociation(packet.transport()));
    case Protocol.Gre:
      return unless(isKnownGre(packet.transport()) ? undefined : 'gre-payload');
    default:
      return NEW;
  }
}

const firstIcmp6 = (type: number): FirstState =>
  isLeftAlone6(type) ? { state: 'UNTRACKED', why: undefined } : unless(whyNoQuery6(type));

/** udplite_error has it summed as UDP: one that is right is wrong there. */
export const checksumFault = (protocol: number): InvalidReason =>
  protocol === Protocol.UdpLite ? 'udp-checksum' : 'bad-checksum';

/** Bytes that tracking wants of a protocol's header. */
export function leastHeader(protocol: number, family: Family = 4): number {
  switch (protocol) {
    case Protocol.Tcp:
      return 20;
    case Protocol.Udp:
    case Protocol.UdpLite:
    case icmpProtocol(family):
      return 8;
    case Protocol.Sctp:
      return 12;
    default:
      return 0;
  }
}

function firstTcp(flags: number, loose: boolean): FirstState {
  const fault = tcpFlagsFault(flags);
  if (fault !== undefined) return invalid(fault);
  const kind = segmentKind(flags);
  const state = unless(whyNotFirst(kind, loose));
  return kind === Segment.Ack ? { ...state, by: 'nf_conntrack_tcp_loose' } : state;
}
