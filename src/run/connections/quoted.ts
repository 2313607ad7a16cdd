/** The packet that an ICMP error is about, of which it quotes the beginning: nf_ct_get_tuplepr of net/netfilter/nf_conntrack_core.c. */
import { FRAG_OFFSET } from '../../abi.js';
import { type Family, familyOf, type Words } from '../../net/address.js';
import { crc32c, finishSum } from '../../net/checksum.js';
import { behindExtensions } from '../../net/ipv6-headers.js';
import { Protocol } from '../../net/protocol.js';
import type { TupleSource } from './tuples.js';

const IP_HEADER = 20;
/** Bytes of an ICMP error of either family before what it quotes. */
export const ICMP_HEADER = 8;

/** undefined: too little of it is there, or it is a fragment without a header. */
export const readQuoted = (bytes: Uint8Array, family: Family): Quoted | undefined =>
  family === 4 ? readQuoted4(bytes) : readQuoted6(bytes);
type Quoted = TupleSource<Words>;

function readQuoted4(bytes: Uint8Array): Quoted | undefined {
  if (bytes.length < IP_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = (bytes[0]! & 15) * 4;
  if ((view.getUint16(6) & FRAG_OFFSET) !== 0 || header > bytes.length) return undefined;
  return {
    src: [view.getUint32(SRC_4)],
    dst: [view.getUint32(DST_4)],
    protocol: bytes[9]!,
    transport: bytes.subarray(header),
  };
}

function readQuoted6(bytes: Uint8Array): Quoted | undefined {
  const behind = behindExtensions(bytes);
  if (behind === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const address = (first: number) => [0, 4, 8, 12].map((at) => view.getUint32(first + at));
  return {
    src: address(SRC_6),
    dst: address(DST_6),
    protocol: behind.protocol,
    transport: bytes.subarray(behind.at),
  };
}
/** Where the addresses stand in the header of each family. */
const [SRC_4, DST_4, SRC_6, DST_6] = [12, 16, 8, 24];

/** What an end of the quoted packet becomes; of ICMP `port` is the identifier. */
export interface QuotedEnd {
  readonly side: 'src' | 'dst';
  readonly address: Words;
  readonly port: number;
}

/**
 * Changes an end of the quoted packet, with the checksums that are there: nf_nat_ipv4_manip_pkt and
 * nf_nat_ipv6_manip_pkt of net/netfilter/nf_nat_proto.c.
 * False: too little of it is there.
 */
export function moveQuoted(bytes: Uint8Array, end: QuotedEnd): boolean {
  const { side, address } = end;
  const family = familyOf(address);
  const quoted = readQuoted(bytes, family);
  if (quoted === undefined || !moveTransport(quoted, end)) return false;
  const at = family === 4 ? { src: SRC_4, dst: DST_4 } : { src: SRC_6, dst: DST_6 };
  address.forEach((word, i) => {
    write32(bytes, at[side] + 4 * i, word);
  });
  if (family === 4) adjust(bytes, 10, quoted[side], address);
  return true;
}

/** l4proto_manip_pkt; the address is still the old one. */
function moveTransport({ protocol, transport, src, dst }: Quoted, { side, address, port }: QuotedEnd): boolean {
  const before = side === 'src' ? src : dst;
  const at = side === 'src' ? 0 : 2;
  switch (protocol) {
    case Protocol.Tcp:
      return transport.length >= 8 && movePort(transport, at, port, transport.length < 20 ? 0 : 16, before, address);
    case Protocol.Udp:
    case Protocol.UdpLite: {
      if (transport.length < 8) return false;
      const summed = protocol === Protocol.UdpLite || read16(transport, 6) !== 0;
      movePort(transport, at, port, summed ? 6 : 0, before, address);
      if (summed && read16(transport, 6) === 0) write16(transport, 6, 0xffff);
      return true;
    }
    case Protocol.Sctp: {
      if (transport.length < 8) return false;
      write16(transport, at, port);
      if (transport.length < 12) return true;
      transport.fill(0, 8, 12);
      const sum = crc32c(transport);
      for (let byte = 0; byte < 4; byte++) transport[8 + byte] = sum >>> (8 * byte);
      return true;
    }
    case Protocol.Icmp: {
      if (transport.length < 8) return false;
      if (QUERIES.includes(transport[0]!)) moveNumber(transport, 4, port, 2);
      return true;
    }
    case Protocol.Icmpv6: {
      if (transport.length < 8) return false;
      adjust(transport, 2, before, address);
      if (QUERIES_6.includes(transport[0]!)) moveNumber(transport, 4, port, 2);
      return true;
    }
    case Protocol.Gre:
      // of a version above 1 it knows nothing
      return transport.length >= 8 && (side === 'src' || (transport[1]! & 7) <= 1);
    default:
      return true;
  }
}

/** Types with an identifier. */
const QUERIES: readonly number[] = [0, 8, 13, 14, 15, 16, 17, 18];
const QUERIES_6: readonly number[] = [128, 129];

/** `check`: where the checksum lies; 0: there is none. */
function movePort(bytes: Uint8Array, at: number, port: number, check: number, before: Words, after: Words): true {
  if (check === 0) write16(bytes, at, port);
  else {
    adjust(bytes, check, before, after);
    moveNumber(bytes, at, port, check);
  }
  return true;
}

/** A number of two bytes, which a checksum that lies at `check` sums. */
function moveNumber(bytes: Uint8Array, at: number, value: number, check: number): void {
  adjust(bytes, check, [read16(bytes, at)], [value]);
  write16(bytes, at, value);
}

/** The checksum that lies there, of bytes that held some words and now hold others (csum_replace4). */
function adjust(bytes: Uint8Array, check: number, before: Words, after: Words): void {
  let sum = ~read16(bytes, check) & 0xffff;
  before.forEach((word, i) => {
    sum += halves(~word >>> 0) + halves(after[i]!);
  });
  write16(bytes, check, finishSum(sum));
}

const halves = (value: number): number => (value >>> 16) + (value & 0xffff);
const read16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
function write32(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at, value >>> 16);
  write16(bytes, at + 2, value & 0xffff);
}
