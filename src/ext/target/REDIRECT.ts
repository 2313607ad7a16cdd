import { TranslateKind } from '../../abi.js';
import { target } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { checkPorts, natPorts, random, translate } from './nat-range.js';

/** redirect_tg4 and redirect_tg6 in net/netfilter/xt_REDIRECT.c. */
export const REDIRECT = target({
  name: 'REDIRECT',
  about: 'the destination becomes this host itself',
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
  tracking: true,
  options: { 'to-ports': { value: natPorts('refused') }, ...random },
  check: (given, rule) => checkPorts(given['to-ports'], rule),
  lower: (given, act) => [translate(act, TranslateKind.Redirect, given['to-ports']?.value, given)],
  terminal: true,
});

export const REDIRECTListed = listed(undefined, piece('to-ports', 'redir ports'), flagPiece('random'));
