/** From a described packet to the bytes of its IP packet, with the lengths and checksums that a host would write. */
import { PacketwalkError } from '../errors.js';
import type { Packet, PacketFields } from '../model/packet.js';
import type { Family, Words } from '../net/address.js';
import { crc32c, finishSum, sumBytes } from '../net/checksum.js';
import { icmpProtocol, Protocol, protocolName } from '../net/protocol.js';

/** The bytes of a packet from its IP header on; a length that cannot be met is refused. */
export function encodePacket(packet: Packet): Uint8Array {
  if (packet.kind === 'raw') return packet.bytes;
  const head = ipHeaderBytes(packet);
  const header = transportHeader(packet);
  const least = head + header.length + packet.payload.length;
  const length = packet.length ?? least;
  if (length < least) throw bad(`length: ${length} is less than ${inside(packet, head, header.length)}`);
  if (length > (packet.family === 4 ? 65535 : 65575))
    throw bad(`the packet would take ${length} bytes, more than an IP packet holds`);
  if (header.length > 60 && packet.protocol === Protocol.Tcp) throw bad('tcpopts: more than 40 bytes');

  const bytes = new Uint8Array(length);
  const transport = bytes.subarray(head);
  transport.set(header);
  transport.set(packet.payload, header.length);
  if (packet.frag === 0) finishTransport(packet, transport);
  if (packet.family === 4) writeIpv4(packet, bytes);
  else writeIpv6(packet, bytes);
  return bytes;
}

/** IP total length where none was asked for. */
export const naturalLength = (packet: PacketFields): number =>
  ipHeaderBytes(packet) + transportHeader(packet).length + packet.payload.length;

const bad = (message: string): PacketwalkError => new PacketwalkError(message, { code: 'bad-packet' });

function inside(packet: PacketFields, head: number, header: number): string {
  const parts = [`${head} bytes of IP header`];
  if (header > 0) parts.push(`${header} of ${protocolName(packet.protocol)} header`);
  if (packet.payload.length > 0) parts.push(`${packet.payload.length} of payload`);
  return parts.join(' and ');
}

const isFragment = (packet: PacketFields): boolean => packet.mf || packet.frag > 0;
const ipHeaderBytes = (packet: PacketFields): number => (packet.family === 4 ? 20 : isFragment(packet) ? 48 : 40);
const isIcmp = (packet: PacketFields): boolean => packet.protocol === icmpProtocol(packet.family);

/** The header without lengths and checksum; later fragments have none, nor have protocols that are not listed. */
function transportHeader(packet: PacketFields): Uint8Array {
  if (packet.frag > 0) return new Uint8Array(0);
  if (isIcmp(packet)) {
    const header = new Uint8Array(8);
    header[0] = packet.type;
    header[1] = packet.code;
    put16(header, 4, packet.id);
    put16(header, 6, packet.seq);
    return header;
  }
  const size = headerSize(packet);
  const header = new Uint8Array(size);
  if (size === 0) return header;
  put16(header, 0, packet.sport);
  put16(header, 2, packet.dport);
  if (packet.protocol === Protocol.Tcp) {
    put32(header, 4, packet.seq);
    put32(header, 8, packet.ack);
    header[12] = (size / 4) << 4;
    header[13] = packet.flags;
    put16(header, 14, packet.window);
    header.set(packet.tcpopts, 20);
  } else if (packet.protocol === Protocol.Dccp) {
    // a request: data offset of five words, long sequence number
    header[4] = 5;
    header[8] = 1;
  }
  return header;
}

function headerSize(packet: PacketFields): number {
  switch (packet.protocol) {
    case Protocol.Tcp:
      return 20 + 4 * Math.ceil(packet.tcpopts.length / 4);
    case Protocol.Udp:
    case Protocol.UdpLite:
      return 8;
    case Protocol.Sctp:
      return 12;
    case Protocol.Dccp:
      return 20;
    default:
      return 0;
  }
}

/** Lengths and checksum, once header and payload stand in place. */
function finishTransport(packet: PacketFields, transport: Uint8Array): void {
  const { protocol } = packet;
  if (protocol === Protocol.Udp || protocol === Protocol.UdpLite) put16(transport, 4, transport.length);
  // the sum of the whole is not known from its first fragment; UDP can do without one
  if (protocol === Protocol.Udp && packet.mf && packet.family === 4) return;
  if (protocol === Protocol.Sctp) {
    const crc = crc32c(transport);
    for (let i = 0; i < 4; i++) transport[8 + i] = crc >>> (8 * i);
    return;
  }
  const at = checksumAt(packet);
  if (at === undefined) return;
  const sum = packet.protocol === Protocol.Icmp ? 0 : pseudoHeader(packet, transport.length);
  const check = finishSum(sumBytes(transport, sum));
  const never0 = protocol === Protocol.Udp || protocol === Protocol.UdpLite;
  put16(transport, at, check === 0 && never0 ? 0xffff : check);
}

function checksumAt(packet: PacketFields): number | undefined {
  if (isIcmp(packet)) return 2;
  switch (packet.protocol) {
    case Protocol.Tcp:
      return 16;
    case Protocol.Udp:
    case Protocol.UdpLite:
    case Protocol.Dccp:
      return 6;
    default:
      return undefined;
  }
}

function pseudoHeader(packet: PacketFields, length: number): number {
  return sumBytes(addressBytes([...packet.src, ...packet.dst]), packet.protocol + length);
}

function writeIpv4(packet: PacketFields, bytes: Uint8Array): void {
  bytes[0] = 0x45;
  bytes[1] = packet.tos;
  put16(bytes, 2, bytes.length);
  put16(bytes, 4, packet.ipid);
  put16(bytes, 6, (packet.df ? 0x4000 : 0) | (packet.mf ? 0x2000 : 0) | packet.frag);
  bytes[8] = packet.ttl;
  bytes[9] = packet.protocol;
  bytes.set(addressBytes([...packet.src, ...packet.dst]), 12);
  put16(bytes, 10, finishSum(sumBytes(bytes.subarray(0, 20))));
}

function writeIpv6(packet: PacketFields, bytes: Uint8Array): void {
  put32(bytes, 0, 0x60000000 | (packet.tos << 20));
  put16(bytes, 4, bytes.length - 40);
  bytes[6] = packet.protocol;
  bytes[7] = packet.ttl;
  bytes.set(addressBytes([...packet.src, ...packet.dst]), 8);
  if (!isFragment(packet)) return;
  bytes[6] = 44;
  bytes[40] = packet.protocol;
  put16(bytes, 42, (packet.frag << 3) | (packet.mf ? 1 : 0));
  put32(bytes, 44, packet.ipid);
}

function addressBytes(words: Words): Uint8Array {
  const out = new Uint8Array(words.length * 4);
  words.forEach((word, i) => {
    put32(out, 4 * i, word);
  });
  return out;
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value & 0xffff);
}

/** The family of a packet; undefined where its first byte names none. */
export function familyOfPacket(packet: Packet): Family | undefined {
  if (packet.kind === 'fields') return packet.family;
  const version = (packet.bytes[0] ?? 0) >> 4;
  return version === 4 || version === 6 ? version : undefined;
}
