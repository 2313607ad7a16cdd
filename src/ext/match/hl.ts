import { hopsListed, hopsMatch } from './hops.js';

/** hl_mt6 in net/netfilter/xt_hl.c. */
export const hl = hopsMatch({ name: 'hl', about: "the packet's hop limit", family: 6 });

export const hlListed = hopsListed('hl');
