/** Tables of IPv6 addresses: what the core finds of an address is what the span says that it lies in. */
import { expect, test } from 'vitest';
import { COLUMN_BYTES, ColumnStep, ColumnsWord } from '../src/abi.js';
import { wordsOfWide } from '../src/net/address.js';
import { recordOf } from '../src/run/columns/step.js';
import { wideTable } from '../src/run/columns/wide-table.js';
import { loadCore } from '../src/run/wasm.js';
import { Random } from './kernel/generate/random.js';

const ALL = 1n << 128n;
const COUNT = 2048;
const random = (r: Random): bigint => [0, 1, 2, 3].reduce((sum) => (sum << 32n) | BigInt(r.word()), 0n);
const most = (r: Random): bigint => BigInt(r.pick([1, 4, 16, 32, 64, 65, 112, 128]));

/** Where spans begin: prefixes within each other, single addresses, ends of halves. */
function startsOf(r: Random): bigint[] {
  const starts = new Set([0n]);
  const bases = Array.from({ length: 4 }, () => random(r));
  const count = r.pick([1, 2, 5, 40, 3000]);
  for (let i = 0; i < count; i++) {
    const base = r.chance(0.3) ? random(r) : r.pick(bases) ^ (random(r) & ((1n << most(r)) - 1n));
    const size = 1n << BigInt(r.pick([0, 0, 1, 8, 63, 64, 65, 96, 112, 120, 127]));
    const first = base - (base % size);
    for (const start of [first, first + size]) if (start < ALL) starts.add(start);
  }
  return [...starts].sort((a, b) => (a < b ? -1 : 1));
}

test.each([4, 16])('words of %i bytes from packet to packet', async (width) => {
  const core = await loadCore();
  const { memory } = core;
  const r = new Random(width);
  for (let time = 0; time < 40; time++) {
    const starts = startsOf(r);
    const adds = starts.map(() => r.below(1 << 20));
    const table = wideTable(memory, starts, adds);
    const addresses = Array.from({ length: COUNT }, () => {
      const near = r.pick(starts) + BigInt(r.pick([-1, 0, 0, 1, 2, 300]));
      return r.chance(0.2) ? random(r) : ((near % ALL) + ALL) % ALL;
    });
    const from = memory.reserve(4 * COLUMN_BYTES);
    addresses.forEach((address, i) => {
      wordsOfWide(address).forEach((word, w) => {
        memory.words[(from >>> 2) + (width === 4 ? (w * COLUMN_BYTES) / 4 + i : 4 * i + w)] = word;
      });
    });
    const sums = memory.reserve(COLUMN_BYTES);
    const steps = memory.place(recordOf({ kind: ColumnStep.Wide, from, width, table, to: sums }));
    const words = new Array<number>(ColumnsWord.Size).fill(0);
    Object.assign(words, { [ColumnsWord.Steps]: steps, [ColumnsWord.StepCount]: 1 });
    words[ColumnsWord.Sums] = sums;
    core.findKeys(memory.place(words), 0, COUNT);
    const wrong = addresses.filter((address, i) => {
      const span = starts.findLastIndex((start) => start <= address);
      return memory.words[(sums >>> 2) + i] !== adds[span];
    });
    expect(wrong.map((address) => address.toString(16))).toEqual([]);
  }
});
