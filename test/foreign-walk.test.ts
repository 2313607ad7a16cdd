/**
 * What extensions of other projects make of packets. No kernel that packetwalk was tested on has them: the cases follow from their
 * sources, xt_NAME.c of xtables-addons 3.23, and xt_FULLCONENAT.c of netfilter-full-cone-nat.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';

type Given = Readonly<Record<string, unknown>>;
const UDP: Given = { in: 'eth0', src: '192.0.2.5', dst: '10.0.0.1', proto: 'udp', sport: 5, dport: 53, path: 'input' };
const TCP: Given = { ...UDP, proto: 'tcp', flags: 'S' };

async function load(text: string, links = '', assume?: ReadonlyMap<string, boolean>) {
  const texts = [{ name: 'rules', text }, ...(links === '' ? [] : [{ name: 'links', text: links }])];
  return (await createEngine()).load({
    ...programOf(parse(texts), { tracking: 'on' }),
    ...(assume && { assume }),
  });
}
const save = (rules: string, chain = 'INPUT', table = 'filter') =>
  `*${table}\n:${chain} ACCEPT [0:0]\n${rules
    .split('\n')
    .map((rule) => `-A ${chain} ${rule}\n`)
    .join('')}COMMIT\n`;
const FATES: Readonly<Record<string, string>> = { dropped: 'yes', unknown: '?' };

/** Whether a match takes packets, without and with its `!`. */
async function taken(match: string, packets: readonly Given[], links = ''): Promise<string[]> {
  const hosts = [
    await load(save(`${match.replace('!', '')} -j DROP`), links),
    ...(match.includes('!') ? [await load(save(`${match} -j DROP`), links)] : []),
  ];
  return packets.map((packet) =>
    hosts.map((host) => FATES[host.walk(readPacket(packet as never).packet).fate] ?? 'no').join(' '),
  );
}

test('geoip: what is told of its addresses', async () => {
  const packets = [UDP, { ...UDP, srccountry: 'DE' }, { ...UDP, srccountry: 'fr' }, { ...UDP, dstcountry: 'DE' }];
  expect(await taken('-m geoip ! --src-cc DE,US', packets)).toEqual(['? ?', 'yes no', 'no yes', '? ?']);
  expect(await taken('-m geoip ! --dst-cc DE', packets)).toEqual(['? ?', '? ?', '? ?', 'yes no']);
});

describe('iface', () => {
  const LINKS =
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n3: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default\n    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff\n';
  test.each([
    ['--iface eth0 ! --up', 'yes no'],
    ['--iface eth1 ! --up', 'no yes'],
    ['--iface eth0 ! --loopback', 'no yes'],
    ['--iface eth0 ! --promisc', '? ?'],
    ['--iface eth9 ! --up', '? ?'],
    ['--dev-in ! --up', 'yes no'],
    // nothing leaves behind INPUT
    ['--dev-out ! --up', 'no no'],
  ])('%s', async (options, said) => {
    expect(await taken(`-m iface ${options}`, [UDP], LINKS)).toEqual([said]);
  });
  test('each flag by itself', async () => {
    expect(await taken('-m iface --iface eth0 --up --promisc', [UDP], LINKS)).toEqual(['?']);
    expect(await taken('-m iface --iface eth1 --up --promisc', [UDP], LINKS)).toEqual(['no']);
  });
});

/** A packet of IPv4 with options, and nothing behind its header but ports. */
function withOptions(...options: number[]): Given {
  while (options.length % 4 !== 0) options.push(0);
  const words = 5 + options.length / 4;
  const length = words * 4 + 8;
  const bytes = [0x40 | words, 0, 0, length, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 5, 10, 0, 0, 1, ...options];
  bytes.push(0, 5, 0, 53, 0, 8, 0, 0);
  let sum = 0;
  for (let i = 0; i < words * 4; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  bytes[10] = (~sum >>> 8) & 255;
  bytes[11] = ~sum & 255;
  return { hex: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''), in: 'eth0', path: 'input' };
}

