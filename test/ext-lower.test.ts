/** What options become: conditions evaluated over a packet's fields, actions word for word, IPv6 in print. */
import { describe, expect, test } from 'vitest';
import { Field, TranslateKind } from '../src/abi.js';
import { lowerRule } from '../src/compile/lower.js';
import { MATCHES } from '../src/ext/registry.js';
import type { Condition } from '../src/model/condition.js';
import type { TableName } from '../src/model/ruleset.js';
import { type Family, parseAddress } from '../src/net/address.js';
import { allRowTables, readRule } from './rows.js';

type Fields = Readonly<Partial<Record<number, number>>>;

function lowered(text: string, family: Family = 4, table: TableName = 'filter', chain = 'INPUT') {
  const { rule, findings } = readRule(text, table, chain, family);
  expect(findings).toEqual([]);
  return lowerRule(rule, { family, table, chain });
}

function holds(condition: Condition, fields: Fields): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, fields));
  if ('any' in condition) return condition.any.some((one) => holds(one, fields));
  const { test } = condition;
  const read = (field: Field) => fields[field] ?? 0;
  if (test.kind === 'always') return !condition.not;
  if (test.kind === 'masked') return ((read(test.field) & test.mask) >>> 0 === test.value) !== condition.not;
  if (test.kind !== 'range') throw new Error(`no fields answer ${test.kind}`);
  const value = read(test.field);
  return (value >= test.range.min && value <= test.range.max) !== condition.not;
}

// a column may hold what an earlier packet left there
const INVALID = { [Field.CtState]: 1, [Field.CtStatus]: 16 };
const UNTRACKED = { [Field.CtState]: 64 };
const NEW = { [Field.CtState]: 8, [Field.CtOrigDst]: 0x0a000001, [Field.CtProto]: 6, [Field.CtExpire]: 30 };
const REPLY = { ...NEW, [Field.CtState]: 2, [Field.CtStatus]: 2 | 8 | 16, [Field.CtDir]: 1, [Field.CtOrigDport]: 80 };

describe('a connection is asked for', () => {
  test.each<[string, ...boolean[]]>([
    // on packets INVALID, UNTRACKED, NEW and ESTABLISHED in the reply's direction
    ['-m conntrack --ctstate INVALID', true, false, false, false],
    ['-m conntrack ! --ctstate INVALID', false, true, true, true],
    ['-m conntrack --ctstate NEW,UNTRACKED', false, true, true, false],
    ['-m state --state ESTABLISHED', false, false, false, true],
    ['-m conntrack --ctstate SNAT', false, false, false, true],
    ['-m conntrack ! --ctstate SNAT', true, true, true, false],
    ['-m conntrack --ctstate DNAT,NEW', false, false, true, false],
    ['-m conntrack --ctorigdst 10.0.0.0/8', false, false, true, true],
    ['-m conntrack ! --ctorigdst 10.0.0.0/8', false, false, false, false],
    ['-m conntrack ! --ctorigdst 1.1.1.1', false, false, true, true],
    ['-m conntrack --ctorigdst 10.9.9.9/8', false, false, true, true],
    ['-m conntrack --ctstate INVALID,NEW --ctorigdst 1.1.1.1', true, false, false, false],
    ['-m conntrack ! --ctstate NEW ! --ctorigdst 10.0.0.1', true, true, false, false],
    ['-m conntrack --ctdir REPLY', false, false, false, true],
    ['-m conntrack --ctdir ORIGINAL', false, false, true, false],
    ['-m conntrack --ctproto tcp', false, false, true, true],
    ['-m conntrack --ctorigdstport 80:90', false, false, false, true],
    ['-m conntrack --ctorigdstport 90:80', false, false, false, false],
    ['-m conntrack ! --ctorigdstport 90:80', false, false, true, true],
    ['-m conntrack --ctstatus NONE', false, false, false, false],
    ['-m conntrack ! --ctstatus NONE', false, false, true, true],
    ['-m conntrack --ctstatus EXPECTED,CONFIRMED', false, false, false, true],
    ['-m conntrack --ctexpire 30:40', false, false, true, true],
    ['-m conntrack ! --ctexpire 30', false, false, false, false],
  ])('%s', (text, ...expected) => {
    const { conditions } = lowered(text);
    const packets = [INVALID, UNTRACKED, NEW, REPLY];
    expect(packets.map((fields) => conditions.every((one) => holds(one, fields)))).toEqual(expected);
  });
});

