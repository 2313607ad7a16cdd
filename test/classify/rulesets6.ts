/** Rulesets of IPv6 of which each has something that a count by kinds of packets could get wrong. */
import { type Ruleset, rulesetsOfSets, table } from './rulesets.js';

const SETS = `create ip hash:ip family inet6
add ip 2001:db8:1::2
add ip 2001:db8:20::7
create net hash:net family inet6
add net 2001:db8::/32
add net 2001:db8:20::/48 nomatch
add net 2001:db8:20::/128
create port hash:ip,port family inet6
add port 2001:db8:1::1,tcp:80
add port 2001:db8:1::1,icmpv6:128/0
add port 2001:db8:2::1,gre:0
create nets hash:net,net family inet6
add nets 2001:db8:1::/64,2001:db8:20::/48
create iface hash:net,iface family inet6
add iface 2001:db8:1::/64,eth0
create old hash:ip
add old 192.0.2.1
create ports bitmap:port range 0-100
add ports 80
create both list:set
add both old
add both ip
add both ports
`;
const ASKED = [
  ...['ip src', '! ip dst', 'net src', 'net dst --return-nomatch', 'port dst,dst', '! port dst,dst', 'nets src,dst'],
  ...['iface src,src', 'old src', '! old src', 'ports dst', 'both src'],
];

const WORDS: readonly Ruleset[] = [
  {
    name: 'prefixes of every word, one in the other, and their negations',
    rules: table(
      'filter',
      ':INPUT DROP [0:0]',
      'INPUT -s 2001:db8::/32',
      'INPUT -s 2001:db8:1::/48',
      'INPUT -s 2001:db8:1::/64 -j ACCEPT',
      'INPUT ! -s 2001:db8:2::/64',
      'INPUT -d 2001:db8:1::1/128 -p tcp',
      'INPUT ! -d 2001:db8:1::1/128',
      'FORWARD -d 2001:db8:1::/120 -j DROP',
      'FORWARD ! -d 2001:db8:20::/47',
      'FORWARD -s ::/0 -d 2000::/3 -j ACCEPT',
      'OUTPUT -s fe80::/10',
      'OUTPUT -d ff00::/8 -j DROP',
    ),
  },
  {
    name: 'masks that are no prefixes',
    rules: table(
      'filter',
      'INPUT -s ::1/::ffff',
      'INPUT ! -d 2001:0:1::/ffff:0:ffff::',
      'INPUT -d 2001:db8::5/ffff:ffff::ff -p tcp',
      'FORWARD -d ::7/::ffff:ffff:ffff:ffff -j DROP',
      'FORWARD -s ::/::1',
    ),
  },
  {
    name: 'ranges, protocols and headers',
    rules: table(
      'filter',
      'INPUT -m iprange --src-range 2001:db8:1::2-2001:db8:1::ff',
      'INPUT -m iprange ! --dst-range ::2-2001:db8:1::',
      'INPUT -p tcp -m tcp --dport 80 -j ACCEPT',
      'INPUT ! -p udp',
      'INPUT -p 255',
      'INPUT -p 59',
      'INPUT -p icmpv6 -m icmp6 --icmpv6-type 128 -j ACCEPT',
      'INPUT -p icmpv6 -m icmp6 ! --icmpv6-type 135/0 -j DROP',
      'FORWARD -p tcp -m multiport --ports 22,80:443 -j DROP',
      'FORWARD -p udp -m udp --sport 53',
      'FORWARD -m length --length 1281:1400',
      'OUTPUT -m hbh',
      'OUTPUT -p tcp -m tcp --tcp-flags SYN,FIN SYN -j REJECT',
      'OUTPUT -m owner --uid-owner 1000 -j DROP',
    ),
  },
  {
    name: 'protocols alone, and headers that lead to none',
    rules: table('filter', 'INPUT -p 255', 'INPUT -j ACCEPT', 'FORWARD ! -p 255 -j DROP', 'FORWARD -p 59'),
  },
  {
    name: 'fields that are changed and read later',
    rules: `${table(
      'mangle',
      'PREROUTING -d 2001:db8:20::/48 -j HL --hl-dec 60',
      'PREROUTING -s 2001:db8:1::/64 -j MARK --set-xmark 0x20/0x0',
      'OUTPUT -p tcp -j TOS --set-tos 0x10/0x10',
      'FORWARD -m mark --mark 0x21 -j DSCP --set-dscp 46',
      'POSTROUTING -m dscp --dscp 46',
      'POSTROUTING -m hl --hl-lt 5',
    )}${table('filter', 'INPUT -m mark --mark 0x20/0x20 -j DROP', 'FORWARD -m hl --hl-eq 3', 'OUTPUT -m tos --tos 0x10 -j ACCEPT')}`,
  },
  {
    name: 'types of addresses, of any link and of one',
    rules: table(
      'filter',
      'INPUT -m addrtype --dst-type LOCAL --limit-iface-in',
      'INPUT -m addrtype --dst-type LOCAL -j ACCEPT',
      'INPUT -m addrtype ! --src-type UNICAST',
      'INPUT -m addrtype --dst-type MULTICAST',
      'INPUT -m addrtype --dst-type ANYCAST',
      'FORWARD -m addrtype --src-type LOCAL --limit-iface-in',
      'FORWARD -m addrtype ! --dst-type LOCAL,ANYCAST -p tcp -j DROP',
      'FORWARD -m addrtype --dst-type UNREACHABLE',
      'OUTPUT -m addrtype --src-type LOCAL,UNICAST',
    ),
  },
  {
    name: 'connections, translations and limits',
    rules: `${table('raw', 'PREROUTING -p icmpv6 -j NOTRACK', 'PREROUTING -d 2001:db8:2::5/128 -j CT --notrack')}${table(
      'nat',
      'PREROUTING -d 2001:db8:1::1/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [2001:db8:20::7]:8080',
      'PREROUTING -d 2001:db8:3::1/128 -j DNAT --to-destination 2001:db8:1::1',
      'OUTPUT -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353',
      'POSTROUTING -o eth1 -j MASQUERADE',
      'POSTROUTING -s 2001:db8:2::/64 -j SNAT --to-source 2001:db8:1::1',
    )}${table(
      'filter',
      'INPUT -m conntrack --ctstate INVALID -j DROP',
      'INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      'INPUT -m conntrack --ctorigdst 2001:db8:1::/64 -p tcp',
      'FORWARD -m conntrack --ctstate DNAT -j ACCEPT',
      'FORWARD -m limit --limit 3/sec --limit-burst 2 -d 2001:db8:20::/48',
      'FORWARD -d 2001:db8:20::/48 -m statistic --mode nth --every 3 --packet 1',
      'OUTPUT -m conntrack --ctstate UNTRACKED',
    )}`,
  },
];

const OF_SETS = rulesetsOfSets(ASKED, SETS, (match) =>
  table('filter', `INPUT ${match} -j DROP`, `FORWARD -p tcp ${match}`, `FORWARD ${match} -j ACCEPT`, `OUTPUT ${match}`),
);

export const RULESETS6: readonly Ruleset[] = [...WORDS, ...OF_SETS];
