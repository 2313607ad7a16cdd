/** Words of code as they are written: instructions with their skips, data beside them, texts interned. */
import { FIELD_SHIFT, OP_NOT, type Op, SKIP_SHIFT, type StringKind } from '../abi.js';
import { PacketwalkError } from '../errors.js';

export interface Text {
  readonly kind: StringKind;
  readonly text: string;
}

export class Code {
  readonly words: number[] = [];
  readonly data: number[] = [];
  readonly texts: Text[] = [];
  private readonly textIndex = new Map<string, number>();
  private readonly counts = new Map<StringKind, number>();

  get here(): number {
    return this.words.length;
  }

  /** Appends an instruction and returns its address. */
  put(op: Op, operands: readonly number[] = [], field = 0, not = false): number {
    const at = this.here;
    this.words.push((op | (not ? OP_NOT : 0) | (field << FIELD_SHIFT)) >>> 0, ...operands.map((word) => word >>> 0));
    return at;
  }

  /** Lets the instruction at `at` go on here where it skips. */
  skipHere(at: number): void {
    const skip = this.here - at;
    if (skip > 0xffff)
      throw new PacketwalkError('a rule is too long: more than 65535 words of code', { code: 'rule-too-long' });
    this.words[at] = (this.words[at]! | (skip << SKIP_SHIFT)) >>> 0;
  }

  /** Appends data and returns its place. */
  put32(words: readonly number[]): number {
    const at = this.data.length;
    for (const word of words) this.data.push(word >>> 0);
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
