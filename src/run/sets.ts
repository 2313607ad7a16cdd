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
  /** prefix lengths of each net, descending, and how many there is room for. */
  readonly lengths: readonly (readonly number[])[];
  readonly lengthRoom: readonly number[];
}

/** Bytes that `writeSet` fills for the set. `room`: rows that a hash may come to have; 0: those that it has. */
export function setBytes(set: SetDef, context: SetContext, room = 0): number {
  const { rowWords, moreWords } = planOf(set, context, room);
  return 4 * (SetWord.Size + rowWords + moreWords);
}

function planOf(set: SetDef, context: SetContext, room: number): Plan {
  const timeouts = set.options.timeout !== undefined;
  const base = { timeouts, slotWords: 0, keyWords: 0, lengths: [], lengthRoom: [] };
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
  while (slots < 2 * Math.max(rowCount(set, context), room)) slots *= 2;
  const lengths = lengthsOf(set);
  const lengthRoom = lengths.map((of) => (room === 0 ? of.length : MOST_LENGTHS));
  return {
    kind: SetKind.Hash,
    timeouts,
    rowWords: slots * slotWords,
    moreWords: lengthRoom.reduce((sum, of) => sum + of, 0),
    count: slots - 1,
    slotWords,
    keyWords,
    lengths,
    lengthRoom,
  };
}

/** From /0 to /128. */
const MOST_LENGTHS = 129;

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

/** The prefix lengths of each net, descending. */
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

/** Writes the set at byte address `at` of the memory whose words `view` has; the region need not be clear. `room`: as for `setBytes`. */
export function writeSet(view: Uint32Array, at: number, set: SetDef, context: SetContext, room = 0): void {
  const plan = planOf(set, context, room);
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
  const more = block + SetWord.Size + plan.rowWords;
  view[block + SetWord.First] = first;
  view[block + SetWord.Last] = last;
  view[block + SetWord.Shift] = shift;
  view[block + SetWord.Expiry] = plan.timeouts ? more * 4 : 0;
  for (let row = 0; row < members.count; row++) writeBit(view, block, set, row);
}

/** A member of a bitmap that is there from now on, or not. */
export function writeBit(view: Uint32Array, block: number, { members }: SetDef, row: number, there = true): void {
  const bit = Math.floor((members.word(row, 0) - view[block + SetWord.First]!) / 2 ** view[block + SetWord.Shift]!);
  const word = (view[block + SetWord.Rows]! >>> 2) + (bit >>> 5);
  view[word] = there ? view[word]! | (1 << (bit & 31)) : view[word]! & ~(1 << (bit & 31));
  const expiry = view[block + SetWord.Expiry]! >>> 2;
  if (expiry !== 0) view[expiry + bit] = members.endOf(row);
}

function writeHash(view: Uint32Array, block: number, set: SetDef, plan: Plan, context: SetContext): void {
  const { members, options } = set;
  const { dimensions } = members.layout;
  const { keyWords, slotWords } = plan;
  view[block + SetWord.SlotWords] = slotWords;
  view[block + SetWord.KeyWords] = keyWords;
  const mask = options.bitmask ?? prefixMask(options.netmask ?? 128, 6);
  for (let i = 0; i < 4; i++) view[block + SetWord.Mask + i] = mask[i] ?? 0xffffffff;
  view[block + SetWord.MarkMask] = options.markmask ?? 0xffffffff;
  let lengths = block + SetWord.Size + plan.rowWords;
  const nets = dimensions.filter((dimension) => dimension.kind === 'net');
  for (let net = 0; net < 2; net++) {
    view[block + SetWord.NetAt + net] = nets[net]?.at ?? NO_NET;
    view[block + SetWord.Lengths + net] = lengths * 4;
    lengths += plan.lengthRoom[net] ?? 0;
  }
  writeLengths(view, block, plan.lengths);
  const slots = new Slots(view, block, set, context);
  for (let row = 0; row < members.count; row++) slots.put(row);
}

