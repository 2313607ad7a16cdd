/** IPv4 addresses as numbers, for the generator alone: it shares nothing with src/, which it judges. */
export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export const ipText = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');

export const maskOf = (length: number): number => (length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);

export const masked = (value: number, length: number): number => (value & maskOf(length)) >>> 0;

export const netText = (value: number, length: number): string => `${ipText(masked(value, length))}/${length}`;

export const inNet = (value: number, net: number, length: number): boolean =>
  masked(value, length) === masked(net, length);

/** Keeps a number that was moved up or down inside 0..max. */
export const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, value));