test('ipv4options: which it has, as far as they can be read', async () => {
  const RR = [7, 7, 4, 0, 0, 0, 0];
  const ALERT = [148, 4, 0, 0];
  const packets = [
    withOptions(),
    withOptions(...RR),
    withOptions(1, ...ALERT),
    withOptions(...RR, ...ALERT),
    // ended before it
    withOptions(0, ...ALERT),
  ];
  expect(await taken("-m ipv4options --flags 'record-route'", packets)).toEqual(['no', 'yes', 'no', 'yes', 'no']);
  expect(await taken('-m ipv4options --flags 7,20', packets)).toEqual(['no', 'no', 'no', 'yes', 'no']);
  expect(await taken('-m ipv4options --flags 7,20 --any', packets)).toEqual(['no', 'yes', 'yes', 'yes', 'no']);
  const absent = await load(save("-m ipv4options --flags '!7,20' -j DROP"));
  expect(packets.map((one) => absent.walk(readPacket(one as never).packet).fate)).toEqual(
    ['no', 'no', 'yes', 'no', 'no'].map((one) => (one === 'yes' ? 'dropped' : 'delivered')),
  );
  // nop is never noted, and nothing is asked of what has none of them
  expect(await taken('-m ipv4options --flags nop', [withOptions(1, 1, 1, 1)])).toEqual(['no']);
  expect(await taken('-m ipv4options --any', [withOptions()])).toEqual(['no']);
});

test('length2: of layers, and of what has none', async () => {
  const data = '0102030405';
  const packets: Given[] = [
    { ...UDP, payload: data },
    { ...TCP, payload: data },
    { ...UDP, proto: 'icmp', type: 8, payload: data },
    { ...UDP, proto: 'gre', payload: data },
  ];
  const lengths = async (layer: number, length: number) =>
    taken(`-m length2 --layer${layer} ! --length ${length}`, packets);
  expect(await lengths(3, 33)).toEqual(['yes no', 'no yes', 'yes no', 'no yes']);
  expect(await lengths(4, 13)).toEqual(['yes no', 'no yes', 'yes no', 'no yes']);
  expect(await lengths(4, 5)).toEqual(['no yes', 'no yes', 'no yes', 'yes no']);
  expect(await lengths(5, 5)).toEqual(['yes no', 'yes no', 'yes no', 'no no']);
  expect(await lengths(7, 5)).toEqual(['yes no', 'yes no', 'yes no', 'no no']);
});

describe('quota2', () => {
  const sizes = async (rules: string, ...payloads: number[]) => {
    const host = await load(save(rules));
    return payloads.map((size) => host.walk(readPacket({ ...UDP, payload: '00'.repeat(size) } as never).packet).fate);
  };
  test.each<[string, string, number[], string[]]>([
    // 28 bytes of headers each
    ['bytes', '-m quota2 --name a --quota 60 -j DROP', [2, 2, 0], ['dropped', 'dropped', 'delivered']],
    [
      'none for small ones behind a great one',
      '-m quota2 --name a --quota 40 -j DROP',
      [20, 0],
      ['delivered', 'delivered'],
    ],
    ['packets', '-m quota2 --packets --name a --quota 2 -j DROP', [9, 9, 9], ['dropped', 'dropped', 'delivered']],
    ['turned round', '-m quota2 --packets --name a ! --quota 1 -j DROP', [9, 9], ['delivered', 'dropped']],
    [
      'not changed',
      '-m quota2 --no-change --name a --quota 28 -j DROP',
      [0, 0, 1],
      ['dropped', 'dropped', 'delivered'],
    ],
    [
      'shared, and filled by another rule',
      '-m quota2 --packets --name a --quota 1 -j DROP\n-m quota2 --grow --packets --name a',
      [0, 0, 0],
      ['dropped', 'delivered', 'dropped'],
    ],
    [
      'without a name each its own',
      '-m quota2 --packets --quota 1 -j DROP\n-m quota2 --packets --quota 1 -j DROP',
      [0, 0, 0],
      ['dropped', 'dropped', 'delivered'],
    ],
    ['upwards always', '-m quota2 --grow --name a ! --quota 0 -j DROP', [0, 0], ['dropped', 'dropped']],
  ])('%s', async (_, rules, payloads, fates) => {
    expect(await sizes(rules, ...payloads)).toEqual(fates);
  });
});

test.each([
  ['--addr src', 0xc0000205],
  ['--addr dst --and-mask 0xffff --or-mask 0x10000', 0x10001],
  ['--addr src --shift 8 --and-mask 0xff', 0x02],
])('IPMARK %s', async (options, mark) => {
  const host = await load(
    `*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -j IPMARK ${options}\n-A INPUT -m mark --mark ${mark} -j DROP\nCOMMIT\n`,
  );
  expect(host.walk(readPacket({ ...UDP, mark: 7 } as never).packet).fate).toBe('dropped');
});

