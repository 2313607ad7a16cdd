/**
 * Fragments of IPv6 before the kernel, as fragments.kernel.test.ts has those of IPv4: random pieces of random packets, whole
 * hosts, every counter and all that leaves.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WalkEvent } from '../../src/model/trace.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { withFragmentTime } from './compare.js';
import { Random } from './generate/random.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { differences, type Observed, ofKernel } from './observed.js';
import { drawFragments6, piece6 } from './packets/pieces6.js';
import { toHex } from './packets.js';
import type { PacketLine } from './scenario.js';
import { loadCaptured, observe } from './walked.js';

const LINKS = [
  ['eth0', '2001:db8::1'],
  ['eth1', '2001:db8:1::1'],
  ['eth2', '2001:db8:2::1'],
] as const;
const BEYOND = '2001:db8:1::9';
const HOST = [
  'ip link set lo up',
  ...LINKS.flatMap(([name, address]) => [
    `ip tuntap add ${name} mode tun`,
    `echo 1 > /proc/sys/net/ipv6/conf/${name}/addr_gen_mode`,
    `ip -6 addr add ${address}/64 nodad dev ${name}`,
    `ip -6 addr add fe80::1/64 nodad dev ${name}`,
    `ip link set ${name} up mtu 65535`,
  ]),
];
const MATCHES = [
  '',
  '-m frag --fragfirst',
  '-m frag --fragmore',
  '-m frag --fraglast',
  '-m ipv6header --header frag --soft',
  '-m ipv6header --header none',
  '-p udp --sport 1000:1001',
  '-p tcp --dport 50:51',
  '-p icmpv6 --icmpv6-type 128/0',
  '-p 253',
  '-m mark --mark 1',
  '-m length --length 0:100',
  '-m dscp --dscp 0x10',
];
/** They want as many bytes in one row, or all. */
const MANGLING = [
  '-p tcp -m mark --mark 1 -j TCPOPTSTRIP --strip-options timestamp',
  '-p tcp -m mark --mark 2 --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 100',
];
const chain = (name: string, rules: readonly string[]) => rules.map((rule) => `-A ${name} ${rule}\n`).join('');
const tables = (raw: string, states: readonly string[]) => `*raw
${['PREROUTING', 'OUTPUT'].map((name) => chain(name, MATCHES)).join('')}${raw}COMMIT
*mangle
${chain('OUTPUT', MANGLING)}${['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].map((name) => chain(name, [...MATCHES, ...states])).join('')}COMMIT
`;
const STATES = ['NEW', 'INVALID', 'UNTRACKED'].map((state) => `-m conntrack --ctstate ${state}`);
const TRACKED = tables('', STATES);
const NOT_TRACKED = tables('-A OUTPUT -m mark --mark 2 -j CT --notrack\n', STATES);
const NONE = tables('', []);
/** Other seeds: PACKETWALK_SEED says the first. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 0);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 300);

/** nfnetlink_log copies no more. */
const LOGGED = 65531;

const logged = ({ counters, out }: Observed): Observed => ({
  counters,
  out: out.map((line) => line.replace(/[0-9a-f*]+$/, (hex) => hex.slice(0, 2 * LOGGED))),
});

/** A packet's bytes from `from` to `to`; there are so many in all. */
const at = (id: number, from: number, to: number, length: number, more: Partial<PacketLine> = {}): PacketLine => {
  const [src, dst] = more.in === null ? [LINKS[0][1], LINKS[0][1]] : ['2001:db8::5', BEYOND];
  const body = new Uint8Array(length);
  const hex = toHex(piece6({ next: 253, body, id, src, dst }, from, to, { more: to < length }));
  return { in: 'eth0', hex, ...more };
};

