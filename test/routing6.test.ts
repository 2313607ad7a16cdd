/** Routing of IPv6: each decision by what the texts of a small host say, and what is not known without one of them. */
import { describe, expect, it } from 'vitest';
import { AddrType } from '../src/abi.js';
import { formatAddress, parseAddress, type Words } from '../src/net/address.js';
import { AssumedHost } from '../src/run/assumed-host.js';
import type { InputDecision, OutputDecision } from '../src/run/decision.js';
import { assumptions, type HostOptions, withOptions } from '../src/run/host-options.js';
import { Routing6 } from '../src/run/ipv6/routing.js';
import { type HostTexts, readHost } from './routing/read.js';

const ADDR = `1: lo: <LOOPBACK,UP> mtu 65536
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,UP> mtu 1500 group 3
    inet6 2001:db8:1::1/64 scope global
    inet6 fe80::1/64 scope link
3: eth1: <BROADCAST,UP> mtu 1400
    inet6 2001:db8:2::1/64 scope global deprecated
    inet6 2001:db8:2::5/64 scope global
    inet6 2001:db8:2::6/64 scope global tentative
    inet6 fe80::2/64 scope link
4: tun0: <POINTOPOINT,NOARP,UP> mtu 1280
    inet6 2001:db8:3::1/127 scope global
`;
const ROUTE = `2001:db8:1::/64 dev eth0 proto kernel metric 256 pref medium
2001:db8:2::/64 dev eth1 proto kernel metric 256 pref medium
2001:db8:3::/127 dev tun0 proto kernel metric 256 pref medium
fe80::/64 dev eth0 proto kernel metric 256 pref medium
fe80::/64 dev eth1 proto kernel metric 256 pref medium
unreachable 2001:db8:a::/48 dev lo metric 1024 pref medium
blackhole 2001:db8:b::/48 dev lo metric 1024 pref medium
prohibit 2001:db8:c::/48 dev lo metric 1024 pref medium
throw 2001:db8:d::/48 dev lo metric 1024 pref medium
2001:db8:e::/48 dev lo metric 1024 pref medium
anycast 2001:db8:f::1 dev eth1 metric 1024 pref medium
2001:db8:10::/64 dev eth1 metric 1024 pref medium
2001:db8:20::/48 via 2001:db8:1::9 dev eth0 metric 1024 mtu 1280 pref medium
2001:db8:21::/48 via fe80::9 dev eth1 metric 1024 pref medium
2001:db8:21::/48 via fe80::8 dev eth0 metric 1024 pref medium
2001:db8:22::/48 via fe80::9 dev eth1 metric 1024 pref medium
2001:db8:22::/48 via fe80::8 dev eth0 metric 2048 pref high
2001:db8:23::/48 via fe80::9 dev eth1 metric 1024 pref medium
2001:db8:23::/48 via fe80::7 dev eth1 metric 1024 pref high
2001:db8:24::/48 metric 1024 pref medium
	nexthop via fe80::9 dev eth1 weight 1
	nexthop via fe80::8 dev eth0 weight 2
default via fe80::99 dev eth0 metric 1024 pref medium
`;

const words = (text: string): Words => parseAddress(text)!;
const host = (texts: HostTexts = {}, sysctls: readonly string[] = []) =>
  new Routing6(
    readHost(
      { addr: ADDR, route: [ROUTE], sysctl: sysctls.map((line) => `net.ipv6.conf.${line}`).join('\n'), ...texts },
      { add: ({ message }) => expect.fail(message) },
    ),
  );
const NO_PORTS = { mark: 0, tos: 0, proto: 17, sport: 53, dport: 53 };

