import { SEGMENT_LAST, SEGMENT_NEXT, SEGMENT_PREVIOUS } from '../../abi.js';
import type { NumberRange, ReadWord } from '../../model/condition.js';
import { formatAddress, type Masked, prefixLength } from '../../net/address.js';
import { match, type Parsed, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { hostMasked, integer } from '../values.js';
import { equals, field, Header, type HeaderField, segment, segments, within } from './header6.js';

/** As hostMasked, but the length of the prefix is always printed. */
const masked: ValueKind<Masked> = {
  ...hostMasked,
  print: ({ address, mask }) => [`${formatAddress(address)}/${prefixLength(mask)}`],
};

const byte = { value: integer(255), invert: true };
const options = {
  'srh-next-hdr': byte,
  'srh-hdr-len-eq': byte,
  'srh-hdr-len-gt': byte,
  'srh-hdr-len-lt': byte,
  'srh-segs-left-eq': byte,
  'srh-segs-left-gt': byte,
  'srh-segs-left-lt': byte,
  'srh-last-entry-eq': byte,
  'srh-last-entry-gt': byte,
  'srh-last-entry-lt': byte,
  'srh-tag': { value: integer(65535), invert: true },
  'srh-psid': { value: masked, invert: true },
  'srh-nsid': { value: masked, invert: true },
  'srh-lsid': { value: masked, invert: true },
} as const;
type Given = Parsed<typeof options>;

const in0 = (shift: number, what: ReadWord): HeaderField => field(Header.Routing, 0, shift, 255, what);
const lastEntry = field(Header.Routing, 4, 24, 255, 'last-entry');
const NUMBERS = [
  ['srh-hdr-len', in0(16, 'length-field')],
  ['srh-segs-left', in0(0, 'segments-left')],
  ['srh-last-entry', lastEntry],
] as const;
const SIDES: readonly (readonly ['eq' | 'gt' | 'lt', (value: number) => NumberRange])[] = [
  ['eq', (value) => ({ min: value, max: value })],
  ['gt', (value) => ({ min: value + 1, max: 255 })],
  ['lt', (value) => ({ min: 0, max: value - 1 })],
];
const SEGMENTS = [
  ['srh-psid', SEGMENT_PREVIOUS],
  ['srh-nsid', SEGMENT_NEXT],
  ['srh-lsid', SEGMENT_LAST],
] as const;
const ANY: Masked = { address: [0, 0, 0, 0], mask: [0, 0, 0, 0] };

/** srh1_mt6 in net/ipv6/netfilter/ip6t_srh.c. */
export const srh = match({
  name: 'srh',
  about: 'the segment routing header of IPv6',
  families: [6],
  options,
  /** The struct has one number for -eq, -gt and -lt: the last that was given stands for all. */
  canonical(given) {
    const made: Record<string, unknown> = { ...given };
    for (const [name] of NUMBERS) {
      const all = SIDES.flatMap(([side]) => given[`${name}-${side}`] ?? []);
      const last = all.reduce((one, other) => (other.at.column > one.at.column ? other : one), all[0]!);
      for (const one of all) made[one.key] = { ...one, value: last.value };
    }
    return made as Given;
  },
  lower: (given, build) => [
    segments(),
    equals(in0(8, 'routing-type'), 4),
    build.when(given['srh-next-hdr'], (number) => equals(in0(24, 'next-header'), number)),
    ...NUMBERS.flatMap(([name, of]) =>
      SIDES.map(([side, range]) => build.when(given[`${name}-${side}`], (value) => within(of, range(value)))),
    ),
    // the kernel compares the bytes with those of a number of its own, whose first is the lower
    build.when(given['srh-tag'], (tag) =>
      equals(field(Header.Routing, 4, 0, 0xffff, 'tag'), (tag >> 8) | ((tag & 255) << 8)),
    ),
    ...SEGMENTS.flatMap(([name, which]) => [
      given[name] === undefined ? build.always : segment(which, ANY),
      build.when(given[name], (value) => segment(which, value)),
    ]),
  ],
});

export const srhListed = listed(
  'srh',
  piece('srh-next-hdr', 'next-hdr:'),
  ...NUMBERS.flatMap(([name]) =>
    SIDES.map(([side]) => piece(`${name}-${side}`, `${name.slice('srh-'.length)}-${side}:`)),
  ),
  piece('srh-tag', 'tag:'),
  piece('srh-psid', 'psid'),
  piece('srh-nsid', 'nsid'),
  piece('srh-lsid', 'lsid'),
);
