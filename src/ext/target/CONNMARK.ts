import { ConnMarkOp } from '../../abi.js';
import type { Given } from '../../model/ruleset.js';
import { target } from '../define.js';
import { flag, hex, integer, type MaskedNumber, maskedNumber } from '../values.js';

const ALL = 0xffffffff;
const bits = integer(ALL, hex);
const OPERATIONS = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark', 'save-mark', 'restore-mark'];
const others = (key: string) => OPERATIONS.filter((name) => name !== key);

/**
 * connmark_tg_shift in net/netfilter/xt_connmark.c. Every way of setting is ct = (ct & ~mask) ^ value; a mask given behind it
 * takes the place of its own, one given before it is forgotten.
 */
export const CONNMARK = target({
  name: 'CONNMARK',
  about: "changes the connection's mark, or copies it from or to the packet's",
  tracking: true,
  options: {
    'set-xmark': {
      value: { ...maskedNumber, print: ({ value, mask }) => [`${hex(value)}/${hex(mask)}`] },
      excludes: others('set-xmark'),
    },
    'set-mark': { value: maskedNumber, excludes: others('set-mark') },
    'and-mark': { value: bits, excludes: others('and-mark') },
    'or-mark': { value: bits, excludes: others('or-mark') },
    'xor-mark': { value: bits, excludes: others('xor-mark') },
    'save-mark': { value: flag, excludes: others('save-mark') },
    'restore-mark': { value: flag, excludes: others('restore-mark') },
    nfmask: { value: bits, excludes: ['mask'] },
    ctmask: { value: bits, excludes: ['mask'] },
    mask: { value: bits, excludes: ['nfmask', 'ctmask'] },
    'left-shift-mark': { value: integer(31) },
    'right-shift-mark': { value: integer(31) },
  },
  canonical(given) {
    const { 'left-shift-mark': left, 'right-shift-mark': right } = given;
    // there is one shift: the later option says how
    const shift = left && right ? (left.at.column > right.at.column ? left : right) : (left ?? right);
    const shifts = shift !== undefined && shift.value > 0 ? { [shift.key]: shift } : {};
    const copy = given['save-mark'] ?? given['restore-mark'];
    if (copy) {
      const side = (key: 'nfmask' | 'ctmask') => ({ ...copy, key, value: (given.mask ?? given[key])?.value ?? ALL });
      return { [copy.key]: copy, nfmask: side('nfmask'), ctmask: side('ctmask'), ...shifts };
    }
    const later = given.mask ?? given.ctmask;
    const as = (from: Given, value: number, mask: number) => {
      const last = later !== undefined && later.at.column > from.at.column ? later.value : mask;
      const masked: MaskedNumber = { value: value >>> 0, mask: last >>> 0 };
      return { 'set-xmark': { ...from, key: 'set-xmark', value: masked }, ...shifts };
    };
    const xset = given['set-xmark'];
    if (xset) return as(xset, xset.value.value, xset.value.mask);
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
    if (!given['set-xmark'] && !given['save-mark'] && !given['restore-mark'])
      rule.refuse(`needs one of ${OPERATIONS.map((name) => `--${name}`).join(', ')}`);
  },
  lower(given, act) {
    const shift = (given['left-shift-mark']?.value ?? 0) - (given['right-shift-mark']?.value ?? 0);
    const set = given['set-xmark']?.value;
    if (set) return [act.connmark(ConnMarkOp.Set, set.mask, set.value, shift)];
    const op = given['save-mark'] ? ConnMarkOp.Save : ConnMarkOp.Restore;
    return [act.connmark(op, given.ctmask!.value, given.nfmask!.value, shift)];
  },
});
