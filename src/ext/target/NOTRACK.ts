import { target } from '../define.js';

/** notrack_tg in net/netfilter/xt_CT.c. It does not turn tracking on. */
export const NOTRACK = target({
  name: 'NOTRACK',
  about: 'the packet gets no connection',
  tables: ['raw'],
  options: {},
  lower: (_, act) => [act.notrack],
});
