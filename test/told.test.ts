/** What rules ask of sockets, processors, routes and the clock, and descriptions tell; what is not told stays open. */
import { describe, expect, test } from 'vitest';
import { MATCHES } from '../src/ext/registry.js';
import { createEngine, parse, readPacket } from '../src/index.js';
import { byFamily } from '../src/input/by-family.js';
import { bytesOf } from '../src/input/encode-columns.js';
import { Pack } from '../src/input/pack.js';
import { TOLD_FIELDS } from '../src/input/told-fields.js';
import { FROM_HOST, type PacketColumns } from '../src/model/batch.js';
import type { Json } from '../src/model/packet.js';
import { howToGet } from '../src/report/headline.js';
import { programOf } from '../src/run/host-program.js';

const ROUTES = `default via 192.0.2.9 dev eth0
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
local 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1
`;
const load = async (chain: string, match: string, more: readonly string[] = []) => {
  const table = chain === 'POSTROUTING' ? 'mangle' : 'filter';
  const text = `*${table}\n:${chain} ACCEPT [0:0]\n-A ${chain} ${match} -j DROP\nCOMMIT\n`;
  const texts = [text, ...more].map((one, i) => ({ name: `${i}`, text: one }));
  return (await createEngine()).load(programOf(parse(texts), { tracking: 'off' }));
};
const ADDRESSES = { src: '192.0.2.1', dst: '198.51.100.7', proto: 'udp', sport: 5, dport: 6 };
const SENT = { ...ADDRESSES, in: null, path: 'output', out: 'eth0' } as const;
const COMES = { ...ADDRESSES, in: 'eth0', path: 'input' } as const;
const PASSES = { ...ADDRESSES, in: 'eth0', path: 'forward', out: 'eth1' } as const;

/** Whether the match holds; undefined: nobody knows. */
async function holds(chain: string, match: string, packet: object, more?: readonly string[]) {
  const result = (await load(chain, match, more)).walk(readPacket(packet).packet);
  return result.fate === 'unknown' ? undefined : result.fate === 'dropped';
}

test('who is asked what a match wants to know is told which field says it', () => {
  const named = MATCHES.flatMap(({ name }) => howToGet({ kind: 'match', about: name }, 4).split('/'));
  const untold = Object.keys(TOLD_FIELDS).filter((field) => !named.includes(`--${field}`));
  expect(untold, 'FIELDS_OF_MATCH of src/report/headline.ts has them').toEqual([]);
});

describe('what rules would take as not told is refused', () => {
  test.each<[policy: Json]>([
    [{ foo: 1 }],
    [{ in: 'some' }],
    [[1]],
    [[{ spi: 'x' }]],
    [[{ proto: 'nosuch' }]],
    [{ out: [{ mode: 'tunel' }] }],
    [[{ src: '192.0.2.300' }]],
    [[{ spi: null }]],
  ])('policy %j', (policy) => {
    expect(() => readPacket({ ...SENT, policy })).toThrow(/^policy: .* is not "none", or states of IPsec as JSON/);
  });

  test.each<[ipvs: Json]>([[{ vproto: 6 }], [{ vport: 65536 }], [{ vport: '80' }], [{ vmethod: 'nat' }], [[]]])(
    'ipvs %j',
    (ipvs) => {
      expect(() => readPacket({ ...SENT, ipvs })).toThrow(/^ipvs: .* is not "none", or a connection of IPVS as JSON/);
    },
  );
});

