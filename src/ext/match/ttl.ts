import { hopsListed, hopsMatch } from './hops.js';

/** ttl_mt in net/netfilter/xt_hl.c. */
export const ttl = hopsMatch({ name: 'ttl', about: "the packet's time to live", family: 4 });

export const ttlListed = hopsListed('ttl');
