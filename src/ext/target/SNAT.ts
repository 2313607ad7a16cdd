import { TranslateKind } from '../../abi.js';
import { target } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { checkPorts, natRange, persistent, random, randomFully, translate } from './nat-range.js';

/** xt_snat_target_v2 in net/netfilter/xt_nat.c. */
export const SNAT = target({
  name: 'SNAT',
  about: 'gives the connection another source',
  tables: ['nat'],
  hooks: ['POSTROUTING', 'INPUT'],
  tracking: true,
  options: { 'to-source': { value: natRange('lost'), required: true }, ...random, ...randomFully, ...persistent },
  check: (given, rule) => checkPorts(given['to-source'], rule),
  lower: (given, act) => [translate(act, TranslateKind.Source, given['to-source']!.value, given)],
  terminal: true,
});

export const SNATListed = listed(
  undefined,
  piece('to-source', 'to:'),
  flagPiece('random'),
  flagPiece('random-fully'),
  flagPiece('persistent'),
);
