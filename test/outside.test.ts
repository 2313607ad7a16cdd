/**
 * What rules ask that lies outside of packets, by what is told of them and by the host's texts: as net/netfilter/xt_physdev.c,
 * xt_policy.c, xt_osf.c, xt_socket.c and xt_ipvs.c have it. test/kernel/outside.kernel.test.ts asks the kernel the same of what it has;
 * of ipvs, and of policies of IPsec, the kernel at hand has nothing, and these follow from the source.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../src/index.js';
import { programOf } from '../src/run/host-program.js';
import { buildPacket, toHex } from './kernel/packets.js';

/** Whether the rule takes the packet; '?': a question. */
type Said = 'yes' | 'no' | '?';

const IN = { in: 'br0', src: '10.0.0.2', dst: '10.0.0.1', proto: 'udp', sport: 5, dport: 53, path: 'input' };
const THROUGH = { ...IN, dst: '10.0.0.3', path: 'forward', out: 'br0' };
const OUT = { ...IN, in: null, src: '10.0.0.1', dst: '10.0.0.2', path: 'output', out: 'br0' };
async function said(rule: string, packet: object, at: string, links: string): Promise<Said> {
  const [table, chain] = at.split(' ');
  const text = `*${table}\n:${chain} ACCEPT [0:0]\n-A ${chain} ${rule} -j DROP\nCOMMIT\n`;
  const given = [{ name: 'rules', text }, ...(links === '' ? [] : [{ name: 'links', text: links }])];
  const host = await (await createEngine()).load(programOf(parse(given), { tracking: 'on' }));
  const { fate } = host.walk(readPacket(packet as never).packet);
  return fate === 'dropped' ? 'yes' : fate === 'unknown' ? '?' : 'no';
}

/** An option of a match, `physdev --physdev-in a`, without and with its `!`. */
async function bothWays(option: string, packet: object, at: string, links = ''): Promise<string> {
  const [, match, words] = /^(\S+) (.*)$/.exec(option)!;
  const plain = await said(`-m ${match} ${words}`, packet, at, links);
  return `${plain} ${await said(`-m ${match} ! ${words}`, packet, at, links)}`;
}

const link = (number: number, name: string, rest = '', type = 'ether') =>
  `${number}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue ${rest}state UP group default\n    link/${type} 02:00:00:00:00:0${number} brd ff:ff:ff:ff:ff:ff\n`;
const LO =
  '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n';
const BRIDGE = link(2, 'br0') + link(3, 'vnet0', 'master br0 ') + link(4, 'vnet1', 'master br0 ') + link(5, 'eth0');

