/**
 * Addresses, prefixes and ranges as values. An address is one (IPv4) or four (IPv6) unsigned 32-bit words, most
 * significant first, in an array that is never written to.
 */
export type Family = 4 | 6;
export type Words = readonly number[];

/** An address with a mask, which need not be a prefix. `address` is already masked where `maskedBy` made it. */
export interface Masked {
  readonly address: Words;
  readonly mask: Words;
}

/** Both ends belong to it. */
export interface AddressRange {
  readonly min: Words;
  readonly max: Words;
}

export const familyOf = (address: Words): Family => (address.length === 1 ? 4 : 6);
export const bitsOf = (family: Family): number => (family === 4 ? 32 : 128);

/** Reads `a.b.c.d` or an IPv6 address; undefined where the text is neither. No zone, no prefix, no names. */
export function parseAddress(text: string): Words | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Four decimal numbers of 0..255, as inet_pton reads them: no leading zeros, no short forms. */
export function parseIpv4(text: string): Words | undefined {
  let value = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) {
      if (digits++ > 0 && byte === 0) return undefined;
      byte = byte * 10 + code - 0x30;
      if (byte > 255) return undefined;
    } else {
      if (code !== 0x2e || digits === 0 || ++dots > 3) return undefined;
      value = value * 256 + byte;
      byte = 0;
      digits = 0;
    }
  }
  return dots === 3 && digits > 0 ? [value * 256 + byte] : undefined;
}

function parseIpv6(text: string): Words | undefined {
  let rest = text;
  let tail: number[] = [];
  const dot = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dot !== null) {
    const v4 = parseIpv4(dot[2]!);
    if (v4 === undefined) return undefined;
    tail = [v4[0]! >>> 16, v4[0]! & 0xffff];
    // the colon before it closed a group, unless it is half of a gap
    rest = dot[1]!.endsWith('::') ? dot[1]! : dot[1]!.slice(0, -1);
  }
  const halves = rest.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string): number[] | undefined => {
    if (half === '') return [];
    const out: number[] = [];
    for (const group of half.split(':')) {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      out.push(Number.parseInt(group, 16));
    }
    return out;
  };
  const head = groups(halves[0]!);
  const back = halves.length === 2 ? groups(halves[1]!) : [];
  if (head === undefined || back === undefined) return undefined;
  const after = [...back, ...tail];
  const missing = 8 - head.length - after.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...after];
  return [0, 2, 4, 6].map((i) => ((all[i]! << 16) | all[i + 1]!) >>> 0);
}

/** Dotted for IPv4; for IPv6 the form of RFC 5952. */
export function formatAddress(address: Words): string {
  if (address.length === 1) return formatIpv4(address[0]!);
  const groups = address.flatMap((word) => [word >>> 16, word & 0xffff]);
  // like inet_ntop, an address in ::ffff:0:0/96 or with only its last 32 bits set keeps the dotted tail
  if (address[0] === 0 && address[1] === 0 && (address[2] === 0xffff || (address[2] === 0 && address[3]! > 0xffff)))
    return (address[2] === 0 ? '::' : '::ffff:') + formatIpv4(address[3]!);
  let best = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > length) {
      best = i;
      length = j - i;
    }
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':');
  return best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + length, 8)}`;
}

export const formatIpv4 = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

function maskOf(length: number, family: Family): Words {
  const out: number[] = [];
  for (let i = 0; 32 * i < bitsOf(family); i++) {
    const bits = Math.max(0, Math.min(32, length - 32 * i));
    out.push(bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0);
  }
  return out;
}

const MASKS: Readonly<Record<Family, readonly Words[]>> = {
  4: Array.from({ length: 33 }, (_, length) => maskOf(length, 4)),
  6: Array.from({ length: 129 }, (_, length) => maskOf(length, 6)),
};

/** The mask of a prefix length; beyond the family's bits that of all of them. One array for all who ask. */
export const prefixMask = (length: number, family: Family): Words =>
  MASKS[family][Math.max(0, Math.min(bitsOf(family), length))]!;

/** The length of the prefix that a mask stands for, or undefined where its ones are not together at the front. */
export function prefixLength(mask: Words): number | undefined {
  let length = 0;
  for (const word of mask) {
    length += Math.clz32(~word);
    if (word !== 0xffffffff) break;
  }
  return sameWords(mask, prefixMask(length, familyOf(mask))) ? length : undefined;
}

export const maskedBy = (address: Words, mask: Words): Words =>
  address.length === 1 ? [(address[0]! & mask[0]!) >>> 0] : address.map((word, i) => (word & mask[i]!) >>> 0);
/** An address of IPv6 as one number of 128 bits, and back. */
export const wideOf = (address: Words): bigint => address.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
/** Keys of maps: of a bigint itself V8 hashes the lower 64 bits alone, which most prefixes have in common. */
export const keyOfWide = (address: bigint): string => address.toString(32);
export const wordsOfWide = (address: bigint): Words =>
  [96n, 64n, 32n, 0n].map((shift) => Number((address >> shift) & 0xffffffffn));

export const sameWords = (a: Words, b: Words): boolean => a.length === b.length && a.every((word, i) => word === b[i]);

/** Less than 0, 0 or more than 0, as addresses are ordered. */
export function compareWords(a: Words, b: Words): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return 0;
}

/** The least and greatest address of a prefix. */
export function rangeOfPrefix(address: Words, length: number): AddressRange {
  const mask = prefixMask(length, familyOf(address));
  return { min: maskedBy(address, mask), max: address.map((word, i) => (word | ~mask[i]!) >>> 0) };
}

/** As iptables-save prints them: `/32` stays, a mask that is no prefix stays a mask. */
export function formatMasked({ address, mask }: Masked): string {
  const length = prefixLength(mask);
  return `${formatAddress(address)}/${length === undefined ? formatAddress(mask) : length}`;
}
