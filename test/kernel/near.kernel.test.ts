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
-A OUTPUT -m mark --mark 0x40/0xf0 -m owner --uid-owner 7 -j DROP
-A FORWARD -i br-lan.7 -m iprange --dst-range 203.0.113.7-203.0.113.12 -m length --length 100:120 -j ACCEPT
COMMIT
`;
const GIVEN = { rules: RULES, sets: 'create friends hash:net\nadd friends 192.0.2.64/26\n' };

test('the same seed draws the same scenario, others draw others', () => {
  expect(scenarioNear(GIVEN, 3)).toEqual(scenarioNear(GIVEN, 3));
  expect(scenarioNear(GIVEN, 4)).not.toEqual(scenarioNear(GIVEN, 3));
});

test.each([
  ['links that rules name', /^ip tuntap add br-lan\.7 mode tun$/m],
  ['a set that nobody gave, by its directions', /^create admins hash:(ip|net),port$/m],
  ['the one that was given, once', /^create friends hash:net\nadd friends 192/m],
  ['a rate at which no token comes back', /--limit 5\/hour/],
  ['always or never', /--probability [01] /],
])('a scenario has %s', (_, text) => {
  const { setup, sets, rules } = scenarioNear(GIVEN, 1);
  expect([...setup, sets, rules].join('\n')).toMatch(text);
});

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('given rules'), () => {
  let kernels: Kernel[] = [];
  beforeAll(() => {
    kernels = Array.from({ length: 6 }, openKernel);
  });
  afterAll(() => Promise.all(kernels.map((kernel) => kernel.close())));

  test('each rule is met, and all packets agree but those that end at a question', { timeout: 120_000 }, async () => {
    const met = new Set<string>();
    const open = new Set<string>();
    let groups = 0;
    for await (const { scenario, verdict } of judgeNear(kernels, { first: 1, end: 7 }, GIVEN)) {
      expect({ refused: verdict.refused, differing: verdict.differing }).toEqual({ differing: [] });
      expect(scenario.packets.length).toBe(verdict.packets - verdict.open.length);
      groups += verdict.tables;
      for (const { why } of verdict.open) open.add(why);
      for (const rule of verdict.met) met.add(rule);
    }
    expect([...open].sort()).toEqual(['in one group with match:owner', 'match:owner']);
    expect(groups).toBeGreaterThan(20);
    const rules = ['raw PREROUTING 1', 'nat PREROUTING 1', 'nat POSTROUTING 1', 'filter FORWARD 1'];
    rules.push(
      ...['INPUT 1', 'INPUT 2', 'INPUT 3', 'wan 1', 'wan 2', 'services 1', 'services 2'].map((at) => `filter ${at}`),
    );
    expect([...met].sort()).toEqual(rules.sort());
  });

  test('rules that are refused say why', async () => {
    const rules = '*filter\n-A INPUT --dport 80\nCOMMIT\n';
    for await (const { verdict } of judgeNear(kernels, { first: 1, end: 2 }, { rules, sets: '' }))
      expect(verdict.refused).toMatch(/unknown option "--dport"/);
  });
});
