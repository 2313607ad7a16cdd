/** What a scenario is shrunk to, by a test of it that needs no kernel. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateScenario } from './kernel/generate.js';
import type { Scenario } from './kernel/scenario.js';
import { minimise, shrinkScenario } from './kernel/shrink.js';

describe('minimise', () => {
  test('leaves the items that are needed, in their order', () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(99)), fc.array(fc.nat(99)), async (items, some) => {
        const needed = items.filter((item) => some.includes(item));
        const holds = async (left: readonly number[]) => needed.every((item) => left.includes(item));
        expect(await minimise(items, holds)).toEqual(needed);
      }),
    ));

  test('leaves nothing that could be taken away alone, where needs hang together', async () => {
    const holds = async (left: readonly number[]) => (left.includes(3) ? left.includes(7) : left.includes(1));
    const left = await minimise([1, 2, 3, 4, 5, 6, 7], holds);
    for (const item of left) expect(await holds(left.filter((one) => one !== item))).toBe(false);
  });
});

describe('a scenario', () => {
  const packet = (hex: string) => ({ in: 'eth0', hex });
  const scenario: Scenario = {
    family: 4,
    setup: ['ip link set lo up', 'ip tuntap add eth0 mode tun'],
    sets: 'create a hash:ip\nadd a 10.0.0.1\nadd a 10.0.0.2\ncreate b hash:net\nadd b 10.0.0.0/8\n',
    rules: [
      '*mangle\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n',
      '*filter\n:INPUT ACCEPT [0:0]\n:one - [0:0]\n:two - [0:0]\n',
      '-A INPUT -s 10.0.0.1 ! -i eth1 -p tcp -m tcp ! --sport 1:2 --dport 80 -m mark --mark 1 -j one\n',
      '-A INPUT -m set --match-set a src\n-A one -p udp\n-A two\nCOMMIT\n',
    ].join(''),
    packets: [packet('45'), packet('46'), packet('47')],
  };
  test.each([
    [
      'what a rule says of a port',
      /-m tcp.* ! --sport 1:2/,
      '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m tcp ! --sport 1:2\nCOMMIT\n',
    ],
    ['a target', /-j one/, '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j one\nCOMMIT\n'],
    ['a negated option of the head', /! -i eth1/, '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ! -i eth1\nCOMMIT\n'],
    ['a table', /^\*mangle/, '*mangle\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n'],
    ['a chain', /^:two/m, '*filter\n:INPUT ACCEPT [0:0]\n:two - [0:0]\nCOMMIT\n'],
  ])('is shrunk to %s', async (_, needed, rules) => {
    const small = await shrinkScenario(scenario, async (one) => needed.test(one.rules));
    expect(small).toEqual({ family: 4, setup: [], sets: '', rules, packets: [] });
  });

  test('is shrunk to members of a set, lines of its set-up and packets', async () => {
    const needed = async ({ sets, setup, packets }: Scenario) =>
      sets.includes('add a 10.0.0.2') && setup.includes('ip link set lo up') && packets.some(({ hex }) => hex === '46');
    expect(await shrinkScenario(scenario, needed)).toEqual({
      family: 4,
      setup: ['ip link set lo up'],
      sets: 'add a 10.0.0.2\n',
      rules: '',
      packets: [packet('46')],
    });
  });

  test('of the generator is shrunk to one clause of one rule', async () => {
    const big = generateScenario(2, 11);
    const small = await shrinkScenario(big, async ({ rules }) => /-A \S+ .*-m ttl/.test(rules));
    expect(small.rules).toMatch(/^\*\w+\n(:[A-Z]+ (ACCEPT|DROP) \[0:0\]\n)+-A \S+ -m ttl\nCOMMIT\n$/);
  });
});
