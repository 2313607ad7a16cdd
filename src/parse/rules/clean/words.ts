/**
 * The words of a line as a program prints it: printable ASCII, parted by blanks, quotes round whole words and nothing in them
 * that wants reading twice. No word is an object: where one stands are numbers.
 */

/** What comes next in a line: nothing, a word, one in quotes, or what no program prints so. */
export const NONE = 0;
export const PLAIN = 1;
export const QUOTED = 2;
export const ODD = 3;

const BLANK = 0x20;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const LINE_END = 0x0a;
const LAST = 0x7e;

export class CleanWords {
  /** where the last word begins and ends, its quotes with it. */
  start = 0;
  end = 0;
  /** of the last clause. */
  hash = 0;

  constructor(readonly text: string) {}

  /** Goes to a place before a word. */
  go(at: number): void {
    this.end = at;
  }

  /** Goes on to the next word of the line. */
  next(): number {
    const { text } = this;
    const size = text.length;
    let i = this.end;
    while (i < size && text.charCodeAt(i) === BLANK) i++;
    this.start = i;
    if (i < size && text.charCodeAt(i) === DOUBLE) return this.quoted(i);
    for (; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code > SINGLE && code <= LAST) continue;
      if (code === BLANK || code === LINE_END) break;
      if (code < BLANK || code > LAST || code === DOUBLE || (code === SINGLE && i === this.start)) return ODD;
    }
    this.end = i;
    return i === this.start ? NONE : PLAIN;
  }

  /** A word from quote to quote. */
  private quoted(start: number): number {
    const { text } = this;
    const size = text.length;
    let i = start + 1;
    for (; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code === DOUBLE) break;
      if (code < BLANK || code > LAST || code === BACKSLASH) return ODD;
    }
    this.end = i + 1;
    if (i >= size) return ODD;
    const behind = i + 1 < size ? text.charCodeAt(i + 1) : LINE_END;
    return behind === BLANK || behind === LINE_END ? QUOTED : ODD;
  }

  /** Goes from the word at hand, which is `-m`, `-j` or `-g`, to before the next of these, or the end of the line; false: it is odd. */
  clause(): boolean {
    const { text, start } = this;
    const size = text.length;
    let hash = text.charCodeAt(start + 1);
    let quotes = false;
    let i = start + 2;
    for (; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code <= DOUBLE || code > LAST) {
        if (code === BLANK) {
          if (!quotes && this.begins(i + 1)) break;
        } else if (code === DOUBLE) quotes = !quotes;
        else if (code === LINE_END) break;
        else if (code < BLANK || code > LAST) return false;
      }
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    this.end = i;
    this.hash = hash;
    return !quotes;
  }

  /** Whether a clause ends with the last word. */
  endsClause(): boolean {
    const { text, end } = this;
    const code = end < text.length ? text.charCodeAt(end) : LINE_END;
    return code === LINE_END || (code === BLANK && this.begins(end + 1));
  }

  /** Whether `-m`, `-j` or `-g` stands at a place. */
  private begins(at: number): boolean {
    const { text } = this;
    if (text.charCodeAt(at) !== DASH || text.charCodeAt(at + 2) !== BLANK) return false;
    const code = text.charCodeAt(at + 1);
    return code === MATCH || code === JUMP || code === GOTO;
  }

  /** Whether the last word is one sign. */
  is(sign: number): boolean {
    return this.end - this.start === 1 && this.text.charCodeAt(this.start) === sign;
  }

  word(): string {
    return this.text.slice(this.start, this.end);
  }
  /** What stands within the quotes of the last word. */
  inQuotes(): string {
    return this.text.slice(this.start + 1, this.end - 1);
  }
}

export const NOT = 0x21;
export const MATCH = 0x6d;
export const JUMP = 0x6a;
export const GOTO = 0x67;
