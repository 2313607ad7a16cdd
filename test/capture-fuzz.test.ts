/**
 * Whatever stands in a capture, it is read as far as it makes sense and refused from there on: nothing crashes, hangs,
 * reads outside of what was given, or makes more of it than it is. PACKETWALK_FUZZ=n tries n files; a failure prints its
 * seed.
 */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketwalkError } from '../src/errors.js';
import { readCapture } from '../src/input/capture/read.js';
import { recordsOf } from '../src/input/capture/records.js';
import { UNSAID } from '../src/model/batch.js';
import { bytesOf, inPieces, join, LINKS, number, Pcapng, pcap, zeros } from './captures.js';

const RUNS = Number(process.env.PACKETWALK_FUZZ ?? 300);
/** Milliseconds within which any of these files is dealt with. */
const LIMIT = 1000;

const TCP = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', sport: 51000, dport: 443 });
const SIX = bytesOf({ src: '2001:db8::1', dst: '2001:db8::2', proto: 'udp', sport: 1, dport: 2 });

function blocks(ng: Pcapng): Bytes {
  return join(
    ng.section(),
    ng.iface(101, [ng.name('eth0'), ng.option(9, Uint8Array.of(9)), ng.option(14, zeros(8)), ng.end()], 96),
    ng.iface(1, [ng.name('eth1')]),
    ng.block(5, zeros(24)),
    ng.enhanced(0, 1n, TCP, [ng.option(2, ng.word(1)), ng.end()]),
    ng.obsolete(1, 2n, LINKS['802.1Q']!.frame(SIX)),
    ng.simple(TCP),
  );
}

const SEEDS: readonly Bytes[] = [
  ...Object.values(LINKS).flatMap(({ linkType, frame }) =>
    (['little', 'big'] as const).map((order) =>
      pcap([{ frame: frame(TCP) }, { frame: frame(SIX) }], { linkType, order }),
    ),
  ),
  blocks(new Pcapng('little')),
  blocks(new Pcapng('big')),
  join(blocks(new Pcapng('big')), blocks(new Pcapng('little'))),
];

/** Numbers that lengths, types and places stumble over. */
const VALUES = [0, 1, 4, 7, 8, 12, 13, 28, 0x7fff, 0xffff, 0x80000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

type Bytes = Uint8Array<ArrayBuffer>;
type Edit = (file: Bytes) => Bytes;
const place = fc.double({ min: 0, max: 1, noNaN: true });
const within = (file: Uint8Array, at: number) => Math.floor(at * file.length);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ at: place, value: fc.integer({ min: 0, max: 255 }) }).map(
    ({ at, value }): Edit =>
      (file) => {
        const copy = file.slice();
        copy.fill(value, within(file, at), within(file, at) + 1);
        return copy;
      },
  ),
  fc
    .record({ at: place, value: fc.constantFrom(...VALUES), order: fc.constantFrom('little' as const, 'big' as const) })
    .map(
      ({ at, value, order }): Edit =>
        (file) => {
          const to = within(file, at) & ~3;
          return join(file.subarray(0, to), number(value, 4, order), file.subarray(to + 4));
        },
    ),
  fc.record({ at: place, bytes: fc.uint8Array({ maxLength: 40 }) }).map(
    ({ at, bytes }): Edit =>
      (file) =>
        join(file.subarray(0, within(file, at)), bytes, file.subarray(within(file, at))),
  ),
  fc.record({ at: place, end: place }).map(
    ({ at, end }): Edit =>
      (file) =>
        join(file.subarray(0, within(file, at)), file.subarray(within(file, Math.max(at, end)))),
  ),
);

async function dealWith(file: Uint8Array, given: number, piece: number): Promise<void> {
  const begun = performance.now();
  let bytes = 0;
  let record = 0;
  let ended = false;
  try {
    for await (const batch of readCapture(inPieces(file, piece))) {
      const { packets, fault } = batch;
      expect(ended, 'a fault is the end').toBe(false);
      ended = fault !== undefined;
      for (let i = 0; i < packets.count; i++) {
        const size = packets.size[i]!;
        bytes += size;
        expect(packets.at[i]! + size).toBeLessThanOrEqual(packets.bytes.length);
        expect(packets.wire![i]).toBeGreaterThanOrEqual(size);
        const place = packets.in![i]!;
        expect(place === UNSAID || place < packets.interfaces.length).toBe(true);
      }
      for (const item of recordsOf(batch)) {
        expect(item.record).toBe(++record);
        if ('error' in item) item.error.format();
        else expect(item.packet.time).not.toBeNaN();
      }
    }
  } catch (error) {
    if (!(error instanceof PacketwalkError)) throw error;
    expect(record, 'what was read is not lost').toBe(0);
    error.format();
  }
  expect(bytes).toBeLessThanOrEqual(given);
  expect(performance.now() - begun).toBeLessThan(LIMIT);
}

const damaged = fc
  .record({ seed: fc.constantFrom(...SEEDS), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
  .map(({ seed, edits }) => edits.reduce((file, change) => change(file), seed));
const piece = fc.constantFrom(1, 5, 64, 1 << 20);

test('damaged captures', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, piece, (file, size) => dealWith(file, file.length, size)),
    { numRuns: RUNS },
  );
});

test('damaged gzip', async () => {
  const packed = fc
    .record({ seed: fc.constantFrom(...SEEDS), edits: fc.array(edit, { maxLength: 2 }) })
    .map(({ seed, edits }) => edits.reduce((file, change) => change(file), new Uint8Array(gzipSync(seed))));
  await fc.assert(
    fc.asyncProperty(packed, piece, (file, size) => dealWith(file, 1e6, size)),
    { numRuns: RUNS / 3 },
  );
});

test('a length of gigabytes takes no memory, and a gigabyte of nothing none that stays', async () => {
  const zero = zeros(1 << 20);
  const ng = new Pcapng();
  const head = [ng.section(), ng.iface(101), ng.enhanced(0, 0n, TCP)];
  const source = (function* () {
    yield join(...head, number(0xbad, 4, 'little'), number(0xfffffff0, 4, 'little'));
    for (let i = 0; i < 1000; i++) yield zero;
  })();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let last = '';
  for await (const { fault } of readCapture(source)) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    last = fault?.error.message ?? '';
  }
  expect(last).toMatch(/ends inside a block that is passed over/);
  expect(most).toBeLessThan(32 << 20);
});