test.each<[string, string, boolean]>([
  ['MULTICAST', 'ff02::1', true],
  ['MULTICAST', '2001::1', false],
  ['UNICAST', '2001::1', true],
  ['UNICAST', '::1', true],
  ['UNICAST', '::', false],
  ['UNICAST', '::ffff:1.2.3.4', false],
  ['UNICAST', 'ff02::1', false],
  ['UNSPEC', '::', true],
  ['UNICAST,MULTICAST', '2001::1', false],
])('IPv6 address type %s of %s: %s', (type, address, expected) => {
  const { conditions } = lowered(`-m addrtype --src-type ${type}`, 6);
  const fields = Object.fromEntries(parseAddress(address)!.map((word, i) => [Field.Src + i, word]));
  expect(conditions.every((one) => holds(one, fields))).toBe(expected);
});

test.each([
  ['-m limit --limit 1/sec --limit-burst 5', { kind: 'limit', cost: 32_000, cap: 160_000 }],
  ['-m limit --limit 10000/sec --limit-burst 1', { kind: 'limit', cost: 3, cap: 3 }],
  ['-m limit', { kind: 'limit', cost: 38_400_000, cap: 192_000_000 }],
  ['-m limit --limit 1/day --limit-burst 1', { kind: 'limit', cost: 2_764_800_000, cap: 2_764_800_000 }],
  ['-m statistic --mode random --probability 0.25', { kind: 'random', threshold: 0x20000000 }],
  ['-m statistic --mode nth --every 5 --packet 2', { kind: 'nth', every: 5, packet: 2 }],
  [
    '-m set --match-set x src,dst --return-nomatch',
    { kind: 'set', name: 'x', directions: ['src', 'dst'], flags: 0x10000, counting: [] },
  ],
])('%s', (text, expected) => {
  const tests = lowered(text).conditions.flatMap((one) =>
    'test' in one && one.test.kind !== 'always' ? [one.test] : [],
  );
  expect(tests).toEqual([expected]);
});

test('a test of counters stands inside what "!" turns round', () => {
  const [condition] = lowered('-m set ! --match-set x src --packets-gt 3').conditions;
  const counting = [['packets-gt', false, '3']];
  expect(condition).toMatchObject({ test: { kind: 'set', name: 'x', counting }, not: true });
});

const at = (text: string) => parseAddress(text)!;
test.each<[string, TableName, string, unknown]>([
  [
    '-p tcp -j SNAT --to-source 1.1.1.1-1.1.1.9:80-90 --random --random-fully --persistent',
    'nat',
    'POSTROUTING',
    {
      kind: 'translate',
      translation: {
        kind: TranslateKind.Source,
        flags: 1 | 2 | 4 | 8 | 16,
        addresses: { min: at('1.1.1.1'), max: at('1.1.1.9') },
        ports: { min: 80, max: 90 },
      },
    },
  ],
  [
    '-p tcp -j DNAT --to-destination :80',
    'nat',
    'PREROUTING',
    {
      kind: 'translate',
      translation: { kind: TranslateKind.Destination, flags: 2, addresses: undefined, ports: { min: 80, max: 80 } },
    },
  ],
  [
    '-p tcp -j DNAT --to-destination 1.1.1.1:80-90/8080',
    'nat',
    'PREROUTING',
    {
      kind: 'translate',
      translation: {
        kind: TranslateKind.Destination,
        flags: 1 | 2 | 32,
        addresses: { min: at('1.1.1.1'), max: at('1.1.1.1') },
        ports: { min: 80, max: 90 },
        base: 8080,
      },
    },
  ],
  [
    '-j MASQUERADE --random',
    'nat',
    'POSTROUTING',
    {
      kind: 'translate',
      translation: { kind: TranslateKind.Masquerade, flags: 4, addresses: undefined, ports: undefined },
    },
  ],
  [
    '-j NETMAP --to 1.2.3.0/24',
    'nat',
    'PREROUTING',
    {
      kind: 'translate',
      translation: {
        kind: TranslateKind.Netmap,
        flags: 1,
        addresses: { min: at('1.2.3.0'), max: at('1.2.3.255') },
        ports: undefined,
      },
    },
  ],
  [
    '-j CONNMARK --save-mark --nfmask 0xf0 --ctmask 0xf',
    'mangle',
    'INPUT',
    {
      kind: 'connmark',
      op: 1,
      ctMask: 0xf,
      nfMask: 0xf0,
      shift: 0,
    },
  ],
  ['-j CONNMARK --or-mark 0x8', 'mangle', 'INPUT', { kind: 'connmark', op: 0, ctMask: 8, nfMask: 8, shift: 0 }],
  [
    '-j CONNMARK --restore-mark --mask 0xf --right-shift-mark 3',
    'mangle',
    'INPUT',
    { kind: 'connmark', op: 2, ctMask: 0xf, nfMask: 0xf, shift: -3 },
  ],
  [
    '-j TOS --set-tos Minimize-Delay',
    'mangle',
    'INPUT',
    { kind: 'edit', field: Field.Tos, and: 0xffffffc0, xor: 0x10 },
  ],
  ['-j DSCP --set-dscp 0x2e', 'mangle', 'INPUT', { kind: 'edit', field: Field.Tos, and: 3, xor: 0xb8 }],
  ['-j TTL --ttl-dec 3', 'mangle', 'INPUT', { kind: 'ttl', add: -3 }],
  ['-j TTL --ttl-set 3', 'mangle', 'INPUT', { kind: 'edit', field: Field.Ttl, and: 0, xor: 3 }],
  ['-j CT', 'raw', 'PREROUTING', { kind: 'connection', zone: 0, serves: 'both' }],
  ['-j CT --zone 7', 'raw', 'PREROUTING', { kind: 'connection', zone: 7, serves: 'both' }],
  ['-j CT --zone-orig mark', 'raw', 'PREROUTING', { kind: 'connection', zone: 'mark', serves: 'original' }],
  ['-j CT --zone-reply 7', 'raw', 'PREROUTING', { kind: 'connection', zone: 7, serves: 'reply' }],
  ['-j CT --notrack --zone 7', 'raw', 'PREROUTING', { kind: 'notrack' }],
])('%s', (text, table, chain, expected) => {
  expect(lowered(text, 4, table, chain).actions).toEqual([expected]);
});

