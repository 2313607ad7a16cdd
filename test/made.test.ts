/** Packets of the judge that are made of others, what the kernel drew, and how answers and tables are compared. */
import { describe, expect, test } from 'vitest';
import { connectionDifferences } from './kernel/connections.js';
import { drawnOf } from './kernel/drawn.js';
import type { Exchanged } from './kernel/exchange.js';
import { made } from './kernel/made.js';
import { buildPacket, type PacketSpec, toHex } from './kernel/packets.js';
import { groupsOf, tooClose, whatVaries } from './kernel/repeat.js';
import type { PacketOut } from './kernel/scenario.js';

const hex = (spec: PacketSpec): string => toHex(buildPacket(spec));
const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80 };
const turned = { src: '10.0.0.2', dst: '10.0.0.1', sport: 80, dport: 1000 };
const left = { src: '192.0.2.1', dst: '192.0.2.9', sport: 5000, dport: 8080 };
const answer = { src: '192.0.2.9', dst: '192.0.2.1', sport: 8080, dport: 5000 };
const out = (spec: PacketSpec, more: Partial<PacketOut> = {}): PacketOut[] => [
  { hook: 'postrouting', iface: 'eth1', mark: 0, hex: hex(spec), ...more },
];

describe('an answer has the ends of what left, and sums as right as before', () => {
  test.each<PacketSpec & { proto: string }>([
    { ...turned, proto: 'tcp', flags: 'SA', payload: '616263' },
    { ...turned, proto: 'udp', payload: '61' },
    { ...turned, proto: 'udp', noChecksum: true },
    { ...turned, proto: 'sctp', chunks: [2] },
    { ...turned, proto: 'udplite', checksumProto: 17 },
  ])('$proto', (spec) => {
    const line = { in: 'eth9', hex: hex(spec), mark: 7, answers: { packet: 'a' } };
    const sent = made(line, out({ ...spec, ...left }));
    expect(sent).toEqual({ in: 'eth1', hex: hex({ ...spec, ...answer }), answers: { packet: 'a' } });
    expect(made(sent, out({ ...spec, ...left }))).toEqual(sent);
  });

  test('ICMP by its identifier', () => {
    const query = { ...left, proto: 'icmp', type: 8, id: 99 };
    const line = { in: null, hex: hex({ ...turned, proto: 'icmp', type: 0, id: 1 }), answers: { packet: 'a' } };
    expect(made(line, out(query)).hex).toBe(hex({ ...answer, proto: 'icmp', type: 0, id: 99 }));
  });

  test('but for what stays', () => {
    const line = { in: 'eth9', hex: hex(turned), answers: { packet: 'a', except: ['in' as const, 'src' as const] } };
    expect(made(line, out(left))).toMatchObject({ in: 'eth9', hex: hex({ ...answer, src: turned.src }) });
  });

  test.each([
    ['nothing left', undefined, { in: 'eth9', hex: hex(turned) }],
    ['it came in', out(left, { hook: 'input' }), { in: null, hex: hex(answer) }],
    ['it went to lo', out(left, { iface: 'lo' }), { in: null, hex: hex(answer) }],
  ])('where %s', (_, from, sent) =>
    expect(made({ in: 'eth9', hex: hex(turned), answers: { packet: 'a' } }, from)).toMatchObject(sent),
  );
});

test('an error quotes what left, as much as it quoted before', () => {
  const error = (payload: string, more = {}): PacketSpec => ({
    ...turned,
    proto: 'icmp',
    type: 3,
    code: 3,
    payload,
    ...more,
  });
  const line = { in: 'eth9', hex: hex(error('00'.repeat(28))), quotes: { packet: 'a' } };
  expect(made(line, out(left)).hex).toBe(hex(error(hex(left).slice(0, 56), { src: answer.src, dst: answer.dst })));
});

describe('what is drawn', () => {
  const drawn = (sent: PacketSpec, range: [number, number], side?: 'src' | 'dst') => {
    let told = 0;
    const port = drawnOf(hex(sent), [hex(left)], () => told++)({ min: range[0], max: range[1] }, side);
    return [port, told];
  };
  test.each([
    ['the source port', ends, [4000, 6000], undefined, [5000, 1]],
    ['the port that has changed', { ...ends, sport: 5000 }, [1, 65535], undefined, [8080, 1]],
    ['the port of the side', ends, [1, 65535], 'dst', [8080, 1]],
    ['nothing outside of the range', ends, [6000, 7000], undefined, [undefined, 0]],
  ] as const)('is %s', (_, sent, range, side, expected) => expect(drawn(sent, [...range], side)).toEqual(expected));
});

describe('tables of connections', () => {
  const line = (timeout: number, more = '') =>
    `ipv4     2 udp      17 ${timeout} src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0${more}`;
  test.each<[string, string[], string[], number]>([
    [
      'are the same a second later, whatever their use and order',
      [line(30, ' use=1'), line(9)],
      [line(10), line(29, ' use=2 id=7')],
      0,
    ],
    ['differ in two seconds', [line(30)], [line(28)], 2],
    ['differ in a mark', [line(30)], [line(30).replace('mark=0', 'mark=1')], 2],
    ['differ in an entry that is there twice', [line(30), line(30)], [line(30)], 1],
  ])('%s', (_, kernel, ours, count) => expect(connectionDifferences(kernel, ours)).toHaveLength(count));
});

describe('asked again', () => {
  const at = (time: number, spec: PacketSpec = left, packets = 1, keep = true): Exchanged => ({
    line: { in: 'eth0', hex: hex(ends), keep },
    result: {
      hits: [{ table: 'nat', chain: 'OUTPUT', rule: 1, packets, bytes: 60 }],
      policies: [],
      out: out(spec),
      time,
      cpu: 0,
    },
  });
  test.each<[string, Exchanged, RegExp | undefined]>([
    ['a port is drawn anew', at(0, { ...left, sport: 6000 }), undefined],
    ['an address is not', at(0, { ...left, src: '192.0.2.2' }), /what leaves/],
    ['a counter', at(0, left, 2), /counts of nat OUTPUT 1: 1\/60, then 2\/60/],
  ])('%s', (_, again, why) => {
    const varies = whatVaries([[at(0)], [again]], [0, 0]);
    if (why === undefined) expect(varies).toBeUndefined();
    else expect(varies).toMatch(why);
  });
  test.each([
    [[0, 1250, 2500], false],
    [[0, 1250, 2230], true],
    [[0, 30, 1050], true],
    [[0, 10, 20], false],
  ])('packets at %j may have met an end: %s', (times, close) =>
    expect(
      tooClose(
        times.map((time) => at(time)),
        [0, 2],
      ),
    ).toBe(close),
  );
  test('groups end where nothing is kept', () => {
    const kept = [true, false, false, true, true].map((keep) => ({ keep }));
    expect(groupsOf(kept)).toEqual([
      [0, 1],
      [0, 1],
      [2, 2],
      [3, 4],
      [3, 4],
    ]);
  });
});
