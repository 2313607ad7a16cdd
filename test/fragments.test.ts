/** Fragments and what comes of them: `0-16+` is bytes 0 to 16 behind the IP header, with more to come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fragment, FragmentQueues, type FragmentSettings, fragmentSettings } from '../src/run/fragments.js';
import { BODY, expectRows, expectWholeOfAnyCut, FragmentHost, gatherEcn, type Row, rangeOf } from './fragment-host.js';
import { type Head, piece } from './kernel/packets/pieces.js';
import { checksum, fromHex, toHex } from './kernel/packets.js';

const SETTINGS = fragmentSettings(new Map());
const WHOLE = { body: BODY, id: 7, src: [192, 0, 2, 1] };

type Send = Partial<Fragment<string>> & Head;

function cut(text: string, head: Head = {}): Uint8Array {
  const { from, to, more } = rangeOf(text);
  return piece(WHOLE, from, to, { more, ...head });
}

class Host extends FragmentHost<Send> {
  readonly queues: FragmentQueues<string>;
  constructor(settings: Partial<FragmentSettings> = {}) {
    super();
    this.queues = new FragmentQueues({ ...SETTINGS, ...settings });
  }
  gather(text: string, { by = 'prerouting', vrf = 0, link = 0, now = 0, bytes, ...head }: Send = {}) {
    return this.queues.add({ by, vrf, link, now, bytes: bytes ?? cut(text, head), about: text });
  }
  /** `waits`, `whole`, why it is lost, with `, all` where those that waited are lost too. */
  send(text: string, how: Send = {}): string {
    const gathered = this.gather(text, how);
    return gathered.kind === 'lost' ? gathered.why.slice(9) + (gathered.all ? ', all' : '') : gathered.kind;
  }
}

describe('one after another', () => {
  test.each<[name: string, ...Row<Send>[]]>([
    ['in order', ['0-16+', 'waits'], ['16-24+', 'waits'], ['24-27', 'whole']],
    ['in reverse', ['24-27', 'waits'], ['16-24+', 'waits'], ['0-16+', 'whole']],
    ['the last in the middle', ['16-24+', 'waits'], ['24-27', 'waits'], ['0-16+', 'whole']],
    ['a part that was there', ['0-24+', 'waits'], ['8-16+', 'again'], ['24-27', 'whole']],
    ['one that covers two in a row', ['0-8+', 'waits'], ['8-16+', 'waits'], ['0-16+', 'again'], ['16-20', 'whole']],
    ['two that did not come in a row', ['8-16+', 'waits'], ['0-8+', 'waits'], ['0-16+', 'overlap, all']],
    [
      'all is lost by an overlap',
      ['0-16+', 'waits'],
      ['8-24+', 'overlap, all'],
      ['16-20', 'waits'],
      ['0-16+', 'whole'],
    ],
    ['an overlap from before', ['8-16+', 'waits'], ['0-24+', 'overlap, all'], ['0-8+', 'waits']],
    ['an overlap in a gap', ['0-8+', 'waits'], ['24-32+', 'waits'], ['16-32+', 'overlap, all']],
    ['behind the end', ['8-12', 'waits'], ['16-24+', 'end, all'], ['0-8+', 'waits'], ['8-12', 'whole']],
    ['a second end', ['8-12', 'waits'], ['8-13', 'end, all']],
    ['an end before what is there', ['8-24+', 'waits'], ['8-12', 'end, all']],
    ['the same end again', ['8-12', 'waits'], ['8-12', 'again'], ['0-8+', 'whole']],
    [
      'an end learnt by a repetition is known too late',
      ['0-8+', 'waits'],
      ['8-16+', 'waits'],
      ['8-16', 'again'],
      ['0-8+', 'again'],
    ],
    ['over a multiple of 8', ['0-15+', 'waits'], ['8-12', 'whole']],
    ['what is over is no overlap', ['8-12', 'waits'], ['0-15+', 'whole']],
    ['empty', ['8-12', 'waits'], ['0-0+', 'empty, all'], ['0-8+', 'waits']],
    ['empty but for what is over', ['0-7+', 'empty, all']],
    ['empty at the end', ['0-8+', 'waits'], ['8-8', 'empty, all']],
    ['after it was whole', ['0-8+', 'waits'], ['8-12', 'whole'], ['8-12', 'waits'], ['0-8+', 'whole']],
    ['as long as can be', ['0-65000+', 'waits'], ['65000-65515', 'whole']],
    ['too long by one', ['0-65000+', 'waits'], ['65000-65516', 'too-long, all'], ['65000-65515', 'waits']],
    ['too long by options', ['0-65000+', 'waits', { options: [1, 1, 1, 1] }], ['65000-65512', 'too-long, all']],
    ['ECN in some', ['0-8+', 'waits', { tos: 2 }], ['8-12', 'ecn, all'], ['0-8+', 'waits']],
  ])('%s', (_, ...rows) => {
    expectRows(new Host(), rows);
  });
});

