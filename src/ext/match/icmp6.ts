import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { icmpListing, icmpType, ofType } from './icmp.js';

/** icmp6_match in net/ipv6/netfilter/ip6_tables.c (later net/netfilter/xt_tcpudp.c). */
export const icmp6 = match({
  name: 'icmp6',
  about: 'ICMPv6 type and code',
  alias: ['icmpv6', 'ipv6-icmp'],
  families: [6],
  protocols: [Protocol.Icmpv6],
  options: { 'icmpv6-type': { value: icmpType, invert: true, required: true } },
  lower: (given, build) => [build.header(8), build.when(given['icmpv6-type'], ofType)],
});

export const icmp6Listed = icmpListing('ipv6-icmp', '--icmpv6-type');
