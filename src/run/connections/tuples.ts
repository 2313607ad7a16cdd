/**
 * Tuples: what connection tracking tells packets of one direction from all others by. nf_ct_get_tuple and
 * nf_ct_invert_tuple of net/netfilter/nf_conntrack_core.c, with those of both ICMPs and GRE.
 */
import { hasPorts, Protocol } from '../../net/protocol.js';

/** Words of a tuple: what one direction's packets bear. Addresses are numbers of AddressNumbers. */
export enum TupleWord {
  Src = 0,
  Dst = 1,
  /** source port in the high half, or an ICMP identifier; destination port in the low one, or ICMP's type and code. */
  Ports = 2,
  /** the protocol; in the high half the zone. */
  Proto = 3,
  Count = 4,
}
export type Tuple = Uint32Array;

/** An entry's two tuples: of the packets that opened it, of their answers. */
export const ORIGINAL = 0;
export const REPLY = 1;

/** Addresses, protocol and transport header of a packet, or of one that an ICMP error quotes. */
export interface TupleSource<Address = number> {
  readonly src: Address;
  readonly dst: Address;
  readonly protocol: number;
  /** The bytes behind its IP header, as far as they are there. */
  readonly transport: Uint8Array;
}

/** Protocols whose connections, and so their translations, are told apart by ports: the kernel has no tracker of DCCP. */
export const hasTuplePorts = (protocol: number): boolean => hasPorts(protocol) && protocol !== Protocol.Dccp;
/** Those by an identifier, a type and a code, whichever family they are carried in. */
export const isIcmp = (protocol: number): boolean => protocol === Protocol.Icmp || protocol === Protocol.Icmpv6;

/** A reason: it has none, and belongs to no connection. */
export function tupleOf(
  { src, dst, protocol, transport }: TupleSource,
  zone = 0,
): Tuple | 'short-header' | 'gre-payload' {
  const ports = keyOf(protocol, transport);
  return typeof ports === 'string' ? ports : Uint32Array.of(src, dst, ports, protocol | (zone << 16));
}

/** The same, into a tuple; undefined: it was written. */
export function writeTuple(
  to: Tuple,
  { src, dst, protocol, transport }: TupleSource,
): 'short-header' | 'gre-payload' | undefined {
  const ports = keyOf(protocol, transport);
  if (typeof ports === 'string') return ports;
  to[TupleWord.Src] = src;
  to[TupleWord.Dst] = dst;
  to[TupleWord.Ports] = ports;
  to[TupleWord.Proto] = protocol;
  return undefined;
}

/** What stands where a tuple has its ports. */
function keyOf(protocol: number, transport: Uint8Array): number | 'short-header' | 'gre-payload' {
  const half = (at: number) => (transport[at]! << 8) | transport[at + 1]!;
  if (hasTuplePorts(protocol)) return transport.length < 4 ? 'short-header' : pairOf(half(0), half(2));
  if (isIcmp(protocol)) return transport.length < 8 ? 'short-header' : pairOf(half(4), half(0));
  if (protocol !== Protocol.Gre) return 0;
  // gre_pkt_to_tuple: only version 1 has a key, the call that it belongs to
  if (!isKnownGre(transport)) return 'gre-payload';
  return transport.length >= 8 && (half(0) & GRE_VERSION) === 1 ? half(6) : 0;
}
const GRE_VERSION = 7;

const PPP = 0x880b;

/** gre_pkt_to_tuple: version 1 carries PPP alone. A header that is cut is no fault. */
export function isKnownGre(transport: Uint8Array): boolean {
  const [, flags = 0, high = 0, low = 0] = transport;
  return transport.length < 8 || (flags & 7) !== 1 || ((high << 8) | low) === PPP;
}

export const pairOf = (high: number, low: number): number => ((high << 16) | low) >>> 0;
export const highOf = (pair: number): number => pair >>> 16;
export const lowOf = (pair: number): number => pair & 0xffff;

/** Type of the answer to a query, and of the query to an answer (invmap of nf_conntrack_proto_icmp.c, …_icmpv6.c). */
const ANSWERS: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [Protocol.Icmp]: { 8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17 },
  [Protocol.Icmpv6]: { 128: 129, 129: 128, 139: 140, 140: 139 },
};

/** The tuple of answers, in its zone; undefined: nothing answers such a packet. */
export function inverse(tuple: Tuple, zone: number): Tuple | undefined {
  const [src, dst, ports] = tuple as unknown as [number, number, number];
  const protocol = protocolOf(tuple);
  const proto = protocol | (zone << 16);
  const answers = ANSWERS[protocol];
  if (answers === undefined) return Uint32Array.of(dst, src, pairOf(lowOf(ports), highOf(ports)), proto);
  const type = answers[lowOf(ports) >>> 8];
  return type === undefined
    ? undefined
    : Uint32Array.of(dst, src, pairOf(highOf(ports), (type << 8) | (ports & 0xff)), proto);
}

export const protocolOf = (tuple: Tuple): number => tuple[TupleWord.Proto]! & 0xff;
export const zoneOf = (tuple: Tuple): number => tuple[TupleWord.Proto]! >>> 16;

export const sameTuple = (a: Tuple, b: Tuple): boolean => a.every((word, i) => word === b[i]);
