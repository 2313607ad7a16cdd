/** What sets ask of a packet: their members, as terms and partitions. */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { SetDef } from '../../model/set.js';
import { rangeOfPrefix } from '../../net/address.js';
import { hasPorts, Protocol } from '../../net/protocol.js';
import { spansOf } from './set-spans.js';
import { type NoPart, type Part, RANGE_BYTES, type Terms, type TermsHost } from './terms.js';

/** Sets with more members are looked up, each time: of IPv4 those of addresses alone may have more of them. */
const MOST_MEMBERS = 1 << 17;
const MOST_ADDRESSES = 1 << 22;
/** Spans of addresses that the members of all sets may come to. */
const MOST_SPANS = 3 << 19;
/** Of sets of several dimensions with no more each member is a term. */
const FEW_MEMBERS = 256;
/** Of those with more they are tuples, where their prefixes are of few lengths: each needs a look-up of its own. */
const FEW_LENGTHS = 4;
/** Of a member, to note it. */
const STEPS_OF_MEMBER = 100;
const TUPLED: readonly string[] = ['ip', 'net', 'port'];

export function setPart(
  terms: Terms,
  set: SetDef,
  directions: readonly ('src' | 'dst')[],
  not: boolean,
  host: TermsHost,
): Part | NoPart {
  const { members, options, type } = set;
  if (type === 'list:set') {
    const held = members.names.map((name) => host.sets.get(name)).filter((one) => one !== undefined);
    const parts = held.map((one) => setPart(terms, one, directions, false, host));
    for (const part of parts) if (typeof part === 'object') terms.add(part);
    return parts.includes('unanswered') ? 'unanswered' : 'added';
  }
  // sets of one family hold none of the other
  if (set.family !== undefined && set.family !== terms.addresses.family) return 'unasked';
  const { timeout, netmask, bitmask, markmask } = options;
  if ([timeout, netmask, bitmask, markmask].some((one) => one !== undefined)) return 'unanswered';
  const { dimensions } = members.layout;
  const size = terms.addresses.family === 4 ? 1 : 4;
  const isOther = (kind: string, words: number) => (kind === 'ip' || kind === 'net') && words !== size;
  if (dimensions.some(({ kind, words }) => kind === 'mac' || kind === 'set' || isOther(kind, words)))
    return 'unanswered';
  const sideOf = (i: number, src: Field, dst: Field) => (directions[i] === 'src' ? src : dst);
  const first = dimensions[0]?.kind;
  if (dimensions.length === 1 && (first === 'ip' || first === 'net')) {
    const ranges = membersOf(terms, set);
    return ranges === undefined ? 'unanswered' : { field: sideOf(0, Field.Src, Field.Dst), ranges, not };
  }
  if (members.count > MOST_MEMBERS) return 'unanswered';
  const name = `${set.name} ${directions}`;
  if (terms.added.has(name)) return 'added';
  terms.patience.spend(STEPS_OF_MEMBER * members.count);
  terms.added.add(name);
  addMembers(terms, set, name, sideOf);
  return 'added';
}

