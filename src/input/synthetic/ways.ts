/** Which way a packet is meant to go: to the host, through it, from it. */
import type { Draw } from './draw.js';
import { FORWARD, INPUT, OUTPUT } from './palette.js';

export class WayDraw {
  /** by the bits that are left: each in its turn. */
  private readonly lists: readonly Uint32Array[];
  private readonly mostly: Uint32Array;

  /** `ways`: the bits of those that are allowed. */
  constructor(private readonly ways: number) {
    this.lists = Array.from({ length: 8 }, (_, bits) => listOf(bits));
    // a host sends few packets of its own
    const weighted = [INPUT, INPUT, INPUT, FORWARD, FORWARD, FORWARD, FORWARD, OUTPUT].filter((way) => way & ways);
    this.mostly = Uint32Array.from(weighted);
  }

  any(draw: Draw): number {
    return draw.of(this.mostly);
  }

  /** One of those wanted, where it is allowed. */
  among(draw: Draw, wanted: number): number {
    const left = wanted & this.ways;
    return left === 0 ? this.any(draw) : draw.of(this.lists[left]!);
  }

  allows(way: number): boolean {
    return (this.ways & way) !== 0;
  }
}

const listOf = (bits: number): Uint32Array => Uint32Array.from([INPUT, FORWARD, OUTPUT].filter((way) => way & bits));
