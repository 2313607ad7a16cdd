/** Addresses in place of others: what is kept of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressWords } from '../../src/cli/address-words.js';
import { AddressMap } from '../../src/cli/redact-addresses.js';
import {
  compareWords,
  type Family,
  formatAddress,
  parseAddress,
  prefixMask,
  type Words,
} from '../../src/net/address.js';
import { fillFrom } from './alike.js';

const word = fc.nat(0xffffffff);
const address = { 4: fc.tuple(word), 6: fc.tuple(word, word, word, word) } as const;
const shared = (a: Words, b: Words, length: number) =>
  a.every((one, i) => ((one ^ b[i]!) & prefixMask(length, a.length === 1 ? 4 : 6)[i]!) === 0);
const read = (text: string) => parseAddress(text)!;
const mapped = (map: AddressMap, text: string) => formatAddress(map.map(read(text)));
const newMap = (family: Family, seed = 1) => new AddressMap(family, fillFrom(seed));

describe.each([4, 6] as const)('IPv%i', (family) => {
  test('two addresses have as many bits in common as before', () =>
    fc.assert(
      fc.property(address[family], fc.nat(32 * (family === 4 ? 1 : 4)), word, fc.nat(), (one, length, rest, seed) => {
        const map = newMap(family, seed);
        const other = one.map(
          (bits, i) => ((bits & prefixMask(length, family)[i]!) | (rest & ~prefixMask(length, family)[i]!)) >>> 0,
        );
        for (let bits = 0; bits <= 32 * one.length; bits++)
          expect(shared(map.map(one), map.map(other), bits)).toBe(shared(one, other, bits));
      }),
    ));

  test('an address lies in a range as before', () =>
    fc.assert(
      fc.property(address[family], address[family], address[family], fc.nat(20), (a, b, c, near) => {
        const map = newMap(family);
        const [min, max] = compareWords(a, b) <= 0 ? [a, b] : [b, a];
        map.keepRange(min, max);
        const isIn = (one: Words, from: Words, to: Words) => compareWords(one, from) >= 0 && compareWords(one, to) <= 0;
        const beside = [...min.slice(0, -1), (min.at(-1)! + near - 10) >>> 0];
        for (const one of [c, min, max, beside])
          expect(isIn(map.map(one), map.map(min), map.map(max))).toBe(isIn(one, min, max));
      }),
    ));
});

describe('what is special stays, or stays of its kind', () => {
  test.each([
    '0.0.0.0',
    '127.0.0.53',
    '169.254.169.254',
    '224.0.0.251',
    '255.255.255.255',
    '::',
    '::1',
    'ff02::1',
    '::ffff:127.0.0.1',
  ])('%s', (text) => {
    for (let seed = 1; seed < 20; seed++) {
      const four = newMap(4, seed);
      expect(mapped(text.includes(':') ? new AddressMap(6, fillFrom(seed), four) : four, text)).toBe(text);
    }
  });

  test.each([
    ['10.1.2.3', /^10\./],
    ['192.168.7.7', /^192\.168\./],
    ['172.31.255.1', /^172\.(1[6-9]|2\d|3[01])\./],
    ['100.127.0.1', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
    ['fe80::5054:ff:fe12:3456', /^fe80::/],
    ['fd12:3456::1', /^fd/],
    ['2001:db8::1', /^[23][\da-f]{3}:/],
  ])('%s: %s', (text, sign) => {
    const all = new Set<string>();
    for (let seed = 1; seed < 20; seed++) all.add(mapped(newMap(text.includes(':') ? 6 : 4, seed), text));
    expect([...all].filter((one) => !sign.test(one))).toEqual([]);
    expect(all.size).toBeGreaterThan(10);
  });

  test('public addresses do not become private ones', () =>
    fc.assert(
      fc.property(word, fc.nat(), (one, seed) => {
        const kind = (text: string) =>
          /^(?:10|127|0)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\.|^2(?:2[4-9]|[345]\d)\./.test(text);
        expect(kind(formatAddress(newMap(4, seed).map([one])))).toBe(kind(formatAddress([one])));
      }),
    ));

  test('an address of IPv4 in one of IPv6 is what it is by itself', () => {
    const four = newMap(4);
    const six = new AddressMap(6, fillFrom(2), four);
    expect(mapped(six, '::ffff:192.0.2.7')).toBe(`::ffff:${mapped(four, '192.0.2.7')}`);
    expect(six.map(read('64:ff9b::c000:207'))[3]).toBe(four.map(read('192.0.2.7'))[0]);
  });
});

test("a network's first and last address are such again", () => {
  for (let seed = 1; seed < 20; seed++) {
    const map = newMap(4, seed);
    map.keepNetwork(read('192.0.2.77'), 24);
    expect(mapped(map, '192.0.2.0')).toMatch(/\.0$/);
    expect(mapped(map, '192.0.2.255')).toMatch(/\.255$/);
  }
});

test('bits that a mask with holes compares are kept everywhere', () =>
  fc.assert(
    fc.property(word, fc.nat(), (one, seed) => {
      const map = newMap(4, seed);
      map.keepMask([0x0000ff0f]);
      expect((map.map([one])[0]! & 0xff0f) === (one & 0xff0f)).toBe(true);
    }),
  ));

describe('in a line', () => {
  test.each([
    ['-s 10.0.0.0/8 -d 10.1.2.3/255.0.255.0', '10.0.0.0/8 10.1.2.3 255.0.255.0:mask'],
    ['--src-range 10.0.0.1-10.0.0.9', '10.0.0.1 10.0.0.9:range'],
    ['--to-destination [2001:db8::1]-[2001:db8::9]:80', '2001:db8::1 2001:db8::9:range'],
    ['IP 192.0.2.1.443 > 192.0.2.2.80: Flags [S]', '192.0.2.1 192.0.2.2'],
    ['link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff', 'mac mac'],
    ['link/ether ab:cd:ef:ab:cd:ef', 'mac'],
    ['bridge_id 8000.2:42:ac:11:0:2 designated_root 8000.52:54:00:12:34:56', 'mac mac'],
    ['tcp spts:1024:65535 dpt:443 to:10.0.0.1:80', '10.0.0.1'],
    ['to:2001:db8::1 MAC52:54:00:12:34:56 MAC 52:54:00:12:34:56', '2001:db8::1 mac mac'],
    ['add x 2001:db8::1,tcp:80,10.1.0.0/16', '2001:db8::1 10.1.0.0/16'],
    ['seen 2001:db8::1. At 12:30:45 [0:0] v1.8.9 net.ipv4', '2001:db8::1'],
    ['src=192.0.2.1 dst=192.0.2.2 host-192.0.2.3', '192.0.2.1 192.0.2.2 192.0.2.3'],
    ['1.2.3.4.5.6.7 0x1/0x1 1:2:3', ''],
    ['::/0 fe80::/64 ::', '::/0 fe80::/64 ::'],
  ])('%s', (line, expected) => {
    const words = addressWords(line).map(({ begin, end, value, length, behind }) => {
      const text = value === 'mac' ? 'mac' : line.slice(begin, end);
      return `${text}${length === undefined ? '' : `/${length}`}${behind === undefined ? '' : `:${behind.kind}`}`;
    });
    expect(words.join(' ')).toBe(expected);
  });

  test.each([
    ['colons', ':'.repeat(1_000_000)],
    ['dots', '1.'.repeat(500_000)],
    ['digits', 'a'.repeat(1_000_000)],
    ['addresses', '10.0.0.1-'.repeat(50_000)],
  ])('of a million %s they are sought in time', (_, line) => {
    const from = performance.now();
    addressWords(line);
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
