/**
 * Lines of a table as they were read, in their order, and those of another text that stand among them: most of a text that differs by
 * some rules is the same stretch for stretch. What was read of such lines is taken as it is.
 */

/** So many lines may have been left out before one that comes next. */
const LOOKED_AT = 32;
/** So much of a table may be read anew from copies of its lines. */
const FEW = 1 / 8;
/** Characters that are compared at once, first, and at least. */
const STEP = 1 << 12;
const LEAST = 1 << 6;

/** What was read of the lines of a table of a text, and where each begins. */
export class ReadLines<Read> {
  readonly lines: Read[] = [];
  readonly ats: number[] = [];

  constructor(readonly text: string) {}

  add(line: Read, at: number): void {
    this.lines.push(line);
    this.ats.push(at);
  }
}

export class KnownLines<Read> {
  /** the line that comes next, if none was left out. */
  private next = 0;
  /** to where a stretch lasts that both texts have, and how much further on it stands in this one. */
  private same = 0;
  private shift = 0;
  private missed = 0;
  private readonly most: number;

  constructor(
    private readonly before: ReadLines<Read>,
    private readonly text: string,
  ) {
    this.most = FEW * before.lines.length;
  }

  /** Whether nearly all lines were found, as far as the text was read. */
  get hasMost(): boolean {
    return this.missed <= this.most;
  }

  /** Whether the other text is known to have the line that stands at a place. */
  isSame(at: number): boolean {
    return at < this.same;
  }

  /** What was read of the line that stands at a place; undefined: it is not among those that come next. */
  find(at: number): Read | undefined {
    const { before, next } = this;
    const { ats } = before;
    if (this.isSame(at)) return ats[next] === at - this.shift ? before.lines[this.next++] : undefined;
    for (let i = next; i < Math.min(ats.length, next + LOOKED_AT); i++) {
      const length = sameLines(before.text, ats[i]!, this.text, at);
      if (length === 0) continue;
      this.same = at + length;
      this.shift = at - ats[i]!;
      this.next = i + 1;
      return before.lines[i];
    }
    this.missed++;
    return undefined;
  }
}

/** For how many characters two texts go on alike, in whole lines. */
function sameLines(a: string, i: number, b: string, j: number): number {
  const end = a.indexOf('\n', i) + 1 || a.length;
  if (a.slice(i, end) !== b.slice(j, j + end - i)) return 0;
  let length = end - i;
  for (let step = STEP; step >= LEAST; ) {
    const most = Math.min(step, a.length - i - length, b.length - j - length);
    if (most > 0 && a.slice(i + length, i + length + most) === b.slice(j + length, j + length + most)) {
      length += most;
      step *= 2;
    } else step >>= 2;
  }
  return a.lastIndexOf('\n', i + length - 1) + 1 - i;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A part of a text that does not keep all of it. */
export const copyOf = (text: string): string => decoder.decode(encoder.encode(text));
