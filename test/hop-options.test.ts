/** Hop-by-hop options of IPv6 for which ip6_rcv_core drops a packet (ip6_parse_tlv of net/ipv6/exthdrs.c). */
import { expect, test } from 'vitest';
import { faultOfHopOptions } from '../src/run/ipv6/hop-options.js';

const BAD = 'bad-hop-options';
const eight = (option: string, times: number) => option.repeat(times);

/** What stands behind the next header's number. */
test.each<[what: string, hex: string, expected: string | undefined]>([
  ['PadN', '00 0104 00000000', undefined],
  ['six of Pad1', '00 000000000000', undefined],
  ['padding of seven bytes', '01 0105 0000000000 05020000 1e0100', undefined],
  ['of eight', '01 0106 000000000000 05020000 1e00', BAD],
  ['PadN that is not zeros', '00 0104 00000100', BAD],
  ['a router alert', '00 05020000 0100', undefined],
  ['one of another length', '00 0503000000 00', BAD],
  ['an option that is skipped', '00 1e04 00000000', undefined],
  ['one that drops the packet', '00 5e04 00000000', BAD],
  ['one that is answered', '00 9e04 00000000', BAD],
  ['a jumbo payload', '00 c204 00000000', BAD],
  ['eight options', `02 ${eight('1e00', 8)} 0104 00000000`, undefined],
  ['nine', `02 ${eight('1e00', 9)} 0102 0000`, BAD],
  ['an option beyond the end', '00 1e05 00000000', BAD],
  ['a header beyond the packet', '01 0104 00000000', BAD],
  ['a cut header', '00 0100', BAD],
])('%s', (_, hex, expected) => {
  const bytes = Uint8Array.from(Buffer.from(`11${hex.replaceAll(' ', '')}`, 'hex'));
  expect(faultOfHopOptions(bytes)).toBe(expected);
});
