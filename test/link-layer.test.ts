/** What the link layer says of a packet: given, read from captured frames, known of links that have none, or asked. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  compile,
  createEngine,
  type Engine,
  type LoadedHost,
  type PacketDescription,
  parse,
  readPacket,
} from '../src/index.js';
import { readCapture } from '../src/input/capture/read.js';
import { recordsOf } from '../src/input/capture/records.js';
import { programOf } from '../src/run/host-program.js';
import { bytesOf, join, pcap } from './captures.js';

const ADDR = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
3: tun0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UNKNOWN group default qlen 500
    link/none
    inet 10.8.0.1/24 scope global tun0
`;
const JSON_LINKS = JSON.stringify([
  { ifindex: 2, ifname: 'eth0', link_type: 'ether', address: '52:54:00:00:00:01', flags: ['UP'] },
  { ifindex: 3, ifname: 'tun0', link_type: 'none', flags: ['UP'] },
]);
const MAC = '00:01:02:0a:0b:ff';
const RULES = `*filter
-A INPUT -p tcp -m mac --mac-source ${MAC}
-A INPUT -p tcp -m mac ! --mac-source ${MAC}
-A INPUT -p udp -m pkttype --pkt-type unicast
-A INPUT -p udp -m pkttype ! --pkt-type broadcast
-A INPUT -p udp -m pkttype --pkt-type multicast
-A INPUT -p udp -m pkttype --pkt-type otherhost
COMMIT
`;

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
function load(assume: readonly string[] = [], links = ADDR): Promise<LoadedHost> {
  const texts = parse([
    { name: 'rules', text: RULES },
    { name: 'links', text: links },
  ]);
  return engine.load({ ...programOf(texts, { assume }), engine: 'columns' });
}
/** The rules that it hits, or why its way is not known. */
function told(host: LoadedHost, packet: PacketDescription): number[] | string {
  const { hits, fate, by } = host.walk(
    readPacket({ path: 'input', dst: '192.0.2.1', src: '192.0.2.9', in: 'eth0', ...packet }).packet,
  );
  return fate === 'unknown' ? by.why! : hits.map((rule) => host.compiled.rules[rule]!.number);
}

const UDP = { proto: 'udp', dport: 9 };
test.each<[PacketDescription, number[] | string]>([
  [{ mac: MAC }, [1]],
  [{ mac: '0:1:2:A:B:FF' }, [1]],
  [{ mac: '00:01:02:0a:0b:fe' }, [2]],
  [{ mac: '00:02:02:0a:0b:ff' }, [2]],
  [{}, `mac:${MAC}`],
  [{ pkttype: 'unicast' }, `mac:${MAC}`],
  [{ in: 'tun0' }, []],
  [{ in: 'lo' }, []],
  [{ ...UDP, pkttype: 'unicast' }, [3, 4]],
  [{ ...UDP, pkttype: 'broadcast', mac: MAC }, []],
  [{ ...UDP, pkttype: 'multicast' }, [4, 5]],
  // it is dropped before any rule
  [{ ...UDP, pkttype: 'otherhost' }, []],
  [{ ...UDP, mac: MAC }, 'pkttype:unicast'],
  [{ ...UDP, in: 'tun0' }, [3, 4]],
])('%j: %j', async (packet, expected) => {
  expect(told(await load(), packet)).toEqual(expected);
  expect(told(await load([], JSON_LINKS), packet)).toEqual(expected);
});

test('what is assumed answers it, and does not speak against what was given', async () => {
  const yes = await load([`mac:${MAC}`, 'pkttype:unicast=no', 'pkttype:broadcast=no', 'pkttype']);
  expect(told(yes, {})).toEqual([1]);
  expect(told(yes, { mac: '00:00:00:00:00:01' })).toEqual([2]);
  expect(told(await load(['mac=no']), {})).toEqual([2]);
  expect(told(yes, UDP)).toEqual([4, 5, 6]);
  expect(told(yes, { ...UDP, pkttype: 'unicast' })).toEqual([3, 4]);
});

const SETS = `create macs hash:mac hashsize 64 maxelem 64
add macs ${MAC}
create both hash:ip,mac family inet hashsize 64 maxelem 64
add both 192.0.2.9,${MAC}
create bits bitmap:ip,mac range 192.0.2.0/24
add bits 192.0.2.9,${MAC}
create learns bitmap:ip,mac range 192.0.2.0/24
add learns 192.0.2.9
create list list:set size 8
add list both
`;
/** What it comes to by one rule that asks a set: hit, not hit, or the question. */
async function heldBy(rule: string, packet: PacketDescription): Promise<boolean | string> {
  const texts = parse([
    { name: 'rules', text: `*filter\n-A INPUT -m set ${rule}\nCOMMIT\n` },
    { name: 'sets', text: SETS },
    { name: 'links', text: ADDR },
  ]);
  const hits = told(await engine.load(compile(texts)), { proto: 'udp', ...packet });
  return typeof hits === 'string' ? hits : hits.length > 0;
}
test.each<[rule: string, PacketDescription, boolean | string]>([
  ['--match-set macs src', { mac: MAC }, true],
  ['--match-set macs src', { mac: '00:01:02:0a:0b:fe' }, false],
  ['! --match-set macs src', { mac: '00:01:02:0a:0b:fe' }, true],
  ['--match-set macs src', {}, 'macs:macs'],
  ['--match-set macs dst', { mac: MAC }, 'macs:macs'],
  ['--match-set macs src', { in: 'tun0' }, false],
  ['! --match-set macs dst', { in: 'tun0' }, true],
  ['--match-set both src,src', { mac: MAC }, true],
  ['--match-set both src,src', { mac: MAC, src: '192.0.2.8' }, false],
  ['--match-set both src,src', {}, 'macs:both'],
  ['--match-set both src', {}, false],
  ['--match-set both dst,src', { mac: MAC, src: '192.0.2.8' }, false],
  ['--match-set bits src,src', { mac: MAC }, true],
  ['--match-set bits src,dst', { mac: MAC }, 'macs:bits'],
  // it takes the first MAC that comes, and holds no other from then on
  ['--match-set learns src,src', { mac: MAC }, 'set:learns'],
  ['--match-set list src,src', { mac: MAC }, true],
  ['--match-set list src,src', {}, 'macs:list'],
])('%s of %j: %j', async (rule, packet, expected) => {
  expect(await heldBy(rule, packet)).toBe(expected);
});

