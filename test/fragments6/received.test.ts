/** Fragments of IPv6 behind INPUT: ipv6_frag_rcv of net/ipv6/reassembly.c. */
import { describe, expect, test } from 'vitest';
import { BODY, expectRows } from '../fragment-host.js';
import { padding, whole6 } from '../kernel/packets/pieces6.js';
import { toHex } from '../kernel/packets.js';
import { cut, HOP, Host, type Row, short, TCP, WHOLE } from './host.js';

const BEHIND = { by: 'delivery' } as const;
describe('behind INPUT', () => {
  test.each<[name: string, ...Row[]]>([
    ['in order', ['0-16+', 'waits'], ['16-24+', 'waits'], ['24-27', 'whole']],
    ['a part that was there', ['0-24+', 'waits'], ['8-16+', 'again'], ['24-27', 'whole']],
    ['an overlap', ['0-16+', 'waits'], ['8-24+', 'overlap, all!'], ['16-20', 'waits'], ['0-16+', 'whole']],
    ['behind the end', ['8-12', 'waits'], ['16-24+', 'end, all!'], ['0-8+', 'waits']],
    ['a second end', ['8-12', 'waits'], ['8-13', 'end, all!'], ['0-8+', 'waits']],
    ['over a multiple of 8', ['8-12', 'waits'], ['0-15+', 'odd!4/0'], ['0-8+', 'whole']],
    ['empty', ['16-20', 'waits'], ['8-8+', 'empty, all!'], ['0-16+', 'waits']],
    ['beyond what a packet may have', ['0-8+', 'waits'], ['65528-65536', 'too-long!4/0'], ['8-12', 'whole']],
    ['ECN in some', ['0-8+', 'waits', { tos: 2 }], ['8-12', 'ecn, all'], ['0-8+', 'waits']],
    ['one alone between others', ['0-8+', 'waits'], ['0-12', 'whole'], ['8-12', 'whole']],
    ['one alone that is empty', ['0-0', 'whole']],
    ['one alone whose header is cut', ['0-4', 'whole']],
    ['the first, whose header is cut', ['0-16+', 'headers!4/3', { next: TCP }], ['16-20', 'waits']],
    ['a fragment header that is cut', ['', 'cut!4/0', { bytes: short(cut('8-16+'), 47) }]],
    ['none', ['', 'no-fragment', { bytes: whole6({ ...WHOLE, body: BODY.subarray(0, 16) }) }]],
  ])('%s', (_, ...rows) => {
    expectRows(new Host(), rows, BEHIND);
  });

  test('one alone goes on without its fragment header', () => {
    const { bytes } = new Host().whole('0-12', { ...BEHIND, before: [padding(HOP, 8)] });
    expect(toHex(bytes)).toBe(toHex(whole6({ ...WHOLE, body: BODY.subarray(0, 12) }, [padding(HOP, 8)])));
  });
});
