/** Rulesets of which each has something that a count by kinds of packets could get wrong. */

export interface Ruleset {
  readonly name: string;
  readonly rules: string;
  readonly sets?: string;
}

export const table = (name: string, ...rules: string[]): string =>
  [
    `*${name}`,
    ...rules.map((rule) => (/^-[NP]/.test(rule) || rule.startsWith(':') ? rule : `-A ${rule}`)),
    'COMMIT',
    '',
  ].join('\n');

/** Something of all protocols and ways comes to it. */
const SETS = `create ip hash:ip
add ip 192.0.2.9
add ip 198.51.100.7
create masked hash:ip netmask 24
add masked 203.0.113.0
create net hash:net
add net 10.0.0.0/8
add net 10.9.0.0/16 nomatch
add net 10.9.1.0/24
create timed hash:net timeout 600
add timed 198.51.100.0/24 timeout 300
add timed 203.0.113.0/24 timeout 0
create ipport hash:ip,port
add ipport 192.0.2.1,tcp:80
add ipport 192.0.2.1,tcp:0
add ipport 192.0.2.1,udp:53
add ipport 192.0.2.1,icmp:8/0
add ipport 192.0.2.1,gre:0
create netport hash:net,port
add netport 10.0.0.0/8,tcp:443
add netport 10.9.0.0/16,tcp:443 nomatch
create three hash:ip,port,ip
add three 192.0.2.1,tcp:22,198.51.100.7
create threenet hash:ip,port,net
add threenet 192.0.2.1,tcp:22,198.51.100.0/24
add threenet 192.0.2.1,tcp:22,198.51.100.128/25 nomatch
create nets hash:net,net
add nets 10.0.0.0/8,192.0.2.0/24
create netsport hash:net,port,net
add netsport 10.0.0.0/8,udp:53,192.0.2.0/24
create netiface hash:net,iface
add netiface 10.0.0.0/8,eth1
add netiface 10.9.0.0/16,eth0
add netiface 198.51.100.0/24,eth0 nomatch
create ipmark hash:ip,mark
add ipmark 192.0.2.1,0x10
create bitip bitmap:ip range 192.0.2.0/28
add bitip 192.0.2.1
create bitport bitmap:port range 0-100
add bitport 0
add bitport 22
add bitport 80-90
create macs hash:mac
add macs 02:00:00:00:00:01
create both list:set
add both net
add both bitip
`;
const ASKED = [
  'ip src',
  '! ip dst',
  'masked src',
  'net src',
  'net src --return-nomatch',
  '! net dst',
  'timed src',
  'ipport dst,dst',
  '! ipport dst,dst',
  'netport src,dst',
  'three dst,dst,src',
  'threenet dst,dst,src',
  'nets src,dst',
  'netsport src,dst,dst',
  'netiface src,src',
  'ipmark dst,src',
  'bitip dst',
  'bitport dst',
  '! bitport src',
  'macs src',
  'both src',
  'both dst',
];
/** One set at a time: what many ask of a packet together tells too many kinds apart to be remembered. */
export function rulesetsOfSets(
  asked: readonly string[],
  sets: string,
  rulesOf: (match: string) => string,
): readonly Ruleset[] {
  return asked.map((one) => {
    const [not, set] = one.startsWith('! ') ? ['! ', one.slice(2)] : ['', one];
    return { name: `set ${one}`, sets, rules: rulesOf(`-m set ${not}--match-set ${set}`) };
  });
}
// two whole tables without a rule that needs tracking: fragments come to them as they are
const OF_SETS = rulesetsOfSets(
  ASKED,
  SETS,
  (match) =>
    `${table('raw', `PREROUTING ${match}`, `OUTPUT -p tcp ${match}`)}${table('filter', `INPUT ${match} -j DROP`, `FORWARD -p tcp ${match}`, `FORWARD ${match} -j ACCEPT`, `OUTPUT ${match}`)}`,
);

