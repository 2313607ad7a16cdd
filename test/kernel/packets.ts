/**
 * Raw IP packets for the tests, made from options: headers, checksums, options, fragments, and each of
 * the ways in which a packet can be malformed. It shares no code with src/, so that a mistake in a decoder
 * is not repeated here.
 */

import { addressBytes, bytesOf, checksum, concat, padded } from './packets/bytes.js';
import type { PacketSpec } from './packets/spec.js';
import { transport } from './packets/transport.js';
import { protocolNumber } from './packets/words.js';

export { addressBytes, checksum, fromHex, toHex } from './packets/bytes.js';
export type { PacketSpec } from './packets/spec.js';

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
    // an authentication header counts words
    bytes[1] = type === 51 ? bytes.length / 4 - 2 : bytes.length / 8 - 1;
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

/**
 * The packet cut into fragments whose bodies hold `size` bytes (a multiple of 8) each, in order. Of IPv6 `id` tells them from
 * others, and hop-by-hop options and a routing header stand in each.
 */
export function fragment(packet: Uint8Array, size: number, id = 0x1234): Uint8Array[] {
  if (size % 8 !== 0 || size <= 0) throw new Error('fragment wants a multiple of 8');
  const six = packet[0]! >> 4 === 6;
  const before = six ? unfragmentable(packet) : { at: (packet[0]! & 15) * 4, namedAt: 0 };
  const head = packet.slice(0, before.at);
  const body = packet.subarray(before.at);
  if (six) head[before.namedAt] = 44;
  return Array.from({ length: Math.ceil(body.length / size) }, (_, n) => {
    const at = n * size;
    const more = at + size < body.length;
    const own = new Uint8Array(six ? 8 : 0);
    if (six) {
      own[0] = packet[before.namedAt]!;
      new DataView(own.buffer).setUint16(2, at | Number(more));
      new DataView(own.buffer).setUint32(4, id);
    }
    const piece = concat(head, own, body.subarray(at, at + size));
    const view = new DataView(piece.buffer);
    if (six) view.setUint16(4, piece.length - 40);
    else {
      view.setUint16(2, piece.length);
      view.setUint16(6, (view.getUint16(6) & 0x4000) | (more ? 0x2000 : 0) | (at / 8));
      view.setUint16(10, 0);
      view.setUint16(10, checksum(piece.subarray(0, head.length)));
    }
    return piece;
  });
}

/** How much of an IPv6 packet stands before a fragment header, and where the next one is named. */
function unfragmentable(packet: Uint8Array): { at: number; namedAt: number } {
  let namedAt = 6;
  let at = 40;
  while (packet[namedAt] === 0 || packet[namedAt] === 43) {
    namedAt = at;
    at += (packet[at + 1]! + 1) * 8;
  }
  return { at: Math.min(at, packet.length), namedAt };
}
