/** Rules parted into groups, each of which has tables of its own: the first rule is the least number that a group gives. */
import { type Pairs, pairsOf, type Side } from './pairs.js';
import { type Patterns, patternsOf } from './patterns.js';
import { type Pieces, treeOf } from './prefixes.js';
import { RuleLists } from './rule-lists.js';
import type { Services } from './services.js';

/** Intervals of all rules as prefixes. */
export interface Both {
  readonly source: Pieces;
  readonly destination: Pieces;
}

export interface Group {
  readonly name: string;
  readonly rules: number;
  readonly source: Side;
  readonly destination: Side;
  /** Whether rows are of destinations, and columns of sources. */
  readonly swapped: boolean;
  readonly pairs: Pairs;
  readonly patterns: Patterns;
  readonly bytes: number;
}

/** Which of a rule's prefixes a group takes: those longer than /8 are long. */
export type Lengths = 'long' | 'short' | 'any';
export interface Part {
  readonly source: Lengths;
  readonly destination: Lengths;
}

/** As many are columns of entries without tiles. */
export const MOST_FLAT = 16;

/** undefined: it takes more than `most` bytes, or a width too narrow. */
export function groupOf(both: Both, part: Part, services: Services, none: number, most: number): Group | undefined {
  const [source, destination] = sidesOf(both, part, none);
  const swapped = source.tree.count <= MOST_FLAT && destination.tree.count > MOST_FLAT;
  const lists = new RuleLists(services);
  const pairs = swapped ? pairsOf(destination, source, lists, most) : pairsOf(source, destination, lists, most);
  if (pairs === undefined || pairs.tiles.count > 65535) return undefined;
  const patterns = patternsOf(lists.lists, services, none, most);
  if (patterns === undefined || patterns.longest > 255) return undefined;
  if (bitsOf(patterns.count) + bitsOf(patterns.rules.length) > 32) return undefined;
  const rows = pairs.width === 1 ? 0 : 2 * pairs.rows.count * pairs.width;
  const bytes = 64 * pairs.tiles.count + rows + patterns.places.length + 2 * patterns.rules.length;
  const name = `${part.source}-${part.destination}`;
  return { name, rules: source.pieces.of.length, source, destination, swapped, pairs, patterns, bytes };
}

/** Bits that numbers below `count` take. */
export const bitsOf = (count: number) => (count <= 1 ? 0 : 32 - Math.clz32(count - 1));

/** Prefixes of those rules that have some of both lengths. */
export function sidesOf(both: Both, part: Part, count: number): [Side, Side] {
  const inSource = new Uint8Array(count);
  const inDestination = new Uint8Array(count);
  const fits =
    ({ starts, ends }: Pieces, lengths: Lengths) =>
    (i: number) =>
      lengths === 'any' || (lengths === 'long') === ends[i]! - starts[i]! < 2 ** 24 - 1;
  const fitsSource = fits(both.source, part.source);
  const fitsDestination = fits(both.destination, part.destination);
  both.source.of.forEach((rule, i) => {
    if (fitsSource(i)) inSource[rule] = 1;
  });
  both.destination.of.forEach((rule, i) => {
    if (fitsDestination(i)) inDestination[rule] = 1;
  });
  const side = (pieces: Pieces, isOf: (i: number) => boolean): Side => {
    const chosen: number[] = [];
    pieces.of.forEach((rule, i) => {
      if (isOf(i) && inSource[rule] === 1 && inDestination[rule] === 1) chosen.push(i);
    });
    const pick = (array: Uint32Array) => Uint32Array.from(chosen, (i) => array[i]!);
    const own = { of: pick(pieces.of), starts: pick(pieces.starts), ends: pick(pieces.ends) };
    return { pieces: own, ...treeOf(own) };
  };
  return [side(both.source, fitsSource), side(both.destination, fitsDestination)];
}
