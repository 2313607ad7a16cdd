/**
 * What targets do to a packet's bytes, before the kernel: counters of the rules behind them, which see what was changed,
 * and the bytes that leave. Of SNPT and DNPT the core alone is asked, at one hook.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decoded, Verdict } from '../../src/abi.js';
import { compile } from '../../src/compile/compile.js';
import { parseSave } from '../../src/parse/rules/save.js';
import { PACKET_ROOM } from '../../src/run/packet-slots.js';
import { Stages } from '../../src/run/stage.js';
import { loadCore } from '../../src/run/wasm.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { broken, lyingOffsets, OPTIONS } from './matches/header.js';
import { each, HOST, HOST6, local, wire, wire6 } from './matches/table.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import { buildPacket, type PacketSpec, toHex } from './packets.js';
import type { PacketLine } from './scenario.js';
import { loadCaptured, packetOf } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

interface EditTable {
  readonly name: string;
  readonly family?: 6;
  /** `mangle FORWARD` unless said. */
  readonly at?: string;
  readonly rules: readonly string[];
  readonly packets: readonly PacketLine[];
  /** commands after those of HOST. */
  readonly setup?: readonly string[];
}

const options = OPTIONS.map((tcpopts) => ({ tcpopts }));
const full = '010101010101010101010101010101010101010101010101010101010101010101010101';
const tcp: readonly Partial<PacketSpec>[] = [
  ...options,
  ...options.map((spec) => ({ ...spec, payload: '020405b4' })),
  ...options.map((spec) => ({ ...spec, ipOptions: '01010101', df: true })),
  ...lyingOffsets,
  ...broken('tcp', 20),
  ...[full, `${full}01010101`, `${full}020405b4`, `${full}02040300`].map((tcpopts) => ({ tcpopts })),
  { tcpopts: '020405b4020405b40204ffff' },
  { tcpopts: '020405b4', badChecksum: true },
  { badChecksum: true },
];
const flags = [0x02, 0x12, 0x42, 0x82, 0xc2, 0xd2, 0xd0, 0x10, 0x00, 0xff];
const syn = '-p tcp -m tcp --tcp-flags SYN,RST SYN';
const seen = [
  '-p tcp -m tcpmss --mss 1400',
  '-p tcp -m tcpmss --mss 536',
  '-m length --length 44',
  '-p tcp -m tcp --tcp-option 8',
  '-p tcp -m tcp --tcp-option 2',
  '-m u32 --u32 "0>>22&0x3C@20=0x020405b4"',
];
const syns = each(tcp, (spec) => spec);

