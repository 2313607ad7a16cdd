/** The table of connections against a plain map, through random openings, look-ups and ends. */
import { expect, test } from 'vitest';
import { ConnectionTable } from '../src/run/connections/table.js';
import { REPLY, type Tuple } from '../src/run/connections/tuples.js';
import { Draw } from './routing/random.js';

const turned = (tuple: Tuple): Tuple =>
  Uint32Array.of(tuple[1]!, tuple[0]!, ((tuple[2]! << 16) | (tuple[2]! >>> 16)) >>> 0, tuple[3]!);

test.each([1, 2, 3])('finds what is there, and nothing else (seed %s)', (seed) => {
  const random = new Draw(seed);
  const draw = (below: number) => random.below(below);
  const table = new ConnectionTable();
  const known = new Map<string, number>();
  const entries = new Map<number, [Tuple, Tuple]>();
  for (let step = 0; step < 20_000; step++) {
    // few addresses and ports, so that many collide
    const tuple = Uint32Array.of(draw(8), 100 + draw(8), (draw(64) << 16) | draw(16), 6);
    const found = table.find(tuple);
    expect(found).toBe(known.get(tuple.join()) ?? -1);
    if (found < 0 && draw(3) > 0) {
      const reply = turned(tuple);
      if (known.has(reply.join())) continue;
      const entry = table.begin(tuple, reply);
      expect(table.find(tuple)).toBe(-1);
      if (draw(5) === 0) {
        table.abandon(entry);
        continue;
      }
      table.setStatus(entry, step & 0xffff);
      table.setMark(entry, step);
      table.setEnd(entry, 1000 * step);
      table.confirm(entry);
      known.set(tuple.join(), 2 * entry);
      known.set(reply.join(), 2 * entry + REPLY);
      entries.set(entry, [tuple, reply]);
    } else if (found >= 0 && draw(2) === 0) {
      const entry = found >>> 1;
      table.remove(entry);
      for (const one of entries.get(entry)!) known.delete(one.join());
      entries.delete(entry);
    }
    expect(table.size).toBe(entries.size);
  }
  expect([...table.entries()].sort((a, b) => a - b)).toEqual([...entries.keys()].sort((a, b) => a - b));
  for (const [entry, [tuple, reply]] of entries)
    expect([...table.tuple(entry, 0), ...table.tuple(entry, 1)]).toEqual([...tuple, ...reply]);
});

test('what an entry held is gone with it', () => {
  const table = new ConnectionTable();
  const tuple = Uint32Array.of(1, 2, 3, 6);
  const first = table.begin(tuple, turned(tuple));
  table.setStatus(first, 8);
  table.setMark(first, 7);
  table.setEnd(first, 5);
  table.parts.setByte(first, 0, 3);
  table.abandon(first);
  const second = table.begin(tuple, turned(tuple));
  expect(second).toBe(first);
  expect([table.status(second), table.mark(second), table.end(second), table.parts.byte(second, 0)]).toEqual([
    0, 0, 0, 0,
  ]);
});
