/** What a test of a rule asks, as a part of a term. */
import { type AddrType, Field, PROTOCOL_TIMEOUTS } from '../../abi.js';
import type { NumberRange, Test } from '../../model/condition.js';
import type { AddressTypeInterval } from '../address-types.js';
import { bitsOfField } from '../outcomes/asked.js';
import { markPart } from './mark-terms.js';
import { setPart } from './set-terms.js';
import type { Part, Terms, TermsHost } from './terms.js';

/** Fields that a packet has before any rule, of which terms ask. Others follow from them. */
const OWN: ReadonlySet<Field> = new Set([
  Field.Src,
  Field.Dst,
  Field.Proto,
  Field.Sport,
  Field.Dport,
  Field.TcpFlags,
  Field.Length,
  Field.Ttl,
  Field.Tos,
  Field.Frag,
  Field.Mark,
  Field.InIf,
  Field.Uid,
  Field.Gid,
  Field.Link,
  Field.MacLow,
]);
/** Those that follow from others, or that no rule asks. */
const FOLLOWS: ReadonlySet<Field> = new Set([
  Field.OutIf,
  Field.InGroup,
  Field.OutGroup,
  Field.CtState,
  Field.CtStatus,
  Field.CtMark,
  Field.CtDir,
  Field.CtExpire,
  Field.CtZone,
]);

/** undefined: nothing beyond what is asked elsewhere. */
export function partOf(terms: Terms, test: Test, not: boolean, host: TermsHost): Part | 'unanswered' | undefined {
  switch (test.kind) {
    case 'always':
    case 'ask':
      return undefined;
    case 'masked':
      if (test.field === Field.Mark || test.field === Field.CtMark) return markPart(terms, test, not);
      return rangesPart(terms, test.field, not, (field) => maskedRanges(field, test.mask, test.value));
    case 'range':
      return rangesPart(terms, test.field, not, () => [test.range]);
    case 'bitmap':
      return rangesPart(terms, test.field, not, () => test.ranges);
    case 'intervals':
      return rangesPart(terms, test.field, not, () =>
        test.ranges.map(({ min, max }) => ({ min: min[0]!, max: max[0]! })),
      );
    case 'iface':
      // each interface counts
      return undefined;
    case 'addrtype': {
      const { types, limit, field } = test;
      if (limit !== undefined) {
        const starts = host.addressTypes.map(({ first }) => first);
        terms.partitions.push({ field, starts, kinds: starts.map((_, i) => i) });
        return undefined;
      }
      return { field, ranges: rangesOfTypes(host.addressTypes, types), not };
    }
    case 'set': {
      const set = host.sets.get(test.name);
      // --return-nomatch turns on what is told of a member beside that it is one
      if (set !== undefined && test.flags !== 0) return 'unanswered';
      return set === undefined ? undefined : setPart(terms, set, test.directions, not, host);
    }
    case 'fact':
      return host.byAddress ? undefined : 'unanswered';
    default:
      return 'unanswered';
  }
}

/** Of IPv4, where no header has options. */
export const IP_HEADER = 20;

function rangesPart(
  terms: Terms,
  field: Field,
  not: boolean,
  rangesOf: (field: Field) => readonly NumberRange[] | undefined,
): Part | 'unanswered' | undefined {
  if (field === Field.CtMark && terms.marks !== 'whole') terms.exact.add(Field.Mark);
  // that hangs on the packets before
  if (field === Field.CtExpire && terms.remembered) return 'unanswered';
  if (field === Field.CtExpire) {
    const timeouts = [...terms.protocols.subarray(PROTOCOL_TIMEOUTS, PROTOCOL_TIMEOUTS + 256)];
    terms.partitions.push({ field: Field.Proto, starts: timeouts.map((_, proto) => proto), kinds: timeouts });
  }
  if (FOLLOWS.has(field)) return undefined;
  if (field === Field.TransportLen) {
    const ranges = rangesOf(field);
    if (ranges === undefined) return 'unanswered';
    return {
      field: Field.Length,
      ranges: ranges.map(({ min, max }) => ({ min: min + IP_HEADER, max: max + IP_HEADER })),
      not,
    };
  }
  if (!OWN.has(field)) return 'unanswered';
  // ttl is read before and after it is one less
  if (EXACT.has(field)) {
    terms.exact.add(field);
    return undefined;
  }
  if (field === Field.Mark && terms.marks !== 'whole') {
    terms.exact.add(field);
    return undefined;
  }
  const ranges = rangesOf(field);
  return ranges === undefined ? 'unanswered' : { field, ranges, not };
}
const EXACT: ReadonlySet<Field> = new Set([Field.Ttl, Field.InIf, Field.Link, Field.MacLow]);

export function maskedRanges(
  field: Field,
  mask: number,
  value: number,
  bits = bitsOfField(field),
): readonly NumberRange[] | undefined {
  if (bits === undefined) return undefined;
  const all = 2 ** bits - 1;
  const free = (~mask & all) >>> 0;
  // a prefix leaves the low bits free
  if ((free & (free + 1)) === 0) {
    const min = (value & mask & all) >>> 0;
    return (value & ~mask) >>> 0 === 0 && value <= all ? [{ min, max: min + free }] : [];
  }
  if (bits > 16) return undefined;
  const held: NumberRange[] = [];
  for (let one = 0; one <= all; one++) if ((one & mask) === value) held.push({ min: one, max: one });
  return held;
}

export function rangesOfTypes(intervals: readonly AddressTypeInterval[], types: readonly AddrType[]): NumberRange[] {
  return intervals.flatMap(({ first, type }, i) =>
    types.includes(type) ? [{ min: first, max: (intervals[i + 1]?.first ?? 2 ** 32) - 1 }] : [],
  );
}
