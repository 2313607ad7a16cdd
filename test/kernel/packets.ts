/**
 * Raw IP packets for the tests, made from options: headers, checksums, options, fragments, and each of
 * the ways in which a packet can be malformed. It shares no code with src/, so that a mistake in a decoder
 * is not repeated here.
 */

/** A packet to build. Only the two addresses are needed; everything else has the value that a host would use. */
export interface PacketSpec {
  src: string;
  dst: string;
  /** A name (tcp, udp, icmp, ipv6-icmp, sctp, udplite, gre, esp, ah, dccp, igmp, ipip …) or a number. */
  proto?: string | number;

  ttl?: number;
  tos?: number;
  /** The identification of the IP header (the fragment header in IPv6). */
  ipId?: number;
  df?: boolean;
  mf?: boolean;
  /** Fragment offset in units of 8 bytes. From 1 on there is no transport header: `payload` stands alone. */
  frag?: number;
  /** Bytes of IPv4 options, padded to a multiple of four. */
  ipOptions?: Uint8Array | string;
  /** IPv6 extension headers before the transport header, in order; `body` is what follows the two first bytes. */
  ext?: { type: number; body: Uint8Array | string }[];

  sport?: number;
  dport?: number;
  /** TCP flags: `SYN,ACK`, or letters `SA`, or the byte. */
  flags?: string | number;
  seq?: number;
  ack?: number;
  window?: number;
  urgent?: number;
  /** TCP options, padded by zeros to a multiple of four. */
  tcpopts?: Uint8Array | string;
  /** TCP header length in words, when it shall lie. */
  doff?: number;
  /** UDP length field (UDP-Lite: coverage), when it shall lie. */
  udpLength?: number;

  /** ICMP type, code, and the four bytes behind the checksum as id and sequence. */
  type?: number;
  code?: number;
  id?: number;
  icmpSeq?: number;

  /** SCTP: the chunk types (each an empty chunk of 4 bytes unless `payload` is given) and the verification tag. */
  chunks?: number[];
  vtag?: number;

  payload?: Uint8Array | string;
  /** IP total length wanted: the payload is filled with zeros, or cut, until it is met. */
  length?: number;
  /** Cut what follows the IP header to so many bytes, the total length along with it. */
  truncate?: number;
  /** Bytes that follow the IP packet and are not counted in its length. */
  trailer?: number;

  badChecksum?: boolean;
  /** UDP only: send checksum 0. */
  noChecksum?: boolean;
  /** The protocol number in the pseudo header, when it is not that of the packet. */
  checksumProto?: number;
  badIpChecksum?: boolean;
  /** The IHL field in words, or the total length field, when they shall lie. */
  ihl?: number;
  totalLength?: number;
}

const PROTOCOLS: Record<string, number> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  sctp: 132,
  udplite: 136,
};

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const FLAG_LETTERS = 'FSRPAUEC';

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || /[^0-9a-fA-F]/.test(hex)) throw new Error(`not hexadecimal: ${hex}`);
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function protocolNumber(proto: string | number): number {
  if (typeof proto === 'number') return proto;
  const known = PROTOCOLS[proto.toLowerCase()] ?? (/^\d+$/.test(proto) ? Number(proto) : undefined);
  if (known === undefined || known > 255) throw new Error(`unknown protocol ${proto}`);
  return known;
}

export function tcpFlags(flags: string | number): number {
  if (typeof flags === 'number') return flags;
  let byte = 0;
  const words = flags.toUpperCase().split(/[,|+ ]/);
  for (const word of words) {
    if (word === '' || word === 'NONE') continue;
    const named = FLAG_NAMES.indexOf(word);
    if (named >= 0) {
      byte |= 1 << named;
      continue;
    }
    for (const letter of word) {
      const bit = FLAG_LETTERS.indexOf(letter);
      if (bit < 0) throw new Error(`unknown tcp flag in ${flags}`);
      byte |= 1 << bit;
    }
  }
  return byte;
}

