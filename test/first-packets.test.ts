/** Which rules are for later packets of a connection alone. */
import { expect, test } from 'vitest';
import { parse } from '../src/index.js';
import { isForLater } from '../src/report/first-packets.js';

test.each([
  ['-m state --state ESTABLISHED', true],
  ['-m conntrack --ctstate RELATED,ESTABLISHED', true],
  ['-m conntrack --ctstatus ASSURED', true],
  ['-m conntrack --ctdir REPLY', true],
  ['-p tcp -m conntrack --ctstate RELATED -m tcp --dport 21', true],
  ['-m conntrack ! --ctstate ESTABLISHED', false],
  ['-m conntrack ! --ctstatus ASSURED', false],
  ['-m conntrack --ctstate NEW,ESTABLISHED', false],
  ['-m conntrack --ctstate ESTABLISHED,DNAT', false],
  ['-m conntrack --ctdir ORIGINAL', false],
  ['-p tcp', false],
])('%s: %s', (text, later) => {
  const { tables } = parse([{ name: 'x', text: `*filter\n-A INPUT ${text} -j ACCEPT\nCOMMIT\n` }]);
  expect(isForLater(tables[0]!.chains.get('INPUT')!.rules[0]!)).toBe(later);
});
