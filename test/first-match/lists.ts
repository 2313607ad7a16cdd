/** Random lists of rules of several shapes, packets that lie near them, and the first rule found by looking at each. */
import { type FiveTupleRules, fiveTupleRules } from '../../src/run/first-match/index.js';
import type { Draw } from '../routing/random.js';

export interface Packets {
  readonly count: number;
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly sport: Uint16Array;
  readonly dport: Uint16Array;
  readonly proto: Uint8Array;
}

interface Rule {
  readonly src: Interval;
  readonly dst: Interval;
  readonly sport: Interval;
  readonly dport: Interval;
  /** value and mask. */
  readonly proto: readonly [number, number];
}
type Interval = readonly [number, number];

const ANY: Interval = [0, 0xffffffff];
const ANY_PORT: Interval = [0, 65535];

/** A prefix that begins at `start`, which may have bits behind it. */
export function prefix(start: number, length: number): Interval {
  const first = length === 0 ? 0 : (start & (-1 << (32 - length))) >>> 0;
  return [first, first + 2 ** (32 - length) - 1];
}
const around = (draw: Draw, most: number): Interval => {
  const ends = [draw.below(most + 1), draw.below(most + 1)].sort((a, b) => a - b);
  return [ends[0]!, ends[1]!];
};
const oneOf = <T>(draw: Draw, values: readonly T[]): T => values[draw.below(values.length)]!;
const address = (draw: Draw) => draw.below(2 ** 32);

const PROTOCOLS: readonly Rule['proto'][] = [
  [6, 255],
  [17, 255],
  [1, 255],
  [0, 0],
];
const PORTS: readonly Interval[] = [ANY_PORT, ANY_PORT, [80, 80], [53, 53], [1024, 65535], [0, 1023], [6000, 6063]];

/** Few networks, so that prefixes nest and packets meet several rules. */
const nested = (draw: Draw): Interval =>
  prefix(oneOf(draw, [10, 172, 192]) * 2 ** 24 + draw.below(2 ** 24), draw.below(33));
const host = (draw: Draw): Interval => prefix(0xc0a80000 + draw.below(1024), 32 - draw.below(4));

export const SHAPES: Readonly<Record<string, (draw: Draw, count: number) => Rule>> = {
  nested: (draw) => ({
    src: nested(draw),
    dst: nested(draw),
    sport: oneOf(draw, PORTS),
    dport: oneOf(draw, PORTS),
    proto: oneOf(draw, PROTOCOLS),
  }),
  hosts: (draw) => ({
    src: draw.below(4) === 0 ? ANY : host(draw),
    dst: draw.below(4) === 0 ? ANY : host(draw),
    sport: ANY_PORT,
    dport: oneOf(draw, PORTS),
    proto: oneOf(draw, PROTOCOLS),
  }),
  'many /16': (draw) => ({
    src: prefix(address(draw), 12 + draw.below(21)),
    dst: prefix(address(draw), 12 + draw.below(21)),
    sport: ANY_PORT,
    dport: oneOf(draw, PORTS),
    proto: oneOf(draw, PROTOCOLS),
  }),
  'one full /16': (draw) => ({
    src: prefix(0x0a010000 + draw.below(65536), 17 + draw.below(16)),
    dst: prefix(0x0a020000 + draw.below(65536), 20 + draw.below(13)),
    sport: oneOf(draw, PORTS),
    dport: ANY_PORT,
    proto: [0, 0],
  }),
  ranges: (draw) => ({
    src: around(draw, 0xffffffff),
    dst: around(draw, 0xffffffff),
    sport: around(draw, 65535),
    dport: around(draw, 65535),
    proto: oneOf(draw, PROTOCOLS),
  }),
  'short ranges': (draw) => {
    const short = (): Interval => {
      const start = 0x0a000000 + draw.below(4096);
      return [start, start + draw.below(100)];
    };
    return { src: short(), dst: short(), sport: ANY_PORT, dport: oneOf(draw, PORTS), proto: [6, 255] };
  },
  'ports of one pair': (draw) => {
    const port = draw.below(65536);
    return {
      src: prefix(0x0a000001, 32),
      dst: prefix(0x0a000002, 32),
      sport: ANY_PORT,
      dport: [port, port],
      proto: [6, 255],
    };
  },
  'pairs of ports': (draw) => {
    const port = draw.below(65536);
    const other = draw.below(65536);
    return { src: ANY, dst: ANY, sport: [port, port], dport: [other, other], proto: [17, 255] };
  },
  ends: (draw) => {
    const end = (most: number) =>
      oneOf(draw, [
        [0, 0],
        [most, most],
        [0, most],
        [1, most],
        [0, most - 1],
        [1, 1],
      ] as Interval[]);
    return {
      src: end(0xffffffff),
      dst: end(0xffffffff),
      sport: end(65535),
      dport: end(65535),
      proto: [oneOf(draw, [0, 255]), 255],
    };
  },
  masks: (draw) => ({
    src: nested(draw),
    dst: ANY,
    sport: ANY_PORT,
    dport: ANY_PORT,
    // some values have bits that the mask takes away: they fit nothing
    proto: [draw.below(256), oneOf(draw, [0, 1, 3, 0x80, 0xf0, 255])],
  }),
  'never any': (draw) => ({
    src: [9, 3],
    dst: ANY,
    sport: draw.below(2) === 0 ? [5, 4] : ANY_PORT,
    dport: ANY_PORT,
    proto: [0, 0],
  }),
};