const to = (gateway: Words | undefined): string => (gateway === undefined ? '' : ` via ${formatAddress(gateway)}`);
function text(decision: InputDecision | OutputDecision): string {
  switch (decision.kind) {
    case 'local':
      return `local ${decision.how}`;
    case 'forward':
      return `forward ${decision.oif}${to(decision.gateway)}`;
    case 'drop': {
      const { icmp } = decision;
      const mtu = icmp?.mtu === undefined ? '' : ` mtu ${icmp.mtu}`;
      return `drop ${decision.reason}${icmp === undefined ? '' : ` icmp ${icmp.type}/${icmp.code}${mtu}`}`;
    }
    case 'send': {
      const back = `${decision.loops ? ' loops' : ''}${decision.copy ? ' copy' : ''}${decision.refused ? ' refused' : ''}`;
      return `${decision.to} ${decision.oif}${to(decision.gateway)} from ${formatAddress(decision.source)}${back}`;
    }
    case 'error':
      return `error ${decision.reason}`;
    case 'multipath':
      return decision.ways.map((way) => `[${text(way.decision)}]`).join('');
    default:
      return `unknown ${decision.fact}`;
  }
}

describe('a packet that comes in', () => {
  interface More {
    readonly ttl?: number;
    readonly length?: number;
    readonly sysctls?: readonly string[];
  }
  const FAR = '2001:db8:9::9';
  const rows: [src: string, dst: string, iif: string, expected: string, more?: More][] = [
    [FAR, '2001:db8:1::1', 'eth1', 'local unicast'],
    [FAR, '2001:db8:2::6', 'eth0', 'forward eth1'],
    // the routers of a subnet, which those that do not forward are not among
    [FAR, '2001:db8:1::', 'eth1', 'local unicast'],
    [FAR, '2001:db8:1::', 'eth1', 'forward eth0', { sysctls: ['eth0.forwarding = 0'] }],
    [FAR, '2001:db8:3::', 'eth0', 'forward tun0'],
    ['2001:db8:1::1', FAR, 'eth1', 'forward eth0 via fe80::99'],
    [FAR, '2001:db8:20::1', 'eth1', 'forward eth0 via 2001:db8:1::9'],
    // the route by the link that a packet came in by, the smaller metric, the higher preference
    [FAR, '2001:db8:21::1', 'eth0', 'forward eth0 via fe80::8'],
    [FAR, '2001:db8:21::1', 'tun0', 'forward eth1 via fe80::9'],
    [FAR, '2001:db8:22::1', 'eth0', 'forward eth1 via fe80::9'],
    [FAR, '2001:db8:23::1', 'eth0', 'forward eth1 via fe80::7'],
    [FAR, '2001:db8:24::1', 'tun0', '[forward eth1 via fe80::9][forward eth0 via fe80::8]'],
    // an anycast address that a person added is reached, and is none that the kernel knows as its own
    [FAR, '2001:db8:f::1', 'eth0', 'local unicast'],
    [FAR, '2001:db8:a::1', 'eth0', 'drop unreachable icmp 1/0'],
    [FAR, '2001:db8:b::1', 'eth0', 'drop blackhole'],
    [FAR, '2001:db8:c::1', 'eth0', 'drop prohibit icmp 1/1'],
    [FAR, '2001:db8:d::1', 'eth0', 'drop no-route icmp 1/0'],
    [FAR, '2001:db8:e::1', 'eth0', 'drop no-route icmp 1/0'],
    // what is for one link alone
    ['fe80::5', 'fe80::1', 'eth0', 'local unicast'],
    ['fe80::5', 'fe80::1', 'eth1', 'forward eth1'],
    ['fe80::5', FAR, 'eth1', 'drop beyond-scope icmp 1/2'],
    ['fe80::5', FAR, 'eth0', 'forward eth0 via fe80::99'],
    ['::', '2001:db8:1::1', 'eth1', 'local unicast'],
    ['::', FAR, 'eth1', 'drop martian-source'],
    ['::', FAR, 'eth0', 'forward eth0 via fe80::99'],
    // groups
    [FAR, 'ff02::1', 'eth0', 'local multicast'],
    [FAR, 'ff02::2', 'eth0', 'local multicast'],
    [FAR, 'ff02::2', 'eth0', 'drop not-joined', { sysctls: ['eth0.forwarding = 0'] }],
    [FAR, 'ff02::1:ff00:1', 'eth0', 'local multicast'],
    [FAR, 'ff02::1:ff00:5', 'eth1', 'local multicast'],
    [FAR, 'ff02::1:ff00:5', 'eth0', 'drop not-joined'],
    [FAR, 'ff02::1:ff00:0', 'eth0', 'local multicast'],
    [FAR, 'ff02::1:ff00:1', 'tun0', 'drop not-joined'],
    [FAR, 'ff05::99', 'eth0', 'drop not-joined'],
    // forwarding of the links themselves decides nothing
    [FAR, '2001:db8:20::1', 'eth1', 'drop forwarding-off', { sysctls: ['all.forwarding = 0'] }],
    [FAR, '2001:db8:20::1', 'eth1', 'forward eth0 via 2001:db8:1::9', { sysctls: ['eth1.forwarding = 0'] }],
    [
      FAR,
      '2001:db8:20::1',
      'eth1',
      'forward eth0 via 2001:db8:1::9',
      { sysctls: ['all.forwarding = 0', 'eth1.force_forwarding = 1'] },
    ],
    [FAR, '2001:db8:20::1', 'eth1', 'drop ttl-exceeded icmp 3/0', { ttl: 1 }],
    // the mtu of a route is for what the host sends itself
    [FAR, '2001:db8:20::1', 'eth1', 'forward eth0 via 2001:db8:1::9', { length: 1500 }],
    [FAR, '2001:db8:20::1', 'eth1', 'drop needs-fragmentation icmp 2/0 mtu 1500', { length: 1501 }],
    [FAR, '2001:db8:2::9', 'eth0', 'drop needs-fragmentation icmp 2/0 mtu 1400', { length: 1401 }],
    [
      FAR,
      '2001:db8:2::9',
      'eth0',
      'drop needs-fragmentation icmp 2/0 mtu 1280',
      { length: 1401, sysctls: ['eth1.mtu = 1000'] },
    ],
  ];
  it.each(rows)('%s to %s by %s: %s %o', (src, dst, iif, expected, more = {}) => {
    const { ttl = 64, length = 100, sysctls } = more;
    const packet = { ...NO_PORTS, src: words(src), dst: words(dst), iif, ttl, length, df: false };
    expect(text(host({}, sysctls).input(packet))).toBe(expected);
  });

  const early: [src: string, dst: string, iif: string, expected: string | undefined, sysctls?: string[]][] = [
    [FAR, '2001:db8:1::1', 'eth0', undefined],
    [FAR, '::1', 'eth0', 'martian-destination'],
    ['::1', '2001:db8:1::1', 'eth0', 'martian-source'],
    ['::1', '::1', 'lo', undefined],
    ['ff02::1', '2001:db8:1::1', 'eth0', 'martian-source'],
    [FAR, 'ff01::1', 'eth0', 'martian-destination'],
    [FAR, 'ff01::1', 'lo', undefined],
    [FAR, 'ff00::1', 'lo', 'martian-destination'],
    ['::', 'ff02::1', 'eth0', undefined],
    [FAR, '2001:db8:1::1', 'eth0', 'ipv6-off', ['all.disable_ipv6 = 1']],
    [FAR, '2001:db8:1::1', 'eth0', undefined, ['all.disable_ipv6 = 1', 'eth0.disable_ipv6 = 0']],
  ];
  it.each(early)('before any hook, %s to %s by %s: %s', (src, dst, iif, expected, sysctls) => {
    expect(host({}, sysctls).refusal({ src: words(src), dst: words(dst), iif })).toBe(expected);
  });
});

