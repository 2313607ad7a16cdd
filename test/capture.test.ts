/** Captures: pcap and pcapng of all kinds, whole, cut and damaged. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PacketwalkError } from '../src/errors.js';
import { readCapture } from '../src/input/capture/read.js';
import { recordsOf } from '../src/input/capture/records.js';
import { pcapHeader, pcapRecord, pcapRecords } from '../src/input/capture/write.js';
import { gunzip } from '../src/input/node.js';
import { bytesOf, type CaptureRecord, inPieces, join, LINKS, number, Pcapng, pcap, zeros } from './captures.js';

const SYN = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', sport: 51000, dport: 443 });
const PING = bytesOf({ src: '192.0.2.9', dst: '192.0.2.1', proto: 'icmp' });
const SIX = bytesOf({ src: '2001:db8::1', dst: '2001:db8::2', proto: 'udp', sport: 1, dport: 2 });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const frames = (...all: readonly Uint8Array[]): CaptureRecord[] => all.map((frame, i) => ({ frame, time: [i + 1, 0] }));

interface Read {
  /** `hex @time in` of each packet, `!message` of each record that has none. */
  readonly items: string[];
  readonly outgoing: number;
  readonly cut: number;
}

async function read(file: Uint8Array | Iterable<Uint8Array>): Promise<Read> {
  const items: string[] = [];
  let outgoing = 0;
  let cut = 0;
  let record = 0;
  for await (const batch of readCapture(file instanceof Uint8Array ? [file] : file, 'x')) {
    const { packets } = batch;
    for (let i = 0; i < packets.count; i++) {
      outgoing += batch.outgoing[i]!;
      if (packets.wire![i]! > packets.size[i]!) cut++;
    }
    for (const item of recordsOf(batch)) {
      expect(item.record, 'records are numbered from 1').toBe(++record);
      if ('error' in item) items.push(`!${item.error.message}`);
      else items.push([hex(item.packet.bytes), `@${item.packet.time}`, item.packet.in ?? ''].join(' ').trim());
    }
  }
  return { items, outgoing, cut };
}

/** As a source does that has room for one. */
function* inOneRoom(file: Uint8Array, size: number): Generator<Uint8Array> {
  const room = new Uint8Array(size);
  for (const piece of inPieces(file, size)) {
    room.set(piece);
    yield room.subarray(0, piece.length);
  }
}

const refusal = (file: Uint8Array): Promise<unknown> =>
  read(file).then(
    () => undefined,
    (error) => {
      expect(error).toBeInstanceOf(PacketwalkError);
      return (error as PacketwalkError).message;
    },
  );

describe.each(Object.entries(LINKS))('%s', (name, { linkType, frame }) => {
  const file = pcap(frames(...[SYN, PING, SIX].map(frame)), { linkType });

  test('the IP packets and nothing behind them', async () => {
    expect(await read(file)).toEqual({
      items: [`${hex(SYN)} @1`, `${hex(PING)} @2`, `${hex(SIX)} @3`],
      outgoing: name.includes('outgoing') ? 3 : 0,
      cut: 0,
    });
  });

  test('a frame that is cut anywhere is read as far as it goes', async () => {
    const whole = frame(SYN);
    const head = hex(whole).indexOf(hex(SYN)) / 2;
    const cuts = Array.from({ length: whole.length }, (_, kept) => whole.subarray(0, kept));
    const { items } = await read(
      pcap(
        cuts.map((part) => ({ frame: part, length: whole.length })),
        { linkType },
      ),
    );
    cuts.forEach((part, kept) => {
      // of a header that is cut behind its type nothing tells that more belongs to it
      if (kept < head || kept === 0) expect(items[kept], hex(part)).toMatch(/^!the record holds |^@0$/);
      else expect(items[kept]).toBe(`${hex(SYN).slice(0, 2 * (kept - head))} @0`.trim());
    });
  });
});

