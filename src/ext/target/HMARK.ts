import type { Given, Word } from '../../model/ruleset.js';
import { bitsOf, type Family, prefixLength, prefixMask } from '../../net/address.js';
import { target, ValueError, type ValueKind } from '../define.js';
import type { Listed } from '../listed.js';
import { integer, maskedOf } from '../values.js';

const hexOf = (digits: number) => (value: number) => `0x${value.toString(16).padStart(digits, '0')}`;
const port = { value: integer(0xffff, hexOf(4)) };
const word = { value: integer(0xffffffff, hexOf(8)) };

/** More than any family has: as many as there are. */
const ALL_BITS = 128;
const length = (bits: number, family: Family) => Math.min(bits, bitsOf(family));

/** A length, or a mask; one that is no prefix stands for all bits. */
const prefix: ValueKind<number> = {
  words: 1,
  shape: 'LENGTH',
  parse([text], context) {
    if (text!.includes('/')) throw new ValueError(`"${text}" is neither a prefix length nor a mask`);
    const { mask } = maskedOf(`${context.family === 4 ? '0.0.0.0' : '::'}/${text}`, context);
    return prefixLength(mask) ?? ALL_BITS;
  },
  print: (bits, { family }) => [String(length(bits, family))],
};

/** In the order in which iptables tries them: `s` is src, `sp` sport. */
const PARTS = ['ct', 'src', 'dst', 'sport', 'dport', 'proto', 'spi'] as const;
type Part = (typeof PARTS)[number];
const tuple: ValueKind<readonly Part[]> = {
  words: 1,
  shape: 'PART[,…]',
  parse: ([text]) =>
    text!.split(',').map((given) => {
      const found = PARTS.find((part) => given !== '' && part.startsWith(given.toLowerCase()));
      if (found === undefined) throw new ValueError(`"${given}" is none of ${PARTS.join(', ')}`);
      return found;
    }),
  print: (parts) => [parts.join(',')],
};
/** The option that a part is short for, and all its bits. */
const WHOLE = {
  src: ['hmark-src-prefix', ALL_BITS],
  dst: ['hmark-dst-prefix', ALL_BITS],
  sport: ['hmark-sport-mask', 0xffff],
  dport: ['hmark-dport-mask', 0xffff],
  spi: ['hmark-spi-mask', 0xffffffff],
  proto: ['hmark-proto-mask', 0xffff],
} as const;
/** Those of which there has to be one: what else there is says how to hash, and not what. */
const HASHED = [...Object.values(WHOLE).map(([key]) => key), 'hmark-sport', 'hmark-dport', 'hmark-spi'] as const;

const options = {
  'hmark-src-prefix': { value: prefix },
  'hmark-dst-prefix': { value: prefix },
  'hmark-sport-mask': port,
  'hmark-dport-mask': port,
  'hmark-spi-mask': word,
  'hmark-sport': port,
  'hmark-dport': port,
  'hmark-spi': word,
  'hmark-proto-mask': { value: integer(0xffff, hexOf(2)) },
  'hmark-rnd': { ...word, required: true },
  'hmark-mod': { value: integer(0xffffffff, String, 1), required: true },
  'hmark-offset': { value: integer(0xffffffff) },
  'hmark-tuple': { value: tuple },
};

/** net/netfilter/xt_HMARK.c: assembly/hash-mark.ts is what becomes of it. */
export const HMARK = target({
  name: 'HMARK',
  about: "sets the packet's mark to a hash of its addresses and ports",
  options,
  /** A part of the tuple takes the place of an option before it; behind it none may stand, which `check` refuses. */
  canonical(given) {
    const { 'hmark-tuple': parts, ...kept } = given;
    if (parts === undefined) return given;
    const left: Part[] = parts.value.includes('ct') ? ['ct'] : [];
    const whole: Record<string, Given> = {};
    for (const part of parts.value) {
      if (part === 'ct') continue;
      const [key, value] = WHOLE[part];
      if ((given[key]?.at.column ?? 0) > parts.at.column) left.push(part);
      else whole[key] = { ...parts, key, value };
    }
    return { ...kept, ...whole, ...(left.length > 0 && { 'hmark-tuple': { ...parts, value: left } }) };
  },
  check(given, rule) {
    const has = (...keys: readonly (keyof typeof options)[]) => keys.some((key) => given[key] !== undefined);
    const parts = given['hmark-tuple']?.value ?? [];
    for (const part of parts)
      if (part !== 'ct') rule.refuse(`cannot stand behind ${part} of --hmark-tuple`, WHOLE[part][0]);
    if (parts.length === 0 && !has(...HASHED))
      rule.refuse('needs --hmark-tuple, or another option that says what is hashed');
    if (has('hmark-spi-mask') && has('hmark-sport-mask', 'hmark-dport-mask'))
      rule.refuse('ports and spi stand in the same place: a mask of one alone can be said');
    if (has('hmark-spi') && has('hmark-sport', 'hmark-dport'))
      rule.refuse('cannot stand beside --hmark-sport or --hmark-dport', 'hmark-spi');
  },
  lower(given, act, { family }) {
    const of = (
      key: 'hmark-spi-mask' | 'hmark-spi',
      src: 'hmark-sport-mask' | 'hmark-sport',
      dst: 'hmark-dport-mask' | 'hmark-dport',
    ) => given[key]?.value ?? (((given[src]?.value ?? 0) << 16) | (given[dst]?.value ?? 0)) >>> 0;
    const mask = (key: 'hmark-src-prefix' | 'hmark-dst-prefix') =>
      prefixMask(length(given[key]?.value ?? 0, family), family);
    return [
      act.hashMark({
        connection: given['hmark-tuple'] !== undefined,
        src: mask('hmark-src-prefix'),
        dst: mask('hmark-dst-prefix'),
        portMask: of('hmark-spi-mask', 'hmark-sport-mask', 'hmark-dport-mask'),
        portSet: of('hmark-spi', 'hmark-sport', 'hmark-dport'),
        proto: given['hmark-proto-mask']?.value ?? 0,
        seed: given['hmark-rnd']!.value,
        modulus: given['hmark-mod']!.value,
        offset: given['hmark-offset']?.value ?? 0,
      }),
    ];
  },
});

/** `HMARK mod 4 + 0x20 ct, src-prefix 32 rnd 0x3`; of all 128 bits ip6tables prints no length. */
export const HMARKListed: Listed = {
  begins: ['HMARK'],
  read(text) {
    if (!text.take('HMARK')) return undefined;
    const words: Word[] = [];
    for (;;) {
      const before = text.at;
      const name = text.word();
      const key =
        name && (NAMES[name.text] ?? (Object.hasOwn(options, `hmark-${name.text}`) ? `hmark-${name.text}` : undefined));
      if (name === undefined || key === undefined) {
        text.at = before;
        return words;
      }
      const { at } = name;
      const told =
        name.text === 'ct,' ? 'ct' : /-prefix$/.test(key) && !/^\d/.test(text.peek()) ? '128' : text.word()?.text;
      words.push({ text: `--${key}`, at }, { text: told ?? '', at });
    }
  },
};
const NAMES: Readonly<Record<string, string>> = { '+': 'hmark-offset', 'ct,': 'hmark-tuple' };
