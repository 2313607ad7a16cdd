import { TranslateKind } from '../../abi.js';
import { target } from '../define.js';
import { checkPorts, natPorts, random, randomFully, translate } from './nat-range.js';

/** masquerade_tg in net/netfilter/xt_MASQUERADE.c. */
export const MASQUERADE = target({
  name: 'MASQUERADE',
  about: 'the source becomes an address of the interface by which the packet leaves',
  tables: ['nat'],
  hooks: ['POSTROUTING'],
  tracking: true,
  options: { 'to-ports': { value: natPorts }, ...random, ...randomFully },
  check: (given, rule) => checkPorts(given['to-ports']?.value, 'to-ports', rule),
  lower(given, act) {
    const range = { addresses: undefined, ports: given['to-ports']?.value };
    return [translate(act, TranslateKind.Masquerade, range, given)];
  },
  terminal: true,
});
