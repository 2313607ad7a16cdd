import { TranslateKind } from '../../abi.js';
import { target } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { checkPorts, natPorts, random, randomFully, translate } from './nat-range.js';

/** masquerade_tg in net/netfilter/xt_MASQUERADE.c. */
export const MASQUERADE = target({
  name: 'MASQUERADE',
  about: 'the source becomes an address of the interface by which the packet leaves',
  tables: ['nat'],
  hooks: ['POSTROUTING'],
  tracking: true,
  options: { 'to-ports': { value: natPorts('lost') }, ...random, ...randomFully },
  check: (given, rule) => checkPorts(given['to-ports'], rule),
  lower: (given, act) => [translate(act, TranslateKind.Masquerade, given['to-ports']?.value, given)],
  terminal: true,
});

export const MASQUERADEListed = listed(
  undefined,
  piece('to-ports', 'masq ports:'),
  flagPiece('random'),
  flagPiece('random-fully'),
);
