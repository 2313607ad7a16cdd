/** Fragments of IPv6 as no sender makes them: of any place and length, with headers before and behind the fragment header. */
import type { Random } from '../generate/random.js';
import { addressBytes, buildPacket, toHex } from '../packets.js';
import type { PacketLine } from '../scenario.js';
import { drawLength, drawRanges, interleave } from './pieces.js';

/** A header that stands before the fragment header: its number, and its bytes behind the first, which says what follows. */
export type Before = readonly [type: number, bytes: readonly number[]];

export interface Head6 {
  more?: boolean;
  tos?: number;
  ttl?: number;
  before?: readonly Before[];
  /** the two bits that stand between offset and more. */
  reserved?: number;
}

interface Whole6 {
  /** what the fragment header says to follow, and the bytes of it. */
  next: number;
  body: Uint8Array;
  id: number;
  src: string;
  dst: string;
}

const FRAGMENT = 44;
/** What the last of `types` says to follow. */
const chained = (headers: readonly Before[], last: number): number[] =>
  headers.flatMap(([, bytes], i) => [headers[i + 1]?.[0] ?? last, ...bytes]);

/** The bytes from `from` to `to` of a packet's body; those behind its end are 0. */
export function piece6({ next, body, id, src, dst }: Whole6, from: number, to: number, head: Head6): Uint8Array {
  const { more = false, tos = 0, ttl = 64, before = [], reserved = 0 } = head;
  const word = Math.min(from, 0xfff8) | (reserved << 1) | Number(more);
  const fragment = [0, word >> 8, word & 255, id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255];
  const headers = chained([...before, [FRAGMENT, fragment]], next);
  const bytes = new Uint8Array(40 + headers.length + to - from);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x60000000 + tos * 0x100000);
  view.setUint16(4, bytes.length - 40);
  bytes.set([before[0]?.[0] ?? FRAGMENT, ttl], 6);
  bytes.set(addressBytes(src), 8);
  bytes.set(addressBytes(dst), 24);
  bytes.set(headers, 40);
  bytes.set(body.subarray(from, to), 40 + headers.length);
  return bytes;
}

/** The packet as the gathered fragments make it, with these headers before. */
export function whole6({ next, body, src, dst }: Omit<Whole6, 'id'>, before: readonly Before[] = []): Uint8Array {
  const headers = chained(before, next);
  const bytes = piece6({ next, body, id: 0, src, dst }, 0, body.length, {}).subarray(0, 40);
  const whole = new Uint8Array(40 + headers.length + body.length);
  whole.set(bytes);
  whole[6] = before[0]?.[0] ?? next;
  new DataView(whole.buffer).setUint16(4, whole.length - 40);
  whole.set(headers, 40);
  whole.set(body, 40 + headers.length);
  return whole;
}

/** Padding of so many bytes, a multiple of 8, in a header of its own. */
export const padding = (type: number, size: number): Before => [
  type,
  [size / 8 - 1, ...(size === 8 ? [1, 4, 0, 0, 0, 0] : new Array<number>(size - 2).fill(0))],
];
const AUTHENTICATION: Before = [51, [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]];
const ROUTING: Before = [43, [0, 4, 0, 0, 0, 0, 0]];
const HOP = 0;
const DESTINATION = 60;

export interface Draft6 {
  /** Sets its packets apart from those of other numbers. */
  number: number;
  /** Where they come from, and what this host has for addresses there. */
  links: readonly (readonly [link: string, own: string])[];
  /** Beyond the host, and on one link alone. */
  beyond: string;
  /** Some are about as long as a packet can be. */
  large?: boolean;
  /** Of headers and protocols only those that whoever gets a packet takes. */
  plain?: boolean;
}

/** Pieces of two packets in the order in which they are sent, from the wire or by this host. */
export function drawFragments6(
  random: Random,
  { number, links, beyond, large = false, plain = false }: Draft6,
): PacketLine[] {
  const far = `2001:db8:99::${(number + 16).toString(16)}`;
  const streams = [0, 1].map((n) => {
    const here = random.chance(0.35);
    const [link, own] = random.pick(links);
    const near = random.chance(0.25);
    const src = here ? own : near ? `fe80::${(number + 16).toString(16)}` : far;
    const dst = here
      ? random.pick([beyond, beyond, own, 'ff02::1'])
      : near
        ? random.pick(['fe80::1', 'ff02::1', own])
        : random.pick([beyond, beyond, own]);
    const { next, body } = (plain ? drawPlain : drawBody)(random, src, dst, drawLength(random, large));
    // some differ in nothing but who gathers them
    const id = 2 * number + (random.chance(0.3) ? 0 : n);
    const heads = drawHeads(random, plain ? drawHop : dst === 'ff02::1' ? drawShort : drawBefore);
    return drawRanges(random, body.length)
      .filter(([from, to]) => to - from < 65_000)
      .map(([from, to, more]): PacketLine => {
        const bytes = piece6({ next, body, id, src, dst }, from, to, { more, ...heads() });
        const hex = toHex(random.chance(0.02) ? shortened(random, bytes) : bytes);
        if (here) return { in: null, hex, mark: random.below(4) };
        // what comes from a link goes on by the first fragment's link alone, whichever the last one's is
        return { in: src !== far || random.chance(0.9) ? link : random.pick(links)[0], hex };
      });
  });
  return interleave(random, streams);
}

