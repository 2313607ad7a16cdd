/**
 * Sparse rows in one array: each is put where its cells fall on places that no other has taken, and a cell says whose it is
 * by where its row begins.
 */
import type { Effort } from './effort.js';
import type { Sequences } from './sequences.js';

export interface Comb {
  /** Of each row where it begins; 0: it has no cells. */
  readonly bases: Uint32Array;
  /** Of each place the base of its row, 0 where it is free, and what the cell holds. */
  readonly owners: Uint32Array;
  readonly values: Uint32Array;
}

/** Beginnings that are tried for a row before there is more room. */
const TRIES = 200;
/** A place has a cell; a row begins there. */
const CELL = 1;
const BASE = 2;

/** `rows`: columns (from 1, below `width`) and values by turns. */
export function combOf(rows: Sequences, width: number, effort: Effort): Comb {
  const order = Uint32Array.from({ length: rows.count }, (_, row) => row).sort(
    (a, b) => rows.lengthOf(b) - rows.lengthOf(a) || a - b,
  );
  const bases = new Uint32Array(rows.count);
  // half of it stays free, which lets a try in four find a place for a row of one cell
  let limit = Math.max(2 * rows.count, rows.size);
  let taken = new Uint8Array(limit + width + 1);
  let random = 1;
  for (const row of order) {
    const from = rows.starts[row]!;
    const to = rows.starts[row + 1]!;
    if (from === to) continue;
    const fits = (base: number) => {
      if ((taken[base]! & BASE) !== 0) return false;
      for (let i = from; i < to; i += 2) if ((taken[base + rows.words[i]!]! & CELL) !== 0) return false;
      return true;
    };
    let base = 0;
    for (let tries = 0; base === 0 || !fits(base); tries++) {
      if (tries === TRIES) {
        tries = 0;
        limit += 1 + (limit >>> 2);
        const larger = new Uint8Array(limit + width + 1);
        larger.set(taken);
        taken = larger;
      }
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      base = 1 + Math.floor((random / 2 ** 32) * limit);
    }
    bases[row] = base;
    taken[base]! |= BASE;
    for (let i = from; i < to; i += 2) taken[base + rows.words[i]!]! |= CELL;
  }
  effort.hold(9 * (limit + width + 1));
  const owners = new Uint32Array(limit + width + 1);
  const values = new Uint32Array(owners.length);
  for (let row = 0; row < rows.count; row++)
    for (let i = rows.starts[row]!; i < rows.starts[row + 1]!; i += 2) {
      owners[bases[row]! + rows.words[i]!] = bases[row]!;
      values[bases[row]! + rows.words[i]!] = rows.words[i + 1]!;
    }
  return { bases, owners, values };
}
