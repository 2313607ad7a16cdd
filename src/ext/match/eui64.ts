import { question } from '../../model/question.js';
import { match } from '../define.js';
import { listed } from '../listed.js';

/** eui64_mt6 in net/ipv6/netfilter/ip6t_eui64.c: what sent the packet by Ethernet is asked, which no packet here tells. */
export const eui64 = match({
  name: 'eui64',
  about: "the source address's last half is made of the sender's Ethernet address",
  families: [6],
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: {},
  lower: (_, build) => [build.ask(question.match('eui64'))],
});

export const eui64Listed = listed('eui64');
