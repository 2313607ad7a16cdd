/**
 * Values in the forms in which programs print them, seen to be such where they stand: nothing is made of them before somebody
 * asks. Each form says what all its values are to the checks of extensions (`PrintedForm`).
 */
import type { PrintedForm } from '../../../ext/define.js';
import { addressAt, decimalAt, reached } from './digits.js';

const COMMA = 0x2c;
const DASH = 0x2d;
const COLON = 0x3a;

/** 0: it has to be read. Else it can be, and checks tell no two values of one number apart. */
export type Sees = (bytes: Uint8Array, start: number, end: number) => number;

/** How many numbers up to 65535 stand at a place, alone or two with a colon, the lesser one first; 0: others. */
function rangeAt(bytes: Uint8Array, start: number, end: number): number {
  const min = decimalAt(bytes, start, end);
  if (min < 0 || min > 65535) return 0;
  if (reached === end || bytes[reached] !== COLON) return 1;
  const max = decimalAt(bytes, reached + 1, end);
  return max > min && max <= 65535 ? 2 : 0;
}

/** Of a multiport's list: the kernel's struct holds so many numbers. */
const SLOTS = 15;

export const PRINTED: Readonly<Record<PrintedForm, Sees>> = {
  word: () => 1,
  range: (bytes, start, end) => Number(rangeAt(bytes, start, end) > 0 && reached === end),
  list(bytes, start, end) {
    let used = 0;
    for (let at = start; ; at = reached + 1) {
      const numbers = rangeAt(bytes, at, end);
      used += numbers;
      if (numbers === 0 || used > SLOTS) return 0;
      if (reached === end) return 1;
      if (bytes[reached] !== COMMA) return 0;
    }
  },
  addresses(bytes, start, end) {
    const min = addressAt(bytes, start, end);
    if (min < 0 || reached === end || bytes[reached] !== DASH) return 0;
    return Number(addressAt(bytes, reached + 1, end) >= min && reached === end);
  },
  nat(bytes, start, end) {
    if (addressAt(bytes, start, end) < 0) return 0;
    if (reached === end) return 1;
    if (bytes[reached] !== COLON) return 0;
    const port = decimalAt(bytes, reached + 1, end);
    return port >= 0 && port <= 65535 && reached === end ? 2 : 0;
  },
};

/** They hold addresses of IPv4. */
export const OF_IPV4: readonly PrintedForm[] = ['addresses', 'nat'];
