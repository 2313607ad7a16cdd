/**
 * Lines of a text and places in it: what all parsers need in order to say where something stands. Lines end in LF,
 * CRLF or a lone CR; a byte order mark at the start is no part of the text. A place keeps the line as it was read.
 */
import type { Place, Written } from '../errors.js';

export interface SourceText {
  readonly name: string;
  readonly text: string;
}

export interface Line {
  /** counts from 1. */
  readonly number: number;
  /** without its end. */
  readonly text: string;
  /** where it begins in the whole text, in UTF-16 units. */
  readonly offset: number;
  /** undefined: as it is read. */
  readonly written?: Written;
  /** prose stands above it: it is no part of what a program printed there. */
  readonly apart?: true;
}

/** What a parser reads: a text, or lines that were picked out of one, which stand in `textOf` at their offsets. */
export type Readable = string | readonly Line[];

export const textOf = (text: Readable): string =>
  typeof text === 'string' ? text : text.map((line) => `${line.text}\n`).join('');

/** The lines of a text. A last line that is empty does not count as one. */
export const linesOf = (text: Readable): readonly Line[] => (typeof text === 'string' ? [...eachLine(text)] : text);

/** The same, one at a time, as there may be a million. */
export function* eachLine(text: Readable): Generator<Line> {
  if (typeof text !== 'string') return yield* text;
  const walk = new LineWalk(text);
  while (!walk.atEnd) yield walk.take();
}

/** Goes through the lines of a text. */
export class LineWalk {
  /** where the next line begins. */
  at: number;
  /** of the next line. */
  number = 1;
  // each end is looked for anew once it lies behind: a text may have one kind alone
  private feed = -1;
  private carriage = -1;

  constructor(private readonly text: string) {
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  take(): Line {
    const { text, at, number } = this;
    if (this.feed < at) this.feed = this.next('\n');
    if (this.carriage < at) this.carriage = this.next('\r');
    const stop = Math.min(this.feed, this.carriage);
    this.at = stop + (this.feed === this.carriage + 1 ? 2 : 1);
    this.number++;
    return { number, text: text.slice(at, stop), offset: at };
  }

  /** Leaves a line out, which ends in LF, or with the text, at a place. */
  skip(end: number): void {
    this.at = end + 1;
    this.number++;
  }

  private next(end: string): number {
    const found = this.text.indexOf(end, this.at);
    return found < 0 ? this.text.length : found;
  }
}

/** A place in a line; `column` counts from 1. */
export function placeAt(file: string, line: Line, column: number, length = 1): Place {
  const long = Math.max(1, length);
  if (line.written !== undefined) return { file, ...line.written.placeOf(column, long) };
  return { file, line: line.number, column, length: long, source: line.text };
}

/** The place of a whole line, without the blanks around it. */
export function placeOfLine(file: string, line: Line): Place {
  const start = line.text.search(/\S/);
  return placeAt(file, line, start < 0 ? 1 : start + 1, line.text.trim().length);
}

/** The place of an offset in the whole text, such as a JSON error names. */
export function placeOfOffset(file: string, lines: readonly Line[], offset: number): Place {
  let low = 0;
  for (let high = lines.length; high - low > 1; ) {
    const middle = (low + high) >>> 1;
    if (lines[middle]!.offset <= offset) low = middle;
    else high = middle;
  }
  const line = lines[low] ?? { number: 1, text: '', offset: 0 };
  return placeAt(file, line, Math.max(1, Math.min(offset - line.offset, line.text.length) + 1));
}

/** A word of a line with the column at which it begins, counted from 1. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/** The words of a line, parted by blanks: for texts that know no quotes. */
export function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  for (const match of line.matchAll(/\S+/g)) words.push({ text: match[0], column: match.index + 1 });
  return words;
}

/** The place of a word in its line. */
export const placeOfWord = (file: string, line: Line, word: Word): Place =>
  placeAt(file, line, word.column, word.text.length);