describe('a packet that the host sends', () => {
  const rows: [src: string | undefined, dst: string, oif: string | undefined, expected: string][] = [
    [undefined, '2001:db8:9::9', undefined, 'unicast eth0 via fe80::99 from 2001:db8:1::1'],
    [undefined, '2001:db8:2::9', undefined, 'unicast eth1 from 2001:db8:2::5'],
    [undefined, '2001:db8:2::1', undefined, 'local lo from 2001:db8:2::1 loops'],
    [undefined, '::1', undefined, 'local lo from ::1 loops'],
    [undefined, '2001:db8:2::', undefined, 'local lo from 2001:db8:2::5 loops'],
    ['2001:db8:77::7', '2001:db8:2::9', undefined, 'unicast eth1 from 2001:db8:77::7'],
    [undefined, 'fe80::9', 'eth1', 'unicast eth1 from fe80::2'],
    [undefined, 'fe80::9', undefined, 'unicast eth0 from fe80::1'],
    [undefined, 'ff02::1', 'eth1', 'multicast eth1 from fe80::2 copy'],
    [undefined, 'ff05::99', 'eth1', 'multicast eth1 from 2001:db8:2::5'],
    [undefined, '2001:db8:f::1', undefined, 'unicast eth1 from 2001:db8:2::5'],
    [undefined, '2001:db8:9::9', 'eth1', 'error no-route'],
    [undefined, '2001:db8:a::1', undefined, 'error unreachable'],
    [undefined, '2001:db8:c::1', undefined, 'error prohibit'],
    // it is refused behind OUTPUT
    [undefined, '2001:db8:e::1', undefined, 'unicast lo from 2001:db8:1::1 loops refused'],
    [
      undefined,
      '2001:db8:24::1',
      undefined,
      '[unicast eth1 via fe80::9 from 2001:db8:2::5][unicast eth0 via fe80::8 from 2001:db8:1::1]',
    ],
  ];
  it.each(rows)('from %s to %s by %s: %s', (src, dst, oif, expected) => {
    const packet = { ...NO_PORTS, src: src && words(src), dst: words(dst), oif, uid: 0 } as const;
    expect(text(host().output({ ...packet, src: src === undefined ? undefined : words(src) }))).toBe(expected);
  });

  it('takes a rule about sources into account once it has chosen one', () => {
    const route = ROUTE.replace(/default.*\n/, '');
    const rule = '0: from all lookup local\n5: from 2001:db8:1::/64 lookup 7\n32766: from all lookup main\n';
    const routes = [
      `${route}default via fe80::7 dev eth1 table 7 metric 1024 pref medium\nlocal ::1 dev lo table local`,
    ];
    const given = host({ route: routes, rule, family: 6, addr: ADDR });
    const dst = words('2001:db8:9::9');
    expect(text(given.output({ ...NO_PORTS, src: undefined, dst, uid: 0 }))).toBe(
      'unicast eth1 via fe80::7 from 2001:db8:1::1',
    );
  });

  it.each([
    [0x10, 'unicast eth1 via fe80::7 from 2001:db8:1::1'],
    [0x30, 'unicast eth0 via fe80::99 from 2001:db8:1::1'],
  ])('a rule asks for the whole code point: tos %i', (tos, expected) => {
    const rule = '0: from all lookup local\n5: from all tos 0x10 lookup 7\n32766: from all lookup main\n';
    const routes = [
      `${ROUTE}default via fe80::7 dev eth1 table 7 metric 1024 pref medium\nlocal ::1 dev lo table local`,
    ];
    const given = host({ route: routes, rule, family: 6 });
    const packet = { ...NO_PORTS, tos, src: words('2001:db8:1::1'), dst: words('2001:db8:9::9'), uid: 0 };
    expect(text(given.output(packet))).toBe(expected);
  });

  it('keeps the link of what is for one link alone where a rule of OUTPUT changed it', () => {
    const packet = { ...NO_PORTS, src: words('fe80::1'), dst: words('fe80::9') };
    expect(text(host().reroute({ ...packet, leaves: 'eth1' }))).toBe('unicast eth1 from fe80::1');
    expect(text(host().reroute({ ...packet, dst: words('2001:db8:1::9'), leaves: 'eth1' }))).toBe(
      'unicast eth0 from fe80::1',
    );
    expect(text(host().reroute({ ...packet, dst: words('2001:db8:a::9') }))).toBe('error unreachable');
  });
});

