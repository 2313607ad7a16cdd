/**
 * Connections by the source that opened them: nf_nat_bysource of net/netfilter/nf_nat_core.c. A source that is translated
 * gets the same address and port towards every destination, where it can.
 */
import { type Tuple, TupleWord } from './tuples.js';

const NONE = -1;
const FIRST = 64;

/** Doubly linked lists of entries, the newest first; `wordOf` reads the tuple whose source counts. */
export class SourceIndex {
  private heads = new Int32Array(FIRST).fill(NONE);
  private next = new Int32Array(0);
  /** the entry before, or, of the first of a list, -2 less the list's number. */
  private before = new Int32Array(0);
  private count = 0;

  constructor(private readonly wordOf: (entry: number, word: TupleWord) => number) {}

  /** Makes room for so many entries. */
  grow(entries: number): void {
    const { next, before } = this;
    this.next = new Int32Array(entries);
    this.before = new Int32Array(entries).fill(NONE);
    this.next.set(next);
    this.before.set(before);
  }

  add(entry: number): void {
    // two in a list, where all have sources of their own
    if (this.count >= 2 * this.heads.length) this.relink(2 * this.heads.length);
    this.link(entry);
    this.count++;
  }

  /** Nothing happens where it was not added. */
  remove(entry: number): void {
    const before = this.before[entry]!;
    if (before === NONE) return;
    const next = this.next[entry]!;
    if (before >= 0) this.next[before] = next;
    else this.heads[-2 - before] = next;
    if (next !== NONE) this.before[next] = before;
    this.before[entry] = NONE;
    this.count--;
  }

  /** Entries that such a source opened, the newest first. */
  *of(source: Tuple): Generator<number> {
    for (let entry = this.first(source); entry !== NONE; entry = this.behind(entry, source)) yield entry;
  }
  /** The same one by one; -1: there is none, or none behind it. */
  first(source: Tuple): number {
    return this.seek(this.heads[listOf(source[0]!, source[2]!, source[3]!, this.heads.length)]!, source);
  }
  behind(entry: number, source: Tuple): number {
    return this.seek(this.next[entry]!, source);
  }
  /** From an entry of a list on; of a source the address counts, port or identifier, protocol and zone. */
  private seek(entry: number, source: Tuple): number {
    while (entry !== NONE && !this.isOf(entry, source)) entry = this.next[entry]!;
    return entry;
  }
  private isOf(entry: number, source: Tuple): boolean {
    return (
      this.wordOf(entry, TupleWord.Src) === source[TupleWord.Src] &&
      this.wordOf(entry, TupleWord.Ports) >>> 16 === source[TupleWord.Ports]! >>> 16 &&
      this.wordOf(entry, TupleWord.Proto) === source[TupleWord.Proto]
    );
  }

  copy(wordOf: (entry: number, word: TupleWord) => number): SourceIndex {
    const copy = new SourceIndex(wordOf);
    copy.heads = this.heads.slice();
    copy.next = this.next.slice();
    copy.before = this.before.slice();
    copy.count = this.count;
    return copy;
  }

  private link(entry: number): void {
    const of = (word: TupleWord) => this.wordOf(entry, word);
    const list = listOf(of(TupleWord.Src), of(TupleWord.Ports), of(TupleWord.Proto), this.heads.length);
    const next = this.heads[list]!;
    this.heads[list] = entry;
    this.next[entry] = next;
    this.before[entry] = -2 - list;
    if (next !== NONE) this.before[next] = entry;
  }

  /** All into so many lists anew, each in its order, whatever stood in the tuples before. */
  relink(lists = this.heads.length): void {
    const { heads, next } = this;
    this.heads = new Int32Array(lists).fill(NONE);
    for (const head of heads) {
      const list: number[] = [];
      for (let entry = head; entry !== NONE; entry = next[entry]!) list.push(entry);
      for (const entry of list.reverse()) this.link(entry);
    }
  }
}

/** Of so many, that of a source. */
function listOf(src: number, ports: number, proto: number, lists: number): number {
  let mixed = Math.imul(src ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (ports >>> 16), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ proto, 0x27d4eb2f);
  return (mixed ^ (mixed >>> 16)) & (lists - 1);
}
