/** Fields of a packet that nobody gave: each is one of many values, of which the walk takes one for granted. */
import { Field } from '../../abi.js';
import type { NumberRange, Test } from '../../model/condition.js';
import type { FieldPacket, Packet } from '../../model/packet.js';
import { Protocol } from '../../net/protocol.js';

export type Variable = 'sport' | 'dport' | 'ttl' | 'tos' | 'length' | 'type';

interface Definition {
  readonly field: Field;
  /** all that it may be. */
  readonly domain: (packet: FieldPacket) => NumberRange;
  readonly valueOf: (packet: FieldPacket) => number;
  readonly with: (packet: FieldPacket, value: number) => FieldPacket;
}

export const VARIABLES: Readonly<Record<Variable, Definition>> = {
  sport: {
    field: Field.Sport,
    domain: () => ({ min: 0, max: 65535 }),
    valueOf: ({ sport }) => sport,
    with: (packet, sport) => ({ ...packet, sport }),
  },
  dport: {
    field: Field.Dport,
    domain: () => ({ min: 0, max: 65535 }),
    valueOf: ({ dport }) => dport,
    with: (packet, dport) => ({ ...packet, dport }),
  },
  // a packet whose time ends here is another matter
  ttl: {
    field: Field.Ttl,
    domain: () => ({ min: 2, max: 255 }),
    valueOf: ({ ttl }) => ttl,
    with: (packet, ttl) => ({ ...packet, ttl }),
  },
  tos: {
    field: Field.Tos,
    domain: () => ({ min: 0, max: 255 }),
    valueOf: ({ tos }) => tos,
    with: (packet, tos) => ({ ...packet, tos }),
  },
  // it has its headers in any case, and most links take no more
  length: {
    field: Field.Length,
    domain: ({ length = 60 }) => ({ min: length, max: 1500 }),
    valueOf: ({ length = 60 }) => length,
    with: (packet, length) => ({ ...packet, length }),
  },
  type: {
    field: Field.Sport,
    domain: () => ({ min: 0, max: 255 }),
    valueOf: ({ type }) => type,
    with: (packet, type) => ({ ...packet, type }),
  },
};

/** The variables of a packet: what its description left out. */
export function variablesOf(packet: Packet): Variable[] {
  if (packet.kind !== 'fields' || packet.frag > 0 || packet.mf) return [];
  const assumed = new Set(packet.assumed.map(({ field }) => field));
  const icmp = packet.protocol === Protocol.Icmp;
  return (Object.keys(VARIABLES) as Variable[]).filter((name) => assumed.has(name) && (name === 'type' ? icmp : true));
}

/** The values of a field for which a test holds; undefined: it cannot be told by values. */
export function holdsFor(test: Test, { min, max }: NumberRange): NumberRange[] | undefined {
  switch (test.kind) {
    case 'range':
      return [test.range];
    case 'bitmap':
      return [...test.ranges];
    case 'masked': {
      const ranges: NumberRange[] = [];
      for (let value = min; value <= max; value++) {
        if ((value & test.mask) >>> 0 !== test.value) continue;
        const last = ranges.at(-1);
        if (last !== undefined && last.max === value - 1) ranges[ranges.length - 1] = { min: last.min, max: value };
        else ranges.push({ min: value, max: value });
      }
      return ranges;
    }
    default:
      return undefined;
  }
}

/** What lies in both; ranges are sorted and do not touch. */
export function common(a: readonly NumberRange[], b: readonly NumberRange[]): NumberRange[] {
  return sorted(
    a.flatMap((one) =>
      b.flatMap((other) => {
        const both = { min: Math.max(one.min, other.min), max: Math.min(one.max, other.max) };
        return both.min <= both.max ? [both] : [];
      }),
    ),
  );
}

/** What lies in either. */
export function sorted(ranges: readonly NumberRange[]): NumberRange[] {
  const out: NumberRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.min - b.min)) {
    const last = out.at(-1);
    if (last !== undefined && range.min <= last.max + 1)
      out[out.length - 1] = { min: last.min, max: Math.max(last.max, range.max) };
    else out.push(range);
  }
  return out;
}

/** What lies in `a` alone. */
export function without(a: readonly NumberRange[], b: readonly NumberRange[]): NumberRange[] {
  let left = [...a];
  for (const cut of b)
    left = left.flatMap(({ min, max }) => {
      if (cut.max < min || cut.min > max) return [{ min, max }];
      const below = cut.min > min ? [{ min, max: cut.min - 1 }] : [];
      const above = cut.max < max ? [{ min: cut.max + 1, max }] : [];
      return [...below, ...above];
    });
  return left;
}

export const contains = (ranges: readonly NumberRange[], value: number): boolean =>
  ranges.some(({ min, max }) => value >= min && value <= max);