const TABLES: readonly EditTable[] = [
  ...['--ecn-tcp-remove', '--ecn-tcp-cwr 1', '--ecn-tcp-ece 1 --ecn-tcp-cwr 0 --ecn-ip-ect 2', '--ecn-ip-ect 1'].map(
    (ecn): EditTable => ({
      name: `ECN ${ecn}`,
      at: 'mangle PREROUTING',
      rules: [
        `-p tcp -j ECN ${ecn}`,
        ...['--ecn-tcp-ece', '--ecn-tcp-cwr', '! --ecn-tcp-cwr', '--ecn-ip-ect 2'].map(
          (text) => `-p tcp -m ecn ${text}`,
        ),
        '-p tcp -m tcp --tcp-flags ALL SYN',
      ],
      packets: [
        ...each(flags, (flag) => ({ flags: flag })),
        ...each([0, 1, 2, 3, 0xb9], (tos) => ({ flags: 0xc2, tos })),
        ...each(broken('tcp', 20), (spec) => ({ flags: 0xc2, ...spec })),
        ...each([1, 2, 185], (frag) => ({ frag, payload: `${'00'.repeat(12)}50c2ffff12340000${'00'.repeat(8)}` })),
        wire({ flags: 0xc2, badChecksum: true }),
        wire({ proto: 'udp' }),
      ],
    }),
  ),
  ...['0', '1', '535', '1400', '65515'].map(
    (mss): EditTable => ({
      name: `TCPMSS --set-mss ${mss}`,
      at: mss === '1400' ? 'filter FORWARD' : 'mangle FORWARD',
      rules: [`${syn} -j TCPMSS --set-mss ${mss}`, ...seen],
      packets: [...syns, ...each(flags, (flag) => ({ flags: flag, tcpopts: '020405b4' }))],
    }),
  ),
  {
    name: 'TCPMSS in raw OUTPUT',
    at: 'raw OUTPUT',
    rules: [`${syn} -j TCPMSS --set-mss 1400`, ...seen],
    packets: options.map((spec) => local(spec)),
  },
  {
    name: 'TCPMSS, again and again',
    rules: [
      `${syn} -j TCPMSS --set-mss 1400`,
      ...new Array<string[]>(11)
        .fill(['-p tcp -j TCPOPTSTRIP --strip-options 2', `${syn} -j TCPMSS --set-mss 500`, ...seen])
        .flat(),
    ],
    packets: syns,
  },
  {
    name: 'TCPMSS --clamp-mss-to-pmtu',
    setup: [
      'ip link set eth1 mtu 1300',
      'ip link set eth2 mtu 900',
      'ip route add 10.30.0.0/24 via 10.20.0.9 mtu 1000',
      'ip route add 10.31.0.0/24 via 10.20.0.9 mtu 1600',
      'ip route add 10.32.0.0/24 via 10.20.0.9 mtu 40',
      'ip route add 10.33.0.0/24 via 10.20.0.9 mtu 41',
      'ip route add 10.34.0.0/24 via 10.20.0.9 mtu 560',
      'ip route add 172.16.0.0/24 via 192.168.1.9 mtu 700',
      'ip route add blackhole 203.0.113.0/24',
      ...['all', 'eth0', 'eth1', 'eth2'].map((name) => `sysctl -qw net.ipv4.conf.${name}.rp_filter=0`),
    ],
    rules: [`${syn} -j TCPMSS --clamp-mss-to-pmtu`, ...seen],
    packets: ['10.20.0.9', '10.30.0.1', '10.31.0.1', '10.32.0.1', '10.33.0.1', '10.34.0.1', '10.99.0.7'].flatMap(
      (dst) =>
        ['192.168.1.5', '172.16.0.5', '203.0.113.1', '10.99.0.9'].flatMap((src) =>
          ['020405b4', '020403e8', ''].map((tcpopts) => wire({ src, dst, tcpopts })),
        ),
    ),
  },
  {
    name: 'TCPMSS --clamp-mss-to-pmtu of what this host sends',
    at: 'mangle OUTPUT',
    setup: ['ip link set eth1 mtu 1300', 'ip route add 10.30.0.0/24 via 10.20.0.9 mtu 1000'],
    rules: [`${syn} -j TCPMSS --clamp-mss-to-pmtu`, ...seen],
    packets: ['10.20.0.9', '10.30.0.1', '192.168.1.9', '10.20.0.1', '127.0.0.1'].flatMap((dst) =>
      ['020405b4', '0204ffff', ''].map((tcpopts) => local({ dst, tcpopts })),
    ),
  },
  {
    name: 'TCPMSS --clamp-mss-to-pmtu in POSTROUTING',
    at: 'mangle POSTROUTING',
    setup: ['ip link set eth1 mtu 1300'],
    rules: [`${syn} -j TCPMSS --clamp-mss-to-pmtu`, ...seen],
    packets: [wire({ tcpopts: '020405b4' }), local({ dst: '10.20.0.9', tcpopts: '020405b4' })],
  },
  ...['2', '3,4,5,8', 'mss,timestamp,255', '2,3,4,5,6,7,8,9,254,255'].map(
    (strip): EditTable => ({
      name: `TCPOPTSTRIP --strip-options ${strip}`,
      rules: [`-p tcp -j TCPOPTSTRIP --strip-options ${strip}`, ...seen],
      packets: syns,
    }),
  ),
  ...['set 64', 'set 0', 'inc 1', 'inc 255', 'dec 1', 'dec 64'].map(
    (change): EditTable => ({
      name: `HL --hl-${change}`,
      family: 6,
      at: 'mangle PREROUTING',
      rules: [`-j HL --hl-${change}`, ...['eq 64', 'lt 64', 'gt 64'].map((asked) => `-m hl --hl-${asked}`)],
      packets: [0, 1, 2, 63, 64, 65, 254, 255].flatMap((ttl) => [
        wire6({ ttl }),
        wire6({ ttl, proto: 'udp', ext: [{ type: 60, body: '010400000000' }] }),
      ]),
    }),
  ),
];

/** Ways to what the rules make of an address. */
const PREFIXES: readonly string[] = [
  'ip -6 route add fd00::/8 dev eth0',
  'ip -6 route add 2001:db8:ff00::/40 dev eth0',
  'ip -6 route add 2001:db8:1000::/36 dev eth0',
  'ip -6 route add 2001:db8:1::/48 dev eth0',
];

