/** Packets in columns as bytes: slices, what absent columns stand for, and what cannot be. */
import { expect, test } from 'vitest';
import { csvHeader, csvLine, csvNames, jsonLine } from '../src/input/columns-text.js';
import { CsvReader } from '../src/input/csv.js';
import { encodePacket } from '../src/input/encode.js';
import { bytesOf } from '../src/input/encode-columns.js';
import { readJsonPacket } from '../src/input/json.js';
import { FROM_HOST, type PacketColumns, UNSAID } from '../src/model/batch.js';

const SRC = 0xc0000201;
const DST = 0xc6336407;
/** As many packets as there are protocols. */
function columnsOf(protocols: readonly number[], more: Partial<PacketColumns> = {}): PacketColumns {
  const count = protocols.length;
  return {
    kind: 'columns',
    count,
    interfaces: [],
    src: new Uint32Array(count).fill(SRC),
    dst: new Uint32Array(count).fill(DST),
    proto: Uint8Array.from(protocols),
    sport: new Uint16Array(count).fill(8),
    dport: new Uint16Array(count).fill(0),
    ...more,
  };
}
const lineOf = (text: string) => ({ number: 1, text, cut: false });
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Every protocol that has a header of ours, and some that have none. */
const PROTOCOLS = [1, 2, 6, 17, 33, 47, 50, 51, 58, 132, 136, 255];
const DESCRIBED = { src: '192.0.2.1', dst: '198.51.100.7' };
const PORTS = { sport: 8, dport: 0 };
const HEADERS: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 33: 20, 132: 12, 136: 8 };
/** What stands for a header is zeros. */
const BODIES: Readonly<Record<number, number>> = { 47: 8, 50: 8, 51: 12 };

test('columns that are absent stand for what a packet has that says no more than its headers', () => {
  const { bytes, at, size, raw } = bytesOf(columnsOf(PROTOCOLS));
  expect(raw).toBe(false);
  PROTOCOLS.forEach((proto, i) => {
    const more = proto === 1 ? { type: 8, code: 0 } : HEADERS[proto] === undefined ? {} : PORTS;
    const described = { ...DESCRIBED, proto, ...more, length: 20 + (HEADERS[proto] ?? BODIES[proto] ?? 0) };
    const { packet } = readJsonPacket(lineOf(JSON.stringify(described)));
    expect([proto, hexOf(bytes.subarray(at[i]!, at[i]! + size[i]!))]).toEqual([proto, hexOf(encodePacket(packet))]);
  });
});

test('a slice has its packets alone, with what stands beside them', () => {
  const columns = columnsOf([6, 17, 1, 132], {
    interfaces: ['eth0'],
    in: Uint16Array.of(0, FROM_HOST, UNSAID, 0),
    mark: Uint32Array.of(1, 2, 3, 4),
    state: Uint8Array.of(1, 2, 3, 4),
    length: Uint16Array.of(40, 100, 30, 60),
  });
  const { count, bytes, at, size, in: from, mark, state, out } = bytesOf(columns, 1, 2);
  const whole = bytesOf(columns);
  expect({ count, at: [...at], size: [...size], from: [...from!], mark: [...mark!], state: [...state!], out }).toEqual({
    count: 2,
    at: [0, 100],
    size: [100, 30],
    from: [FROM_HOST, UNSAID],
    mark: [2, 3],
    state: [2, 3],
    out: undefined,
  });
  expect(hexOf(bytes)).toBe(hexOf(whole.bytes.subarray(40, 170)));
  expect([bytesOf(columns, 3, 9).count, bytesOf(columns, 9, 1).count, bytesOf(columns, 4).bytes.length]).toEqual([
    1, 0, 0,
  ]);
});

test('values that are too large are cut to their fields', () => {
  const wide = columnsOf([6], {
    proto: Uint32Array.of(0x106),
    sport: Uint32Array.of(0x10050),
    flags: Uint32Array.of(0x112),
    ttl: Uint32Array.of(0x140),
    length: Uint32Array.of(0x10028),
    frag: Uint32Array.of(0x1c000),
  });
  const { packet } = readJsonPacket(
    lineOf(JSON.stringify({ ...DESCRIBED, proto: 6, sport: 80, dport: 0, flags: 'SA', length: 40, ttl: 64, df: true })),
  );
  expect(hexOf(bytesOf(wide).bytes)).toBe(hexOf(encodePacket(packet)));
  expect(hexOf(encodePacket(readJsonPacket(lineOf(jsonLine(wide, 0))).packet))).toBe(hexOf(encodePacket(packet)));
});

test.each<[number, number, number, string]>([
  [6, 39, 0, 'packet 0: length: 39 is less than 20 bytes of IP header and 20 of tcp header'],
  [47, 19, 0, 'packet 0: length: 19 is less than 20 bytes of IP header'],
  [6, 19, 5, 'packet 0: length: 19 is less than 20 bytes of IP header'],
])('protocol %d, length %d, offset %d is refused', (proto, length, frag, message) => {
  const columns = columnsOf([proto], { length: Uint16Array.of(length), frag: Uint16Array.of(frag) });
  expect(() => bytesOf(columns)).toThrow(message);
});

const TOLD = {
  physin: 'vnet0',
  physout: 'eth0',
  groups: [4, 27],
  socket: false,
  cgroup: '/a,b',
  classid: 0x100001,
  cpu: 0,
  realm: 'cosmos',
  policy: [{ proto: 'esp', spi: 1 }],
  ipvs: 'none',
  os: 'Linux',
  srccountry: 'JP',
} as const;

test('what stands beside a packet stands in its line', () => {
  const columns = columnsOf([17, 17], {
    interfaces: ['a,"b"', 'eth1'],
    in: Uint16Array.of(0, UNSAID),
    out: Uint16Array.of(1, UNSAID),
    mark: Uint32Array.of(0xffffffff, 0),
    time: Float64Array.of(1.5, Number.NaN),
    uid: Uint32Array.of(1000, 0xffffffff),
    gid: Uint32Array.of(100, 0xffffffff),
    path: Uint8Array.of(2, 0),
    state: Uint8Array.of(2, 0),
    told: [TOLD],
  });
  const reader = new CsvReader(lineOf(csvHeader(columns)));
  const said = [0, 1].flatMap((i) => [
    readJsonPacket(lineOf(jsonLine(columns, i))).packet,
    reader.read(lineOf(csvLine(columns, csvNames(columns), i))).packet,
  ]);
  const first = {
    in: 'a,"b"',
    out: 'eth1',
    mark: 0xffffffff,
    time: 1.5,
    uid: 1000,
    gid: 100,
    path: 'forward',
    state: 'ESTABLISHED',
    told: TOLD,
  };
  const none = {
    in: undefined,
    out: undefined,
    mark: 0,
    time: undefined,
    uid: undefined,
    gid: undefined,
    path: undefined,
    state: undefined,
    told: undefined,
  };
  expect(said).toMatchObject([first, first, none, none]);
});

test('an interface that is called null cannot be told from none in CSV', () => {
  expect(() => csvHeader(columnsOf([], { interfaces: ['null'] }))).toThrow('null');
});
