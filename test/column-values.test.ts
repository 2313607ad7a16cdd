/** Columns of which each value counts by itself: it gets a place in the key when the first packet has it. */
import { describe, expect, test } from 'vitest';
import { KEY_UNMET } from '../src/abi.js';
import { FRAME_NUMBERS, FROM_HOST, NO_SOCKET, PATH_NUMBERS, type PacketColumns } from '../src/model/batch.js';
import { planOf, useOf } from '../src/run/plan-of.js';
import { loadBoth, programOfTexts } from './classify/beside.js';
import { columnsOf } from './classify/journeys.js';
import { HOST, rulesOf } from './classify/steps.js';
import { differing, inBatches, pieces } from './classify/ways.js';

const PACKETS = 20_000;
/** What each rule of these asks or changes counts value by value. */
const RULES = {
  mangle: [
    'PREROUTING -m ttl --ttl-lt 5 -j DROP',
    'PREROUTING -p udp -j TTL --ttl-dec 1',
    'PREROUTING -p udp -j TOS --set-tos 0x10/0x3f',
    'PREROUTING -m mac --mac-source 02:00:00:00:00:07 -j MARK --set-xmark 0x1/0xffffffff',
    'PREROUTING -m pkttype --pkt-type multicast -j MARK --set-xmark 0x2/0xffffffff',
  ],
  filter: ['FORWARD -m mark --mark 0x1 -j DROP', 'OUTPUT -o eth1 -j DROP', 'INPUT -m ttl --ttl-gt 100'],
};

/** Packets of so many kinds, whose values of all columns differ. */
function packets(kinds: number, all: boolean): PacketColumns {
  const of = (value: (kind: number) => number) => Array.from({ length: PACKETS }, (_, i) => value(i % kinds));
  const isSent = (kind: number) => kind % 5 === 0;
  const plain = columnsOf(
    Array.from({ length: PACKETS }, (_, i) => {
      const kind = i % kinds;
      const way = isSent(kind) ? { src: '192.0.2.1', dst: '8.8.8.8' } : { in: 'eth1', src: '10.0.0.9', dst: '8.8.8.8' };
      return { ...way, proto: kind % 2 === 0 ? 6 : 17, ttl: 1 + (kind % 40), tos: 4 * (kind % 8), length: 60 };
    }),
  );
  if (!all) return plain;
  return {
    ...plain,
    path: Uint8Array.from(of((kind) => (isSent(kind) ? PATH_NUMBERS.output : 0))),
    state: Uint8Array.from(of((kind) => kind % 3)),
    out: Uint16Array.from(of((kind) => (isSent(kind) ? 1 + (kind % 2) : FROM_HOST))),
    mac: Float64Array.from(of((kind) => (isSent(kind) ? Number.NaN : 0x020000000000 + (kind % 9)))),
    pkttype: Uint8Array.from(of((kind) => (isSent(kind) || kind % 7 > 0 ? 0 : FRAME_NUMBERS.multicast))),
    uid: new Uint32Array(PACKETS).fill(NO_SOCKET),
  };
}

test('a time to live that rules ask for, and do not change, is no value that counts by itself', async () => {
  const rules = { filter: ['FORWARD -m ttl --ttl-lt 5 -j DROP'] };
  const { columns } = await loadBoth(programOfTexts([rulesOf(rules), ...HOST]));
  expect(planOf(columns, packets(150, false)).columns!.values.map(({ field }) => field)).toEqual(['in']);
});

describe('values that count one by one', () => {
  test.each([
    { given: 'all columns of which that may be', all: true, fields: 9 },
    { given: 'those that are classified where they are', all: false, fields: 3 },
  ])('$given', async ({ all, fields }) => {
    const { columns, bytecode } = await loadBoth(programOfTexts([rulesOf(RULES), ...HOST]));
    const given = packets(150, all);
    const expected = inBatches(bytecode, [given]);
    expect(differing(expected, inBatches(columns, pieces(given, [500])), String)).toEqual([]);
    const { used, walked } = useOf(columns);
    expect(used).toBe('columns');
    expect(planOf(columns, given).columns!.values.map(({ field }) => field)).toHaveLength(fields);
    expect(walked).toBeLessThan(PACKETS / 10);
    // all kinds are known now
    expect(differing(expected, inBatches(columns, [given]), String)).toEqual([]);
    expect(useOf(columns)).toMatchObject({ used: 'columns', walked: 0 });
  });

  test('more room for them lies in both sums of a key, and what is known stays known', async () => {
    const each = (rule: (i: number) => string) => Array.from({ length: 40 }, (_, i) => `PREROUTING ${rule(i)}`);
    const mangle = [
      ...each((i) => `-s 10.0.0.${i}`),
      ...each((i) => `-d 8.8.8.${i}`),
      'PREROUTING -p udp -j TTL --ttl-inc 1',
      'PREROUTING -p udp -j TOS --set-tos 0x10/0x3f',
      'PREROUTING -m mark --mark 0x7/0x1f -j MARK --set-xmark 0x1/0x2',
      'PREROUTING -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffff',
    ];
    const { columns, bytecode } = await loadBoth(programOfTexts([rulesOf({ mangle }), ...HOST]));
    const given = columnsOf(
      Array.from({ length: PACKETS }, (_, i) => {
        // one value after the other is met
        const kind = Math.floor(i / 100);
        return {
          in: 'eth1',
          src: `10.0.0.${kind % 40}`,
          dst: `8.8.8.${kind % 7}`,
          proto: kind % 2 === 0 ? 6 : 17,
          ttl: 2 + kind,
          tos: 4 * (kind % 60),
          length: 60,
          mark: kind % 12,
        };
      }),
    );
    const before = planOf(columns, given).columns!;
    const expected = inBatches(bytecode, [given]);
    expect(differing(expected, inBatches(columns, pieces(given, [50])), String)).toEqual([]);
    // all packets of a call walk with the first of a kind
    expect(useOf(columns).walked).toBeLessThan(PACKETS / 2 + 1000);
    expect(differing(expected, inBatches(columns, [given]), String)).toEqual([]);
    expect(useOf(columns)).toMatchObject({ used: 'columns', walked: 0 });
    const after = planOf(columns, given).columns!;
    expect(before.cells).toBeLessThan(KEY_UNMET);
    expect(after.cells).toBeGreaterThan(KEY_UNMET);
    // steps and pages of cells, no tables of classes
    expect(after.bytes - before.bytes).toBeLessThan(before.bytes / 2);
  });
});