test.each([
  ['little', false, 500_000],
  ['little', true, 500_000_000],
  ['big', false, 500_000],
  ['big', true, 500_000_000],
] as const)('pcap in %s-endian, nanoseconds: %s', async (order, nano, half) => {
  const file = pcap([{ frame: SYN, time: [1_700_000_000, half] }], { order, nano });
  expect((await read(file)).items).toEqual([`${hex(SYN)} @1700000000.5`]);
});

test.each([
  ['ARP', 1, join(zeros(12), [8, 6], zeros(28)), 'ARP'],
  ['LLDP under a VLAN', 1, join(zeros(12), [0x81, 0, 0, 1, 0x88, 0xcc], zeros(9)), 'LLDP'],
  ['802.1X', 1, join(zeros(12), [0x88, 0x8e], zeros(4)), '802.1X'],
  [
    'spanning tree',
    1,
    join(zeros(12), [0, 38, 0x42, 0x42, 3], zeros(35)),
    'an 802.2 frame (spanning tree or its like)',
  ],
  ['an ethertype without a name', 1, join(zeros(12), [0x7f, 0xff]), 'ethertype 0x7fff'],
  ['a frame without a type', 1, zeros(13), 'fewer bytes than the header of its frame'],
  ['a frame that ends in its tags', 1, join(zeros(12), [0x81, 0, 0]), 'fewer bytes than the header of its frame'],
  ['an empty record', 101, zeros(0), 'fewer bytes than the header of its frame'],
  ['netlink', 113, join([0, 4, 3, 56], zeros(12)), 'a frame of hardware type 824'],
  ['ARP, cooked', 113, join([0, 0, 0, 1, 0, 6], zeros(8), [8, 6], zeros(28)), 'ARP'],
  ['AppleTalk', 0, join([16, 0, 0, 0], zeros(8)), 'address family 16'],
  ['LCP', 9, join([0xff, 3, 0xc0, 0x21], zeros(8)), 'PPP protocol 0xc021'],
])('%s is no IP packet', async (_, linkType, frame, what) => {
  const file = pcap([{ frame }, { frame: LINKS.Ethernet!.frame(SYN) }], { linkType });
  expect((await read(file)).items[0]).toBe(`!the record holds ${what}, and no IP packet`);
});

describe('lengths', () => {
  const { frame } = LINKS.Ethernet!;

  test('what a capture cut has more bytes on the wire', async () => {
    const long = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'udp', length: 1400 });
    const file = pcap([{ frame: frame(long).subarray(0, 96), length: 1414 }], { linkType: 1 });
    for await (const { packets } of readCapture([file]))
      expect([packets.count, packets.size[0], packets.wire![0]]).toEqual([1, 82, 1400]);
  });

  test('what was cut before it was captured has not', async () => {
    const long = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'udp', length: 1400 });
    const file = pcap([{ frame: frame(long).subarray(0, 96), length: 96 }], { linkType: 1 });
    for await (const { packets } of readCapture([file]))
      expect([packets.count, packets.size[0], packets.wire![0]]).toEqual([1, 82, 82]);
  });

  test('a packet whose header gives no length that can be keeps what is there', async () => {
    const odd = SYN.slice();
    odd.set([0, 0], 2);
    expect((await read(pcap(frames(frame(odd)), { linkType: 1 }))).items).toEqual([`${hex(odd)} @1`]);
  });
});