/** What rules that change nothing leave of the packets. */
const outOf = (answers: readonly { readonly out: readonly string[] }[]) => answers.map(({ out }) => out.join());

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk change bytes alike'), () => {
  test.each(TABLES.map((table) => [table.name, table] as const))('%s', { timeout: 120000 }, async (_, table) => {
    const { at = 'mangle FORWARD', family = 4, rules, packets, setup = [] } = table;
    const [name, chain] = at.split(' ');
    const text = (some: readonly string[]) =>
      `*${name}\n:${chain} ACCEPT [0:0]\n${some.map((rule) => `-A ${chain} ${rule}\n`).join('')}COMMIT\n`;
    await kernel.load({ family, rules: text(rules), sets: '', setup: [...(family === 4 ? HOST : HOST6), ...setup] });
    const captured = await kernel.capture();
    const theirs = (await Promise.all(packets.map((packet) => kernel.send(packet)))).map(ofKernel);
    const walk = async (some: readonly string[]) => {
      const host = await loadCaptured({ ...captured, 'rules.save': text(some) }, { family });
      return packets.map((packet) => {
        const before = countersOf(host);
        return ofWalk(host.walk(packetOf(packet), { bytes: true }), host, before, countersOf(host));
      });
    };
    const ours = await walk(rules);
    const wrong = packets.flatMap(({ in: from, hex }, i) =>
      differences(theirs[i]!, ours[i]!).map((line) => `${from} ${hex}: ${line}`),
    );
    expect(wrong).toEqual([]);
    expect(outOf(ours), 'the packets are as without the rules').not.toEqual(outOf(await walk([])));
  });

  test.each(['SNPT', 'DNPT'])('%s', { timeout: 120000 }, async (name) => {
    const hook = name === 'SNPT' ? 'POSTROUTING' : 'PREROUTING';
    const prefixes = [
      ['fd00:1::/48', '2001:db8:1::/48'],
      ['fd00:1::/32', '2001:db8:ff00::/40'],
      ['fd00:1:0:3::/64', '2001:db8:1:ff::/64'],
      ['fd00:1::/48', '2001:db8:1:f0::/60'],
      ['fd00::/13', '2001:db8:1234:5678::/62'],
      ['fd00:1::/48', 'fd00:1::/48'],
    ];
    const hosts = [
      '::',
      '::1',
      ':3::9',
      ':ffff:1:2:3:4',
      ':3:ffff::1',
      ':3:ffff:ffff:ffff:ffff',
      ':3:ffff:ffff:ffff:0',
      ':3:ffff:ffff::',
    ];
    const inside = hosts.map((host) => `fd00:1:0${host}`);
    const other = '2001:db8:2::9';
    const packet = (address: string, spec: Partial<PacketSpec>) => {
      const [src, dst] = name === 'SNPT' ? [address, other] : [other, address];
      return buildPacket({ src, dst, proto: 'udp', ...spec });
    };
    // what an error is about went the other way
    const quoted = (address: string) => {
      const [src, dst] = name === 'SNPT' ? [other, address] : [address, other];
      return toHex(buildPacket({ src, dst, proto: 'udp' }));
    };
    const packets = [
      ...inside.flatMap((address) => [packet(address, {}), packet(address, { proto: 'tcp', payload: '00' })]),
      ...[1, 2, 3, 4, 0, 128].flatMap((type) =>
        [inside[2]!, inside[5]!, 'fd01::1'].map((address) =>
          packet(inside[1]!, { proto: 'ipv6-icmp', type, code: 0, payload: quoted(address) }),
        ),
      ),
      packet(inside[1]!, { proto: 'ipv6-icmp', type: 1, code: 0, payload: quoted(inside[2]!).slice(0, 78) }),
    ];
    for (const [from, to] of prefixes) {
      const rule = `-A ${hook} -j ${name} --src-pfx ${from} --dst-pfx ${to}`;
      const text = `*mangle\n:${hook} ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
      await kernel.load({ family: 6, rules: text, sets: '', setup: [...HOST6, ...PREFIXES] });
      const compiled = compile(parseSave(text, 'x', { add: () => {} }, 6), 6);
      const stages = new Stages(await loadCore(), compiled, PACKET_ROOM, { fact: () => false });
      const entry = compiled.entry('mangle', hook)!;
      const answers = await Promise.all(
        packets.map((bytes) => kernel.send({ in: name === 'SNPT' ? 'eth0' : 'eth1', hex: toHex(bytes) })),
      );
      expect(answers.filter(({ out }) => out.length > 0).length).toBeGreaterThan(packets.length / 2);
      packets.forEach((bytes, i) => {
        expect(stages.decode(0, bytes)).toBe(Decoded.Ok);
        stages.walk(entry, [0]);
        const left = stages.bytesOf(0);
        left[7]! -= 1;
        const ours = stages.result(0).verdict === Verdict.Accept ? [toHex(left)] : [];
        expect({ rule, bytes: toHex(bytes), left: ours }).toEqual({
          rule,
          bytes: toHex(bytes),
          left: answers[i]!.out.map(({ hex }) => hex),
        });
      });
    }
  });
});
