/** Lines that are made of others: cut, cleaned, joined. Each keeps what was done to it, and where its parts stand in the text. */
import type { Place, Written } from '../../errors.js';
import type { Line } from '../text.js';

/** What was done to a line that could have meant something. */
export type Cleaning =
  | 'colours'
  | 'entities'
  | 'tags'
  | 'spaces'
  | 'dashes'
  | 'quotes'
  | 'marks'
  | 'prefix'
  | 'string'
  | 'added'
  | 'joined'
  | 'parted'
  | 'remark'
  | 'placeholder'
  | 'template'
  | 'expanded';

export interface CleanLine extends Line {
  readonly cleaned: readonly Cleaning[];
}

/** A part of a line: its text, and the `width` characters of a line of the source, from `column` (counted from 0), that it stands for. */
export interface Part {
  readonly text: string;
  readonly number: number;
  readonly source: string;
  readonly column: number;
  readonly width: number;
}

class Drawn implements Written {
  private starts: readonly number[] | undefined;

  constructor(readonly parts: readonly Part[]) {}

  /** The part in which a character stands, or the last, and where that begins; at a part's end, the one behind it. */
  partAt(index: number): { index: number; start: number } {
    let sum = 0;
    this.starts ??= this.parts.map(({ text }) => {
      sum += text.length;
      return sum - text.length;
    });
    let low = 0;
    for (let high = this.parts.length; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! <= index) low = middle;
      else high = middle;
    }
    return { index: low, start: this.starts[low]! };
  }

  placeOf(column: number, length: number): Omit<Place, 'file'> {
    const from = this.at(column - 1);
    const to = this.at(column + length - 2);
    const end = to.part.number === from.part.number ? to.end : from.part.column + from.part.width;
    const begin = Math.min(from.begin, from.part.source.length);
    return {
      line: from.part.number,
      column: begin + 1,
      length: Math.max(1, end - begin),
      source: from.part.source,
    };
  }

  /** What the character at `index` (from 0) stands for. */
  private at(index: number): { part: Part; begin: number; end: number } {
    const found = this.partAt(Math.max(0, index));
    const part = this.parts[found.index]!;
    const left = Math.max(0, index) - found.start;
    const { column, width, text } = part;
    if (width === text.length) {
      const begin = column + Math.min(left, Math.max(0, width - 1));
      return { part, begin, end: begin + 1 };
    }
    return { part, begin: column, end: column + width };
  }
}

export const partsOf = (line: Line): readonly Part[] =>
  line.written instanceof Drawn
    ? line.written.parts
    : [{ text: line.text, number: line.number, source: line.text, column: 0, width: line.text.length }];

/** A line as it stands in its text. */
export const asRead = ({ number, text, offset, written }: Line): CleanLine =>
  written === undefined
    ? { number, text, offset, cleaned: NOTHING }
    : { number, text, offset, written, cleaned: NOTHING };

/** A line of parts, of which there is one at least. */
export function lineOf(parts: readonly Part[], offset: number, cleaned: readonly Cleaning[]): CleanLine {
  const text = parts.map((part) => part.text).join('');
  return { number: parts[0]!.number, text, offset, written: new Drawn(parts), cleaned };
}

/** The characters from `from` to `to` of a line. */
export function cut(line: CleanLine, from: number, to: number, why?: Cleaning): CleanLine {
  if (from <= 0 && to >= line.text.length) return line;
  const walk = new Walk(line);
  walk.skip(from);
  return lineOf(walk.to(to), line.offset, withOne(line.cleaned, why));
}

/** The same for several stretches, in order, that do not overlap. */
export function cuts(
  line: CleanLine,
  stretches: readonly (readonly [from: number, to: number])[],
  why: Cleaning,
): CleanLine[] {
  const walk = new Walk(line);
  const cleaned = withOne(line.cleaned, why);
  return stretches.map(([from, to]) => {
    walk.skip(from);
    return lineOf(walk.to(to), line.offset, cleaned);
  });
}

/** The parts of a line one after another: there may be as many as characters. */
class Walk {
  private index = 0;
  /** characters of the part at `index` that lie behind. */
  private within = 0;
  private at = 0;

  private readonly parts: readonly Part[];

  constructor(private readonly line: Line) {
    this.parts = partsOf(line);
  }

  /** Goes on to `at`, which lies behind where it stands. */
  skip(at: number): void {
    const { written } = this.line;
    if (!(written instanceof Drawn)) return void this.to(at);
    const { index, start } = written.partAt(at);
    this.index = index;
    this.within = Math.min(at - start, this.parts[index]!.text.length);
    this.at = at;
  }

  /** The parts from where the walk stands to `end`; where that is nothing, an empty one that stands there. */
  to(end: number): Part[] {
    const taken: Part[] = [];
    let last = this.parts[this.index]!;
    while (this.at < end && this.index < this.parts.length) {
      last = this.parts[this.index]!;
      const size = Math.min(end - this.at, last.text.length - this.within);
      if (size > 0) taken.push(size === last.text.length ? last : within(last, this.within, this.within + size));
      this.at += size;
      this.within += size;
      if (this.within < last.text.length || this.index === this.parts.length - 1) break;
      this.index++;
      this.within = 0;
    }
    if (taken.length > 0) return taken;
    const { number, source, column } = last;
    return [{ text: '', number, source, column: Math.min(column + this.within, source.length), width: 0 }];
  }
}

function within(part: Part, from: number, to: number): Part {
  const text = part.text.slice(from, to);
  if (part.width !== part.text.length) return { ...part, text };
  return { ...part, text, column: part.column + from, width: to - from };
}

/** The line with what a pattern (with flag g) finds replaced. */
export function replaced(
  line: CleanLine,
  pattern: RegExp,
  by: (found: string, at: number) => string,
  why: Cleaning,
): CleanLine {
  const parts: Part[] = [];
  const walk = new Walk(line);
  let from = 0;
  for (const match of line.text.matchAll(pattern)) {
    const text = by(match[0], match.index);
    if (text === match[0]) continue;
    if (match.index > from) parts.push(...walk.to(match.index));
    from = match.index + match[0].length;
    const there = walk.to(from);
    const width = there.reduce((sum, part) => sum + (part.number === there[0]!.number ? part.width : 0), 0);
    parts.push({ ...there[0]!, text, width });
  }
  if (parts.length === 0) return line;
  if (from < line.text.length) parts.push(...walk.to(line.text.length));
  return lineOf(parts, line.offset, withOne(line.cleaned, why));
}

/** Lines as one, with a blank between them. */
export function joined(lines: readonly CleanLine[], between = ' '): CleanLine {
  const parts = lines.flatMap((line, i) => {
    const own = partsOf(line);
    const last = own.at(-1)!;
    const gap = { ...last, text: between, column: last.column + last.width, width: 0 };
    return i === lines.length - 1 || between === '' ? own : [...own, gap];
  });
  const cleaned = new Set<Cleaning>(['joined']);
  for (const line of lines) for (const one of line.cleaned) cleaned.add(one);
  return lineOf(parts, lines[0]!.offset, [...cleaned]);
}

const withOne = (cleaned: readonly Cleaning[], one: Cleaning | undefined): readonly Cleaning[] =>
  one === undefined || cleaned.includes(one) ? cleaned : [...cleaned, one];

const NOTHING: readonly Cleaning[] = [];
