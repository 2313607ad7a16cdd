/**
 * Addresses of IPv6 numbered for a list of rules. Tables of lists are of prefixes, which the places of spans are not: here what rules
 * ask for is a block, of as many numbers as some power of two says, that begins at a multiple of it, and blocks lie within each other as
 * the prefixes do. What no rule of the list tells apart has one number.
 */
import type { NumberRange } from '../../model/condition.js';

interface Block extends NumberRange {
  readonly inner: Block[];
  size: number;
  first: number;
}

/** All numbers of 32 bits. */
const MOST = 2 ** 32;

export class AddressBlocks {
  private constructor(
    /** of each span its number. */
    readonly numbers: Uint32Array,
    private readonly blocks: ReadonlyMap<string, Block>,
  ) {}

  /** Of ranges of spans, of which there are `end`; undefined: one of them lies partly within another, or they lie too deep. */
  static of(ranges: readonly NumberRange[], end: number): AddressBlocks | undefined {
    const blocks = new Map<string, Block>();
    for (const { min, max } of [{ min: 0, max: end - 1 }, ...ranges])
      if (min <= max) blocks.set(`${min}-${max}`, { min, max, inner: [], size: 1, first: 0 });
    // those around others before them
    const sorted = [...blocks.values()].sort((a, b) => a.min - b.min || b.max - a.max);
    const open: Block[] = [];
    for (const block of sorted) {
      while (open.length > 0 && open.at(-1)!.max < block.min) open.pop();
      const around = open.at(-1);
      if (around !== undefined && around.max < block.max) return undefined;
      around?.inner.push(block);
      open.push(block);
    }
    for (const block of sorted.toReversed()) {
      // and one number for what is in none of them
      const room = block.inner.reduce((sum, { size }) => sum + size, 1);
      while (block.size < room) block.size *= 2;
      if (block.size > MOST) return undefined;
    }
    const numbers = new Uint32Array(end);
    for (const { min, max, inner, first, size } of sorted) {
      numbers.fill(first + size - 1, min, max + 1);
      let next = first;
      for (const one of inner.sort((a, b) => b.size - a.size)) {
        one.first = next;
        next += one.size;
      }
    }
    return new AddressBlocks(numbers, blocks);
  }

  /** Of one of its ranges. */
  of({ min, max }: NumberRange): NumberRange {
    if (min > max) return { min: 1, max: 0 };
    const { first, size } = this.blocks.get(`${min}-${max}`)!;
    return { min: first, max: first + size - 1 };
  }
}
