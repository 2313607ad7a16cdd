/**
 * The connections that are known, each found by the tuple of either direction: struct nf_conn. Time is milliseconds on the
 * packets' clock.
 */
import { ConnWord } from '../../abi.js';
import type { Family } from '../../net/address.js';
import { type AddressNumbers, addressNumbers } from './address-numbers.js';
import type { EntryNotes } from './entry-notes.js';
import { EntryMemory } from './entry-words.js';
import { ProtocolParts } from './protocol-parts.js';
import { HEAP, type TableRoom } from './rooms.js';
import { SourceIndex } from './source-index.js';
import { ORIGINAL, pairOf, REPLY, type Tuple, type TupleSource, TupleWord } from './tuples.js';

const FIRST = 64;
const NONE = -1;

export class ConnectionTable {
  memory = new EntryMemory(0);
  readonly parts = new ProtocolParts(this.memory);
  /** Those whose source translation was settled. */
  sources = this.newSources();
  private serial = 1;
  /** some entry has another zone for its answers. */
  zonesDiffer = false;
  private room: TableRoom = HEAP;
  /** numbers of entries that are free, the last first. */
  private readonly free: number[] = [];
  private used = 0;
  /**
   * open addressing: 2 * entry + direction + 1, which take the low bits, and in the others those of the tuple's hash that say
   * least of its place, so that hardly an entry is looked at that has another tuple; 0: free.
   */
  slots: Uint32Array = new Uint32Array(4 * FIRST);
  private bits = 1;
  /** entries that can be found. */
  private count = 0;
  /** what stands for addresses in tuples. */
  addresses: AddressNumbers;

  /** By entry; undefined: no rule asks for any. */
  notes: Map<number, EntryNotes> | undefined;

  constructor(family: Family = 4) {
    this.addresses = addressNumbers(family);
  }

  /** How many connections can be found. */
  get size(): number {
    return this.count;
  }

  /** A new entry, which is not found before `confirm`. */
  begin(original: Tuple, reply: Tuple): number {
    const entry = this.free.pop() ?? this.used++;
    if (entry >= this.memory.entries) this.grow();
    const { words } = this.memory;
    const first = ConnWord.Count * entry;
    words.fill(0, first, first + ConnWord.Count);
    words.set(original, first + ConnWord.Tuples);
    words.set(reply, first + ConnWord.Tuples + TupleWord.Count);
    return entry;
  }

  /** From here on it is found by both of its tuples. */
  confirm(entry: number): void {
    if (4 * (this.count + 1) * 2 > this.slots.length * 3) this.rehash();
    for (const direction of [ORIGINAL, REPLY]) this.put(2 * entry + direction);
    this.count++;
    const { words } = this.memory;
    words[ConnWord.Count * entry + ConnWord.Serial] = this.serial++;
    const proto = placeOfTuple(2 * entry) + TupleWord.Proto;
    this.zonesDiffer ||= words[proto] !== words[proto + TupleWord.Count];
  }

  /** Forgets an entry that was confirmed; nothing happens where it is gone already, while a packet still holds it. */
  remove(entry: number): void {
    if (this.slotOf(entry, ORIGINAL) === NONE) return;
    for (const direction of [ORIGINAL, REPLY]) this.empty(this.slotOf(entry, direction));
    this.memory.words[ConnWord.Count * entry + ConnWord.Serial] = 0;
    this.count--;
    this.abandon(entry);
  }
  /** Forgets one that was not. */
  abandon(entry: number): void {
    this.sources.remove(entry);
    this.free.push(entry);
  }

  /** 2 * entry + direction of the packets with such a tuple, of one direction where it is given; -1: none. */
  find(tuple: Tuple, direction?: number, hashed = hash(tuple, 0)): number {
    const { slots, bits } = this;
    const mask = slots.length - 1;
    let best = NONE;
    for (let at = this.placeOf(hashed); ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return best;
      if (slot >>> bits !== (hashed << bits) >>> bits) continue;
      const found = this.foundIn(slot);
      if (!this.hasTuple(found, tuple) || (direction ?? found & 1) !== (found & 1)) continue;
      // zones of one direction let two have the same; the kernel's lists begin with the last, and its answers
      if (!this.zonesDiffer) return this.answersItself(found >>> 1) ? found | REPLY : found;
      if (best === NONE || this.isNewer(found, best)) best = found;
    }
  }
  /**
   * Whether `find` would find the same now that it once has found, for a packet with ports in no zone. Entries that are not there
   * have no serial.
   */
  stands(found: number, { src, dst, protocol, transport }: TupleSource): boolean {
    const { words } = this.memory;
    const first = placeOfTuple(found);
    return (
      !this.zonesDiffer &&
      words[ConnWord.Count * (found >>> 1) + ConnWord.Serial] !== 0 &&
      words[first] === src &&
      words[first + 1] === dst &&
      transport.length >= 4 &&
      words[first + 2] === pairOf((transport[0]! << 8) | transport[1]!, (transport[2]! << 8) | transport[3]!) &&
      words[first + 3] === protocol
    );
  }
  /** What the core needs to find an entry: TrackWord.Slots and those behind it. */
  get places(): { readonly slots: number; readonly shift: number; readonly bits: number; readonly entries: number } {
    const { slots, bits, memory } = this;
    return { slots: slots.byteOffset, shift: Math.clz32(slots.length) + 1, bits, entries: memory.words.byteOffset };
  }
  private hasTuple(found: number, tuple: Tuple): boolean {
    const { words } = this.memory;
    const first = placeOfTuple(found);
    return (
      words[first] === tuple[0] &&
      words[first + 1] === tuple[1] &&
      words[first + 2] === tuple[2] &&
      words[first + 3] === tuple[3]
    );
  }
  private isNewer(a: number, b: number): boolean {
    const { words } = this.memory;
    const serial = (found: number) => words[ConnWord.Count * (found >>> 1) + ConnWord.Serial]!;
    const [of, than] = [serial(a), serial(b)];
    return of === than ? (a & 1) === REPLY : of > than;
  }

