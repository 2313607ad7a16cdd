import { TranslateKind } from '../../abi.js';
import { target } from '../define.js';
import { checkPorts, natRange, persistent, random, translate } from './nat-range.js';

/** xt_dnat_target_v2 in net/netfilter/xt_nat.c. */
export const DNAT = target({
  name: 'DNAT',
  about: 'gives the connection another destination',
  tables: ['nat'],
  hooks: ['PREROUTING', 'OUTPUT'],
  tracking: true,
  options: { 'to-destination': { value: natRange(true), required: true }, ...random, ...persistent },
  check: (given, rule) => checkPorts(given['to-destination']?.value.ports, 'to-destination', rule),
  lower(given, act) {
    const range = given['to-destination']!.value;
    // a translation holds no base port: what becomes of the packet stays open
    if (range.base !== undefined) return [act.ask('target:DNAT shifted ports')];
    return [translate(act, TranslateKind.Destination, range, given)];
  },
  terminal: true,
});
