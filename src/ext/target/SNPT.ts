import { target } from '../define.js';
import { listed } from '../listed.js';
import { checkPrefixes, lowerPrefixes, prefixOptions, prefixPieces, printPrefixes } from './prefix.js';

/** ip6t_snpt_tg in net/ipv6/netfilter/ip6t_NPT.c. */
export const SNPT = target({
  name: 'SNPT',
  about: "changes the prefix of the packet's source address, without a connection",
  families: [6],
  tables: ['mangle'],
  hooks: ['INPUT', 'POSTROUTING'],
  options: prefixOptions,
  check: checkPrefixes,
  print: printPrefixes,
  lower: (given, act) => lowerPrefixes('src', given, act),
});

export const SNPTListed = listed('SNPT', ...prefixPieces);
