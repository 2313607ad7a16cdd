import { target } from '../define.js';
import { flagPiece, listed } from '../listed.js';
import { flag } from '../values.js';

/**
 * checksum_tg in net/netfilter/xt_CHECKSUM.c fills in a checksum that was left to the network card (CHECKSUM_PARTIAL). Packets
 * here have theirs: nothing changes.
 */
export const CHECKSUM = target({
  name: 'CHECKSUM',
  about: 'fills in a checksum that was left to the network card',
  tables: ['mangle'],
  options: { 'checksum-fill': { value: flag, required: true } },
  lower: () => [],
});

export const CHECKSUMListed = listed('CHECKSUM', flagPiece('checksum-fill', 'fill'));
