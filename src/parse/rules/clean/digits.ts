/** Numbers and addresses of IPv4 as programs print them, read where they stand among bytes: no text is cut out. */

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Where the last number or address ended. */
export let reached = 0;

/** The decimal number that begins at a place, without zeros before it; -1: there is none of so many digits. */
export function decimalAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let i = start;
  for (; i < end; i++) {
    const code = bytes[i]!;
    if (code < ZERO || code > NINE) break;
    value = value * 10 + code - ZERO;
  }
  reached = i;
  if (i === start || i - start > 10) return -1;
  return i - start > 1 && bytes[start] === ZERO ? -1 : value;
}

/** The address of four bytes that begins at a place; -1: there is none. */
export function addressAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let i = start;
  for (let dots = 0; ; dots++) {
    const first = i;
    let byte = 0;
    for (; i < end; i++) {
      const code = bytes[i]!;
      if (code < ZERO || code > NINE) break;
      byte = byte * 10 + code - ZERO;
    }
    if (i === first || i - first > 3 || byte > 255 || (i - first > 1 && bytes[first] === ZERO)) return -1;
    value = value * 256 + byte;
    if (dots === 3) break;
    if (i >= end || bytes[i++] !== DOT) return -1;
  }
  reached = i;
  return value;
}
