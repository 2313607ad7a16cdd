/** Given rules before the kernel: the packets and flows that are drawn near them come to each rule, and the two agree. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenarioNear } from './generate.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { judgeNear } from './seeds.js';

/** Links, a set and chains as random scenarios do not have them. */
const RULES = `*raw
:PREROUTING ACCEPT [12:3400]
-A PREROUTING -i wan0 -s 198.51.100.0/255.255.255.0 -j DROP
COMMIT
*nat
-A PREROUTING -i wan0 -p tcp -m multiport --dports 8000:8010,8443 -j DNAT --to-destination 10.7.0.9
-A POSTROUTING -o wan0 -j MASQUERADE
COMMIT
*filter
:INPUT DROP [0:0]
-N wan
-N services
-A INPUT -m state --state INVALID -j DROP
-A INPUT -i wan+ -j wan
-A INPUT ! -i wan0 -m set --match-set admins src,dst -j ACCEPT
-A wan -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT
-A wan -p tcp --syn -g services
[5:300] -A services -m set --match-set friends src -m comment --comment "-j no one" -j ACCEPT
-A services -p tcp --dport 2022 -m statistic --mode random --probability 0.2 -j REJECT --reject-with tcp-reset
-A OUTPUT -m mark --mark 0x40/0xf0 -m cpu --cpu 7 -j DROP
-A FORWARD -i br-lan.7 -m iprange --dst-range 203.0.113.7-203.0.113.12 -m length --length 100:120 -j ACCEPT
COMMIT
`;
const GIVEN = { rules: RULES, sets: 'create friends hash:net\nadd friends 192.0.2.64/26\n' };

/** Of many networks, short and long, and what IPv6 alone has. */
const RULES6 = `*raw
:PREROUTING ACCEPT [12:3400]
-A PREROUTING -i wan0 -s 3fff:77::/ffff:ffff:ffff:: -j DROP
COMMIT
*nat
-A PREROUTING -i wan0 -p tcp -m multiport --dports 8000:8010,8443 -j DNAT --to-destination [fd07::9]:80
-A POSTROUTING -s fd07::/64 -o wan0 -j MASQUERADE
COMMIT
*filter
:INPUT DROP [0:0]
-N router
-A INPUT -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m hl --hl-eq 255 -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type neighbor-solicitation -j router
-A INPUT -m rt --rt-type 0 -j DROP
-A INPUT -m set --match-set admins src,dst -j ACCEPT
-A INPUT -m set --match-set friends src -j ACCEPT
-A router -s 2001:678:20::53 -m limit --limit 5/sec -j ACCEPT
-A OUTPUT -d ::1 -p udp -m udp --dport 53 -j ACCEPT
-A OUTPUT -s fd07::1/128 -p icmpv6 -m icmp6 --icmpv6-type time-exceeded -m hl --hl-eq 7 -j ACCEPT
-A FORWARD -d 2a01:4f8:191:140b::/64 -m iprange --src-range fd07::7-fd07::c -m length --length 100:120 -j ACCEPT
-A FORWARD ! -s 8000::/1 -d fec0::/10 -j DROP
-A FORWARD -s 4000::/3 -j REJECT --reject-with icmp6-adm-prohibited
COMMIT
`;
const GIVEN6 = {
  family: 6,
  rules: RULES6,
  sets: 'create friends hash:net family inet6\nadd friends 2620:fe::/48\n',
} as const;

test.each([GIVEN, GIVEN6])('the same seed draws the same scenario, others draw others', (given) => {
  expect(scenarioNear(given, 3)).toEqual(scenarioNear(given, 3));
  expect(scenarioNear(given, 4)).not.toEqual(scenarioNear(given, 3));
});

test.each([
  ['links that rules name', GIVEN, /^ip tuntap add br-lan\.7 mode tun$/m],
  ['a set that nobody gave, by its directions', GIVEN, /^create admins hash:(ip|net),port$/m],
  ['the one that was given, once', GIVEN, /^create friends hash:net\nadd friends 192/m],
  ['a rate at which no token comes back', GIVEN, /--limit 5\/hour/],
  ['always or never', GIVEN, /--probability [01] /],
  [
    'an address of a network of IPv6 that rules name',
    GIVEN6,
    /^ip -6 addr add (2a01:4f8:191:140b|fd07:0):.*\/(112|64) dev/m,
  ],
  ['a link-local address beside that', GIVEN6, /^ip -6 addr add fe80:[0:]*:10\d\/(112|64) dev/m],
  ['a set of IPv6 that nobody gave', GIVEN6, /^create admins hash:(ip|net),port family inet6$/m],
])('one of three scenarios has %s', (_, given, text) => {
  const drawn = [1, 2, 3].map((seed) => scenarioNear(given, seed));
  expect(drawn.flatMap(({ setup, sets, rules }) => [...setup, sets, rules]).join('\n')).toMatch(text);
});

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('given rules'), () => {
  let kernels: Kernel[] = [];
  beforeAll(() => {
    kernels = Array.from({ length: 6 }, openKernel);
  });
  afterAll(() => Promise.all(kernels.map((kernel) => kernel.close())));

  test.each([
    ['IPv4', GIVEN, 'FORWARD 1, INPUT 1, INPUT 2, INPUT 3, services 1, services 2, wan 1, wan 2'],
    [
      'IPv6',
      GIVEN6,
      'FORWARD 1, FORWARD 2, FORWARD 3, INPUT 1, INPUT 2, INPUT 3, INPUT 4, INPUT 5, OUTPUT 1, OUTPUT 2, router 1',
    ],
  ])(
    '%s: each rule is met, and all packets agree',
    async (_, given, rules) => {
      const met = new Set<string>();
      const open = new Set<string>();
      let groups = 0;
      for await (const { scenario, verdict } of judgeNear(kernels, { first: 1, end: 7 }, given)) {
        expect({ refused: verdict.refused, differing: verdict.differing }).toEqual({ differing: [] });
        expect(scenario.packets.length).toBe(verdict.packets - verdict.open.length);
        groups += verdict.tables;
        for (const { why } of verdict.open) open.add(why);
        for (const rule of verdict.met) met.add(rule);
      }
      expect([...open]).toEqual([]);
      expect(groups).toBeGreaterThan(20);
      const filter = rules.split(', ').map((rule) => `filter ${rule}`);
      expect([...met].sort()).toEqual([...filter, 'nat POSTROUTING 1', 'nat PREROUTING 1', 'raw PREROUTING 1']);
    },
    120_000,
  );

  test('rules that are refused say why', async () => {
    const rules = '*filter\n-A INPUT --dport 80\nCOMMIT\n';
    for await (const { verdict } of judgeNear(kernels, { first: 1, end: 2 }, { rules, sets: '' }))
      expect(verdict.refused).toMatch(/unknown option "--dport"/);
  });
});
