import { Field, LINK_MAC, LINK_NONE } from '../../abi.js';
import { question } from '../../model/question.js';
import { match } from '../define.js';
import { listed } from '../listed.js';

/** eui64_mt6 in net/ipv6/netfilter/ip6t_eui64.c: of a packet that came in by a device without Ethernet false. */
export const eui64 = match({
  name: 'eui64',
  about: "the source address's last half is made of the sender's Ethernet address",
  families: [6],
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: {},
  lower: (_, build) => [
    build.masked(Field.Link, LINK_NONE, 0),
    build.any(
      build.all(build.masked(Field.Link, LINK_MAC, 0), build.ask(question.eui64)),
      build.all(build.masked(Field.Link, LINK_MAC, LINK_MAC), build.eui64),
    ),
  ],
});

export const eui64Listed = listed('eui64');
