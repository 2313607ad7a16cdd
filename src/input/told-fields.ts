/** Fields of a described packet that neither its bytes nor the core's columns hold: `Told` of src/model/packet.ts. */
import type { Told } from '../model/packet.js';
import { type FieldKind, iface, integer, number } from './field-kind.js';
import { ipvs, policy } from './told-json.js';

const MAX_ID = 0xfffffffe;
const MAX_WORD = 0xffffffff;

/** In a text or a cell, commas or blanks stand between. */
const groups: FieldKind<readonly number[]> = {
  expects: `a list of numbers of groups, each in 0..${MAX_ID}`,
  read(value) {
    const list = typeof value === 'string' ? value.split(/[\s,]+/).filter((word) => word !== '') : value;
    if (!Array.isArray(list)) return integer(list, MAX_ID) === undefined ? undefined : [list as number];
    const numbers = list.map((one) => integer(one, MAX_ID));
    return numbers.some((one) => one === undefined) ? undefined : (numbers as number[]);
  },
};

const YES: readonly unknown[] = [true, 1, 'true', 'yes', '1'];
const NO: readonly unknown[] = [false, 0, 'false', 'no', '0'];
const answer: FieldKind<boolean> = {
  expects: 'true or false (yes or no)',
  read: (value) => (YES.includes(value) ? true : NO.includes(value) ? false : undefined),
};

/** From the root of its hierarchy, with or without the slash that it begins with. */
const cgroup: FieldKind<string> = {
  expects: 'the path of a cgroup: /user.slice/user-1000.slice',
  read: (value) => (typeof value === 'string' && value !== '' ? `/${value.replace(/^\/+|\/+$/g, '')}` : undefined),
};

/** A handle as tc prints it has two numbers of 16 bits, in hex. */
const classid: FieldKind<number> = {
  expects: 'a class as tc writes it (10:1, in hex) or a number in 0..4294967295',
  read(value) {
    const halves = typeof value === 'string' ? /^([0-9a-f]{1,4}):([0-9a-f]{0,4})$/i.exec(value) : null;
    if (halves === null) return integer(value, MAX_WORD);
    return Number.parseInt(halves[1]!, 16) * 0x10000 + (halves[2] === '' ? 0 : Number.parseInt(halves[2]!, 16));
  },
};

const realm: FieldKind<number | string> = {
  expects: `a realm: its name, or a number in 0..${MAX_WORD}`,
  read: (value) => integer(value, MAX_WORD) ?? nameOf(value),
};
const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[^\s\d/][^\s/]*$/.test(value) ? value : undefined;

const word: FieldKind<string> = {
  expects: 'a text without line breaks',
  read: (value) => (typeof value === 'string' && /^[^\r\n]+$/.test(value) ? value : undefined),
};

const country: FieldKind<string> = {
  expects: 'a country as two letters (ISO 3166)',
  read: (value) => (typeof value === 'string' && /^[a-z][a-z0-9]$/i.test(value) ? value.toUpperCase() : undefined),
};

export const TOLD_FIELDS = {
  physin: iface,
  physout: iface,
  uid: number(MAX_ID),
  gid: number(MAX_ID),
  groups,
  socket: answer,
  cgroup,
  classid,
  cpu: number(MAX_WORD),
  realm,
  policy,
  ipvs,
  os: word,
  srccountry: country,
  dstcountry: country,
} satisfies { readonly [Field in keyof Told]-?: FieldKind<NonNullable<Told[Field]>> } & Record<
  string,
  FieldKind<unknown>
>;