describe('what the whole packet is like', () => {
  test('the header and what was told are of the first fragment, the checksum holds', () => {
    const host = new Host();
    host.send('16-20', { ttl: 60, tos: 0x40, options: [1, 1, 1, 1] });
    host.send('0-8+', { ttl: 61, tos: 0x80, options: [148, 4, 0, 0, 1, 1, 1, 1] });
    const { bytes, length, first } = host.whole('8-16+', { ttl: 62, tos: 0xc0 });
    const made = piece({ ...WHOLE, body: BODY.subarray(0, 20) }, 0, 20, {
      ttl: 61,
      tos: 0x80,
      options: [148, 4, 0, 0, 1, 1, 1, 1],
    });
    expect([toHex(bytes), length, first]).toEqual([toHex(made), 48, '0-8+']);
    expect(checksum(bytes.subarray(0, 28))).toBe(0);
  });

  test.each([
    // of each fragment DF and its body's length; DF of the whole, and the largest fragment
    [
      [
        [true, 16],
        [true, 4],
      ],
      true,
      36,
    ],
    [
      [
        [false, 16],
        [true, 4],
      ],
      false,
      36,
    ],
    [
      [
        [true, 16],
        [false, 4],
      ],
      true,
      36,
    ],
    [
      [
        [true, 8],
        [false, 8],
      ],
      true,
      28,
    ],
    [
      [
        [false, 8],
        [false, 23],
      ],
      false,
      43,
    ],
    [
      [
        [true, 21],
        [false, 16],
      ],
      true,
      36,
    ],
  ] as const)('DF of %j is %s, the largest %i bytes', (fragments, df, largest) => {
    const host = new Host();
    const [[firstDf, firstLength], [lastDf, lastLength]] = fragments;
    host.send(`0-${firstLength}+`, { df: firstDf });
    const start = firstLength & ~7;
    const packet = host.whole(`${start}-${start + lastLength}`, { df: lastDf });
    expect([packet.bytes[6]! >> 6 === 1, packet.largest]).toEqual([df, largest]);
  });

  test('options count to the size of a fragment', () => {
    const host = new Host();
    host.send('0-16+', { options: [1, 1, 1, 1] });
    expect(host.whole('16-20')).toMatchObject({ largest: 40 });
  });

  test.each([
    // the ECN fields of all; that of the whole, whose first has the first
    ['0 0', 0],
    ['1 1', 1],
    ['2 1', 2],
    ['1 2', 1],
    ['3 3', 3],
    ['2 3', 3],
    ['1 3', 3],
    ['3 1', 3],
    ['2 1 3', 3],
    ['0 3', undefined],
    ['3 0', undefined],
    ['1 2 0', undefined],
  ])('ECN of %s', (fields, whole) => {
    const last = gatherEcn(new Host(), fields);
    expect(last.kind === 'whole' ? last.packet.bytes[1]! : undefined).toBe(
      whole === undefined ? undefined : 0xb8 | whole,
    );
  });

  test('bytes that the capture has cut are missing, and all behind them', () => {
    const host = new Host();
    host.send('24-32', { bytes: cut('24-32') });
    host.send('0-8+', { bytes: cut('0-8+') });
    const { bytes, length } = host.whole('8-24+', { bytes: cut('8-24+').subarray(0, 25) });
    expect([toHex(bytes.subarray(20)), length]).toEqual([toHex(BODY.subarray(0, 13)), 52]);
  });

  test('bytes behind the total length are none of it', () => {
    const host = new Host();
    host.send('0-8+', { bytes: fromHex(`${toHex(cut('0-8+'))}eeee`) });
    const { bytes, length } = host.whole('8-12', { bytes: fromHex(`${toHex(cut('8-12'))}eeee`) });
    expect([toHex(bytes.subarray(20)), length]).toEqual([toHex(BODY.subarray(0, 12)), 32]);
  });

  test('what is given may be written over', () => {
    const host = new Host();
    const first = cut('0-8+');
    host.send('0-8+', { bytes: first });
    first.fill(0);
    expect(toHex(host.whole('8-12').bytes)).toBe(toHex(piece({ ...WHOLE, body: BODY.subarray(0, 12) }, 0, 12, {})));
  });

  test('any cut in any order makes the packet again', () => {
    expectWholeOfAnyCut(
      () => new Host(),
      (length) => piece({ ...WHOLE, body: BODY.subarray(0, length) }, 0, length, {}),
    );
  });
});

