/**
 * What the rules of all tables ask of a packet's own values, as terms: what a rule asks of one packet is a term that holds where
 * each of its parts does, and a part asks one field. Packets that no term tells apart fare alike, as far as rules go.
 *
 * What rules find behind changes of a packet follows from its values at first: a mark, an address that is translated to one
 * address, the state of a first connection. Values that a rule changes in part count one by one.
 */
import { AddrType, FIELD_MASK, FIELD_SHIFT, Field, Op, PROTOCOL_TIMEOUTS, Section, TranslateKind } from '../../abi.js';
import type { Compiled, Entry } from '../../compile/compile.js';
import { opWords } from '../../compile/opinfo.js';
import { type ChainUses, chainsFrom } from '../../compile/uses.js';
import type { Translation } from '../../model/action.js';
import type { Condition, NumberRange, Test } from '../../model/condition.js';
import type { HookName, TableName } from '../../model/ruleset.js';
import type { SetDef } from '../../model/set.js';
import { rangeOfPrefix } from '../../net/address.js';
import { hasPorts, Protocol } from '../../net/protocol.js';
import type { AddressTypeInterval } from '../address-types.js';
import { bitsOfField } from '../outcomes/asked.js';
import { type Change, Changes } from './changes.js';
import { asksTranslated, changeOf, isBehind, isFixed, isFixedButPort, partsOfEnd } from './translations.js';

/** One field lies in the ranges, or does not. */
export interface Part {
  readonly field: Field;
  readonly ranges: readonly NumberRange[];
  readonly not: boolean;
}

/** Where the values of a field begin that something tells from those before: all of a kind are alike to it. */
export interface Partition {
  readonly field: Field;
  readonly starts: readonly number[];
  readonly kinds: readonly number[];
}

export class Terms {
  readonly all: (readonly Part[])[] = [];
  readonly partitions: Partition[] = [];
  /** values that are of no class: such packets go the long way. */
  readonly excluded: { readonly field: Field; readonly ranges: readonly NumberRange[] }[] = [];
  /** fields of which each value counts. */
  readonly exact = new Set<Field>();
  /** places of terms that hold of packets which are not completed as columns of a batch are: they go the long way. */
  readonly odd = new Set<number>();
  /** what rules do to marks. */
  marks: MarkUse = 'bits';
  /** bits of the packet's mark that are asked, or 0: its values count otherwise. */
  markBits = 0;
  /** addresses of instructions that do what values do not tell: by order, chance, bytes. */
  readonly unanswered = new Set<number>();
  /** those of them that translate where nobody reads what came of it, unless the packet comes in again. */
  readonly late = new Map<number, 'port' | 'more'>();

  /** what packets may have been through that come to the rules of which terms are added. */
  before: readonly Changes[] = [];

  /** `protocols`: Run.Protocols. */
  constructor(readonly protocols: Uint32Array) {}

  /** of sets of one dimension their members, which all rules share. */
  readonly members = new Map<SetDef, readonly NumberRange[]>();
  /** what was added of other sets for rules that packets come to alike, by name and directions. */
  readonly added = new Set<string>();

  /** They hold together. */
  add(...parts: Part[]): void {
    let all: (readonly Part[])[] = [parts];
    for (const changes of this.before) all = all.flatMap((one) => [one, ...changes.beyond(one)]);
    for (const one of all) if (one.length > 0) this.all.push(one);
  }
  /** Whether anything asks for a port of protocols other than ICMP. */
  asksPort(field: Field.Sport | Field.Dport): boolean {
    const isIcmp = ({ field: own, ranges, not }: Part) =>
      own === Field.Proto && !not && ranges.every(({ min, max }) => min === Protocol.Icmp && max === Protocol.Icmp);
    return (
      this.partitions.some((one) => one.field === field) ||
      this.all.some((parts) => parts.some((part) => part.field === field) && !parts.some(isIcmp))
    );
  }
  addOdd(...parts: Part[]): void {
    this.odd.add(this.all.push(parts) - 1);
  }
  addRange(field: Field, min: number, max: number): void {
    this.add({ field, ranges: [{ min, max }], not: false });
  }
}

