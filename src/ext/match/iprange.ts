import { Field } from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition } from '../../model/condition.js';
import { type AddressRange, compareWords } from '../../net/address.js';
import { match, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { addressRange, networkOf } from '../values.js';

/** iptables takes a range whose first address is the greater; it holds nothing. */
const range: ValueKind<AddressRange> = {
  ...addressRange,
  parse([word], context) {
    const dash = word!.indexOf('-');
    const min = networkOf(dash < 0 ? word! : word!.slice(0, dash), context);
    return { min, max: dash < 0 ? min : networkOf(word!.slice(dash + 1), context) };
  },
};

const within = (build: Build, field: Field, { min, max }: AddressRange): Condition =>
  compareWords(min, max) > 0 ? build.never : build.intervals(field, [{ min, max }]);

/** iprange_mt4 and iprange_mt6 in net/netfilter/xt_iprange.c. */
export const iprange = match({
  name: 'iprange',
  about: 'ranges of addresses',
  options: {
    'src-range': { value: range, invert: true },
    'dst-range': { value: range, invert: true },
  },
  check(given, rule) {
    if (!given['src-range'] && !given['dst-range']) rule.refuse('needs one of --src-range, --dst-range');
  },
  lower: (given, build) => [
    build.when(given['src-range'], (value) => within(build, Field.Src, value)),
    build.when(given['dst-range'], (value) => within(build, Field.Dst, value)),
  ],
});

export const iprangeListed = listed(
  undefined,
  piece('src-range', 'source IP range'),
  piece('dst-range', 'destination IP range'),
);
