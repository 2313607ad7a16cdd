/** set_target_v3 of net/netfilter/xt_set.c, and look-ups of sets that it changes. */
import { Field, LINK_MAC, LINK_NONE, SET_COUNT_SHIFT, Verdict } from '../../abi.js';
import type { Counting, Direction } from '../../model/condition.js';
import { MEMBER_NOMATCH, Members } from '../../model/members.js';
import { asksCounters, dimensionsOf, limitOf, type SetDef } from '../../model/set.js';
import type { SetChangeReading } from '../../model/set-reading.js';
import type { InSetTest, SetChange, SetMap } from '../../model/set-test.js';
import { prefixMask } from '../../net/address.js';
import { printElement } from '../../parse/ipset/print.js';
import type { ActAnswer, TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { type ChangingSets, ownFlags } from './changing-sets.js';
import type { LaidSets } from './laid-sets.js';

type Found = NonNullable<ReturnType<LaidSets['find']>>;

/** More seconds would not fit into milliseconds of 32 bits. */
const MOST_SECONDS = 4_294_967;

/** Word 2 of Op.Set. */
const wordOf = (directions: readonly Direction[], flags = 0): number =>
  directions.reduce((bits, side, i) => bits | (side === 'src' ? 1 << i : 0), 0) |
  (directions.length << SET_COUNT_SHIFT) |
  flags;

/** Sets as they stand now, in the core's memory too. */
function setsNow(asking: Asking): ChangingSets {
  const sets = asking.state(() => asking.sets.given());
  asking.sets.show(sets);
  return sets;
}

export function inSet(test: InSetTest, asking: Asking): TestAnswer {
  const sets = setsNow(asking);
  if (heldBy(sets, test.set).some((name) => sets.changedOf(name)?.doubtful === true)) return undefined;
  const asks = (test.counting ?? []).filter(([option]) => asksCounters(option));
  // of members that are no match nobody here has counted
  if (asks.length > 0 && hasNomatch(sets.of(test.set)!)) return undefined;
  const found = asking.sets.find(sets, test.set, asking.slot, wordOf(test.directions, test.flags));
  if (found === undefined) return false;
  const { set, row } = found;
  const end = set.members.endOf(row);
  const left = end === 0 ? undefined : end - asking.field(Field.Time);
  for (const counts of countAll(test, found, sets, asking)) {
    if (counts === 'unknown') return undefined;
    const told = asks.length > 0 && counts !== undefined && { packets: counts[0], bytes: counts[1] };
    asking.tell(() => ({ what: 'in-set', set: set.name, element: printElement(set, row), left, ...told }));
    // what counts nothing is not asked
    if (counts === undefined || asks.every((ask) => fits(ask, counts))) return true;
  }
  return false;
}

const hasNomatch = ({ members }: SetDef): boolean =>
  members.layout.nets > 0 && members.liveRows().some((row) => (members.flags(row) & MEMBER_NOMATCH) !== 0);

type Counts = readonly [packets: number, bytes: number];

/** ip_set_match_counter. */
function fits([option, not, value]: Counting[number], counts: Counts): boolean {
  const [of, op] = option.split('-');
  const [is, wanted] = [BigInt(counts[of === 'packets' ? 0 : 1]), BigInt(value)];
  return op === 'eq' ? (is === wanted) !== not : op === 'lt' ? is < wanted : is > wanted;
}

/**
 * ip_set_match_extensions of net/netfilter/ipset/ip_set_core.c: each member that the packet is counts it before it is asked, until one
 * says that it fits. Of nets that is the widest last (mtype_test_cidrs); a list asks its own members, and those in their sets count
 * (list_set_ktest). undefined: it counts nothing.
 */
function* countAll(
  {
    set: name,
    directions,
    flags,
    counting,
  }: Pick<InSetTest, 'set' | 'directions' | 'counting'> & Partial<Pick<InSetTest, 'flags'>>,
  found: Found,
  sets: ChangingSets,
  asking: Asking,
): Generator<Counts | 'unknown' | undefined> {
  const [quiet, quietInside] = ['update-counters', 'update-subcounters'].map(
    (key) => counting?.some(([option, not]) => option === key && not) === true,
  ) as [boolean, boolean];
  const count = (of: string, row: number, not: boolean) => countOne(of, row, not, sets, asking);
  if (found.set.name === name) {
    yield count(name, found.row, quiet);
    for (const row of widerRows(sets.of(name)!, found.row, sets, asking))
      yield row === 'unknown' ? row : count(name, row, quiet);
    return;
  }
  const { members } = sets.of(name)!;
  const now = asking.field(Field.Time);
  for (const row of members.liveRows()) {
    if (members.endOf(row) !== 0 && now > members.endOf(row)) continue;
    const inside = members.names[members.word(row, 0)]!;
    const held = asking.sets.find(sets, inside, asking.slot, wordOf(directions, flags));
    if (held === undefined) continue;
    count(inside, held.row, quiet || quietInside);
    yield count(name, row, quiet);
  }
}

function countOne(name: string, row: number, quiet: boolean, sets: ChangingSets, asking: Asking): Counts | undefined {
  if (sets.of(name)!.options.counters !== true) return undefined;
  const isFirst = sets.changedOf(name) === undefined;
  const own = sets.own(name);
  // it stands in the core's memory as it was given
  if (isFirst) asking.sets.follow(own);
  const { members } = own.def;
  const [packets, bytes] = [0, 1].map((i) => members.counters?.[2 * row + i] ?? 0) as [number, number];
  if (quiet) return [packets, bytes];
  const now = [packets + 1, bytes + asking.field(Field.Length)] as const;
  members.setCounters(row, ...now);
  return now;
}

/** Members with shorter prefixes that a packet is, the longest first; of types with two nets, and with interfaces, nobody here knows. */
function* widerRows(set: SetDef, row: number, sets: ChangingSets, asking: Asking): Generator<number | 'unknown'> {
  const { members, type } = set;
  const { keyWords, lengthsAt, nets } = members.layout;
  if (nets === 0) return;
  const own = sets.own(set.name);
  const now = asking.field(Field.Time);
  const key = Uint32Array.from({ length: keyWords }, (_, word) => members.word(row, word));
  const lengths = own.lengths(now, asking.sets.follow(own));
  if (nets > 1 || type === 'hash:net,iface') {
    if (lengths.some((of) => of.length > 1)) yield 'unknown';
    return;
  }
  for (const length of lengths[0]!) {
    if (length >= (key[lengthsAt]! & 255)) continue;
    maskKey(own.def, key, [[length]]);
    const wider = own.def.members.find(key);
    if (wider >= 0 && !(own.def.members.endOf(wider) !== 0 && now > own.def.members.endOf(wider))) yield wider;
  }
}

/** Its own name; of a list the sets in it that somebody gave, in their order. */
function heldBy(sets: ChangingSets, name: string, now?: number): string[] {
  const set = sets.of(name);
  if (set?.type !== 'list:set') return [name];
  const { members } = set;
  const isOver = (row: number) => now !== undefined && members.endOf(row) !== 0 && now > members.endOf(row);
  return members.liveRows().flatMap((row) => (isOver(row) ? [] : members.names[members.word(row, 0)]!));
}

export function setChange(change: SetChange, asking: Asking): ActAnswer {
  const sets = setsNow(asking);
  // list_set_kadd and list_set_kdel of ip_set_list_set.c: the first set that takes it, or gives it up
  const names = heldBy(sets, change.set, asking.field(Field.Time));
  let done: SetChangeReading | undefined;
  for (const [i, name] of names.entries()) {
    done = changeOne(change, name, sets, asking);
    if (SETTLED.includes(done.done)) break;
    if (done.done !== 'forced' && done.done !== 'doubtful') continue;
    // whether the others were asked is not known either
    for (const other of names.slice(i + 1)) if (sets.of(other) !== undefined) sets.own(other).doubtful = true;
    break;
  }
  asking.tell(() => done ?? { what: 'set-change', set: change.set, done: 'none' });
  return Verdict.Continue;
}
const SETTLED: readonly SetChangeReading['done'][] = ['added', 'renewed', 'deleted'];

function changeOne(change: SetChange, name: string, sets: ChangingSets, asking: Asking): SetChangeReading {
  const told = (done: SetChangeReading['done'], more: Partial<SetChangeReading> = {}): SetChangeReading => ({
    what: 'set-change',
    set: name,
    done,
    ...more,
  });
  const set = sets.of(name);
  if (set === undefined) return told('unknown');
  if (hasUnknownMac(set, change.directions, asking)) {
    sets.own(name).doubtful = true;
    return told('doubtful');
  }
  const key = asking.sets.keyOf(set, asking.slot, wordOf(change.directions));
  if (key === undefined || !isInRange(set, key)) return told('none');
  const own = sets.own(name);
  const to = asking.sets.follow(own);
  const now = asking.field(Field.Time);
  maskKey(own.def, key, own.lengths(now, to));
  const element = asking.isTold ? elementText(own.def, key) : '';
  if (change.verb === 'delete') return told(own.delete(key, now, to) ? 'deleted' : 'absent', { element });
  const timeout = Math.min(change.timeout ?? set.options.timeout ?? 0, MOST_SECONDS);
  const most = Math.min(limitOf(set) ?? Number.POSITIVE_INFINITY, asking.sets.roomOf(name));
  const member = { timeout, exist: change.exist, bytes: asking.field(Field.Length) };
  const done = own.add(key, member, now, to, most);
  return told(done, { element, ...(set.options.timeout !== undefined && { timeout }) });
}

/** Of frames the source alone is known. */
function hasUnknownMac(set: SetDef, directions: readonly Direction[], asking: Asking): boolean {
  const link = asking.field(Field.Link);
  const isUnknown = (side: Direction) => (link & (side === 'src' ? LINK_MAC | LINK_NONE : LINK_NONE)) === 0;
  const kinds = dimensionsOf(set.type);
  if (directions.length < kinds.length) return false;
  return kinds.some((kind, i) => kind === 'mac' && isUnknown(directions[i]!));
}

/** bitmap_ipmac_kadt of ip_set_bitmap_ipmac.c; the core knows the range of other bitmaps. */
const isInRange = ({ type, options }: SetDef, [address]: Uint32Array): boolean =>
  type !== 'bitmap:ip,mac' || (address! >= options.range![0] && address! <= options.range![1]);

/** A net is added, and deleted, with the longest prefix that there is (INIT_CIDR of ip_set_hash_gen.h); the first is that of a host. */
function maskKey({ members, family }: SetDef, key: Uint32Array, lengths: readonly (readonly number[])[]): void {
  const { dimensions, lengthsAt } = members.layout;
  if (lengths.length === 0) return;
  key[lengthsAt] = 0;
  const nets = dimensions.filter(({ kind }) => kind === 'net');
  for (const [net, { at, words }] of nets.entries()) {
    const length = lengths[net]![0] ?? 32 * words;
    const mask = prefixMask(length, family ?? 4);
    for (let i = 0; i < words; i++) key[at + i]! &= mask[i]!;
    key[lengthsAt]! |= length << (8 * net);
  }
}

/** As ipset prints an element that need not be there. */
function elementText(set: SetDef, key: Uint32Array): string {
  const members = new Members(set.members.layout);
  for (const name of set.members.names) members.nameNumber(name);
  const row = members.insert(key);
  members.setExtras(row, ownFlags(set), 0);
  return printElement({ ...set, members }, row);
}

export function setMap(map: SetMap, asking: Asking): ActAnswer {
  const sets = setsNow(asking);
  const set = sets.of(map.set);
  const isOpen =
    set === undefined ||
    heldBy(sets, map.set).some((name) => {
      const one = sets.of(name);
      return one === undefined || sets.changedOf(name)?.doubtful || hasUnknownMac(one, map.directions, asking);
    });
  // priority and queue are read by no rule
  if (isOpen) return map.mark && asking.answer === undefined ? Verdict.Open : Verdict.Continue;
  const found = asking.sets.find(sets, map.set, asking.slot, wordOf(map.directions));
  if (found === undefined) return Verdict.Continue;
  for (const _ of countAll(map, found, sets, asking)) break;
  const [value, mask] = markOf(found.set.members.skb.get(found.row)?.mark);
  const before = asking.field(Field.Mark);
  const mark = ((before & ~mask) ^ value) >>> 0;
  if (map.mark) asking.setField(Field.Mark, mark);
  asking.tell(() => ({
    what: 'set-map',
    set: found.set.name,
    element: printElement(found.set, found.row),
    mark: map.mark ? mark : undefined,
  }));
  return Verdict.Continue;
}

/** ip_set_get_skbinfo of include/linux/netfilter/ipset/ip_set.h: a member without one has zeros. */
function markOf(text = '0x0/0x0'): [value: number, mask: number] {
  const [value, mask = 0xffffffff] = text.split('/').map(Number);
  return [value!, mask];
}
