import { target } from '../define.js';
import { listed } from '../listed.js';
import { checkPrefixes, lowerPrefixes, prefixOptions, prefixPieces, printPrefixes } from './prefix.js';

/** ip6t_dnpt_tg in net/ipv6/netfilter/ip6t_NPT.c. */
export const DNPT = target({
  name: 'DNPT',
  about: "changes the prefix of the packet's destination address, without a connection",
  families: [6],
  tables: ['mangle'],
  hooks: ['PREROUTING', 'OUTPUT'],
  options: prefixOptions,
  check: checkPrefixes,
  print: printPrefixes,
  lower: (given, act) => lowerPrefixes('dst', given, act),
});

export const DNPTListed = listed('DNPT', ...prefixPieces);
