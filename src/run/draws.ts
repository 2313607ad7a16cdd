/** Numbers that stand for what the kernel draws at random: the same again for the same seed. */
export class Draws {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A number below `range` (mulberry32). */
  below(range: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % range;
  }

  save(): number {
    return this.state;
  }
  restore(state: number): void {
    this.state = state;
  }
}

/** Where the core's own draws begin: they would stand still at 0, and begin with small numbers for a small seed. */
export const coreSeed = (seed: number): number => new Draws(~seed).below(0xffffffff) + 1;
