/** Fields of a packet that nobody gave: each is one of many values, of which the walk takes one for granted. */
import { Field } from '../../abi.js';
import type { Test } from '../../model/condition.js';
import type { FieldPacket, Packet } from '../../model/packet.js';
import { contains, type Ranges, rangesOf, type Value } from '../../model/ranges.js';
import { type Family, type Words, wideOf, wordsOfWide } from '../../net/address.js';
import { echoOf } from '../../net/icmp.js';
import { icmpProtocol, Protocol } from '../../net/protocol.js';

export type Variable = 'src' | 'dst' | 'proto' | 'sport' | 'dport' | 'ttl' | 'tos' | 'length' | 'type';

/** Numbers, or bigints of addresses of IPv6. */
export type Values = Ranges<Value>;

interface Definition {
  readonly field: Field;
  /** all that it may be. */
  readonly domain: (packet: FieldPacket) => Values;
  /** values that are met most, the first before others. */
  readonly usual: (family: Family) => readonly number[];
  readonly valueOf: (packet: FieldPacket) => Value;
  readonly with: (packet: FieldPacket, value: Value) => FieldPacket;
}

/** An address as one number. */
export const numberOf = (address: Words): Value => (address.length === 1 ? address[0]! : wideOf(address));
export const addressOf = (value: Value): Words => (typeof value === 'number' ? [value] : wordsOfWide(value));

/** What one host sends to another: no loopback, no groups. */
const UNICAST: Readonly<Record<Family, Values>> = {
  4: [
    { min: 0x01000000, max: 0x7effffff },
    { min: 0x80000000, max: 0xdfffffff },
  ],
  6: [{ min: 1n << 112n, max: (0xffn << 120n) - 1n }],
};

const address = (side: 'src' | 'dst', field: Field): Definition => ({
  field,
  domain: ({ family }) => UNICAST[family],
  usual: () => [],
  valueOf: ({ [side]: words }) => numberOf(words),
  with: (packet, value) => ({ ...packet, [side]: addressOf(value) }),
});

const number = (
  name: Exclude<Variable, 'src' | 'dst' | 'proto' | 'length'>,
  field: Field,
  [min, max]: readonly [number, number],
  usual: Definition['usual'],
): Definition => ({
  field,
  domain: () => [{ min, max }],
  usual,
  valueOf: ({ [name]: value }) => value,
  with: (packet, value) => ({ ...packet, [name]: value }),
});
const PORTS = [0, 65535] as const;
const FREE_PORTS = () => [32768, 1024, 1];

/** The headers of IP, and of TCP with its usual options. */
const LEAST_LENGTH: Readonly<Record<Family, number>> = { 4: 60, 6: 80 };
const lengthOf = ({ length, family }: FieldPacket): number => length ?? LEAST_LENGTH[family];

export const VARIABLES: Readonly<Record<Variable, Definition>> = {
  src: address('src', Field.Src),
  dst: address('dst', Field.Dst),
  proto: {
    field: Field.Proto,
    domain: () => [{ min: 1, max: 255 }],
    usual: (family) => [Protocol.Tcp, Protocol.Udp, icmpProtocol(family)],
    valueOf: ({ protocol }) => protocol,
    with: (packet, protocol) => ({
      ...packet,
      protocol: protocol as number,
      type: packet.type === 0 ? echoOf(packet.family) : packet.type,
    }),
  },
  sport: number('sport', Field.Sport, PORTS, FREE_PORTS),
  dport: number('dport', Field.Dport, PORTS, FREE_PORTS),
  // a packet whose time ends here is another matter
  ttl: number('ttl', Field.Ttl, [2, 255], () => [64]),
  tos: number('tos', Field.Tos, [0, 255], () => []),
  // it has its headers in any case, and most links take no more
  length: {
    field: Field.Length,
    domain: (packet) => [{ min: lengthOf(packet), max: 1500 }],
    usual: () => [],
    valueOf: lengthOf,
    with: (packet, length) => ({ ...packet, length: length as number }),
  },
  type: number('type', Field.Sport, [0, 255], (family) => [echoOf(family)]),
};

/** The variables of a packet: what its description left out. */
export function variablesOf(packet: Packet): Variable[] {
  if (packet.kind !== 'fields' || packet.frag > 0 || packet.mf) return [];
  const assumed = new Set(packet.assumed.map(({ field }) => field));
  // most packets have none: it is not told that it was taken for granted
  if (!packet.given.has('tos')) assumed.add('tos');
  const icmp = packet.protocol === icmpProtocol(packet.family);
  return (Object.keys(VARIABLES) as Variable[]).filter((name) => assumed.has(name) && (name === 'type' ? icmp : true));
}

/** So many values are tried one by one. */
const MOST_VALUES = 65_535;

/** The values, of those that are left to a field, for which a test holds; undefined: it cannot be told by values. */
export function holdsFor(test: Test, left: Values): Values | undefined {
  switch (test.kind) {
    case 'intervals':
      return rangesOf(test.ranges.map((range) => ({ min: numberOf(range.min), max: numberOf(range.max) })));
    case 'range':
      return [test.range];
    case 'bitmap':
      return rangesOf(test.ranges);
    case 'masked': {
      const { field, mask, value } = test;
      if (field < Field.Proto) return isPrefix(mask) ? withWord(left, field % Field.Dst, mask, value) : undefined;
      const [min, max] = [Number(left[0]!.min), Number(left.at(-1)!.max)];
      if (max > MOST_VALUES) return undefined;
      const numbers = Array.from({ length: max - min + 1 }, (_, i) => min + i);
      return rangesOf(numbers.filter((one) => (one & mask) >>> 0 === value).map((one) => ({ min: one, max: one })));
    }
    default:
      return undefined;
  }
}

const isPrefix = (mask: number): boolean => ((~mask >>> 0) & ((~mask >>> 0) + 1)) === 0;

/** Addresses whose word of that number is so; undefined: they lie apart, since words before it are not settled. */
function withWord(left: Values, word: number, mask: number, value: number): Values | undefined {
  const most = (value | ~mask) >>> 0;
  const all: { min: Value; max: Value }[] = [];
  for (const { min, max } of left) {
    if (typeof min === 'number' || typeof max === 'number') return [{ min: value, max: most }];
    const shift = BigInt(32 * (3 - word));
    const before = min >> (shift + 32n);
    if (max >> (shift + 32n) !== before) return undefined;
    const from = (number: number) => ((before << 32n) | BigInt(number)) << shift;
    all.push({ min: from(value), max: from(most) | ((1n << shift) - 1n) });
  }
  return rangesOf(all);
}

/** Of values that a field may have the one that is met most; else the least, but no network's own address. */
export function likely(variable: Variable, values: Values, family: Family): Value {
  for (const usual of VARIABLES[variable].usual(family)) {
    if (contains(values, usual)) return usual;
    const above = values.find(({ min }) => min > usual);
    if (above !== undefined && usual >= 1024) return above.min;
  }
  const { min, max } = values[0]!;
  if (variable !== 'src' && variable !== 'dst') return min;
  const next = typeof min === 'bigint' ? min + 1n : min + 1;
  return max > next ? next : min;
}

export const valuesText = (values: Values): string => values.map(({ min, max }) => `${min}:${max}`).join();
