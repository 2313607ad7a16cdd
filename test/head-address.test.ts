/** What -s and -d take for an address, as iptables-legacy 1.8.9 reads it and iptables-save prints it; what is left out. */
import { expect, test } from 'vitest';
import type { Family } from '../src/net/address.js';
import { readRule } from './rows.js';

test.each<[text: string, printed: string | undefined, family?: Family]>([
  ['-s 192.168.1.1', '-s 192.168.1.1/32'],
  ['-s 192.168.1.1/24', '-s 192.168.1.0/24'],
  ['-s 10.0.0.1/255.0.0.255', '-s 10.0.0.1/255.0.0.255'],
  ['-s 0/0', ''],
  ['-s any/0', ''],
  ['-d 0/0.0.0.0', ''],
  ['! -d any/0', '! -d 0.0.0.0/0'],
  ['-s 0', '-s 0.0.0.0/32'],
  ['-s 10', '-s 10.0.0.0/32'],
  ['-s 10/8', '-s 10.0.0.0/8'],
  ['-s 10/255.0.0.0', '-s 10.0.0.0/8'],
  ['-d 192.168/16', '-d 192.168.0.0/16'],
  ['-s 10.1.2/24', '-s 10.1.2.0/24'],
  ['-s 0x10/8', '-s 16.0.0.0/8'],
  ['-s 010.0.0.1', '-s 8.0.0.1/32'],
  ['-i + -o +', ''],
  ['! -i +', '! -i +'],
  ['-s 10.', undefined],
  ['-s .1', undefined],
  ['-s 1.2.3.4.5', undefined],
  ['-s 10.0.0.256', undefined],
  ['-s 10/255.0', undefined],
  ['-s 10/33', undefined],
  ['-s any', '-s any'],
  ['-s any/8', '-s any/8'],
  ['-s 2001::1', undefined],
  ['-s 2001::1/64', '-s 2001::/64', 6],
  ['-s any/0', '', 6],
  ['-s ::/0', '', 6],
  ['-s 10/8', undefined, 6],
])('%s → %s', (text, expected, family = 4) => {
  const { rule, printed } = readRule(text, 'filter', 'FORWARD', family);
  expect(rule.refused).toBe(expected === undefined);
  if (expected !== undefined) expect(printed).toBe(expected);
});
