/**
 * Addresses as numbers, for the generator alone: it shares nothing with src/, which it judges. Of IPv6 a number stands for
 * an address of one network of 96 bits, and those that mean something in IPv4 for one that means the like; the networks of
 * given rules have numbers that are given out while a scenario is drawn.
 */
export type Family = 4 | 6;

/** Whose scenarios are drawn: what is text here is of that family. */
let family: Family = 4;
export const drawnFamily = (): Family => family;
export function ofFamily<T>(which: Family, draw: () => T): T {
  const before = { family, others };
  family = which;
  others = [];
  try {
    return draw();
  } finally {
    ({ family, others } = before);
  }
}

const NETWORK = [0x2001, 0x0db8, 0, 0, 0, 0];
const LIKE: Readonly<Record<number, readonly number[]>> = {
  0: [0, 0, 0, 0, 0, 0, 0, 0],
  2130706433: [0, 0, 0, 0, 0, 0, 0, 1],
  3758096385: [0xff02, 0, 0, 0, 0, 0, 0, 1],
  4009820675: [0xff05, 0, 0, 0, 0, 0, 1, 0x203],
  4294967295: [0xff02, 0, 0, 0, 0, 0, 0, 2],
  2851997447: [0xfe80, 0, 0, 0, 0, 0, 0, 0x707],
  4026597891: [0xfec0, 0, 0, 0, 0, 0, 1, 0x203],
};
/** Networks of 112 bits that one scenario has besides; the first has the numbers that begin with the bits of OTHERS. */
let others: (readonly number[])[] = [];
const OTHERS = 0xf100;
const groups = (value: number): readonly number[] =>
  LIKE[value] ?? [...(others[(value >>> 16) - OTHERS] ?? [...NETWORK, value >>> 16]), value & 0xffff];

/** The number of any address of IPv6; its network is one of the scenario's from now on. */
export function numberOf(all: readonly number[]): number {
  const same = (one: readonly number[]): boolean => one.every((group, i) => group === all[i]);
  for (const [value, like] of Object.entries(LIKE)) if (same(like)) return Number(value);
  let at = others.findIndex(same);
  if (at < 0) at = others.push(all.slice(0, 7)) - 1;
  if (OTHERS + at > 0xffff) throw new Error('more networks than there are numbers for');
  return (OTHERS + at) * 0x10000 + all[7]!;
}
const text6 = (all: readonly number[]): string => all.map((group) => group.toString(16)).join(':');
export const dotted = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');

/** Whether a host may have it. */
export function isUnicast(value: number): boolean {
  const top = family === 4 ? value >>> 24 : groups(value)[0]!;
  return family === 4 ? top !== 0 && top !== 127 && top < 224 : top !== 0 && top < 0xff00;
}

/** Whether it stands for an address beside those of the network. */
export const isSpecial = (value: number): boolean => family === 6 && value in LIKE;

export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A prefix of a number's bits, as one of the address. */
export const prefixBits = (length: number): number => (family === 4 ? length : 16 * NETWORK.length + length);

export const ipText = (value: number): string => (family === 4 ? dotted(value) : text6(groups(value)));

/** What lies under a mask of the last 32 bits, and the mask. */
export function maskedText(value: number, mask: number): string {
  if (family === 4) return `${dotted((value & mask) >>> 0)}/${dotted(mask)}`;
  const masks = [...NETWORK.map(() => 0xffff), mask >>> 16, mask & 0xffff];
  return `${text6(groups(value).map((group, i) => group & masks[i]!))}/${text6(masks)}`;
}

/** Addresses in a line for a shell, written as those of IPv4, as the family has them. */
export const inFamily = (line: string): string =>
  family === 4
    ? line
    : line.replace(/(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?/g, (_, address: string, length?: string) =>
        length === undefined ? ipText(ip(address)) : `${ipText(ip(address))}/${prefixBits(Number(length))}`,
      );

export const maskOf = (length: number): number => (length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);

export const masked = (value: number, length: number): number => (value & maskOf(length)) >>> 0;

/** What a prefix of so many bits leaves of an address's group `i`. */
export const groupMask = (bits: number, i: number): number =>
  (0xffff0000 >>> Math.max(0, Math.min(16, bits - 16 * i))) & 0xffff;

export function netText(value: number, length: number): string {
  if (family === 4) return `${dotted(masked(value, length))}/${length}`;
  const bits = prefixBits(length);
  return `${text6(groups(value).map((group, i) => group & groupMask(bits, i)))}/${bits}`;
}

/** Keeps a number that was moved up or down inside 0..max. */
export const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, value));
