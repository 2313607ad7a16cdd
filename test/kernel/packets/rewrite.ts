/** Packets rewritten in place: ports, identifiers and addresses exchanged, checksums as right or wrong as they were. */
import { checksum, fromHex, toHex } from './bytes.js';
import { pseudoHeader, sctpChecksum } from './transport.js';

export interface Endpoints {
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  /** two bytes each; undefined: the packet has none. An ICMP query's identifier stands in both. */
  readonly sport: Uint8Array | undefined;
  readonly dport: Uint8Array | undefined;
}

const WITH_PORTS = [6, 17, 33, 132, 136];
/** types of ICMP whose identifier is translated, by protocol: that of a query about a node stays. */
const QUERIES: Record<number, readonly number[]> = { 1: [0, 8, 13, 14, 15, 16, 17, 18], 58: [128, 129] };
/** where a transport header has its checksum. */
const SUM_AT: Record<number, number> = { 1: 2, 6: 16, 17: 6, 33: 6, 58: 2, 136: 6 };

interface Layout {
  /** where the transport header begins. */
  readonly at: number;
  readonly proto: number;
  /** whether it is there at all: a later fragment has none; and whether the packet is no fragment. */
  readonly first: boolean;
  readonly whole: boolean;
  /** where the addresses stand, and how many bytes of them. */
  readonly src: number;
  readonly dst: number;
  readonly size: number;
}

function layoutOf(bytes: Uint8Array): Layout | undefined {
  if (bytes.length < 20) return undefined;
  if (bytes[0]! >> 4 === 6) return layoutOf6(bytes);
  if (bytes[0]! >> 4 !== 4) return undefined;
  const at = (bytes[0]! & 15) * 4;
  const frag = (bytes[6]! << 8) | bytes[7]!;
  if (at < 20 || at > bytes.length) return undefined;
  const first = (frag & 0x1fff) === 0;
  return { at, proto: bytes[9]!, first, whole: first && (frag & 0x2000) === 0, src: 12, dst: 16, size: 4 };
}

function layoutOf6(bytes: Uint8Array): Layout | undefined {
  let at = 40;
  let frag = 0;
  let proto = bytes[6]!;
  while ([0, 43, 44, 51, 60].includes(proto) && at + 8 <= bytes.length) {
    if (proto === 44) frag = (bytes[at + 2]! << 8) | (bytes[at + 3]! & 0xf9);
    const length = proto === 44 ? 8 : proto === 51 ? 4 * (bytes[at + 1]! + 2) : 8 * (bytes[at + 1]! + 1);
    proto = bytes[at]!;
    at += length;
  }
  if (at > bytes.length) return undefined;
  return { at, proto, first: frag >> 3 === 0, whole: frag === 0, src: 8, dst: 24, size: 16 };
}

/** Offsets of the source's and the destination's port, or of both's identifier. */
function portsAt(bytes: Uint8Array, { at, proto, first }: Layout): readonly [number, number] | undefined {
  if (first && WITH_PORTS.includes(proto) && bytes.length >= at + 4) return [at, at + 2];
  const query = first && bytes.length >= at + 6 && QUERIES[proto]?.includes(bytes[at]!);
  return query ? [at + 4, at + 4] : undefined;
}

/** Undefined where the bytes are no IP packet. */
export function endpointsOf(hex: string): Endpoints | undefined {
  const bytes = fromHex(hex);
  const layout = layoutOf(bytes);
  if (layout === undefined) return undefined;
  const [sport, dport] = portsAt(bytes, layout) ?? [];
  const two = (at: number | undefined): Uint8Array | undefined =>
    at === undefined ? undefined : bytes.slice(at, at + 2);
  const { src, dst, size } = layout;
  return { src: bytes.slice(src, src + size), dst: bytes.slice(dst, dst + size), sport: two(sport), dport: two(dport) };
}

/** RFC 1624: the sum moves by what the covered bytes move. */
function moved(sum: number, before: Uint8Array, after: Uint8Array): number {
  let total = ~sum & 0xffff;
  for (let i = 0; i < before.length; i += 2) {
    total += ~((before[i]! << 8) | before[i + 1]!) & 0xffff;
    total += (after[i]! << 8) | after[i + 1]!;
  }
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

/** The packet with other ends; what is undefined stays. */
export function withEndpoints(hex: string, to: Partial<Endpoints>): string {
  const bytes = fromHex(hex);
  const layout = layoutOf(bytes);
  if (layout === undefined) return hex;
  const { at, proto, first, whole, src, dst, size } = layout;
  const view = new DataView(bytes.buffer);
  const sctpWasRight = proto === 132 && whole && sctpChecksum(bytes.subarray(at)) === sctpSum(view, at);
  const sumAt = SUM_AT[proto] === undefined ? undefined : at + SUM_AT[proto];
  const hasSum =
    first && sumAt !== undefined && bytes.length >= sumAt + 2 && !(proto === 17 && view.getUint16(sumAt) === 0);
  const put = (offset: number | undefined, value: Uint8Array | undefined, covers: 'header' | 'transport'): void => {
    if (offset === undefined || value === undefined) return;
    const before = bytes.slice(offset, offset + value.length);
    bytes.set(value, offset);
    if (covers === 'header' && size === 4) view.setUint16(10, moved(view.getUint16(10), before, value));
    // ICMP of IPv4 sums over no addresses
    if (!hasSum || (covers === 'header' && proto === 1)) return;
    const sum = moved(view.getUint16(sumAt!), before, value);
    view.setUint16(sumAt!, sum === 0 && (proto === 17 || proto === 136) ? 0xffff : sum);
  };
  const [sport, dport] = portsAt(bytes, layout) ?? [];
  put(src, to.src, 'header');
  put(dst, to.dst, 'header');
  put(sport, to.sport, 'transport');
  put(dport, to.dport, 'transport');
  if (sctpWasRight) view.setUint32(at + 8, sctpChecksum(bytes.subarray(at)), true);
  return toHex(bytes);
}

const sctpSum = (view: DataView, at: number): number | undefined =>
  view.byteLength >= at + 12 ? view.getUint32(at + 8, true) : undefined;

/** The ICMP error with as much of the quoted packet as it quoted before, and its checksum made anew. */
export function withQuote(hex: string, quoted: string): string {
  const bytes = fromHex(hex);
  const layout = layoutOf(bytes);
  if (layout === undefined || bytes.length < layout.at + 8) return hex;
  const room = bytes.subarray(layout.at + 8);
  const quote = fromHex(quoted);
  room.set(quote.subarray(0, room.length));
  const message = bytes.subarray(layout.at);
  const view = new DataView(bytes.buffer);
  view.setUint16(layout.at + 2, 0);
  const { at, src, dst, size } = layout;
  const sums =
    size === 4
      ? [message]
      : [
          pseudoHeader(bytes.slice(src, src + size), bytes.slice(dst, dst + size), layout.proto, message.length),
          message,
        ];
  view.setUint16(at + 2, checksum(...sums));
  return toHex(bytes);
}