/** The end is left out, down to within its headers. */
function shortened(random: Random, bytes: Uint8Array): Uint8Array {
  const kept = bytes.slice(0, random.between(40, Math.min(bytes.length, 80)));
  new DataView(kept.buffer).setUint16(4, kept.length - 40);
  return kept;
}

/** What stands behind the fragment header: a protocol's packet, at times behind other headers. */
function drawBody(random: Random, src: string, dst: string, length: number): { next: number; body: Uint8Array } {
  // what has no ports, and goes from an address to itself, answers itself
  const proto = random.pick(['udp', 'udp', 'udp', 'tcp', 'ipv6-icmp', src === dst ? 'udp' : 253]);
  const size = 40 + Math.max(length, 8);
  const [sport, dport, id] = [random.between(1000, 1003), random.between(50, 53), random.below(4)];
  const tcpopts = random.pick([undefined, '0101080a0000000100000002', `0101080a0000000100000002${'01'.repeat(24)}`]);
  const fields = { sport, dport, id, flags: 'S', type: 128, ...(tcpopts && { tcpopts }) };
  const built = buildPacket({ src, dst, proto, length: size, ...fields, badChecksum: random.chance(0.1) });
  const behind = random.weighted<() => Before[]>([
    [12, () => []],
    [2, () => [padding(DESTINATION, 8)]],
    [1, () => [padding(DESTINATION, 8), padding(DESTINATION, 16)]],
    [1, () => [[FRAGMENT, [0, 0, random.pick([0, 8]), 0, 0, 0, 9]]]],
    [1, () => [AUTHENTICATION]],
  ])();
  const headers = chained(behind, built[6]!);
  return {
    next: behind[0]?.[0] ?? (random.chance(0.03) ? 59 : built[6]!),
    body: Uint8Array.from([...headers, ...built.subarray(40)]),
  };
}

function drawPlain(random: Random, src: string, dst: string, length: number): { next: number; body: Uint8Array } {
  const proto = random.pick(['udp', 'tcp', 'ipv6-icmp']);
  const built = buildPacket({
    src,
    dst,
    proto,
    length: 40 + Math.max(length, 8),
    sport: 1000,
    dport: 50,
    flags: 'S',
    type: 128,
  });
  return { next: built[6]!, body: built.subarray(40) };
}

/** What headers say, the same of all pieces or different ones. */
function drawHeads(random: Random, draw: (random: Random) => readonly Before[]): () => Head6 {
  const mixed = random.chance(0.25);
  const shared = random.below(4);
  const one = draw(random);
  const differ = random.chance(0.2);
  return () => ({
    tos:
      (random.below(64) << 2) |
      (mixed ? random.below(4) : shared > 0 && random.chance(0.3) ? random.between(1, 3) : shared),
    ttl: random.between(60, 64),
    before: differ ? draw(random) : one,
    reserved: random.chance(0.1) ? random.between(1, 3) : 0,
  });
}

const drawHop = (random: Random): readonly Before[] => (random.chance(0.2) ? [padding(HOP, 8)] : []);
const drawShort = (random: Random): readonly Before[] =>
  random.weighted<() => Before[]>([
    [14, () => []],
    [2, () => [padding(DESTINATION, 8)]],
    [1, () => [padding(HOP, 8)]],
    [1, () => [padding(HOP, 8), ROUTING]],
    [1, () => [ROUTING, padding(DESTINATION, 8)]],
    [1, () => [AUTHENTICATION]],
  ])();
/** So long at times that the kernel writes into the addresses of the whole packet. */
const drawBefore = (random: Random): readonly Before[] =>
  random.chance(0.05)
    ? [padding(DESTINATION, 8 * random.between(28, 34)), padding(DESTINATION, 16)]
    : drawShort(random);
