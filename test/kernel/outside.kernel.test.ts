/**
 * What rules ask that lies outside of packets, before the kernel: packets by the ports of a bridge, SYNs that a fingerprint fits,
 * sockets that are there. What the kernel finds out by itself packetwalk is told.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, local, TAP, wire } from './matches/table.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import { chainOf } from './remembering/sequence.js';
import type { PacketLine } from './scenario.js';
import { loadCaptured } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

/** A packet as the kernel gets it, and what packetwalk is told besides, or otherwise. */
type Sent = readonly [line: PacketLine, told: object];

interface Asked {
  readonly at: string;
  readonly rules: readonly string[];
  readonly packets: readonly Sent[];
  readonly setup?: readonly string[];
  /** rules that hold for no packet, or for all. */
  readonly constant?: readonly string[];
}

const policies = async () => ({ 'policies.txt': await kernel.output('ip', 'xfrm', 'policy') });

async function compare({ at, rules, packets, setup = [], constant = [] }: Asked): Promise<void> {
  const text = chainOf(at, rules);
  await kernel.load({ family: 4, rules: text, sets: '', setup: [...HOST, ...setup] });
  const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': text, ...(await policies()) });
  const held = new Map<string, number>();
  for (const [i, [line, told]] of packets.entries()) {
    const theirs = ofKernel(await kernel.send(line));
    const before = countersOf(host);
    const { packet } = readJsonPacket({ number: 1, text: JSON.stringify({ ...line, ...told }), cut: false });
    const ours = ofWalk(host.walk(packet, { bytes: true }), host, before, countersOf(host));
    const counters = { theirs: { ...theirs, out: [] }, ours: { ...ours, out: [] } };
    expect({ packet: i, differences: differences(counters.theirs, counters.ours) }).toEqual({
      packet: i,
      differences: [],
    });
    for (const rule of theirs.counters.keys()) held.set(rule, (held.get(rule) ?? 0) + 1);
  }
  const met = held.get(`${at} policy`);
  const alike = rules.filter((_, i) => [undefined, met].includes(held.get(`${at} ${i + 1}`)));
  expect(alike, 'rules that tell no packets apart').toEqual(constant);
}

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk agree on'), () => {
  const BRIDGE = [
    ...TAP.slice(0, 1),
    'ip tuntap add eth4 mode tap',
    'ip link add br0 type bridge',
    ...['eth3', 'eth4'].map((port) => `ip link set ${port} master br0 up`),
    'ip addr add 10.30.0.1/24 dev br0',
    'ip link set br0 up',
  ];
  const OPTIONS = [
    '--physdev-is-in',
    '--physdev-in eth3',
    '--physdev-in eth+',
    '--physdev-in eth4',
    '--physdev-is-bridged',
  ];
  const OUT = ['--physdev-is-out', '--physdev-out eth4', '--physdev-out eth3'];
  const signed = (options: readonly string[]) =>
    options.flatMap((option) => [`-m physdev ${option}`, `-m physdev ! ${option}`]);
  const MAC = '00:01:02:0a:0b:ff';
  const port = (dst: string, pkttype: PacketLine['pkttype'] = 'unicast'): PacketLine => ({
    ...wire({ src: '10.30.0.5', dst }, 'eth3'),
    mac: MAC,
    pkttype,
  });
  const FROM = { in: 'br0', physin: 'eth3' };
  const bridged: Sent = [port('10.30.0.9', 'otherhost'), { ...FROM, physout: 'eth4', pkttype: 'unicast' }];
  const toHost: Sent = [port('10.30.0.1'), FROM];
  const routed: Sent = [port('10.20.0.9'), FROM];
  const toBridge: Sent = [wire({ dst: '10.30.0.9' }), {}];
  const passing: Sent = [wire(), {}];
  const EITHER = [...signed(OPTIONS), ...signed(OUT)];
  const never = ['-m physdev --physdev-in eth4'];
  const always = ['-m physdev ! --physdev-in eth4'];
  const notOut = ['--physdev-is-bridged', '--physdev-is-out'].flatMap((option) => signed([option]));

  const ESP = 'tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 1';
  const POLICIES = [
    `src 192.168.1.0/24 dst 10.20.0.0/24 proto udp dir out priority 10`,
    // behind the one above
    `src 192.168.1.0/24 dst 10.20.0.0/24 dir out priority 20 action block`,
    `src 192.168.1.0/24 dst 10.20.1.0/24 dir out priority 30 action block`,
    `src 192.168.1.5/32 dst 10.20.1.9/32 dir out priority 29`,
    // others than those of the packets
    `src 192.168.1.6/32 dst 10.20.0.0/24 dir out ${ESP}`,
    `src 192.168.1.0/24 dst 10.20.0.0/24 proto gre dir out ${ESP}`,
    `src 10.20.0.1/32 dst 10.20.0.9/32 dir out ${ESP}`,
    `src 192.168.0.0/16 dst 10.20.0.0/16 dir out if_id 7 ${ESP}`,
    `src 0.0.0.0/0 dst 0.0.0.0/0 dir in ${ESP}`,
    `src 0.0.0.0/0 dst 0.0.0.0/0 dir fwd`,
  ].map((policy) => `ip xfrm policy add ${policy}`);

  test.each<[string, Asked]>([
    [
      'physdev in PREROUTING',
      {
        at: 'mangle PREROUTING',
        rules: EITHER,
        packets: [bridged, toHost, routed, toBridge, passing],
        constant: [
          ...never,
          ...always,
          ...notOut.slice(0, 2),
          ...notOut.slice(2),
          '-m physdev --physdev-out eth4',
          '-m physdev --physdev-out eth3',
        ],
        setup: BRIDGE,
      },
    ],
    [
      'physdev in INPUT',
      {
        at: 'mangle INPUT',
        rules: EITHER,
        packets: [toHost, [wire({ dst: '192.168.1.1' }), {}]],
        constant: [...never, ...always, ...notOut, '-m physdev --physdev-out eth4', '-m physdev --physdev-out eth3'],
        setup: BRIDGE,
      },
    ],
    [
      'physdev in FORWARD',
      {
        at: 'mangle FORWARD',
        rules: EITHER,
        packets: [bridged, routed, toBridge, passing],
        constant: [...never, ...always, '-m physdev --physdev-out eth3'],
        setup: BRIDGE,
      },
    ],
    [
      'physdev in POSTROUTING',
      {
        at: 'mangle POSTROUTING',
        rules: EITHER,
        packets: [bridged, routed, toBridge, passing, [local({ src: '10.30.0.1', dst: '10.30.0.9' }), {}]],
        constant: [...never, ...always, '-m physdev --physdev-out eth3'],
        setup: BRIDGE,
      },
    ],
    [
      'physdev where no frame is looked at',
      {
        at: 'mangle OUTPUT',
        rules: signed(OPTIONS),
        packets: [[local({ src: '10.30.0.1', dst: '10.30.0.9' }), {}]],
        constant: signed(OPTIONS),
        setup: BRIDGE,
      },
    ],
    ...(['FORWARD', 'POSTROUTING'] as const).map((chain): [string, Asked] => {
      const rules = ['none', 'ipsec', 'ipsec ! --proto esp'].map((pol) => `-m policy --dir out --pol ${pol}`);
      const udp = (src: string, dst = '10.20.0.9') => ({ src, dst, proto: 17, dport: 53 });
      // what meets a policy with templates goes nowhere here: this kernel has no transformations
      const packets = [
        wire(udp('192.168.1.5')),
        wire(udp('192.168.2.5')),
        wire({ ...udp('192.168.1.5', '10.20.1.9'), dport: 80 }),
      ].map((line): Sent => [line, {}]);
      return [
        `policies that are met, or not, in ${chain}`,
        { at: `mangle ${chain}`, rules, packets, constant: rules, setup: POLICIES },
      ];
    }),
    ...(['PREROUTING', 'FORWARD', 'POSTROUTING'] as const).map((chain): [string, Asked] => {
      const rules = (chain === 'PREROUTING' ? ['in'] : chain === 'FORWARD' ? ['in', 'out'] : ['out']).flatMap((dir) =>
        ['none', 'ipsec', 'ipsec ! --proto esp', 'ipsec --strict --reqid 1'].map(
          (pol) => `-m policy --dir ${dir} --pol ${pol}`,
        ),
      );
      return [
        `policy in ${chain}`,
        { at: `mangle ${chain}`, rules, packets: [[wire(), { policy: 'none' }]], constant: rules },
      ];
    }),
  ])('%s', { timeout: 60_000 }, (_, asked) => compare(asked));

  const listening = (...sockets: string[]) => [
    `perl -MIO::Socket::INET -e '@s = (${sockets.join(', ')}); sleep 20' >/dev/null 2>&1 & sleep 0.5`,
  ];
  const at = (proto: string, address: string, listens = '') =>
    `IO::Socket::INET->new(Proto => "${proto}", LocalAddr => "${address}"${listens}) || die`;
  const SOCKETS = listening(
    at('udp', '192.168.1.1:7000'),
    at('udp', '0.0.0.0:7001'),
    at('tcp', '192.168.1.1:7002', ', Listen => 1'),
    at('tcp', '0.0.0.0:7003', ', Listen => 1'),
  );
  const SYN = { proto: 6, flags: 2 };
  const to = (dport: number, more = {}) => wire({ dst: '192.168.1.1', proto: 17, dport, ...more });
  test.each<[string, boolean[]]>([
    ['-m socket', [true, false, true, false, false, false]],
    ['-m socket --nowildcard', [true, true, true, true, false, false]],
  ])('%s', { timeout: 60_000 }, async (rule, found) => {
    const lines = [to(7000), to(7001), to(7002, SYN), to(7003, SYN), to(7004), to(7000, SYN)];
    const others = [to(7000, { proto: 47 }), to(7000, { truncate: 7 }), to(7002, { ...SYN, truncate: 19 })];
    const packets = [
      ...lines.map((line, i): Sent => [line, { socket: found[i] }]),
      ...others.map((line): Sent => [line, { socket: true }]),
    ];
    await compare({ at: 'mangle PREROUTING', rules: [rule], packets, setup: SOCKETS });
  });

  test('TPROXY', { timeout: 60_000 }, async () => {
    const transparent = 'map { $_->setsockopt(0, 19, pack("i", 1)) || die } @s[0, 1]';
    const setup = [
      ...HOST,
      'ip rule add fwmark 0x1/0xff lookup 100',
      'ip route add local default dev lo table 100',
      ...listening(
        at('udp', '192.168.1.1:7000'),
        at('tcp', '0.0.0.0:7003', ', Listen => 1'),
        at('udp', '0.0.0.0:7002'),
      ).map((command) => command.replace('; sleep 20', `; ${transparent}; sleep 20`)),
    ];
    const marked = '--tproxy-mark 0x1/0xff';
    const rules = [
      `-p udp -m length --length 0:27 -j TPROXY --on-port 7000 --on-ip 192.168.1.1 ${marked}`,
      `-p tcp -m length --length 0:39 -j TPROXY --on-port 7003 ${marked}`,
      `-p udp -m udp --dport 53 -j TPROXY --on-port 7000 --on-ip 192.168.1.1 ${marked}`,
      `-p udp -m udp --dport 54 -j TPROXY --on-port 7001 ${marked}`,
      `-p udp -m udp --dport 55 -j TPROXY --on-port 7002 ${marked}`,
      '-p udp -m udp --dport 56 -j TPROXY --on-port 7000',
      `-p tcp -m tcp --dport 80 -j TPROXY --on-port 7003 ${marked}`,
    ];
    const chains = ['INPUT', 'FORWARD', 'POSTROUTING'].map(
      (chain) => `:${chain} ACCEPT [0:0]\n-A ${chain} -m mark --mark 0x1/0xff\n`,
    );
    const text = chainOf('mangle PREROUTING', rules).replace('COMMIT\n', `${chains.join('')}COMMIT\n`);
    await kernel.load({ family: 4, rules: text, sets: '', setup });
    const assume = new Map([
      ...['proxy:192.168.1.1:7000', 'proxy:7000', 'proxy:7003'].map((name) => [name, true] as const),
      ...['proxy:7001', 'proxy:7002'].map((name) => [name, false] as const),
    ]);
    const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': text }, { assume });
    const udp = { proto: 17, sport: 9 };
    const lines = [
      ...[53, 54, 55, 56, 57].map((dport) => wire({ ...udp, dport })),
      ...[53, 56].map((dport) => wire({ ...udp, dport, dst: '192.168.1.1' })),
      wire({ ...udp, dport: 56, ttl: 1 }),
      wire({ ...udp, dport: 57, truncate: 7 }),
      wire({ ...SYN, dport: 80 }),
      wire({ ...SYN, dport: 80, truncate: 19 }),
      wire({ ...SYN, dport: 81 }),
    ];
    for (const line of lines) {
      const theirs = ofKernel(await kernel.send(line));
      const before = countersOf(host);
      const { packet } = readJsonPacket({ number: 1, text: JSON.stringify(line), cut: false });
      const ours = ofWalk(host.walk(packet, { bytes: true }), host, before, countersOf(host));
      // what a socket answers is not walked
      const counters = [
        { ...theirs, out: [] },
        { ...ours, out: [] },
      ] as const;
      expect({ line, differences: differences(...counters) }).toEqual({ line, differences: [] });
    }
  });

  test.skipIf(!existsSync('/usr/sbin/nfnl_osf'))('osf', { timeout: 60_000 }, async () => {
    // what is loaded stays in all namespaces
    const prints = ['4321:64:1:60:M*,S,T,N,W7:Linux:walk::walk', '4322:64:1:44:M*:Other:walk::walk'];
    const file = `/tmp/packetwalk-${process.pid}.os`;
    const load = `printf '%s\\n' '${prints.join("' '")}' > ${file}; nfnl_osf -f ${file}`;
    const options = '020405b40402080a000000010000000001030307';
    const syn = (more = {}) => wire({ proto: 6, flags: 2, ttl: 64, df: true, window: 4321, tcpopts: options, ...more });
    const rules = ['', '! ']
      .flatMap((not) =>
        ['Linux', 'Linux --ttl 2', 'Linux --log 0', 'Other', 'linux'].map((genre) => `${not}--genre ${genre}`),
      )
      .map((words) => `-p tcp -m osf ${words}`);
    const packets: Sent[] = [
      [syn(), { os: 'Linux' }],
      [syn({ flags: 0x12 }), { os: 'Linux' }],
      [syn({ window: 4322, tcpopts: '020405b4' }), { os: 'Other' }],
      [syn({ window: 9 }), { os: 'unknown' }],
      [syn({ flags: 0x10 }), { os: 'Linux' }],
      [syn({ truncate: 19 }), { os: 'Linux' }],
    ];
    try {
      await compare({
        at: 'mangle PREROUTING',
        rules,
        packets,
        setup: [load],
        constant: ['-p tcp -m osf --genre linux', '-p tcp -m osf ! --genre linux'],
      });
    } finally {
      execFileSync('nfnl_osf', ['-f', file, '-d'], { stdio: 'ignore' });
    }
  });
});