/** An address as 4 or 16 bytes. */
export function addressBytes(text: string): Uint8Array {
  if (!text.includes(':')) {
    const parts = text.split('.').map(Number);
    if (parts.length !== 4 || parts.some((p) => !Number.isInteger(p) || p < 0 || p > 255)) {
      throw new Error(`not an address: ${text}`);
    }
    return Uint8Array.from(parts);
  }
  const [head = '', tail] = text.split('::');
  const words = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((word) => {
          if (!word.includes('.')) return [Number.parseInt(word, 16)];
          const v4 = addressBytes(word);
          return [(v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!];
        });
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const gap = tail === undefined ? [] : new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  const all = [...before, ...gap, ...after];
  if (all.length !== 8 || all.some((w) => !(w >= 0 && w <= 0xffff))) throw new Error(`not an address: ${text}`);
  return Uint8Array.from(all.flatMap((w) => [w >> 8, w & 255]));
}

/** The Internet checksum of the parts as if they stood in one row (only the last may have an odd length). */
export function checksum(...parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += (part[i]! << 8) | (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const CRC32C = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC32C[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function bytesOf(value: Uint8Array | string | undefined): Uint8Array {
  return value === undefined ? new Uint8Array(0) : typeof value === 'string' ? fromHex(value) : value;
}

function padded(bytes: Uint8Array, multiple: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / multiple) * multiple);
  out.set(bytes);
  return out;
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The transport header without its checksum, and where that checksum belongs. */
function transportHeader(spec: PacketSpec, proto: number, payloadLength: number): { head: Uint8Array; sum?: number } {
  const ports = (size: number): { head: Uint8Array; view: DataView } => {
    const head = new Uint8Array(size);
    const view = new DataView(head.buffer);
    view.setUint16(0, spec.sport ?? 0);
    view.setUint16(2, spec.dport ?? 0);
    return { head, view };
  };
  switch (proto) {
    case 6: {
      const options = padded(bytesOf(spec.tcpopts), 4);
      const { head, view } = ports(20 + options.length);
      view.setUint32(4, (spec.seq ?? 0) >>> 0);
      view.setUint32(8, (spec.ack ?? 0) >>> 0);
      head[12] = ((spec.doff ?? head.length / 4) & 15) << 4;
      head[13] = tcpFlags(spec.flags ?? 'SYN');
      view.setUint16(14, spec.window ?? 64240);
      view.setUint16(18, spec.urgent ?? 0);
      head.set(options, 20);
      return { head, sum: 16 };
    }
    case 17:
    case 136: {
      const { head, view } = ports(8);
      view.setUint16(4, spec.udpLength ?? 8 + payloadLength);
      return { head, sum: 6 };
    }
    case 1:
    case 58: {
      const head = new Uint8Array(8);
      const view = new DataView(head.buffer);
      head[0] = spec.type ?? (proto === 1 ? 8 : 128);
      head[1] = spec.code ?? 0;
      view.setUint16(4, spec.id ?? 0);
      view.setUint16(6, spec.icmpSeq ?? 0);
      return { head, sum: 2 };
    }
    case 132: {
      const chunks = spec.chunks ?? [1];
      const { head, view } = ports(12 + (payloadLength > 0 ? 0 : 4 * chunks.length));
      view.setUint32(4, (spec.vtag ?? 0) >>> 0);
      if (payloadLength === 0) {
        for (const [i, chunk] of chunks.entries()) head.set([chunk, 0, 0, 4], 12 + 4 * i);
      }
      return { head };
    }
    case 33: {
      const { head } = ports(12);
      head[4] = 3;
      return { head, sum: 6 };
    }
    default:
      return { head: new Uint8Array(0) };
  }
}

function pseudoHeader(src: Uint8Array, dst: Uint8Array, proto: number, length: number): Uint8Array {
  const out = new Uint8Array(src.length * 2 + 8);
  const view = new DataView(out.buffer);
  out.set(src);
  out.set(dst, src.length);
  if (src.length === 4) {
    out[9] = proto;
    view.setUint16(10, length);
    return out.subarray(0, 12);
  }
  view.setUint32(32, length);
  out[39] = proto;
  return out;
}

function transport(spec: PacketSpec, proto: number, src: Uint8Array, dst: Uint8Array, room?: number): Uint8Array {
  let payload = bytesOf(spec.payload);
  const headLength = spec.frag ? 0 : transportHeader(spec, proto, payload.length).head.length;
  if (room !== undefined) {
    const filled = new Uint8Array(Math.max(0, room - headLength));
    filled.set(payload.subarray(0, filled.length));
    payload = filled;
  }
  if (spec.frag) return payload;
  const { head, sum } = transportHeader(spec, proto, proto === 132 && !spec.payload ? 0 : payload.length);
  const whole = concat(head, payload);
  const view = new DataView(whole.buffer);
  if (proto === 132 && whole.length >= 12) {
    view.setUint32(8, crc32c(whole) ^ (spec.badChecksum ? 1 : 0), true);
  } else if (sum !== undefined && !(proto === 17 && spec.noChecksum)) {
    const plain = proto === 1 ? [] : [pseudoHeader(src, dst, spec.checksumProto ?? proto, whole.length)];
    let value = checksum(...plain, whole);
    if (value === 0 && (proto === 17 || proto === 136)) value = 0xffff;
    // 0x5555 away from right, and never 0, which UDP would take as no checksum at all
    if (spec.badChecksum) value = value ^ 0x5555 || 0x1234;
    view.setUint16(sum, value);
  }
  return whole;
}

function buildV4(spec: PacketSpec, src: Uint8Array, dst: Uint8Array): Uint8Array {
  const proto = protocolNumber(spec.proto ?? 'tcp');
  const options = padded(bytesOf(spec.ipOptions), 4);
  const headLength = 20 + options.length;
  let body = transport(spec, proto, src, dst, spec.length === undefined ? undefined : spec.length - headLength);
  if (spec.truncate !== undefined) body = body.subarray(0, spec.truncate);
  const head = new Uint8Array(headLength);
  const view = new DataView(head.buffer);
  head[0] = 0x40 | ((spec.ihl ?? headLength / 4) & 15);
  head[1] = spec.tos ?? 0;
  view.setUint16(2, spec.totalLength ?? headLength + body.length);
  view.setUint16(4, spec.ipId ?? 0x1234);
  view.setUint16(6, (spec.df ? 0x4000 : 0) | (spec.mf ? 0x2000 : 0) | (spec.frag ?? 0));
  head[8] = spec.ttl ?? 64;
  head[9] = proto;
  head.set(src, 12);
  head.set(dst, 16);
  head.set(options, 20);
  view.setUint16(10, checksum(head) ^ (spec.badIpChecksum ? 0x5555 : 0));
  return concat(head, body, new Uint8Array(spec.trailer ?? 0));
}

function buildV6(spec: PacketSpec, src: Uint8Array, dst: Uint8Array): Uint8Array {
  const proto = protocolNumber(spec.proto ?? 'tcp');
  const fragmented = spec.frag !== undefined || spec.mf;
  const headers: { type: number; bytes: Uint8Array }[] = (spec.ext ?? []).map(({ type, body }) => {
    const bytes = padded(concat(new Uint8Array(2), bytesOf(body)), 8);
    bytes[1] = bytes.length / 8 - 1;
    return { type, bytes };
  });
  if (fragmented) {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint16(2, ((spec.frag ?? 0) << 3) | (spec.mf ? 1 : 0));
    view.setUint32(4, spec.ipId ?? 0x1234);
    headers.push({ type: 44, bytes });
  }
  headers.forEach(({ bytes }, i) => {
    bytes[0] = headers[i + 1]?.type ?? proto;
  });
  const between = concat(...headers.map((h) => h.bytes));
  let body = transport(
    spec,
    proto,
    src,
    dst,
    spec.length === undefined ? undefined : spec.length - 40 - between.length,
  );
  if (spec.truncate !== undefined) body = body.subarray(0, spec.truncate);
  const head = new Uint8Array(40);
  const view = new DataView(head.buffer);
  view.setUint32(0, ((6 << 28) | ((spec.tos ?? 0) << 20)) >>> 0);
  view.setUint16(4, spec.totalLength !== undefined ? spec.totalLength - 40 : between.length + body.length);
  head[6] = headers[0]?.type ?? proto;
  head[7] = spec.ttl ?? 64;
  head.set(src, 8);
  head.set(dst, 24);
  return concat(head, between, body, new Uint8Array(spec.trailer ?? 0));
}

/** The packet as it stands on the wire, from its IP header on. */
export function buildPacket(spec: PacketSpec): Uint8Array {
  const src = addressBytes(spec.src);
  const dst = addressBytes(spec.dst);
  if (src.length !== dst.length) throw new Error(`addresses of two families: ${spec.src}, ${spec.dst}`);
  return src.length === 4 ? buildV4(spec, src, dst) : buildV6(spec, src, dst);
}

/** The IPv4 packet cut into fragments whose bodies hold `size` bytes (a multiple of 8) each, in order. */
export function fragment(packet: Uint8Array, size: number): Uint8Array[] {
  if (packet[0]! >> 4 !== 4 || size % 8 !== 0 || size <= 0) throw new Error('fragment wants IPv4 and a multiple of 8');
  const headLength = (packet[0]! & 15) * 4;
  const body = packet.subarray(headLength);
  const out: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = concat(packet.subarray(0, headLength), body.subarray(at, at + size));
    const view = new DataView(piece.buffer);
    view.setUint16(2, piece.length);
    view.setUint16(6, (view.getUint16(6) & 0x4000) | (at + size < body.length ? 0x2000 : 0) | (at / 8));
    view.setUint16(10, 0);
    view.setUint16(10, checksum(piece.subarray(0, headLength)));
    out.push(piece);
  }
  return out;
}
