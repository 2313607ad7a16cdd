/**
 * Pairs of long prefixes, of which most leave no rule: a row has cells for those columns alone that a rule with two long
 * prefixes takes, and falls back on the lists of the short prefixes of its columns.
 */
import type { Side } from './pairs.js';
import type { PrefixTree } from './prefixes.js';
import type { RuleLists } from './rule-lists.js';
import { groupBy, Sequences } from './sequences.js';

export interface Sparse {
  /** Cells of rows: a column and its list, in the order of columns. */
  readonly cells: Sequences;
  /** Lists of short prefixes, for rows. */
  readonly defaults: Sequences;
  /** Of each prefix of rows both. */
  readonly cellsOf: Uint32Array;
  readonly defaultsOf: Uint32Array;
  readonly columns: Columns;
}

/** Long and short prefixes numbered apart; column 0 is of no long one. */
export interface Columns {
  readonly longCount: number;
  readonly shortCount: number;
  /** of each prefix the deepest of either kind that holds it. */
  readonly long: Uint32Array;
  readonly short: Uint32Array;
  /** of each prefix the last short one up to it. */
  readonly lastShort: Uint32Array;
}

export const isLong = (start: number, end: number) => end - start < 2 ** 24 - 1;

function columnsOf({ count, starts, ends, parents }: PrefixTree): Columns {
  const long = new Uint32Array(count);
  const short = new Uint32Array(count);
  const lastShort = new Uint32Array(count);
  let longCount = 1;
  let shortCount = 1;
  for (let node = 1; node < count; node++) {
    const parent = parents[node]!;
    const isOne = isLong(starts[node]!, ends[node]!);
    long[node] = isOne ? longCount++ : 0;
    short[node] = isOne ? short[parent]! : shortCount++;
    lastShort[node] = shortCount - 1;
  }
  return { longCount, shortCount, long, short, lastShort };
}

/** Of one row while prefixes inside of it are looked at: cells by column, with lists of rules of two long prefixes alone. */
interface Row {
  columns: Uint32Array;
  lists: Uint32Array;
  count: number;
  defaults: Uint32Array;
}

/** undefined: cells and lists would take more than `most` bytes, or too long to make. */
export function sparseOf(rows: Side, destination: Side, lists: RuleLists, most: number): Sparse | undefined {
  const { tree } = destination;
  const columns = columnsOf(tree);
  const shortOf = new Uint32Array(columns.longCount);
  for (let node = 0; node < tree.count; node++)
    if (columns.long[node] !== 0) shortOf[columns.long[node]!] = columns.short[node]!;
  const cells = new Sequences(lists.effort);
  const defaults = new Sequences(lists.effort);
  const cellsOf = new Uint32Array(rows.tree.count);
  const defaultsOf = new Uint32Array(rows.tree.count);
  const ownPieces = groupBy(rows.nodes, rows.tree.count);
  const otherPieces = groupBy(destination.pieces.of, destination.pieces.of.reduce((a, b) => Math.max(a, b), -1) + 1);
  const open: Row[] = [];
  const depths = new Uint8Array(rows.tree.count);
  let scratch = new Uint32Array(1024);
  for (let node = 0; node < rows.tree.count; node++) {
    const parent = rows.tree.parents[node]!;
    const depth = parent < 0 ? 0 : depths[parent]! + 1;
    depths[node] = depth;
    const above = open[depth - 1];
    const row: Row = above === undefined ? emptyRow(columns.shortCount) : { ...above };
    let ownDefaults = above === undefined;
    for (const piece of ownPieces.of(node)) {
      const rule = rows.pieces.of[piece]!;
      for (const other of otherPieces.of(rule)) {
        const column = destination.nodes[other]!;
        const last = tree.last[column]!;
        if (isLong(tree.starts[column]!, tree.ends[column]!))
          putCells(row, columns.long[column]!, columns.long[last]!, rule, lists);
        else {
          if (!ownDefaults) row.defaults = row.defaults.slice();
          ownDefaults = true;
          for (let i = columns.short[column]!; i <= columns.lastShort[last]!; i++)
            row.defaults[i] = lists.with(row.defaults[i]!, rule);
        }
        lists.effort.spend(row.count + columns.lastShort[last]! - columns.short[column]! + 1);
      }
      if (lists.effort.isSpent) return undefined;
    }
    open[depth] = row;
    defaultsOf[node] = defaults.intern(row.defaults, columns.shortCount);
    if (scratch.length < 2 * row.count) scratch = new Uint32Array(4 * row.count);
    for (let i = 0; i < row.count; i++) {
      scratch[2 * i] = row.columns[i]!;
      scratch[2 * i + 1] = lists.merged(row.defaults[shortOf[row.columns[i]!]!]!, row.lists[i]!);
    }
    cellsOf[node] = cells.intern(scratch, 2 * row.count);
    lists.effort.spend(2 * row.count + columns.shortCount);
    if (4 * cells.size + 4 * defaults.size + 2 * lists.lists.size > most) return undefined;
  }
  return { cells, defaults, cellsOf, defaultsOf, columns };
}

const emptyRow = (shortCount: number): Row => ({
  columns: new Uint32Array(0),
  lists: new Uint32Array(0),
  count: 0,
  defaults: new Uint32Array(shortCount),
});

/** Puts a rule into the columns of a range; what the row had before is another's too. */
function putCells(row: Row, first: number, last: number, rule: number, lists: RuleLists): void {
  const { columns, lists: had, count } = row;
  const more = new Uint32Array(count + last - first + 1);
  const moreLists = new Uint32Array(more.length);
  let from = 0;
  let to = 0;
  for (; from < count && columns[from]! < first; from++, to++) {
    more[to] = columns[from]!;
    moreLists[to] = had[from]!;
  }
  for (let column = first; column <= last; column++, to++) {
    const list = from < count && columns[from] === column ? had[from++]! : 0;
    more[to] = column;
    moreLists[to] = lists.with(list, rule);
  }
  for (; from < count; from++, to++) {
    more[to] = columns[from]!;
    moreLists[to] = had[from]!;
  }
  row.columns = more;
  row.lists = moreLists;
  row.count = to;
}
