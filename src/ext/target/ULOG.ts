import { Emit } from '../../abi.js';
import { target, type ValueKind } from '../define.js';
import { type Listed, listed, piece, quotedOrWord } from '../listed.js';
import { cutText, integer } from '../values.js';

/** A length, of which the lower 32 bits are printed. */
const length: ValueKind<number> = integer(Number.MAX_SAFE_INTEGER, (value) => String(value % 2 ** 32));

/** What these are when they are not given. */
const USUAL = { 'ulog-nlgroup': 1, 'ulog-cprange': 0, 'ulog-qthreshold': 1 } as const;

/** ipt_ulog_target in net/ipv4/netfilter/ipt_ULOG.c, which Linux has had up to 3.16: the packet goes on. */
export const ULOG = target({
  name: 'ULOG',
  about: 'sends a copy of the packet to a netlink group, as Linux did up to 3.16',
  families: [4],
  options: {
    // char prefix[32] of ipt_ULOG.h ends in a zero byte
    'ulog-prefix': { value: cutText(31) },
    'ulog-nlgroup': { value: integer(32, String, 1) },
    'ulog-cprange': { value: length },
    // ULOG_MAX_QLEN
    'ulog-qthreshold': { value: integer(50, String, 1) },
  },
  canonical(given) {
    const kept = { ...given };
    for (const key of ['ulog-nlgroup', 'ulog-cprange', 'ulog-qthreshold'] as const)
      if (kept[key]?.value === USUAL[key]) delete kept[key];
    return kept;
  },
  lower: (_, act) => [act.emit(Emit.Ulog)],
});

const before = listed('ULOG', piece('ulog-cprange', 'copy_range'), piece('ulog-nlgroup', 'nlgroup'));
const behind = listed(undefined, piece('ulog-qthreshold', 'queue_threshold'));

/** `ULOG copy_range 0 nlgroup 1 prefix "text" queue_threshold 1`. */
export const ULOGListed: Listed = {
  begins: ['ULOG'],
  read(text) {
    const words = before.read(text);
    if (words === undefined) return undefined;
    const prefix = text.take('prefix') ? quotedOrWord(text) : undefined;
    const named = prefix === undefined ? [] : [{ text: '--ulog-prefix', at: prefix.at }, prefix];
    return [...words, ...named, ...(behind.read(text) ?? [])];
  },
};
