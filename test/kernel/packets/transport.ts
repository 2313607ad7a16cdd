/** What follows the IP header: each protocol's header, its payload, and the checksum of both. */
import { bytesOf, checksum, concat, padded } from './bytes.js';
import type { PacketSpec } from './spec.js';
import { tcpFlags } from './words.js';

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

/** Of an SCTP packet, whatever stands in its place. Undefined where the header is cut. */
export function sctpChecksum(packet: Uint8Array): number {
  const clean = packet.slice();
  clean.fill(0, 8, 12);
  return crc32c(clean);
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
      head[4] = spec.doff ?? 3;
      head[8] = spec.dccpType ?? 0;
      return { head, sum: 6 };
    }
    default:
      return { head: new Uint8Array(0) };
  }
}

export function pseudoHeader(src: Uint8Array, dst: Uint8Array, proto: number, length: number): Uint8Array {
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

/** Header and payload with their checksum; `room`: the bytes that they shall fill. */
export function transport(
  spec: PacketSpec,
  proto: number,
  src: Uint8Array,
  dst: Uint8Array,
  room?: number,
): Uint8Array {
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
