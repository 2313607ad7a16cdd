/** The packet that an ICMP error quotes: what of it is read, and what translation changes in it, checksums too. */
import { describe, expect, test } from 'vitest';
import type { PacketDescription } from '../src/input/json.js';
import { parseAddress, type Words } from '../src/net/address.js';
import { finishSum, sumBytes } from '../src/net/checksum.js';
import { moveQuoted, readQuoted } from '../src/run/connections/quoted.js';
import { bytesOf } from './captures.js';
import { Draw } from './routing/random.js';

const quote = (packet: PacketDescription): Uint8Array => bytesOf({ in: 'eth0', ...packet });
const address = (text: string): Words => parseAddress(text)!;

interface Ends {
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
}
const BEFORE = { src: '10.0.0.9', sport: 5000, dst: '198.51.100.7', dport: 53 };
const AFTER = { address: address('203.0.113.5'), port: 40_000 };

/** By protocol: a packet before, and what it is where an end is moved. */
function packetOf(proto: string, { src, sport, dst, dport }: Ends): PacketDescription {
  if (proto === 'icmp') return { src, dst, proto, type: 8, id: sport, payload: 'a1b2c3d4e5' };
  if (proto === 'icmpv6') return { src, dst, proto, type: 128, id: sport, payload: 'a1b2c3d4e5' };
  if (proto === 'esp') return { src, dst, proto, payload: 'a1b2c3d4e5f60718' };
  return { src, dst, proto, sport, dport, payload: 'a1b2c3d4e5', ...(proto === 'tcp' && { flags: 'S' }) };
}

interface FamilyRow {
  readonly protos: readonly string[];
  readonly ends: Ends;
  readonly moved: string;
  /** bytes of its header. */
  readonly header: number;
}
const FAMILIES: readonly FamilyRow[] = [
  { protos: ['tcp', 'udp', 'udplite', 'sctp', 'icmp', 'esp'], ends: BEFORE, moved: '203.0.113.5', header: 20 },
  {
    protos: ['tcp', 'udp', 'udplite', 'sctp', 'icmpv6', 'esp'],
    ends: { ...BEFORE, src: '2001:db8:1::9', dst: '2001:db8:9:8:7:6:5:4' },
    moved: 'fd00:1234:ffff::8:1',
    header: 40,
  },
];
const ROWS = FAMILIES.flatMap(({ protos, ...row }) => protos.map((proto) => ({ ...row, proto })));

describe.each(ROWS)('$proto to $moved', ({ proto, ends, moved, header }) => {
  const after = { address: address(moved), port: AFTER.port };

  test.each(['src', 'dst'] as const)('the %s of a whole packet', (side) => {
    const bytes = quote(packetOf(proto, ends));
    const identified = proto.startsWith('icmp');
    const expected = {
      ...ends,
      [side]: moved,
      ...(side === 'src' || identified ? { sport: after.port } : { dport: after.port }),
    };
    expect(moveQuoted(bytes, { side, ...after })).toBe(true);
    expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(quote(packetOf(proto, expected))).toString('hex'));
  });

  test.each([0, 3, 7, 8, 16, 19, 20])('%i bytes behind its header, and none behind them', (length) => {
    const whole = quote(packetOf(proto, ends));
    const room = whole.slice(0, header + length + 8).fill(0xee, header + length);
    const bytes = room.subarray(0, header + length);
    const before = bytes.slice();
    const enough = proto === 'esp' || length >= 8;
    expect(moveQuoted(bytes, { side: 'src', ...after })).toBe(enough);
    if (!enough) expect(bytes).toEqual(before);
    else if (header === 20) expect(finishSum(sumBytes(bytes.subarray(0, 20)))).toBe(0);
    expect([...room.subarray(header + length)].every((byte) => byte === 0xee)).toBe(true);
  });
});