describe('the socket', () => {
  const own = { uid: 1000, gid: 100 };
  test.each<[chain: string, match: string, packet: object, expected: boolean | undefined]>([
    ['OUTPUT', 'owner --uid-owner 1000', { ...SENT, ...own }, true],
    ['OUTPUT', 'owner ! --uid-owner 1000', { ...SENT, ...own }, false],
    ['OUTPUT', 'owner --uid-owner 999-1000', { ...SENT, ...own }, true],
    ['OUTPUT', 'owner --uid-owner 1000-1001', { ...SENT, ...own }, true],
    ['OUTPUT', 'owner --uid-owner 998-999', { ...SENT, ...own }, false],
    ['OUTPUT', 'owner --uid-owner 1000', { ...SENT, gid: 100 }, undefined],
    ['OUTPUT', 'owner --uid-owner 1000', SENT, undefined],
    ['OUTPUT', 'owner ! --uid-owner 1000', { ...SENT, socket: false }, true],
    ['OUTPUT', 'owner --socket-exists', SENT, undefined],
    ['OUTPUT', 'owner --socket-exists', { ...SENT, uid: 5 }, true],
    ['OUTPUT', 'owner --socket-exists', { ...SENT, classid: 0 }, true],
    ['OUTPUT', 'owner ! --socket-exists', { ...SENT, socket: true }, false],
    ['OUTPUT', 'owner --gid-owner 4-5', { ...SENT, ...own, groups: [4] }, false],
    ['OUTPUT', 'owner --gid-owner 4-5 --suppl-groups', { ...SENT, ...own, groups: [4] }, true],
    ['OUTPUT', 'owner --gid-owner 4-5 --suppl-groups', { ...SENT, ...own, groups: [] }, false],
    ['OUTPUT', 'owner --gid-owner 4-5 --suppl-groups', { ...SENT, ...own }, undefined],
    ['OUTPUT', 'owner --gid-owner 100 --suppl-groups', { ...SENT, ...own }, true],
    ['OUTPUT', 'owner --gid-owner 4 --suppl-groups', { ...SENT, groups: [5] }, undefined],
    ['OUTPUT', 'owner ! --gid-owner 4 --suppl-groups', { ...SENT, socket: false }, false],
    ['OUTPUT', 'owner --gid-owner 4 --suppl-groups', { ...SENT, socket: false }, false],
    ['OUTPUT', 'owner ! --gid-owner 4', { ...SENT, socket: false }, true],
    // what passes by has none, whatever is told
    ['POSTROUTING', 'owner --uid-owner 1000', { ...PASSES, ...own }, false],
    ['POSTROUTING', 'owner ! --socket-exists', PASSES, true],
    ['POSTROUTING', 'cgroup ! --path /a', PASSES, false],
    ['OUTPUT', 'cgroup --path /a', { ...SENT, cgroup: '/a/b' }, true],
    ['OUTPUT', 'cgroup --path a/', { ...SENT, cgroup: 'a' }, true],
    ['OUTPUT', 'cgroup --path /a', { ...SENT, cgroup: '/ab' }, false],
    ['OUTPUT', 'cgroup ! --path /a', { ...SENT, cgroup: '/ab' }, true],
    ['OUTPUT', 'cgroup --path /', { ...SENT, cgroup: '/ab' }, true],
    ['OUTPUT', 'cgroup --path /', SENT, undefined],
    ['OUTPUT', 'cgroup --cgroup 1048577', { ...SENT, classid: '10:1' }, true],
    ['OUTPUT', 'cgroup ! --cgroup 1', { ...SENT, classid: 2 }, true],
    ['OUTPUT', 'cgroup --cgroup 1', { ...SENT, cgroup: '/' }, undefined],
    ['OUTPUT', 'cgroup ! --cgroup 1', { ...SENT, socket: false }, false],
    ['INPUT', 'cgroup --path /a', { ...COMES, cgroup: '/a' }, true],
    ['INPUT', 'cgroup ! --path /a', { ...COMES, socket: false }, false],
    ['INPUT', 'cgroup --path /a', COMES, undefined],
    ['INPUT', 'cpu --cpu 3', { ...COMES, cpu: 3 }, true],
    ['INPUT', 'cpu ! --cpu 3', { ...COMES, cpu: 3 }, false],
    ['INPUT', 'cpu --cpu 3', COMES, undefined],
  ])('%s %s %j', async (chain, match, packet, expected) => {
    expect(await holds(chain, `-m ${match}`, packet)).toBe(expected);
  });
});