describe('physdev', () => {
  const OPTIONS = [
    '--physdev-is-in',
    '--physdev-in vnet0',
    '--physdev-is-out',
    '--physdev-out vnet1',
    '--physdev-is-bridged',
  ];
  const NO_INFO = ['no yes', 'no yes', 'no yes', 'no yes', 'no yes'];
  /** of a port, with nobody who knows the one that it leaves by. */
  const ENTERED = ['yes no', 'yes no', 'no yes', 'no no', 'no yes'];
  test.each<[string, object, string, string, string[]]>([
    ['told, to this host', { ...IN, physin: 'vnet0' }, 'filter INPUT', '', ENTERED],
    [
      'told, another port',
      { ...IN, physin: 'vnet9' },
      'filter INPUT',
      '',
      ['yes no', 'no yes', 'no yes', 'no no', 'no yes'],
    ],
    ['told, in PREROUTING', { ...THROUGH, physin: 'vnet0', physout: 'vnet1' }, 'mangle PREROUTING', '', ENTERED],
    [
      'told, bridged',
      { ...THROUGH, physin: 'vnet0', physout: 'vnet1' },
      'filter FORWARD',
      '',
      ['yes no', 'yes no', 'yes no', 'yes no', 'yes no'],
    ],
    [
      'told, by another port',
      { ...THROUGH, physin: 'vnet0', physout: 'vnet2' },
      'mangle POSTROUTING',
      '',
      ['yes no', 'yes no', 'yes no', 'no yes', 'yes no'],
    ],
    [
      'told, routed elsewhere',
      { ...THROUGH, out: 'eth0', physin: 'vnet0', physout: 'vnet1' },
      'filter FORWARD',
      '',
      ENTERED,
    ],
    [
      'told of the way in alone',
      { ...THROUGH, physin: 'vnet0' },
      'filter FORWARD',
      '',
      ['yes no', 'yes no', '? ?', '? ?', '? ?'],
    ],
    [
      'told of the way out alone',
      { ...THROUGH, physout: 'vnet1' },
      'filter FORWARD',
      '',
      ['yes no', '? ?', 'yes no', 'yes no', 'yes no'],
    ],
    ['sent by this host', OUT, 'mangle POSTROUTING', '', NO_INFO],
    ['by lo', { ...IN, in: 'lo' }, 'filter INPUT', '', NO_INFO],
    ['by whatever', IN, 'filter INPUT', '', ['? ?', '? ?', 'no yes', 'no ?', 'no yes']],
    [
      'by whatever, routed elsewhere',
      { ...THROUGH, out: 'eth0' },
      'filter FORWARD',
      '',
      ['? ?', '? ?', 'no yes', 'no ?', 'no yes'],
    ],
    ['by whatever, where it came from', THROUGH, 'filter FORWARD', '', ['? ?', '? ?', '? ?', '? ?', '? ?']],
    ['by a bridge', IN, 'filter INPUT', LO + BRIDGE, ['? ?', '? ?', 'no yes', 'no ?', 'no yes']],
    ['by what is none', { ...IN, in: 'eth0' }, 'filter INPUT', LO + BRIDGE, NO_INFO],
    [
      'by what may be one, of a part of the links',
      { ...IN, in: 'eth0' },
      'filter INPUT',
      BRIDGE,
      ['? ?', '? ?', 'no yes', 'no ?', 'no yes'],
    ],
    [
      'by what nothing tells of',
      { ...IN, in: 'eth7' },
      'filter INPUT',
      LO + BRIDGE,
      ['? ?', '? ?', 'no yes', 'no ?', 'no yes'],
    ],
    ['by a tunnel', { ...IN, in: 'tun0' }, 'filter INPUT', link(6, 'tun0', '', 'none'), NO_INFO],
    [
      'by what stands on a bridge',
      { ...IN, in: 'br0.7' },
      'filter INPUT',
      LO + BRIDGE + link(6, 'br0.7@br0'),
      ['? ?', '? ?', 'no yes', 'no ?', 'no yes'],
    ],
    [
      'by what stands on another link',
      { ...IN, in: 'eth0.7' },
      'filter INPUT',
      LO + BRIDGE + link(6, 'eth0.7@eth0'),
      NO_INFO,
    ],
    [
      'by one whose other end is elsewhere',
      { ...IN, in: 'veth0' },
      'filter INPUT',
      LO + BRIDGE + link(6, 'veth0@if9'),
      NO_INFO,
    ],
  ])('%s', async (_, packet, at, links, wanted) => {
    const found = await Promise.all(OPTIONS.map((option) => bothWays(`physdev ${option}`, packet, at, links)));
    expect(found).toEqual(wanted);
  });

  test('a pattern', async () => {
    const packet = { ...IN, physin: 'vnet0' };
    expect(await bothWays('physdev --physdev-in vnet+', packet, 'filter INPUT')).toBe('yes no');
    expect(await bothWays('physdev --physdev-in vnet', packet, 'filter INPUT')).toBe('no yes');
    expect(await bothWays('physdev --physdev-in +', packet, 'filter INPUT')).toBe('yes no');
  });
});

