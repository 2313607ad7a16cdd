/** What a test of a rule asks, as a part of a term. */
import { type AddrType, Field, HeaderAsk, PROTOCOL_TIMEOUTS } from '../../abi.js';
import type { NumberRange, Test } from '../../model/condition.js';
import type { Masked } from '../../net/address.js';
import { isExtension } from '../../net/ipv6-headers.js';
import { Protocol } from '../../net/protocol.js';
import { bitsOfField } from '../outcomes/asked.js';
import { addressOfWord, rangeOfWord } from '../whole-address.js';
import { isAddress } from './addresses.js';
import { markPart } from './mark-terms.js';
import { setPart } from './set-terms.js';
import { type AddressTypes, bytesOfMany, type NoPart, type Part, type Terms, type TermsHost } from './terms.js';

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

/** The part that a test is, or why it is none. */
export function partOf(terms: Terms, test: Test, not: boolean, host: TermsHost): Part | NoPart {
  switch (test.kind) {
    case 'always':
    case 'ask':
    // of packets that columns tell of they lead to a protocol
    case 'headers':
      return 'unasked';
    case 'masked':
      if (test.whole !== undefined) return wordPart(terms, test.field, test.whole, not);
      if (test.field === Field.Mark || test.field === Field.CtMark) return markPart(terms, test, not);
      return rangesPart(terms, test.field, not, (field) => maskedRanges(field, test.mask, test.value));
    case 'range':
      return rangesPart(terms, test.field, not, () => [test.range]);
    case 'bitmap':
      return rangesPart(terms, test.field, not, () => test.ranges);
    case 'intervals':
      if (!isAddress(test.field)) return 'unanswered';
      return { field: test.field, ranges: test.ranges.map((range) => terms.addresses.range(range)), not };
    case 'iface':
      return 'each';
    case 'addrtype': {
      const { types, limit, field } = test;
      const { addressTypes: all } = host;
      if (all === undefined) return 'unanswered';
      if (limit !== undefined) {
        // seen from a link the host knows those of IPv6
        if (terms.addresses.family === 6) return 'unanswered';
        const starts = all.map(({ first }) => first);
        terms.partitions.push({ field, starts, kinds: starts.map((_, i) => i) });
        return 'added';
      }
      const ranges = rangesOfTypes(all, types, terms.addresses.end);
      terms.patience.hold(bytesOfMany(ranges));
      return { field, ranges, not };
    }
    case 'set': {
      const set = host.sets.get(test.name);
      // --return-nomatch turns on what is told of a member beside that it is one
      if (set !== undefined && test.flags !== 0) return 'unanswered';
      return set === undefined ? 'unasked' : setPart(terms, set, test.directions, not, host);
    }
    case 'header6':
      terms.readsHeaders = true;
      return headersPart(terms, test.record[0]!);
    case 'fact':
      if (!host.ways.byAddress) return 'unanswered';
      if (terms.addresses.family === 4) return 'follows';
      // the way back is looked for
      terms.partitions.push(host.ways.back);
      return 'added';
    default:
      return 'unanswered';
  }
}

/** ESP_HLEN is not asked: of what has fewer bytes the headers are cut (ipv6header_mt6). */
const LEAST_ESP = 2;

/** Of a record of HeaderAsk. Packets that columns tell of have no header but that of their protocol: no other is there. */
function headersPart(terms: Terms, how: number): NoPart {
  const esp: Part = { field: Field.Proto, ranges: [{ min: Protocol.Esp, max: Protocol.Esp }], not: false };
  if ((how & 255) !== HeaderAsk.Headers) return isExtension((how >>> 8) & 255) ? 'unasked' : 'unanswered';
  const cut = { field: Field.Length, ranges: [{ min: 0, max: terms.header + LEAST_ESP - 1 }], not: false };
  terms.add(esp);
  terms.add(esp, cut);
  return 'added';
}

/** A word of an address of IPv6, with those before it. */
function wordPart(terms: Terms, word: Field, whole: Masked, not: boolean): Part | NoPart {
  const field = addressOfWord(word);
  const range = rangeOfWord(word, whole);
  if (!isAddress(field) || range === undefined) return 'unanswered';
  return { field, ranges: range === 'none' ? [] : [terms.addresses.range(range)], not };
}

function rangesPart(
  terms: Terms,
  field: Field,
  not: boolean,
  rangesOf: (field: Field) => readonly NumberRange[] | undefined,
): Part | NoPart {
  if (field === Field.CtMark && terms.marks !== 'whole') terms.countEach(Field.Mark);
  // that hangs on the packets before
  if (field === Field.CtExpire && terms.remembered) return 'unanswered';
  if (field === Field.CtExpire) {
    const timeouts = [...terms.protocols.subarray(PROTOCOL_TIMEOUTS, PROTOCOL_TIMEOUTS + 256)];
    terms.partitions.push({ field: Field.Proto, starts: timeouts.map((_, proto) => proto), kinds: timeouts });
  }
  if (FOLLOWS.has(field)) return 'follows';
  if (field === Field.TransportLen) {
    terms.readsHeaders = true;
    const ranges = rangesOf(field);
    if (ranges === undefined) return 'unanswered';
    return {
      field: Field.Length,
      ranges: ranges.map(({ min, max }) => ({ min: min + terms.header, max: max + terms.header })),
      not,
    };
  }
  if (!OWN.has(field) || (isAddress(field) && terms.addresses.family === 6)) return 'unanswered';
  if (EXACT.has(field) || (field === Field.Mark && terms.marks !== 'whole')) {
    terms.countEach(field);
    return 'each';
  }
  const ranges = rangesOf(field);
  if (ranges === undefined) return 'unanswered';
  terms.patience.hold(bytesOfMany(ranges));
  return { field, ranges, not };
}
const EXACT: ReadonlySet<Field> = new Set([Field.InIf, Field.Link, Field.MacLow]);

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

/** `end`: behind the last address. */
export function rangesOfTypes(all: readonly AddressTypes[], asked: readonly AddrType[], end: number): NumberRange[] {
  return all.flatMap(({ first, types }, i) =>
    asked.some((type) => ((types >>> type) & 1) === 1) ? [{ min: first, max: (all[i + 1]?.first ?? end) - 1 }] : [],
  );
}
