/**
 * What rules of IPv6 alone need to be run: where packets go, what is looked at before any hook, and which addresses synthetic
 * packets are drawn of. Bundles for pages are built without it; routing-of.ts hands it out.
 */
export { AddressCodes6, NotedRanges } from './ipv6/address-codes.js';
export { refuseArriving, refusedBefore } from './ipv6/arriving.js';
export { Routing6 } from './ipv6/routing.js';
export { addressesOf, mtusOf } from './ipv6/way-kinds.js';
