/** Connections by their source against plain lists, through random beginnings and ends; copies of the table that go their own ways. */
import { describe, expect, test } from 'vitest';
import { ConnectionTable } from '../src/run/connections/table.js';
import type { Tuple } from '../src/run/connections/tuples.js';
import { Draw } from './routing/random.js';

const turned = ([src, dst, ports, proto]: Tuple): Tuple =>
  Uint32Array.of(dst!, src!, ((ports! << 16) | (ports! >>> 16)) >>> 0, proto!);
/** Few sources, in two zones, so that many share one. */
const tupleOf = (draw: Draw): Tuple =>
  Uint32Array.of(
    draw.below(6),
    100 + draw.below(500),
    (draw.below(4) << 16) | draw.below(40),
    draw.of([6, 17, 0x10006]),
  );
const sourceOf = ([src, , ports, proto]: Tuple): string => [src, ports! >>> 16, proto].join();

/** A table, and what it has to say: entries by their source, the newest first. */
class Pair {
  constructor(
    readonly table = new ConnectionTable(),
    readonly lists = new Map<string, number[]>(),
    readonly entries = new Map<number, Tuple>(),
  ) {}
  copy(): Pair {
    const lists = [...this.lists].map(([source, list]) => [source, [...list]] as [string, number[]]);
    return new Pair(this.table.copy(), new Map(lists), new Map(this.entries));
  }

  step(draw: Draw): void {
    const tuple = tupleOf(draw);
    const [first] = this.entries.keys();
    if (draw.chance(40) && first !== undefined) this.remove(draw.chance(50) ? first : [...this.entries.keys()].at(-1)!);
    else if (this.table.find(tuple) < 0) this.add(tuple, draw.chance(80));
    this.check(tuple);
  }
  /** `settled`: its source translation is. */
  private add(tuple: Tuple, settled: boolean): void {
    const entry = this.table.begin(tuple, turned(tuple));
    this.table.setMark(entry, tuple[2]!);
    this.table.confirm(entry);
    this.entries.set(entry, tuple);
    if (!settled) return;
    this.table.sources.add(entry);
    this.lists.set(sourceOf(tuple), [entry, ...(this.lists.get(sourceOf(tuple)) ?? [])]);
  }
  private remove(entry: number): void {
    const source = sourceOf(this.entries.get(entry)!);
    this.table.remove(entry);
    this.entries.delete(entry);
    this.lists.set(
      source,
      (this.lists.get(source) ?? []).filter((one) => one !== entry),
    );
  }

  check(tuple: Tuple): void {
    expect([...this.table.sources.of(tuple)]).toEqual(this.lists.get(sourceOf(tuple)) ?? []);
    expect(this.table.size).toBe(this.entries.size);
  }
  checkAll(): void {
    for (const [entry, tuple] of this.entries) {
      this.check(tuple);
      expect([this.table.find(tuple), this.table.mark(entry)]).toEqual([2 * entry, tuple[2]]);
    }
  }
}

test.each([1, 2, 3])('those of a source, the newest first; copies know nothing of each other (seed %i)', (seed) => {
  const draw = new Draw(seed);
  let pair = new Pair();
  for (let step = 0; step < 4000; step++) {
    pair.step(draw);
    if (step % 500 !== 499) continue;
    const copy = pair.copy();
    for (let more = 0; more < 50; more++) copy.step(draw);
    pair.checkAll();
    for (let more = 0; more < 50; more++) pair.step(draw);
    copy.checkAll();
    // from here on it is the copy that goes on
    if (draw.chance(50)) pair = copy;
  }
});

describe('buckets', () => {
  test.each([1, 7, 64, 1000])('of %i, each entry is in those of its two tuples', (buckets) => {
    const draw = new Draw(buckets);
    const table = new ConnectionTable();
    const tuples: Tuple[] = [];
    while (tuples.length < 300) {
      const tuple = tupleOf(draw);
      if (table.find(tuple) >= 0) continue;
      table.confirm(table.begin(tuple, turned(tuple)));
      tuples.push(tuple);
      if (!draw.chance(20)) continue;
      const gone = tuples.splice(draw.below(tuples.length), 1)[0]!;
      table.remove(table.find(gone) >>> 1);
    }
    const all = Array.from({ length: buckets }, (_, behind) => table.bucket(tuples[0]!, behind, buckets));
    const counts = new Map<number, number>();
    for (const entry of all.flat()) counts.set(entry, (counts.get(entry) ?? 0) + 1);
    for (const tuple of tuples) {
      const entry = table.find(tuple) >>> 1;
      expect(table.bucket(tuple, 0, buckets)).toContain(entry);
      expect(table.bucket(turned(tuple), 0, buckets)).toContain(entry);
      // both may fall into one
      expect(counts.get(entry)).toBe(all.filter((bucket) => bucket.includes(entry)).length);
      expect(counts.get(entry)).toBeLessThanOrEqual(2);
    }
    expect(counts.size).toBe(tuples.length);
    // behind the last comes the first
    expect(table.bucket(tuples[0]!, buckets, buckets)).toEqual(all[0]);
  });
});
