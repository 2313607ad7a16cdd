/**
 * What the kernel writes into the options of an IP header: the host's address into recorded routes and timestamps, as the packet
 * is delivered or goes on, and what rules on its way see of that.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, local, wire } from './matches/table.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import type { PacketSpec } from './packets.js';
import { loadCaptured, packetOf } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

/** Where an address is recorded, and each bit of the header's checksum. */
const SEEN = [
  ...['192.168.1.1', '192.168.1.77', '10.20.0.1', '10.99.0.1', '10.40.0.1', '127.0.0.1', '0.0.0.0'].map(
    (address) =>
      `-m u32 --u32 "24=0x${address
        .split('.')
        .map((byte) => Number(byte).toString(16).padStart(2, '0'))
        .join('')}"`,
  ),
  ...Array.from({ length: 16 }, (_, bit) => `-m u32 --u32 "8>>${bit}&1=1"`),
];
const RULES = ['INPUT', 'FORWARD', 'POSTROUTING'].map((chain) => SEEN.map((rule) => `-A ${chain} ${rule}\n`).join(''));
/** Packets of a port have a mark that routes ask for: before their way is known, or behind that. */
const MARKS = ['PREROUTING -p udp --dport 9', 'FORWARD -p udp --dport 7']
  .map((rule) => `-A ${rule} -j MARK --set-mark 7\n`)
  .join('');
const TEXT = `*mangle\n${RULES.join('')}${MARKS}COMMIT\n`;

const ROUTE = '0107070400000000';
/** By what they are. */
const RECORDED: Readonly<Record<string, string>> = {
  'a route': ROUTE,
  'a route with room for two': '01070b040000000000000000',
  'a route that has one': '01070b080a0b0c0d00000000',
  'a full route': '010707080a0b0c0d',
  'what stands behind the end': '00070704000000ff',
  'the end behind a route': '07070400000000000a0b0c0d',
  'a route behind another option': '9404000007070400000000',
};
/** Without time, or with times that are left out of the comparison. */
const STAMPS: Readonly<Record<string, string>> = {
  'a time': '440c05000000000000000000',
  'a second time': '440c09000000000100000000',
  'an address and a time': '440c05010000000000000000',
  'a second address': '4414 0d01 0a0b0c0d 00000001 00000000 00000000'.replaceAll(' ', ''),
  'an address of this host, asked': '440c0503c0a8010100000000',
  'an address of this host, asked, second': '44140d030a0b0c0d000000010a14000100000000',
  'a broadcast address, asked': '440c0503c0a801ff00000000',
  'an address of nobody here, asked': '440c0503c0a8010900000000',
  'no room for a time': '44080900 00000001'.replaceAll(' ', ''),
  'no room for a time, again': '44080940 00000001'.replaceAll(' ', ''),
  'no room for one that was asked': '440c0d030a0b0c0d00000001',
  'an unknown kind': '440c05020000000000000000',
  'a route and a time': '01070704000000004408050000000000',
};

const from = (src: string, dst: string, device = 'eth0', spec: Partial<PacketSpec> = {}) => ({
  ...{ src, dst, device, proto: 'udp', ...spec },
});
/** To each kind of address, from a neighbour, from afar, and from nowhere. */
const SENT = [
  ...['192.168.1.1', '10.20.0.1', '192.168.1.255', '10.20.0.255', '255.255.255.255', '224.0.0.1'].flatMap((dst) =>
    [
      '192.168.1.5',
      '10.20.0.5',
      '10.40.0.5',
      '203.0.113.5',
      '198.51.100.5',
      '0.0.0.0',
      '0.1.2.3',
      '172.16.0.5',
    ].flatMap((src) => ['eth0', 'eth2'].map((device) => from(src, dst, device))),
  ),
  ...[7, 9].map((dport) => from('10.41.0.5', '192.168.1.255', 'eth2', { dport })),
  ...['10.20.0.9', '10.99.0.9', '10.41.0.9', '10.42.0.9', '203.0.113.9', '192.168.1.9'].flatMap((dst) =>
    ['192.168.1.5', '203.0.113.5', '198.51.100.5', '172.16.0.5'].flatMap((src) => [
      from(src, dst),
      from(src, dst, 'eth2', { tos: 0x10 }),
      from(src, dst, 'eth2', { dport: 7 }),
    ]),
  ),
];

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  // 198.51.100.0/24 has no way back, 172.16.0.0/24 one with a source of its own, 203.0.113.0/24 that of the default route
  'a host': [
    'ip addr add 192.168.1.77/24 dev eth0',
    'ip addr add 10.40.0.1/24 dev eth2',
    'ip route add unreachable 198.51.100.0/24',
    'ip route add 172.16.0.0/24 via 10.20.0.254 src 192.168.1.77',
    'ip route add 10.41.0.0/24 via 10.40.0.9',
    'ip route add 10.42.0.0/24 via 10.20.0.9 src 10.99.0.1',
  ],
  'a host with policy rules': [
    'ip addr add 192.168.1.77/24 dev eth0',
    'ip route del default',
    'ip route add default via 10.40.0.9 dev eth2 src 192.168.1.77 onlink table 100',
    'ip route add 10.41.0.0/24 via 10.20.0.254 src 192.168.1.77 table 101',
    'ip route add 10.41.0.0/24 via 10.20.0.254',
    'ip route add 10.42.0.0/24 tos 0x10 via 10.99.0.254 src 192.168.1.77',
    'ip route add 10.42.0.0/24 via 10.99.0.254',
    'ip rule add from 203.0.113.0/24 table 100',
    'ip rule add tos 0x10 table 100',
    'ip rule add fwmark 7 table 101',
    'sysctl -qw net.ipv4.conf.eth2.src_valid_mark=1',
  ],
  'a link without addresses': [
    'ip addr flush dev eth2',
    'ip tuntap add d0 mode tun',
    'ip addr add 169.254.7.7/16 scope link dev d0',
    'ip link set d0 up',
    'ip route del default',
    'ip route add 10.40.0.0/24 dev eth2',
    'ip route add 203.0.113.0/24 dev d0',
  ],
  'an address of a link alone': [
    'ip addr flush dev eth0',
    'ip addr add 169.254.7.7/16 scope link dev eth0',
    'ip addr add 10.40.0.1/32 scope host dev eth0',
    'ip route add default dev eth0',
  ],
};
const OPEN = ['all', 'eth0', 'eth1', 'eth2'].map((name) => `sysctl -qw net.ipv4.conf.${name}.rp_filter=0`);

