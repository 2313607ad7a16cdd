import { Field } from '../../abi.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { integer } from '../values.js';

const byte = integer(255);

/** ttl_mt in net/netfilter/xt_hl.c. */
export const ttl = match({
  name: 'ttl',
  about: "the packet's time to live",
  families: [4],
  options: {
    'ttl-eq': { value: byte, alias: ['ttl'], invert: true, excludes: ['ttl-lt', 'ttl-gt'] },
    'ttl-lt': { value: byte, excludes: ['ttl-eq', 'ttl-gt'] },
    'ttl-gt': { value: byte, excludes: ['ttl-eq', 'ttl-lt'] },
  },
  check(given, rule) {
    if (!given['ttl-eq'] && !given['ttl-lt'] && !given['ttl-gt'])
      rule.refuse('needs one of --ttl-eq, --ttl-lt, --ttl-gt');
  },
  lower: (given, build) => [
    build.when(given['ttl-eq'], (value) => build.equal(Field.Ttl, value)),
    build.when(given['ttl-lt'], (value) =>
      value === 0 ? build.never : build.range(Field.Ttl, { min: 0, max: value - 1 }),
    ),
    build.when(given['ttl-gt'], (value) =>
      value === 255 ? build.never : build.range(Field.Ttl, { min: value + 1, max: 255 }),
    ),
  ],
});

/** `TTL == 5`, `TTL != 5`. */
export const ttlListed = listed(
  'TTL match TTL',
  piece('ttl-eq', '==', '='),
  piece('ttl-lt', '<'),
  piece('ttl-gt', '>'),
);
