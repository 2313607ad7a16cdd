/**
 * Look-ups of tuples: masks of which each is within the next, so that the last one that has the packet's tuple tells of all of
 * them which terms hold, by one number.
 */
import { COLUMN_BYTES, type Field, TUPLE_FILTER, TupleMaskWord, TuplesWord } from '../../abi.js';
import type { Effort } from '../first-match/effort.js';
import type { Memory } from '../memory.js';
import { countBits } from './mark-terms.js';
import type { Masked } from './tuple-terms.js';
import { fieldsOfMask, isWithin, type Tuple, textOf, within } from './tuples.js';

/** What Node holds of a tuple, and of the text by which it is numbered as long as tables are made. */
const TUPLE_BYTES = 200;
const TEXT_BYTES = 200;

/** Of slots in the core's memory. */
const SLOT = 16;

interface Numbered {
  readonly mask: Tuple;
  readonly tuples: readonly { readonly value: Tuple; readonly number: number }[];
  /** each is one of the mask before as well, and more. */
  readonly isNested: boolean;
  /** how many numbers there are with those of the masks before. */
  readonly classes: number;
}

export class TupleTable {
  readonly masks: readonly Numbered[];
  /** the first of which is that of packets whose tuple is none. */
  readonly classes: number;
  readonly fields: readonly Field[];

  private constructor(chain: readonly Masked[], effort: Effort) {
    const count = chain.reduce((sum, { tuples }) => sum + tuples.size, 0);
    const { held } = effort;
    effort.hold((TUPLE_BYTES + TEXT_BYTES) * count);
    const numbers = new Map<string, number>();
    this.masks = chain.map(({ mask, tuples }, depth) => {
      const numbered = [...tuples.values()].map(({ value }) => {
        const key = textOfHeld(chain.slice(0, depth + 1), value);
        const number = numbers.get(key) ?? numbers.size + 1;
        numbers.set(key, number);
        return { value, number };
      });
      const before = chain[depth - 1];
      const isNested = before !== undefined && numbered.every(({ value }) => has(before, value));
      return { mask, tuples: numbered, classes: numbers.size + 1, isNested };
    });
    this.classes = numbers.size + 1;
    this.fields = fieldsOfMask(chain.at(-1)!.mask);
    effort.release(held + TUPLE_BYTES * count);
  }

  static of(all: readonly Masked[], effort: Effort): TupleTable[] {
    const chains: Masked[][] = [];
    const bits = ({ mask }: Masked) => mask.reduce((sum, word) => sum + countBits(word), 0);
    for (const one of [...all].sort((a, b) => bits(a) - bits(b))) {
      if (one.tuples.size === 0) continue;
      const chain = chains.find((chain) => isWithin(chain.at(-1)!.mask, one.mask));
      if (chain === undefined) chains.push([one]);
      else chain.push(one);
    }
    return chains.map((chain) => new TupleTable(chain, effort));
  }
}

const has = ({ mask, tuples }: Masked, value: Tuple): boolean => tuples.has(textOf(within(value, mask)));

/** What holds of packets that have the tuple: each rule's is a number of its own. */
function textOfHeld(chain: readonly Masked[], value: Tuple): string {
  const texts = chain.map(({ mask, tuples }, depth) => {
    const key = textOf(within(value, mask));
    const held = tuples.get(key);
    return held === undefined ? '' : `${depth} ${held.own ? key : ''} ${[...held.sets].join()}`;
  });
  return texts.join(';');
}

/** Where the columns of a tuple's fields are, and whether their values are words. */
export interface TupleColumns {
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly isWide: boolean;
  /** a column of words: numbers that were found. */
  readonly found: number;
}

/** Of packets that are looked up: what TuplesWord and FirstWord begin with. */
export const columnWords = (columns: TupleColumns): number[] => [
  columns.source,
  columns.destination,
  columns.sourcePort,
  columns.destinationPort,
  columns.protocol,
  columns.isWide ? 1 : 0,
  columns.found,
];

/** The address of TuplesWord. */
export function placeTuples(memory: Memory, { masks }: TupleTable, columns: TupleColumns): number {
  const records = masks.flatMap((one) => placeMask(memory, one));
  const words = columnWords(columns);
  words[TuplesWord.Masks] = memory.place(records);
  words[TuplesWord.MaskCount] = masks.length;
  words[TuplesWord.Places] = memory.reserve(2 * COLUMN_BYTES);
  words[TuplesWord.Hashes] = memory.reserve(COLUMN_BYTES);
  words[TuplesWord.Ports] = memory.reserve(2 * COLUMN_BYTES);
  return memory.place(words);
}

/** TupleMaskWord: no more than half of the slots are taken. */
function placeMask(memory: Memory, { mask, tuples, isNested }: Numbered): number[] {
  const bits = Math.max(1, Math.ceil(Math.log2(2 * tuples.length)));
  const at = memory.reserve(SLOT << bits);
  const filter = memory.reserve(2 ** (bits + TUPLE_FILTER - 3));
  const { words } = memory;
  for (const { value, number } of tuples) {
    const bit = hashOf(value) >>> (32 - bits - TUPLE_FILTER);
    words[(filter >>> 2) + (bit >>> 5)]! |= 1 << (bit & 31);
    let place = hashOf(value) >>> (32 - bits);
    while (words[slotAt(at, place) + 3] !== 0) place = (place + 1) & (2 ** bits - 1);
    words.set([value[0], value[1], value[2], value[3] | (number << 8)], slotAt(at, place));
  }
  const record = new Array<number>(TupleMaskWord.Size).fill(0);
  mask.forEach((word, i) => {
    record[TupleMaskWord.Mask + i] = word;
  });
  record[TupleMaskWord.Slots] = at;
  record[TupleMaskWord.Bits] = bits;
  record[TupleMaskWord.Filter] = filter;
  record[TupleMaskWord.Nested] = isNested ? 1 : 0;
  return record;
}

const slotAt = (at: number, place: number): number => (at >>> 2) + 4 * place;

/** As hashOf of assembly/tuples.ts: its upper bits hang on all bits of the tuple. */
const hashOf = (tuple: Tuple): number =>
  (Math.imul(tuple[0], 0x9e3779b1) +
    Math.imul(tuple[1], 0x85ebca6b) +
    Math.imul(tuple[2], 0xc2b2ae35) +
    Math.imul(tuple[3], 0x27d4eb2f)) >>>
  0;
