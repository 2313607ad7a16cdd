import { Field } from '../../abi.js';
import { target } from '../define.js';
import { listed } from '../listed.js';
import { asSetXmark, editOf, editOptions, listedEdits, oneOf } from './mark-edit.js';

/** mark_tg in net/netfilter/xt_mark.c. */
export const MARK = target({
  name: 'MARK',
  about: "changes the packet's mark",
  options: editOptions(),
  canonical(given) {
    const edit = editOf(given);
    return edit === undefined ? given : asSetXmark(edit);
  },
  check(given, rule) {
    if (given['set-xmark'] === undefined) rule.refuse(oneOf());
  },
  lower(given, act) {
    const { value, mask } = given['set-xmark']!.value;
    return [act.edit(Field.Mark, ~mask, value)];
  },
});

export const MARKListed = listed('MARK', ...listedEdits);
