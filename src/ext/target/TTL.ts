import { hopsListed, hopsTarget } from './hops.js';

/** ttl_tg in net/netfilter/xt_HL.c. */
export const TTL = hopsTarget({ name: 'TTL', about: "changes the packet's time to live", family: 4 });

export const TTLListed = hopsListed('TTL');
