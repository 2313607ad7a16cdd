/** Tables of classes in the core's memory: what a step adds for each value (assembly/columns.ts). */
import { KEY_NEVER } from '../../abi.js';
import { Sequences } from '../first-match/sequences.js';
import type { Memory } from '../memory.js';
import { EXCLUDED, type FieldClasses } from './field-classes.js';
import { hashOf, isSame } from './vectors.js';

const BYTE = 256;

/** What a class adds to a sum. */
const addend = (number: number, stride: number): number => (number === EXCLUDED ? KEY_NEVER : stride * number);

/** A word for each number below 256. */
export function byteTable(memory: Memory, { starts, numbers }: FieldClasses, stride: number): number {
  const words = new Uint32Array(BYTE);
  starts.forEach((start, i) => {
    words.fill(addend(numbers[i]!, stride), start);
  });
  return memory.place(words);
}

/** Of the node at hand. */
const LEAF = new Uint32Array(BYTE);
const BEGINS = new Uint32Array(2 * BYTE);
/** Words by which a node is told that is not told by all its entries. */
const MOST_SPARSE = 32;

/** Nodes of 256 entries each, equal ones once. */
class Nodes {
  /** by a hash of their entries where they are. */
  private slots = new Uint32Array(256);
  private count = 0;

  constructor(private readonly memory: Memory) {}

  place(words: Uint32Array): number {
    const slot = this.slotOf(words);
    if (this.slots[slot] === 0) {
      this.slots[slot] = this.memory.place(words);
      this.count++;
    }
    const at = this.slots[slot]!;
    if (2 * this.count > this.slots.length) this.grow();
    return at;
  }
  private grow(): void {
    const { slots } = this;
    this.slots = new Uint32Array(2 * slots.length);
    for (const at of slots) if (at !== 0) this.slots[this.slotOf(this.nodeAt(at))] = at;
  }
  /** Where a node is, or may go. */
  private slotOf(words: Uint32Array): number {
    const last = this.slots.length - 1;
    let slot = hashOf(words) & last;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & last)
      if (isSame(words, this.nodeAt(this.slots[slot]!))) return slot;
    return slot;
  }
  private nodeAt(at: number): Uint32Array {
    return this.memory.words.subarray(at >>> 2, (at >>> 2) + BYTE);
  }
  /** Nodes in which little begins, by that: where, and what is said from there on. */
  private readonly sparse = new Sequences();
  private readonly ofSparse: number[] = [];
  /** A class, multiplied, for each of the values from `first` on. */
  leaf(cursor: Cursor, first: number, stride: number): number {
    let length = 0;
    for (let i = 0; i < BYTE; ) {
      cursor.seek(first + i);
      const end = Math.min(cursor.end - first, BYTE);
      BEGINS[length++] = i;
      BEGINS[length++] = addend(cursor.number, stride);
      LEAF.fill(BEGINS[length - 1]!, i, end);
      i = end;
    }
    if (length > MOST_SPARSE) return this.place(LEAF);
    const number = this.sparse.intern(BEGINS, length);
    this.ofSparse[number] ??= this.memory.place(LEAF);
    return this.ofSparse[number]!;
  }
  /** A node that says the same of all, by what that is. */
  private readonly alike = new Map<number, number>();
  uniform(value: number): number {
    const old = this.alike.get(value) ?? this.place(new Uint32Array(BYTE).fill(value));
    this.alike.set(value, old);
    return old;
  }
}

/** Walks over intervals in order. */
class Cursor {
  private at = 0;

  constructor(private readonly of: FieldClasses) {}

  /** Moves on to the interval of a value, which is no lower than the one before. */
  seek(value: number): void {
    const { starts } = this.of;
    while (this.at + 1 < starts.length && starts[this.at + 1]! <= value) this.at++;
  }
  get number(): number {
    return this.of.numbers[this.at]!;
  }
  /** Where the interval ends. */
  get end(): number {
    return this.of.starts[this.at + 1] ?? Number.POSITIVE_INFINITY;
  }
}

/** Of each value below an end the number of its class. */
export function numbersOf(of: FieldClasses, end: number): number[] {
  const cursor = new Cursor(of);
  return Array.from({ length: end }, (_, value) => {
    cursor.seek(value);
    return cursor.number;
  });
}

/** Numbers of sixteen bits: 256 addresses of nodes. */
export function halfTable(memory: Memory, of: FieldClasses, stride: number): number {
  const nodes = new Nodes(memory);
  const cursor = new Cursor(of);
  const pages = new Uint32Array(BYTE);
  fillNode(pages, nodes, cursor, 0, stride);
  return memory.place(pages);
}

/** Fills entries, which stand for `span` values each, from `first` on: with what says the same of all values, or of each its own. */
function fill(
  to: Uint32Array,
  cursor: Cursor,
  { first, span }: { readonly first: number; readonly span: number },
  alike: (number: number) => number,
  apart: (first: number) => number,
): void {
  for (let i = 0; i < to.length; ) {
    cursor.seek(first + i * span);
    const whole = Math.min(Math.floor((cursor.end - first) / span), to.length);
    if (whole > i) to.fill(alike(cursor.number), i, whole);
    else to[i] = apart(first + i * span);
    i = Math.max(whole, i + 1);
  }
}

/** A node whose entries stand for 256 values each. */
function fillNode(to: Uint32Array, nodes: Nodes, cursor: Cursor, first: number, stride: number): void {
  fill(
    to,
    cursor,
    { first, span: BYTE },
    (number) => nodes.uniform(addend(number, stride)),
    (value) => nodes.leaf(cursor, value, stride),
  );
}

/** Numbers of 32 bits: 65,536 addresses of nodes of nodes. */
export function wordTable(memory: Memory, of: FieldClasses, stride: number): number {
  const nodes = new Nodes(memory);
  const cursor = new Cursor(of);
  const top = new Uint32Array(BYTE * BYTE);
  const middle = new Uint32Array(BYTE);
  fill(
    top,
    cursor,
    { first: 0, span: BYTE * BYTE },
    (number) => nodes.uniform(nodes.uniform(addend(number, stride))),
    (first) => {
      fillNode(middle, nodes, cursor, first, stride);
      return nodes.place(middle);
    },
  );
  return memory.place(top);
}
