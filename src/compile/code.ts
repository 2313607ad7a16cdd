/** Words of code as they are written: instructions with their skips, data beside them, texts interned. */
import { FIELD_SHIFT, OP_NOT, type Op, SKIP_SHIFT, type StringKind } from '../abi.js';
import { PacketwalkError } from '../errors.js';

export interface Text {
  readonly kind: StringKind;
  readonly text: string;
}

/** A list of 32-bit words that grows. */
export class WordList {
  #room = new Uint32Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  /** The words so far; what is written to them later may not be seen there. */
  get words(): Uint32Array {
    return this.#room.subarray(0, this.#length);
  }

  /** Makes room for so many words, so that it need not grow word by word; what is never written takes no memory. */
  reserve(words: number): void {
    if (words > this.#room.length) this.#grow(words);
  }
  push(word: number): void {
    if (this.#length === this.#room.length) this.#grow(this.#length + 1);
    this.#room[this.#length++] = word;
  }
  /** Appends so many zeros and returns where they begin. */
  zeros(count: number): number {
    const at = this.#length;
    if (at + count > this.#room.length) this.#grow(at + count);
    this.#length += count;
    return at;
  }
  append(words: Uint32Array): void {
    const at = this.zeros(words.length);
    this.#room.set(words, at);
  }
  /** Appends some of them, which are few. */
  appendPart(words: Uint32Array, from: number, to: number): void {
    const at = this.zeros(to - from) - from;
    for (let i = from; i < to; i++) this.#room[at + i] = words[i]!;
  }
  /** Leaves out all from a place on. */
  cut(length: number): void {
    this.#room.fill(0, length, this.#length);
    this.#length = length;
  }
  /** Appends words again that stand here. */
  repeat(from: number, length: number): void {
    const at = this.zeros(length);
    this.#room.copyWithin(at, from, from + length);
  }
  at(index: number): number {
    return this.#room[index]!;
  }
  set(index: number, word: number): void {
    this.#room[index] = word;
  }

  #grow(least: number): void {
    let length = Math.max(64, 2 * this.#room.length);
    while (length < least) length *= 2;
    const grown = new Uint32Array(length);
    grown.set(this.#room);
    this.#room = grown;
  }
}

export class Code {
  readonly words = new WordList();
  readonly data = new WordList();
  readonly texts: Text[] = [];
  private readonly textIndex = new Map<string, number>();
  private readonly counts = new Map<StringKind, number>();

  get here(): number {
    return this.words.length;
  }

  /** Appends an instruction and returns its address. */
  put(op: Op, a?: number, b?: number, c?: number): number {
    return this.putField(op, 0, false, a, b, c);
  }

  /** The same of one that is about a field, or that may be negated. */
  putField(op: Op, field: number, not: boolean, a?: number, b?: number, c?: number): number {
    const at = this.here;
    this.words.push(op | (not ? OP_NOT : 0) | (field << FIELD_SHIFT));
    if (a !== undefined) this.words.push(a);
    if (b !== undefined) this.words.push(b);
    if (c !== undefined) this.words.push(c);
    return at;
  }

  /** Lets the instruction at `at` go on here where it skips. */
  skipHere(at: number): void {
    const skip = this.here - at;
    if (skip > 0xffff)
      throw new PacketwalkError('a rule is too long: more than 65535 words of code', { code: 'rule-too-long' });
    this.words.set(at, this.words.at(at) | (skip << SKIP_SHIFT));
  }

  /** Appends data and returns its place. */
  put32(words: readonly number[]): number {
    const at = this.data.length;
    for (const word of words) this.data.push(word);
    return at;
  }

  /** The number of a text among those of its kind. */
  text(kind: StringKind, text: string): number {
    const key = `${kind} ${text}`;
    const old = this.textIndex.get(key);
    if (old !== undefined) return old;
    const index = this.counts.get(kind) ?? 0;
    this.counts.set(kind, index + 1);
    this.textIndex.set(key, index);
    this.texts.push({ kind, text });
    return index;
  }
}
