/** libxt_length2.c and xt_length2.c of xtables-addons. */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { question } from '../../model/question.js';
import { ValueError, type ValueKind } from '../define.js';
import { flag, integerOf } from '../values.js';
import { foreignMatch, usual } from './making.js';

/** Any number of 32 bits, or two: where the first is the greater no length lies between. */
const lengths: ValueKind<NumberRange> = {
  words: 1,
  shape: 'NUMBER[:NUMBER]',
  parse([word]) {
    const [first, last = first, more] = word!.split(':');
    if (more !== undefined) throw new ValueError(`"${word}" is not a range: more than one ":"`);
    return { min: integerOf(first!, 0xffffffff), max: integerOf(last!, 0xffffffff) };
  },
  print: ({ min, max }) => [min === max ? String(min) : `${min}:${max}`],
};
const LAYERS = ['layer3', 'layer4', 'layer5', 'layer7'] as const;
const layer = (own: (typeof LAYERS)[number]) => ({ value: flag, excludes: LAYERS.filter((one) => one !== own) });

/**
 * length2_mt in xt_length2.c: the packet, or what is behind its IP header. Of IPv6 the latter begins where a protocol that it
 * knows is found; what is left behind the transport header depends on that.
 */
export const length2 = foreignMatch({
  name: 'length2',
  options: {
    layer3: layer('layer3'),
    layer4: layer('layer4'),
    layer5: layer('layer5'),
    layer7: layer('layer7'),
    length: { value: lengths, invert: true, required: true },
  },
  canonical(given) {
    const { length } = given;
    const known = LAYERS.some((one) => given[one]) || length === undefined;
    return known ? given : { layer3: usual('layer3', true as const), length };
  },
  lower(given, build) {
    const { length } = given;
    if (given.layer3) return [build.when(length, (range) => build.range(Field.Length, range))];
    const layer = given.layer4 ? 4 : given.layer5 ? 5 : 7;
    return [
      build.when(length, (range) =>
        build.host(
          { what: 'length2', layer, range, not: length!.not },
          question.match('length2', `--layer${layer} --length ${range.min}:${range.max}`),
        ),
      ),
    ];
  },
});
