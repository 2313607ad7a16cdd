import { Emit } from '../../abi.js';
import { target } from '../define.js';
import { listed, piece } from '../listed.js';
import { oneOf } from '../values.js';

/** audit_tg in net/netfilter/xt_AUDIT.c: says what the rules behind it are said to do. The packet goes on. */
export const AUDIT = target({
  name: 'AUDIT',
  about: 'makes an audit record of the packet',
  options: { type: { value: oneOf({ accept: [], drop: [], reject: [] }, 'accept|drop|reject'), required: true } },
  lower: (_, act) => [act.emit(Emit.Audit)],
});

export const AUDITListed = listed('AUDIT', piece('type', ''));