export const RULESETS: readonly Ruleset[] = [
  {
    name: 'marks that are set and read later',
    rules: `${table(
      'mangle',
      'PREROUTING -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0x1',
      'PREROUTING -s 10.0.0.0/8 -j MARK --or-mark 0x20',
      'PREROUTING -m mark --mark 0x21/0xff -j MARK --xor-mark 0x41',
      'OUTPUT -d 198.51.100.0/24 -j MARK --set-mark 0x7',
      'OUTPUT -m mark --mark 0x7 -j TOS --set-tos 0x10',
      'OUTPUT -m tos --tos 0x10/0x3f -j DSCP --set-dscp 46',
      'FORWARD -m ttl --ttl-lt 5 -j TTL --ttl-set 64',
      'FORWARD -m ttl --ttl-gt 200 -j TTL --ttl-dec 190',
      'POSTROUTING -m mark ! --mark 0 -j MARK --and-mark 0xf',
      'POSTROUTING -m dscp --dscp 46 -j ACCEPT',
    )}${table('filter', 'INPUT -m mark --mark 0x60/0x60 -j DROP', 'FORWARD -m mark --mark 1 -j ACCEPT', 'FORWARD -m ttl --ttl-eq 64 -j DROP', 'OUTPUT -m mark --mark 7 -j REJECT')}`,
  },
  {
    name: 'marks of connections',
    rules: `${table(
      'mangle',
      'PREROUTING -j CONNMARK --restore-mark',
      'PREROUTING -m mark --mark 0 -p tcp -j MARK --set-mark 0x5',
      'PREROUTING -m mark --mark 0x5 -j CONNMARK --save-mark --mask 0x4',
      'PREROUTING -m connmark --mark 0x4 -j CONNMARK --set-xmark 0x3/0x1',
      'OUTPUT -p udp -j CONNMARK --set-mark 9',
      'POSTROUTING -m connmark --mark 9 -j MARK --set-mark 9',
    )}${table('filter', 'INPUT -m connmark --mark 0x7/0x7', 'INPUT -m connmark ! --mark 0 -j ACCEPT', 'FORWARD -m connmark --mark 0x5 -j DROP', 'OUTPUT -m mark --mark 9 -j DROP')}`,
  },
  {
    name: 'goto and return',
    rules: table(
      'filter',
      ':a - [0:0]',
      ':b - [0:0]',
      ':c - [0:0]',
      'INPUT -p tcp -g a',
      'INPUT -p udp -j b',
      'INPUT -s 10.0.0.0/8 -j RETURN',
      'INPUT -j DROP',
      'FORWARD -j b',
      'FORWARD -j b',
      'FORWARD -p icmp -g c',
      'a -p tcp -m tcp --dport 22 -j RETURN',
      'a -p tcp -m tcp --dport 80 -j b',
      'a -j c',
      'b -d 192.0.2.0/24 -g c',
      'b -s 198.51.100.0/24 -j ACCEPT',
      'c -i eth0 -j RETURN',
      'c -o eth1 -j ACCEPT',
      'c -i lo',
    ),
  },
  {
    name: 'a limit in one chain that two hooks lead to',
    rules: `${table('mangle', ':few - [0:0]', 'few -m limit --limit 20/sec --limit-burst 3 -j MARK --set-mark 1', 'PREROUTING -j few', 'FORWARD -p tcp -j few', 'POSTROUTING -m mark --mark 1')}${table('filter', ':few - [0:0]', 'few -m limit --limit 100/sec --limit-burst 7 -j ACCEPT', 'INPUT -p tcp -j few', 'FORWARD -p udp -j few', 'OUTPUT -j few', 'OUTPUT -j DROP')}`,
  },
  {
    name: 'a limit at the hook that packets leave by',
    rules: table(
      'mangle',
      'POSTROUTING -m limit --limit 50/sec --limit-burst 5 -j MARK --set-mark 2',
      'PREROUTING -m mark --mark 2 -j DROP',
    ),
  },
  {
    name: 'limits behind what packets differ in',
    rules: table(
      'filter',
      ':log - [0:0]',
      'INPUT -p tcp --dport 1:1023 -m limit --limit 30/min --limit-burst 4 -j log',
      'INPUT -m limit --limit 1000/sec -s 10.0.0.0/8 -j ACCEPT',
      'INPUT -j DROP',
      'FORWARD -m limit --limit 5/sec -j LOG --log-prefix "f: "',
      'FORWARD -p udp -m limit --limit 200/sec --limit-burst 50 -j ACCEPT',
      'log -j LOG',
    ),
  },
  {
    name: 'every nth',
    rules: `${table('nat', 'PREROUTING -p tcp --dport 80 -m statistic --mode nth --every 3 --packet 0 -j DNAT --to-destination 10.0.0.11', 'PREROUTING -p tcp --dport 80 -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.0.0.12', 'PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.13:8080')}${table('filter', ':third - [0:0]', 'third -m statistic --mode nth --every 3 --packet 2 -j DROP', 'FORWARD -d 10.0.0.11/32 -j third', 'FORWARD -p udp -j third', 'INPUT -m statistic --mode nth ! --every 5 --packet 1 -j ACCEPT', 'INPUT -p icmp -j DROP')}`,
  },
  {
    name: 'chance',
    rules: `${table('mangle', 'PREROUTING -m statistic --mode random --probability 0.25 -j MARK --set-mark 1', 'POSTROUTING -m statistic --mode random ! --probability 0.5')}${table('nat', 'POSTROUTING -p udp -j MASQUERADE --random', 'POSTROUTING -p tcp -j MASQUERADE --to-ports 4000-4200', 'PREROUTING -p udp --dport 53 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.0.0.20-10.0.0.23')}${table('filter', 'INPUT -m mark --mark 1 -m statistic --mode random --probability 0.5 -j DROP', 'FORWARD -d 10.0.0.20/32', 'FORWARD -d 10.0.0.23/32', 'FORWARD -m mark --mark 1 -j DROP')}`,
  },
  {
    name: 'not tracked, zones, states',
    rules: `${table('raw', 'PREROUTING -p udp --dport 53 -j NOTRACK', 'PREROUTING -s 10.0.0.0/8 -j CT --zone 3', 'OUTPUT -d 198.51.100.0/24 -j CT --notrack', 'OUTPUT -m conntrack --ctstate INVALID')}${table('filter', 'INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT', 'INPUT -m conntrack --ctstate INVALID -j DROP', 'INPUT -m state --state NEW -p tcp', 'FORWARD -m conntrack --ctstate NEW --ctorigdst 192.0.2.0/24', 'FORWARD -m conntrack --ctorigsrc 10.0.0.0/8 --ctproto 6 --ctorigdstport 80:443 -j ACCEPT', 'FORWARD -m conntrack ! --ctstate NEW -j DROP', 'OUTPUT -m conntrack --ctstate UNTRACKED', 'OUTPUT -m conntrack --ctstate NEW -j ACCEPT')}`,
  },
  {
    name: 'translations of every kind',
    rules: `${table(
      'nat',
      'PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.20-10.0.0.23:8000-8010',
      'PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.20-10.0.0.23 --persistent',
      'PREROUTING -d 198.51.100.0/24 -j NETMAP --to 10.9.0.0/24',
      'PREROUTING -p tcp -m tcp --dport 22 -j REDIRECT --to-ports 2222',
      'PREROUTING -p udp -j REDIRECT',
      'PREROUTING -d 203.0.113.0/24 -j DNAT --to-destination 192.0.2.1',
      'OUTPUT -d 198.51.100.7/32 -p tcp -j DNAT --to-destination 127.0.0.1:9000',
      'OUTPUT -d 198.51.100.0/24 -j DNAT --to-destination 10.0.0.5',
      'OUTPUT -p tcp -m tcp --dport 25 -j REDIRECT --to-ports 2525',
      'INPUT -s 203.0.113.0/24 -j SNAT --to-source 10.0.0.99',
      'POSTROUTING -s 10.0.0.0/8 -o eth0 -p tcp -j MASQUERADE --to-ports 1024-2000',
      'POSTROUTING -s 10.0.0.0/8 -o eth0 -j MASQUERADE',
      'POSTROUTING -d 10.0.0.0/8 -p udp -j SNAT --to-source 10.0.0.1-10.0.0.3:5000-5100',
      'POSTROUTING -d 10.0.0.0/8 -j NETMAP --to 192.0.2.0/24',
    )}${table('filter', 'INPUT -p tcp -m tcp --dport 2222 -j ACCEPT', 'INPUT -p tcp -m tcp --dport 2525 -j ACCEPT', 'INPUT -p tcp -m tcp --dport 9000 -j ACCEPT', 'INPUT -j DROP', 'FORWARD -d 10.0.0.20/32', 'FORWARD -p tcp -m tcp --dport 8000:8010 -m conntrack --ctstate DNAT -j ACCEPT', 'FORWARD -d 10.9.0.0/16 -j DROP', 'OUTPUT -m conntrack --ctstate DNAT')}`,
  },
  {
    name: 'from the host to itself, and copies of its broadcasts',
    rules: `${table('raw', 'PREROUTING -i lo', 'OUTPUT -o lo -p udp -j CT --notrack')}${table('mangle', 'OUTPUT -o lo -j MARK --set-mark 3', 'PREROUTING -i lo -m mark --mark 3 -j MARK --set-mark 4', 'PREROUTING -m addrtype --dst-type BROADCAST', 'PREROUTING -m addrtype --dst-type MULTICAST', 'POSTROUTING -m addrtype --dst-type BROADCAST -j MARK --set-mark 5')}${table('nat', 'OUTPUT -d 127.0.0.0/8 -p tcp -j REDIRECT --to-ports 80', 'POSTROUTING -o lo -j SNAT --to-source 192.0.2.1')}${table('filter', 'INPUT -i lo -m mark --mark 4 -j ACCEPT', 'INPUT -i lo', 'INPUT -d 255.255.255.255/32', 'INPUT -m mark --mark 5', 'INPUT -m addrtype --dst-type LOCAL,BROADCAST -m limit --limit 100/sec -j ACCEPT', 'INPUT -j DROP', 'OUTPUT -o lo -p icmp -j DROP')}`,
  },
  {
    name: 'what the host knows of addresses',
    rules: `${table('raw', 'PREROUTING -m rpfilter --invert -j DROP', 'PREROUTING -m rpfilter --loose')}${table('filter', 'INPUT -m addrtype --src-type LOCAL', 'INPUT -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT', 'FORWARD -m addrtype ! --src-type UNICAST', 'FORWARD -m devgroup --src-group 0 -j ACCEPT', 'OUTPUT -m addrtype --dst-type LOCAL --limit-iface-out', 'OUTPUT -m addrtype --src-type LOCAL --dst-type UNICAST -j ACCEPT')}`,
  },
  {
    name: 'headers, byte by byte',
    rules: table(
      'filter',
      'INPUT -p tcp -m tcp --tcp-flags SYN,ACK SYN -m tcpmss --mss 1:1400',
      'INPUT -p tcp -m tcp --tcp-option 2 -j ACCEPT',
      'INPUT -m u32 --u32 "6&0xFF=0x11&&4&0x1FFF=0"',
      'INPUT -p sctp -m sctp --chunk-types any INIT -j ACCEPT',
      'INPUT -p tcp -m ecn --ecn-tcp-cwr',
      'INPUT -m ecn --ecn-ip-ect 1 -j DROP',
      'INPUT -f -j DROP',
      'FORWARD -m length --length 100:1000 -m ttl --ttl-gt 60',
      'FORWARD -p icmp -m icmp --icmp-type 3/1 -j REJECT',
      'FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT',
      'FORWARD -p tcp -m multiport --sports 1:1023,6000:6063 -j DROP',
      'FORWARD -p udp -m multiport ! --ports 53,123 -j ACCEPT',
      'FORWARD -m iprange --src-range 10.0.0.5-10.0.3.77 ! --dst-range 192.0.2.0-192.0.2.9',
      'FORWARD -s 10.0.0.3/255.0.0.7 -j DROP',
      'FORWARD -m mark --mark 0x10/0x30',
      'FORWARD -m tos ! --tos 0x08/0x1c -j ACCEPT',
      'FORWARD ! -p tcp -j DROP',
      'OUTPUT ! -o eth+ -j ACCEPT',
      'OUTPUT -p tcp -m tcp ! --syn -j REJECT --reject-with tcp-reset',
    ),
  },
  {
    name: 'many values of a field of which each counts',
    rules: `${table('mangle', ...Array.from({ length: 20 }, (_, i) => `PREROUTING -p tcp -m tcp --dport ${1000 + i} -j MARK --set-mark ${i + 1}`), 'PREROUTING -m mark --mark 5 -j MARK --or-mark 0x100')}${table('filter', ...Array.from({ length: 20 }, (_, i) => `INPUT -m mark --mark ${i + 1} -j ${i % 3 === 0 ? 'DROP' : 'ACCEPT'}`), ...Array.from({ length: 12 }, (_, i) => `FORWARD -i eth${i}`), 'FORWARD -i eth1+ -j DROP')}`,
  },
  ...OF_SETS,
];