it.each([
  ['fe80::9', 'eth1', 'unicast eth1 from fe80::1'],
  ['ff02::fb', 'eth1', 'multicast eth1 from fe80::1'],
  // what means something everywhere goes where its route leads
  ['2001:db8:1::9', 'eth1', 'unicast eth0 from fe80::1'],
])('%s, sent by the link %s that was named: %s', (dst, leaves, expected) => {
  const packet = { ...NO_PORTS, src: words('fe80::1'), dst: words(dst), uid: 0 };
  expect(text(host().output({ ...packet, leaves }))).toBe(expected);
});

describe('the source that is chosen', () => {
  const by = (addresses: readonly string[], dst: string, sysctls: readonly string[] = []): string => {
    const links = ['eth0', 'eth1'].map((link, i) => {
      const own = addresses.filter((one) => one.endsWith(` ${link}`)).map((one) => one.slice(0, -5));
      return `${i + 2}: ${link}: <UP> mtu 1500\n${own.map((one) => `    inet6 ${one.replace(/ |$/, ' scope global ')}\n`).join('')}`;
    });
    const chosen = host({ addr: links.join('') }, sysctls).masqueradeAddress('eth0', undefined, words(dst));
    return chosen === undefined ? 'none' : 'kind' in chosen ? chosen.fact : formatAddress(chosen);
  };
  const rows: [why: string, addresses: string[], dst: string, expected: string, sysctls?: string[]][] = [
    ['the first', ['2001:db8::1/64 eth0', '2001:db8::2/64 eth0'], '2001:db8:9::9', '2001:db8::1'],
    ['the same', ['2001:db8::1/64 eth0', '2001:db8::2/64 eth0'], '2001:db8::2', '2001:db8::2'],
    ['scope enough', ['fe80::1/64 eth0', '2001:db8::1/64 eth1'], '2001:db8:9::9', '2001:db8::1'],
    ['scope no wider than need be', ['2001:db8::1/64 eth0', 'fe80::1/64 eth0'], 'fe80::9', 'fe80::1'],
    ['not deprecated', ['2001:db8::1/64 deprecated eth0', '2001:db8::2/64 eth1'], '2001:db8:9::9', '2001:db8::2'],
    ['of the link', ['2001:db8::1/64 eth1', '2002::1/64 eth0'], '2001:db8:9::9', '2002::1'],
    ['of the label', ['2002::1/64 eth0', '2001:db8::1/64 eth0'], '2001:db8:9::9', '2001:db8::1'],
    ['of the label', ['2001:db8::1/64 eth0', 'fd00::1/64 eth0'], 'fd77::9', 'fd00::1'],
    ['of the label', ['2001::1/64 eth0', '2a00::1/64 eth0'], '2001:db8:9::9', '2a00::1'],
    ['not temporary', ['2001:db8::1/64 temporary eth0', '2001:db8::2/64 eth0'], '2001:db8:9::9', '2001:db8::2'],
    [
      'temporary',
      ['2001:db8::1/64 eth0', '2001:db8::2/64 temporary eth0'],
      '2001:db8:9::9',
      '2001:db8::2',
      ['eth0.use_tempaddr = 2'],
    ],
    ['the longest prefix', ['2001:db8:1::1/64 eth0', '2001:db8:8::1/64 eth0'], '2001:db8:9::9', '2001:db8:8::1'],
    ['no longer than its own', ['2001:db8:1::1/24 eth0', '2001:db8:8::1/24 eth0'], '2001:db8:9::9', '2001:db8:1::1'],
    ['for a group, of the link', ['fe80::1/64 eth1', '2001:db8::1/64 eth0'], 'ff02::9', '2001:db8::1'],
    ['for a group, of the link', ['2001:db8::1/64 eth1'], 'ff0e::9', 'none'],
    [
      'by a setting, of the link',
      ['2001:db8::1/64 eth1', 'fe80::1/64 eth0'],
      '2001:db8:9::9',
      'fe80::1',
      ['eth0.use_oif_addrs_only = 1'],
    ],
    ['none that is tentative', ['2001:db8::1/64 tentative eth0'], '2001:db8:9::9', '::1'],
    ['optimistic', ['2001:db8::1/64 tentative optimistic eth0'], '2001:db8:9::9', '2001:db8::1'],
  ];
  it.each(rows)('%s: of %j to %s %s', (_why, addresses, dst, expected, sysctls) => {
    expect(by(addresses, dst, sysctls)).toBe(expected);
  });
});

