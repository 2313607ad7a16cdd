/** An address of IPv4 as iptables-save prints it, `10.0.0.0/8` or without its length; undefined: it is another word. */
import { type Masked, prefixMask } from '../../../net/address.js';
import { addressAt, decimalAt, reached } from './digits.js';

const SLASH = 0x2f;

/**
 * What stands among bytes from `start` to before `end`; bits beyond the mask are cleared. `keep`: else it is some
 * address or other, where there is one.
 */
export function maskedAt(bytes: Uint8Array, start: number, end: number, keep: boolean): Masked | undefined {
  const value = addressAt(bytes, start, end);
  if (value < 0) return undefined;
  if (reached === end) return keep ? { address: [value], mask: WHOLE } : SOME;
  if (bytes[reached] !== SLASH) return undefined;
  const length = decimalAt(bytes, reached + 1, end);
  if (length < 0 || length > 32 || reached !== end) return undefined;
  if (!keep) return SOME;
  const mask = prefixMask(length, 4);
  return { address: [(value & mask[0]!) >>> 0], mask };
}

const WHOLE = prefixMask(32, 4);
const SOME: Masked = { address: [0], mask: WHOLE };
