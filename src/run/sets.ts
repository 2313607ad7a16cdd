/**
 * Lays a set out in the core's memory: SetWord of abi.ts, then the bits, slots or entries. The times of members count
 * from the run's start. A set must be laid out anew when an interface is added whose name a wildcard member takes.
 */
import {
  SET_BLOCK_NO_ZERO,
  SET_BLOCK_NOMATCH,
  SET_BLOCK_TIMEOUTS,
  SET_SLOT_NOMATCH,
  SET_SLOT_USED,
  SetDim,
  SetKind,
  SetWord,
} from '../abi.js';
import { hashKey, IFACE_PHYSDEV, MEMBER_NOMATCH, MEMBER_WILDCARD } from '../model/members.js';
import { type Dimension, knowsNomatch, methodOf, readsMac, type SetDef } from '../model/set.js';
import { prefixMask } from '../net/address.js';

/** What a set refers to outside of itself. */
export interface SetContext {
  /** the run's number of an interface's name, 1 or more, given one where it has none. */
  ifaceNumber(name: string): number;
  /** the numbers of all interfaces whose names begin so. */
  ifacesBeginning(prefix: string): readonly number[];
  /** the byte address of a set's block; 0 where there is no such set. */
  setAddress(name: string): number;
}

const KINDS: Readonly<Record<Dimension, SetDim>> = {
  ip: SetDim.Ip,
  net: SetDim.Net,
  port: SetDim.Port,
  iface: SetDim.Iface,
  mark: SetDim.Mark,
  mac: SetDim.Mac,
  set: SetDim.None,
};
const NO_NET = 0xffffffff;

interface Plan {
  readonly kind: SetKind;
  readonly timeouts: boolean;
  /** words behind the block: bits or slots or entries, then expiries or prefix lengths. */
  readonly rowWords: number;
  readonly moreWords: number;
  readonly count: number;
  readonly slotWords: number;
  readonly keyWords: number;
  /** prefix lengths of each net, descending. */
  readonly lengths: readonly (readonly number[])[];
}

/** Bytes that `writeSet` fills for the set. */
export function setBytes(set: SetDef, context: SetContext): number {
  const { rowWords, moreWords } = planOf(set, context);
  return 4 * (SetWord.Size + rowWords + moreWords);
}

function planOf(set: SetDef, context: SetContext): Plan {
  const timeouts = set.options.timeout !== undefined;
  const base = { timeouts, slotWords: 0, keyWords: 0, lengths: [] };
  const method = methodOf(set.type);
  if (method === 'list')
    return { ...base, kind: SetKind.List, rowWords: 2 * set.members.count, moreWords: 0, count: set.members.count };
  if (method === 'bitmap' && !readsMac(set.type)) {
    const [first, last] = set.options.range ?? [0, 0];
    const count = Math.floor((last - first) / 2 ** shiftOf(set)) + 1;
    const kind = set.type === 'bitmap:port' ? SetKind.Ports : SetKind.Addresses;
    return { ...base, kind, rowWords: Math.ceil(count / 32), moreWords: timeouts ? count : 0, count };
  }
  const { layout } = set.members;
  const keyWords = set.type === 'hash:net,iface' ? layout.keyWords - 1 : layout.keyWords;
  const slotWords = 1 + keyWords + (timeouts ? 1 : 0);
  let slots = 4;
  while (slots < 2 * rowCount(set, context)) slots *= 2;
  const lengths = lengthsOf(set);
  return {
    kind: SetKind.Hash,
    timeouts,
    rowWords: slots * slotWords,
    moreWords: lengths.reduce((sum, of) => sum + of.length, 0),
    count: slots - 1,
    slotWords,
    keyWords,
    lengths,
  };
}

const shiftOf = (set: SetDef): number => 32 - (set.options.netmask ?? 32);

/** Rows of the table: a wildcard member has one for each interface that it stands for. */
function rowCount(set: SetDef, context: SetContext): number {
  const { members } = set;
  if (set.type !== 'hash:net,iface') return members.count;
  let rows = 0;
  for (let row = 0; row < members.count; row++) rows += ifacesOf(set, row, context).length;
  return rows;
}

/**
 * The interfaces of a hash:net,iface member. Where it stands for none, 0, which no packet has, holds its place. A
 * member of a bridge port has none: a rule cannot ask for one, and, hashed with its kind, it lies in another bucket
 * than the look-up visits, so that it keeps no shorter prefix from being tried (ip_set_hash_netiface.c).
 */
function ifacesOf(set: SetDef, row: number, context: SetContext): readonly number[] {
  const { members } = set;
  const value = members.word(row, members.layout.dimensions[1]!.at);
  if (value >= IFACE_PHYSDEV) return [];
  const name = members.names[value]!;
  if ((members.flags(row) & MEMBER_WILDCARD) === 0) return [context.ifaceNumber(name)];
  const numbers = context.ifacesBeginning(name);
  return numbers.length === 0 ? [0] : numbers;
}

