/** Fragments of IPv6 where connections are tracked: nf_ct_frag6_gather of nf_conntrack_reasm.c. */
import { describe, expect, test } from 'vitest';
import { fragmentSettings6 } from '../../src/run/ipv6/fragments.js';
import { BODY, expectRows, expectWholeOfAnyCut, gatherEcn } from '../fragment-host.js';
import { type Before, padding, whole6 } from '../kernel/packets/pieces6.js';
import { toHex } from '../kernel/packets.js';
import {
  cut,
  DESTINATION,
  DST8,
  FRAGMENT,
  HOP,
  Host,
  NONE,
  ROUTING,
  type Row,
  type Send,
  short,
  TCP,
  UDP,
  WHOLE,
} from './host.js';

describe('one after another', () => {
  test.each<[name: string, ...Row[]]>([
    ['in order', ['0-16+', 'waits'], ['16-24+', 'waits'], ['24-27', 'whole']],
    ['in reverse', ['24-27', 'waits'], ['16-24+', 'waits'], ['0-16+', 'whole']],
    ['a part that was there', ['0-24+', 'waits'], ['8-16+', 'again'], ['24-27', 'whole']],
    [
      'all is lost by an overlap',
      ['0-16+', 'waits'],
      ['8-24+', 'overlap, all!'],
      ['16-20', 'waits'],
      ['0-16+', 'whole'],
    ],
    ['behind the end', ['8-12', 'waits'], ['16-24+', 'beyond!'], ['0-8+', 'whole']],
    ['a second end', ['8-12', 'waits'], ['8-13', 'beyond!'], ['0-8+', 'whole']],
    ['an end before what is there', ['8-24+', 'waits'], ['8-12', 'beyond!'], ['0-8+', 'waits'], ['24-25', 'whole']],
    ['the same end again', ['8-12', 'waits'], ['8-12', 'again'], ['0-8+', 'whole']],
    ['over a multiple of 8', ['8-12', 'waits'], ['0-15+', 'odd-length, all'], ['0-8+', 'waits']],
    ['empty', ['16-20', 'waits'], ['8-8+', 'void!'], ['0-16+', 'whole']],
    ['an empty end', ['8-8', 'void!'], ['0-8+', 'whole']],
    ['beyond what a packet may have', ['0-8+', 'waits'], ['65528-65536', 'too-long!'], ['8-12', 'whole']],
    ['as long as can be', ['0-65000+', 'waits'], ['65000-65535', 'whole']],
    ['too long by a header before', ['0-65000+', 'waits', { before: [DST8] }], ['65000-65528', 'too-long, all']],
    ['ECN in some', ['0-8+', 'waits', { tos: 2 }], ['8-12', 'ecn, all'], ['0-8+', 'waits']],
    ['one alone', ['0-12', 'whole']],
    ['one alone between others', ['0-8+', 'waits'], ['0-12', 'overlap, all!']],
    ['after it was whole', ['0-8+', 'waits'], ['8-12', 'whole'], ['8-12', 'waits'], ['0-8+', 'whole']],
    ['reserved bits', ['0-8+', 'waits', { reserved: 3 }], ['8-12', 'whole', { reserved: 1 }]],
  ])('%s', (_, ...rows) => {
    expectRows(new Host(), rows);
  });
});

