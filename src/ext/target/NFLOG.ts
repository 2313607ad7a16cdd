import { Emit } from '../../abi.js';
import { target } from '../define.js';
import { type Listed, listed, piece, quotedOrWord } from '../listed.js';
import { cutText, integer } from '../values.js';

/** 0 is what these have when they are not given. */
const ZEROS = ['nflog-group', 'nflog-range', 'nflog-threshold'] as const;

/** nflog_tg in net/netfilter/xt_NFLOG.c: the packet goes on. */
export const NFLOG = target({
  name: 'NFLOG',
  about: 'sends a copy of the packet to a netlink group',
  options: {
    // char prefix[64] of xt_NFLOG.h ends in a zero byte
    'nflog-prefix': { value: cutText(63) },
    'nflog-group': { value: integer(65535) },
    'nflog-range': { value: integer(0xffffffff), excludes: ['nflog-size'] },
    'nflog-size': { value: integer(0xffffffff), excludes: ['nflog-range'] },
    'nflog-threshold': { value: integer(65535) },
  },
  canonical(given) {
    const kept = { ...given };
    for (const key of ZEROS) if (kept[key]?.value === 0) delete kept[key];
    return kept;
  },
  lower: (_, act) => [act.emit(Emit.Nflog)],
});

const options = Object.keys(NFLOG.options)
  .filter((key) => key !== 'nflog-prefix')
  .map((key) => piece(key));
const numbers = listed(undefined, ...options);

export const NFLOGListed: Listed = {
  begins: ['nflog-'],
  read(text) {
    const prefix = text.take('nflog-prefix') ? quotedOrWord(text) : undefined;
    const words = numbers.read(text) ?? [];
    const named = prefix === undefined ? [] : [{ text: '--nflog-prefix', at: prefix.at }, prefix];
    return named.length + words.length === 0 ? undefined : [...named, ...words];
  },
};
