/**
 * Which rules each pair of a source and a destination prefix leaves: a row of tiles for each source prefix, a tile the lists of
 * sixteen destination prefixes. A prefix's row is that of the prefix around it with its own rules put in, so that
 * only what they change is looked at; equal tiles and equal rows are kept once.
 */
import type { Pieces, PrefixTree } from './prefixes.js';
import type { RuleLists } from './rule-lists.js';
import { groupBy, PairMemo, Sequences } from './sequences.js';

export const TILE = 16;

export interface Pairs {
  /** tiles of a row. */
  readonly width: number;
  /** of each source prefix the number of its row. */
  readonly rowOf: Uint32Array;
  readonly rows: Sequences;
  readonly tiles: Sequences;
}

export interface Side {
  readonly tree: PrefixTree;
  readonly pieces: Pieces;
  /** of each piece its place in the tree. */
  readonly nodes: Uint32Array;
}

/** undefined: tiles and rows would take more than `most` bytes, or too long to make. */
export function pairsOf(source: Side, destination: Side, lists: RuleLists, most: number): Pairs | undefined {
  const width = Math.ceil(destination.tree.count / TILE);
  const rows = new Sequences(lists.effort);
  const tiles = new Sequences(lists.effort);
  const rowOf = new Uint32Array(source.tree.count);
  const ruleOf = groupBy(source.nodes, source.tree.count);
  const piecesOf = groupBy(
    destination.pieces.of,
    1 + destination.pieces.of.reduce((most, rule) => Math.max(most, rule), -1),
  );
  const memo = new PairMemo(lists.effort);
  const tile = new Uint32Array(TILE);
  // of each prefix around the one at hand
  const open: Uint32Array[] = [];
  const depths = new Uint8Array(source.tree.count);
  const put = (row: Uint32Array, rule: number, first: number, last: number) => {
    lists.effort.spend((last >>> 4) - (first >>> 4) + 1);
    for (let at = first >>> 4; at <= last >>> 4; at++) {
      const from = Math.max(first, at * TILE) & 15;
      const to = Math.min(last, at * TILE + 15) & 15;
      const before = row[at]!;
      const whole = to - from === TILE - 1;
      const known = whole ? memo.get(before, rule) : undefined;
      if (known !== undefined) {
        row[at] = known;
        continue;
      }
      const start = before * TILE;
      for (let i = 0; i < TILE; i++) tile[i] = tiles.words[start + i]!;
      for (let i = from; i <= to; i++) tile[i] = lists.with(tile[i]!, rule);
      row[at] = tiles.intern(tile, TILE);
      if (whole) memo.set(before, rule, row[at]!);
    }
  };
  tiles.intern(tile, TILE);
  for (let node = 0; node < source.tree.count; node++) {
    const parent = source.tree.parents[node]!;
    const depth = parent < 0 ? 0 : depths[parent]! + 1;
    depths[node] = depth;
    open[depth] ??= new Uint32Array(width);
    const row = open[depth]!;
    if (parent >= 0) row.set(open[depth - 1]!);
    for (const piece of ruleOf.of(node)) {
      const rule = source.pieces.of[piece]!;
      for (const other of piecesOf.of(rule)) {
        const column = destination.nodes[other]!;
        put(row, rule, column, destination.tree.last[column]!);
      }
      if (lists.effort.isSpent) return undefined;
    }
    rowOf[node] = rows.intern(row, width);
    lists.effort.spend(width);
    if (2 * rows.size + 4 * tiles.size + 2 * lists.lists.size > most) return undefined;
  }
  return { width, rowOf, rows, tiles };
}