describe('what rules ask', () => {
  const rows: [src: string, dst: string, iif: string, flags: string, expected: boolean][] = [
    ['2001:db8:1::9', '2001:db8:2::9', 'eth0', '', true],
    ['2001:db8:1::9', '2001:db8:2::9', 'eth1', '', false],
    ['2001:db8:1::9', '2001:db8:2::9', 'eth1', 'loose', true],
    ['2001:db8:1::1', '2001:db8:2::9', 'eth0', '', false],
    ['2001:db8:1::1', '2001:db8:2::9', 'eth0', 'acceptLocal', true],
    ['2001:db8:1::', '2001:db8:2::9', 'eth0', 'acceptLocal', false],
    ['2001:db8:a::1', '2001:db8:2::9', 'eth0', 'loose', false],
    ['2001:db8:e::1', '2001:db8:2::9', 'eth0', 'loose', false],
    ['fe80::9', 'ff02::1', 'eth1', '', true],
    ['fe80::9', 'ff02::1', 'tun0', 'loose', false],
    ['::', 'ff02::1', 'eth1', '', true],
    // by the link alone, whatever the metric
    ['2001:db8:22::1', '2001:db8:1::1', 'eth0', '', true],
  ];
  it.each(rows)('rpfilter of %s to %s by %s %s: %s', (src, dst, iif, flags, expected) => {
    const packet = { ...NO_PORTS, src: words(src), dst: words(dst), iif };
    const given = { loose: flags === 'loose', validMark: false, acceptLocal: flags === 'acceptLocal' };
    expect(host().reversePath(packet, given)).toBe(expected);
  });

  const types: [address: string, link: string | undefined, expected: string][] = [
    ['2001:db8:1::1', undefined, 'Local'],
    ['2001:db8:1::1', 'eth0', 'Local'],
    // by another link its subnet is not reached
    ['2001:db8:1::1', 'eth1', 'Unreachable'],
    ['2001:db8:2::6', undefined, ''],
    ['2001:db8:1::', undefined, 'Anycast'],
    ['2001:db8:a::', undefined, 'Unreachable'],
    // an address of its own network, whoever it belongs to
    ['2001:db8:10::', undefined, 'Anycast'],
    ['2001:db8:10::1', undefined, ''],
    ['2001:db8:20::', undefined, ''],
    ['2001:db8:f::1', undefined, ''],
    ['2001:db8:e::', undefined, 'Unreachable'],
    ['2001:db8:9::9', undefined, ''],
    ['2001:db8:9::9', 'eth0', ''],
    ['ffff::', 'lo', 'Unreachable'],
  ];
  it.each(types)('addrtype of %s by %s: %s', (address, link, expected) => {
    const intervals = host().typeIntervals(link);
    if ('kind' in intervals) expect.fail(intervals.fact);
    const value = BigInt(`0x${hex(words(address))}`);
    const found = intervals.findLast(({ first }) => BigInt(`0x${hex(first)}`) <= value)!;
    const named = (['Local', 'Anycast', 'Unreachable'] as const).filter((one) => (found.types >> AddrType[one]) & 1);
    expect(named.join()).toBe(expected);
  });
  it.each([
    ['2001:db8:1::1', 'local'],
    ['2001:db8:1::', 'anycast'],
    ['2001:db8:a::', 'unreachable'],
    ['2001:db8:9::9', 'unicast'],
    ['ff02::1', 'multicast'],
  ])('the type of %s is %s', (address, type) => {
    expect(host().typeOf(words(address))).toBe(type);
  });

  it('MASQUERADE takes the address that suits the destination', () => {
    const given = (oif: string, dst: string) =>
      formatAddress(host().masqueradeAddress(oif, words('fe80::9'), words(dst)) as Words);
    expect(given('eth0', '2001:db8:9::9')).toBe('2001:db8:1::1');
    expect(given('eth1', '2001:db8:9::9')).toBe('2001:db8:2::5');
    expect(given('eth1', 'fe80::9')).toBe('fe80::2');
  });
  it('REDIRECT takes the first address, of the scope of the destination', () => {
    const given = (iif: string, dst: string) => host().firstAddress(iif, words(dst));
    expect(given('eth1', '2001:db8:9::9')).toEqual(words('2001:db8:2::1'));
    expect(given('eth1', 'fe80::77')).toEqual(words('fe80::2'));
    expect(given('tun0', 'fe80::77')).toBeUndefined();
  });
});

