/**
 * The class of an address as the core looks it up. Each 65,536th of the addresses has a line of 32 bytes, or an index of lines,
 * one for each of equal parts: seven places at which another interval begins, a word that is none, and the classes of eight
 * intervals.
 */
import type { Cuts } from './prefixes.js';
import { grown } from './sequences.js';

export const LINE_BYTES = 32;
const LINE_HALVES = LINE_BYTES / 2;
const IN_LINE = 8;
/** The least that a line is for: no more intervals than it holds can begin there. */
const MOST_SPLITS = 13;
/** A place that no half of an address is above. */
const NEVER = 0x7fff;

export interface Lines {
  /** of each 65,536th: its line, or where its index begins; and how far the low half of an address is shifted right, 16: no index. */
  readonly first: Uint32Array;
  readonly shift: Uint8Array;
  /** lines by number. */
  readonly index: Uint32Array;
  readonly lines: Uint16Array;
  readonly count: number;
}

/** `classOf`: of each prefix. undefined: they take more than `most` bytes. */
export function linesOf(cuts: Cuts, classOf: ArrayLike<number>, most: number): Lines | undefined {
  const { starts, classes, count } = merged(cuts, classOf);
  const first = new Uint32Array(65536);
  const shift = new Uint8Array(65536).fill(16);
  let lines = new Uint16Array(1 << 15);
  let made = 0;
  let index = new Uint32Array(1024);
  let indexed = 0;
  let filled = 0;
  const newLine = () => {
    lines = grown(lines, (made + 1) * LINE_HALVES);
    lines.fill(NEVER, made * LINE_HALVES, made * LINE_HALVES + IN_LINE);
    filled = 0;
    return made++;
  };
  const put = (start: number, of: number) => {
    const line = (made - 1) * LINE_HALVES;
    // what is compared is signed, and whether an address is above: the one before the first
    if (filled > 0) lines[line + filled - 1] = start - 1;
    lines[line + IN_LINE + filled++] = of;
  };
  /** Intervals from `i` on that begin before the end of a range; the first one may begin before it. */
  const putRange = (i: number, start: number, end: number) => {
    put(start, classes[i]!);
    for (let next = i + 1; next < count && starts[next]! < end; next++) put(starts[next]!, classes[next]!);
  };
  // of a class the line that holds nothing else
  const uniform = new Map<number, number>();
  let at = 0;
  for (let part = 0; part < 65536; part++) {
    const start = part * 65536;
    const end = start + 65536;
    while (at + 1 < count && starts[at + 1]! <= start) at += 1;
    const isUniform = at + 1 === count || starts[at + 1]! >= end;
    const known = isUniform ? uniform.get(classes[at]!) : undefined;
    if (known !== undefined) {
      first[part] = known;
      continue;
    }
    const splits = isUniform ? 0 : splitsOf(starts, count, at, start);
    shift[part] = 16 - splits;
    const size = 65536 >>> splits;
    if (made * LINE_BYTES + 4 * indexed > most) return undefined;
    if (splits === 0) {
      first[part] = newLine();
      // in the order of signed halves
      let middle = at;
      while (middle + 1 < count && starts[middle + 1]! <= start + 32768) middle += 1;
      putRange(middle, start + 32768, end);
      putRange(at, start, start + 32768);
      if (isUniform) uniform.set(classes[at]!, first[part]!);
      continue;
    }
    // eight places take a multiple of 32 bytes
    indexed = (indexed + 7) & ~7;
    first[part] = indexed;
    index = grown(index, indexed + (1 << splits));
    for (let from = start, i = at; from < end; from += size) {
      while (i + 1 < count && starts[i + 1]! <= from) i += 1;
      const isOne = i + 1 === count || starts[i + 1]! >= from + size;
      let line = isOne ? uniform.get(classes[i]!) : undefined;
      if (line === undefined) {
        line = newLine();
        putRange(i, from, from + size);
        if (isOne) uniform.set(classes[i]!, line);
      }
      index[indexed++] = line;
    }
  }
  return { first, shift, index: index.subarray(0, indexed), lines, count: made };
}

/** Neighbours of one class are one interval. */
function merged(cuts: Cuts, classOf: ArrayLike<number>) {
  const starts = new Uint32Array(cuts.count);
  const classes = new Uint32Array(cuts.count);
  let count = 0;
  for (let i = 0; i < cuts.count; i++) {
    const of = classOf[cuts.nodes[i]!]!;
    if (count > 0 && classes[count - 1] === of) continue;
    starts[count] = cuts.starts[i]!;
    classes[count++] = of;
  }
  return { starts, classes, count };
}

/** How often a 65,536th has to be halved until no part has more intervals than a line holds; undivided it counts as two halves. */
function splitsOf(starts: Uint32Array, count: number, from: number, start: number): number {
  for (let splits = 0; splits < MOST_SPLITS; splits++) {
    const size = splits === 0 ? 32768 : 65536 >>> splits;
    let fits = true;
    let part = 0;
    let most = 0;
    let inPart = 1;
    let sum = splits === 0 ? 2 : 0;
    for (let i = from + 1; i < count && starts[i]! < start + 65536 && fits; i++) {
      const place = starts[i]! - start;
      const of = Math.floor(place / size);
      // what began before counts too, where none begins with the part
      if (of !== part) inPart = place % size === 0 ? 0 : 1;
      if (of !== part && splits === 0 && place % size === 0) sum -= 1;
      part = of;
      inPart += 1;
      sum += 1;
      most = Math.max(most, splits === 0 ? sum : inPart);
      fits = most <= IN_LINE;
    }
    if (fits) return splits;
  }
  return MOST_SPLITS;
}
