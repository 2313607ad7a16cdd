/**
 * From packets in columns to their bytes, one packet behind the other: what `encodePacket` makes of the same packets as
 * they are described, without an object for each.
 */
import { FRAG_MORE } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import type { PacketBytes, PacketColumns } from '../model/batch.js';
import type { Family } from '../net/address.js';
import { crc32c, finishSum } from '../net/checksum.js';
import { FRAGMENT_HEADER, isExtension } from '../net/ipv6-headers.js';
import { icmpProtocol, Protocol, protocolName } from '../net/protocol.js';
import { SYN } from '../net/tcp-flags.js';
import { BODY_BYTES, SCTP_INIT, WINDOW } from './resolve.js';

const IP_BYTES: Readonly<Record<Family, number>> = { 4: 20, 6: 40 };
/** Of IPv6, before the header of the protocol. */
const FRAGMENT_BYTES = 8;
const TTL = 64;
const OFFSET = 0x1fff;

/** Bytes of header that are written, by protocol: those that have ports, and ICMP with type and code; others have none. */
const HEADER_BYTES = new Uint8Array(256);
HEADER_BYTES[Protocol.Icmp] = 8;
HEADER_BYTES[Protocol.Icmpv6] = 8;
HEADER_BYTES[Protocol.Tcp] = 20;
HEADER_BYTES[Protocol.Udp] = 8;
HEADER_BYTES[Protocol.UdpLite] = 8;
HEADER_BYTES[Protocol.Sctp] = 12;
HEADER_BYTES[Protocol.Dccp] = 20;

/**
 * Packets `from` to `from + most - 1`, as far as there are so many, with all that stands beside their fields. Throws
 * PacketwalkError where a length has no room for the headers.
 */
export function bytesOf(columns: PacketColumns, from = 0, most = columns.count): PacketBytes {
  const count = Math.max(0, Math.min(most, columns.count - from));
  const end = from + count;
  const at = new Uint32Array(count);
  const size = new Uint32Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    at[i] = total;
    size[i] = lengthOf(columns, from + i);
    total += size[i]!;
  }
  const bytes = new Uint8Array(total);
  for (let i = 0; i < count; i++) writePacket(bytes, at[i]!, size[i]!, columns, from + i);
  return {
    kind: 'bytes',
    count,
    interfaces: columns.interfaces,
    in: columns.in?.subarray(from, end),
    out: columns.out?.subarray(from, end),
    mac: columns.mac?.subarray(from, end),
    pkttype: columns.pkttype?.subarray(from, end),
    mark: columns.mark?.subarray(from, end),
    time: columns.time?.subarray(from, end),
    uid: columns.uid?.subarray(from, end),
    gid: columns.gid?.subarray(from, end),
    path: columns.path?.subarray(from, end),
    state: columns.state?.subarray(from, end),
    told: columns.told?.slice(from, end),
    bytes,
    at,
    size,
    raw: false,
  };
}

/** Those of one packet alone, which stand until the next call. */
export function bytesOfOne(columns: PacketColumns, packet: number): Uint8Array {
  const size = lengthOf(columns, packet);
  const bytes = ONE.subarray(0, size).fill(0);
  writePacket(bytes, 0, size, columns, packet);
  return bytes;
}
const ONE = new Uint8Array(1 << 16);

/** Of what is no later fragment; the ICMP of the other family has no header here. */
export const headerBytes = (protocol: number, frag: number, family: Family): number =>
  (frag & OFFSET) > 0 || protocol === icmpProtocol(family === 4 ? 6 : 4) ? 0 : HEADER_BYTES[protocol]!;
/** What stands before it. */
export const ipBytes = (frag: number, family: Family): number =>
  IP_BYTES[family] + (family === 6 && (frag & (FRAG_MORE | OFFSET)) !== 0 ? FRAGMENT_BYTES : 0);
const protocolOf = (columns: PacketColumns, packet: number): number => columns.proto[packet]! & 255;

/** IP total length. Throws PacketwalkError where it has no room for the headers, or one of IPv6 cannot be the last. */
export function lengthOf(columns: PacketColumns, packet: number): number {
  const { family = 4 } = columns;
  const protocol = protocolOf(columns, packet);
  const frag = columns.frag?.[packet] ?? 0;
  if (family === 6 && isExtension(protocol))
    throw new PacketwalkError(`packet ${packet}: proto: behind a header of ${protocolName(protocol)} another stands`, {
      code: 'bad-packet',
    });
  const head = ipBytes(frag, family);
  const header = headerBytes(protocol, frag, family);
  const least = head + header;
  const part = (frag & (FRAG_MORE | OFFSET)) !== 0;
  if (columns.length === undefined) return least + (part ? 0 : (BODY_BYTES[protocol] ?? 0));
  const length = columns.length[packet]! & 0xffff;
  if (length >= least) return length;
  const more = header === 0 ? '' : ` and ${header} of ${protocolName(protocol)} header`;
  throw new PacketwalkError(`packet ${packet}: length: ${length} is less than ${head} bytes of IP header${more}`, {
    code: 'bad-packet',
  });
}

