/** Classes of addresses: those that are in one row, or one column, of every group. */
import type { Group } from './groups.js';
import { type Lines, linesOf } from './lines.js';
import { cutsOf, type Pieces, type PrefixTree, treeOf } from './prefixes.js';
import { Sequences } from './sequences.js';

export interface Classes {
  readonly count: number;
  /** of each class its row or column in each group, one class behind the other. */
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
  const tuple = new Uint32Array(groups.length);
  const tuples = new Sequences();
  const placesOf = groups.map((group) => nodesIn(tree, group[side].tree));
  const ofNode = new Uint32Array(tree.count);
  for (let node = 0; node < tree.count; node++) {
    groups.forEach((group, g) => {
      const place = placesOf[g]![node]!;
      const isRow = (side === 'destination') === group.swapped;
      tuple[g] = isRow ? group.pairs.rowOf[place]! : place;
    });
    ofNode[node] = tuples.intern(tuple, groups.length);
  }
  if (tuples.count > 65536) return undefined;
  const lines = linesOf(cutsOf(tree), ofNode, most);
  return lines === undefined ? undefined : { count: tuples.count, places: tuples.words, lines };
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
