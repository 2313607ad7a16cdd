import { Header } from './header6.js';
import { optionsListed, optionsMatch } from './opts6.js';

/** hbh_mt6 in net/ipv6/netfilter/ip6t_hbh.c. */
export const hbh = optionsMatch({
  name: 'hbh',
  about: 'the hop-by-hop options of IPv6',
  header: Header.HopByHop,
});

export const hbhListed = optionsListed('hbh');
