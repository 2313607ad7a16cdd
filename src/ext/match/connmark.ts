import { Field, STATE_INVALID, STATE_UNTRACKED } from '../../abi.js';
import { match } from '../define.js';
import { maskedNumber } from '../values.js';

/** connmark_mt in net/netfilter/xt_connmark.c: without a connection false, negated or not. */
export const connmark = match({
  name: 'connmark',
  about: "the connection's mark",
  tracking: true,
  options: { mark: { value: maskedNumber, invert: true, required: true } },
  lower: (given, build) => [
    build.masked(Field.CtState, STATE_INVALID | STATE_UNTRACKED, 0),
    build.when(given.mark, ({ value, mask }) => build.masked(Field.CtMark, mask, value)),
  ],
});
