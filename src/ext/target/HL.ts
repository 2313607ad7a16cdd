import { hopsListed, hopsTarget } from './hops.js';

/** hl_tg6 in net/netfilter/xt_HL.c. */
export const HL = hopsTarget({ name: 'HL', about: "changes the packet's hop limit", family: 6 });

export const HLListed = hopsListed('HL');