/** The bytes there are 0 before. */
function writePacket(bytes: Uint8Array, at: number, length: number, columns: PacketColumns, packet: number): void {
  const { family = 4 } = columns;
  const protocol = protocolOf(columns, packet);
  const frag = columns.frag?.[packet] ?? 0;
  if (family === 4) writeIpv4(bytes, at, length, columns, packet);
  else writeIpv6(bytes, at, length, columns, packet);
  if (headerBytes(protocol, frag, family) === 0) return;
  const head = ipBytes(frag, family);
  writeTransport(bytes, at + head, length - head, columns, packet, (frag & FRAG_MORE) !== 0, at + ADDRESSES_AT[family]);
}

const ADDRESSES_AT: Readonly<Record<Family, number>> = { 4: 12, 6: 8 };

function writeIpv4(bytes: Uint8Array, at: number, length: number, columns: PacketColumns, packet: number): void {
  bytes[at] = 0x45;
  bytes[at + 1] = columns.tos?.[packet] ?? 0;
  put16(bytes, at + 2, length);
  put16(bytes, at + 6, (columns.frag?.[packet] ?? 0) & (0x4000 | FRAG_MORE | OFFSET));
  bytes[at + 8] = columns.ttl?.[packet] ?? TTL;
  bytes[at + 9] = protocolOf(columns, packet);
  put32(bytes, at + 12, columns.src[packet]!);
  put32(bytes, at + 16, columns.dst[packet]!);
  put16(bytes, at + 10, finishSum(sum(bytes, at, at + IP_BYTES[4])));
}

function writeIpv6(bytes: Uint8Array, at: number, length: number, columns: PacketColumns, packet: number): void {
  const protocol = protocolOf(columns, packet);
  const frag = columns.frag?.[packet] ?? 0;
  put16(bytes, at, 0x6000 | (((columns.tos?.[packet] ?? 0) & 255) << 4));
  put16(bytes, at + 4, length - IP_BYTES[6]);
  bytes[at + 6] = protocol;
  bytes[at + 7] = columns.ttl?.[packet] ?? TTL;
  for (let i = 0; i < 4; i++) {
    put32(bytes, at + 8 + 4 * i, columns.src[4 * packet + i]!);
    put32(bytes, at + 24 + 4 * i, columns.dst[4 * packet + i]!);
  }
  if ((frag & (FRAG_MORE | OFFSET)) === 0) return;
  bytes[at + 6] = FRAGMENT_HEADER;
  bytes[at + 40] = protocol;
  put16(bytes, at + 42, ((frag & OFFSET) << 3) | ((frag & FRAG_MORE) === 0 ? 0 : 1));
}

function writeTransport(
  bytes: Uint8Array,
  at: number,
  length: number,
  columns: PacketColumns,
  packet: number,
  more: boolean,
  addresses: number,
): void {
  const { family = 4 } = columns;
  const protocol = protocolOf(columns, packet);
  const sport = columns.sport[packet]!;
  const dport = columns.dport[packet]!;
  /** Of a header of so many bytes, behind which there are zeros, with the addresses before it. */
  const checksum = (header: number) =>
    finishSum(
      sum(bytes, addresses, addresses + (family === 4 ? 8 : 32)) + sum(bytes, at, at + header) + protocol + length,
    );
  if (protocol === icmpProtocol(family)) {
    bytes[at] = sport;
    bytes[at + 1] = dport;
    put16(bytes, at + 2, family === 6 ? checksum(8) : finishSum(sum(bytes, at, at + 8)));
    return;
  }
  put16(bytes, at, sport);
  put16(bytes, at + 2, dport);
  switch (protocol) {
    case Protocol.Tcp:
      bytes[at + 12] = 5 << 4;
      bytes[at + 13] = columns.flags?.[packet] ?? SYN;
      put16(bytes, at + 14, WINDOW);
      put16(bytes, at + 16, checksum(20));
      break;
    case Protocol.Udp:
    case Protocol.UdpLite: {
      put16(bytes, at + 4, length);
      // the sum of the whole is not known from its first fragment; UDP of IPv4 can do without one
      if (protocol === Protocol.Udp && more && family === 4) break;
      const check = checksum(8);
      put16(bytes, at + 6, check === 0 ? 0xffff : check);
      break;
    }
    case Protocol.Dccp:
      bytes[at + 4] = 5;
      bytes[at + 8] = 1;
      put16(bytes, at + 6, checksum(20));
      break;
    case Protocol.Sctp: {
      if (!more && length >= 12 + SCTP_INIT.length) bytes.set(SCTP_INIT, at + 12);
      const crc = crc32c(bytes.subarray(at, at + length));
      for (let i = 0; i < 4; i++) bytes[at + 8 + i] = crc >>> (8 * i);
    }
  }
}

/** The sum of 16-bit words; what lies behind the headers is 0 and adds nothing. */
function sum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!;
  return total;
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value);
}
