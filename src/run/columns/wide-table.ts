/**
 * Addresses of IPv6 to what a step adds for them (assembly/wide-addresses.ts): by the first sixteen bits, and where those do not
 * tell by nodes (WideNode). A node has entries for a part of all addresses in which something tells them apart, equally far from each
 * other, and one for those below and above: levels at which nothing tells any apart have no node.
 */
import { BATCH_SLOTS, WIDE_LOW, WIDE_NODE, WideNode, WideTable } from '../../abi.js';
import type { Memory } from '../memory.js';

const BITS = 128;
const HALF = 64;
const ROOT_BITS = 16;
/** Entries of a node by so many bits at most. */
const MOST_BITS = 12;
/** Entries for each place where something begins: with sixteen of them most addresses are told by one node. */
const MORE_BITS = 4;
/** The same of the block that is looked at first, if as many begin in it. */
const MOST_FIRST_BITS = 16;

const MORE_FIRST_BITS = 8;
const LEAST_IN_FIRST = 8;
/** As many of a block's are in the half of it that takes its place. */
const MOST_OF_THEM = 0.75;
const WORD = 0xffffffffn;

/** `starts`: of spans, the first 0; `adds`: what each adds. Behind it is room for what a step notes of a batch. */
export function wideTable(memory: Memory, starts: readonly bigint[], adds: readonly number[]): number {
  const table = new Uint32Array(WideTable.List + 2 * BATCH_SLOTS);
  const nodes = new Nodes(memory, starts, adds);
  table.set(nodes.entries(0n, ROOT_BITS, 0).map((entry) => nodes.nodeOf(entry)));
  const block = denseBlock(starts);
  if (block !== undefined) {
    const { value, shared, count } = block;
    const bits = Math.min(HALF - shared, MOST_FIRST_BITS, Math.ceil(Math.log2(count)) + MORE_FIRST_BITS);
    const entries = nodes.entries(value >> BigInt(BITS - shared), bits, 0, shared);
    table.set(wordsOf(value >> BigInt(HALF), 2), WideTable.First);
    table[WideTable.Shift] = HALF - shared - bits;
    table[WideTable.Count] = entries.length;
    table[WideTable.Entries] = memory.place([...entries, WIDE_NODE]);
  }
  return memory.place(table);
}

interface Block {
  readonly value: bigint;
  /** how many of its first bits all its addresses have. */
  readonly shared: number;
  readonly count: number;
}

/** The part of all addresses in which most spans begin, as of a network that rules are about; undefined: there is none. */
function denseBlock(starts: readonly bigint[]): Block | undefined {
  const upper = starts.map((start) => Number(start >> BigInt(BITS - ROOT_BITS)));
  const counts = new Uint32Array(2 ** ROOT_BITS);
  for (const one of upper) counts[one]!++;
  const best = counts.indexOf(counts.reduce((a, b) => Math.max(a, b)));
  let inside = starts.filter((_, i) => upper[i] === best);
  for (let depth = ROOT_BITS; depth < HALF; depth++) {
    const bit = 1n << BigInt(BITS - 1 - depth);
    const higher = inside.filter((start) => (start & bit) !== 0n);
    const lower = inside.filter((start) => (start & bit) === 0n);
    const more = higher.length > lower.length ? higher : lower;
    if (more.length < MOST_OF_THEM * inside.length) break;
    inside = more;
  }
  const shared = Math.min(HALF - 1, sharedBits(inside[0]!, inside.at(-1)!));
  const room = BigInt(BITS - shared);
  return inside.length < LEAST_IN_FIRST
    ? undefined
    : { value: (inside[0]! >> room) << room, shared, count: inside.length };
}

/** The lowest first. */
const wordsOf = (value: bigint, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((value >> BigInt(32 * i)) & WORD));

interface Node {
  readonly shift: number;
  readonly count: number;
  readonly entries: readonly number[];
}

class Nodes {
  /** for each class, the node that has no other. */
  private readonly alike = new Map<number, number>();

  constructor(
    private readonly memory: Memory,
    private readonly starts: readonly bigint[],
    private readonly adds: readonly number[],
  ) {}