test.each([
  ['--shift 16 --and-mask 0xffff', 0xfe9b],
  ['--shift 32', 0x20d93ff],
  ['--shift 4 --and-mask 0xff', 0x44],
  ['--shift 100', 0x20010db],
  ['--shift 128 --or-mask 5', 5],
])('IPMARK of IPv6 %s', async (options, mark) => {
  const text = `# Generated by ip6tables-save v1.8.9\n*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -j IPMARK --addr src ${options}\n-A INPUT -m mark --mark ${mark} -j DROP\nCOMMIT\n`;
  const host = await (await createEngine()).load(programOf(parse([{ name: 'x', text }]), { tracking: 'off' }, 6));
  const { packet } = readPacket({ ...UDP, src: '2001:db8:45:1d:20d:93ff:fe9b:e443', dst: '2001:db8::1' } as never);
  expect(host.walk(packet).fate).toBe('dropped');
});

test('random: one of 256 numbers, of which those up to the share match', async () => {
  const host = await load(save('-m random --average 25 -j DROP'));
  const { packet } = readPacket(UDP as never);
  const fates = Array.from({ length: 2000 }, () => host.walk(packet).fate);
  // 64 of 256
  const dropped = fates.filter((one) => one === 'dropped').length;
  expect(dropped).toBeGreaterThan(420);
  expect(dropped).toBeLessThan(580);
});

test('mport: ports as multiport has them', async () => {
  expect(await taken('-p udp -m mport --dports 1,50:60', [UDP, { ...UDP, dport: 61 }])).toEqual(['yes', 'no']);
  expect(await taken('-p udp -m mport --ports 5', [UDP, { ...UDP, sport: 6 }])).toEqual(['yes', 'no']);
});

const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
describe('in words', () => {
  const told = async (rule: string, packet: object, table = 'filter') => {
    const { walk, headline } = explain(await load(save(rule, 'INPUT', table)), readPacket(packet as never).packet, {
      all: true,
    });
    const nodes = all(walk).filter((one) => one.rule !== undefined);
    const inner = nodes.flatMap(({ message, children }) => [message, ...children.map((child) => child.message)]);
    return [...headline, ...inner].map((message) => textIn(en, message)).join('\n');
  };
  test.each([
    ['-p tcp -j TARPIT', TCP, 'filter', 'takes the packet: a TCP connection is held open and never answered'],
    ['-p tcp -j DELUDE', TCP, 'filter', 'a SYN is answered as if the port were open'],
    [
      '-j ACCOUNT --addr 10.0.0.0/8 --tname x',
      UDP,
      'filter',
      'goes on: what each address of a network sends and gets is counted',
    ],
    ['-j IPMARK --addr src', UDP, 'mangle', 'mark 0x0 → 0xc0000205'],
    [
      '-m condition --condition open -j DROP',
      UDP,
      'filter',
      'match condition --condition open (a flag that the administrator sets)',
    ],
    ['-m geoip --src-cc US -j DROP', { ...UDP, srccountry: 'DE' }, 'filter', 'its source is in DE'],
    ['-m quota2 --name a --quota 9 -j DROP', UDP, 'filter', 'counter a has 9 bytes, and now 0'],
    ['-m length2 --layer5 --length 9 -j DROP', UDP, 'filter', 'its layer 5 has 0 bytes'],
    ['-m ipv4options --flags 7 -j DROP', UDP, 'filter', 'it has no options of IPv4'],
    ['-m iface --dev-out --up -j DROP', UDP, 'filter', 'it has no link there'],
  ])('%s', async (rule, packet, table, words) => {
    expect(await told(rule, packet, table)).toContain(words);
  });
});

test('an answer settles a match by its words, by its name, or all', async () => {
  const rules = save('-m condition ! --condition a -j DROP\n-m condition --condition b -j DROP');
  const fate = async (...assume: [string, boolean][]) =>
    (await load(rules, '', new Map(assume))).walk(readPacket(UDP as never).packet).fate;
  expect(await fate()).toBe('unknown');
  expect(await fate(['match:condition --condition a', false])).toBe('dropped');
  expect(await fate(['match:condition --condition a', true], ['match:condition --condition b', false])).toBe(
    'delivered',
  );
  expect(await fate(['match:condition', true])).toBe('dropped');
});
