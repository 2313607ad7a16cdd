import { Header } from './header6.js';
import { optionsListed, optionsMatch } from './opts6.js';

/** hbh_mt6 in net/ipv6/netfilter/ip6t_hbh.c. */
export const dst = optionsMatch({
  name: 'dst',
  about: 'the destination options of IPv6',
  header: Header.Destination,
});

export const dstListed = optionsListed('dst');
