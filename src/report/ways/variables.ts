/** Fields of a packet that nobody gave: each is one of many values, of which the walk takes one for granted. */
import { Field } from '../../abi.js';
import type { NumberRange, Test } from '../../model/condition.js';
import type { FieldPacket, Packet } from '../../model/packet.js';
import { contains, type Ranges, rangesOf } from '../../model/ranges.js';
import { Protocol } from '../../net/protocol.js';

export type Variable = 'src' | 'dst' | 'proto' | 'sport' | 'dport' | 'ttl' | 'tos' | 'length' | 'type';

interface Definition {
  readonly field: Field;
  /** all that it may be. */
  readonly domain: (packet: FieldPacket) => Ranges;
  /** values that are met most, the first before others. */
  readonly usual: readonly number[];
  readonly valueOf: (packet: FieldPacket) => number;
  readonly with: (packet: FieldPacket, value: number) => FieldPacket;
}

/** ICMP's echo request. */
const ECHO = 8;

/** What one host sends to another: no loopback, no groups. */
const UNICAST: Ranges = [
  { min: 0x01000000, max: 0x7effffff },
  { min: 0x80000000, max: 0xdfffffff },
];

export const VARIABLES: Readonly<Record<Variable, Definition>> = {
  src: {
    field: Field.Src,
    domain: () => UNICAST,
    usual: [],
    valueOf: ({ src }) => src[0]!,
    with: (packet, src) => ({ ...packet, src: [src] }),
  },
  dst: {
    field: Field.Dst,
    domain: () => UNICAST,
    usual: [],
    valueOf: ({ dst }) => dst[0]!,
    with: (packet, dst) => ({ ...packet, dst: [dst] }),
  },
  proto: {
    field: Field.Proto,
    domain: () => [{ min: 1, max: 255 }],
    usual: [Protocol.Tcp, Protocol.Udp, Protocol.Icmp],
    valueOf: ({ protocol }) => protocol,
    with: (packet, protocol) => ({ ...packet, protocol, type: packet.type === 0 ? ECHO : packet.type }),
  },
  sport: {
    field: Field.Sport,
    domain: () => [{ min: 0, max: 65535 }],
    usual: [32768, 1024, 1],
    valueOf: ({ sport }) => sport,
    with: (packet, sport) => ({ ...packet, sport }),
  },
  dport: {
    field: Field.Dport,
    domain: () => [{ min: 0, max: 65535 }],
    usual: [32768, 1024, 1],
    valueOf: ({ dport }) => dport,
    with: (packet, dport) => ({ ...packet, dport }),
  },
  // a packet whose time ends here is another matter
  ttl: {
    field: Field.Ttl,
    domain: () => [{ min: 2, max: 255 }],
    usual: [64],
    valueOf: ({ ttl }) => ttl,
    with: (packet, ttl) => ({ ...packet, ttl }),
  },
  tos: {
    field: Field.Tos,
    domain: () => [{ min: 0, max: 255 }],
    usual: [],
    valueOf: ({ tos }) => tos,
    with: (packet, tos) => ({ ...packet, tos }),
  },
  // it has its headers in any case, and most links take no more
  length: {
    field: Field.Length,
    domain: ({ length = 60 }) => [{ min: length, max: 1500 }],
    usual: [],
    valueOf: ({ length = 60 }) => length,
    with: (packet, length) => ({ ...packet, length }),
  },
  type: {
    field: Field.Sport,
    domain: () => [{ min: 0, max: 255 }],
    usual: [ECHO],
    valueOf: ({ type }) => type,
    with: (packet, type) => ({ ...packet, type }),
  },
};

/** The variables of a packet: what its description left out. */
export function variablesOf(packet: Packet): Variable[] {
  if (packet.kind !== 'fields' || packet.frag > 0 || packet.mf) return [];
  const assumed = new Set(packet.assumed.map(({ field }) => field));
  // most packets have none: it is not told that it was taken for granted
  if (!packet.given.has('tos')) assumed.add('tos');
  const icmp = packet.protocol === Protocol.Icmp;
  return (Object.keys(VARIABLES) as Variable[]).filter((name) => assumed.has(name) && (name === 'type' ? icmp : true));
}

/** So many values are tried one by one. */
const MOST_VALUES = 65_535;

/** The values of a field for which a test holds; undefined: it cannot be told by values. */
export function holdsFor(test: Test, domain: Ranges): Ranges | undefined {
  const [min, max] = [domain[0]!.min, domain.at(-1)!.max];
  switch (test.kind) {
    case 'intervals':
      return rangesOf(test.ranges.map((range) => ({ min: range.min[0]!, max: range.max[0]! })));
    case 'range':
      return [test.range];
    case 'bitmap':
      return rangesOf(test.ranges);
    case 'masked': {
      // a prefix of an address
      const low = ~test.mask >>> 0;
      if (max > MOST_VALUES)
        return (low & (low + 1)) === 0 ? [{ min: test.value, max: (test.value | low) >>> 0 }] : undefined;
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

/** Of values that a field may have the one that is met most; else the least, but no network's own address. */
export function likely(variable: Variable, values: Ranges): number {
  for (const usual of VARIABLES[variable].usual) {
    if (contains(values, usual)) return usual;
    const above = values.find(({ min }) => min > usual);
    if (above !== undefined && usual >= 1024) return above.min;
  }
  const { min, max } = values[0]!;
  return (variable === 'src' || variable === 'dst') && max > min + 1 ? min + 1 : min;
}