/** Of several dimensions, or none of addresses. */
function addMembers(
  terms: Terms,
  set: SetDef,
  name: string,
  sideOf: (dimension: number, src: Field, dst: Field) => Field,
): void {
  const { members, type } = set;
  const { dimensions, lengthsAt } = members.layout;
  const size = terms.addresses.family === 4 ? 1 : 4;
  // while they are looked at
  const own = terms.patience.part();
  own.hold((8 + RANGE_BYTES * dimensions.length) * members.count);
  const rows = Array.from({ length: members.count }, (_, row) => row).filter((row) => members.isAlive(row));
  let nets = 0;
  const asked = dimensions.map(({ kind, at }, i) => {
    const shift = kind === 'net' ? 8 * nets++ : 0;
    const field = sideOf(i, Field.Src, Field.Dst);
    const ranges = (kind === 'ip' || kind === 'net' ? rows : []).map((row) => {
      const length = kind === 'net' ? (members.word(row, lengthsAt) >>> shift) & 255 : 32 * size;
      return terms.addresses.range(rangeOfPrefix(members.address(row, at, size), length));
    });
    return { kind, at, field, ranges };
  });
  for (const { kind } of asked) {
    if (kind === 'mark') terms.countEach(Field.Mark);
  }
  const partsOf = (row: number, i: number): Part[] =>
    asked.flatMap(({ kind, at, field, ranges }, dimension): Part[] => {
      if (kind === 'ip' || kind === 'net') return [{ field, ranges: [ranges[i]!], not: false }];
      const side = sideOf(dimension, Field.Sport, Field.Dport);
      return kind === 'port' ? portParts(type, members.word(row, at), side) : [];
    });
  const lengths = new Set(rows.map((row) => (lengthsAt === undefined ? 0 : members.word(row, lengthsAt))));
  if (rows.length <= FEW_MEMBERS)
    rows.forEach((row, i) => {
      terms.add(...partsOf(row, i));
    });
  else if (asked.length > 1 && lengths.size <= FEW_LENGTHS && asked.every(({ kind }) => TUPLED.includes(kind))) {
    // one text for all that are alike
    const names = new Map<number, string>();
    rows.forEach((row, i) => {
      const flags = members.flags(row);
      const text = names.get(flags) ?? `${name} ${flags}`;
      names.set(flags, text);
      terms.addMember(text, ...partsOf(row, i));
    });
  } else
    asked.forEach(({ kind, at, field, ranges }, i) => {
      if (kind === 'ip' || kind === 'net') addEach(terms, field, [...ranges, { min: 0, max: 0 }]);
      else if (kind === 'port') addPorts(terms, set, rows, at, sideOf(i, Field.Sport, Field.Dport));
    });
  own.release();
}

/** Where the members of a set of addresses lie, which all rules share; undefined: they are too many. */
function membersOf({ members, addresses, patience }: Terms, set: SetDef): readonly NumberRange[] | undefined {
  const known = members.get(set);
  if (known !== undefined) return known;
  if (set.members.count > (addresses.family === 4 ? MOST_ADDRESSES : MOST_MEMBERS)) return undefined;
  const own = patience.part();
  own.hold((8 + RANGE_BYTES) * set.members.count);
  const spans = spansOf(set, addresses);
  own.release(RANGE_BYTES * spans.length);
  let all = spans.length;
  for (const others of members.values()) all += others.length;
  if (all > MOST_SPANS) return undefined;
  members.set(set, spans);
  return spans;
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

/**
 * Values are told apart by each range. Where each lies apart from the others or within one, as prefixes do, the narrowest about a
 * value says which hold it, and no term has to be made for each.
 */
function addEach(terms: Terms, field: Field, ranges: readonly NumberRange[]): void {
  const sorted = [...ranges].sort((a, b) => a.min - b.min || b.max - a.max);
  const starts: number[] = [];
  const kinds: number[] = [];
  const begin = (start: number, kind: number) => {
    const at = starts.at(-1) === start ? starts.length - 1 : starts.length;
    starts[at] = start;
    kinds[at] = kind;
  };
  /** those about the value at hand, the narrowest last. */
  const about: { readonly max: number; readonly kind: number }[] = [];
  const endBefore = (value: number) => {
    for (let last = about.at(-1); last !== undefined && last.max < value; last = about.at(-1)) {
      about.pop();
      begin(last.max + 1, about.at(-1)?.kind ?? 0);
    }
  };
  for (const [i, { min, max }] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before?.min === min && before.max === max) continue;
    endBefore(min);
    if (max > (about.at(-1)?.max ?? max)) {
      for (const one of sorted) terms.addRange(field, one.min, one.max);
      return;
    }
    begin(min, i + 1);
    about.push({ max, kind: i + 1 });
  }
  endBefore(Number.POSITIVE_INFINITY);
  terms.patience.hold(24 * starts.length);
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
