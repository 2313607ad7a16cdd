/** Addresses and networks as rules and sets write them. */
import { addressBytes } from '../packets.js';
import { drawnFamily, groupMask, ip, maskOf, numberOf } from './address.js';
import type { Random } from './random.js';

/** Numbers of one prefix; of IPv6, those of one network of at least 112 bits. */
export interface Net {
  address: number;
  length: number;
}

/** What may be an address or a network. */
export const writtenNets = (text: string): string[] =>
  text.match(
    drawnFamily() === 4 ? /\b\d+\.\d+\.\d+\.\d+(\/[\d.]+)?/g : /(?<![\w:])[\da-f]*:[\da-f]*:[\da-f:.]*(\/\d+)?/gi,
  ) ?? [];

/** Of a network of IPv6 that has many of 112 bits, one that is drawn. */
export function netOf(r: Random, text: string): Net | undefined {
  if (drawnFamily() === 6) return netOf6(r, text);
  const [, address, mask] = /^(\d+\.\d+\.\d+\.\d+)(?:\/([\d.]+))?$/.exec(text) ?? [];
  if (address === undefined) return undefined;
  const bits = mask?.includes('.') ? ip(mask) : maskOf(Number(mask ?? 32));
  return { address: (ip(address) & bits) >>> 0, length: 32 - Math.ceil(Math.log2((~bits >>> 0) + 1)) };
}

function netOf6(r: Random, text: string): Net | undefined {
  const [address, mask = '128'] = text.split('/');
  const groups = groupsOf(address!);
  if (groups === undefined) return undefined;
  const ones = groupsOf(mask)?.reduce((sum, group) => sum + group.toString(2).replaceAll('0', '').length, 0);
  const bits = ones ?? Number(mask);
  if (!(bits >= 0 && bits <= 128)) return undefined;
  const fill = r.pick([() => 0, () => 0, () => 0xffff, () => r.below(0x10000)]);
  const all = groups.map((group, i) => {
    const kept = groupMask(bits, i);
    return (group & kept) | (i < 7 && kept < 0xffff ? fill() & ~kept & 0xffff : 0);
  });
  return { address: numberOf(all), length: Math.max(16, bits - 96) };
}

function groupsOf(text: string): number[] | undefined {
  if (!text.includes(':')) return undefined;
  try {
    const bytes = addressBytes(text);
    return Array.from({ length: 8 }, (_, i) => bytes[2 * i]! * 256 + bytes[2 * i + 1]!);
  } catch {
    return undefined;
  }
}

export function addressIn(r: Random, { address, length }: Net): number {
  if (length >= 32) return address;
  const room = ~maskOf(length) >>> 0;
  return (address + r.pick([r.below(room + 1), r.below(Math.min(room + 1, 256)), room, 0])) >>> 0;
}

/** One of a range; of IPv6, one of its ends where they are not of one network. */
export const addressBetween = (r: Random, low: number, high: number): number =>
  drawnFamily() === 6 && low >>> 16 !== high >>> 16 ? r.pick([low, high]) : r.between(low, high);
