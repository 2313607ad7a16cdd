import { Field } from '../../abi.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { maskedNumber } from '../values.js';
import { hasConnection } from './conntrack-values.js';

/** connmark_mt in net/netfilter/xt_connmark.c: without a connection false, negated or not. */
export const connmark = match({
  name: 'connmark',
  about: "the connection's mark",
  tracking: true,
  options: { mark: { value: maskedNumber, invert: true, required: true } },
  lower: (given, build) => [
    hasConnection(build),
    build.when(given.mark, ({ value, mask }) => build.masked(Field.CtMark, mask, value)),
  ],
});

export const connmarkListed = listed(['connmark match', 'CONNMARK match'], piece('mark', ''));
