import { Emit } from '../../abi.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { bareText, flag, integer } from '../values.js';

// char label[28] of xt_IDLETIMER.h ends in a zero byte
const name = bareText(27);
/** It becomes a file in /sys/class/xt_idletimer/timers, where some are there (idletimer_check_sysfs_name). */
const label: ValueKind<string> = {
  ...name,
  parse([word], context) {
    const cut = name.parse([word!], context);
    if (/\/|^(\.\.?|power|subsystem|uevent)$/.test(cut)) throw new ValueError(`no timer can be called ${cut}`);
    return cut;
  },
};

/** idletimer_tg_target in net/netfilter/xt_IDLETIMER.c: the packet goes on. */
export const IDLETIMER = target({
  name: 'IDLETIMER',
  about: 'starts a timer anew, which tells a program when no packet has come for so long',
  options: {
    timeout: { value: integer(2_147_482, String, 1), required: true },
    label: { value: label, required: true },
    alarm: { value: flag },
    // libxt_IDLETIMER.c of Android, whose iptables-save prints it always: a message over netlink beside sysfs
    send_nl_msg: { value: integer(255), android: true },
  },
  lower: (_, act) => [act.emit(Emit.Timer)],
});

export const IDLETIMERListed = listed(
  undefined,
  piece('timeout', 'timeout:'),
  piece('label', 'label:'),
  flagPiece('alarm'),
  piece('send_nl_msg', 'send_nl_msg:'),
);
