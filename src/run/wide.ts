/** Numbers of 64 bits in two words of the core's memory, the lower one first. */

export const wideAt = (words: Uint32Array, at: number): bigint => BigInt(words[at]!) | (BigInt(words[at + 1]!) << 32n);

export function addWide(words: Uint32Array, at: number, more: bigint): void {
  const sum = wideAt(words, at) + more;
  words[at] = Number(sum & 0xffffffffn);
  words[at + 1] = Number(sum >> 32n);
}