const bytesOf = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, ...BODY.subarray(0, 64)]);
describe('the first fragment has to have the headers', () => {
  test.each<[name: string, text: string, how: Send, comes: string]>([
    ['UDP', '0-8+', {}, 'waits'],
    ['UDP, cut, alone', '0-7', {}, 'headers-cut'],
    ['UDP, cut, but later', '8-15', {}, 'waits'],
    ['TCP', '0-24+', { next: TCP }, 'waits'],
    ['TCP, alone', '0-20', { next: TCP }, 'whole'],
    ['TCP, cut', '0-16+', { next: TCP }, 'headers-cut'],
    ['ICMPv6, cut', '0-7', { next: 58 }, 'headers-cut'],
    ['another', '0-1', { next: 253 }, 'whole'],
    ['another, empty', '0-0', { next: 253 }, 'headers-cut'],
    ['nothing', '0-0', { next: NONE }, 'void!'],
    ['UDP behind another header', '0-16+', { next: DESTINATION, body: bytesOf(UDP, 0, 1, 4, 0, 0, 0, 0) }, 'waits'],
    ['UDP behind another header, cut', '0-8+', { next: DESTINATION, body: bytesOf(UDP, 0) }, 'headers-cut'],
    ['another header that is longer', '0-8+', { next: DESTINATION, body: bytesOf(UDP, 1) }, 'headers-cut'],
    ['another header of a byte', '0-1', { next: DESTINATION, body: bytesOf(UDP, 0) }, 'whole'],
    ['AH, which counts in fours', '0-16+', { next: 51, body: bytesOf(253, 2) }, 'headers-cut'],
    ['AH, which counts in fours, all of it', '0-24+', { next: 51, body: bytesOf(253, 2) }, 'waits'],
    ['a fragment of a fragment', '0-8+', { next: FRAGMENT, body: bytesOf(UDP, 0, 0, 9) }, 'waits'],
    ['a first fragment of a fragment, cut', '0-8+', { next: FRAGMENT, body: bytesOf(UDP, 0, 0, 1) }, 'headers-cut'],
  ])('%s', (_, text, how, comes) => {
    expect(new Host().send(text, how)).toBe(comes);
  });

  test.each([
    ['behind the fragment header', 48, 'headers-cut'],
    ['in the first one', 44, 'headers-cut'],
    ['before the offset', 43, 'cut!'],
    ['before it: that says jumbogram', 40, 'no-fragment'],
  ])('cut %s', (_, length, comes) => {
    expect(new Host().send('', { bytes: short(cut('0-8+'), length) })).toBe(comes);
  });
  test.each([
    ['a later one, cut', short(cut('8-16+'), 47), 'cut!'],
    ['a header before it is cut', short(cut('0-8+', { before: [DST8] }), 41), 'no-fragment'],
    ['it is said to follow, and does not', short(cut('0-8+', { before: [DST8] }), 48), 'cut!'],
    [
      'a header before it is longer than all',
      cut('0-8+', { before: [[DESTINATION, [200, 0, 0, 0, 0, 0, 0]]] }),
      'no-fragment',
    ],
    ['none is there', whole6({ ...WHOLE, body: BODY.subarray(0, 16) }), 'no-fragment'],
  ])('%s', (_, bytes, comes) => {
    expect(new Host().send('', { bytes })).toBe(comes);
  });
});

describe('what the whole packet is like', () => {
  test.each<[name: string, before: readonly Before[]]>([
    ['no headers before', []],
    ['hop-by-hop options', [padding(HOP, 8)]],
    ['several headers', [padding(HOP, 8), [ROUTING, [0, 4, 0, 0, 0, 0, 0]], padding(DESTINATION, 16)]],
    ['an AH', [[51, [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]]]],
    ['255 bytes', [padding(DESTINATION, 208), padding(DESTINATION, 16)]],
  ])('the headers and what was told are of the first fragment: %s', (_, before) => {
    const host = new Host();
    host.send('16-20', { ttl: 60, before: [padding(DESTINATION, 16)] });
    host.send('0-8+', { before });
    const { bytes, length, first } = host.whole('8-16+', { ttl: 62, next: TCP });
    const made = whole6({ ...WHOLE, body: BODY.subarray(0, 20) }, before);
    expect([toHex(bytes), length, first]).toEqual([toHex(made), made.length, '0-8+']);
  });

  test('where 256 bytes and more stand before, the next header is written elsewhere', () => {
    const host = new Host();
    const before = [padding(DESTINATION, 224), padding(DESTINATION, 16)];
    host.send('0-8+', { before });
    const { bytes } = host.whole('8-12');
    // the second header begins at 264, and 8 is where the source address does
    expect([bytes[264], bytes[8], bytes[9]]).toEqual([FRAGMENT, UDP, 0x01]);
  });

  test.each([
    ['1 3', 3],
    ['2 1', 2],
    ['0 0', 0],
    ['0 3', undefined],
  ])('ECN of %s', (fields, whole) => {
    const last = gatherEcn(new Host(), fields);
    const tos = last.kind === 'whole' ? (new DataView(last.packet.bytes.buffer).getUint16(0) >> 4) & 255 : undefined;
    expect(tos).toBe(whole === undefined ? undefined : 0xb8 | whole);
  });

  test('the largest fragment counts with all its headers, and the fewest bytes before one but the first', () => {
    const host = new Host();
    host.send('0-16+');
    host.send('16-32+', { before: [DST8] });
    const { largest, before, ends } = host.whole('32-33', { before: [padding(DESTINATION, 16)] });
    expect({ largest, before, ends }).toEqual({ largest: 72, before: 48, ends: [56, 72, 73] });
  });

  test('any cut in any order makes the packet again', () => {
    expectWholeOfAnyCut(
      () => new Host(),
      (length) => whole6({ ...WHOLE, body: BODY.subarray(0, length) }),
    );
  });
});