describe('what the texts leave open', () => {
  const input = (texts: HostTexts, dst: string, options: HostOptions = {}) =>
    text(
      new Routing6(
        withOptions(readHost(texts, { add: () => {} }), options),
        new AssumedHost(assumptions(options.assume ?? [])),
      ).input({
        ...NO_PORTS,
        src: words('2001:db8:9::9'),
        dst: words(dst),
        iif: 'eth0',
        ttl: 64,
        length: 100,
        df: false,
      }),
    );
  it.each([
    ['no text', {}, '2001:db8:1::1', 'unknown addresses'],
    [
      'addresses of IPv4 alone',
      { addr: '1: eth0: <UP> mtu 1500\n inet 10.0.0.1/8 scope global' },
      '2001:db8:1::1',
      'unknown addresses',
    ],
    ['addresses alone', { addr: ADDR }, '2001:db8:1::1', 'local unicast'],
    ['addresses alone', { addr: ADDR }, '2001:db8:2::9', 'forward eth1'],
    ['addresses alone', { addr: ADDR }, '2001:db8:9::9', 'unknown routes'],
    ['addresses alone', { addr: ADDR }, 'ff02::1', 'local multicast'],
    ['routes alone', { route: [ROUTE] }, '2001:db8:2::9', 'unknown addresses'],
    ['no text, and what every link joins', {}, 'ff02::1', 'local multicast'],
    ['no text, and another group', {}, 'ff02::fb', 'unknown groups'],
  ])('%s: %o', (_name, texts: HostTexts, dst, expected) => {
    expect(input(texts, dst)).toBe(expected);
  });
  const ALONE = { local: ['2001:db8:1::9'] };
  it.each<[string, HostTexts, HostOptions, dst: string, expected: string]>([
    ['an address that was said', {}, ALONE, '2001:db8:1::9', 'local unicast'],
    ['with its prefix', {}, { local: ['2001:db8:1::9/64'] }, '2001:db8:1::9', 'local unicast'],
    ['another one', {}, ALONE, '2001:db8:1::8', 'unknown routes'],
    ['its subnet routers', {}, ALONE, '2001:db8:1::', 'unknown routes'],
    ['routes beside it', { route: [ROUTE] }, ALONE, '2001:db8:2::9', 'forward eth1'],
    ['addresses beside it', { addr: ADDR, route: [ROUTE] }, ALONE, '2001:db8:1::9', 'local unicast'],
    ['and those', { addr: ADDR, route: [ROUTE] }, ALONE, '2001:db8:2::5', 'local unicast'],
    ['and no link of it', { addr: ADDR, route: [ROUTE] }, ALONE, '2001:db8:1::8', 'forward eth0'],
    ['one of IPv4 says nothing of IPv6', {}, { local: ['192.0.2.1'] }, '2001:db8:1::9', 'unknown addresses'],
    ['a group that is joined', {}, { assume: ['joined:FF02:0::fb'] }, 'ff02::fb', 'local multicast'],
    ['one that is not', {}, { assume: ['joined:ff02::fb=no'] }, 'ff02::fb', 'drop not-joined'],
    ['another group', {}, { assume: ['joined:ff02::fb'] }, 'ff02::fc', 'unknown groups'],
    ['all groups', {}, { assume: ['joined'] }, 'ff02::fc', 'local multicast'],
    ['a host with addresses', { addr: ADDR }, { assume: ['joined:ff02::fb'] }, 'ff02::fb', 'local multicast'],
    ['which joins by itself', { addr: ADDR }, { assume: ['joined=no'] }, 'ff02::1:ff00:1', 'local multicast'],
  ])('%s: %o %o, %s', (_name, texts, options, dst, expected) => {
    expect(input(texts, dst, options)).toBe(expected);
  });
  it('tells no rule of a host that has none of its own', () => {
    const way = host().input({
      ...NO_PORTS,
      src: words('2001:db8:9::9'),
      dst: words('2001:db8:2::9'),
      iif: 'eth0',
      ttl: 64,
      length: 100,
      df: false,
    });
    expect(way).toMatchObject({ by: { prefix: 64 } });
    expect(way.kind === 'forward' && way.by?.rule).toBeUndefined();
  });
  it('tells what it knows', () => {
    expect([host().knowsOwn, host().knowsWays]).toEqual([true, true]);
    expect([host({ route: [] }).knowsOwn, host({ route: [] }).knowsWays]).toEqual([true, false]);
  });
});

const hex = (address: Words): string => address.map((word) => word.toString(16).padStart(8, '0')).join('');
