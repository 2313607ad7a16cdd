/** How a field of a described packet is read: what it takes, in words, and its value; undefined for what it does not take. */
import type { Json } from '../model/packet.js';

export interface FieldKind<V> {
  /** finishes the sentence "… is not". */
  readonly expects: string;
  readonly read: (value: unknown) => V | undefined;
}

/** A number, or its text in decimal or hex, within limits. */
export function integer(value: unknown, max: number): number | undefined {
  const number = typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max ? number : undefined;
}

export const number = (max: number): FieldKind<number> => ({
  expects: `a whole number in 0..${max}`,
  read: (value) => integer(value, max),
});

// dev_valid_name in net/core/dev.c
const isInterface = (value: unknown): value is string =>
  typeof value === 'string' && /^[^\s/:]{1,15}$/.test(value) && value !== '.' && value !== '..';

export const iface: FieldKind<string> = {
  expects: 'the name of an interface (1 to 15 characters)',
  read: (value) => (isInterface(value) ? value : undefined),
};

/** What JSON has itself, and in a text or a cell is written so too. */
export function jsonOf(value: unknown): Json | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return (value ?? undefined) as Json | undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}
