/** Jenkins' lookup3 over words, as the kernel's jhash2 (include/linux/jhash.h) mixes it: nat ranges are picked by it. */
const JHASH_INITVAL = 0xdeadbeef;

const rotate = (x: number, k: number): number => ((x << k) | (x >>> (32 - k))) >>> 0;

export function jhash2(words: readonly number[], initial: number): number {
  let a = (JHASH_INITVAL + (words.length << 2) + initial) >>> 0;
  let b = a;
  let c = a;
  let at = 0;
  let left = words.length;
  while (left > 3) {
    a = (a + words[at]!) >>> 0;
    b = (b + words[at + 1]!) >>> 0;
    c = (c + words[at + 2]!) >>> 0;
    a = ((a - c) ^ rotate(c, 4)) >>> 0;
    c = (c + b) >>> 0;
    b = ((b - a) ^ rotate(a, 6)) >>> 0;
    a = (a + c) >>> 0;
    c = ((c - b) ^ rotate(b, 8)) >>> 0;
    b = (b + a) >>> 0;
    a = ((a - c) ^ rotate(c, 16)) >>> 0;
    c = (c + b) >>> 0;
    b = ((b - a) ^ rotate(a, 19)) >>> 0;
    a = (a + c) >>> 0;
    c = ((c - b) ^ rotate(b, 4)) >>> 0;
    b = (b + a) >>> 0;
    left -= 3;
    at += 3;
  }
  if (left === 0) return c;
  if (left === 3) c = (c + words[at + 2]!) >>> 0;
  if (left >= 2) b = (b + words[at + 1]!) >>> 0;
  a = (a + words[at]!) >>> 0;
  c = ((c ^ b) - rotate(b, 14)) >>> 0;
  a = ((a ^ c) - rotate(c, 11)) >>> 0;
  b = ((b ^ a) - rotate(a, 25)) >>> 0;
  c = ((c ^ b) - rotate(b, 16)) >>> 0;
  a = ((a ^ c) - rotate(c, 4)) >>> 0;
  b = ((b ^ a) - rotate(a, 14)) >>> 0;
  return ((c ^ b) - rotate(b, 24)) >>> 0;
}

/** A value below `range` in proportion to a hash (reciprocal_scale). */
export const scale = (hash: number, range: number): number => Number((BigInt(hash) * BigInt(range)) >> 32n);