test('of IPv6 what stands behind its extension headers is moved', () => {
  const { ends, moved } = FAMILIES[1]!;
  const plain = quote(packetOf('udp', ends));
  // hop-by-hop options of 8 bytes, a fragment header of the first fragment
  const headers = Uint8Array.of(44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0, 0, 9);
  const bytes = Uint8Array.of(...plain.subarray(0, 40), ...headers, ...plain.subarray(40));
  bytes[6] = 0;
  expect(moveQuoted(bytes, { side: 'src', address: address(moved), port: 9 })).toBe(true);
  const expected = quote(packetOf('udp', { ...ends, src: moved, sport: 9 }));
  expect(bytes.subarray(56)).toEqual(expected.subarray(40));
  expect(bytes.subarray(8, 40)).toEqual(expected.subarray(8, 40));
  // a later one has no header
  bytes[50] = 1;
  expect(readQuoted(bytes, 6)).toBeUndefined();
});

test('a UDP packet without a checksum has none afterwards, and one that comes to 0 is written as ffff', () => {
  const bytes = quote(packetOf('udp', BEFORE));
  bytes.fill(0, 26, 28);
  moveQuoted(bytes, { side: 'src', ...AFTER });
  expect([...bytes.subarray(26, 28)]).toEqual([0, 0]);
  const own = quote(packetOf('udp', BEFORE));
  // what the port has to be for the sum to come out so
  const port = (BEFORE.sport + ((own[26]! << 8) | own[27]!)) % 0xffff;
  moveQuoted(own, { side: 'src', address: address(BEFORE.src), port });
  expect([...own.subarray(26, 28)]).toEqual([0xff, 0xff]);
});

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ['nothing', () => new Uint8Array(0)],
  ['19 bytes', (bytes) => bytes.subarray(0, 19)],
  ['a header that says it is longer than what is there', (bytes) => bytes.subarray(0, 23).fill(0x4f, 0, 1)],
  ['a later fragment', (bytes) => bytes.fill(1, 7, 8)],
])('%s is not read, and nothing of it moved', (_, change) => {
  const bytes = change(quote(packetOf('udp', BEFORE)));
  const before = bytes.slice();
  expect([readQuoted(bytes, 4), moveQuoted(bytes, { side: 'dst', ...AFTER })]).toEqual([undefined, false]);
  expect(bytes).toEqual(before);
});

test('of IPv6 a header may reach beyond what is quoted, where nothing behind it is asked for', () => {
  const { ends, moved } = FAMILIES[1]!;
  const esp = quote(packetOf('esp', ends)).slice(0, 44);
  // destination options, of which two bytes of eight are there
  esp[6] = 60;
  esp.set([50, 0], 40);
  expect(moveQuoted(esp, { side: 'dst', address: address(moved), port: 0 })).toBe(true);
  expect(readQuoted(esp, 6)).toMatchObject({ protocol: 50, dst: address(moved), transport: new Uint8Array(0) });
});

test.each([4, 6] as const)('any bytes are read or not, and moved inside of themselves (IPv%i)', (family) => {
  const draw = new Draw(family);
  for (let i = 0; i < 20_000; i++) {
    const room = Uint8Array.from({ length: draw.below(96) + 8 }, () => draw.below(256));
    room[0] = draw.of([0x45, 0x45, 0x46, 0x40, 0x4f, draw.below(256)]);
    room[9] = draw.of([1, 6, 17, 47, 132, 136, draw.below(256)]);
    if (family === 6) room[6] = draw.of([0, 43, 44, 51, 58, 59, 60, 6, 17, 132]);
    else if (draw.chance(70)) room.fill(0, 6, 8);
    const bytes = room.subarray(0, room.length - 8);
    const behind = room.slice(bytes.length);
    const read = readQuoted(bytes, family);
    if (read !== undefined && family === 4) expect(read.transport.length).toBe(bytes.length - 4 * (bytes[0]! & 15));
    const words = Array.from({ length: family === 4 ? 1 : 4 }, () => draw.below(2 ** 32));
    moveQuoted(bytes, { side: draw.of(['src', 'dst']), address: words, port: draw.below(65536) });
    expect(room.subarray(bytes.length)).toEqual(behind);
  }
});
