/** Ports that a translation gives where no other connection stands in its way, as the kernel gave them. */
import { expect, test } from 'vitest';
import { NAT_MAP_IPS, NAT_PROTO_OFFSET, NAT_PROTO_SPECIFIED } from '../src/abi.js';
import { type NatWorld, uniqueTuple } from '../src/run/nat.js';

/** Nothing stands in the way. */
const NOBODY: NatWorld = {
  taken: () => false,
  takenAsIs: () => false,
  mappings: () => [],
  zone: 0,
  draw: ({ min }) => min,
};
const to = [0x7f000001];
const SHIFTED = NAT_MAP_IPS | NAT_PROTO_SPECIFIED | NAT_PROTO_OFFSET;

test.each([
  // --to-destination 127.0.0.1:1000-2000/5000
  ['dst', 5000, 5003, 1003],
  ['dst', 5000, 6001, 1000],
  ['dst', 5000, 4999, 1470],
  ['dst', 5000, 1500, 1975],
  // --to-source with a shift, whose base is lost: 1000-2000/0
  ['src', 0, 40405, 1365],
  ['src', 0, 1050, 1049],
] as const)('a range shifted at its %s by base %i: %i becomes %i', (side, base, port, expected) => {
  const tuple = { protocol: 17, src: [0x0a000001], dst: [0x0a000002], sport: port, dport: port };
  const range = { flags: SHIFTED, addresses: { min: to, max: to }, ports: { min: 1000, max: 2000 }, base };
  const mapped = uniqueTuple(tuple, range, side, NOBODY);
  expect(side === 'src' ? [mapped.src, mapped.sport] : [mapped.dst, mapped.dport]).toEqual([to, expected]);
});
