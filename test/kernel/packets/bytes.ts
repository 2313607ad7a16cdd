/** Bytes, their text, and their sums. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || /[^0-9a-fA-F]/.test(hex)) throw new Error(`not hexadecimal: ${hex}`);
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** An address as 4 or 16 bytes. */
export function addressBytes(text: string): Uint8Array {
  if (!text.includes(':')) {
    const parts = text.split('.').map(Number);
    if (parts.length !== 4 || parts.some((p) => !Number.isInteger(p) || p < 0 || p > 255)) {
      throw new Error(`not an address: ${text}`);
    }
    return Uint8Array.from(parts);
  }
  const [head = '', tail] = text.split('::');
  const words = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((word) => {
          if (!word.includes('.')) return [Number.parseInt(word, 16)];
          const v4 = addressBytes(word);
          return [(v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!];
        });
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const gap = tail === undefined ? [] : new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  const all = [...before, ...gap, ...after];
  if (all.length !== 8 || all.some((w) => !(w >= 0 && w <= 0xffff))) throw new Error(`not an address: ${text}`);
  return Uint8Array.from(all.flatMap((w) => [w >> 8, w & 255]));
}

/** The Internet checksum of the parts as if they stood in one row (only the last may have an odd length). */
export function checksum(...parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += (part[i]! << 8) | (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export function bytesOf(value: Uint8Array | string | undefined): Uint8Array {
  return value === undefined ? new Uint8Array(0) : typeof value === 'string' ? fromHex(value) : value;
}

export function padded(bytes: Uint8Array, multiple: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / multiple) * multiple);
  out.set(bytes);
  return out;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
