/** Routing decisions on hosts written as texts; random hosts are compared with the kernel in test/kernel. */
import { describe, expect, it } from 'vitest';
import { AddrType } from '../src/abi.js';
import { formatAddress, formatIpv4, parseAddress, type Words } from '../src/net/address.js';
import { Protocol } from '../src/net/protocol.js';
import type { InputDecision, OutputDecision } from '../src/run/decision.js';
import { Routing4 } from '../src/run/routing.js';
import { type HostTexts, readHost } from './routing/read.js';

const ADDR = `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <UP> mtu 1500
    inet 192.168.1.1/24 brd 192.168.1.255 scope global eth0
    inet 192.168.1.2/24 brd 192.168.1.255 scope global secondary eth0
3: eth1: <UP> mtu 1500
    inet 10.20.0.1/24 brd 10.20.0.255 scope global eth1
4: eth2: <BROADCAST> mtu 1500
    inet 10.99.0.1/24 brd 10.99.0.255 scope global eth2
5: tun0: <UP> mtu 1400
`;
const ROUTE = `default via 192.168.1.254 dev eth0
192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.1
10.20.0.0/24 dev eth1 proto kernel scope link src 10.20.0.1
10.50.0.0/16 via 10.20.0.2 dev eth1 mtu 1000
10.60.0.0/16 via 10.20.0.3 dev eth1 metric 20
10.60.0.0/16 via 10.20.0.4 dev eth1 metric 10
10.60.0.0/16 tos 0x10 via 10.20.0.5 dev eth1 metric 30
10.61.0.0/16 nexthop via 10.20.0.6 dev eth1 weight 1 nexthop via 192.168.1.7 dev eth0 weight 3
10.62.0.0/16 nexthop via 10.20.0.6 dev eth1 weight 1 dead nexthop via 192.168.1.7 dev eth0 weight 3
unreachable 10.70.0.0/16
prohibit 10.71.0.0/16
blackhole 10.72.0.0/16
throw 10.73.0.0/16
10.80.0.0/24 dev tun0 scope link
10.63.0.0/16 nexthop via 10.20.0.6 dev eth1 weight 1 nexthop via 10.20.0.8 dev eth1 weight 1
10.64.0.0/16 via 10.20.0.1 dev eth1
10.65.0.0/16 via 192.168.1.9 dev eth0 linkdown
`;
const host = (texts: HostTexts = {}) =>
  new Routing4(readHost({ addr: ADDR, route: [ROUTE], ...texts }, { add: () => {} }));
const words = (text: string): Words => parseAddress(text)!;

interface Asked {
  readonly mark?: number;
  readonly tos?: number;
  readonly proto?: number;
  readonly dport?: number;
  readonly ttl?: number;
  readonly length?: number;
  readonly df?: boolean;
}
const BASE = { mark: 0, tos: 0, proto: Protocol.Tcp, sport: 40000, dport: 80, ttl: 64, length: 60, df: false };

function input(routing: Routing4, from: string, to: string, iif: string, asked: Asked = {}): string {
  return describeInput(routing.input({ ...BASE, ...asked, src: words(from), dst: words(to), iif }));
}

function describeInput(decision: InputDecision): string {
  switch (decision.kind) {
    case 'local':
      return `local ${decision.how}`;
    case 'forward':
      return `${decision.oif}${decision.gateway === undefined ? '' : ` via ${formatAddress(decision.gateway)}`} mtu ${decision.mtu}`;
    case 'drop':
      return `drop ${decision.reason}${decision.icmp === undefined ? '' : ` icmp ${decision.icmp.type}/${decision.icmp.code}${decision.icmp.mtu === undefined ? '' : ` mtu ${decision.icmp.mtu}`}`}`;
    case 'multipath':
      return decision.ways.map((way) => `${way.weight}: ${describeInput(way.decision)}`).join(' | ');
    default:
      return `unknown ${decision.fact}`;
  }
}

