/** IPv6 addresses that are said to be alike are told apart by no decision: as destinations, and as sources. */
import { describe, expect, it } from 'vitest';
import { maskedBy, parseAddress, prefixMask, type Words } from '../src/net/address.js';
import { AddressKinds6 } from '../src/run/ipv6/address-kinds.js';
import { RoutingHost6 } from '../src/run/ipv6/host.js';
import { Routing6 } from '../src/run/ipv6/routing.js';
import { Random } from './kernel/generate/random.js';
import { type HostTexts, readHost } from './routing/read.js';

const ADDR = `1: lo: <LOOPBACK,UP> mtu 65536
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,UP> mtu 1500
    inet6 2002:c000:201::1/48 scope global
    inet6 2001:db8:1::1/64 scope global
    inet6 2001:db8:1::77/64 scope global deprecated
    inet6 2001:db8:1:4005::5/64 scope global
    inet6 fe80::1/64 scope link
3: eth1: <BROADCAST,UP> mtu 1400
    inet6 2001:db8:1:8000::1/49 scope global
    inet6 fd00:1::5/127 scope global
    inet6 fe80::2/64 scope link
`;
const ROUTE = `2001:db8:1::/64 dev eth0 proto kernel metric 256 pref medium
2001:db8:1:8000::/49 dev eth1 proto kernel metric 256 pref medium
fe80::/64 dev eth0 proto kernel metric 256 pref medium
fe80::/64 dev eth1 proto kernel metric 256 pref medium
unreachable 2001:db8:a::/48 dev lo metric 1024 pref medium
anycast 2001:db8:f::1 dev eth1 metric 1024 pref medium
2001:db8:20::/48 via 2001:db8:1::9 dev eth0 metric 1024 mtu 1280 pref medium
default via fe80::99 dev eth0 metric 1024 pref medium
`;
const RULES = `0:	from all lookup local
100:	from all to 2001:db8:20:8000::/49 lookup 100
32766:	from all lookup main
`;
const HOSTS: Readonly<Record<string, HostTexts>> = {
  'as it boots': { addr: ADDR, route: [ROUTE] },
  'no default route': { addr: ADDR, route: [ROUTE.replace(/^default.*\n/m, '')] },
  'addresses alone': { addr: ADDR },
  'a rule for destinations': {
    addr: ADDR,
    route: [`${ROUTE}blackhole default dev lo table 100 metric 1024\n`],
    rule: RULES,
  },
  'own addresses of the link alone': {
    addr: ADDR,
    route: [ROUTE],
    sysctl: 'net.ipv6.conf.eth0.use_oif_addrs_only = 1\n',
  },
  'no addresses of links': { addr: ADDR.replace(/^ *inet6 fe80.*\n/gm, ''), route: [ROUTE.replace(/^fe80.*\n/gm, '')] },
  'no forwarding': { addr: ADDR, route: [ROUTE], sysctl: 'net.ipv6.conf.all.forwarding = 0\n' },
};
const LINKS = ['lo', 'eth0', 'eth1', 'other'];
const BASE = { mark: 0, tos: 0, proto: 17, sport: 40000, dport: 80, ttl: 64, length: 1350, df: false };
const words = (text: string): Words => parseAddress(text)!;
const SOURCES = ['::', '::1', 'fe80::7', 'ff02::1', '2001:db8:1::1', '2001:db8:1:8000::9', '64:ff9b::1'].map(words);

/** The source of what is sent is the packet's own where it has one. */
const text = (decision: unknown) => JSON.stringify(decision, (key, value) => (key === 'source' ? undefined : value));

function decisions(routing: Routing6, src: Words, dst: Words): string {
  return [
    ...LINKS.map((iif) => JSON.stringify(routing.input({ ...BASE, src, dst, iif }))),
    text(routing.output({ ...BASE, src, dst, uid: 0, anySource: true })),
    ...LINKS.map((leaves) => text(routing.reroute({ ...BASE, src, dst, leaves }))),
  ].join('\n');
}
const chosen = (routing: Routing6, dst: Words): string =>
  [
    JSON.stringify(routing.output({ ...BASE, src: undefined, dst, uid: 0, anySource: true })),
    ...LINKS.map((oif) => JSON.stringify(routing.masqueradeAddress(oif, undefined, dst))),
  ].join('\n');

const NEAR = [
  ...[...`${ADDR}${ROUTE}`.matchAll(/[\da-f:]+::[\da-f]*/g)].map(([one]) => one),
  ...[
    '2001::1',
    '2001::8000:0:0:0',
    'fec0::1',
    '3ffe::1',
    '3fff::1',
    '2001:db8:1:4001::9',
    'fe80:1::1',
    '::5',
    '::ffff:192.0.2.1',
    'fc00::1',
  ],
];
/** Like one of these as far as a prefix of any length goes, then random. */
function near(r: Random): Words {
  const text = r.pick(NEAR);
  const [address, mask] = [words(text), prefixMask(r.below(129), 6)];
  return maskedBy(address, mask).map((word, i) => (word | (r.word() & ~mask[i]!)) >>> 0);
}

describe.each(Object.entries(HOSTS))('%s', (_name, texts) => {
  const host = readHost(texts, { add: () => {} });
  const routing = new Routing6(host);
  const kinds = routing.kinds!;
  const kindOf = ([a, b, c, d]: Words) => kinds.of(a!, b!, c!, d!);
  const r = new Random(1);
  const some = Array.from({ length: 4000 }, () => near(r)).filter(([first]) => first! >>> 24 !== 0xff);

  it('destinations', () => {
    const firsts = new Map<number, Words>();
    let alike = 0;
    for (const dst of some) {
      const kind = kindOf(dst);
      const first = firsts.get(kind);
      firsts.set(kind, first ?? dst);
      if (first === undefined) continue;
      alike++;
      const src = r.pick(SOURCES);
      expect(decisions(routing, src, dst), `${dst} as ${first}`).toBe(decisions(routing, src, first));
      expect(chosen(routing, dst), `${dst} as ${first}`).toBe(chosen(routing, first));
    }
    expect(alike).toBeGreaterThan(1000);
  });

  it('sources', () => {
    for (const src of some) {
      const kind = kinds.sources[kindOf(src)]!;
      const other = some.find((one) => kinds.sources[kindOf(one)] === kind)!;
      const dst = r.pick(some);
      expect(decisions(routing, src, dst)).toBe(decisions(routing, other, dst));
    }
  });
});

it('where rules ask for sources no two are said to be alike', () => {
  const rule = RULES.replace('from all to', 'from');
  const host = readHost({ addr: ADDR, route: [ROUTE], rule }, { add: () => {} });
  expect(new Routing6(host).kinds).toBeUndefined();
  expect(AddressKinds6.of(new RoutingHost6(host), () => 'any')).toBeDefined();
});
