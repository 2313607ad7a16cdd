/** Prefixes of addresses as a tree, of which each address belongs to the deepest that holds it. */

/** Distinct prefixes; one stands before those that it holds, and those are all that follow up to its `last`. */
export interface PrefixTree {
  readonly count: number;
  /** Where each begins and ends; the first one holds all addresses. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly parents: Int32Array;
  /** the last prefix inside of each. */
  readonly last: Uint32Array;
}

/** Prefixes of intervals: of interval `of[i]` the one from `starts[i]` to `ends[i]`. */
export interface Pieces {
  readonly of: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Takes intervals apart into prefixes, 62 of each at most; undefined where there are more than `most`. */
export function piecesOf(mins: Uint32Array, maxs: Uint32Array, chosen: Uint32Array, most: number): Pieces | undefined {
  let count = 0;
  for (const i of chosen) {
    for (let at = mins[i]!; at <= maxs[i]!; at += sizeAt(at, maxs[i]!)) count++;
    if (count > most) return undefined;
  }
  const pieces = { of: new Uint32Array(count), starts: new Uint32Array(count), ends: new Uint32Array(count) };
  let piece = 0;
  for (const i of chosen)
    for (let at = mins[i]!; at <= maxs[i]!; piece++) {
      pieces.of[piece] = i;
      pieces.starts[piece] = at;
      at += sizeAt(at, maxs[i]!);
      pieces.ends[piece] = at - 1;
    }
  return pieces;
}

/** Addresses of the largest prefix that begins at one: as many as the zeros behind allow, and no more than are left. */
function sizeAt(at: number, max: number): number {
  let size = at === 0 ? 2 ** 32 : (at & -at) >>> 0;
  while (at + size - 1 > max) size /= 2;
  return size;
}

/** The tree of these prefixes, and which of it each is. */
export function treeOf(prefixes: Pieces): { readonly tree: PrefixTree; readonly nodes: Uint32Array } {
  const { starts, ends } = prefixes;
  const order = Uint32Array.from(starts.keys()).sort((a, b) => starts[a]! - starts[b]! || ends[b]! - ends[a]!);
  const nodes = new Uint32Array(starts.length);
  const most = starts.length + 1;
  const tree = {
    count: 1,
    starts: new Uint32Array(most),
    ends: new Uint32Array(most).fill(0xffffffff, 0, 1),
    parents: new Int32Array(most).fill(-1, 0, 1),
    last: new Uint32Array(most),
  };
  let open = 0;
  const close = () => {
    tree.last[open] = tree.count - 1;
    open = tree.parents[open]!;
  };
  for (const i of order) {
    while (starts[i]! > tree.ends[open]!) close();
    if (starts[i] !== tree.starts[open] || ends[i] !== tree.ends[open]) {
      tree.starts[tree.count] = starts[i]!;
      tree.ends[tree.count] = ends[i]!;
      tree.parents[tree.count] = open;
      open = tree.count++;
    }
    nodes[i] = open;
  }
  while (open >= 0) close();
  return { tree, nodes };
}

/** All addresses in order, cut where the deepest prefix changes: where each part begins and which prefix it is of. */
export interface Cuts {
  readonly count: number;
  readonly starts: Uint32Array;
  readonly nodes: Uint32Array;
}

export function cutsOf(tree: PrefixTree): Cuts {
  const starts = new Uint32Array(2 * tree.count);
  const nodes = new Uint32Array(2 * tree.count);
  let count = 0;
  let open = 0;
  const cut = (start: number, node: number) => {
    // a prefix that begins where another does, and reaches less far, is what counts there
    if (count > 0 && starts[count - 1] === start) count -= 1;
    if (count > 0 && nodes[count - 1] === node) return;
    starts[count] = start;
    nodes[count++] = node;
  };
  const close = () => {
    const end = tree.ends[open]!;
    open = tree.parents[open]!;
    if (open >= 0 && end !== 0xffffffff) cut(end + 1, open);
  };
  cut(0, 0);
  for (let node = 1; node < tree.count; node++) {
    while (open !== tree.parents[node]) close();
    cut(tree.starts[node]!, node);
    open = node;
  }
  while (open >= 0) close();
  return { count, starts, nodes };
}