describe('policy', () => {
  const ESP = { proto: 'esp', mode: 'tunnel', spi: '0x01020304', reqid: 10, src: '192.0.2.1', dst: '192.0.2.2' };
  const AH = { proto: 'ah', mode: 'transport', spi: 7, reqid: 20, src: '192.0.2.1', dst: '192.0.2.2' };
  test.each<[string, object, string, Said]>([
    ['--dir in --pol none', { policy: 'none' }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec', { policy: 'none' }, 'INPUT', 'no'],
    ['--dir in --pol ipsec ! --proto esp', { policy: 'none' }, 'INPUT', 'no'],
    ['--dir out --pol none', { policy: 'none' }, 'OUTPUT', 'yes'],
    ['--dir in --pol none', {}, 'INPUT', '?'],
    ['--dir in --pol none', { policy: { out: [ESP] } }, 'INPUT', '?'],
    ['--dir in --pol none', { policy: { in: 'none' } }, 'INPUT', 'yes'],
    ['--dir in --pol none', { policy: { in: [] } }, 'INPUT', 'yes'],
    ['--dir in --pol none', { policy: { in: [ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec', { policy: { in: [ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec', { policy: { in: [{}] } }, 'INPUT', 'yes'],
    ['--dir out --pol ipsec', { policy: { in: 'none', out: [ESP] } }, 'OUTPUT', 'yes'],
    // without --strict one of them has to be as the only element says
    ['--dir in --pol ipsec --proto ah', { policy: { in: [AH, ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec ! --proto ah', { policy: { in: [AH, ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --proto ipcomp', { policy: { in: [AH, ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec --proto ipcomp', { policy: { in: [{ proto: 'comp' }] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --proto ah --reqid 10', { policy: { in: [AH, ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec --proto ah', { policy: { in: [{}, ESP] } }, 'INPUT', '?'],
    ['--dir in --pol ipsec --proto ah', { policy: { in: [{}, AH] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --proto ah --reqid 9', { policy: { in: [{ proto: 'ah' }] } }, 'INPUT', '?'],
    ['--dir in --pol ipsec --proto esp --reqid 9', { policy: { in: [{ proto: 'ah' }] } }, 'INPUT', 'no'],
    // the rule's number lies as in memory, the packet's as in packets
    ['--dir in --pol ipsec --spi 0x01020304', { policy: { in: [ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec --spi 0x04030201', { policy: { in: [ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --mode tunnel', { policy: { in: [ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --mode transport', { policy: { in: [ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec --mode tunnel --tunnel-src 192.0.2.0/24', { policy: { in: [ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --mode tunnel ! --tunnel-dst 192.0.2.2', { policy: { in: [ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec --mode tunnel --tunnel-dst 192.0.2.1', { policy: { in: [ESP] } }, 'INPUT', 'no'],
    // with it all have to be there, the innermost first
    ['--dir in --pol ipsec --strict --proto esp', { policy: { in: [AH, ESP] } }, 'INPUT', 'no'],
    ['--dir in --pol ipsec --strict --proto esp --next --proto ah', { policy: { in: [AH, ESP] } }, 'INPUT', 'yes'],
    ['--dir in --pol ipsec --strict --proto ah --next --proto esp', { policy: { in: [AH, ESP] } }, 'INPUT', 'no'],
    ['--dir out --pol ipsec --strict --proto esp --next --proto ah', { policy: { out: [ESP, AH] } }, 'OUTPUT', 'yes'],
    ['--dir out --pol ipsec --strict --proto ah --next --proto esp', { policy: { out: [ESP, AH] } }, 'OUTPUT', 'no'],
    ['--dir in --pol ipsec --strict --reqid 20', { policy: { in: [AH] } }, 'INPUT', 'yes'],
  ])('%s of %j in %s: %s', async (words, told, chain, wanted) => {
    const packet = { ...(chain === 'OUTPUT' ? OUT : IN), ...told };
    expect(await said(`-m policy ${words}`, packet, `filter ${chain}`, '')).toBe(wanted);
  });

  const COUNTS = (states: number, out: number) =>
    `# ip xfrm state count\n\t SAD count ${states}\n# ip xfrm policy count\n\t SPD IN  1 OUT ${out} FWD 0\n`;
  test.each<[string, string, string, Said]>([
    ['--dir in --pol none', 'INPUT', COUNTS(0, 2), 'yes'],
    ['--dir in --pol ipsec', 'INPUT', COUNTS(0, 2), 'no'],
    ['--dir in --pol none', 'INPUT', COUNTS(2, 0), '?'],
    ['--dir out --pol none', 'OUTPUT', COUNTS(2, 0), 'yes'],
    ['--dir out --pol none', 'OUTPUT', COUNTS(0, 2), '?'],
    ['--dir in --pol none', 'INPUT', '\t SAD count 0\n', 'yes'],
    ['--dir out --pol none', 'OUTPUT', '\t SAD count 0\n', '?'],
  ])('%s in %s where %j: %s', async (words, chain, counts, wanted) => {
    const packet = chain === 'OUTPUT' ? OUT : IN;
    expect(await said(`-m policy ${words}`, packet, `filter ${chain}`, counts)).toBe(wanted);
  });
});

describe('osf', () => {
  const SYN = { ...IN, proto: 'tcp', flags: 'S' };
  test.each<[string, object, Said]>([
    ['--genre Linux', { ...SYN, os: 'Linux' }, 'yes'],
    ['--genre linux', { ...SYN, os: 'Linux' }, 'no'],
    ['--genre Linux', { ...SYN, flags: 'SA', os: 'Linux' }, 'yes'],
    ['--genre Linux', { ...SYN, os: 'Windows' }, 'no'],
    ['--genre Linux --log 0', { ...SYN, os: 'Windows' }, 'yes'],
    ['--genre Linux --log 0', { ...SYN, os: 'unknown' }, 'no'],
    ['! --genre Linux', { ...SYN, os: 'Linux' }, 'yes'],
    ['! --genre Linux', { ...SYN, os: 'Windows' }, 'no'],
    ['--genre Linux', SYN, '?'],
    ['--genre Linux', { ...SYN, flags: 'A', os: 'Linux' }, 'no'],
    ['! --genre Linux', { ...SYN, flags: 'A' }, 'no'],
  ])('%s of %j: %s', async (words, packet, wanted) => {
    expect(await said(`-p tcp -m osf ${words}`, packet, 'filter INPUT', '')).toBe(wanted);
  });
});

describe('socket', () => {
  const QUOTED = '4500001c000040004011000a0a0000010a00000200350005';
  const error = (payload: string) => ({ ...IN, proto: 'icmp', type: 3, code: 3, payload });
  test.each<[string, object, Said]>([
    ['', { ...IN, socket: true }, 'yes'],
    ['', { ...IN, socket: false }, 'no'],
    ['', IN, '?'],
    ['--nowildcard', { ...IN, socket: true }, 'yes'],
    ['--transparent', { ...IN, socket: true }, '?'],
    ['--transparent', { ...IN, socket: false }, 'no'],
    ['', { ...IN, proto: 'icmp', type: 8 }, 'no'],
    ['', { ...IN, proto: 'gre' }, 'no'],
    ['', error(QUOTED), '?'],
    ['', { ...error(QUOTED), socket: true }, 'yes'],
    ['', error(QUOTED.slice(0, -2)), 'no'],
    ['', error(QUOTED.slice(0, -10)), 'no'],
    ['', error(QUOTED.replace('4011', '4001')), 'no'],
  ])('%s of %j: %s', async (words, packet, wanted) => {
    expect(await said(`-m socket ${words}`, packet, 'filter INPUT', '')).toBe(wanted);
  });
});

describe('ipvs', () => {
  const ENTRY = { vaddr: '192.0.2.9', vport: 80, vmethod: 'masq', vportctl: 'none' };
  test.each<[string, object, string]>([
    ['ipvs --ipvs', { ipvs: 'none' }, 'no yes'],
    ['ipvs --ipvs', { ipvs: ENTRY }, 'yes no'],
    ['ipvs --ipvs', {}, '? ?'],
    ['ipvs --vport 80', { ipvs: 'none' }, 'no no'],
    ['ipvs --vport 80', { ipvs: ENTRY }, 'yes no'],
    ['ipvs --vport 81', { ipvs: ENTRY }, 'no yes'],
    ['ipvs --vport 80', { ipvs: {} }, '? ?'],
    ['ipvs --vportctl 21', { ipvs: ENTRY }, 'no yes'],
    ['ipvs --vportctl 21', { ipvs: { vportctl: 21 } }, 'yes no'],
    ['ipvs --vaddr 192.0.2.0/24', { ipvs: ENTRY }, 'yes no'],
    ['ipvs --vaddr 192.0.2.8', { ipvs: ENTRY }, 'no yes'],
    ['ipvs --vmethod MASQ', { ipvs: ENTRY }, 'yes no'],
    ['ipvs --vmethod GATE', { ipvs: ENTRY }, 'no yes'],
    ['ipvs --vproto udp', { ipvs: ENTRY }, 'yes no'],
    ['ipvs --vproto tcp', { ipvs: ENTRY }, 'no yes'],
  ])('%s of %j: %s', async (option, told, wanted) => {
    expect(await bothWays(option, { ...IN, ...told }, 'filter INPUT')).toBe(wanted);
  });

  test.each<[string, string, Said]>([
    ['--vdir ORIGINAL', 'NEW', 'yes'],
    ['--vdir REPLY', 'NEW', 'no'],
    ['--vdir ORIGINAL', 'UNTRACKED', 'no'],
    ['--vdir REPLY', 'UNTRACKED', 'no'],
  ])('%s of a packet that is %s: %s', async (words, state, wanted) => {
    expect(await said(`-m ipvs ${words}`, { ...IN, ipvs: ENTRY, state }, 'filter INPUT', '')).toBe(wanted);
  });
});

describe('TPROXY', () => {
  const RULE =
    '*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j TPROXY --on-port 3128 --tproxy-mark 0x1/0xff\nCOMMIT\n';
  const ADDR = `${LO}    inet 127.0.0.1/8 scope host lo\n${link(2, 'eth0')}    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\n`;
  const ROUTES = 'default via 10.0.0.254 dev eth0\n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1\n';
  const MARKED = '0: from all lookup local\n9: from all fwmark 0x1/0xff lookup 100\n32766: from all lookup main\n';
  const TABLE = 'local default dev lo table 100 scope host\n';
  const SYN = {
    in: 'eth0',
    src: '10.0.0.2',
    dst: '198.51.100.9',
    proto: 'tcp',
    sport: 5,
    dport: 80,
    flags: 'S',
    mark: 0x1234,
  };

  async function walked(answer: boolean | undefined, routed: boolean, packet: object = SYN) {
    const texts = [RULE, ADDR, ROUTES + (routed ? TABLE : ''), ...(routed ? [MARKED] : [])];
    const program = programOf(parse(texts.map((text, i) => ({ name: `${i}`, text }))), { tracking: 'off' });
    const assume = new Map(answer === undefined ? [] : [['proxy:3128', answer] as const]);
    const host = await (await createEngine()).load({ ...program, assume });
    const { fate, by, out } = host.walk(readPacket(packet as never).packet);
    return [fate, by.why ?? by.kind, out?.mark];
  }

  test('who listens is a question', async () => {
    expect(await walked(undefined, true)).toEqual(['unknown', 'proxy:3128', undefined]);
  });
  test('where nobody does it is dropped', async () => {
    expect(await walked(false, true)).toEqual(['dropped', 'rule', undefined]);
  });
  test('it is delivered where its mark leads to this host', async () => {
    expect((await walked(true, true)).slice(0, 1)).toEqual(['delivered']);
  });
  test('and goes nowhere else', async () => {
    expect(await walked(true, false)).toEqual(['dropped', 'held', undefined]);
  });
  test('to this host it needs no mark', async () => {
    expect((await walked(true, false, { ...SYN, dst: '10.0.0.1' })).slice(0, 1)).toEqual(['delivered']);
  });
  test('of a header that is cut there is no socket', async () => {
    expect(
      (
        await walked(true, true, { in: 'eth0', hex: toHex(buildPacket({ ...SYN, proto: 6, flags: 2, truncate: 19 })) })
      ).slice(0, 2),
    ).toEqual(['dropped', 'rule']);
  });
});

describe('SYNPROXY', () => {
  // test/kernel/synproxy.kernel.test.ts has cut headers, wrong checksums, options
  const PACKET = { ...IN, proto: 'tcp', dport: 80 };
  test.each<[flags: string, cookie: boolean | undefined, fate: string, why: string]>([
    ['S', undefined, 'stolen', 'rule'],
    ['SPEC', false, 'stolen', 'rule'],
    ['A', undefined, 'unknown', 'cookie'],
    ['A', true, 'stolen', 'rule'],
    ['PA', true, 'stolen', 'rule'],
    ['A', false, 'dropped', 'rule'],
    ['SA', false, 'delivered', 'policy'],
    ['FA', false, 'delivered', 'policy'],
    ['R', false, 'delivered', 'policy'],
  ])('%s, with a cookie %s: %s', async (flags, cookie, ...wanted) => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j SYNPROXY --mss 1460\nCOMMIT\n';
    const assume = new Map(cookie === undefined ? [] : [['cookie', cookie] as const]);
    const host = await (await createEngine()).load({ ...programOf(parse([{ name: 'x', text }]), {}), assume });
    const { fate, by } = host.walk(readPacket({ ...PACKET, flags } as never).packet);
    expect([fate, by.why ?? by.kind]).toEqual(wanted);
  });
});

describe('fragments are gathered before the tables without connections', () => {
  const PIECE = {
    in: 'eth0',
    src: '10.0.0.2',
    dst: '192.0.2.1',
    proto: 'udp',
    ipid: 7,
    payload: '00'.repeat(16),
    path: 'forward',
    out: 'eth1',
  };
  test.each([
    ['-m socket', 'stolen'],
    ['-p udp -j TPROXY --on-port 7', 'stolen'],
    ['-p udp', 'forwarded'],
  ])('%s: %s', async (rule, wanted) => {
    const text = `*mangle\n:PREROUTING ACCEPT [0:0]\n:elsewhere - [0:0]\n-A elsewhere ${rule}\n-A PREROUTING -m length --length 9999 -j elsewhere\nCOMMIT\n`;
    const host = await (await createEngine()).load(programOf(parse([{ name: 'x', text }]), { tracking: 'off' }));
    const { fate } = host.walk(readPacket({ ...PIECE, sport: 5, dport: 53, mf: true } as never).packet);
    expect(fate).toBe(wanted);
  });
});