describe('pcapng', () => {
  for (const order of ['little', 'big'] as const)
    test(`two interfaces, each with its clock, and all kinds of packets, ${order}-endian`, async () => {
      const ng = new Pcapng(order);
      const file = join(
        ng.section(),
        ng.iface(101, [ng.name('eth0'), ng.option(1, zeros(3)), ng.end()]),
        ng.iface(1, [
          ng.option(9, Uint8Array.of(9)),
          ng.option(14, number(-10n, 8, order)),
          ng.option(2, new TextEncoder().encode('wg0\0')),
        ]),
        ng.iface(101, [ng.option(9, Uint8Array.of(0x80 | 10)), ng.name('any')], 40),
        ng.block(4, zeros(40)),
        ng.enhanced(0, 1_500_000n, SYN),
        ng.enhanced(1, 12_250_000_000n, LINKS['802.1Q']!.frame(PING)),
        ng.block(0xbad, zeros(700_000)),
        ng.enhanced(2, 1024n * 3n + 512n, SYN),
        ng.obsolete(1, 12_000_000_000n, LINKS.Ethernet!.frame(SIX)),
        ng.simple(PING),
        ng.enhanced(0, 2_000_000n, SYN, [ng.option(1, zeros(5)), ng.option(2, ng.word(2)), ng.end()]),
        ng.enhanced(0, 2_000_000n, SYN, [ng.option(2, ng.word(1))]),
      );
      expect(await read(file)).toEqual({
        items: [
          `${hex(SYN)} @1.5 eth0`,
          `${hex(PING)} @2.25 wg0`,
          `${hex(SYN)} @3.5`,
          `${hex(SIX)} @2 wg0`,
          `${hex(PING)} @undefined eth0`,
          `${hex(SYN)} @2`,
          `${hex(SYN)} @2 eth0`,
        ],
        outgoing: 1,
        cut: 0,
      });
    });

  test('sections of two byte orders; an interface of the second with a name of the first', async () => {
    const part = (ng: Pcapng, frame: Uint8Array, ...names: string[]) =>
      join(ng.section(), ...names.map((name) => ng.iface(101, [ng.name(name)])), ng.enhanced(0, 1n, frame));
    const file = join(part(new Pcapng('big'), SYN, 'eth0', 'eth1'), part(new Pcapng(), PING, 'eth1'));
    expect((await read(file)).items).toEqual([`${hex(SYN)} @0.000001 eth0`, `${hex(PING)} @0.000001 eth1`]);
  });

  test('an interface of an unknown kind takes its own packets with it and no others', async () => {
    const ng = new Pcapng();
    const file = join(
      ng.section(),
      ng.iface(127),
      ng.iface(101),
      ng.enhanced(0, 0n, zeros(60)),
      ng.enhanced(1, 0n, SYN),
    );
    expect((await read(file)).items).toEqual([
      '!the record holds a frame of link type 127, which is not read, and no IP packet',
      `${hex(SYN)} @0`,
    ]);
  });

  test('a simple packet is as long as its interface keeps', async () => {
    const ng = new Pcapng();
    const long = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'udp', length: 1000 });
    const file = join(ng.section(), ng.iface(101, [], 40), ng.simple(long.subarray(0, 40), 1000));
    expect(await read(file)).toEqual({ items: [`${hex(long.subarray(0, 40))} @undefined`], outgoing: 0, cut: 1 });
  });

  test.each(['\\Device\\NPF_{6F3A}', 'a name', 'sixteen-letters-', ''])('%j is no link of Linux', async (name) => {
    const ng = new Pcapng();
    const file = join(ng.section(), ng.iface(101, [ng.name(name)]), ng.enhanced(0, 0n, SYN));
    expect((await read(file)).items).toEqual([`${hex(SYN)} @0`]);
  });
});

const ng = new Pcapng();
const SMALL = {
  pcap: pcap(frames(SYN, PING, SIX)),
  pcapng: join(ng.section(), ng.iface(101), ...[SYN, PING, SIX].map((frame, i) => ng.enhanced(0, BigInt(i), frame))),
};

