/**
 * The words of lines as a program prints them: printable ASCII, parted by blanks, quotes round whole words and nothing in them
 * that wants reading twice. No word is an object: where one stands are numbers.
 *
 * They are looked for in bytes, a part of the text at a time: a loop over the characters of a string asks each time how that
 * is kept, and takes five times as long (22 ms, 4.4 ms of bytes, for the four megabytes of matches of 100,000 rules).
 */
import { hashOf } from './known.js';

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
const SLASH = 0x2f;
/** What a sign asks: nothing; whether it is doubled; it says that programs seldom print such a text; or a word may end there. */
const NOTHING = 0;
const TWICE = 1;
const DOUBT = 2;
const STOPS = 3;
const ASKS = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code <= BLANK || code > LAST || code === DOUBLE || code === BACKSLASH) return STOPS;
  return code === SLASH ? TWICE : '#&(*<[`{'.includes(String.fromCharCode(code)) ? DOUBT : NOTHING;
});
/** In place of what is no ASCII, and where the part ends and the text does not: it is odd. */
const OTHER = 0xff;

/** Characters of a part. Lines are whole in it that are not longer than the least that is left of one. */
const PART = 1 << 18;
const LEAST = 1 << 14;

export class CleanWords {
  /** where the last word begins and ends, its quotes with it: places in `bytes`. */
  start = 0;
  end = 0;
  /** of the last clause. */
  hash = 0;
  /** what was gone over since this was false may make a text one that no program printed as it is (src/parse/plain.ts). */
  doubtful = false;
  /** a part of the text, and behind it the end of a line where the text ends. */
  readonly bytes: Uint8Array;
  /** where the part begins, and how long it is. */
  private base = 0;
  private length = -1;

  constructor(readonly text: string) {
    this.bytes = new Uint8Array(Math.min(PART, text.length) + 1);
  }

  /** Goes to a place in the text; where it is in the bytes. */
  goTo(at: number): number {
    const here = at - this.base;
    const isHere =
      here >= 0 &&
      (here + LEAST <= this.length || (this.base + this.length === this.text.length && here <= this.length));
    if (!isHere) this.fill(at);
    this.end = at - this.base;
    return this.end;
  }

  private fill(at: number): void {
    const { bytes } = this;
    const part = this.text.slice(at, at + PART);
    const { read, written } = UTF8.encodeInto(part, bytes);
    if (read !== part.length || written !== part.length)
      for (let i = 0; i < part.length; i++) bytes[i] = Math.min(part.charCodeAt(i), OTHER);
    this.base = at;
    this.length = part.length;
    bytes[part.length] = at + part.length === this.text.length ? LINE_END : OTHER;
  }

  /** A place in the text of one in the bytes. */
  placeOf(here: number): number {
    return this.base + here;
  }

  /** Goes to a place before a word. */
  go(here: number): void {
    this.end = here;
  }

  /** Goes on to the next word of the line. */
  next(): number {
    const { bytes } = this;
    let i = this.end;
    while (bytes[i] === BLANK) i++;
    this.start = i;
    if (bytes[i] === DOUBLE) return this.quoted(i);
    if (bytes[i] === SINGLE) return ODD;
    i = this.plainEnd(i);
    for (; bytes[i] === BACKSLASH; i = this.plainEnd(i + 1)) this.doubtful = true;
    this.end = i;
    if (bytes[i] === BLANK) {
      if (bytes[i - 1] === APPEND && bytes[i - 2] === DASH) this.doubtful = true;
    } else if (bytes[i] !== LINE_END) return ODD;
    return i === this.start ? NONE : PLAIN;
  }

  /** A word from quote to quote. */
  private quoted(start: number): number {
    const { bytes } = this;
    let i = this.plainEnd(start + 1);
    for (; bytes[i] === BLANK; i = this.plainEnd(i + 1)) this.doubt(i);
    if (bytes[i] !== DOUBLE) return ODD;
    this.end = i + 1;
    const behind = bytes[i + 1]!;
    return behind === BLANK || behind === LINE_END ? QUOTED : ODD;
  }

  /** Goes from the word at hand, which is `-m`, `-j` or `-g`, to before the next of these, or the end of the line; false: it is odd. */
  clause(): boolean {
    const { bytes, start } = this;
    let quotes = false;
    let i = this.plainEnd(start + 2);
    for (; bytes[i] !== LINE_END; i = this.plainEnd(i + 1)) {
      const code = bytes[i]!;
      if (code === BLANK) {
        if (!quotes && this.begins(i + 1)) break;
        this.doubt(i);
      } else if (code === DOUBLE) quotes = !quotes;
      else if (code === BACKSLASH) this.doubtful = true;
      else return false;
    }
    this.end = i;
    this.hash = hashOf(bytes, start + 1, i);
    return !quotes;
  }

  /** Goes from a place to the first sign behind it that ends a word, or may do so. */
  private plainEnd(from: number): number {
    const { bytes } = this;
    let i = from;
    for (let asks = ASKS[bytes[i]!]!; asks !== STOPS; asks = ASKS[bytes[++i]!]!)
      if (asks !== NOTHING && (asks === DOUBT || bytes[i + 1] === SLASH)) this.doubtful = true;
    return i;
  }

  /** At a blank within quotes, or behind a match: `-A`, `-s` or `-d` before it are no options of the rule. */
  private doubt(at: number): void {
    const { bytes } = this;
    if (bytes[at - 2] !== DASH) return;
    const letter = bytes[at - 1];
    if (letter === APPEND || letter === SOURCE || letter === DESTINATION) this.doubtful = true;
  }

  /** Whether a clause ends with the last word. */
  endsClause(): boolean {
    const { bytes, end } = this;
    return bytes[end] === LINE_END || (bytes[end] === BLANK && this.begins(end + 1));
  }

  /** Whether `-m`, `-j` or `-g` stands at a place. */
  private begins(at: number): boolean {
    const { bytes } = this;
    if (bytes[at] !== DASH || bytes[at + 2] !== BLANK) return false;
    const code = bytes[at + 1];
    return code === MATCH || code === JUMP || code === GOTO;
  }

  /** Whether the last word is one sign. */
  is(sign: number): boolean {
    return this.end - this.start === 1 && this.bytes[this.start] === sign;
  }

  word(): string {
    return this.slice(this.start, this.end);
  }
  /** What stands within the quotes of the last word. */
  inQuotes(): string {
    return this.slice(this.start + 1, this.end - 1);
  }
  slice(start: number, end: number): string {
    return this.text.slice(this.base + start, this.base + end);
  }
}

const UTF8 = new TextEncoder();

const APPEND = 0x41;
const SOURCE = 0x73;
const DESTINATION = 0x64;
export const NOT = 0x21;
export const MATCH = 0x6d;
export const JUMP = 0x6a;
export const GOTO = 0x67;
