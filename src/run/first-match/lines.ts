/**
 * The class of an address as the core looks it up. Each 65,536th of the addresses has one line of 64 bytes, or a power of two
 * of them: sixteen places where an interval begins, and the classes of the sixteen.
 */
import type { Cuts } from './prefixes.js';

const IN_LINE = 16;
const LINE_BYTES = 64;
/** The least that a line is for: no more intervals than it holds can begin there. */
const MOST_LINES_SHIFT = 12;

export interface Lines {
  /** of each 65,536th: which line is its first one, and how far the low half of an address is shifted right for the line. */
  readonly first: Uint32Array;
  readonly shift: Uint8Array;
  readonly lines: Uint16Array;
  readonly count: number;
}

/** `classOf`: of each prefix. undefined: they take more than `most` bytes. */
export function linesOf(cuts: Cuts, classOf: ArrayLike<number>, most: number): Lines | undefined {
  const { starts, classes, count } = merged(cuts, classOf);
  const first = new Uint32Array(65536);
  const shift = new Uint8Array(65536).fill(16);
  let lines = new Uint16Array(32 * 1024);
  let made = 0;
  // of a class the line that holds nothing else
  const uniform = new Map<number, number>();
  let at = 0;
  for (let part = 0; part < 65536; part++) {
    const start = part * 65536;
    if (at + 1 < count && starts[at + 1] === start) at += 1;
    const from = at;
    while (at + 1 < count && starts[at + 1]! <= start + 65535) at += 1;
    if (at === from && uniform.has(classes[at]!)) {
      first[part] = uniform.get(classes[at]!)!;
      continue;
    }
    if (at === from) uniform.set(classes[at]!, made);
    const lineShift = 16 - splitsOf(starts, from, at, start);
    first[part] = made;
    shift[part] = lineShift;
    const size = 1 << lineShift;
    let i = from;
    for (let lineStart = start; lineStart < start + 65536; lineStart += size) {
      if ((made + 1) * LINE_BYTES > most) return undefined;
      if ((made + 1) * 32 > lines.length) {
        const larger = new Uint16Array(2 * lines.length);
        larger.set(lines);
        lines = larger;
      }
      while (i < at && starts[i + 1]! <= lineStart) i += 1;
      const place = made++ * 32;
      let filled = 0;
      for (; filled < IN_LINE; filled++) {
        // signed numbers are what the core compares; behind the last interval it goes on
        lines[place + filled] = (Math.max(starts[i]!, lineStart) & 0xffff) ^ 0x8000;
        lines[place + IN_LINE + filled] = classes[i]!;
        if (i < at && starts[i + 1]! < lineStart + size) i += 1;
        else break;
      }
      for (filled += 1; filled < IN_LINE; filled++) {
        lines[place + filled] = 0x7fff;
        lines[place + IN_LINE + filled] = classes[i]!;
      }
    }
  }
  return { first, shift, lines, count: made };
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

/** How often a 65,536th has to be halved until each part has no more intervals (from..to) than a line holds. */
function splitsOf(starts: Uint32Array, from: number, to: number, start: number): number {
  for (let splits = 0; splits < MOST_LINES_SHIFT; splits++) {
    const size = 65536 >>> splits;
    let fits = true;
    let part = -1;
    let inPart = 0;
    for (let i = from + 1; i <= to && fits; i++) {
      const at = starts[i]! - start;
      const of = Math.floor(at / size);
      // what began before counts too, where none begins with the part
      if (of !== part) inPart = at % size === 0 ? 0 : 1;
      part = of;
      inPart += 1;
      fits = inPart <= IN_LINE;
    }
    if (fits) return splits;
  }
  return MOST_LINES_SHIFT;
}
