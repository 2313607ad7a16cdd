/** Which rules make the kernel track connections: KERNEL measures them, nf_ct_netns_get is where. */
import { describe, expect, test } from 'vitest';
import { trackingRule } from '../src/compile/tracking.js';
import { parseSave } from '../src/parse/rules/save.js';

const on = (table: string, rule: string): boolean =>
  trackingRule(parseSave(`*${table}\n:u - [0:0]\n-A u ${rule}\nCOMMIT\n`, 'x', { add: () => {} })) !== undefined;

describe('tracking is switched on', () => {
  test.each([
    ['filter', '-m conntrack --ctstate NEW', true],
    ['filter', '-m state ! --state INVALID', true],
    ['filter', '-m connmark --mark 1', true],
    ['filter', '-m connlimit --connlimit-above 2', true],
    ['filter', '-m connbytes --connbytes 1: --connbytes-dir both --connbytes-mode bytes', true],
    ['filter', '-m helper --helper ftp', true],
    ['nat', '-j MASQUERADE', true],
    ['nat', '-j DNAT --to-destination 10.0.0.1', true],
    ['mangle', '-j CONNMARK --save-mark', true],
    ['filter', '-p tcp -j SYNPROXY --mss 1460', true],
    ['raw', '-j CT --zone 1', true],
    ['raw', '-j CT --notrack', false],
    ['raw', '-j NOTRACK', false],
    ['nat', '-j ACCEPT', false],
    ['filter', '-m socket', false],
    ['filter', '-m recent --name x --set', false],
  ])('in %s by %s: %s', (table, rule, expected) => expect(on(table, rule)).toBe(expected));
});