test.each<[string, string | undefined, TableName, string]>([
  ['-j REJECT', '-j REJECT --reject-with icmp6-port-unreachable', 'filter', 'INPUT'],
  ['-j REJECT --reject-with icmp6-', '-j REJECT --reject-with icmp6-no-route', 'filter', 'INPUT'],
  ['-p tcp -j REJECT --reject-with tcp-rst', undefined, 'filter', 'INPUT'],
  ['-p tcp -j SNAT --to-source [2001::1]', '-p tcp -j SNAT --to-source 2001::1', 'nat', 'POSTROUTING'],
  ['-p tcp -j SNAT --to-source [2001::1-2001::9]:80', '', 'nat', 'POSTROUTING'],
  ['-p tcp -j SNAT --to-source 2001::1-2001::9:80', '', 'nat', 'POSTROUTING'],
  ['-p tcp -j SNAT --to-source []:80', '-p tcp -j SNAT --to-source :80', 'nat', 'POSTROUTING'],
  ['-p tcp -j SNAT --to-source [2001::1]-[2001::9]:80', undefined, 'nat', 'POSTROUTING'],
  ['-p ipv6-icmp -j SNAT --to-source [2001::1]:80', undefined, 'nat', 'POSTROUTING'],
  ['-p tcp -j DNAT --to-destination [2001::1]:80-90/85', '', 'nat', 'PREROUTING'],
  ['-j NETMAP --to 2001::1/64', '-j NETMAP --to 2001::/64', 'nat', 'PREROUTING'],
  ['-m addrtype --src-type BROADCAST', undefined, 'filter', 'INPUT'],
  ['-m addrtype --src-type BLACKHOLE', undefined, 'filter', 'INPUT'],
  ['-m conntrack --ctorigsrc 2001::1/128', '-m conntrack --ctorigsrc 2001::1', 'filter', 'INPUT'],
  ['-m conntrack --ctorigsrc ::/0', '', 'filter', 'INPUT'],
])('IPv6: %s', (text, expected, table, chain) => {
  const { rule, printed } = readRule(text, table, chain, 6);
  expect(rule.refused).toBe(expected === undefined);
  if (expected !== undefined) expect(printed).toBe(expected || text);
});

test('what an extension says of its conditions is true of all its rows', () => {
  const inSet = (one: Condition): boolean =>
    'all' in one ? one.all.some(inSet) : 'any' in one ? one.any.some(inSet) : one.test.kind === 'set';
  const said = new Map(
    MATCHES.map(({ name, sets, remark }) => [name, { sets: sets === true, remark: remark === true }]),
  );
  const found = new Map([...said.keys()].map((name) => [name, { sets: false, remark: true }]));
  for (const { rule: text, table, chain, family, ok } of allRowTables().flatMap(({ rows }) => rows)) {
    if (!ok) continue;
    const { rule } = readRule(text, table, chain, family);
    for (const use of rule.matches) {
      const alone = lowerRule({ ...rule, head: {}, matches: [use] }, { family, table, chain }).conditions;
      const one = found.get(use.name);
      if (one === undefined) continue;
      one.sets ||= alone.some(inSet);
      one.remark &&= alone.length === 0;
    }
  }
  expect(found).toEqual(said);
});