describe('the realm', () => {
  const routes = ROUTES.replace('eth0\n', 'eth0 realm 3/5\n');
  test.each<[match: string, packet: object, routes: string | undefined, expected: boolean | undefined]>([
    ['--realm 7', { ...SENT, realm: 7 }, undefined, true],
    ['! --realm 0x30000/0xffff0000', { ...SENT, realm: 0x30005 }, undefined, false],
    ['--realm 0', { ...SENT, realm: 'cosmos' }, undefined, true],
    ['--realm 0', { ...SENT, realm: 'inr.ac' }, undefined, undefined],
    ['--realm 0', SENT, undefined, undefined],
    ['--realm 0', SENT, ROUTES, true],
    ['--realm 5/0xffff', SENT, routes, true],
    ['--realm 0x30005', SENT, routes, true],
    ['--realm 0x30005', { ...SENT, realm: 1 }, routes, false],
    ['--realm 5', SENT, ROUTES.replace('eth0\n', 'eth0 realm inr.ac\n'), undefined],
  ])('%s %j', async (match, packet, texts, expected) => {
    expect(await holds('OUTPUT', `-m realm ${match}`, packet, texts === undefined ? [] : [texts])).toBe(expected);
  });
});

describe('the time', () => {
  // a Saturday
  const NOON = '2026-02-28T12:00:00Z';
  test.each<[match: string, time: string | number | undefined, expected: boolean | undefined]>([
    ['--timestart 11:00 --timestop 12:00', NOON, true],
    ['--timestart 11:00 --timestop 12:00', '2026-02-28T12:00:00.999Z', true],
    ['--timestart 11:00 --timestop 12:00', '2026-02-28T12:00:01Z', false],
    ['--timestart 12:00:01', NOON, false],
    ['--timestart 22:00 --timestop 06:00', '2026-02-28T23:00:00Z', true],
    ['--timestart 22:00 --timestop 06:00', '2026-02-28T06:00:00Z', true],
    ['--timestart 22:00 --timestop 06:00', NOON, false],
    ['--weekdays Sat', NOON, true],
    ['! --weekdays Sat', NOON, false],
    ['--weekdays Sun', '2026-03-01', true],
    ['--monthdays 28', NOON, true],
    ['--monthdays 1', '2026-03-01T00:00:00Z', true],
    ['--weekdays Sat --timestart 22:00 --timestop 06:00', '2026-03-01T01:00:00Z', false],
    ['--weekdays Sat --timestart 22:00 --timestop 06:00 --contiguous', '2026-03-01T01:00:00Z', true],
    ['--monthdays 28 --timestart 22:00 --timestop 06:00 --contiguous', '2026-03-01T06:00:00Z', true],
    ['--monthdays 28 --timestart 22:00 --timestop 06:00 --contiguous', '2026-03-01T22:00:00Z', false],
    ['--datestart 2026-02-28T12', NOON, true],
    ['--datestart 2026-02-28T12:00:01', NOON, false],
    ['--datestop 2026-02-28T12', NOON, true],
    ['--datestop 2026-02-28T11:59:59', NOON, false],
    // nobody has said when it is
    ['--weekdays Sat', undefined, undefined],
    ['--weekdays Sat', 5.25, undefined],
    ['--weekdays Sat', '1999-12-31T23:59:59Z', undefined],
    ['--weekdays Sat', 946684800, true],
    // zones: some are ahead of it, some behind
    ['--timestart 11:00 --timestop 13:00 --kerneltz', NOON, undefined],
    ['--weekdays Fri,Sat,Sun --kerneltz', NOON, true],
    ['--datestop 2026-02-27T20:59:59 --kerneltz', NOON, false],
    ['--datestop 2026-02-27T21:00:00 --kerneltz', NOON, undefined],
  ])('%s %s', async (match, time, expected) => {
    const packet = { ...COMES, ...(time === undefined ? {} : { time }) };
    expect(await holds('INPUT', `-m time ${match}`, packet)).toBe(expected);
  });

  test('goes on with the packets', async () => {
    const host = await load('INPUT', '-m time --timestart 12:00 --timestop 12:00:05');
    const at = (time?: string) => host.walk(readPacket({ ...COMES, ...(time && { time }) }).packet).fate;
    expect([at(NOON), at(), at('2026-02-28T12:00:06Z'), at()]).toEqual([
      ...['dropped', 'dropped'],
      ...['delivered', 'delivered'],
    ]);
  });
});

