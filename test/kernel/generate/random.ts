/** Seeded random numbers, the same on every machine: Marsaglia's xorshift over 128 bits, filled from the seed by a mixer. */
export class Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: number) {
    let x = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) >>> 0;
      let z = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.state[i] = z ^ (z >>> 15);
    }
    // all zeros is the one state that xorshift never leaves
    this.state[3]! |= 1;
    for (let i = 0; i < 8; i++) this.word();
  }

  /** A whole unsigned word. */
  word(): number {
    const s = this.state;
    let t = s[3]!;
    t ^= t << 11;
    t ^= t >>> 8;
    s[3] = s[2]!;
    s[2] = s[1]!;
    s[1] = s[0]!;
    s[0] = t ^ s[0]! ^ (s[0]! >>> 19);
    return s[0]!;
  }

  /** 0 to n − 1. */
  below(n: number): number {
    return Math.floor((this.word() / 0x100000000) * n);
  }

  /** Both ends belong to it. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  chance(probability: number): boolean {
    return this.word() < probability * 0x100000000;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from');
    return list[this.below(list.length)]!;
  }

  /** One of the second elements, each as likely as its first says. */
  weighted<T>(list: readonly (readonly [number, T])[]): T {
    let at = (this.word() / 0x100000000) * list.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of list) {
      at -= weight;
      if (at < 0) return value;
    }
    return list[list.length - 1]![1];
  }

  /** `n` of them (or all, where there are fewer), in random order. */
  some<T>(list: readonly T[], n: number): T[] {
    const rest = [...list];
    const out: T[] = [];
    while (out.length < n && rest.length > 0) out.push(rest.splice(this.below(rest.length), 1)[0]!);
    return out;
  }
}
