/** Numbers in place of addresses: one for each, the same for the same, in copies too; and what becomes of those that nobody bears. */
import { describe, expect, test } from 'vitest';
import type { Words } from '../src/net/address.js';
import { addressNumbers } from '../src/run/connections/address-numbers.js';
import { ConnectionTable } from '../src/run/connections/table.js';
import { ORIGINAL, REPLY } from '../src/run/connections/tuples.js';
import { Draw } from './routing/random.js';

const drawAddress = (draw: Draw): Words => [0x20010db8, draw.below(3), draw.below(40), draw.below(40)];

test('of IPv4 an address is its own number', () => {
  const numbers = addressNumbers(4);
  expect(numbers.numberOf([0xc0000201])).toBe(0xc0000201);
  expect(numbers.addressOf(0xc0000201)).toEqual([0xc0000201]);
  expect(numbers.size).toBe(0);
});

describe('of IPv6', () => {
  test('each address has one, whatever was met before it', () => {
    const draw = new Draw(1);
    const numbers = addressNumbers(6);
    const known = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const address = drawAddress(draw);
      const number = numbers.numberOf(address);
      expect(number).toBe(known.get(address.join()) ?? known.size);
      known.set(address.join(), number);
      expect(numbers.addressOf(number)).toEqual(address);
    }
    expect(numbers.size).toBe(known.size);
    const copy = numbers.copy();
    const [first, second] = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    expect([numbers.numberOf(first), copy.numberOf(second)]).toEqual([known.size, known.size]);
    expect([numbers.addressOf(known.size), copy.addressOf(known.size)]).toEqual([first, second]);
  });

  test('they are read from columns, and written there', () => {
    const numbers = addressNumbers(6);
    const columns = Array.from({ length: 8 }, (_, word) => Uint32Array.of(0, 10 + word));
    const number = numbers.read(columns, 1, 2);
    expect(numbers.addressOf(number)).toEqual([12, 13, 14, 15]);
    numbers.write(columns, 0, 4, number);
    expect(columns.map(([first]) => first)).toEqual([0, 0, 0, 0, 12, 13, 14, 15]);
  });

  test('entries are found as before when the others are given up', () => {
    const draw = new Draw(2);
    const table = new ConnectionTable(6);
    const tuple = (a: Words, b: Words, ports: number) =>
      Uint32Array.of(table.addresses.numberOf(a), table.addresses.numberOf(b), ports, 6);
    const entries = new Map<number, readonly [Words, Words, number]>();
    for (let ports = 1; ports < 3000; ports++) {
      const [a, b] = [drawAddress(draw), drawAddress(draw)];
      const entry = table.begin(tuple(a, b, ports), tuple(b, a, ports << 16));
      table.confirm(entry);
      table.sources.add(entry);
      entries.set(entry, [a, b, ports]);
      if (!draw.chance(90)) continue;
      const gone = draw.of([...entries.keys()]);
      table.remove(gone);
      entries.delete(gone);
    }
    const before = table.addresses.size;
    const sources = () => {
      const found: Record<string, number[]> = {};
      for (const [entry, [a, b, ports]] of entries) found[entry] = [...table.sources.of(tuple(a, b, ports))];
      return found;
    };
    const ofSources = sources();
    table.forgetAddresses();
    expect(table.addresses.size).toBeLessThan(before);
    for (const [entry, [a, b, ports]] of entries) {
      expect(table.find(tuple(a, b, ports)) >>> 1).toBe(entry);
      expect(table.find(tuple(b, a, ports << 16))).toBe(2 * entry + REPLY);
      expect(table.addresses.addressOf(table.tuple(entry, ORIGINAL)[0]!)).toEqual(a);
    }
    expect(sources()).toEqual(ofSources);
    expect(table.size).toBe(entries.size);
  });
});
