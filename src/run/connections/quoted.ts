/** The packet that an ICMP error is about, of which it quotes the beginning: nf_ct_get_tuplepr of net/netfilter/nf_conntrack_core.c. */
import { FRAG_OFFSET } from '../../abi.js';
import { crc32c, finishSum } from '../../net/checksum.js';
import { Protocol } from '../../net/protocol.js';
import type { TupleSource } from './tuples.js';

const IP_HEADER = 20;
/** Bytes of an ICMP error before what it quotes. */
export const ICMP_HEADER = 8;

/** undefined: too little of it is there, or it is a fragment without a header. */
export function readQuoted(bytes: Uint8Array): TupleSource | undefined {
  if (bytes.length < IP_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = (bytes[0]! & 15) * 4;
  if ((view.getUint16(6) & FRAG_OFFSET) !== 0 || header > bytes.length) return undefined;
  return { src: view.getUint32(12), dst: view.getUint32(16), protocol: bytes[9]!, transport: bytes.subarray(header) };
}

/** What an end of the quoted packet becomes; of ICMP `port` is the identifier. */
export interface QuotedEnd {
  readonly side: 'src' | 'dst';
  readonly address: number;
  readonly port: number;
}

/**
 * Changes an end of the quoted packet, with the checksums that are there: nf_nat_ipv4_manip_pkt of net/netfilter/nf_nat_proto.c.
 * False: too little of it is there.
 */
export function moveQuoted(bytes: Uint8Array, end: QuotedEnd): boolean {
  const quoted = readQuoted(bytes);
  if (quoted === undefined || !moveTransport(quoted, end)) return false;
  const before = end.side === 'src' ? quoted.src : quoted.dst;
  write32(bytes, end.side === 'src' ? 12 : 16, end.address);
  adjust(bytes, 10, before, end.address);
  return true;
}

/** l4proto_manip_pkt; the address is still the old one. */
function moveTransport({ protocol, transport, src, dst }: TupleSource, { side, address, port }: QuotedEnd): boolean {
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
      if (!QUERIES.includes(transport[0]!)) return true;
      const old = read16(transport, 4);
      write16(transport, 4, port);
      adjust(transport, 2, old, port);
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

/** `check`: where the checksum lies; 0: there is none. */
function movePort(bytes: Uint8Array, at: number, port: number, check: number, before: number, after: number): true {
  const old = read16(bytes, at);
  write16(bytes, at, port);
  if (check === 0) return true;
  adjust(bytes, check, before, after);
  adjust(bytes, check, old, port);
  return true;
}

/** The checksum that lies there, of bytes that held one number and now hold another (csum_replace4). */
function adjust(bytes: Uint8Array, check: number, before: number, after: number): void {
  const halves = (value: number) => (value >>> 16) + (value & 0xffff);
  const sum = (~read16(bytes, check) & 0xffff) + halves(~before >>> 0) + halves(after);
  write16(bytes, check, finishSum(sum));
}

const read16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
function write32(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at, value >>> 16);
  write16(bytes, at + 2, value & 0xffff);
}
