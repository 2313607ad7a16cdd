/**
 * Draws that are a function of seed, packet and their own order alone, in integer arithmetic, so that they are the same
 * on every machine and in every slice of the packets. Two words of state: of a seed's packets no two share a stream.
 */

const STEP = 0x9e3779b9;

/** A bijection of 32-bit words that spreads each bit over all (the finaliser "triple32" of Wellons' hash prospector). */
export function mixed(word: number): number {
  let z = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

export class Draw {
  private state = 0;
  private key = 0;

  /** Begins the draws of a packet; `stream` tells apart what is drawn for different ends. */
  begin(seed: number, packet: number, stream = 0): void {
    const low = packet | 0;
    const high = Math.floor(packet / 0x100000000);
    const base = mixed(seed ^ Math.imul(stream + 1, STEP)) + high;
    this.state = mixed(low ^ mixed(base));
    this.key = mixed(low + mixed(base ^ 0x5bd1e995));
  }

  /** A word of 32 bits, signed: what is unsigned above 2^31 is no small integer to a JavaScript engine, and slow. */
  word(): number {
    this.state = (this.state + STEP) | 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad) ^ this.key;
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  }

  /** A number of so many bits, 1 to 16. */
  bits(count: number): number {
    return this.word() >>> (32 - count);
  }

  /** True in `n` of 256 cases. */
  chance(n: number): boolean {
    return this.bits(8) < n;
  }

  /** A whole number in 0..n-1; n from 1 to 2^32. The product is rounded the same everywhere, and never up to n. */
  below(n: number): number {
    if (n <= 0x1000) return Math.imul(this.word() >>> 16, n) >>> 16;
    return Math.floor(((this.word() >>> 0) * n) / 0x100000000);
  }

  /** Both ends belong to it. */
  within(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** One of a list that is not empty. */
  of(list: Uint32Array): number {
    return list[this.below(list.length)]!;
  }
}
