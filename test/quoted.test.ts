/** The packet that an ICMP error quotes: what of it is read, and what translation changes in it, checksums too. */
import { describe, expect, test } from 'vitest';
import { finishSum, sumBytes } from '../src/net/checksum.js';
import { moveQuoted, readQuoted } from '../src/run/connections/quoted.js';
import { bytesOf } from './captures.js';
import { flowPacket } from './flow-packets.js';
import { Draw } from './routing/random.js';

const quote = (text: string): Uint8Array => bytesOf(flowPacket(text));
const address = (text: string): number => text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

const BEFORE = { src: '10.0.0.9', sport: 5000, dst: '198.51.100.7', dport: 53 };
const AFTER = { address: address('203.0.113.5'), port: 40_000 };

/** By protocol: a packet before, and what it is where an end is moved. */
const packetOf = (proto: string, { src, sport, dst, dport }: typeof BEFORE): string =>
  proto === 'icmp'
    ? `icmp ${src} > ${dst} type=8 id=${sport} payload=a1b2c3d4e5`
    : proto === 'esp'
      ? `esp ${src} > ${dst} payload=a1b2c3d4e5f60718`
      : `${proto} ${src}:${sport} > ${dst}:${dport} payload=a1b2c3d4e5`;

describe.each(['tcp', 'udp', 'udplite', 'sctp', 'icmp', 'esp'])('%s', (proto) => {
  test.each(['src', 'dst'] as const)('the %s of a whole packet', (side) => {
    const bytes = quote(packetOf(proto, BEFORE));
    const moved = {
      ...BEFORE,
      [side]: '203.0.113.5',
      ...(side === 'src' || proto === 'icmp' ? { sport: AFTER.port } : { dport: AFTER.port }),
    };
    expect(moveQuoted(bytes, { side, ...AFTER })).toBe(true);
    expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(quote(packetOf(proto, moved))).toString('hex'));
  });

  test.each([20, 23, 27, 28, 36, 39, 40])('%i bytes of it, and none behind them', (length) => {
    const whole = quote(packetOf(proto, BEFORE));
    const room = whole.slice(0, length + 8).fill(0xee, length);
    const bytes = room.subarray(0, length);
    const before = bytes.slice();
    const enough = proto === 'esp' || length >= 28;
    expect(moveQuoted(bytes, { side: 'src', ...AFTER })).toBe(enough);
    if (!enough) expect(bytes).toEqual(before);
    else expect(finishSum(sumBytes(bytes.subarray(0, 20)))).toBe(0);
    expect([...room.subarray(length)].every((byte) => byte === 0xee)).toBe(true);
  });
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
  expect([readQuoted(bytes), moveQuoted(bytes, { side: 'dst', ...AFTER })]).toEqual([undefined, false]);
  expect(bytes).toEqual(before);
});

test('any bytes are read or not, and moved inside of themselves', () => {
  const draw = new Draw(1);
  for (let i = 0; i < 20_000; i++) {
    const room = Uint8Array.from({ length: draw.below(64) + 8 }, () => draw.below(256));
    room[0] = draw.of([0x45, 0x45, 0x46, 0x40, 0x4f, draw.below(256)]);
    room[9] = draw.of([1, 6, 17, 47, 132, 136, draw.below(256)]);
    if (draw.chance(70)) room.fill(0, 6, 8);
    const bytes = room.subarray(0, room.length - 8);
    const behind = room.slice(bytes.length);
    const read = readQuoted(bytes);
    if (read !== undefined) expect(read.transport.length).toBe(bytes.length - 4 * (bytes[0]! & 15));
    moveQuoted(bytes, { side: draw.of(['src', 'dst']), address: draw.below(2 ** 32), port: draw.below(65536) });
    expect(room.subarray(bytes.length)).toEqual(behind);
  }
});
