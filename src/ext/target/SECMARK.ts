import { target } from '../define.js';
import { listed, piece } from '../listed.js';
import { text } from '../values.js';

/** SECMARK_SECCTX_MAX, of which one byte ends it. */
const CONTEXT_BYTES = 255;

/**
 * secmark_tg in net/netfilter/xt_SECMARK.c: gives the packet a mark of the security module, and goes on. No rule reads it; what
 * such a module lets a socket or a link take is behind all rules. A kernel without one refuses the rule.
 */
export const SECMARK = target({
  name: 'SECMARK',
  about: 'gives the packet the mark of a security context',
  tables: ['mangle', 'security'],
  options: { selctx: { value: text('CONTEXT', CONTEXT_BYTES), required: true } },
  lower: () => [],
});

export const SECMARKListed = listed('SECMARK', piece('selctx'));
