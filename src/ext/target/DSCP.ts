import { Field } from '../../abi.js';
import { target } from '../define.js';
import { listed, piece } from '../listed.js';
import { dscpClass } from '../match/dscp.js';
import { hex2, integer } from '../values.js';

/** dscp_tg in net/netfilter/xt_DSCP.c: the two bits of ECN stay. */
export const DSCP = target({
  name: 'DSCP',
  about: 'sets the differentiated services code point',
  tables: ['mangle'],
  options: {
    'set-dscp': { value: integer(63, hex2), excludes: ['set-dscp-class'] },
    'set-dscp-class': { value: dscpClass, excludes: ['set-dscp'] },
  },
  canonical(given) {
    const named = given['set-dscp-class'];
    return named ? { 'set-dscp': { ...named, key: 'set-dscp' } } : given;
  },
  check(given, rule) {
    if (!given['set-dscp']) rule.refuse('needs one of --set-dscp, --set-dscp-class');
  },
  lower: (given, act) => [act.edit(Field.Tos, 0x03, given['set-dscp']!.value << 2)],
});

export const DSCPListed = listed('DSCP set', piece('set-dscp', ''));
