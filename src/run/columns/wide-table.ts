/**
 * Addresses of IPv6 to what a step adds for them (assembly/wide-addresses.ts): by the first sixteen bits, and where those do not
 * tell by nodes (WideNode). A node holds the bits that all addresses share up to where something tells them apart, and entries by
 * the few bits behind: levels at which nothing does have no node.
 */
import { COLUMN_BYTES, WIDE_LOW, WIDE_NODE, WideNode } from '../../abi.js';
import type { Memory } from '../memory.js';

const BITS = 128;
const HALF = 64;
const ROOT_BITS = 16;
/** Entries of a node by so many bits at most. */
const MOST_BITS = 8;
const WORD = 0xffffffffn;

/** `starts`: of spans, the first 0; `adds`: what each adds. Behind it is room for what a step notes of a batch. */
export function wideTable(memory: Memory, starts: readonly bigint[], adds: readonly number[]): number {
  const nodes = new Nodes(memory, starts, adds);
  const root = memory.place(nodes.entries(0n, ROOT_BITS, 0));
  memory.reserve(2 * COLUMN_BYTES);
  return root;
}

class Nodes {
  constructor(
    private readonly memory: Memory,
    private readonly starts: readonly bigint[],
    private readonly adds: readonly number[],
  ) {}

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
      Math.ceil(Math.log2(last - first)) + 1,
    );
    const entries = bits === 0 ? [adds[first + 1]!] : this.entries(block, bits, first, shared);
    return this.place(block << BigInt(BITS - shared), shared, bits, [below, above, ...entries]);
  }

  /** `value`: whose first `shared` bits are those that addresses share. */
  private place(value: bigint, shared: number, bits: number, entries: readonly number[]): number {
    const isLow = shared + bits > HALF;
    const mask = ((1n << BigInt(shared)) - 1n) << BigInt(BITS - shared);
    const words = new Uint32Array(WideNode.Entries + entries.length);
    const put = (word: WideNode, wide: bigint) => {
      words[word] = Number(wide & WORD);
      words[word + 1] = Number((wide >> 32n) & WORD);
    };
    put(WideNode.HighMask, mask >> 64n);
    put(WideNode.High, value >> 64n);
    put(WideNode.LowMask, mask);
    put(WideNode.Low, value);
    words[WideNode.Shift] = (isLow ? BITS : HALF) - shared - bits;
    words[WideNode.Bits] = 2 ** bits - 1;
    words.set(entries, WideNode.Entries);
    return WIDE_NODE + (isLow ? WIDE_LOW : 0) + (this.memory.place(words) >>> 4);
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
