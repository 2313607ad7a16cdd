import { Field } from '../../abi.js';
import type { Given } from '../../model/ruleset.js';
import { target } from '../define.js';
import { hex, integer, type MaskedNumber, maskedNumber } from '../values.js';

const bits = integer(0xffffffff, hex);
const one = ['set-mark', 'set-xmark', 'and-mark', 'or-mark', 'xor-mark'];
const others = (key: string) => one.filter((name) => name !== key);

/** mark_tg in net/netfilter/xt_mark.c: mark = (mark & ~mask) ^ value; every spelling is one of that. */
export const MARK = target({
  name: 'MARK',
  about: "changes the packet's mark",
  options: {
    'set-xmark': {
      value: { ...maskedNumber, print: ({ value, mask }) => [`${hex(value)}/${hex(mask)}`] },
      excludes: others('set-xmark'),
    },
    'set-mark': { value: maskedNumber, excludes: others('set-mark') },
    'and-mark': { value: bits, excludes: others('and-mark') },
    'or-mark': { value: bits, excludes: others('or-mark') },
    'xor-mark': { value: bits, excludes: others('xor-mark') },
  },
  canonical(given) {
    const as = (from: Given, value: number, mask: number) => ({
      'set-xmark': { ...from, key: 'set-xmark', value: { value: value >>> 0, mask: mask >>> 0 } as MaskedNumber },
    });
    const set = given['set-mark'];
    if (set) return as(set, set.value.value, set.value.mask | set.value.value);
    const and = given['and-mark'];
    if (and) return as(and, 0, ~and.value);
    const or = given['or-mark'];
    if (or) return as(or, or.value, or.value);
    const xor = given['xor-mark'];
    if (xor) return as(xor, xor.value, 0);
    return given;
  },
  check(given, rule) {
    if (given['set-xmark'] === undefined)
      rule.refuse('needs one of --set-mark, --set-xmark, --and-mark, --or-mark, --xor-mark');
  },
  lower(given, act) {
    const { value, mask } = given['set-xmark']!.value;
    return [act.edit(Field.Mark, ~mask, value)];
  },
});
