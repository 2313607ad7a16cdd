import { Field } from '../../abi.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { maskedNumber } from '../values.js';

/** mark_mt in net/netfilter/xt_mark.c. */
export const mark = match({
  name: 'mark',
  about: "the packet's mark",
  options: { mark: { value: maskedNumber, invert: true, required: true } },
  lower: (given, build) => [build.when(given.mark, ({ value, mask }) => build.masked(Field.Mark, mask, value))],
});

export const markListed = listed(['mark match', 'MARK match'], piece('mark', ''));
