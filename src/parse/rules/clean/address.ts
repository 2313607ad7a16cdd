/** An address of IPv4 as iptables-save prints it, `10.0.0.0/8` or without its length; undefined: it is another word. */
import { type Masked, prefixMask } from '../../../net/address.js';

const DOT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * What stands in a text from `start` to before `end`; bits beyond the mask are cleared. `keep`: else it is some
 * address or other, where there is one.
 */
export function maskedAt(text: string, start: number, end: number, keep: boolean): Masked | undefined {
  let value = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  let i = start;
  for (; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) {
      if (digits++ > 0 && byte === 0) return undefined;
      byte = byte * 10 + code - ZERO;
      if (byte > 255) return undefined;
    } else if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined;
      value = value * 256 + byte;
      byte = digits = 0;
    } else break;
  }
  if (dots !== 3 || digits === 0) return undefined;
  value = value * 256 + byte;
  if (i === end) return keep ? { address: [value], mask: WHOLE } : SOME;
  const length = text.charCodeAt(i) === SLASH ? lengthAt(text, i + 1, end) : -1;
  if (length < 0) return undefined;
  if (!keep) return SOME;
  const mask = prefixMask(length, 4);
  return { address: [(value & mask[0]!) >>> 0], mask };
}

const WHOLE = prefixMask(32, 4);
const SOME: Masked = { address: [0], mask: WHOLE };

/** -1: it is no length of a prefix as it is printed. */
function lengthAt(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) - ZERO;
  if (end - start === 1) return first >= 0 && first <= 9 ? first : -1;
  if (end - start !== 2 || first < 1 || first > 3) return -1;
  const length = first * 10 + text.charCodeAt(start + 1) - ZERO;
  return length >= first * 10 && length <= Math.min(first * 10 + 9, 32) ? length : -1;
}