function lengthsOf(set: SetDef): number[][] {
  const { members } = set;
  const { nets, lengthsAt } = members.layout;
  return Array.from({ length: nets }, (_, net) => {
    const present = new Uint8Array(256);
    for (let row = 0; row < members.count; row++) present[(members.word(row, lengthsAt) >>> (8 * net)) & 255] = 1;
    const lengths: number[] = [];
    for (let length = 128; length >= 0; length--) if (present[length] === 1) lengths.push(length);
    return lengths;
  });
}

/** Writes the set at byte address `at` of the memory whose words `view` has; the region need not be clear. */
export function writeSet(view: Uint32Array, at: number, set: SetDef, context: SetContext): void {
  const plan = planOf(set, context);
  const block = at >>> 2;
  const rows = block + SetWord.Size;
  const more = rows + plan.rowWords;
  view.fill(0, block, more + plan.moreWords);
  const put = (word: number, value: number) => {
    view[block + word] = value;
  };
  const { dimensions } = set.members.layout;
  put(SetWord.Kind, plan.kind);
  put(SetWord.Dims, dimensions.length);
  put(SetWord.Family, set.family ?? 0);
  put(
    SetWord.Flags,
    (knowsNomatch(set.type) ? SET_BLOCK_NOMATCH : 0) |
      (plan.timeouts ? SET_BLOCK_TIMEOUTS : 0) |
      (set.type === 'hash:ip' || set.type === 'hash:ip,port' ? SET_BLOCK_NO_ZERO : 0),
  );
  put(SetWord.Rows, rows * 4);
  put(SetWord.Count, plan.count);
  if (plan.kind === SetKind.List) writeList(view, rows, set, context);
  else if (plan.kind === SetKind.Hash) {
    dimensions.forEach((dimension, i) => {
      put(SetWord.Dim + i, KINDS[dimension.kind]);
    });
    writeHash(view, block, set, plan, context);
  } else writeBitmap(view, block, set, plan);
}

function writeList(view: Uint32Array, rows: number, set: SetDef, context: SetContext): void {
  const { members } = set;
  for (let row = 0; row < members.count; row++) {
    view[rows + 2 * row] = context.setAddress(members.names[members.word(row, 0)]!);
    view[rows + 2 * row + 1] = set.members.endOf(row);
  }
}

function writeBitmap(view: Uint32Array, block: number, set: SetDef, plan: Plan): void {
  const { members } = set;
  const [first, last] = set.options.range ?? [0, 0];
  const shift = shiftOf(set);
  const rows = block + SetWord.Size;
  const more = rows + plan.rowWords;
  view[block + SetWord.First] = first;
  view[block + SetWord.Last] = last;
  view[block + SetWord.Shift] = shift;
  view[block + SetWord.Expiry] = plan.timeouts ? more * 4 : 0;
  for (let row = 0; row < members.count; row++) {
    const bit = Math.floor((members.word(row, 0) - first) / 2 ** shift);
    view[rows + (bit >>> 5)]! |= 1 << (bit & 31);
    if (plan.timeouts) view[more + bit] = set.members.endOf(row);
  }
}

function writeHash(view: Uint32Array, block: number, set: SetDef, plan: Plan, context: SetContext): void {
  const { members, options } = set;
  const { dimensions, lengthsAt } = members.layout;
  const { keyWords, slotWords } = plan;
  view[block + SetWord.SlotWords] = slotWords;
  view[block + SetWord.KeyWords] = keyWords;
  const mask = options.bitmask ?? prefixMask(options.netmask ?? 128, 6);
  for (let i = 0; i < 4; i++) view[block + SetWord.Mask + i] = mask[i] ?? 0xffffffff;
  view[block + SetWord.MarkMask] = options.markmask ?? 0xffffffff;
  let lengths = block + SetWord.Size + plan.rowWords;
  const nets = dimensions.filter((dimension) => dimension.kind === 'net');
  for (let net = 0; net < 2; net++) {
    const of = plan.lengths[net] ?? [];
    view[block + SetWord.NetAt + net] = nets[net]?.at ?? NO_NET;
    view[block + SetWord.Lengths + net] = lengths * 4;
    view[block + SetWord.LengthCount + net] = of.length;
    view.set(of, lengths);
    lengths += of.length;
  }
  const rows = block + SetWord.Size;
  const key = new Uint32Array(keyWords);
  const withIface = set.type === 'hash:net,iface';
  for (let row = 0; row < members.count; row++) {
    for (let i = 0; i < keyWords; i++) key[i] = members.word(row, i);
    // the interface is no part of the key: all members of a net must be met
    if (withIface) key[keyWords - 1] = members.word(row, lengthsAt);
    const meta = SET_SLOT_USED | ((members.flags(row) & MEMBER_NOMATCH) !== 0 ? SET_SLOT_NOMATCH : 0);
    for (const iface of withIface ? ifacesOf(set, row, context) : [0]) {
      let slot = hashKey(key, 0, keyWords) & plan.count;
      while (view[rows + slot * slotWords] !== 0) slot = (slot + 1) & plan.count;
      view[rows + slot * slotWords] = meta + iface * 256;
      view.set(key, rows + slot * slotWords + 1);
      if (plan.timeouts) view[rows + (slot + 1) * slotWords - 1] = set.members.endOf(row);
    }
  }
}