describe('what belongs together', () => {
  const at = (offset: number, value: number) => (bytes: Uint8Array) => bytes.fill(value, offset, offset + 1);
  test.each<[name: string, other: (bytes: Uint8Array) => Send, comes: string]>([
    ['the same', (bytes) => ({ bytes }), 'whole'],
    ['another source', (bytes) => ({ bytes: at(15, 9)(bytes) }), 'waits'],
    ['another destination', (bytes) => ({ bytes: at(19, 7)(bytes) }), 'waits'],
    ['another identification', (bytes) => ({ bytes: at(4, 1)(bytes) }), 'waits'],
    ['another protocol', (bytes) => ({ bytes: at(9, 6)(bytes) }), 'waits'],
    ['another tos and ttl', (bytes) => ({ bytes: at(8, 1)(at(1, 8)(bytes)) }), 'whole'],
    ['who is sent', (bytes) => ({ bytes, by: 'output' }), 'waits'],
    ['who is delivered', (bytes) => ({ bytes, by: 'delivery' }), 'waits'],
    ['another VRF', (bytes) => ({ bytes, vrf: 4 }), 'waits'],
  ])('%s', (_, other, comes) => {
    expect(new Host().two({}, other(cut('8-12')))).toBe(comes);
  });
});

describe('what waits ends', () => {
  test.each([
    [{ time: 30 }, [0, 30_000], 'whole'],
    [{ time: 30 }, [0, 30_001], 'waits'],
    [{ time: 2 }, [500, 2500], 'whole'],
    [{ time: 2 }, [500, 2501], 'waits'],
    [{ time: 0 }, [5, 5], 'whole'],
    [{ time: 0 }, [5, 6], 'waits'],
  ] as const)('%j, at %j ms: %s', (settings, [first, last], comes) => {
    expect(new Host(settings).two({ now: first }, { now: last })).toBe(comes);
  });

  test('where the clock goes back, the time stands still', () => {
    const host = new Host({ time: 2 });
    host.send('0-8+', { now: 5000 });
    expect(host.send('8-12', { now: 5000 })).toBe('whole');
    host.send('0-8+', { now: 0 });
    expect(host.send('8-12', { now: 2500 })).toBe('whole');
  });

  test('the time runs from the first that came, whichever came since', () => {
    const host = new Host({ time: 2 });
    host.send('0-8+', { now: 0 });
    host.send('8-16+', { now: 1900 });
    expect(host.send('16-20', { now: 2100 })).toBe('waits');
  });

  /** `n` fragments of other packets of the same sender. */
  function meanwhile(host: Host, n: number, now = 0): void {
    for (let i = 0; i < n; i++) {
      const bytes = cut('0-8+');
      bytes.set([0x40 | (i >> 8), i], 4);
      host.send('0-8+', { bytes, by: i % 2 === 0 ? 'prerouting' : 'output', now });
    }
  }

  test.each([
    [{}, 63, 'whole'],
    [{}, 64, 'waits'],
    [{ maxDistance: 2 }, 1, 'whole'],
    [{ maxDistance: 2 }, 2, 'waits'],
    [{ maxDistance: 0 }, 300, 'whole'],
  ])('%j, %i others in between: %s', (settings, others, comes) => {
    const host = new Host(settings);
    host.send('0-8+');
    meanwhile(host, others);
    expect(host.send('8-12')).toBe(comes);
  });

  test('others of other senders do not count', () => {
    const host = new Host({ maxDistance: 2 });
    host.send('0-8+');
    for (let i = 0; i < 9; i++) {
      const bytes = cut('0-8+');
      bytes[15] = 100 + i;
      host.send('0-8+', { bytes });
    }
    expect(host.send('8-12')).toBe('whole');
  });

  test('what has become whole in between counts as well', () => {
    const host = new Host({ maxDistance: 3 });
    host.send('8-12');
    for (const id of [1, 2]) {
      const [first, last] = [cut('0-8+'), cut('8-12')];
      first[4] = last[4] = id;
      host.send('0-8+', { bytes: first });
      expect(host.send('8-12', { bytes: last })).toBe('whole');
    }
    expect(host.send('0-8+')).toBe('waits');
  });

  test('where too much came in between it begins anew: its time as well, but not the largest', () => {
    const host = new Host({ time: 2, maxDistance: 2 });
    host.send('0-160+', { tos: 2 });
    meanwhile(host, 3);
    const before = host.queues.memory;
    expect(host.send('8-12', { now: 1500, df: true })).toBe('waits');
    expect(host.queues.memory).toBe(before);
    const { bytes, largest } = host.whole('0-8+', { now: 3500, df: true });
    expect([bytes[6], largest, host.queues.memory]).toEqual([0, 180, 0]);
  });

  test('beyond the threshold nothing is taken, until what waits has ended', () => {
    const host = new Host({ highThreshold: 2000, maxDistance: 0 });
    expect(host.send('0-8+')).toBe('waits');
    meanwhile(host, 1);
    expect(host.queues.memory).toBe(2 * (200 + 832));
    expect(host.send('8-12')).toBe('memory');
    expect(host.send('8-12', { now: 30_001 })).toBe('waits');
    expect(host.queues.memory).toBe(200 + 832);
    expect(new Host({ highThreshold: 0 }).send('0-8+')).toBe('memory');
  });
});

