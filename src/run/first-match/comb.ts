/**
 * Sparse rows in one array: each is put where its cells fall on places that no other has taken, and a cell says whose it is
 * by where its row begins.
 */
import type { Sequences } from './sequences.js';

export interface Comb {
  /** Of each row where it begins; 0: it has no cells. */
  readonly bases: Uint32Array;
  /** Of each place the base of its row, 0 where it is free, and what the cell holds. */
  readonly owners: Uint32Array;
  readonly values: Uint32Array;
}

/** Places that are tried before a row goes behind all others. */
const MOST_TRIES = 4000;

/** `rows`: columns (from 1, below `width`) and values by turns. */
export function combOf(rows: Sequences, width: number): Comb {
  const order = Uint32Array.from({ length: rows.count }, (_, row) => row).sort(
    (a, b) => rows.lengthOf(b) - rows.lengthOf(a) || a - b,
  );
  const bases = new Uint32Array(rows.count);
  const taken = new Uint8Array(width + 1 + rows.size / 2 + width);
  let room = taken;
  const used = new Set<number>([0]);
  let end = 0;
  let firstFree = 0;
  let firstBase = 1;
  for (const row of order) {
    const from = rows.starts[row]!;
    const to = rows.starts[row + 1]!;
    if (from === to) continue;
    const first = rows.words[from]!;
    const fits = (base: number) => {
      if (used.has(base)) return false;
      for (let i = from; i < to; i += 2) if (room[base + rows.words[i]!] === 1) return false;
      return true;
    };
    while (room[firstFree] === 1) firstFree += 1;
    while (used.has(firstBase)) firstBase += 1;
    // the first cell goes to a free place, and no two rows begin at one
    let base = Math.max(firstBase, firstFree - first);
    for (let tries = 0; !fits(base); tries++) base = tries < MOST_TRIES ? base + 1 : Math.max(end, base + 1);
    used.add(base);
    bases[row] = base;
    end = Math.max(end, base + width);
    if (end > room.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(room);
      room = larger;
    }
    for (let i = from; i < to; i += 2) room[base + rows.words[i]!] = 1;
  }
  const owners = new Uint32Array(Math.max(end, width));
  const values = new Uint32Array(owners.length);
  for (let row = 0; row < rows.count; row++)
    for (let i = rows.starts[row]!; i < rows.starts[row + 1]!; i += 2) {
      owners[bases[row]! + rows.words[i]!] = bases[row]!;
      values[bases[row]! + rows.words[i]!] = rows.words[i + 1]!;
    }
  return { bases, owners, values };
}
