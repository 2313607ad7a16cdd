/** Packets of IPv6 in fragments again: `0-16+` is bytes 0 to 16 behind the fragment header, with more to come. */
import { describe, expect, test } from 'vitest';
import { cut6, type Gathered6 } from '../../src/run/ipv6/cut.js';
import { type Before, padding, piece6, whole6 } from '../kernel/packets/pieces6.js';
import { toHex } from '../kernel/packets.js';

const HOP = 0;
const ROUTING = 43;
const DESTINATION = 60;
const BODY: Uint8Array = Uint8Array.from({ length: 4000 }, (_, n) => n % 251);
const WHOLE = { next: 17, body: BODY, id: 7, src: '2001:db8::5', dst: '2001:db8:1::9' };
const DST8 = padding(DESTINATION, 8);

describe('cut again as it was', () => {
  const gathered = (before: readonly Before[], bodies: readonly number[], more: Partial<Gathered6> = {}): Gathered6 => {
    const body = BODY.subarray(
      0,
      bodies.reduce((sum, size) => sum + size, 0),
    );
    const bytes = whole6({ ...WHOLE, body }, before);
    const head = bytes.length - body.length;
    const ends = bodies.map((_, n) => head + bodies.slice(0, n + 1).reduce((sum, size) => sum + size, 0));
    return { bytes, ends, before: head, largest: head + 8 + Math.max(...bodies), ...more };
  };
  const cutOf = (pieces: readonly Uint8Array[] | undefined, before: readonly Before[]): string[] | undefined => {
    const head = whole6({ ...WHOLE, body: BODY.subarray(0, 0) }, before).length;
    return pieces?.map((bytes) => {
      const word = (bytes[head + 2]! << 8) | bytes[head + 3]!;
      const [from, more] = [word & ~7, (word & 1) === 1];
      const to = from + bytes.length - head - 8;
      // all but where it stands is as this test makes it
      expect(toHex(bytes)).toBe(toHex(piece6(WHOLE, from, to, { more, before })));
      return `${from}-${to}${more ? '+' : ''}`;
    });
  };
  test.each<[name: string, before: readonly Before[], bodies: number[], more: Partial<Gathered6>, pieces: string[]]>([
    ['as they came', [], [16, 8, 3], {}, ['0-16+', '16-24+', '24-27']],
    ['as they came, behind headers', [padding(HOP, 8), padding(DESTINATION, 16)], [8, 8], {}, ['0-8+', '8-16']],
    ['where one had less before, as few as can be', [DST8], [8, 8], { before: 40 }, ['0-16']],
    ['more of them than fit into the largest', [], [1400, 200], { before: 0 }, ['0-1400+', '1400-1600']],
    ['none smaller than 1,280 bytes has to be', [], [800, 800], { before: 0 }, ['0-1232+', '1232-1600']],
    ['one that has grown by no multiple of 8', [], [16, 12], { ends: [60, 68] }, ['0-28']],
  ])('%s', (_, before, bodies, more, pieces) => {
    expect(cutOf(cut6(gathered(before, bodies, more), 7), before)).toEqual(pieces);
  });

  test('a destination header in front of no routing header stands in each', () => {
    const bytes = whole6({ ...WHOLE, body: BODY.subarray(0, 16) }, [DST8]);
    // it came behind the fragment header
    const pieces = cut6({ bytes, ends: [56, 64], before: 40, largest: 72 }, 7);
    expect(cutOf(pieces, [DST8])).toEqual(['0-16']);
  });
  test('one behind a routing header does not', () => {
    const routing: Before = [ROUTING, [0, 4, 0, 0, 0, 0, 0]];
    const bytes = whole6({ ...WHOLE, body: BODY.subarray(0, 16) }, [routing, DST8]);
    const pieces = cut6({ bytes, ends: [56, 72], before: 48, largest: 72 }, 7)!;
    expect(pieces.map(({ length }) => length)).toEqual([64, 72]);
  });
  test('headers that lead nowhere', () => {
    const bytes = whole6({ ...WHOLE, body: BODY.subarray(0, 16) }, [[DESTINATION, [99, 0, 0, 0, 0, 0, 0]]]);
    expect(cut6({ bytes, ends: [56, 64], before: 40, largest: 64 }, 7)).toBeUndefined();
  });
});