test('a copy waits for the same fragments, and neither learns of what the other gets', () => {
  const host = new Host({ maxDistance: 2 });
  host.send('0-16+');
  const copy = Object.assign(new Host(), { queues: host.queues.copy() });
  expect(host.send('16-24+')).toBe('waits');
  expect(copy.send('24-27')).toBe('waits');
  expect(copy.whole('16-24+').bytes).toEqual(host.whole('24-27').bytes);
  for (const one of [host, copy]) {
    one.send('0-0+', { now: 100_000 });
    expect([one.queues.memory, Reflect.get(one.queues, 'senders').size]).toEqual([0, 0]);
  }
});

test.each([
  // as the kernel counted them, from a tun device
  [168, 832],
  [176, 1280],
  [616, 1280],
  [624, 2304],
  [1640, 2304],
  [1648, 4352],
  [7784, 8448],
  [7792, 12544],
  [30000, 33024],
])('a body of %i bytes takes %i of memory', (length, memory) => {
  const host = new Host();
  host.send(`0-${length}+`);
  expect(host.queues.memory).toBe(200 + memory);
});

test.each([
  [{}, { time: 30, highThreshold: 4194304, maxDistance: 64 }],
  [
    { ipfrag_time: '7', ipfrag_high_thresh: '1000', ipfrag_max_dist: '0' },
    { time: 7, highThreshold: 1000, maxDistance: 0 },
  ],
  [{ ipfrag_time: '-1' }, { time: 0, highThreshold: 4194304, maxDistance: 64 }],
])('sysctls %j', (given, settings) => {
  expect(fragmentSettings(new Map(Object.entries(given).map(([key, value]) => [`net.ipv4.${key}`, value])))).toEqual(
    settings,
  );
});

test('whatever the bytes are, what waits stays below the threshold, and goes in the end', () => {
  const highThreshold = 20_000;
  const header = fc.uint8Array({ minLength: 20, maxLength: 120 });
  fc.assert(
    fc.property(fc.array(fc.tuple(header, fc.nat(3), fc.nat(40_000)), { maxLength: 60 }), (packets) => {
      const host = new Host({ highThreshold });
      for (const [bytes, pair, now] of packets) {
        // few keys, so that they meet
        bytes.fill(pair, 12, 20);
        bytes.set([0, pair], 4);
        bytes[9] = 17;
        const gathered = host.gather('', { bytes, now });
        if (gathered.kind === 'whole') expect(gathered.packet.bytes.length).toBeLessThanOrEqual(gathered.packet.length);
        expect(host.queues.memory).toBeLessThanOrEqual(highThreshold + 200 + 256 + 69_632);
      }
      host.send('0-0+', { now: 100_000 });
      expect([host.queues.memory, Reflect.get(host.queues, 'senders').size]).toEqual([0, 0]);
    }),
  );
});
