/** Where a packet comes from that does not say it. */
import { PacketwalkError } from '../errors.js';
import type { Packet } from '../model/packet.js';
import type { Words } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

export interface Found {
  /** null: this host sends it; undefined: nobody knows. */
  readonly in: string | null | undefined;
  /** taken for granted, because the source is this host's own, or because the way back to it leads there. */
  readonly by?: 'own' | 'back' | undefined;
}

/** What follows of where a source is. */
export const foundBy = (origin: ReturnType<LoadedHost['originOf']>): Found =>
  origin === 'own'
    ? { in: null, by: origin }
    : origin === undefined
      ? { in: origin }
      : { in: origin.iface, by: 'back' };

/** An address in the header of a packet of IPv4 that has so many bytes from `at` on; undefined: it has none. */
export function addressAt(bytes: Uint8Array, offset: number, at = 0, size = bytes.length): number | undefined {
  if (size < offset + 4 || bytes[at]! >> 4 !== 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + offset);
}
export const SOURCE = 12;

/** The source of the packet of either family that stands in bytes; undefined: it has none. */
export function sourceAt(bytes: Uint8Array, at = 0, size = bytes.length): Words | undefined {
  const first = addressAt(bytes, SOURCE, at, size);
  if (first !== undefined) return [first];
  if (size < 24 || bytes[at]! >> 4 !== 6) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 8);
  return [0, 4, 8, 12].map((word) => view.getUint32(word));
}
export const sourceOf = (packet: Packet): Words | undefined =>
  packet.kind === 'raw' ? sourceAt(packet.bytes) : packet.src;

/** What was taken for granted of a packet's way in. */
export const wayAssumed = ({ in: iface, by }: Found): Message[] =>
  by === 'own' ? [say('assumed.own', {})] : by === 'back' ? [say('assumed.iface', { iface: iface! })] : [];

/**
 * One packet with its way in, as WayIn of placing.ts finds it where nothing was asked for, and what was taken for granted of
 * it. Throws where that is not known, unless its `path` is given, or it is of bytes that name no source.
 */
export function wayIn(host: LoadedHost, packet: Packet): { packet: Packet; assumed: readonly Message[] } {
  const source = sourceOf(packet);
  if (packet.in !== undefined || source === undefined) return { packet, assumed: [] };
  const found = foundBy(host.originOf(source));
  const iface = found.in !== undefined ? found.in : packet.path && '';
  if (iface !== undefined) return { packet: { ...packet, in: iface }, assumed: wayAssumed(found) };
  throw new PacketwalkError('-i: the interface that it comes in on is missing', {
    code: 'missing-interface',
    hint: 'name it, or give ip addr and ip route, or --path output',
  });
}
