/** A packet of IPv6 that came in fragments, in fragments again: ip6_fragment of net/ipv6/ip6_output.c. */
import { FRAGMENT_HEADER, IPV6_HEADER } from '../../net/ipv6-headers.js';
import { putHalf } from '../gathered.js';
import { FRAGMENT_BYTES, unfragmentable } from './fragment-header.js';

export interface Gathered6 {
  readonly bytes: Uint8Array;
  /** As WholePacket has them. */
  readonly ends: readonly number[];
  readonly largest: number;
  readonly before: number;
}

/** IPV6_MIN_MTU: no fragments are made that are smaller than that has to be. */
const LEAST_MTU = 1280;

/** `id`: what sets them apart from those of other packets; undefined: it cannot be cut, and is lost. */
export function cut6({ bytes, ends, largest, before }: Gathered6, id: number): Uint8Array[] | undefined {
  const place = unfragmentable(bytes, ends[0]!);
  if (place === undefined) return undefined;
  const { at, namedAt } = place;
  const room = Math.max(largest, LEAST_MTU) - at - FRAGMENT_BYTES;
  if (room < 8) return undefined;
  const sizes = asTheyCame(ends, at);
  // the kernel writes the headers before the fragments that came, where there is room for them
  const fits = at <= before && sizes.every((size, n) => size <= room && (size % 8 === 0 || n === sizes.length - 1));
  const pieces = fits ? sizes : inRows(bytes.length - at, room);
  let start = 0;
  return pieces.map((size, n) => {
    const more = n < pieces.length - 1;
    const piece = new Uint8Array(at + FRAGMENT_BYTES + size);
    piece.set(bytes.subarray(0, at));
    piece.set([bytes[namedAt]!, 0, start >> 8, (start & 0xf8) | Number(more)], at);
    piece.set([id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255], at + 4);
    piece[namedAt] = FRAGMENT_HEADER;
    putHalf(piece, 4, piece.length - IPV6_HEADER);
    piece.set(bytes.subarray(at + start, at + start + size), at + FRAGMENT_BYTES);
    start += size;
    return piece;
  });
}

const asTheyCame = (ends: readonly number[], from: number): number[] =>
  ends.map((end, n) => end - (ends[n - 1] ?? from));

/** As few as there have to be, all but the last a multiple of 8. */
function inRows(length: number, room: number): number[] {
  const sizes: number[] = [];
  for (let left = length; left > 0; left -= sizes.at(-1)!) sizes.push(left > room ? room & ~7 : left);
  return sizes;
}
