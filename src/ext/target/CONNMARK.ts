import { ConnMarkOp } from '../../abi.js';
import { target } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { flag, integer } from '../values.js';
import { asSetXmark, bits, EDITS, editOf, editOptions, listedEdits, oneOf } from './mark-edit.js';

const ALL = 0xffffffff;
const COPIES = ['save-mark', 'restore-mark'];

/**
 * connmark_tg_shift in net/netfilter/xt_connmark.c. Every way of setting is ct = (ct & ~mask) ^ value; a mask given behind it
 * takes the place of its own, one given before it is forgotten.
 */
export const CONNMARK = target({
  name: 'CONNMARK',
  about: "changes the connection's mark, or copies it from or to the packet's",
  tracking: true,
  options: {
    ...editOptions(COPIES),
    'save-mark': { value: flag, excludes: [...EDITS, 'restore-mark'] },
    'restore-mark': { value: flag, excludes: [...EDITS, 'save-mark'] },
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
    const edit = editOf(given);
    if (edit === undefined) return given;
    const later = given.mask ?? given.ctmask;
    const mask = later !== undefined && later.at.column > edit.from.at.column ? later.value : edit.mask;
    return { ...asSetXmark({ ...edit, mask }), ...shifts };
  },
  check(given, rule) {
    if (!given['set-xmark'] && !given['save-mark'] && !given['restore-mark']) rule.refuse(oneOf(COPIES));
  },
  lower(given, act) {
    const shift = (given['left-shift-mark']?.value ?? 0) - (given['right-shift-mark']?.value ?? 0);
    const set = given['set-xmark']?.value;
    if (set) return [act.connmark(ConnMarkOp.Set, set.mask, set.value, shift)];
    const op = given['save-mark'] ? ConnMarkOp.Save : ConnMarkOp.Restore;
    return [act.connmark(op, given.ctmask!.value, given.nfmask!.value, shift)];
  },
});

const hex = (value: string) => [value.replace(/^~/, '')];
const shifts = [piece('left-shift-mark'), piece('right-shift-mark')];
const copied = (as: string) =>
  listed(
    `CONNMARK ${as}`,
    piece('mask'),
    { ...piece('nfmask'), words: hex },
    { ...piece('ctmask'), words: hex },
    ...shifts,
  );
const edited = listed('CONNMARK', ...listedEdits, ...shifts);

export const CONNMARKListed: Listed = {
  begins: ['CONNMARK'],
  read(text) {
    for (const as of ['save', 'restore']) {
      const { at } = text;
      const words = copied(as).read(text);
      if (words !== undefined)
        return [{ text: `--${as}-mark`, at: { column: at + 1, length: text.at - at } }, ...words];
    }
    return edited.read(text);
  },
};
