/** What the tracker of a packet's protocol makes of it: nf_conntrack_handle_packet of net/netfilter/nf_conntrack_core.c. */
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_FIXED_TIMEOUT,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
  TcpByte,
} from '../../abi.js';
import type { Family } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { checksumFault, leastHeader } from '../first-state.js';
import { tcpFlagsFault } from './beginnings.js';
import { trackGre } from './gre.js';
import { trackIcmp } from './icmp.js';
import { SctpByte } from './protocol-parts.js';
import { invalid, type TrackedPacket, type TrackQuestion, type TrackVerdict } from './question.js';
import { trackSctp } from './sctp.js';
import { SctpState } from './sctp-states.js';
import type { ConnectionTable } from './table.js';
import { beginTcp, isClosing, trackTcp } from './tcp.js';
import { readSegment } from './tcp-segment.js';
import { Segment, segmentKind } from './tcp-states.js';
import { ORIGINAL, TupleWord } from './tuples.js';
import { trackUdp, trackUdpLite } from './udp.js';

/**
 * A packet whose entry was found or has just begun: one that is not confirmed takes it for its first packet. It changes
 * what the protocol remembers of the entry, and leaves status, time and end of the entry to the caller.
 */
export function track(question: TrackQuestion): TrackVerdict {
  const { table, entry, packet, settings } = question;
  const fault = faultOf(packet, settings.checksum, table.addresses.family);
  if (fault !== undefined) return fault;
  const verdict = trackProtocol(question);
  const fixed = (table.status(entry) & CT_STATUS_FIXED_TIMEOUT) !== 0;
  return fixed ? { ...verdict, seconds: undefined, fixed: verdict.seconds !== undefined } : verdict;
}

function trackProtocol(question: TrackQuestion): TrackVerdict {
  const { packet, settings } = question;
  switch (packet.protocol) {
    case Protocol.Tcp:
      return trackTcpPacket(question);
    case Protocol.Udp:
      return trackUdp(question);
    case Protocol.UdpLite:
      return trackUdpLite(question);
    case Protocol.Icmp:
    case Protocol.Icmpv6:
      return trackIcmp(question);
    case Protocol.Sctp:
      return trackSctpPacket(question);
    case Protocol.Gre:
      return trackGre(question);
    default:
      return { kind: 'accept', seconds: settings.generic };
  }
}

function trackTcpPacket({ table, entry, direction, packet, now, settings }: TrackQuestion): TrackVerdict {
  const { parts } = table;
  const status = table.status(entry);
  const segment = readSegment(packet.transport, packet.length, segmentKind);
  const first = (status & CT_STATUS_CONFIRMED) === 0;
  const by = first && segment.kind === Segment.Ack ? 'nf_conntrack_tcp_loose' : undefined;
  if (first) {
    const why = beginTcp(parts, entry, segment, settings.tcp);
    if (why !== undefined) return { ...invalid(why), by };
  }
  const left = (table.end(entry) - now) / 1000;
  const verdict = trackTcp({ parts, entry, direction, segment, status, left, settings: settings.tcp });
  return by === undefined ? verdict : { ...verdict, by };
}

function trackSctpPacket({ table, entry, direction, packet, settings }: TrackQuestion): TrackVerdict {
  const status = table.status(entry);
  const { transport } = packet;
  return trackSctp({ parts: table.parts, entry, direction, status, transport, timeouts: settings.sctp });
}

/**
 * What is wrong with the packet alone (tcp_error, udp_error and their like); undefined: nothing. Of ICMP the kernel asks
 * it before it looks for a connection. `checksum`: nf_conntrack_checksum.
 */
export function faultOf(packet: TrackedPacket, checksum: boolean, family: Family): TrackVerdict | undefined {
  const { protocol, flags, transport } = packet;
  if ((flags & PACKET_BAD_HEADER) !== 0) return invalid('bad-header');
  if (transport.length < leastHeader(protocol, family)) return invalid('short-header');
  if (checksum && (flags & PACKET_BAD_CHECKSUM) !== 0)
    return { ...invalid(checksumFault(protocol)), by: 'nf_conntrack_checksum' };
  const why = protocol === Protocol.Tcp ? tcpFlagsFault(transport[13]!) : undefined;
  return why === undefined ? undefined : invalid(why);
}

const LEAVING: readonly number[] = [SctpState.ShutdownSent, SctpState.ShutdownReceived, SctpState.ShutdownAckSent];

/**
 * Whether the entry may go before its time in a table that is nearly full (gc_worker_can_early_drop). Where there is no
 * room at all for a new one, only entries that are not assured go (early_drop_list).
 */
export function earlyDrops(table: ConnectionTable, entry: number): boolean {
  if ((table.status(entry) & CT_STATUS_ASSURED) === 0) return true;
  switch (table.tuple(entry, ORIGINAL)[TupleWord.Proto]! & 0xffff) {
    case Protocol.Tcp:
      return isClosing(table.parts.byte(entry, TcpByte.State));
    case Protocol.Sctp:
      return LEAVING.includes(table.parts.byte(entry, SctpByte.State));
    default:
      return false;
  }
}
