/** What ip_options_compile of net/ipv4/ip_options.c writes into options; test/kernel/ip-options.kernel.test.ts asks the kernel. */
import { expect, test } from 'vitest';
import { fillOptions, type Recorded } from '../src/run/ip-options.js';

/** 10.0.0.1 is this host's, and it is a minute past midnight. */
const HERE: Recorded = { own: () => 0x0a000001, elsewhere: (address) => address !== 0x0a000001, now: 60_000 };

/** Spaces are for the reader. undefined: nothing is written; 0: no address that is written anew where the packet goes on. */
const ROWS: readonly (readonly [name: string, given: string, filled: string, place: number | undefined])[] = [
  ['nothing to write', '01010100', '01010100', undefined],
  ['what stands behind the end', '01 00 ff 0a', '01000000', 0],
  ['a route', '07 07 04 00000000 00', '07 07 08 0a000001 00', 3],
  ['a route that has one', '01 070b 08 0b0b0b0b 00000000', '01 070b 0c 0b0b0b0b 0a000001', 8],
  ['a full route', '01 07 07 08 0b0b0b0b', '01 07 07 08 0b0b0b0b', undefined],
  ['a route behind another option', '94040000 070704 00000000 01', '94040000 070708 0a000001 01', 7],
  ['a time', '44 08 05 00 00000000', '44 08 09 00 0000ea60', 0],
  ['an address and a time', '44 0c 05 01 00000000 00000000', '44 0c 0d 01 0a000001 0000ea60', 0],
  ['a time that this host was asked for', '44 0c 05 03 0a000001 00000000', '44 0c 0d 03 0a000001 0000ea60', 0],
  ['a time that another was asked for', '44 0c 05 03 0a000002 00000000', '44 0c 05 03 0a000002 00000000', undefined],
  ['no room for a time', '44 08 09 40 00000001', '44 08 09 50 00000001', 0],
  ['no room, where hosts were asked', '44 0c 0d 03 0b0b0b0b 00000001', '44 0c 0d 03 0b0b0b0b 00000001', undefined],
  ['a route and a time', '070704 00000000 44080500 00000000 01', '070708 0a000001 44080900 0000ea60 01', 3],
];

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test.each(ROWS)('%s', (_, given, filled, place) => {
  const options = bytes(given);
  expect(fillOptions(options, HERE)).toBe(place);
  expect(options).toEqual(bytes(filled));
});

test('an address that is not known leaves the bytes as they were', () => {
  const options = bytes('070704 0b0b0b0b 00');
  expect(fillOptions(options, { ...HERE, own: () => undefined })).toBe(3);
  expect(options).toEqual(bytes('070708 0b0b0b0b 00'));
});
