import { TranslateKind } from '../../abi.js';
import { target } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { checkPorts, natRange, persistent, random, translate } from './nat-range.js';

/** xt_dnat_target_v2 in net/netfilter/xt_nat.c. */
export const DNAT = target({
  name: 'DNAT',
  about: 'gives the connection another destination',
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
  tracking: true,
  options: { 'to-destination': { value: natRange('kept'), required: true }, ...random, ...persistent },
  check: (given, rule) => checkPorts(given['to-destination'], rule),
  lower: (given, act) => [translate(act, TranslateKind.Destination, given['to-destination']!.value, given)],
  terminal: true,
});

export const DNATListed = listed(
  undefined,
  piece('to-destination', 'to:'),
  flagPiece('random'),
  flagPiece('persistent'),
);
