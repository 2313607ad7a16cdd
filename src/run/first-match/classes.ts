/** Classes of addresses: those that are in one row, or one column, of every group. */
import type { Group } from './groups.js';
import { type Lines, linesOf } from './lines.js';
import { cutsOf, type Pieces, type PrefixTree, treeOf } from './prefixes.js';
import { Sequences } from './sequences.js';

export interface Classes {
  readonly count: number;
  /** of each class `width` numbers, its places in each group (GroupSide); one class behind the other. */
  readonly width: number;
  readonly places: Uint32Array;
  readonly lines: Lines;
}

/** undefined: more than sixteen bits number, or lines of more than `most` bytes. */
export function classesOf(
  groups: readonly Group[],
  side: 'source' | 'destination',
  all: Pieces,
  most: number,
): Classes | undefined {
  const { tree } = treeOf(all);
  const sides = groups.map((group) => group[side]);
  const width = sides.reduce((sum, { places }) => sum + places.length, 0);
  const tuple = new Uint32Array(width);
  const tuples = new Sequences();
  const nodesOf = sides.map((one) => nodesIn(tree, one.tree));
  const ofNode = new Uint32Array(tree.count);
  for (let node = 0; node < tree.count; node++) {
    let at = 0;
    sides.forEach(({ places }, g) => {
      for (const of of places) tuple[at++] = of[nodesOf[g]![node]!]!;
    });
    ofNode[node] = tuples.intern(tuple, width);
  }
  if (tuples.count > 65536) return undefined;
  const lines = linesOf(cutsOf(tree), ofNode, most);
  return lines === undefined ? undefined : { count: tuples.count, width, places: tuples.words, lines };
}

/** For each prefix of a tree the deepest prefix around it of another one, all of whose prefixes are in the first. */
function nodesIn(tree: PrefixTree, other: PrefixTree): Uint32Array {
  const found = new Uint32Array(tree.count);
  let next = 1;
  for (let node = 1; node < tree.count; node++) {
    const isNext =
      next < other.count && other.starts[next] === tree.starts[node] && other.ends[next] === tree.ends[node];
    found[node] = isNext ? next++ : found[tree.parents[node]!]!;
  }
  return found;
}