export interface TermsHost {
  readonly sets: ReadonlyMap<string, SetDef>;
  readonly addressTypes: readonly AddressTypeInterval[];
  /** each source by itself that routing may choose. */
  readonly sources: Partition;
  /** addresses and interface alone tell what a reverse path filter says. */
  readonly byAddress: boolean;
}

export interface PlacedEntry extends Entry {
  readonly table: TableName;
  readonly hook: HookName;
}

/** Chains, and where a packet may come to each. */
type Ways = ReadonlyMap<ChainUses, readonly PlacedEntry[]>;

export function addRules(
  terms: Terms,
  compiled: Compiled,
  uses: ReadonlyMap<number, ChainUses>,
  entries: readonly PlacedEntry[],
  host: TermsHost,
): void {
  const ways = new Map<ChainUses, PlacedEntry[]>();
  for (const entry of entries)
    for (const chain of chainsFrom(uses, entry.start)) ways.set(chain, [...(ways.get(chain) ?? []), entry]);
  const marks = [...uses.values()].some((chain) => chain.marks);
  const asked = [...ways.keys()].some((chain) => testsOf(compiled, chain).some(asksTranslated));
  const changes = changesOf(compiled, ways, host);
  terms.marks = markUse(compiled);
  for (const [chain, from] of ways) {
    for (const field of chain.edits) if (field !== Field.Mark) terms.exact.add(field);
    terms.before = changes(from);
    terms.added.clear();
    const last = from.every(({ hook }) => hook === 'POSTROUTING');
    const sends = from.some(({ hook }) => hook === 'OUTPUT');
    addChain(terms, compiled, chain, { host, last, asked: asked || sends, marks });
  }
  terms.before = [];
}

/** What packets have been through at the hooks of a chain. */
function changesOf(compiled: Compiled, ways: Ways, { addressTypes }: TermsHost) {
  const code = compiled.program.section(Section.Code);
  const found = [...ways].flatMap(([chain, from]) => addressesIn(code, chain).map((at) => ({ at, from })));
  const opAt = (at: number): Op => code[at]! & 255;
  const own = rangesOfTypes(addressTypes, [AddrType.Local]);
  const all = own.length > 0 ? own : [{ min: 0, max: 0xffffffff }];
  const translations = found
    .filter(({ at }) => opAt(at) === Op.Translate)
    .map(({ at, from }) => ({ translation: compiled.translations[code[at + 1]!]!, from }))
    .filter(({ translation }) => isFixedButPort(translation))
    .map(({ translation, from }) => ({ change: changeOf(translation, all), hooks: from.map(({ hook }) => hook) }));
  const written = found
    .filter(({ at }) => opAt(at) === Op.Edit && fieldAt(code, at) === Field.Mark && code[at + 1] === 0)
    .map(({ at }): Change => new Map([[Field.Mark, [{ min: code[at + 2]!, max: code[at + 2]! }]]]));
  const marks = written.length === 0 ? [] : [new Changes(written)];
  const known = new Map<string, readonly Changes[]>();
  return (from: readonly PlacedEntry[]): readonly Changes[] => {
    const seen = TRANSLATE.filter((hook) => from.some((one) => isBehind(hook, one.table, one.hook)));
    const key = seen.join();
    const of = (hooks: readonly HookName[]): Changes[] => {
      const own = translations.filter((one) => one.hooks.some((hook) => hooks.includes(hook) && seen.includes(hook)));
      return own.length === 0 ? [] : [new Changes(own.map(({ change }) => change))];
    };
    const old = known.get(key) ?? [...of(['PREROUTING', 'OUTPUT']), ...of(['POSTROUTING']), ...marks];
    known.set(key, old);
    return old;
  };
}

const TRANSLATE: readonly HookName[] = ['PREROUTING', 'OUTPUT', 'POSTROUTING'];