  /** Both directions are one: packets are found to be answers, which stand first in the kernel's lists. */
  private answersItself(entry: number): boolean {
    const { words } = this.memory;
    const first = placeOfTuple(2 * entry);
    for (let word = first; word < first + TupleWord.Count; word++)
      if (words[word] !== words[word + TupleWord.Count]) return false;
    return true;
  }

  /** A direction's tuple, as it stands; a change of it is one of the entry, and allowed before it is confirmed. */
  tuple(entry: number, direction: number): Tuple {
    const first = placeOfTuple(2 * entry + direction);
    return this.memory.words.subarray(first, first + TupleWord.Count);
  }
  /** One word of it. */
  tupleWord(entry: number, direction: number, word: TupleWord): number {
    return this.memory.words[placeOfTuple(2 * entry + direction) + word]!;
  }

  /** Of a protocol with ports, in the zone that it has; allowed before it is confirmed. */
  setTuple(entry: number, direction: number, src: number, dst: number, ports: number): void {
    const { words } = this.memory;
    const first = placeOfTuple(2 * entry + direction);
    words[first + TupleWord.Src] = src;
    words[first + TupleWord.Dst] = dst;
    words[first + TupleWord.Ports] = ports;
  }

  /** CT_STATUS_* */
  status(entry: number): number {
    return this.memory.halves[2 * (ConnWord.Count * entry + ConnWord.Status)]!;
  }
  setStatus(entry: number, status: number): void {
    this.memory.halves[2 * (ConnWord.Count * entry + ConnWord.Status)] = status;
  }
  mark(entry: number): number {
    return this.memory.words[ConnWord.Count * entry + ConnWord.Mark]!;
  }
  setMark(entry: number, mark: number): void {
    this.memory.words[ConnWord.Count * entry + ConnWord.Mark] = mark;
  }
  /** When it ends. */
  end(entry: number): number {
    return this.memory.floats[(ConnWord.Count * entry + ConnWord.End) >>> 1]!;
  }
  setEnd(entry: number, time: number): void {
    this.memory.floats[(ConnWord.Count * entry + ConnWord.End) >>> 1] = time;
  }
  /** Number of the interface whose address masqueraded it; 0: none did. */
  masquerade(entry: number): number {
    return this.memory.halves[2 * (ConnWord.Count * entry + ConnWord.Status) + 1]!;
  }
  setMasquerade(entry: number, iface: number): void {
    this.memory.halves[2 * (ConnWord.Count * entry + ConnWord.Status) + 1] = iface;
  }

  /** Entries that can be found. */
  *entries(): Generator<number> {
    for (const slot of this.slots) {
      const found = this.foundIn(slot);
      if (slot !== 0 && found % 2 === ORIGINAL) yield found >>> 1;
    }
  }

  /**
   * Entries that would lie in a bucket of the kernel's table, of so many, so far behind that of a tuple: a bucket is a range
   * of hashes there, and a run of slots here.
   */
  bucket(tuple: Tuple, behind: number, of: number): number[] {
    const number = (Math.floor((hash(tuple, 0) * of) / 2 ** 32) + behind) % of;
    const from = Math.ceil((number * 2 ** 32) / of);
    const to = Math.ceil(((number + 1) * 2 ** 32) / of);
    const mask = this.slots.length - 1;
    const last = this.placeOf(to - 1);
    const found = new Set<number>();
    // entries stand at their home or behind it, up to a slot that is free
    for (let at = this.placeOf(from), passed = false; !passed || this.slots[at] !== 0; at = (at + 1) & mask) {
      const one = this.foundIn(this.slots[at]!);
      const own = one === NONE ? NONE : hash(this.memory.words, placeOfTuple(one));
      if (own >= from && own < to) found.add(one >>> 1);
      passed ||= at === last;
    }
    return [...found];
  }