describe.each(Object.entries(SMALL))('a small %s', (format, file) => {
  test('in pieces of any size', async () => {
    const whole = await read(file);
    expect(whole.items).toHaveLength(3);
    for (let size = 1; size < 50; size++) {
      expect(await read(inPieces(file, size))).toEqual(whole);
      expect(await read(inOneRoom(file, size)), 'each piece where the one before was').toEqual(whole);
    }
  });

  test('cut at every byte: what is before is read, and the place is said', async () => {
    const { items: whole } = await read(file);
    const ends: number[] = [];
    for (let length = 1; length < file.length; length++) {
      const part = file.subarray(0, length);
      const said = await read(part).then(
        ({ items }) => items,
        (error: Error) => `thrown: ${error.message}`,
      );
      if (typeof said === 'string') {
        expect(said).toMatch(
          /^thrown: x: (is a file of \d bytes, and a capture was expected|ends inside .*, at byte \d+: \d+ of \d+ bytes are there)$/,
        );
        continue;
      }
      const packets = said.filter((item) => !item.startsWith('!'));
      expect(packets).toEqual(whole.slice(0, packets.length));
      if (said.length === packets.length) {
        ends.push(length);
        continue;
      }
      const fault = /^!x: ends inside (?:record|a block behind record) (\d), at byte (\d+): (\d+) of (\d+) bytes/.exec(
        said.at(-1)!,
      )!;
      const [record, place, there, wanted] = fault.slice(1).map(Number) as [number, number, number, number];
      expect(record).toBe(format === 'pcap' ? packets.length + 1 : packets.length);
      expect(place + there).toBe(length);
      expect(there).toBeLessThan(wanted);
      expect(place).toBe(ends.at(-1));
    }
    // the ends of header, interface and records but the last are no cut
    expect(ends).toHaveLength(format === 'pcap' ? 3 : 4);
  });
});

test('places are those of the stream, however it comes', async () => {
  const file = join(SMALL.pcap, SMALL.pcap.subarray(24, -1));
  const { items } = await read(inPieces(file, 100));
  const last = 24 + 5 * 16 + 2 * (60 + 84) + 48;
  expect(items.at(-1)).toBe(`!x: ends inside record 6, at byte ${last}: 63 of 64 bytes are there`);
});

test('the upper half of the link type tells of checksums behind frames', async () => {
  const file = SMALL.pcap.slice();
  file.set([0x00, 0x14], 22);
  expect(await read(file)).toEqual(await read(SMALL.pcap));
});

