/** Packets as people give them: without an interface, with fields that are null, on blank lines; of protocols without ports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createEngine,
  explain,
  type LoadedHost,
  type PacketColumns,
  type PacketDescription,
  parse,
  readPacket,
  trace,
} from '../src/index.js';
import { Facts } from '../src/report/facts.js';
import type { Message } from '../src/report/lang/messages.js';
import { WayIn, type WayInOptions } from '../src/report/placing.js';
import { wayAssumed, wayIn } from '../src/report/way-in.js';
import { programOf } from '../src/run/host-program.js';
import { bytesOf, pcap } from './captures.js';
import { packetwalk } from './command.js';
import { ADDR, ROUTE } from './two-links.js';

const filter = (rules: string): string => `*filter\n${rules}COMMIT\n`;

async function load(rules: string, options = {}, ...more: string[]): Promise<LoadedHost> {
  const texts = parse([rules, ...more].map((text, i) => ({ name: `text${i}`, text })));
  return (await createEngine()).load({ ...programOf(texts, options), engine: 'columns' });
}
const keysOf = (messages: readonly Message[]): string[] => messages.map(({ key }) => key);

describe('the way in of a packet that does not say it', () => {
  const OWN = { src: '192.0.2.1', dst: '8.8.8.8' };
  const INSIDE = { src: '10.1.2.3', dst: '8.8.8.8' };
  const SIX = { src: '2001:db8::1', dst: '2001:db8::2' };
  const hexOf = (packet: PacketDescription) => ({ hex: Buffer.from(bytesOf(packet)).toString('hex') });
  const DPORT = { ...INSIDE, dport: 80 };

  test.each<[PacketDescription, WayInOptions, string | null | undefined, string[]]>([
    [OWN, {}, null, ['assumed.own']],
    [INSIDE, {}, 'eth1', ['assumed.iface']],
    [hexOf(OWN), {}, null, ['assumed.own']],
    [hexOf(INSIDE), {}, 'eth1', ['assumed.iface']],
    // what was said holds
    [{ ...OWN, in: 'eth0' }, {}, 'eth0', []],
    [{ ...INSIDE, in: null }, {}, null, []],
    [{ ...INSIDE, in: 'eth0' }, { in: 'eth1', path: 'output' }, 'eth0', []],
    [{ ...INSIDE, path: 'output' }, {}, null, []],
    // and then what was asked for
    [OWN, { in: 'eth0' }, 'eth0', []],
    [INSIDE, { in: 'eth0' }, 'eth0', []],
    [INSIDE, { path: 'output' }, null, []],
    [INSIDE, { path: 'input' }, 'eth1', ['assumed.iface']],
    // nothing tells
    [SIX, {}, undefined, []],
    [SIX, { in: 'eth0' }, 'eth0', []],
    [{ hex: '45' }, {}, undefined, []],
    [hexOf(SIX), {}, undefined, []],
  ])('%j, %j: %s', async (given, options, iface, assumed) => {
    const host = await load(filter(''), {}, ADDR, ROUTE);
    const { packet, by } = new WayIn(host, options).place(readPacket(given).packet);
    expect({ in: packet.in, assumed: keysOf(wayAssumed({ in: packet.in, by })) }).toEqual({ in: iface, assumed });
  });

  test.each<[PacketDescription, string | null | undefined]>([
    [{ ...DPORT, path: 'input' }, ''],
    [{ ...DPORT, path: 'output' }, null],
    [{ hex: '45' }, undefined],
  ])('a host without addresses, %j: %j', async (given, iface) => {
    expect(wayIn(await load(filter('')), readPacket(given).packet).packet.in).toBe(iface);
  });
  test.each([DPORT, hexOf(INSIDE)])('a host without addresses asks for it: %j', async (given) => {
    const host = await load(filter(''));
    expect(() => wayIn(host, readPacket(given).packet)).toThrow('-i: the interface that it comes in on is missing');
  });

  test.each<[PacketDescription, string]>([
    [{ ...OWN, path: 'input' }, "--path input: it is not used, since the host's routes decide: it leaves by eth0"],
    [
      { ...OWN, in: 'eth1', path: 'forward' },
      "--path forward: it is not used, since the host's routes decide: it ends there",
    ],
  ])('%j: a path that does not count is noted', async (given, note) => {
    const host = await load(filter(''), {}, ADDR, ROUTE);
    const { packet, notes } = readPacket(given);
    const placed = new WayIn(host).place(packet).packet;
    expect(trace(host, { packet: placed, notes }).notes?.map(({ message }) => message)).toEqual([note]);
  });
});

describe('the command', () => {
  let cwd: string;
  const PACKETS = [
    '{"src":"192.0.2.1","dst":"8.8.8.8","dport":80}',
    '{"src":"10.1.2.3","dst":"8.8.8.8","dport":80,"sport":null,"path":null}',
    '{"in":"eth0","src":"10.1.2.3","dst":"8.8.8.8","dport":80}',
  ];
  const FRAMES = [
    { src: '192.0.2.1', dst: '8.8.8.8', dport: 80 },
    { src: '10.1.2.3', dst: '8.8.8.8', dport: 80 },
  ].map((packet) => ({ frame: bytesOf(packet) }));
  const FILES: Readonly<Record<string, string | Uint8Array>> = {
    'host.rules': filter('-A FORWARD -i eth1 -m unheard --bit -j DROP\n-A FORWARD -i eth1 -j REJECT\n'),
    'addr.txt': ADDR,
    'route.txt': ROUTE,
    'packets.jsonl': `\n${PACKETS[0]}\n \n${PACKETS[1]}\n${PACKETS[2]}\n\n`,
    'packets.csv': '\nin,src,dst,dport\n,192.0.2.1,8.8.8.8,80\n\n,10.1.2.3,8.8.8.8,80\n',
    'packets.pcap': pcap(FRAMES, { linkType: 101 }),
  };
  beforeAll(() => {
    cwd = mkdtempSync(joinPath(tmpdir(), 'packetwalk-'));
    for (const [name, content] of Object.entries(FILES)) writeFileSync(joinPath(cwd, name), content);
  });
  afterAll(() => rmSync(cwd, { recursive: true }));
  const run = (command: string, ...args: string[]) =>
    packetwalk([command, 'host.rules', 'addr.txt', 'route.txt', '--lenient', ...args], { cwd });

  const SENT = 'sent assumed.own';
  const INSIDE = 'rejected assumed.iface assumed.fact';
  const blank = (line: number) => `blank-line ${line}`;
  test.concurrent.each([
    ['packets.jsonl', [blank(1), SENT, blank(3), INSIDE, 'forwarded assumed.fact', blank(6)]],
    ['packets.csv', [SENT, blank(4), INSIDE]],
    ['packets.pcap', [SENT, INSIDE]],
  ])('trace %s: a line for each, with what was taken for granted', async (name, wanted) => {
    const { stdout, stderr, code } = await run('trace', '--packets', name);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const { fate, assumed = [], error } = JSON.parse(line);
        return error === undefined ? [fate, ...keysOf(assumed)].join(' ') : `${error.code} ${error.line}`;
      });
    expect({ lines, stderr, code }).toEqual({
      lines: wanted,
      stderr: 'not known, and taken as no: match:unheard\n',
      code: 0,
    });
  });

  test.concurrent.each([
    ['packets.jsonl', 3],
    ['packets.csv', 2],
    ['packets.pcap', 2],
  ])('classify %s: the same counted, and blank lines are no packets', async (name, packets) => {
    const { stdout, code } = await run('classify', '--packets', name, '--json');
    const { fates, assumed, partial } = JSON.parse(stdout);
    const [fact, placed] = assumed;
    expect({ fates, partial, placed, fact, code }).toMatchObject({
      fates: { sent: 1, rejected: 1, ...(packets === 3 ? { forwarded: 1 } : {}) },
      partial: undefined,
      fact: { key: 'assumed.fact', params: { fact: 'match:unheard', answer: false } },
      placed: { key: 'assumed.placed', params: { packets: 2 } },
      code: 0,
    });
  });

  test.concurrent('explain tells of bytes what it tells of fields', async () => {
    const hex = Buffer.from(bytesOf({ src: '10.1.2.3', dst: '8.8.8.8', dport: 80 })).toString('hex');
    const { stdout } = await run('explain', '--packet', JSON.stringify({ hex }));
    expect(stdout).toMatch(
      /^rejected: [^\n]*, by filter FORWARD rule 2 [^\n]*\n {2}assumed: it comes in on eth1, by which/,
    );
  });
});

describe('facts that were assumed of a packet are those that rules it was held against ask', () => {
  const UNHEARD = '-m unheard --bit';
  const RULES = filter(`:A - [0:0]
:B - [0:0]
-A INPUT -p udp -j A
-A INPUT -p icmp -g A
-A INPUT -p tcp --dport 80 -j B
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -m geosite --of de -j DROP
-A INPUT -p tcp -j NFQUEUE --queue-num 1
-A A -p udp --dport 53 -j RETURN
-A A ${UNHEARD}
-A B -j DROP
-A B -m set --match-set late src
`);
  test.each<[PacketDescription, string[]]>([
    [{ proto: 'tcp', dport: 22 }, []],
    [{ proto: 'tcp', dport: 80 }, []],
    // a target is asked about where the rule matches
    [{ proto: 'tcp', dport: 443 }, ['match:geosite=no', 'queue:1=yes']],
    [{ proto: 'udp', dport: 53 }, ['match:geosite=no']],
    [{ proto: 'udp', dport: 9 }, ['match:unheard=no', 'match:geosite=no']],
    // behind a goto the rest of the chain is not come to
    [{ proto: 'icmp' }, ['match:unheard=no']],
  ])('%j: %j', async (given, wanted) => {
    const host = await load(RULES, { lenient: true, assume: ['queue:1=yes'] }, ADDR, ROUTE);
    const { packet } = readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', ...given });
    const facts = new Facts(host).of(packet, host.walk(packet).events);
    expect(
      facts.map(
        ({ params }) => `${(params as { fact: string }).fact}=${'answer' in params && params.answer ? 'yes' : 'no'}`,
      ),
    ).toEqual(wanted);
  });

  test.each<[string, PacketDescription, string[]]>([
    ['-A INPUT -m addrtype --src-type LOCAL -j DROP\n', { path: 'input' }, ['local:8.8.8.8']],
    ['-A INPUT -m addrtype --dst-type LOCAL -j DROP\n', { path: 'input' }, ['local:192.0.2.1']],
    ['-A INPUT -m addrtype --dst-type LOCAL -j DROP\n', { path: 'input', dst: '224.0.0.1' }, []],
    ['-A FORWARD -o ppp0 -j DROP\n', { path: 'forward' }, ['out:ppp0']],
    ['-A FORWARD -o ppp0 -j DROP\n', { path: 'forward', out: 'eth1' }, []],
  ])('of a host without addresses: %j, %j', async (rules, given, wanted) => {
    const host = await load(filter(rules), { lenient: true });
    const { packet } = readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', ...given });
    const facts = new Facts(host).of(packet, host.walk(packet).events);
    expect(facts.map(({ params }) => (params as { fact: string }).fact)).toEqual(wanted);
  });

  test('the address is the one that a translation gave it', async () => {
    const nat = '*nat\n-A PREROUTING -p tcp -j DNAT --to-destination 203.0.113.9\nCOMMIT\n';
    const rules = `${nat}${filter('-A FORWARD -m addrtype --dst-type LOCAL -j DROP\n')}`;
    const host = await load(rules, { lenient: true });
    const { packet } = readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', path: 'forward' });
    const [fact] = new Facts(host).of(packet, host.walk(packet).events);
    expect(fact?.params).toEqual({ fact: 'local:203.0.113.9', answer: false });
  });
});

// gre_manip_pkt wants eight bytes
test('a packet of GRE by its fields is one that the kernel translates', async () => {
  const nat = '*nat\n-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n';
  const host = await load(nat, { connections: 'off' }, ADDR, ROUTE);
  const { packet } = readPacket({ in: 'eth1', src: '10.1.2.3', dst: '8.8.8.8', proto: 'gre' });
  expect(trace(host, { packet, notes: [] })).toMatchObject({ fate: 'forwarded', out: { src: '192.0.2.1' } });
  const columns: PacketColumns = {
    kind: 'columns',
    count: 1,
    interfaces: ['eth1'],
    in: Uint16Array.of(0),
    src: Uint32Array.of(0x0a010203),
    dst: Uint32Array.of(0x08080808),
    proto: Uint8Array.of(47),
    sport: new Uint16Array(1),
    dport: new Uint16Array(1),
  };
  host.reset();
  host.classify(columns);
  expect(host.summary()).toMatchObject({ fates: { forwarded: 1 }, bytes: 28 });
});

describe('packets of more days than a column has milliseconds', () => {
  const DAY = 86_400;
  const RULES = filter(`-A INPUT -p tcp -m limit --limit 1/day --limit-burst 1 -j DROP
-A INPUT -p udp -m limit --limit 1/hour --limit-burst 1 -j DROP
-A INPUT -p icmp -m set --match-set s src -j DROP
`);
  const SET = 'create s hash:ip timeout 864000\nadd s 8.8.8.8 timeout 864000\n';

  test.each<[string, readonly (readonly [time: number, dropped: boolean])[]]>([
    [
      'tcp',
      [
        [0, true],
        [0.5, false],
        [50, true],
        [50.5, false],
        [51.2, true],
        [51.3, false],
      ],
    ],
    [
      'udp',
      [
        [0, true],
        [24.8, true],
        [24.87, true],
        [24.88, false],
        [49.71, true],
        [49.72, false],
        [49.8, true],
        [49.79, false],
      ],
    ],
    [
      'icmp',
      [
        [0, true],
        [9.9, true],
        [10.1, false],
        [24.9, false],
        [50, false],
        [20_000, false],
      ],
    ],
  ])('%s: %j', async (proto, packets) => {
    const host = await load(RULES, {}, SET, ADDR, ROUTE);
    const fates = packets.map(([days]) => {
      const { packet } = readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', proto, time: days * DAY });
      return host.walk(packet).fate;
    });
    expect(fates).toEqual(packets.map(([, dropped]) => (dropped ? 'dropped' : 'delivered')));
  });
});

// nf_conntrack_proto_udp.c hands IPPROTO_UDP on for both
test.each(['on', 'off'] as const)(
  'why UDP-Lite with its checksum right is INVALID is told, connections %s',
  async (connections) => {
    const host = await load(filter('-A INPUT -m conntrack --ctstate INVALID -j DROP\n'), { connections }, ADDR, ROUTE);
    const { packet } = readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', proto: 'udplite', dport: 9 });
    const { walk, fate } = explain(host, packet);
    const params = { state: 'INVALID', reason: 'udp-checksum' };
    expect({ fate, tracked: walk.map(({ message }) => message) }).toMatchObject({
      fate: 'dropped',
      tracked: expect.arrayContaining([
        expect.objectContaining({ key: 'tracked', params: expect.objectContaining(params) }),
      ]),
    });
  },
);
