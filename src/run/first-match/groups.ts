/** Rules parted into groups, each of which has tables of its own: the first rule is the least number that a group gives. */
import { type Comb, combOf } from './comb.js';
import type { Effort } from './effort.js';
import { type Pairs, pairsOf, type Side } from './pairs.js';
import { type Patterns, patternsOf } from './patterns.js';
import { type Pieces, type PrefixTree, treeOf } from './prefixes.js';
import { RuleLists } from './rule-lists.js';
import type { Services } from './services.js';
import { isLong, type Sparse, sparseOf } from './sparse.js';

/** Intervals of all rules as prefixes. */
export interface Both {
  readonly source: Pieces;
  readonly destination: Pieces;
}

export interface Group {
  readonly name: string;
  readonly rules: number;
  readonly source: GroupSide;
  readonly destination: GroupSide;
  /** Whether rows are of destinations, and columns of sources. */
  readonly swapped: boolean;
  /** Pairs in tiles, or in cells. */
  readonly pairs: Pairs | undefined;
  readonly sparse: (Sparse & { readonly comb: Comb }) | undefined;
  readonly patterns: Patterns;
  readonly bytes: number;
}

/** What a group makes of addresses: of each prefix its row or column, or two numbers that say it. */
export interface GroupSide {
  readonly tree: PrefixTree;
  readonly places: readonly Uint32Array[];
}

/** Which of a rule's prefixes a group takes: those longer than /8 are long. */
export type Lengths = 'long' | 'short' | 'any';
export interface Part {
  readonly source: Lengths;
  readonly destination: Lengths;
  /** cells in place of tiles: rows are of the side of which it takes the long ones alone. */
  readonly sparse?: true;
}

/** As many are columns of entries without tiles. */
export const MOST_FLAT = 16;
/** What the core can tell apart in the word of a sparse column: SPARSE_SHIFT. */
const MOST_LONG = 1 << 17;
const MOST_SHORT = 1 << 10;

/** undefined: it takes more than `most` bytes, wider numbers than there are, or too long. */
export function groupOf(
  both: Both,
  part: Part,
  services: Services,
  none: number,
  most: number,
  effort: Effort,
): Group | undefined {
  const [source, destination] = sidesOf(both, part, none);
  const lists = new RuleLists(services, effort);
  const named = { name: `${part.source}-${part.destination}`, rules: source.pieces.of.length };
  if (part.sparse) {
    const swapped = part.source === 'any';
    const [rows, columns] = swapped ? [destination, source] : [source, destination];
    const sparse = sparseOf(rows, columns, lists, most);
    if (sparse === undefined) return undefined;
    const { longCount, shortCount, long, short } = sparse.columns;
    const patterns = fittingPatterns(lists, services, none, most);
    if (patterns === undefined || longCount > MOST_LONG || shortCount > MOST_SHORT) return undefined;
    const comb = combOf(sparse.cells, longCount, effort);
    const ofRows = { tree: rows.tree, places: [sparse.cellsOf, sparse.defaultsOf] };
    const ofColumns = { tree: columns.tree, places: [long, short] };
    const [from, to] = swapped ? [ofColumns, ofRows] : [ofRows, ofColumns];
    const bytes = 8 * comb.owners.length + 4 * sparse.defaults.size + patternBytes(patterns);
    return {
      ...named,
      source: from,
      destination: to,
      swapped,
      pairs: undefined,
      sparse: { ...sparse, comb },
      patterns,
      bytes,
    };
  }
  const swapped = source.tree.count <= MOST_FLAT && destination.tree.count > MOST_FLAT;
  const [rows, columns] = swapped ? [destination, source] : [source, destination];
  const pairs = pairsOf(rows, columns, lists, most);
  if (pairs === undefined || pairs.tiles.count > 65535) return undefined;
  const patterns = fittingPatterns(lists, services, none, most);
  if (patterns === undefined) return undefined;
  const ofRows = { tree: rows.tree, places: [pairs.rowOf] };
  const ofColumns = {
    tree: columns.tree,
    places: [Uint32Array.from({ length: columns.tree.count }, (_, node) => node)],
  };
  const [from, to] = swapped ? [ofColumns, ofRows] : [ofRows, ofColumns];
  const rowBytes = pairs.width === 1 ? 0 : 2 * pairs.rows.count * pairs.width;
  const bytes = 64 * pairs.tiles.count + rowBytes + patternBytes(patterns);
  return { ...named, source: from, destination: to, swapped, pairs, sparse: undefined, patterns, bytes };
}

const patternBytes = ({ places, rules, wide }: Patterns) => (wide ? 2 : 1) * (places.length + 2 * rules.length);

/** undefined: they are too large, or need more bits than an entry has. */
function fittingPatterns(lists: RuleLists, services: Services, none: number, most: number): Patterns | undefined {
  const patterns = patternsOf(lists.lists, services, none, most, lists.effort);
  if (patterns === undefined) return undefined;
  return bitsOf(patterns.count) + bitsOf(patterns.rules.length) > 32 ? undefined : patterns;
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
      lengths === 'any' || (lengths === 'long') === isLong(starts[i]!, ends[i]!);
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
