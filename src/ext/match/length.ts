import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { integerOf } from '../values.js';

/** iptables takes a range whose first number is the greater; it holds nothing. */
const lengths: ValueKind<NumberRange> = {
  words: 1,
  shape: 'LENGTH[:LENGTH]',
  parse([word]) {
    const [min, max, more] = word!.split(':');
    if (more !== undefined) throw new ValueError(`"${word}" is not a range: more than one ":"`);
    if (max === undefined) {
      const one = integerOf(min!, 65535, 'length');
      return { min: one, max: one };
    }
    return {
      min: min === '' ? 0 : integerOf(min!, 65535, 'length'),
      max: max === '' ? 65535 : integerOf(max, 65535, 'length'),
    };
  },
  print: ({ min, max }) => [min === max ? String(min) : `${min}:${max}`],
};

/** length_mt in net/netfilter/xt_length.c: the IP packet's whole length. */
export const length = match({
  name: 'length',
  about: "the packet's length",
  options: { length: { value: lengths, invert: true, required: true } },
  lower: (given, build) => [
    build.when(given.length, (range) => (range.min > range.max ? build.never : build.range(Field.Length, range))),
  ],
});