/** The prefix lengths that a hash has, of each net. */
export function writeLengths(view: Uint32Array, block: number, lengths: Plan['lengths']): void {
  for (const [net, of] of lengths.entries()) {
    view[block + SetWord.LengthCount + net] = of.length;
    view.set(of, view[block + SetWord.Lengths + net]! >>> 2);
  }
}

/** The slots of a hash whose block is written: one for each member, and each interface that it stands for. */
export class Slots {
  private readonly key: Uint32Array;
  private readonly rows: number;
  private readonly slotWords: number;
  private readonly mask: number;
  private readonly timeouts: boolean;
  private readonly withIface: boolean;

  constructor(
    private readonly view: Uint32Array,
    block: number,
    private readonly set: SetDef,
    private readonly context: SetContext,
  ) {
    this.key = new Uint32Array(view[block + SetWord.KeyWords]!);
    this.rows = view[block + SetWord.Rows]! >>> 2;
    this.slotWords = view[block + SetWord.SlotWords]!;
    this.mask = view[block + SetWord.Count]!;
    this.timeouts = (view[block + SetWord.Flags]! & SET_BLOCK_TIMEOUTS) !== 0;
    this.withIface = set.type === 'hash:net,iface';
  }

  put(row: number): void {
    const { view, key, slotWords, set } = this;
    for (const iface of this.ifaces(row)) {
      let slot = this.home();
      while (view[this.at(slot)] !== 0) slot = (slot + 1) & this.mask;
      const at = this.at(slot);
      view[at] = this.meta(row, iface);
      view.set(key, at + 1);
      if (this.timeouts) view[at + slotWords - 1] = set.members.endOf(row);
    }
  }

  /** Its flags and its time are others. */
  renew(row: number): void {
    for (const iface of this.ifaces(row)) {
      const slot = this.find(iface);
      if (slot < 0) continue;
      const at = this.at(slot);
      this.view[at] = this.meta(row, iface);
      if (this.timeouts) this.view[at + this.slotWords - 1] = this.set.members.endOf(row);
    }
  }

  /** Of a row that the set has still. */
  drop(row: number): void {
    for (const iface of this.ifaces(row)) {
      const slot = this.find(iface);
      if (slot >= 0) this.free(slot);
    }
  }

  /** Those behind it come nearer to where they are looked for first: the look-up ends at a free slot. */
  private free(slot: number): void {
    const { view, key, slotWords, mask } = this;
    let hole = slot;
    for (let next = (hole + 1) & mask; view[this.at(next)] !== 0; next = (next + 1) & mask) {
      const from = this.at(next);
      const home = hashKey(view, from + 1, key.length) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      view.copyWithin(this.at(hole), from, from + slotWords);
      hole = next;
    }
    view.fill(0, this.at(hole), this.at(hole) + slotWords);
  }

  /** The interfaces of a row, whose key stands in `key` then. */
  private ifaces(row: number): readonly number[] {
    const { key, set } = this;
    const { members } = set;
    for (let i = 0; i < key.length; i++) key[i] = members.word(row, i);
    if (!this.withIface) return NO_IFACE;
    // the interface is no part of the key: all members of a net must be met
    key[key.length - 1] = members.word(row, members.layout.lengthsAt);
    return ifacesOf(set, row, this.context);
  }

  /** The slot of the key, -1: it has none, of an interface that came later than its member. */
  private find(iface: number): number {
    const { view, key, mask } = this;
    const isIt = (at: number) => view[at]! >>> 8 === iface && key.every((word, i) => view[at + 1 + i] === word);
    for (let slot = this.home(); view[this.at(slot)] !== 0; slot = (slot + 1) & mask)
      if (isIt(this.at(slot))) return slot;
    return -1;
  }

  private meta(row: number, iface: number): number {
    const nomatch = (this.set.members.flags(row) & MEMBER_NOMATCH) !== 0;
    return SET_SLOT_USED + (nomatch ? SET_SLOT_NOMATCH : 0) + iface * 256;
  }
  private home(): number {
    return hashKey(this.key, 0, this.key.length) & this.mask;
  }
  private at(slot: number): number {
    return this.rows + slot * this.slotWords;
  }
}
const NO_IFACE: readonly number[] = [0];
