/** Where a packet comes from that does not say it. */
import { PacketwalkError } from '../errors.js';
import type { Packet } from '../model/packet.js';
import type { Words } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';
import type { Origin } from '../run/origin.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

export interface Found {
  /** null: this host sends it; undefined: nobody knows. */
  readonly in: string | null | undefined;
  /** taken for granted, because the source is this host's own, or because the way back to it leads there. */
  readonly by?: 'own' | 'back' | undefined;
}

/** What follows of where a source is. */
export const foundBy = (origin: Origin | undefined): Found =>
  origin === 'own'
    ? { in: null, by: origin }
    : origin === undefined
      ? { in: origin }
      : { in: origin.iface, by: 'back' };

/** Where the header of a packet of each family has its addresses, and how many words they have. */
const ADDRESSES = { 4: { src: 12, dst: 16, words: 1 }, 6: { src: 8, dst: 24, words: 4 } } as const;

/** An address of the packet of either family that has so many bytes from `at` on; undefined: it has none. */
function addressAt(side: 'src' | 'dst', bytes: Uint8Array, at: number, size: number): Words | undefined {
  const version = size === 0 ? 0 : bytes[at]! >> 4;
  if (version !== 4 && version !== 6) return undefined;
  const { [side]: offset, words } = ADDRESSES[version];
  if (size < offset + 4 * words) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + offset);
  return Array.from({ length: words }, (_, word) => view.getUint32(4 * word));
}
export const sourceAt = (bytes: Uint8Array, at = 0, size = bytes.length): Words | undefined =>
  addressAt('src', bytes, at, size);
export const destinationAt = (bytes: Uint8Array): Words | undefined => addressAt('dst', bytes, 0, bytes.length);
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
