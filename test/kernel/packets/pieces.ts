/** Fragments as no sender makes them: of any place and length, each with what its header says. */
import type { Random } from '../generate/random.js';
import { checksum, toHex } from '../packets.js';
import type { PacketLine } from '../scenario.js';

/** The address of the host that `drawFragments` sends to. */
export const HOST_ADDRESS = '192.168.1.1';
const BEYOND = [10, 20, 0, 9];

/** What all pieces of a packet share. */
interface Whole {
  body: Uint8Array;
  id: number;
  src: number[];
  dst?: number[];
}

export interface Head {
  more?: boolean;
  df?: boolean;
  tos?: number;
  ttl?: number;
  /** bytes of IP options, a multiple of four. */
  options?: number[];
}

/** The bytes from `from` to `to` of a packet's body; those behind its end are 0. */
export function piece({ body, id, src, dst = BEYOND }: Whole, from: number, to: number, head: Head): Uint8Array {
  const { more = false, df = false, tos = 0, ttl = 64, options = [] } = head;
  const length = 20 + options.length;
  const bytes = new Uint8Array(length + to - from);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x40 | (length / 4);
  bytes[1] = tos;
  view.setUint16(2, bytes.length);
  view.setUint16(4, id);
  view.setUint16(6, (df ? 0x4000 : 0) | (more ? 0x2000 : 0) | Math.min(from / 8, 0x1fff));
  bytes[8] = ttl;
  bytes[9] = 17;
  bytes.set(src, 12);
  bytes.set(dst, 16);
  bytes.set(options, 20);
  view.setUint16(10, checksum(bytes.subarray(0, length)));
  bytes.set(body.subarray(from, to), length);
  return bytes;
}

export interface Draft {
  /** Sets its packets apart from those of other numbers. */
  number: number;
  /** Where they come from; null: this host. */
  links: readonly (string | null)[];
  /** All are for this host. */
  delivered?: boolean;
  /** How many packets at a time. */
  packets?: number;
  /** Some are about as long as a packet can be. */
  large?: boolean;
}

export type Range = [from: number, to: number, more: boolean];

/** A whole packet is none, nor is what has no room in one. */
const isFragment = ([from, to, more]: Range): boolean => (from > 0 || more) && to - from < 65_000;

/** Pieces of some packets in the order in which they are sent. */
export function drawFragments(
  random: Random,
  { number, links, delivered = false, packets = 2, large = false }: Draft,
): PacketLine[] {
  const src = [10, 99, 100 + (number >> 8), number & 255];
  const body = Uint8Array.from({ length: drawLength(random, large) }, () => random.below(256));
  const streams = Array.from({ length: packets }, (_, n) => {
    // some differ in nothing but who gathers them
    const id = 1 + (random.chance(0.3) ? 0 : n);
    const here = links.includes(null) && n % 2 === 1 ? null : undefined;
    const dst = delivered || (here !== null && random.chance(0.5)) ? HOST_ADDRESS.split('.').map(Number) : BEYOND;
    const heads = drawHeads(random);
    const ranges = drawRanges(random, body.length).filter(isFragment);
    return ranges.map(([from, to, more]): PacketLine => {
      const link = here === null ? null : random.pick(links.filter((name) => name !== null));
      const hex = toHex(piece({ body, id, src, dst }, from, to, { more, ...heads() }));
      return link === null ? { in: null, hex, mark: random.below(4) } : { in: link, hex };
    });
  });
  return interleave(random, streams);
}

/** All of them, each stream in its order. */
export function interleave(random: Random, streams: readonly PacketLine[][]): PacketLine[] {
  const lines: PacketLine[] = [];
  for (
    let left = streams.filter((stream) => stream.length > 0);
    left.length > 0;
    left = left.filter((s) => s.length > 0)
  )
    lines.push(random.pick(left).shift()!);
  return lines;
}

export function drawLength(random: Random, large: boolean): number {
  if (large && random.chance(0.15)) return 65535 - 20 - random.between(-8, 12);
  return random.chance(0.7) ? random.between(16, 120) : random.between(120, 3000);
}

/** What headers say, the same of all pieces or different ones. */
function drawHeads(random: Random): () => Head {
  const mixed = random.chance(0.25);
  const shared = random.below(4);
  const df = random.weighted([
    [2, () => false],
    [1, () => true],
    [2, () => random.chance(0.5)],
  ] as const);
  return () => ({
    df: df(),
    tos:
      (random.below(64) << 2) |
      (mixed ? random.below(4) : shared > 0 && random.chance(0.3) ? random.between(1, 3) : shared),
    ttl: random.between(60, 64),
    // no operation, and the router alert
    options: random.pick([[], [], [1, 1, 1, 1], [148, 4, 0, 0]]),
  });
}

/** A cut of the whole; of it some again, some askew, some missing, in any order; and mostly all again as it should be. */
export function drawRanges(random: Random, length: number): Range[] {
  const cuts = Array.from({ length: random.between(1, 5) }, () => 8 * random.between(1, Math.ceil(length / 8) - 1));
  const places = [...new Set([0, ...cuts, length])].sort((a, b) => a - b);
  const clean = places.slice(1).map((to, n): Range => [places[n]!, to, to < length]);
  const ranges = [...clean];
  for (let odd = random.below(3); odd > 0; odd--)
    ranges.splice(random.below(ranges.length + 1), 0, askew(random, clean, length));
  if (random.chance(0.2)) ranges.splice(random.below(ranges.length), 1);
  const sent = random.chance(0.7) ? random.some(ranges, ranges.length) : ranges;
  return random.chance(0.6) ? [...sent, ...clean] : sent;
}

function askew(random: Random, clean: readonly Range[], length: number): Range {
  const [from, to, more] = random.pick(clean);
  const last = 8 * Math.ceil(length / 8);
  switch (random.below(9)) {
    case 0:
      return [from, to, more];
    case 1: // a part of one
      return [from + Math.min(8, (to - from) & ~7), to, more];
    case 2: // over the next one too
      return [from, Math.min(length, to + 8), to + 8 < length];
    case 3: // it ends elsewhere
      return [from, to, !more];
    case 4: // over a multiple of 8
      return [from, to + random.below(8), true];
    case 5: // behind the end
      return [last, last + 8 * random.between(1, 3), random.chance(0.5)];
    case 6:
      return [from, from + random.below(8), random.chance(0.9)];
    case 7: // two neighbours at once
      return [clean[0]![0], clean[Math.min(1, clean.length - 1)]![1], clean.length > 2];
    default:
      return [Math.max(0, from - 8), to, more];
  }
}
