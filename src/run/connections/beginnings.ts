/**
 * Which TCP segments and ICMP messages begin a connection: tcp_valid_flags and tcp_new of
 * net/netfilter/nf_conntrack_proto_tcp.c, valid_new of net/netfilter/nf_conntrack_proto_icmp.c.
 */
import type { InvalidReason } from '../../model/invalid-reason.js';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../../net/tcp-flags.js';
import { Segment } from './tcp-states.js';

/** tcp_valid_flags, without those that may always be set. */
const SOUND_FLAGS: readonly number[] = [
  SYN,
  SYN | URG,
  SYN | ACK,
  RST,
  RST | ACK,
  FIN | ACK,
  FIN | ACK | URG,
  ACK,
  ACK | URG,
];

/** undefined: such flags may stand together. */
export const tcpFlagsFault = (flags: number): InvalidReason | undefined =>
  SOUND_FLAGS.includes(flags & ~(PSH | ECE | CWR)) ? undefined : 'tcp-flags';

/** By Segment: why such a one begins no entry. */
const NO_BEGINNING: Readonly<Record<number, InvalidReason>> = {
  [Segment.SynAck]: 'tcp-syn-ack',
  [Segment.Fin]: 'tcp-fin',
  [Segment.Rst]: 'tcp-rst',
  [Segment.None]: 'tcp-flags',
};
/** Why a Segment with sound flags begins no entry; undefined: it does. */
export const whyNotFirst = (segment: number, loose: boolean): InvalidReason | undefined =>
  segment === Segment.Ack && !loose ? 'tcp-not-syn' : NO_BEGINNING[segment];

const QUERIES: readonly number[] = [8, 13, 15, 17];
const ERRORS: readonly number[] = [3, 4, 5, 11, 12];

/** icmp_is_err: it is about a packet of another connection, which it quotes. */
export const isIcmpError = (type: number): boolean => ERRORS.includes(type);

/** Of ICMPv6: an echo, a question about a node. */
const QUERIES_6: readonly number[] = [128, 139];
/** Those that tracking leaves alone (noct_valid_new): multicast listeners, neighbours and routers; since 2024 multicast routers, too. */
const UNTRACKED_6: readonly number[] = [130, 131, 132, 133, 134, 135, 136, 143, 151, 152];
export const isLeftAlone6 = (type: number): boolean => UNTRACKED_6.includes(type);
/** All of them below 128 are errors, known or not. */
export const isIcmp6Error = (type: number): boolean => type < 128;

/** Why a message of such a type begins no connection, where it is not left alone (net/netfilter/nf_conntrack_proto_icmpv6.c); undefined: it does. */
export function whyNoQuery6(type: number): InvalidReason | undefined {
  if (QUERIES_6.includes(type)) return undefined;
  return isIcmp6Error(type) ? 'icmp-error' : 'icmp-not-a-query';
}

/** Why a message of such a type begins no connection (valid_new); undefined: it does. */
export function whyNoQuery(type: number): InvalidReason | undefined {
  if (QUERIES.includes(type)) return undefined;
  return isIcmpError(type) ? 'icmp-error' : 'icmp-not-a-query';
}
