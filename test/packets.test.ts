/** Packets on their way in: what a stream is, where they come from, and described ones as batches. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../src/input/detect.js';
import { readPacket } from '../src/input/json.js';
import { Pack } from '../src/input/pack.js';
import { peek } from '../src/input/unpack.js';
import { FRAME_NUMBERS, FROM_HOST, PATH_NUMBERS, type PacketBytes, STATE_NUMBERS, UNSAID } from '../src/model/batch.js';
import type { Words } from '../src/net/address.js';
import { Placing, type WayInOptions } from '../src/report/placing.js';
import { bytesOf, join, pcap, zeros } from './captures.js';

const text = (line: string): Uint8Array => new TextEncoder().encode(line);

test.each([
  ['pcap', pcap([])],
  ['pcap', pcap([], { order: 'big', nano: true })],
  ['pcapng', join([0x0a, 0x0d, 0x0d, 0x0a], zeros(24))],
  ['gzip', gzipSync('')],
  ['jsonl', text('{"src":"192.0.2.1"}')],
  ['jsonl', text('\n  {"src":"192.0.2.1"}')],
  ['jsonl', text('\ufeff{"src,":1}')],
  ['jsonl', text('not a packet')],
  ['jsonl', zeros(0)],
  ['csv', text('src,dst')],
  ['csv', text('\ufeff"in","src"')],
  ['csv', text('in;src')],
  ['csv', text('src\tdst')],
  [undefined, text('{"src"\0')],
  [undefined, text('\u007fELF\u0002\0')],
  [undefined, join([0xff, 0xfe], text('{}'))],
])('%s: %j', (format, first) => {
  expect(detectFormat(first).format).toBe(format);
});

describe('a look at the beginning of a stream', () => {
  const open = (log: string[]) =>
    (async function* () {
      try {
        for (const part of ['ab', 'c', 'defg']) yield text(part);
      } finally {
        log.push('closed');
      }
    })();

  test('takes no more than it needs, and gives it back', async () => {
    const log: string[] = [];
    const { first, all } = await peek(open(log), 3);
    expect(first).toEqual(text('abc'));
    const parts: Uint8Array[] = [];
    for await (const part of all) parts.push(part);
    expect(parts).toEqual([text('abc'), text('defg')]);
    expect(log).toEqual(['closed']);
  });

  test('may be all that there is, and the end of it', async () => {
    const log: string[] = [];
    const { first, all } = await peek(open(log), 100);
    expect(first).toEqual(text('abcdefg'));
    const other = await peek(open(log), 1);
    await other.all.return();
    await all.return();
    expect(log).toEqual(['closed', 'closed']);
  });
});

describe('where a captured packet comes from', () => {
  // 192.0.2.1 is the host's own, 10.0.0.0/8 is behind eth1, of the rest nothing is known
  const host = {
    originOf: ([address]: Words) =>
      address === 0xc0000201 ? ('own' as const) : address! >>> 24 === 10 ? { iface: 'eth1' } : undefined,
    addressKind: (address: number) => (address === 0xc0000201 ? 0 : address >>> 24 === 10 ? 1 : 2),
  };
  const FROM = { own: '192.0.2.1', behind: '10.0.0.1', unknown: '8.8.8.8', six: '2001:db8::1' };

  test.each<[keyof typeof FROM, string | undefined, WayInOptions, boolean, string | null | undefined]>([
    // source, name in the capture, options, captured as it left, where it comes from
    ['own', undefined, {}, false, null],
    ['behind', undefined, {}, false, 'eth1'],
    ['unknown', undefined, {}, false, undefined],
    ['six', undefined, {}, false, undefined],
    ['own', 'eth0', {}, false, null],
    ['behind', 'eth0', {}, false, 'eth0'],
    ['unknown', 'eth0', {}, false, 'eth0'],
    ['six', 'eth0', {}, false, 'eth0'],
    ['own', undefined, { in: 'wg0' }, false, 'wg0'],
    ['behind', undefined, { in: 'wg0' }, false, 'wg0'],
    ['six', undefined, { in: 'wg0' }, false, 'wg0'],
    ['behind', 'eth0', { in: 'wg0' }, false, 'eth0'],
    ['own', undefined, { in: 'wg0' }, true, null],
    ['behind', undefined, { in: 'wg0' }, true, 'eth1'],
    ['unknown', undefined, { in: 'wg0' }, true, 'wg0'],
    ['unknown', undefined, {}, true, undefined],
  ])('source %s, interface %s, %j, outgoing %s: %s', (from, named, options, outgoing, expected) => {
    const bytes = bytesOf({ src: FROM[from], dst: from === 'six' ? '2001:db8::2' : '192.0.2.2' });
    const packets: PacketBytes = {
      kind: 'bytes',
      count: 1,
      bytes: join([9], bytes),
      at: Uint32Array.of(1),
      size: Uint32Array.of(bytes.length),
      interfaces: ['lo', 'eth0'],
      in: Uint16Array.of(named === undefined ? UNSAID : 1),
    };
    const placing = new Placing(host, options);
    // the second time it is remembered
    for (let time = 0; time < 2; time++) {
      const placed = placing.place({ packets, outgoing: Uint8Array.of(Number(outgoing)) }).packets;
      const place = placed.in![0]!;
      expect(place === FROM_HOST ? null : place === UNSAID ? undefined : placed.interfaces[place]).toBe(expected);
      expect(placed.path).toBeUndefined();
    }
  });

  test('the way that was asked for holds for all', () => {
    const bytes = bytesOf({ src: '8.8.8.8', dst: '192.0.2.2' });
    const packets: PacketBytes = {
      kind: 'bytes',
      count: 2,
      bytes,
      at: Uint32Array.of(0, 0),
      size: Uint32Array.of(bytes.length, bytes.length),
      interfaces: [],
    };
    const { path } = new Placing(host, { path: 'forward' }).place({ packets, outgoing: new Uint8Array(2) }).packets;
    expect(path).toEqual(Uint8Array.of(PATH_NUMBERS.forward, PATH_NUMBERS.forward));
  });
});

describe('described packets as batches', () => {
  const TCP = { src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp' } as const;

  test('with all that belongs to them', () => {
    const pack = new Pack();
    const full = {
      in: 'eth0',
      out: 'eth1',
      mark: 7,
      time: 1.5,
      uid: 1,
      gid: 2,
      path: 'forward',
      state: 'RELATED',
      mac: '00:01:02:0a:0b:ff',
      pkttype: 'multicast',
      physin: 'vnet0',
      groups: '4,0x1b',
    } as const;
    expect([...pack.add(readPacket({ ...TCP, ...full }).packet)]).toEqual([]);
    expect([...pack.add(readPacket({ ...TCP, in: null }).packet)]).toEqual([]);
    const [batch] = pack.take();
    const { bytes, at, size, interfaces, ...more } = batch!;
    const one = bytesOf(TCP);
    expect([0, 1].map((row) => bytes.slice(at[row], at[row]! + size[row]!))).toEqual([one, one]);
    const columns = Object.fromEntries(
      Object.entries(more).map(([name, value]) => [name, typeof value === 'object' ? [...value.slice(0, 2)] : value]),
    );
    expect(interfaces).toEqual(['eth0', 'eth1']);
    expect(columns).toEqual({
      kind: 'bytes',
      count: 2,
      raw: false,
      wire: [one.length, one.length],
      in: [0, FROM_HOST],
      out: [1, UNSAID],
      mac: [0x01020a0bff, Number.NaN],
      pkttype: [FRAME_NUMBERS.multicast, 0],
      mark: [7, 0],
      time: [1.5, Number.NaN],
      uid: [1, 0xffffffff],
      gid: [2, 0xffffffff],
      path: [PATH_NUMBERS.forward, 0],
      state: [STATE_NUMBERS.RELATED, 0],
      told: [{ physin: 'vnet0', groups: [4, 27] }],
    });
    expect([...pack.take()]).toEqual([]);
    expect([...pack.add(readPacket(TCP).packet), ...pack.take()].map(({ told }) => told)).toEqual([undefined]);
  });

  test('of so many packets or bytes, and of one kind: as bytes or as fields', () => {
    const counts = (descriptions: readonly Parameters<typeof readPacket>[0][]): number[] => {
      const pack = new Pack();
      const all = descriptions.flatMap((one) => [...pack.add(readPacket(one).packet)].map(({ count }) => count));
      return [...all, ...[...pack.take()].map(({ count }) => count)];
    };
    expect(counts(new Array(5000).fill(TCP))).toEqual([2048, 2048, 904]);
    expect(counts(new Array(40).fill({ ...TCP, length: 65535 }))).toEqual([16, 16, 8]);
    const hex = Buffer.from(bytesOf(TCP)).toString('hex');
    expect(counts([TCP, TCP, { hex }, TCP])).toEqual([2, 1, 1]);
  });

  test('a packet that cannot be leaves those before it as they were', () => {
    const pack = new Pack();
    expect([...pack.add(readPacket(TCP).packet)]).toEqual([]);
    expect(() => [...pack.add(readPacket({ ...TCP, length: 30 }).packet)]).toThrow(/^length: 30 is less/);
    expect([...pack.take()].map(({ count }) => count)).toEqual([1]);
  });
});