test.each<[PacketDescription, boolean | string]>([
  [{ mac: MAC, src: '2001:db8::201:2ff:fe0a:bff' }, true],
  [{ mac: '02:01:02:0a:0b:ff', src: '2001:db8::1:2ff:fe0a:bff' }, true],
  [{ mac: MAC, src: '2001:db8::1:2ff:fe0a:bff' }, false],
  [{ mac: MAC, src: '2001:db8::201:2ff:fe0a:bfe' }, false],
  [{ src: '2001:db8::201:2ff:fe0a:bff' }, 'eui64'],
  [{ in: 'tun0', src: '2001:db8::201:2ff:fe0a:bff' }, false],
])('eui64 of %j: %j', async (packet, expected) => {
  const texts = parse([
    { name: 'rules', text: '# Generated by ip6tables-save\n*filter\n-A INPUT -m eui64\nCOMMIT\n' },
    { name: 'links', text: ADDR },
  ]);
  const hits = told(await engine.load(compile(texts, {}, 6)), { dst: '2001:db8::1', proto: 'udp', ...packet });
  expect(typeof hits === 'string' ? hits : hits.length > 0).toBe(expected);
});

test('many packets are counted as one by one', async () => {
  const host = await load(['mac=no', 'pkttype=no']);
  host.classify({
    kind: 'columns',
    count: 6,
    interfaces: ['eth0'],
    in: new Uint16Array(6),
    path: new Uint8Array(6).fill(1),
    src: new Uint32Array(6).fill(0xc0000209),
    dst: new Uint32Array(6).fill(0xc0000201),
    proto: Uint8Array.of(6, 6, 6, 17, 17, 17),
    sport: new Uint16Array(6),
    dport: new Uint16Array(6),
    mac: Float64Array.of(0x01020a0bff, 1, 0x01020a0bff, 1, 2, 3),
    pkttype: Uint8Array.of(1, 2, 3, 1, 3, 2),
  });
  expect([0, 1, 2, 3, 4, 5].map((rule) => Number(host.counter(rule).packets))).toEqual([2, 1, 1, 2, 1, 0]);
});

describe('captured frames', () => {
  const IP = bytesOf({ src: '192.0.2.9', dst: '192.0.2.1', proto: 'udp', dport: 9 });
  const FROM = [0, 1, 2, 10, 11, 255];
  const frame = (to: readonly number[]) => join(to, FROM, [8, 0], IP);
  const sll = (kind: number, hardware: number) => join([0, kind, 0, hardware, 0, 6], FROM, [0, 0, 8, 0], IP);
  const sll2 = (kind: number, hardware: number) =>
    join([8, 0, 0, 0, 0, 0, 0, 1, 0, hardware, kind, 6], FROM, [0, 0], IP);
  test.each<[string, number, Uint8Array, string | undefined, string | undefined]>([
    ['to one', 1, frame([2, 0, 0, 0, 0, 1]), MAC, 'unicast'],
    ['to all', 1, frame([255, 255, 255, 255, 255, 255]), MAC, 'broadcast'],
    ['to a group', 1, frame([1, 0, 94, 0, 0, 1]), MAC, 'multicast'],
    ['cooked', 113, sll(0, 1), MAC, 'unicast'],
    ['cooked, to another', 113, sll(3, 1), MAC, 'otherhost'],
    ['cooked, outgoing', 113, sll(4, 1), undefined, undefined],
    ['cooked, of PPP', 113, sll(2, 512), undefined, 'multicast'],
    ['cooked v2', 276, sll2(1, 1), MAC, 'broadcast'],
    ['cooked v2, of a kind that nobody knows', 276, sll2(7, 1), MAC, undefined],
    ['raw', 101, IP, undefined, undefined],
  ])('%s', async (_, linkType, bytes, mac, pkttype) => {
    const found = [];
    for await (const batch of readCapture([pcap([{ frame: bytes, time: [1, 0] }], { linkType })], 'x'))
      for (const record of recordsOf(batch)) if ('packet' in record) found.push(record.packet);
    expect(found).toMatchObject([{ mac, pkttype }]);
  });
});
