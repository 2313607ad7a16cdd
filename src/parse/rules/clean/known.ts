/** Texts that are looked for at places of a line, as bytes: what a loop compares there is no string. */
export class KnownTexts {
  private bytes = new Uint8Array(1 << 12);
  private length = 0;

  /** Keeps what stands from `start` to before `end`, and says where. */
  add(from: Uint8Array, start: number, end: number): number {
    const at = this.length;
    this.length += end - start;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    for (let i = start; i < end; i++) this.bytes[at + i - start] = from[i]!;
    return at;
  }

  /** Whether a text that is kept stands at a place. */
  standsAt(at: number, length: number, there: Uint8Array, start: number): boolean {
    const { bytes } = this;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== there[start + i]) return false;
    return true;
  }
}

/** The bytes of ASCII text. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

/** Whether bytes stand at a place among others. */
export function standsAt(wanted: Uint8Array, there: Uint8Array, start: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== there[start + i]) return false;
  return true;
}

/** FNV-1a, by which names that programs count up fall apart, of four bytes at a time, which is four times as fast. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 1;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, PRIME);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, PRIME);
  return hash;
}
const PRIME = 0x01000193;
