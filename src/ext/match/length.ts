import { Field } from '../../abi.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { integerOf, unorderedRange } from '../values.js';

const lengths = unorderedRange(65535, 'LENGTH', (word) => integerOf(word, 65535, 'length'));

/** length_mt in net/netfilter/xt_length.c: the IP packet's whole length. */
export const length = match({
  name: 'length',
  about: "the packet's length",
  options: { length: { value: lengths, invert: true, required: true } },
  lower: (given, build) => [build.when(given.length, (range) => build.range(Field.Length, range))],
});

export const lengthListed = listed('length', piece('length', ''));