  copy(): ConnectionTable {
    const copy = new ConnectionTable(this.addresses.family);
    copy.addresses = this.addresses.copy();
    copy.notes = this.notes && new Map([...this.notes].map(([entry, notes]) => [entry, notes.copy()]));
    copy.memory = new EntryMemory(this.memory.entries);
    copy.memory.words.set(this.memory.words);
    copy.parts.use(copy.memory);
    copy.serial = this.serial;
    copy.zonesDiffer = this.zonesDiffer;
    copy.sources = this.sources.copy((entry, word) => copy.tupleWord(entry, ORIGINAL, word));
    copy.free.push(...this.free);
    copy.used = this.used;
    copy.slots = this.slots.slice();
    copy.bits = this.bits;
    copy.count = this.count;
    return copy;
  }

  /** Numbers of addresses that no entry bears are given up; tuples that were taken out before mean nothing afterwards. */
  forgetAddresses(): void {
    const old = this.addresses;
    this.addresses = addressNumbers(old.family);
    const free = new Set(this.free);
    for (let entry = 0; entry < this.used; entry++)
      for (const direction of [ORIGINAL, REPLY]) {
        const tuple = this.tuple(entry, direction);
        for (const end of [TupleWord.Src, TupleWord.Dst])
          tuple[end] = free.has(entry) ? 0 : this.addresses.numberOf(old.addressOf(tuple[end]!));
      }
    this.place(this.slots.length);
    this.sources.relink();
  }

  private newSources(): SourceIndex {
    return new SourceIndex((entry, word) => this.tupleWord(entry, ORIGINAL, word));
  }

  private grow(): void {
    const room = Math.max(FIRST, Math.ceil(1.5 * this.memory.entries));
    this.lay(this.slots.length, room);
    this.sources.grow(room);
    // those of another entry would not do
    if (2 * room >= 2 ** this.bits) this.place(this.slots.length);
  }
  /** Moves to where it is to be from now on. */
  moveTo(room: TableRoom): void {
    if (this.room === room) return;
    this.room = room;
    this.lay(this.slots.length, this.memory.entries);
  }
  private lay(slots: number, entries: number): void {
    const laid = this.room.lay(slots, entries, this);
    this.slots = laid.slots;
    this.memory = laid.memory;
    this.parts.use(laid.memory);
  }

  private rehash(): void {
    this.place(2 * this.slots.length);
  }
  /** All of them anew, in so many slots. */
  private place(room: number): void {
    const found = this.slots.filter((slot) => slot !== 0).map((slot) => this.foundIn(slot));
    this.lay(room, this.memory.entries);
    this.slots.fill(0);
    // there are more slots than entries have directions, as a rule
    this.bits = 32 - Math.clz32(Math.max(room, 2 * this.memory.entries));
    for (const one of found) this.put(one);
  }

  /** Into the first free slot. */
  private put(found: number): void {
    const { slots, bits } = this;
    const mask = slots.length - 1;
    const hashed = hash(this.memory.words, placeOfTuple(found));
    let at = this.placeOf(hashed);
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = (hashed << bits) | (found + 1);
  }
  /** What a slot leads to, -1 where it is free. */
  private foundIn(slot: number): number {
    return (slot & ((1 << this.bits) - 1)) - 1;
  }

  /** -1: it is in none. */
  private slotOf(entry: number, direction: number): number {
    const mask = this.slots.length - 1;
    for (let at = this.home(2 * entry + direction); this.slots[at] !== 0; at = (at + 1) & mask)
      if (this.foundIn(this.slots[at]!) === 2 * entry + direction) return at;
    return NONE;
  }

  /** Empties a slot, and moves up what stands behind it and would no longer be found. */
  private empty(at: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let next = (at + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
      const home = this.home(this.foundIn(slots[next]!));
      // it may not stand before its home
      if (((next - home) & mask) < ((next - at) & mask)) continue;
      slots[at] = slots[next]!;
      at = next;
    }
    slots[at] = 0;
  }

  private home(found: number): number {
    return this.placeOf(hash(this.memory.words, placeOfTuple(found)));
  }
  /** Slots lie in the order of hashes, but for what had to move on. */
  private placeOf(hash: number): number {
    return hash >>> (Math.clz32(this.slots.length) + 1);
  }
}

/** Where the tuple stands among words: of 2 * entry + direction. */
const placeOfTuple = (found: number): number =>
  ConnWord.Count * (found >>> 1) + ConnWord.Tuples + TupleWord.Count * (found & 1);

/** Of the tuple that begins there. */
export function hash(words: Uint32Array, at: number): number {
  let mixed = 0x9e3779b9;
  for (let word = 0; word < TupleWord.Count; word++) {
    mixed = Math.imul(mixed ^ words[at + word]!, 0x85ebca6b);
    mixed ^= mixed >>> 15;
  }
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