describe.skipIf(kernelMissing() !== undefined)(kernelTitle('fragments of IPv6'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  /** The kernel's host, and ours of its texts; fragments of kept packets wait for a second there. */
  async function load(rules: string, setup: readonly string[] = []): Promise<LoadedHost> {
    const sysctls = ['sysctl -qw net.netfilter.nf_conntrack_frag6_high_thresh=100000000'];
    await kernel.load({ family: 6, setup: [...HOST, ...sysctls, ...setup], sets: '', rules });
    const captured = withFragmentTime(await kernel.capture());
    return loadCaptured({ ...captured, 'rules.save': rules }, { family: 6 });
  }

  /** What the two say differently of packets, and of how many something left. */
  async function ask(
    host: LoadedHost,
    lines: readonly PacketLine[],
  ): Promise<{ readonly differ: string[]; readonly left: number; readonly events: readonly WalkEvent[] }> {
    const results = await Promise.all(lines.map((line) => kernel.send({ ...line, keep: true })));
    const begin = results[0]?.time ?? 0;
    const heard = results.map(({ time }) => ({ time: time - begin, left: [] }));
    const seen = observe(
      host,
      lines.map((line) => ({ ...line, keep: true })),
      heard,
    );
    host.reset();
    const differ = seen.flatMap(({ observed, open }, n) =>
      differences(logged(ofKernel(results[n]!)), logged(observed)).map(
        (line) => `${n} ${lines[n]!.in} ${lines[n]!.hex}: ${open ?? ''} ${line}`,
      ),
    );
    const left = results.filter(({ out }) => out.length > 0).length;
    return { differ, left, events: seen.flatMap(({ events }) => events) };
  }

  test.each([
    ['where connections are tracked', TRACKED, true],
    ['where some are not', NOT_TRACKED, false],
    ['where none are', NONE, false],
  ])('%s', { timeout: 120_000 }, async (_, rules, large) => {
    const host = await load(rules);
    for (let number = 0; number < SCENARIOS; number++) {
      const seed = FIRST + number;
      const lines = drawFragments6(new Random(seed), { number, links: LINKS, beyond: BEYOND, large });
      const { differ } = await ask(host, lines);
      expect({ seed, differ }).toEqual({ seed, differ: [] });
    }
  });

  test.each<[name: string, left: number, ...PacketLine[]]>([
    // what waited stays
    ['an end beyond what a packet may have', 1, at(1, 0, 16, 32), at(1, 65528, 65544, 65544), at(1, 16, 32, 32)],
    ['no bytes, and nothing follows', 0, { ...at(1, 0, 0, 0), hex: at(1, 0, 0, 0).hex.replace(/^(.{80})fd/, '$13b') }],
    ['no bytes, and so no headers: it goes on', 1, at(1, 0, 0, 0)],
    ['an end without bytes', 1, at(1, 16, 16, 16), at(1, 0, 16, 32)],
  ])('%s', async (_, left, ...lines) => {
    expect(await ask(await load(TRACKED), lines)).toMatchObject({ differ: [], left });
  });

  /** What the host says of itself: packets that became whole behind INPUT, and parameter problems that it told of. */
  const counted = async (): Promise<number[]> => {
    const text = await kernel.output('cat', '/proc/net/snmp6');
    return ['Ip6ReasmOKs', 'Icmp6OutParmProblems'].map((name) =>
      Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(text)![1]),
    );
  };
  const ANSWERING = [
    'sysctl -qw net.ipv6.ip6frag_high_thresh=100000000 net.ipv6.icmp.ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000',
    'ip -6 route add 2001:db8:99::/64 dev eth0',
  ];

  test('behind INPUT', { timeout: 120_000 }, async () => {
    const host = await load(NONE, ANSWERING);
    let before = await counted();
    for (let number = 0; number < SCENARIOS; number++) {
      const seed = FIRST + number;
      const lines = drawFragments6(new Random(seed), { number, links: LINKS, beyond: LINKS[1][1], plain: true });
      const { differ, events } = await ask(host, lines);
      const now = await counted();
      const received = events.flatMap((event) => (event.kind === 'received' ? [event] : []));
      const ours = [
        received.filter(({ fragments }) => fragments !== undefined).length,
        received.filter(({ answer }) => answer !== undefined).length,
      ];
      expect({ seed, differ, counted: ours }).toEqual({ seed, differ: [], counted: now.map((n, i) => n - before[i]!) });
      before = now;
    }
  });

  test('too much that waits', async () => {
    const host = await load(TRACKED, [
      'sysctl -qw net.netfilter.nf_conntrack_frag6_low_thresh=0',
      'sysctl -qw net.netfilter.nf_conntrack_frag6_high_thresh=30000',
    ]);
    const random = new Random(FIRST);
    const sizes = Array.from({ length: 60 }, () => 8 * random.between(1, 150));
    // each that waits is followed by one that is whole, and goes on as long as there is room
    const lines = sizes.flatMap((size, id) => [at(id, 0, size, size + 8), at(100 + id, 0, 8, 8)]);
    const { differ, left } = await ask(host, lines);
    expect({ differ, some: left > 5 && left < 55 }).toEqual({ differ: [], some: true });
  });

  test('the time runs from the first that came', { timeout: 10_000 }, async () => {
    const host = await load(TRACKED);
    // nobody has waited since
    await kernel.forget();
    const { differ, left } = await ask(host, [
      at(1, 0, 8, 32),
      at(1, 8, 16, 32, { wait: 600 }),
      at(2, 0, 16, 32),
      at(2, 16, 32, 32, { wait: 700 }),
      at(1, 16, 32, 32),
    ]);
    expect({ differ, left }).toEqual({ differ: [], left: 1 });
  });

  test('who is sent and what comes in do not meet, nor what comes in for a group by two links', async () => {
    const host = await load(TRACKED);
    const group = (line: PacketLine): PacketLine => ({
      ...line,
      hex: `${line.hex.slice(0, 48)}ff02${'0'.repeat(26)}01${line.hex.slice(80)}`,
    });
    const { differ, left } = await ask(host, [
      at(1, 0, 16, 32, { in: null }),
      { ...at(1, 16, 32, 32, { in: null }), in: 'eth0' },
      at(1, 16, 32, 32, { in: null }),
      group(at(2, 0, 16, 32)),
      group(at(2, 16, 32, 32, { in: 'eth1' })),
      group(at(2, 16, 32, 32)),
      at(3, 0, 16, 32),
      at(3, 16, 32, 32, { in: 'eth1' }),
    ]);
    expect({ differ, left }).toEqual({ differ: [], left: 3 });
  });

  test.each([
    // fragments whose bodies are so long, and whether it goes out by a link that takes 1,300 bytes
    [[1000, 1000], true],
    [[1248, 400], true],
    [[1256, 400], false],
    [[1240, 8], true],
    [[1256], true],
    [[1264], false],
  ] as const)('bodies of %j go through a narrower link: %s', async (sizes, through) => {
    const host = await load(TRACKED, ['ip link set eth1 mtu 1300']);
    const length = sizes.reduce<number>((sum, size) => sum + size, 0);
    const startOf = (n: number) => sizes.slice(0, n).reduce<number>((sum, size) => sum + size, 0);
    const lines = sizes.map((size, n) => at(9, startOf(n), startOf(n) + size, length));
    expect(await ask(host, lines)).toMatchObject({ differ: [], left: Number(through) });
  });

  test.each([
    ['the last', [1, 2]],
    ['the last, whichever that is', [2, 1]],
  ])('the owner is that of %s to come', async (_, owners) => {
    const owner = (uid: number) => `-A OUTPUT -m owner --uid-owner ${uid}\n`;
    await load(`${TRACKED}*filter\n${owner(1)}${owner(2)}COMMIT\n`);
    const lines = owners.map((uid, n) => at(5, n === 0 ? 16 : 0, n === 0 ? 32 : 16, 32, { in: null, uid }));
    const results = await Promise.all(lines.map((line) => kernel.send({ ...line, keep: true })));
    const seen = results.map(({ hits }) => hits.flatMap(({ table, rule }) => (table === 'filter' ? [rule] : [])));
    expect(seen).toEqual([[], [owners[1]]]);
  });
});