  /** Of an entry the number of a node of upper halves. */
  nodeOf(entry: number): number {
    if (entry < WIDE_NODE) {
      const known = this.alike.get(entry) ?? this.write(0n, { shift: 0, count: 0, entries: [entry, entry] });
      this.alike.set(entry, known);
      return known;
    }
    const number = entry & (WIDE_LOW - 1);
    if ((entry & WIDE_LOW) === 0) return number;
    const words = this.memory.words.subarray(number << 2);
    const [low, high] = words.subarray(WideNode.High);
    const [below, above] = words.subarray(WideNode.Entries);
    const value = ((BigInt(high!) << 32n) | BigInt(low!)) << 64n;
    return this.write(value, { shift: 0, count: 1, entries: [below!, above!, entry] });
  }

  /** For all that may stand in so many bits behind `block`, whose first address is of span `from` or of one behind it. */
  entries(block: bigint, bits: number, from: number, shared = 0): number[] {
    const { starts, adds } = this;
    const room = 1n << BigInt(BITS - shared - bits);
    let first = from;
    let end = block << BigInt(BITS - shared);
    return Array.from({ length: 2 ** bits }, () => {
      while (starts[first + 1]! <= end) first++;
      end += room;
      let last = first;
      while (starts[last + 1]! < end) last++;
      const entry = first === last ? adds[first]! : this.node(first, last);
      first = last;
      return entry;
    });
  }

  /** Of addresses whose first is of one span, while the others begin behind it, up to the last one. */
  private node(first: number, last: number): number {
    const { starts, adds } = this;
    const least = starts[first + 1]!;
    const [below, above] = [adds[first]!, adds[last]!];
    // where one alone begins, that address itself, or its first half where the second is 0
    if (last === first + 1) return this.place(least, lengthOf(least) <= HALF ? HALF : BITS, 0, [below, above, above]);
    const shared = sharedBits(least, starts[last]! - 1n);
    const block = least >> BigInt(BITS - shared);
    let depth = shared;
    for (let span = first + 1; span <= last; span++) depth = Math.max(depth, lengthOf(starts[span]!));
    const bits = Math.min(
      depth - shared,
      (shared < HALF ? HALF : BITS) - shared,
      MOST_BITS,
      Math.ceil(Math.log2(last - first)) + MORE_BITS,
    );
    const entries = bits === 0 ? [adds[first + 1]!] : this.entries(block, bits, first, shared);
    return this.place(block << BigInt(BITS - shared), shared, bits, [below, above, ...entries]);
  }

  /** `value`: where the addresses begin whose first `shared` bits are its own. */
  private place(value: bigint, shared: number, bits: number, entries: readonly number[]): number {
    const isLow = shared + bits > HALF;
    const shift = (isLow ? BITS : HALF) - shared - bits;
    const number = this.write(value, { shift, count: 2 ** bits, entries });
    return WIDE_NODE + (isLow ? WIDE_LOW : 0) + number;
  }

  private write(value: bigint, { shift, count, entries }: Node): number {
    const words = new Uint32Array(WideNode.Entries + entries.length);
    words.set(wordsOf(value, 2), WideNode.Low);
    words.set(wordsOf(value >> BigInt(HALF), 2), WideNode.High);
    words[WideNode.Shift] = shift;
    words[WideNode.Count] = count;
    words.set(entries, WideNode.Entries);
    return this.memory.place(words) >>> 4;
  }
}

/** Of how many bits the last is 1, counted from the first. */
function lengthOf(address: bigint): number {
  for (let length = BITS, rest = address; length > 0; length -= 32, rest >>= 32n) {
    const word = Number(rest & WORD);
    if (word !== 0) return length - 31 + Math.clz32(word & -word);
  }
  return 0;
}

/** How many bits two addresses begin with that are the same. */
function sharedBits(a: bigint, b: bigint): number {
  for (let length = 0; length < BITS; length += 32) {
    const word = Number(((a ^ b) >> BigInt(96 - length)) & WORD);
    if (word !== 0) return length + Math.clz32(word);
  }
  return BITS;
}