function describeOutput(decision: OutputDecision): string {
  switch (decision.kind) {
    case 'send':
      return `${decision.to} ${decision.oif}${decision.gateway === undefined ? '' : ` via ${formatAddress(decision.gateway)}`} src ${formatAddress(decision.source)}${decision.loops ? ' loops' : ''}${decision.copy ? ' copy' : ''}`;
    case 'error':
      return `error ${decision.reason}`;
    case 'multipath':
      return decision.ways.map((way) => `${way.weight}: ${describeOutput(way.decision)}`).join(' | ');
    default:
      return `unknown ${decision.fact}`;
  }
}

describe('input', () => {
  const rows: [from: string, to: string, iif: string, expected: string, asked?: Asked, sysctl?: string][] = [
    ['8.8.8.8', '192.168.1.1', 'eth0', 'local unicast'],
    ['8.8.8.8', '192.168.1.2', 'eth1', 'local unicast'],
    // of a link that is down the address stays, its subnet does not
    ['8.8.8.8', '10.99.0.1', 'eth0', 'local unicast'],
    ['8.8.8.8', '10.99.0.5', 'eth1', 'eth0 via 192.168.1.254 mtu 1500'],
    ['10.20.0.5', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500'],
    ['192.168.1.5', '10.20.0.7', 'eth0', 'eth1 mtu 1500'],
    ['192.168.1.5', '10.20.0.0', 'eth0', 'eth1 mtu 1500'],
    ['192.168.1.5', '10.50.0.1', 'eth0', 'eth1 via 10.20.0.2 mtu 1000'],
    ['192.168.1.5', '10.60.0.1', 'eth0', 'eth1 via 10.20.0.4 mtu 1500'],
    ['192.168.1.5', '10.60.0.1', 'eth0', 'eth1 via 10.20.0.5 mtu 1500', { tos: 0x10 }],
    // the three bits of the old precedence and those of ECN do not count
    ['192.168.1.5', '10.60.0.1', 'eth0', 'eth1 via 10.20.0.5 mtu 1500', { tos: 0xb3 }],
    ['10.20.0.9', '10.61.0.1', 'eth1', '1: eth1 via 10.20.0.6 mtu 1500 | 3: eth0 via 192.168.1.7 mtu 1500'],
    ['10.20.0.9', '10.62.0.1', 'eth1', 'eth0 via 192.168.1.7 mtu 1500'],
    ['192.168.1.5', '10.80.0.1', 'eth0', 'tun0 mtu 1400'],
    // a gateway that is the link's own address only names the link
    ['192.168.1.5', '10.64.0.1', 'eth0', 'eth1 mtu 1500'],
    ['10.20.0.5', '10.65.0.1', 'eth1', 'eth0 via 192.168.1.9 mtu 1500'],
    [
      '10.20.0.5',
      '10.65.0.1',
      'eth1',
      'eth0 via 192.168.1.254 mtu 1500',
      {},
      'net.ipv4.conf.all.ignore_routes_with_linkdown = 1',
    ],
    ['192.168.1.5', '10.20.0.255', 'eth0', 'local broadcast'],
    ['192.168.1.5', '255.255.255.255', 'eth0', 'local broadcast'],
    ['0.0.0.0', '255.255.255.255', 'eth0', 'local broadcast'],
    ['192.168.1.5', '224.0.0.1', 'eth0', 'local multicast'],
    ['192.168.1.5', '224.0.0.9', 'eth0', 'drop not-joined'],
    ['192.168.1.5', '10.70.0.1', 'eth0', 'drop unreachable icmp 3/1'],
    ['192.168.1.5', '10.71.0.1', 'eth0', 'drop prohibit icmp 3/13'],
    ['192.168.1.5', '10.72.0.1', 'eth0', 'drop blackhole'],
    ['192.168.1.5', '10.73.0.1', 'eth0', 'drop no-route icmp 3/0'],
    ['127.0.0.1', '8.8.8.8', 'eth1', 'drop martian-source'],
    ['224.0.0.5', '8.8.8.8', 'eth1', 'drop martian-source'],
    ['255.255.255.255', '8.8.8.8', 'eth1', 'drop martian-source'],
    ['0.0.0.0', '8.8.8.8', 'eth1', 'drop martian-source'],
    ['0.1.2.3', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500'],
    ['240.0.0.1', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500'],
    ['192.168.1.1', '8.8.8.8', 'eth1', 'drop martian-source'],
    ['192.168.1.255', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500'],
    ['8.8.8.8', '127.0.0.1', 'eth0', 'drop martian-destination'],
    ['8.8.8.8', '0.0.0.0', 'eth0', 'drop martian-destination'],
    ['10.20.0.5', '8.8.8.8', 'eth1', 'drop ttl-exceeded icmp 11/0', { ttl: 1 }],
    ['8.8.8.8', '192.168.1.1', 'eth0', 'local unicast', { ttl: 0 }],
    ['10.20.0.5', '8.8.8.8', 'eth1', 'drop needs-fragmentation icmp 3/4 mtu 1500', { length: 1501, df: true }],
    ['10.20.0.5', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500', { length: 1500, df: true }],
    ['10.20.0.5', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500', { length: 1501 }],
    ['10.20.0.5', '10.50.0.1', 'eth0', 'drop needs-fragmentation icmp 3/4 mtu 1000', { length: 1001, df: true }],

    ['10.20.0.5', '8.8.8.8', 'eth1', 'drop forwarding-off', {}, 'net.ipv4.ip_forward = 0'],
    ['10.20.0.5', '10.70.0.1', 'eth1', 'drop forwarding-off', {}, 'net.ipv4.ip_forward = 0'],
    [
      '10.20.0.5',
      '8.8.8.8',
      'eth1',
      'drop forwarding-off',
      {},
      'net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth1.forwarding = 0',
    ],
    ['192.168.1.1', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500', {}, 'net.ipv4.conf.eth1.accept_local = 1'],
    ['127.0.0.1', '8.8.8.8', 'eth1', 'drop martian-source', {}, 'net.ipv4.conf.all.accept_local = 1'],
    ['127.0.0.2', '8.8.8.8', 'eth1', 'eth0 via 192.168.1.254 mtu 1500', {}, 'net.ipv4.conf.eth1.route_localnet = 1'],
    ['127.0.0.1', '8.8.8.8', 'eth1', 'drop martian-source', {}, 'net.ipv4.conf.eth1.route_localnet = 1'],
    ['8.8.8.8', '127.0.0.1', 'eth0', 'local unicast', {}, 'net.ipv4.conf.eth0.route_localnet = 1'],
    // the greater of all's and the link's own
    ['10.20.0.5', '192.168.1.1', 'eth0', 'drop rp-filter', {}, 'net.ipv4.conf.all.rp_filter = 1'],
    ['10.20.0.5', '192.168.1.1', 'eth0', 'local unicast', {}, 'net.ipv4.conf.all.rp_filter = 2'],
    [
      '10.20.0.5',
      '192.168.1.1',
      'eth0',
      'local unicast',
      {},
      'net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth0.rp_filter = 2',
    ],
    ['10.73.0.5', '192.168.1.1', 'eth0', 'drop rp-filter', {}, 'net.ipv4.conf.eth0.rp_filter = 2'],
    ['10.20.0.5', '192.168.1.255', 'eth0', 'drop rp-filter', {}, 'net.ipv4.conf.eth0.rp_filter = 1'],
    // back out by the same link, the full check is made while redirects are sent
    ['192.168.1.255', '8.8.8.8', 'eth0', 'drop martian-source'],
    [
      '192.168.1.255',
      '8.8.8.8',
      'eth0',
      'eth0 via 192.168.1.254 mtu 1500',
      {},
      'net.ipv4.conf.all.send_redirects = 0\nnet.ipv4.conf.eth0.send_redirects = 0',
    ],
    [
      '192.168.1.5',
      '10.20.0.255',
      'eth0',
      'eth1 mtu 1500',
      {},
      'net.ipv4.conf.all.bc_forwarding = 1\nnet.ipv4.conf.eth0.bc_forwarding = 1',
    ],
  ];
  it.each(rows)('%s to %s by %s: %s', (from, to, iif, expected, asked, sysctl) => {
    expect(input(host(sysctl === undefined ? {} : { sysctl }), from, to, iif, asked)).toBe(expected);
  });
});

describe('policy rules', () => {
  const TABLES = `${ROUTE}local 192.168.1.1 dev eth0 table local proto kernel scope host src 192.168.1.1
default via 10.20.0.100 dev eth1 table 100
10.20.0.0/24 dev eth1 table 100
10.99.0.0/16 via 10.20.0.101 dev eth1 table 200
`;
  const VIA_MAIN = 'eth0 via 192.168.1.254 mtu 1500';
  const VIA_100 = 'eth1 via 10.20.0.100 mtu 1500';
  const rules = (...lines: string[]) =>
    ['0: from all lookup local', ...lines, '32766: from all lookup main', '32767: from all lookup default'].join('\n');
  const rows: [string[], string, Asked, string][] = [
    [['5: from all lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from 10.20.0.0/24 lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from 10.21.0.0/24 lookup 100'], '8.8.8.8', {}, VIA_MAIN],
    [['5: not from 10.21.0.0/24 lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all to 8.0.0.0/8 lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all fwmark 0x1/0x3 lookup 100'], '8.8.8.8', { mark: 5 }, VIA_100],
    [['5: from all fwmark 0x1/0x3 lookup 100'], '8.8.8.8', { mark: 3 }, VIA_MAIN],
    [['5: from all fwmark 0x1 lookup 100'], '8.8.8.8', { mark: 5 }, VIA_MAIN],
    [['5: from all iif eth1 lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all iif eth0 lookup 100'], '8.8.8.8', {}, VIA_MAIN],
    [['5: from all tos 0x10 lookup 100'], '8.8.8.8', { tos: 0x10 }, VIA_100],
    [['5: from all ipproto udp lookup 100'], '8.8.8.8', {}, VIA_MAIN],
    [['5: from all ipproto tcp dport 80-90 lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all dport 81 lookup 100'], '8.8.8.8', {}, VIA_MAIN],
    // a type of ICMP is no port
    [['5: from all sport 40000 lookup 100'], '8.8.8.8', { proto: Protocol.Icmp }, VIA_MAIN],
    [['5: from all uidrange 1000-2000 lookup 100'], '8.8.8.8', {}, VIA_MAIN],
    [['5: from all lookup 200', '6: from all lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all goto 7', '6: from all lookup 100', '7: from all nop'], '8.8.8.8', {}, VIA_MAIN],
    [['5: from all goto 40000 [unresolved]', '6: from all lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all lookup main suppress_prefixlength 0', '6: from all lookup 100'], '8.8.8.8', {}, VIA_100],
    [
      ['5: from all lookup main suppress_prefixlength 0', '6: from all lookup 100'],
      '192.168.1.77',
      {},
      'eth0 mtu 1500',
    ],
    [['5: from all lookup main suppress_ifgroup 0', '6: from all lookup 100'], '8.8.8.8', {}, VIA_100],
    [['5: from all unreachable'], '8.8.8.8', {}, 'drop no-route icmp 3/0'],
    [['5: from all prohibit'], '8.8.8.8', {}, 'drop prohibit icmp 3/13'],
    [['5: from all blackhole'], '8.8.8.8', {}, 'drop blackhole'],
    [['5: from all lookup 300'], '8.8.8.8', {}, VIA_MAIN],
  ];
  it.each(rows)('%j to %s: %o', (lines, to, asked, expected) => {
    expect(input(host({ route: [TABLES], rule: rules(...lines) }), '10.20.0.5', to, 'eth1', asked)).toBe(expected);
  });

  it('asks for a table that was not given', () => {
    const routing = host({ rule: rules('5: from all fwmark 0x1 lookup 100') });
    expect(input(routing, '10.20.0.5', '8.8.8.8', 'eth1', { mark: 1 })).toBe('unknown routes');
    expect(input(routing, '10.20.0.5', '8.8.8.8', 'eth1')).toBe(VIA_MAIN);
  });

  it('puts tables local and main together until there is a rule', () => {
    const route = [`${TABLES}127.5.0.0/16 via 10.20.0.9 dev eth1\n`];
    const sysctl = 'net.ipv4.conf.all.route_localnet = 1';
    const local = 'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n';
    const texts = { route: [route[0] + local], sysctl };
    expect(input(host(texts), '8.8.8.8', '127.5.0.1', 'eth0')).toBe('eth1 via 10.20.0.9 mtu 1500');
    expect(input(host({ ...texts, rule: rules('5: from 9.9.9.9 lookup main') }), '8.8.8.8', '127.5.0.1', 'eth0')).toBe(
      'local unicast',
    );
  });

  it.each([
    // the way back begins where the packet leaves, and its ports are turned round
    ['5: from all to 10.20.0.0/24 iif eth0 unreachable', 'drop rp-filter'],
    ['5: from all to 10.20.0.0/24 iif lo unreachable', VIA_MAIN],
    ['5: from all to 10.20.0.0/24 ipproto tcp sport 80 unreachable', 'drop rp-filter'],
    ['5: from all to 10.20.0.0/24 ipproto tcp dport 80 unreachable', VIA_MAIN],
    ['5: from all to 10.20.0.0/24 fwmark 0x1 unreachable', VIA_MAIN],
  ])('looks the way back up: %s', (line, expected) => {
    const routing = host({ rule: rules(line), sysctl: 'net.ipv4.conf.eth1.rp_filter = 1' });
    expect(input(routing, '10.20.0.5', '8.8.8.8', 'eth1', { mark: 1 })).toBe(expected);
  });

  it('checks the source fully once there is a rule', () => {
    const routing = host({ rule: rules('5: from 9.9.9.9 lookup main') });
    expect(input(routing, '192.168.1.255', '8.8.8.8', 'eth1')).toBe('drop martian-source');
  });
});

describe('output', () => {
  const rows: [
    from: string | undefined,
    to: string,
    oif: string | undefined,
    expected: string,
    asked?: { anySource: boolean },
  ][] = [
    [undefined, '8.8.8.8', undefined, 'unicast eth0 via 192.168.1.254 src 192.168.1.1'],
    [undefined, '10.20.0.5', undefined, 'unicast eth1 src 10.20.0.1'],
    ['192.168.1.2', '10.20.0.5', undefined, 'unicast eth1 src 192.168.1.2'],
    ['9.9.9.9', '10.20.0.5', undefined, 'unicast eth1 src 9.9.9.9'],
    ['9.9.9.9', '10.20.0.5', undefined, 'error no-route', { anySource: false }],
    ['127.0.0.1', '10.20.0.5', undefined, 'error bad-source'],
    // without an address of its own, a link borrows another's
    [undefined, '10.80.0.1', undefined, 'unicast tun0 src 192.168.1.1'],
    [undefined, '192.168.1.1', undefined, 'local lo src 192.168.1.1 loops'],
    // the route of a secondary address names the primary one
    [undefined, '192.168.1.2', undefined, 'local lo src 192.168.1.1 loops'],
    [undefined, '127.0.0.9', undefined, 'local lo src 127.0.0.1 loops'],
    ['10.20.0.1', '127.0.0.1', undefined, 'local lo src 10.20.0.1 loops'],
    [undefined, '0.0.0.0', undefined, 'local lo src 127.0.0.1 loops'],
    [undefined, '192.168.1.255', undefined, 'broadcast eth0 src 192.168.1.1 copy'],
    [undefined, '255.255.255.255', undefined, 'broadcast eth0 src 192.168.1.1 copy'],
    ['10.20.0.1', '255.255.255.255', undefined, 'broadcast eth1 src 10.20.0.1 copy'],
    [undefined, '255.255.255.255', 'eth1', 'broadcast eth1 src 10.20.0.1 copy'],
    [undefined, '224.0.0.1', 'eth1', 'multicast eth1 src 10.20.0.1 copy'],
    [undefined, '239.1.1.1', undefined, 'multicast eth0 src 192.168.1.1'],
    [undefined, '8.8.8.8', 'eth1', 'unicast eth1 src 10.20.0.1'],
    [undefined, '8.8.8.8', 'eth2', 'error link-down'],
    [undefined, '10.70.0.1', undefined, 'error unreachable'],
    [undefined, '10.71.0.1', undefined, 'error prohibit'],
    [undefined, '10.72.0.1', undefined, 'error blackhole'],
    [undefined, '10.73.0.1', undefined, 'error no-route'],
    [
      undefined,
      '10.61.0.1',
      undefined,
      '1: unicast eth1 via 10.20.0.6 src 10.20.0.1 | 3: unicast eth0 via 192.168.1.7 src 192.168.1.1',
    ],
    // a source that belongs to one of the ways chooses it
    ['10.20.0.1', '10.61.0.1', undefined, 'unicast eth1 via 10.20.0.6 src 10.20.0.1'],
    [undefined, '10.61.0.1', 'eth0', 'unicast eth0 via 192.168.1.7 src 192.168.1.1'],
    ['224.0.0.1', '8.8.8.8', undefined, 'error bad-source'],
    [undefined, '10.63.0.1', 'eth1', 'unicast eth1 via 10.20.0.6 src 10.20.0.1'],
  ];
  it.each(rows)('%s to %s by %s: %s', (from, to, oif, expected, asked) => {
    const src = from === undefined ? undefined : words(from);
    expect(describeOutput(host().output({ ...BASE, uid: 0, src, dst: words(to), oif, ...asked }))).toBe(expected);
  });

  it.each([
    [{ proto: Protocol.Tcp, dport: 80 }, 'error no-route', 'error no-route'],
    [{ proto: Protocol.Tcp, dport: 81 }, 'error prohibit', 'unicast eth0 via 192.168.1.254 src 10.20.0.1'],
    [{ proto: Protocol.Udp, dport: 80 }, 'error prohibit', 'unicast eth0 via 192.168.1.254 src 10.20.0.1'],
  ])('routes again by protocol and ports, and without user: %o', (asked, first, again) => {
    const rule =
      '0: from all lookup local\n5: from all ipproto tcp dport 80 unreachable\n6: from all uidrange 5-5 prohibit\n32766: from all lookup main\n32767: from all lookup default';
    const routing = host({ rule });
    const packet = { ...BASE, ...asked, uid: 5, src: words('10.20.0.1'), dst: words('8.8.8.8') };
    expect(describeOutput(routing.output(packet))).toBe(first);
    expect(describeOutput(routing.reroute(packet))).toBe(again);
  });
});

describe('what matches and targets ask', () => {
  const NONE = { loose: false, validMark: false, acceptLocal: false };
  it.each([
    ['8.8.8.8', 'eth0', NONE, true],
    ['8.8.8.8', 'eth1', NONE, false],
    ['8.8.8.8', 'eth1', { ...NONE, loose: true }, true],
    ['10.73.0.1', 'eth0', { ...NONE, loose: true }, false],
    ['192.168.1.1', 'eth0', NONE, false],
    ['192.168.1.1', 'eth0', { ...NONE, acceptLocal: true }, true],
    ['192.168.1.1', 'eth1', { ...NONE, acceptLocal: true }, false],
    ['192.168.1.255', 'eth0', { ...NONE, loose: true }, false],
    ['8.8.8.8', 'lo', NONE, true],
  ])('rpfilter of %s by %s %o: %s', (from, iif, flags, expected) => {
    expect(host().reversePath({ ...BASE, src: words(from), dst: words('10.20.0.5'), iif }, flags)).toBe(expected);
  });

  it('rpfilter goes by a link without carrier too', () => {
    const routing = host({ sysctl: 'net.ipv4.conf.eth0.ignore_routes_with_linkdown = 1' });
    const packet = { ...BASE, src: words('10.65.0.1'), dst: words('10.20.0.5') };
    expect(routing.reversePath({ ...packet, iif: 'eth0' }, NONE)).toBe(true);
    expect(routing.reversePath({ ...packet, iif: 'eth1' }, NONE)).toBe(false);
  });

  it('lists the types of all addresses', () => {
    const names = ['lo', 'eth0', 'eth1', 'eth2'];
    const intervals = host().addressTypes((name) => names.indexOf(name) + 1);
    if ('kind' in intervals) throw new Error('unknown');
    expect(intervals.map((i) => `${formatIpv4(i.first)} ${AddrType[i.type]} ${i.interface}`)).toEqual([
      '0.0.0.0 Broadcast 0',
      '0.0.0.1 Unicast 0',
      '10.20.0.1 Local 3',
      '10.20.0.2 Unicast 0',
      '10.20.0.255 Broadcast 3',
      '10.20.1.0 Unicast 0',
      '10.99.0.1 Local 4',
      '10.99.0.2 Unicast 0',
      '127.0.0.0 Local 1',
      '127.255.255.255 Broadcast 1',
      '128.0.0.0 Unicast 0',
      '192.168.1.1 Local 2',
      '192.168.1.3 Unicast 0',
      '192.168.1.255 Broadcast 2',
      '192.168.2.0 Unicast 0',
      '224.0.0.0 Multicast 0',
      '240.0.0.0 Unicast 0',
      '255.255.255.255 Broadcast 0',
    ]);
  });

  const MANY =
    '1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: a: <UP> mtu 1500\n    inet 10.0.0.1/24 scope link a\n    inet 10.1.0.1/24 scope global a\n    inet 10.2.0.1/24 scope global a\n    inet 10.2.0.9/24 scope global secondary a\n3: b: <UP> mtu 1500\n4: c: <UP> mtu 1500\n    inet 10.3.0.1/24 scope global c\n    inet 10.4.0.1 peer 10.5.0.1/24 scope global c\n';
  it.each([
    ['a', '8.8.8.8', '10.1.0.1'],
    ['a', '10.2.0.200', '10.2.0.1'],
    ['a', '10.0.0.200', '10.1.0.1'],
    ['b', '10.2.0.200', '10.1.0.1'],
    ['c', '10.5.0.7', '10.4.0.1'],
    ['c', '10.4.0.7', '10.3.0.1'],
    ['lo', '127.0.0.1', '10.1.0.1'],
  ])('MASQUERADE by %s to %s: %s', (oif, nextHop, expected) => {
    expect(host({ addr: MANY }).masqueradeAddress(oif, words(nextHop))).toEqual(words(expected));
  });

  it('REDIRECT takes the first address of the link', () => {
    expect(host({ addr: MANY }).firstAddress('a')).toEqual(words('10.0.0.1'));
    expect(host({ addr: MANY }).firstAddress('b')).toBeUndefined();
  });
});

describe('what was not given', () => {
  const of = (texts: HostTexts) => new Routing4(readHost(texts, { add: () => {} }));
  it.each<[string, HostTexts, string, string]>([
    ['nothing', {}, '8.8.8.8', 'unknown addresses'],
    ['routes alone', { route: [ROUTE] }, '8.8.8.8', 'unknown addresses'],
    ['addresses alone, an own one', { addr: ADDR }, '10.20.0.1', 'local unicast'],
    ['addresses alone, one on a link', { addr: ADDR }, '10.20.0.9', 'eth1 mtu 1500'],
    ['addresses alone, one elsewhere', { addr: ADDR }, '8.8.8.8', 'unknown routes'],
    ['IPv6', { addr: ADDR, route: [ROUTE] }, '2001:db8::1', 'unknown ipv6'],
  ])('%s', (_name, texts, to, expected) => {
    expect(input(of(texts), '192.168.1.5', to, 'eth0')).toBe(expected);
  });

  it('is said of sources and types too', () => {
    const routing = of({ route: [`${ROUTE}local 10.20.0.1 dev eth1 table local proto kernel scope host`] });
    expect(input(routing, '8.8.8.8', '10.20.0.1', 'eth0')).toBe('local unicast');
    expect(input(routing, '10.20.0.1', '8.8.8.8', 'eth0')).toBe('drop martian-source');
    expect(describeOutput(routing.output({ ...BASE, uid: 0, src: undefined, dst: words('10.80.0.1') }))).toBe(
      'unknown addresses',
    );
    expect(routing.masqueradeAddress('eth0', words('8.8.8.8'))).toEqual({ kind: 'unknown', fact: 'addresses' });
    expect(of({}).addressTypes(() => 1)).toMatchObject({ kind: 'unknown', fact: 'addresses' });
  });
});