export function drawRules(draw: Draw, shape: string, count: number): FiveTupleRules {
  const rules = fiveTupleRules(count);
  let last: Rule | undefined;
  for (let i = 0; i < count; i++) {
    // some stand twice, and the first of the two wins
    const rule: Rule = last !== undefined && draw.below(10) === 0 ? last : SHAPES[shape]!(draw, count);
    last = draw.below(3) === 0 ? rule : last;
    for (const field of ['src', 'dst', 'sport', 'dport'] as const) {
      rules[`${field}Min`][i] = rule[field][0];
      rules[`${field}Max`][i] = rule[field][1];
    }
    rules.proto[i] = rule.proto[0];
    rules.protoMask[i] = rule.proto[1];
  }
  return rules;
}

/** Inside rules, at their edges, beside them, and anywhere; some come several times in a row. */
export function drawPackets(draw: Draw, rules: FiveTupleRules, count: number): Packets {
  const packets: Packets = {
    count,
    src: new Uint32Array(count),
    dst: new Uint32Array(count),
    sport: new Uint16Array(count),
    dport: new Uint16Array(count),
    proto: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    if (i > 0 && draw.below(3) === 0) {
      for (const field of ['src', 'dst', 'sport', 'dport', 'proto'] as const)
        packets[field][i] = packets[field][i - 1]!;
      // sometimes but one of them differs from the packet before
      if (draw.below(2) === 0) packets[oneOf(draw, ['src', 'dst', 'sport', 'dport', 'proto'] as const)][i]! ^= 1;
      continue;
    }
    const rule = draw.below(rules.count + 1);
    for (const field of ['src', 'dst', 'sport', 'dport'] as const) {
      const min = rules[`${field}Min`][rule] ?? 0;
      const max = rules[`${field}Max`][rule] ?? 0;
      const inside = min + draw.below(Math.max(1, max - min + 1));
      packets[field][i] = oneOf(draw, [inside, inside, inside, min, max, min - 1, max + 1, address(draw)]);
    }
    packets.proto[i] = draw.below(4) === 0 ? draw.below(256) : (rules.proto[rule] ?? 0);
  }
  return packets;
}

export function firstOf(rules: FiveTupleRules, packets: Packets, i: number): number {
  for (let rule = 0; rule < rules.count; rule++) {
    const takes = (field: 'src' | 'dst' | 'sport' | 'dport') =>
      rules[`${field}Min`][rule]! <= packets[field][i]! && packets[field][i]! <= rules[`${field}Max`][rule]!;
    if (!takes('src') || !takes('dst') || !takes('sport') || !takes('dport')) continue;
    if ((packets.proto[i]! & rules.protoMask[rule]!) === rules.proto[rule]!) return rule;
  }
  return rules.count;
}
