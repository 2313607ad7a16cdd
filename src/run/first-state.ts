/**
 * What connection tracking makes of a packet that belongs to no connection it knows: the first of one, or INVALID.
 * Sources: net/netfilter/nf_conntrack_core.c and nf_conntrack_proto_*.c.
 */
import { PACKET_BAD_CHECKSUM, PACKET_BAD_HEADER } from '../abi.js';
import { Protocol } from '../net/protocol.js';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../net/tcp-flags.js';

export interface FirstPacket {
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
  readonly state: 'NEW' | 'INVALID';
  /** why it is INVALID. */
  readonly why: string | undefined;
  /** the setting without which it would be the other. */
  readonly by?: 'nf_conntrack_checksum' | 'nf_conntrack_tcp_loose';
}

const NEW: FirstState = { state: 'NEW', why: undefined };
const invalid = (why: string): FirstState => ({ state: 'INVALID', why });

const ECN = ECE | CWR;

export function firstState(packet: FirstPacket): FirstState {
  const { protocol, flags } = packet;
  if ((flags & PACKET_BAD_HEADER) !== 0) return invalid('bad-header');
  if (packet.length < leastHeader(protocol)) return invalid('short-header');
  if (packet.verify && (flags & PACKET_BAD_CHECKSUM) !== 0)
    return { ...invalid('bad-checksum'), by: 'nf_conntrack_checksum' };
  switch (protocol) {
    case Protocol.Tcp:
      return firstTcp(packet.tcpFlags, packet.loose);
    case Protocol.Icmp:
      return firstIcmp(packet.icmpType);
    case Protocol.Sctp:
      return firstSctp(packet.transport());
    default:
      return NEW;
  }
}

/** Bytes that tracking wants of a protocol's header. */
export function leastHeader(protocol: number): number {
  switch (protocol) {
    case Protocol.Tcp:
      return 20;
    case Protocol.Udp:
    case Protocol.UdpLite:
    case Protocol.Icmp:
      return 8;
    case Protocol.Sctp:
      return 12;
    default:
      return 0;
  }
}

/** tcp_valid_flags, then the row of tcp_conntracks for a connection that is not there yet. */
function firstTcp(all: number, loose: boolean): FirstState {
  const flags = all & ~(PSH | ECN);
  const sound = [SYN, SYN | URG, SYN | ACK, RST, RST | ACK, FIN | ACK, FIN | ACK | URG, ACK, ACK | URG];
  if (!sound.includes(flags)) return invalid('tcp-flags');
  if ((flags & RST) !== 0) return invalid('tcp-rst');
  if ((flags & SYN) !== 0) return (flags & ACK) !== 0 ? invalid('tcp-syn-ack') : NEW;
  if ((flags & FIN) !== 0) return invalid('tcp-fin');
  return { ...(loose ? NEW : invalid('tcp-not-syn')), by: 'nf_conntrack_tcp_loose' };
}

/** valid_new of nf_conntrack_proto_icmp.c; an error's connection would have been found by its inner packet. */
function firstIcmp(type: number): FirstState {
  const QUERIES = [8, 13, 15, 17];
  const ERRORS = [3, 4, 5, 11, 12];
  if (QUERIES.includes(type)) return NEW;
  return invalid(ERRORS.includes(type) ? 'icmp-error' : 'icmp-not-a-query');
}

const INIT = 1;
const INIT_ACK = 2;
const COOKIE_ECHO = 10;
const COOKIE_ACK = 11;
const SHUTDOWN_COMPLETE = 14;
/** sctp_conntracks, original direction, no state: what begins a connection; INIT brings a header of its own. */
const SCTP_BEGINS = [INIT, INIT_ACK, 4, 5, 7, 8, 9, COOKIE_ECHO];

/** do_basic_checks and sctp_new of nf_conntrack_proto_sctp.c. */
function firstSctp(packet: Uint8Array): FirstState {
  let count = 0;
  let alone = false;
  let begins = false;
  for (let at = 12; at + 4 <= packet.length; count++) {
    const type = packet[at]!;
    const length = (packet[at + 2]! << 8) | packet[at + 3]!;
    if (type === INIT || type === INIT_ACK || type === SHUTDOWN_COMPLETE) alone = true;
    if (((type === COOKIE_ACK || type === COOKIE_ECHO || alone) && count !== 0) || length === 0)
      return invalid('sctp-chunks');
    if (count === 0) {
      if (!SCTP_BEGINS.includes(type)) return invalid('sctp-chunk');
      if (type === INIT && at + 4 + 16 > packet.length) return invalid('sctp-chunk');
      begins = true;
    }
    at += (length + 3) & ~3;
  }
  return begins ? NEW : invalid('sctp-chunks');
}
