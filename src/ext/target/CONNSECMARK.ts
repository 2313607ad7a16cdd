import { target } from '../define.js';
import { flagPiece, listed } from '../listed.js';
import { flag } from '../values.js';

/**
 * connsecmark_tg in net/netfilter/xt_CONNSECMARK.c: copies the mark of a security module between packet and connection, where
 * the other has none. No rule reads it; what such a module lets a socket or a link take is behind all rules.
 */
export const CONNSECMARK = target({
  name: 'CONNSECMARK',
  about: "keeps the packet's security mark with its connection, or takes it from there",
  tables: ['mangle', 'security'],
  tracking: true,
  options: {
    save: { value: flag, excludes: ['restore'] },
    restore: { value: flag, excludes: ['save'] },
  },
  check({ save, restore }, { refuse }) {
    if (!save && !restore) refuse('needs one of --save, --restore');
  },
  lower: () => [],
});

export const CONNSECMARKListed = listed('CONNSECMARK', flagPiece('save'), flagPiece('restore'));