test.each(['auto', 'bytecode', 'columns'] as const)('what is told goes with many packets: %s', async (engine) => {
  const text = '*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -m cgroup --path /a -j DROP\nCOMMIT\n';
  const texts = parse([
    { name: 'x', text },
    { name: 'r', text: ROUTES },
  ]);
  const program = programOf(texts, { tracking: 'off', engine });
  const host = await (await createEngine()).load(program);
  // more than a batch
  const count = 9_001;
  const column = (value: number) => new Uint32Array(count).fill(value);
  const told = Array.from({ length: count }, (_, i) => (i < 10 ? undefined : { cgroup: i < 5_000 ? '/a/b' : '/b' }));
  const columns: PacketColumns = {
    ...({ kind: 'columns', count } as const),
    ...{ interfaces: ['eth0'], in: new Uint16Array(count).fill(FROM_HOST) },
    ...{ src: column(0xc0000201), dst: column(0xc6336407), proto: column(17), sport: column(5), dport: column(6) },
    ...{ length: column(28), told },
  };
  for (const batch of [columns, bytesOf(columns)]) {
    host.reset();
    host.classify(batch);
    expect([batch.kind, host.summary().fates]).toEqual([batch.kind, { unknown: 10, dropped: 4_990, sent: 4_001 }]);
  }
});

test.each(['bytecode', 'columns'] as const)(
  'what is told stays with packets that walk between others: %s',
  async (engine) => {
    const text = '*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp --dport 7 -m cgroup --path /a -j DROP\nCOMMIT\n';
    const given = [text, ROUTES].map((one, i) => ({ name: `${i}`, text: one }));
    const host = await (await createEngine()).load(programOf(parse(given), { tracking: 'off', engine }));
    const count = 9_000;
    const column = (of: (i: number) => number) => Uint32Array.from({ length: count }, (_, i) => of(i));
    // of each that asks, those before and behind it are of another group
    const told = Array.from({ length: count }, (_, i) => ({ cgroup: i % 4 === 1 ? '/a' : '/b' }));
    const columns: PacketColumns = {
      ...({ kind: 'columns', count, told, interfaces: ['eth0'] } as const),
      ...{ in: new Uint16Array(count).fill(FROM_HOST), length: column(() => 28), proto: column(() => 17) },
      ...{ src: column(() => 0xc0000201), dst: column(() => 0xc6336407), sport: column(() => 5) },
      dport: column((i) => 6 + (i % 2)),
    };
    for (const batch of [columns, bytesOf(columns)]) {
      host.reset();
      host.classify(batch);
      expect([batch.kind, host.summary().fates]).toEqual([batch.kind, { dropped: 2_250, sent: 6_750 }]);
    }
  },
);

test('what is told stays with packets that are parted by their family', () => {
  const six = { src: '2001:db8::1', dst: '2001:db8::2', proto: 'udp' };
  const pack = new Pack();
  for (const [i, packet] of [ADDRESSES, six, ADDRESSES, six].entries())
    pack.add(readPacket({ ...packet, cpu: i }).packet).next();
  const [batch] = pack.take();
  const shares = byFamily(batch!, (version) => version);
  expect(shares.map(({ place, batch: { told } }) => [place, told])).toEqual([
    [4, [{ cpu: 0 }, { cpu: 2 }]],
    [6, [{ cpu: 1 }, { cpu: 3 }]],
  ]);
});