/** Times, and how long apart each two of them are; a time stands behind the addresses that go with it. */
function timeless(hex: string): { hex: string; times: number[] } {
  const times: number[] = [];
  const at = hex.indexOf('44', 40);
  const header = 8 * Number.parseInt(hex[1]!, 16);
  if (at < 0 || at >= header || hex.length < 48) return { hex, times };
  const flag = Number.parseInt(hex[at + 7]!, 16);
  const end = at + 2 * Number.parseInt(hex.slice(at + 2, at + 4), 16);
  let text = hex;
  for (let word = at + (flag === 0 ? 8 : 16); word < end; word += flag === 0 ? 8 : 16) {
    const time = Number.parseInt(hex.slice(word, word + 8), 16);
    if (time < 2) continue;
    times.push(time);
    text = `${text.slice(0, word)}--------${text.slice(word + 8)}`;
  }
  // the header's checksum hangs on it
  return { hex: times.length === 0 ? hex : `${text.slice(0, 20)}----${text.slice(24)}`, times };
}

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk write into options'), () => {
  const both = async (setup: readonly string[], rules: string, kinds: typeof RECORDED, sent: typeof SENT) => {
    await kernel.load({ family: 4, rules, sets: '', setup: [...HOST, ...OPEN, ...setup] });
    const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': rules });
    const seen: {
      readonly name: string;
      readonly theirs: ReturnType<typeof ofKernel>;
      readonly ours: ReturnType<typeof ofWalk>;
    }[] = [];
    for (const [kind, ipOptions] of Object.entries(kinds))
      for (const { device, ...spec } of sent) {
        const line = device === 'host' ? local({ ...spec, ipOptions }) : wire({ ...spec, ipOptions }, device);
        const answer = await kernel.send(line);
        const before = countersOf(host);
        const result = host.walk(packetOf(line, 1, Date.now()), { bytes: true });
        const name = `${kind}: ${device} ${spec.src} > ${spec.dst}`;
        seen.push({ name, theirs: ofKernel(answer), ours: ofWalk(result, host, before, countersOf(host)) });
      }
    return seen;
  };

  test.each(Object.entries(HOSTS))('%s', { timeout: 240_000 }, async (_, setup) => {
    const seen = await both(setup, TEXT, RECORDED, SENT);
    expect(
      seen.flatMap(({ name, theirs, ours }) => differences(theirs, ours).map((line) => `${name} ${line}`)),
    ).toEqual([]);
    expect(seen.filter(({ ours }) => ours.out.length > 0).length).toBeGreaterThan(seen.length / 4);
  });

  test('of what this host sends to itself', { timeout: 120_000 }, async () => {
    const sent = ['192.168.1.255', '255.255.255.255', '224.0.0.1', '127.0.0.1', '10.20.0.1', '127.255.255.255'].flatMap(
      (dst) => ['10.20.0.1', '192.168.1.77', '203.0.113.5'].map((src) => from(src, dst, 'host')),
    );
    const seen = await both(HOSTS['a host']!, TEXT, RECORDED, sent);
    expect(
      seen.flatMap(({ name, theirs, ours }) => differences(theirs, ours).map((line) => `${name} ${line}`)),
    ).toEqual([]);
  });

  test('times', { timeout: 240_000 }, async () => {
    const sent = SENT.filter((_, n) => n % 5 === 0);
    const seen = await both(HOSTS['a host']!, '*mangle\nCOMMIT\n', STAMPS, sent);
    let times = 0;
    for (const { name, theirs, ours } of seen) {
      const [kernels, own] = [theirs, ours].map(({ out }) =>
        out.map((line) => line.replace(/\w+$/, (hex) => timeless(hex).hex)),
      );
      expect({ name, out: own }).toEqual({ name, out: kernels });
      const [those, these] = [theirs, ours].map(({ out }) =>
        out.flatMap((line) => timeless(line.split(' ').at(-1)!).times),
      );
      these!.forEach((time, n) => {
        expect(Math.abs(time - those![n]!)).toBeLessThan(2000);
        times++;
      });
    }
    expect(times).toBeGreaterThan(50);
  });
});
