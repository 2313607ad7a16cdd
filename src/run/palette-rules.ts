/** What a rule wants of a packet, read from its conditions. */
import { type AddrType, Field, FRAG_OFFSET, STATE_ESTABLISHED, STATE_INVALID, STATE_NEW } from '../abi.js';
import { Part } from '../input/synthetic/palette.js';
import type { Condition, Test } from '../model/condition.js';
import type { AddressRange, Masked } from '../net/address.js';
import { Protocol } from '../net/protocol.js';
import type { Range } from './address-codes.js';
import { addressOfWord, rangeOfWhole } from './whole-address.js';

/** One thing that a rule wants; `member`: of one of the sets that bear these numbers. */
export type Want =
  | { readonly kind: 'range'; readonly part: Part; readonly ranges: readonly Range[] }
  | { readonly kind: 'bits'; readonly part: Part; readonly mask: number; readonly value: number }
  | { readonly kind: 'member'; readonly directions: number; readonly samples: readonly number[] };

/** What conditions speak of by name. */
export interface Known {
  /** numbers of the interfaces that a pattern takes. */
  interfaces(pattern: string): readonly number[];
  samples(set: string): readonly number[];
  /** the numbers of addresses. */
  range(addresses: AddressRange): Range;
  /** addresses of a type of the local table; empty: not known. */
  addresses(type: AddrType): readonly Range[];
}

/** The part of a packet that a field speaks of; connection fields, of the first packet of a connection. */
export const PART_OF: Readonly<Partial<Record<Field, Part>>> = {
  [Field.Src]: Part.Src,
  [Field.Dst]: Part.Dst,
  [Field.Proto]: Part.Proto,
  [Field.Sport]: Part.Sport,
  [Field.Dport]: Part.Dport,
  [Field.TcpFlags]: Part.Flags,
  [Field.Length]: Part.Length,
  [Field.Ttl]: Part.Ttl,
  [Field.Tos]: Part.Tos,
  [Field.Frag]: Part.Frag,
  [Field.Mark]: Part.Mark,
  [Field.InIf]: Part.In,
  [Field.OutIf]: Part.Out,
  [Field.Uid]: Part.Uid,
  [Field.Gid]: Part.Gid,
  [Field.CtProto]: Part.Proto,
  [Field.CtOrigSrc]: Part.Src,
  [Field.CtOrigDst]: Part.Dst,
  [Field.CtOrigSport]: Part.Sport,
  [Field.CtOrigDport]: Part.Dport,
  [Field.CtReplSrc]: Part.Dst,
  [Field.CtReplDst]: Part.Src,
  [Field.CtReplSport]: Part.Dport,
  [Field.CtReplDport]: Part.Sport,
};

/** Alternatives of a rule that are kept; others are left to chance. */
const ALTERNATIVES = 4;
type Alternatives = readonly (readonly Want[])[];
const NOTHING: Alternatives = [[]];

/** What makes the conditions hold, each alternative by itself; empty: nothing does. What is negated is left to chance. */
export function wantsOf(conditions: readonly Condition[], known: Known): Alternatives {
  let found: Want[][] = [[]];
  for (const condition of conditions) {
    const more = alternativesOf(condition, known);
    if (more === NOTHING) continue;
    if (found.length === 1 && more.length === 1) found[0]!.push(...more[0]!);
    else found = found.flatMap((a) => more.map((b) => [...a, ...b])).slice(0, ALTERNATIVES);
  }
  return found;
}

function alternativesOf(condition: Condition, known: Known): Alternatives {
  if ('all' in condition) return wantsOf(condition.all, known);
  if ('any' in condition) return condition.any.flatMap((one) => alternativesOf(one, known)).slice(0, ALTERNATIVES);
  const { test, not } = condition;
  if (test.kind === 'always') return not ? [] : NOTHING;
  const wants = not ? wantsWhereNot(test) : wantsOfTest(test, known);
  return wants.length === 0 ? NOTHING : [wants];
}

const one = (part: Part, ...ranges: Range[]): Want[] => (ranges.length === 0 ? [] : [{ kind: 'range', part, ranges }]);

function wantsOfTest(test: Test, known: Known): Want[] {
  switch (test.kind) {
    case 'masked': {
      if (test.whole !== undefined) return wantsOfWhole(test.field, test.whole, known);
      const part = PART_OF[test.field];
      return part === undefined ? [] : maskedWant(part, test.mask, test.value);
    }
    case 'range':
    case 'bitmap': {
      const part = PART_OF[test.field];
      const ranges = test.kind === 'range' ? [test.range] : test.ranges;
      return part === undefined ? [] : one(part, ...ranges.map(({ min, max }): Range => [min, max]));
    }
    case 'intervals': {
      const part = PART_OF[test.field];
      return part === undefined ? [] : one(part, ...test.ranges.map((range) => known.range(range)));
    }
    case 'iface':
      return one(PART_OF[test.field]!, ...known.interfaces(test.pattern).map((number): Range => [number, number]));
    case 'set': {
      const samples = known.samples(test.name);
      const directions = test.directions.reduce((bits, way, i) => bits | (way === 'src' ? 1 << i : 0), 0);
      return samples.length === 0 ? [] : [{ kind: 'member', directions, samples }];
    }
    case 'addrtype':
      return one(PART_OF[test.field]!, ...test.types.flatMap((type) => known.addresses(type)));
    default:
      return [];
  }
}

/** All words of an address together, where the last of them is compared; masks that are no prefixes are left to chance. */
function wantsOfWhole(word: Field, whole: Masked, known: Known): Want[] {
  const part = PART_OF[addressOfWord(word)];
  const range = rangeOfWhole(word, whole);
  return part === undefined || range === undefined ? [] : one(part, known.range(range));
}

/** A mask of an address is mostly a prefix's. */
function maskedWant(part: Part, mask: number, value: number): Want[] {
  const free = ~mask >>> 0;
  const isPrefix = (free & (free + 1)) === 0;
  const wide = part === Part.Src || part === Part.Dst;
  if (mask === 0xffffffff || (wide && isPrefix)) return one(part, [value, (value | free) >>> 0]);
  return [{ kind: 'bits', part, mask, value }];
}

/** -f, and states: conditions whose negation is what people write. */
function wantsWhereNot(test: Test): Want[] {
  if (test.kind !== 'masked' || test.value !== 0) return [];
  if (test.field === Field.Frag && test.mask === FRAG_OFFSET) return one(Part.Frag, [1, FRAG_OFFSET]);
  if (test.field !== Field.CtState) return [];
  if ((test.mask & STATE_INVALID) === 0 || (test.mask & (STATE_NEW | STATE_ESTABLISHED)) !== 0) return [];
  // FIN with SYN is what tracking calls invalid, whatever came before (tcp_error in nf_conntrack_proto_tcp.c)
  return [
    { kind: 'range', part: Part.Proto, ranges: [[Protocol.Tcp, Protocol.Tcp]] },
    { kind: 'bits', part: Part.Flags, mask: 0x3f, value: 0x03 },
  ];
}