describe('gzip', () => {
  const BAD = '!x: its gzip data is damaged, ends in the middle, or has more behind it';
  const { pcap: file } = SMALL;

  test('in pieces of any size', async () => {
    const whole = await read(file);
    const packed = gzipSync(file);
    for (const size of [1, 2, 7, 40, packed.length]) expect(await read(inPieces(packed, size))).toEqual(whole);
  });

  test('cut: what was unpacked is read, and it is said', async () => {
    const packed = gzipSync(file, { level: 0 });
    const { items } = await read(file);
    expect((await read(packed.subarray(0, packed.length - 1))).items).toEqual([...items, BAD]);
    expect((await read(packed.subarray(0, 130))).items).toEqual([items[0], BAD]);
  });

  describe('by Node', () => {
    const unpack = async (pieces: Uint8Array[]): Promise<{ file: string; error: string }> => {
      const parts: Uint8Array[] = [];
      let error = '';
      const source = (async function* () {
        yield* pieces;
      })();
      try {
        for await (const part of gunzip('x', source)) parts.push(part.slice());
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(PacketwalkError);
        error = (thrown as PacketwalkError).message;
      }
      return { file: hex(join(...parts)), error };
    };
    const members = join(
      ...[file.subarray(0, 30), file.subarray(30, 31), file.subarray(31)].map((part) => gzipSync(part)),
    );

    test.each([
      ['one member', gzipSync(file)],
      ['many members', members],
      ['zeros behind it', join(gzipSync(file), zeros(2))],
      ['many zeros behind it', join(members, zeros(100_000))],
    ])('%s, in pieces of any size', async (_, packed) => {
      for (const size of [1, 7, 40, packed.length]) {
        if (packed.length / size > 20_000) continue;
        expect(await unpack(inPieces(packed, size))).toEqual({ file: hex(file), error: '' });
      }
    });

    test.each([1, 60, 1000])('cut, in pieces of %d', async (size) => {
      const packed = gzipSync(file, { level: 0 });
      const error = 'x: its gzip data is damaged, or ends in the middle';
      for (const kept of [11, 40, 130, packed.length - 9, packed.length - 1])
        expect(await unpack(inPieces(packed.subarray(0, kept), size))).toEqual({
          file: hex(file.subarray(0, Math.max(0, kept - 15))),
          error,
        });
      const damaged = packed.slice();
      damaged[packed.length - 8]! ^= 1;
      expect((await unpack(inPieces(damaged, size))).error).toBe(error);
    });

    test('what unpacks to a thousand times its size takes little memory', async () => {
      const bomb = gzipSync(zeros(64 << 20));
      const before = process.memoryUsage().arrayBuffers;
      let length = 0;
      let most = 0;
      const source = (async function* () {
        for (let i = 0; i < 4; i++) yield bomb;
      })();
      for await (const part of gunzip('x', source)) {
        length += part.length;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      expect(length).toBe(256 << 20);
      expect(most).toBeLessThan(64 << 20);
    });
  });

  test('of something else', async () => {
    expect(await refusal(gzipSync('{"src":"192.0.2.1"}'))).toBe('x: is a text, and a capture was expected');
    expect(await refusal(gzipSync(gzipSync(file)))).toBe('x: is gzipped, and a capture was expected');
  });
});

describe('damage', () => {
  const at = (file: Uint8Array, place: number, value: number): Uint8Array => {
    const copy = file.slice();
    copy.set(number(value, 4, 'little'), place);
    return copy;
  };
  /** of the third record in each. */
  const RECORD = { pcap: 24 + 2 * 16 + 60 + 84, pcapng: 28 + 20 + 2 * 32 + 60 + 84 };

  test.each([
    [
      'a length of 4 GiB',
      'pcap',
      RECORD.pcap + 8,
      0xffffffff,
      'it says that it takes 4294967295 bytes, and none takes more than 524288',
    ],
    [
      'a block of 4 GiB',
      'pcapng',
      RECORD.pcapng + 4,
      0xfffffffc,
      'it says that it takes 4294967292 bytes, and none takes more than 524288',
    ],
    ['a block of 8 bytes', 'pcapng', RECORD.pcapng + 4, 8, 'its block is said to take 8 bytes'],
    ['a block of 14 bytes', 'pcapng', RECORD.pcapng + 4, 14, 'its block is said to take 14 bytes'],
    [
      'a block too short for its kind',
      'pcapng',
      RECORD.pcapng + 4,
      28,
      /^its block is said to take 28 bytes, and at its end \d+$/,
    ],
    [
      'a packet longer than its block',
      'pcapng',
      RECORD.pcapng + 20,
      61,
      'it says that it holds 61 bytes, and its block ends after 48',
    ],
    [
      'an interface that is not there',
      'pcapng',
      RECORD.pcapng + 8,
      1,
      'it came in on interface 1 of its section, which describes 1',
    ],
  ] as const)('%s', async (_, format, place, value, what) => {
    const { items } = await read(SMALL[format]);
    const damaged = await read(at(SMALL[format], place, value));
    expect(damaged.items.slice(0, -1)).toEqual(items.slice(0, 2));
    const said = `!x: record 3, at byte ${RECORD[format]}, is damaged: `;
    expect(damaged.items.at(-1)!.slice(0, said.length)).toBe(said);
    if (typeof what === 'string') expect(damaged.items.at(-1)!.slice(said.length)).toBe(what);
    else expect(damaged.items.at(-1)!.slice(said.length)).toMatch(what);
  });

  test('a long block that is passed over and has two lengths', async () => {
    const block = ng.block(0xbad, zeros(700_000));
    const file = join(SMALL.pcapng, at(block, block.length - 4, 12), SMALL.pcapng);
    const { items } = await read(file);
    expect(items).toHaveLength(4);
    expect(items[3]).toMatch(/the block before it is said to take 700012 bytes, and at its end 12$/);
    expect((await read(join(SMALL.pcapng, block.subarray(0, 600_000)))).items[3]).toBe(
      `!x: ends inside a block that is passed over, at byte ${SMALL.pcapng.length + 600_000}: 0 of 100012 bytes are there`,
    );
  });

  test.each([
    [
      'a section of no byte order',
      at(SMALL.pcapng, 8, 0),
      'x: record 1, at byte 0, is damaged: a section begins that says no byte order',
    ],
    [
      'a section of version 2',
      at(SMALL.pcapng, 12, 2),
      'x: record 1, at byte 0, is damaged: a section begins whose version is not 1',
    ],
    [
      'a pcap file of version 2.3',
      at(SMALL.pcap, 4, 0x30002),
      'x: is a pcap file of version 2.3, and 2.4 was expected',
    ],
    ['a pcap file of Wi-Fi', at(SMALL.pcap, 20, 127), 'x: its frames are of link type 127, which is not read'],
    ['nothing', zeros(0), 'x: is empty, and a capture was expected'],
    ['three bytes', zeros(3), 'x: is a file of 3 bytes, and a capture was expected'],
    ['zeros', zeros(100), 'x: is a binary file of an unknown kind, and a capture was expected'],
    ['a text', new TextEncoder().encode('not a capture'), 'x: is a text, and a capture was expected'],
    ['snoop', join(new TextEncoder().encode('snoop\0\0\0'), zeros(9)), /^x: is a snoop file \(editcap/],
    ['xz', join([0xfd], new TextEncoder().encode('7zXZ'), zeros(9)), /^x: is compressed by xz \(xzcat/],
  ])('%s is refused', async (_, file, message) => {
    if (typeof message === 'string') expect(await refusal(file)).toBe(message);
    else expect(await refusal(file)).toMatch(message);
  });

  test('what fails before it is read to the end ends it', async () => {
    const broken = new PacketwalkError('x: cannot be read: it is closed', { code: 'unreadable' });
    const source = (async function* () {
      yield SMALL.pcap;
      throw broken;
    })();
    let last: unknown;
    let count = 0;
    for await (const { packets, fault } of readCapture(source)) {
      count += packets.count;
      last = fault;
    }
    expect({ count, last }).toEqual({ count: 3, last: { record: 4, error: broken } });
  });
});

describe('written', () => {
  const bytes = join(SYN, PING, SIX);
  const at = Uint32Array.of(0, 60, 144);
  const size = Uint32Array.of(60, 84, 28);
  const batch = { kind: 'bytes', count: 3, bytes, at, size, interfaces: [] } as const;

  test('a batch is read again', async () => {
    const wire = Uint32Array.of(60, 84, 48);
    const time = Float64Array.of(Number.NaN, 1_700_000_000.123456, 1.9999999);
    const file = join(pcapHeader(), pcapRecords({ ...batch, time, wire }, 7));
    expect(await read(file)).toEqual({
      items: [`${hex(SYN)} @7`, `${hex(PING)} @1700000000.123456`, `${hex(SIX.subarray(0, 28))} @2`],
      outgoing: 0,
      cut: 1,
    });
  });

  test('microseconds are less than a second', () => {
    expect(hex(pcapRecord(zeros(0), 1.9999999))).toBe(`02000000${'0'.repeat(24)}`);
  });

  test('a packet is written as it is in a batch', () => {
    const time = Float64Array.of(0, 1.5, 2);
    const records = [SYN, PING, SIX.subarray(0, 28)].map((packet, i) => pcapRecord(packet, time[i]!));
    expect(hex(pcapRecords({ ...batch, time }))).toBe(hex(join(...records)));
  });

  test.each([-1, Number.NaN, 2 ** 32])('a time of %d is refused', (time) => {
    expect(() => pcapRecord(SYN, time)).toThrow(/^time: .* seconds are not in 0\.\.4294967295/);
  });
});
