/** Sources that are said to be alike are told apart by no decision. */
import { describe, expect, it } from 'vitest';
import { TABLE_LOCAL } from '../src/model/host.js';
import { parseIpv4, type Words } from '../src/net/address.js';
import { Protocol } from '../src/net/protocol.js';
import { AddressKinds } from '../src/run/address-kinds.js';
import type { OutputDecision } from '../src/run/decision.js';
import { Routing4 } from '../src/run/routing.js';
import { type HostTexts, readHost } from './routing/read.js';

const ADDR = `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <UP> mtu 1500
    inet 192.168.1.1/24 brd 192.168.1.255 scope global eth0
    inet 192.168.1.2/24 brd 192.168.1.255 scope global secondary eth0
3: eth1: <UP> mtu 1500
    inet 10.20.0.1/24 brd 10.20.0.255 scope global eth1
4: tun0: <UP> mtu 1400
`;
const ROUTE = `default via 192.168.1.254 dev eth0
192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.1
10.20.0.0/24 dev eth1 proto kernel scope link src 10.20.0.1
10.50.0.0/16 via 10.20.0.2 dev eth1 mtu 1000
10.51.0.0/16 via 10.20.0.3 dev eth1
10.70.0.0/16 dev tun0 scope link
unreachable 10.71.0.0/16
blackhole 10.72.0.0/16
`;
const LOCAL = `local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
local 192.168.1.1 dev eth0 table local proto kernel scope host src 192.168.1.1
local 10.20.0.1 dev eth1 table local proto kernel scope host src 10.20.0.1
broadcast 192.168.1.255 dev eth0 table local proto kernel scope link src 192.168.1.1
`;
const HOSTS: Readonly<Record<string, HostTexts>> = {
  'as it boots': { addr: ADDR, route: [ROUTE] },
  'rp_filter 1': { addr: ADDR, route: [ROUTE], sysctl: 'net.ipv4.conf.all.rp_filter = 1\n' },
  'rp_filter 2': { addr: ADDR, route: [ROUTE], sysctl: 'net.ipv4.conf.all.rp_filter = 2\n' },
  accept_local: {
    addr: ADDR,
    route: [ROUTE],
    sysctl: 'net.ipv4.conf.all.accept_local = 1\nnet.ipv4.conf.all.rp_filter = 1\n',
  },
  route_localnet: { addr: ADDR, route: [ROUTE], sysctl: 'net.ipv4.conf.all.route_localnet = 1\n' },
  'no default route': { addr: ADDR, route: [ROUTE.replace(/^default.*\n/, '')] },
  'a local route of its own': {
    addr: ADDR,
    route: [`${ROUTE}${LOCAL}local 10.70.1.0/24 dev lo table local proto static scope host\n`],
  },
  'addresses alone': { addr: ADDR },
  'table local alone': {
    route: [
      `${LOCAL}local 10.50.0.0/16 dev eth0 table local\nlocal 10.51.0.0/16 dev eth1 table local\nbroadcast 10.72.0.0/16 dev eth0 table local\n`,
    ],
  },
};
const LINKS = ['lo', 'eth0', 'eth1', 'tun0', 'other'];
const BASE = { mark: 0, tos: 0, proto: Protocol.Tcp, sport: 40000, dport: 80, ttl: 64, length: 60, df: false };
const ADDRESSES = [
  '0.0.0.0 0.0.0.1 8.8.8.8 9.9.9.9 10.20.0.0 10.20.0.1 10.20.0.9 10.20.0.200 10.20.0.255 10.50.1.1 10.51.1.1 10.70.0.1',
  '10.70.1.1 10.71.0.1 10.72.0.1 127.0.0.1 127.0.0.2 127.255.255.255 192.168.1.0 192.168.1.1 192.168.1.2 192.168.1.9',
  '192.168.1.255 224.0.0.1 224.0.0.9 239.1.1.1 255.255.255.255',
].flatMap((line) => line.split(' ').map((text) => [parseIpv4(text)![0]!] as Words));

/** The source of what is sent is the packet's own where it has one. */
const withoutSource = (decision: OutputDecision) =>
  JSON.stringify(decision, (key, value) => (key === 'source' ? undefined : value));

/** All that is decided about packets from a source. */
function decisions(routing: Routing4, src: Words): string {
  return ADDRESSES.flatMap((dst) => [
    ...LINKS.map((iif) => JSON.stringify(routing.input({ ...BASE, src, dst, iif }))),
    ...[true, false].map((anySource) => withoutSource(routing.output({ ...BASE, src, dst, uid: 0, anySource }))),
    withoutSource(routing.reroute({ ...BASE, src, dst })),
  ]).join('\n');
}

describe.each(Object.entries(HOSTS))('%s', (_name, texts) => {
  const given = readHost(texts, { add: () => {} });
  // what a listing of table local leaves unsaid of table main
  const host = texts.addr === undefined ? { ...given, tables: [TABLE_LOCAL] } : given;
  const routing = new Routing4(host);
  const kinds = new AddressKinds(host, [], (source) => routing.sourceAspects([source]));

  it('sources of a kind are routed alike', () => {
    const seen = new Map<number, string>();
    for (const src of ADDRESSES) {
      const kind = kinds.ofSource(src[0]!);
      const decided = decisions(routing, src);
      expect(decided, src.join()).toBe(seen.get(kind) ?? decided);
      seen.set(kind, decided);
    }
  });

  it('they are fewer than kinds of addresses', () => {
    expect(kinds.sourceCount).toBeLessThan(kinds.count);
    expect(kinds.ofSource(0xe0000001)).toBe(kinds.ofSource(0xffffffff));
  });
});

it.each<[string, HostTexts]>([
  ['a rule', { rule: '0: from all lookup local\n100: from 10.50.0.0/16 lookup main\n32766: from all lookup main\n' }],
  ['a route for some tos', { route: [`${ROUTE}10.60.0.0/16 tos 0x10 via 10.20.0.5 dev eth1\n`] }],
  [
    'several ways',
    { route: [`${ROUTE}10.61.0.0/16 nexthop via 10.20.0.6 dev eth1 nexthop via 192.168.1.7 dev eth0\n`] },
  ],
])('%s may tell any two apart', (_name, texts) => {
  const host = readHost({ addr: ADDR, route: [ROUTE], ...texts }, { add: () => {} });
  const routing = new Routing4(host);
  expect(routing.sourceAspects([0x08080808])).toBeUndefined();
  const kinds = new AddressKinds(host, [], (source) => routing.sourceAspects([source]));
  expect(kinds.sourceCount).toBe(new AddressKinds(host, []).sourceCount);
});