describe('what belongs together', () => {
  const at = (offset: number) => (bytes: Uint8Array) => bytes.fill(99, offset, offset + 1);
  test.each<[name: string, other: (bytes: Uint8Array) => Send, comes: string]>([
    ['the same', (bytes) => ({ bytes }), 'whole'],
    ['another source', (bytes) => ({ bytes: at(23)(bytes) }), 'waits'],
    ['another destination', (bytes) => ({ bytes: at(39)(bytes) }), 'waits'],
    ['another identification', (bytes) => ({ bytes: at(44)(bytes) }), 'waits'],
    ['another protocol', (bytes) => ({ bytes: at(40)(bytes) }), 'whole'],
    ['another link', (bytes) => ({ bytes, link: 2 }), 'whole'],
    ['who is sent', (bytes) => ({ bytes, by: 'output' }), 'waits'],
  ])('%s', (_, other, comes) => {
    expect(new Host().two({}, other(cut('8-12')))).toBe(comes);
  });

  test.each(['ff02::1', 'ff0e::1', 'fe80::1', 'febf::1'])('to %s, by its link', (dst) => {
    const host = new Host();
    host.send('0-8+', { dst });
    expect([host.send('8-12', { dst, link: 2 }), host.send('8-12', { dst })]).toEqual(['waits', 'whole']);
  });
  test('to fec0::1, by any', () => {
    expect(new Host().two({ dst: 'fec0::1' }, { dst: 'fec0::1', link: 2 })).toBe('whole');
  });
});

describe('what waits ends', () => {
  test.each([
    [{ time: 60 }, [0, 60_000], 'whole'],
    [{ time: 60 }, [0, 60_001], 'waits'],
    [{ time: 0 }, [5, 6], 'waits'],
  ] as const)('%j, at %j ms: %s', (limits, [first, last], comes) => {
    expect(new Host(limits).two({ now: first }, { now: last })).toBe(comes);
  });

  test('beyond the threshold nothing is taken', () => {
    // as the kernel counted it for a fragment from a tun device
    const host = new Host({ highThreshold: 1015 });
    expect([host.send('0-144+'), host.queues.memory, host.send('144-150')]).toEqual(['waits', 1016, 'memory!']);
    const larger = new Host();
    larger.send('0-152+');
    expect(larger.queues.memory).toBe(184 + 1280);
    expect(new Host({ highThreshold: 1016 }).send('0-144+')).toBe('waits');
  });

  test('a copy waits for the same fragments, and neither learns of what the other gets', () => {
    const host = new Host();
    host.send('0-16+');
    const copy = Object.assign(new Host(), { queues: host.queues.copy() });
    expect([host.send('16-24+'), copy.send('24-27'), copy.send('16-24+'), host.send('24-27')]).toEqual([
      ...['waits', 'waits', 'whole', 'whole'],
    ]);
  });

  test('where nothing is remembered, those that need no other go on', () => {
    const host = new Host({}, true);
    const texts = ['0-8+', '8-12', '0-12', '0-7', '0-12+'];
    expect(texts.map((text) => host.send(text))).toEqual(['waits', 'waits', 'whole', 'headers-cut', 'odd-length, all']);
  });
});

test.each([
  [{}, [60, 4194304], [60, 4194304]],
  [{ 'netfilter.nf_conntrack_frag6_timeout': '7', 'ipv6.ip6frag_high_thresh': '9' }, [7, 4194304], [60, 9]],
  [{ 'netfilter.nf_conntrack_frag6_high_thresh': '9', 'ipv6.ip6frag_time': '7' }, [60, 9], [7, 4194304]],
])('sysctls %j', (given, ...expected) => {
  const { tracked, delivered } = fragmentSettings6(
    new Map(Object.entries(given).map(([key, value]) => [`net.${key}`, value])),
  );
  expect([tracked, delivered].map(({ time, highThreshold }) => [time, highThreshold])).toEqual(expected);
});
