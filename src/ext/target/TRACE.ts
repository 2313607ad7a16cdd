import { Emit } from '../../abi.js';
import { target } from '../define.js';

/** trace_tg in net/netfilter/xt_TRACE.c. */
export const TRACE = target({
  name: 'TRACE',
  about: 'has the rules logged that the packet meets',
  tables: ['raw'],
  options: {},
  lower: (_, act) => [act.emit(Emit.Trace)],
});