const fieldAt = (code: Uint32Array, at: number): Field => (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;

function addressesIn(code: Uint32Array, { start, end }: ChainUses): number[] {
  const found: number[] = [];
  for (let at = start; at < end; at += opWords(code[at]! & 255)) found.push(at);
  return found;
}

const testsOf = (compiled: Compiled, chain: ChainUses): Test[] =>
  addressesIn(compiled.program.section(Section.Code), chain).flatMap((at) => {
    const condition = compiled.conditions.get(at);
    return condition !== undefined && 'test' in condition ? [condition.test] : [];
  });

interface Asked {
  readonly condition: Condition | undefined;
  readonly at: number;
}

interface About {
  readonly host: TermsHost;
  /** nobody reads behind it what a translation makes of packets, unless they come in again. */
  readonly last: boolean;
  /** whether a translation changes a packet matters. */
  readonly asked: boolean;
  /** rules write marks of connections, or of their templates. */
  readonly marks: boolean;
}

function addChain(terms: Terms, compiled: Compiled, chain: ChainUses, about: About): void {
  const { host, last, marks } = about;
  const code = compiled.program.section(Section.Code);
  let asked: Asked[] = [];
  let branches = false;
  let translation: Translation | undefined;
  const end = () => {
    const together = addRule(terms, asked, branches, host);
    if (translation !== undefined) addTranslation(terms, translation, together, about);
    asked = [];
    translation = undefined;
    branches = false;
  };
  for (let at = chain.start; at < chain.end; at += opWords(code[at]! & 255)) {
    const first = code[at]!;
    const op: Op = first & 255;
    if (op === Op.Rule) end();
    else if (op === Op.Skip) branches = true;
    else if (op > Op.Skip && op < Op.Edit && op >= Op.Never) {
      if (first >>> 16 !== 0) branches = true;
      asked.push({ condition: compiled.conditions.get(at), at });
    } else if (op === Op.HashMark || op === Op.Mangle) terms.unanswered.add(at);
    // what is written to its template stays there for the next packet
    else if (op === Op.Zone && marks) terms.unanswered.add(at);
    else if (op === Op.Translate) {
      translation = compiled.translations[code[at + 1]!]!;
      if (isFixed(translation)) continue;
      terms.unanswered.add(at);
      if (last) terms.late.set(at, isFixedButPort(translation) ? 'port' : 'more');
    }
  }
  end();
}

/**
 * What has to hold together is one term, which comes back; where conditions lead past others each is one by itself. A packet that
 * comes to what values do not tell, or to a question, may end there or leave a trace: what stands before it is a term too.
 */
function addRule(terms: Terms, asked: readonly Asked[], branches: boolean, host: TermsHost): readonly Part[] {
  const together: Part[] = [];
  for (const { condition, at } of asked) {
    if (condition === undefined || !('test' in condition)) continue;
    const { test, not } = condition;
    if (test.kind === 'header') {
      // a hot drop comes of it where what stands before it holds
      terms.add(...together, {
        field: Field.Length,
        ranges: [{ min: 0, max: IP_HEADER + test.bytes - 1 }],
        not: false,
      });
      continue;
    }
    const found = partOf(terms, test, not, host);
    if (found === 'unanswered' || test.kind === 'ask') terms.add(...together);
    if (found === 'unanswered') terms.unanswered.add(at);
    else if (found !== undefined) {
      if (branches) terms.add(found);
      else together.push(found);
    }
  }
  terms.add(...together);
  return together;
}

/** What a translation leaves as it is was not translated, and a short header of GRE is no fault there. */
function addTranslation(
  terms: Terms,
  translation: Translation,
  together: readonly Part[],
  { host, asked }: About,
): void {
  const includes = ({ ranges, not }: Part, value: number) =>
    ranges.some(({ min, max }) => min <= value && value <= max) !== not;
  const gre = together.every((part) => part.field !== Field.Proto || includes(part, Protocol.Gre));
  if (!isFixedButPort(translation) || !(asked || gre)) return;
  terms.add(...partsOfEnd(translation));
  if (translation.kind === TranslateKind.Masquerade) terms.partitions.push(host.sources);
}

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
function partOf(terms: Terms, test: Test, not: boolean, host: TermsHost): Part | 'unanswered' | undefined {
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

/**
 * Of marks: where rules change bits of them, each bit goes its own way from what it was at first, and those that are asked count;
 * where they write whole ones, a mark at first is asked as any other field.
 */
type MarkUse = 'bits' | 'whole' | 'mixed';

function markUse(compiled: Compiled): MarkUse {
  const code = compiled.program.section(Section.Code);
  let use: MarkUse = 'whole';
  for (let at = 0; at < code.length; at += opWords(code[at]! & 255)) {
    const op: Op = code[at]! & 255;
    const field = (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;
    if (op === Op.ConnMark) {
      // bits come to other places
      if (code[at + 3] !== 0) return 'mixed';
      use = 'bits';
    } else if (op === Op.Edit && field === Field.Mark && code[at + 1] !== 0) use = 'bits';
  }
  return use;
}

const MOST_MARK_BITS = 12;

function markPart(terms: Terms, { field, mask, value }: Extract<Test, { kind: 'masked' }>, not: boolean) {
  const ranges = field === Field.Mark && terms.marks === 'whole' ? maskedRanges(field, mask, value, 32) : undefined;
  if (ranges !== undefined) return { field, ranges, not };
  if (field === Field.CtMark && terms.marks === 'whole') return undefined;
  const bits = (terms.markBits | mask) >>> 0;
  if (terms.marks === 'mixed' || countBits(bits) > MOST_MARK_BITS) terms.exact.add(Field.Mark);
  else terms.markBits = bits;
  return undefined;
}
export const countBits = (mask: number): number => (mask === 0 ? 0 : (mask & 1) + countBits(mask >>> 1));

function rangesPart(
  terms: Terms,
  field: Field,
  not: boolean,
  rangesOf: (field: Field) => readonly NumberRange[] | undefined,
): Part | 'unanswered' | undefined {
  if (field === Field.CtMark && terms.marks !== 'whole') terms.exact.add(Field.Mark);
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

function maskedRanges(
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

function rangesOfTypes(intervals: readonly AddressTypeInterval[], types: readonly AddrType[]): NumberRange[] {
  return intervals.flatMap(({ first, type }, i) =>
    types.includes(type) ? [{ min: first, max: (intervals[i + 1]?.first ?? 2 ** 32) - 1 }] : [],
  );
}

/** Sets with more members are looked up, each time. */
const MOST_MEMBERS = 1 << 17;
/** Of sets of several dimensions with no more each member is a term. */
const FEW_MEMBERS = 256;

function setPart(
  terms: Terms,
  set: SetDef,
  directions: readonly ('src' | 'dst')[],
  not: boolean,
  host: TermsHost,
): Part | 'unanswered' | undefined {
  const { members, options, type } = set;
  if (type === 'list:set') {
    const held = members.names.map((name) => host.sets.get(name)).filter((one) => one !== undefined);
    const parts = held.map((one) => setPart(terms, one, directions, false, host));
    for (const part of parts) if (typeof part === 'object') terms.add(part);
    return parts.includes('unanswered') ? 'unanswered' : undefined;
  }
  // sets of one family hold none of the other
  if (set.family === 6) return undefined;
  const { timeout, netmask, bitmask, markmask } = options;
  if ([timeout, netmask, bitmask, markmask].some((one) => one !== undefined)) return 'unanswered';
  if (members.count > MOST_MEMBERS) return 'unanswered';
  const { dimensions, lengthsAt } = members.layout;
  if (dimensions.some(({ kind }) => kind === 'mac' || kind === 'set')) return 'unanswered';
  const sideOf = (i: number, src: Field, dst: Field) => (directions[i] === 'src' ? src : dst);
  const known = terms.members.get(set);
  if (known !== undefined) return { field: sideOf(0, Field.Src, Field.Dst), ranges: known, not };
  const name = `${set.name} ${directions}`;
  if (terms.added.has(name)) return undefined;
  const rows = Array.from({ length: members.count }, (_, row) => row).filter((row) => members.isAlive(row));
  let nets = 0;
  const asked = dimensions.map(({ kind, at }, i) => {
    const shift = kind === 'net' ? 8 * nets++ : 0;
    const field = sideOf(i, Field.Src, Field.Dst);
    const ranges = rows.map((row) => {
      const length = kind === 'net' ? (members.word(row, lengthsAt) >>> shift) & 255 : 32;
      const { min, max } = rangeOfPrefix(members.address(row, at, 1), length);
      return { min: min[0]!, max: max[0]! };
    });
    return { kind, at, field, ranges };
  });
  const [only] = asked;
  const plain = rows.every((row) => members.flags(row) === 0);
  if (asked.length === 1 && plain && (only!.kind === 'ip' || only!.kind === 'net')) {
    // hash:ip holds no address of zeros
    const ranges = type === 'hash:ip' ? only!.ranges.filter(({ min }) => min !== 0) : only!.ranges;
    terms.members.set(set, ranges);
    return { field: only!.field, ranges, not };
  }
  terms.added.add(name);
  for (const { kind } of asked) {
    if (kind === 'mark') terms.exact.add(Field.Mark);
  }
  if (rows.length <= FEW_MEMBERS) {
    rows.forEach((row, i) => {
      const parts = asked.flatMap(({ kind, at, field, ranges }, dimension): Part[] => {
        if (kind === 'ip' || kind === 'net') return [{ field, ranges: [ranges[i]!], not: false }];
        const side = sideOf(dimension, Field.Sport, Field.Dport);
        return kind === 'port' ? portParts(type, members.word(row, at), side) : [];
      });
      terms.add(...parts);
    });
    return undefined;
  }
  asked.forEach(({ kind, at, field, ranges }, i) => {
    if (kind === 'ip' || kind === 'net') addEach(terms, field, [...ranges, { min: 0, max: 0 }]);
    else if (kind === 'port') addPorts(terms, set, rows, at, sideOf(i, Field.Sport, Field.Dport));
  });
  return undefined;
}

const TCP_OR_UDP: Part = {
  field: Field.Proto,
  ranges: [Protocol.Tcp, Protocol.Udp].map((one) => ({ min: one, max: one })),
  not: false,
};

/** As readPort of assembly/sets.ts reads it. */
function portParts(type: SetDef['type'], word: number, field: Field): Part[] {
  const [protocol, port] = [word >>> 16, word & 0xffff];
  const is = (one: Field, value: number): Part => ({ field: one, ranges: [{ min: value, max: value }], not: false });
  if (type === 'bitmap:port') return [TCP_OR_UDP, is(field, port)];
  const proto = is(Field.Proto, protocol);
  if (protocol === Protocol.Icmp || protocol === Protocol.Icmpv6)
    return [proto, is(Field.Sport, port >>> 8), is(Field.Dport, port & 255)];
  return hasPorts(protocol) ? [proto, is(field, port)] : [proto];
}

/** Values are told apart by each range; of ranges that lie apart no term has to be made for each. */
function addEach(terms: Terms, field: Field, ranges: readonly NumberRange[]): void {
  const sorted = [...new Map(ranges.map((range) => [`${range.min} ${range.max}`, range])).values()].sort(
    (a, b) => a.min - b.min,
  );
  if (sorted.some(({ min }, i) => i > 0 && min <= sorted[i - 1]!.max)) {
    for (const { min, max } of sorted) terms.addRange(field, min, max);
    return;
  }
  const starts: number[] = [];
  const kinds: number[] = [];
  sorted.forEach(({ min, max }, i) => {
    if (starts.at(-1) === min) {
      starts.pop();
      kinds.pop();
    }
    starts.push(min, max + 1);
    kinds.push(i + 1, 0);
  });
  terms.partitions.push({ field, starts, kinds });
}

/** Protocols by which it is told how ports are read (readPort of assembly/sets.ts). */
const PORT_PROTOCOLS = [0, 1, 6, 17, 58, 132, 136];

function addPorts(terms: Terms, { members }: SetDef, rows: readonly number[], at: number, field: Field): void {
  const words = rows.map((row) => members.word(row, at));
  const single = (value: number) => ({ min: value, max: value });
  addEach(terms, Field.Proto, [...PORT_PROTOCOLS, ...words.map((word) => word >>> 16)].map(single));
  addEach(
    terms,
    field,
    words.map((word) => single(word & 0xffff)),
  );
  const icmp = words.filter((word) => word >>> 16 === Protocol.Icmp || word >>> 16 === Protocol.Icmpv6);
  addEach(
    terms,
    Field.Sport,
    icmp.map((word) => single((word & 0xffff) >>> 8)),
  );
  addEach(
    terms,
    Field.Dport,
    icmp.map((word) => single(word & 255)),
  );
}
