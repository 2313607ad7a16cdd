/**
 * Values for the options of every extension, as they stand in a rule: left of the bar those that iptables takes, right
 * of it the edges, one beyond them, and forms of which iptables alone knows whether it takes them.
 */

const PORT =
  '0 1 22 80 http HTTP ssh 0x50 010 65535 1:1024 :80 80: 0:65535 ssh:http "22" | 65536 2:1 80:80 : 1:2:3 1-2 -1 nosuch "" +80 08 80x';
/** getaddrinfo reads these: it takes 65536 for 0, which packetwalk refuses. */
const DECIMAL_PORT = PORT.replace('65536 ', '').replace('"" ', '');
const PORTS =
  '80 22,80 1:2,4 http,ssh 0x50,010 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 | 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15 2:1 80:80 :80 80: "22, 80" 22,,80 22, ,22 65536 1-2';
const BYTE = '0 1 63 64 255 0x10 017 | 256 -1 "" 1:2 x +7 08';
const MASKED = '0 1 0x1/0xff 0xffffffff 1/2 255/0x0f 010/010 0x0/0x0 | 0x100000000 1/0x100000000 1/ /1 "" 1/2/3 -1 0xg';
const ANSWER =
  'icmp-net-unreachable icmp-host-unreachable icmp-port-unreachable port-unreach tcp-reset tcp-rst icmp-admin-prohibited admin-prohib host-prohib ICMP-NET-PROHIBITED icmp-proto | icmp nosuch "" icmp-host-p tcp echo-reply icmp-port-unreachables no-route';
const WORD32 = '0 1 0xff 0xffffffff 010 | 0x100000000 4294967296 -1 "" 1/2';
const ADDRESS =
  '10.0.0.1 192.168.7.0/24 10.1.2.3/255.255.0.0 1.2.3.4/32 0.0.0.0/0 10/8 172.16/12 1.2.3.4/0 0.0.0.0 | 1.2.3.4,5.6.7.8/16 "1.2.3.4, 5.6.7.8" 1.2.3.4, ,1.2.3.4 1.1.1.1,1.1.1.1 1.2.3.4/33 1.2.3.4/255.0.255.0 256.0.0.1 1.2.3.4/ any/0 10 0x0a.1.2.3 010.1.1.1 1.2.3.4.5 1.2.3.4/0x18 1.2.3 "" 1.2.3.4/08';
/** Of a prefix that is too long iptables makes the whole address here, which packetwalk refuses. */
const HOST = ADDRESS.replace('1.2.3.4/33 ', '');
const ADDRESS6 =
  'fe80::1 2001:db8::/32 ::/0 ::1 2001:DB8::1/64 ::ffff:1.2.3.4 1::2/ffff:: 1::2,3::4/16 | ::1/129 ::1::2 fe80::1%eth0 "" 1::2/ffff:0:ffff:: ::/08 1:2:3:4:5:6:7:8:9 ::1/ ::1/010 12345::';
const TYPES =
  'LOCAL UNICAST local LOCAL,BROADCAST MULTICAST,ANYCAST LO BLACKHOLE,UNREACHABLE,PROHIBIT,THROW,NAT,XRESOLVE UNSPEC | U LOCAL, ,LOCAL "LOCAL, NAT" NOSUCH "" LOCALS';
const RANGE =
  '10.0.0.1-10.0.0.9 10.0.0.1 1.2.3.4-1.2.3.4 0.0.0.0-255.255.255.255 | 10.0.0.9-10.0.0.1 10.0.0.1- -10.0.0.1 10.0.0.1:10.0.0.2 1.2.3.4-5 10.0.0.1/8 ""';
const COUNT = '0 1 500 65535 0x10 1:2 :5 5: 0:65535 | 65536 2:1 : 1:2:3 -1 "" 3:3';
const MARKS = { 'set-xmark': MASKED, 'set-mark': MASKED, 'and-mark': WORD32, 'or-mark': WORD32, 'xor-mark': WORD32 };
const NAT =
  '10.0.0.1 10.0.0.1-10.0.0.9 10.0.0.1:80 10.0.0.1:80-90 10.0.0.1-10.0.0.2:1-2 :80 :http :1-65535 10.0.0.1:0 | 10.0.0.1:65536 10.0.0.9-10.0.0.1 10.0.0.1:90-80 10.0.0.1: 10.0.0.1/24 10.0.0.1:80:90 10.0.0.1:http 10.0.0.1:http-ssh "" : 10.0.0.1:80-90/8080 [10.0.0.1]:80 10.0.0.1-:80';
const TO_PORTS = '80 80-90 http 0 65535 | 65536 90-80 80: 80:90 0x50 "" ssh-http 80-90/8080 :80';
const TOS =
  '0 0x10 255 0x10/0x3f 8/0xff Minimize-Delay minimize-cost Normal-Service maximize-reliability Maximize-Throughput 010 | 256 0x10/256 Minimize x 0x10/ "" 1/2/3';
const CLASSES = 'CS0 cs7 AF11 af43 BE EF ef | CS8 AF44 AF10 be EF1 0 ""';
const DSCP = '0 1 0x0a 63 | 64 0x40 -1 ""';
const FLAG = '';
const GROUP = '0 1 0x2/0xff default 0xffffffff | nosuch 0x100000000 1/0 -1 0/0xff';
const SETS = '"h1 src" "h1 dst" "hp src,dst" | "h1 src,dst" "h1 both" "h1 SRC" "h1 src,"';
const ZONE = '0 1 65535 mark Mark 0x10 | 65536 -1 "" none';
const NUMBER64 = '0 1 0xff 18446744073709551615 010 | 18446744073709551616 -1 x ""';
const SECONDS = '0 1 60:3600 :5 5: 4294967295 | 4294967296 9:1 : -1 ""';
const STATES =
  'NEW ESTABLISHED,RELATED new Invalid RELATED,ESTABLISHED NEW,RELATED,ESTABLISHED,INVALID,UNTRACKED N EST | NEW, ,NEW NEW,,NEW "NEW, RELATED" NOSUCH "" NEWS SNAT I,U';

const GATEWAY = '10.0.0.1 192.168.7.254 10.1 | 0.0.0.0 10.0.0.1/24 "" 10.0.0.1- 256.0.0.1 1.2.3.4.5';

const LINK = 'lo eth0 vnet+ + a.b-c_d | abcdefghijklmnop';

const SPI = '0 1 0x32 1:255 0x10:0x20';

const OWNERS = '0 root 0-10 5:10 0x10 010 4294967294 | 4294967295 10-5 5- 1-2-3 -1 ""';
const DATES =
  '2020 1970 2020-02-30 2020-1-2T3 2020-12-31T23:59:59 2038-12 2020-0 | 1969 2039 2020-13 2020-1-32 2020-1-1T24 2020/1/1 x ""';
const TIMES = '8:00 0:0:1 23:59:59 00:00 | 24:00 8 8:60 8:00:60 8:00:00:00 x ""';

/** What iptables prints of less than 16 bytes a second, 0b/s, it does not read. */
const RATES =
  '5 1/s 5/sec 3/minute 3/min 2/hour 1/day 10000/second 1/m 16b/s 512kb/s 1mb/sec | 0 0/s 1/ /s 5/x 10001/s 4294967296 "" -1';
const NAME = 'a foo name15characters | a/b "" . .. waytoolongforanyname_of_a_table_of_those';

export const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  time: {
    datestart: DATES,
    datestop: DATES,
    timestart: TIMES,
    timestop: TIMES,
    monthdays: '1 1,31 07 0x1 1,,2 5, | 32 08 1-5 mon -1',
    weekdays: 'Mon Mo,Tuesday,3 7,1, Sa,Su | 0 mon M Mon,,Tue 1-5 x ""',
    utc: FLAG,
    kerneltz: FLAG,
    localtz: FLAG,
    contiguous: FLAG,
  },
  realm: { realm: `${MASKED} cosmos` },
  nfacct: { 'nfacct-name': 'a1 "a b" 01234567890123456789012345678901 | ""' },
  owner: {
    'uid-owner': OWNERS,
    'gid-owner': OWNERS,
    'socket-exists': FLAG,
    'suppl-groups': FLAG,
  },
  recent: {
    set: FLAG,
    rcheck: FLAG,
    update: FLAG,
    remove: FLAG,
    seconds: '1 60 0x10 3600 | 0 -1 "" x',
    reap: FLAG,
    hitcount: '0 1 4 255 | 65536 -1 ""',
    rttl: FLAG,
    name: 'DEFAULT ssh a.b | a/b . ..',
    mask: '255.255.255.0 255.255.255.255 | x "" 1.2.3.4.5',
    rsource: FLAG,
    rdest: FLAG,
  },
  hashlimit: {
    'hashlimit-upto': RATES,
    'hashlimit-above': RATES,
    'hashlimit-burst': '1 5 100 | 0 -1 "" x',
    'hashlimit-mode': 'srcip dstip srcip,dstport srcip,srcport,dstip,dstport | x srcip, "" ,',
    'hashlimit-name': NAME,
    'hashlimit-srcmask': '0 8 24 32 | 129 -1 x',
    'hashlimit-dstmask': '0 8 24 32 | 129 -1 x',
    'hashlimit-htable-size': '1 100 65536 | -1 x',
    'hashlimit-htable-max': '1 100 | -1 x',
    'hashlimit-htable-expire': '1 10000 | -1 x',
    'hashlimit-htable-gcinterval': '1 1000 | -1 x',
    'hashlimit-rate-match': FLAG,
    'hashlimit-rate-interval': '1 10 60 | -1 x',
  },
  connlimit: {
    'connlimit-upto': '0 1 5 4294967295 | -1 "" 4294967296 x',
    'connlimit-above': '0 1 5 4294967295 | -1 "" 4294967296 x',
    'connlimit-mask': '0 8 24 32 | 129 -1 x',
    'connlimit-saddr': FLAG,
    'connlimit-daddr': FLAG,
  },
  connbytes: {
    connbytes: '0 1:100 :5 5: 0:10 | 9:1 : -1 "" x',
    'connbytes-dir': 'original reply both | x "" Both',
    'connbytes-mode': 'packets bytes avgpkt | x "" Packets',
  },
  // names are those of a file
  connlabel: { label: '0 1 127 | 128 -1 ""', set: FLAG },
  helper: { helper: 'ftp sip-5060 | ""' },
  quota: { quota: NUMBER64 },
  rateest: {
    rateest1: 'RE1',
    rateest2: 'RE2',
    'rateest-delta': FLAG,
    'rateest-lt': FLAG,
    'rateest-gt': FLAG,
    'rateest-eq': FLAG,
    'rateest-bps1': '8bit 1kbit 1Mibps',
    'rateest-bps2': '8bit 1kbit 1Mibps',
    'rateest-pps1': '1 100',
    'rateest-pps2': '1 100',
  },
  RATEEST: {
    // one that is there is of one kind
    'rateest-name': 'RE1',
    'rateest-interval': '250ms | x ""',
    'rateest-ewmalog': '500ms | x ""',
  },
  SET: {
    'add-set': SETS,
    'del-set': SETS,
    'map-set': SETS,
    timeout: '0 60 4294967 | -1 x ""',
    exist: FLAG,
    'map-mark': FLAG,
    'map-prio': FLAG,
    'map-queue': FLAG,
  },
  SYNPROXY: {
    'sack-perm': FLAG,
    timestamp: FLAG,
    wscale: '0 7 14 | 15 -1 x ""',
    mss: '0 536 1460 65535 | 65536 -1 x ""',
    ecn: FLAG,
  },
  CLUSTERIP: {
    new: FLAG,
    hashmode: 'sourceip sourceip-sourceport sourceip-sourceport-destport',
    clustermac: '01:AA:7B:47:F7:D7',
    'total-nodes': '2 4',
    'local-node': '1 2',
    'hash-init': '1 0xdeadbeef',
  },
  CONNSECMARK: { save: FLAG, restore: FLAG },
  SECMARK: { selctx: 'system_u:object_r:dns_packet_t:s0' },
  ipcomp: { ipcompspi: SPI, compres: FLAG },
  ah: { ahspi: SPI, ahlen: '0 8 16', ahres: FLAG },
  bpf: { bytecode: '"4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0" "1,6 0 0 1"', 'object-pinned': FLAG },
  cluster: {
    'cluster-total-nodes': '4 8',
    'cluster-local-node': '1 2',
    'cluster-local-nodemask': '1 3',
    'cluster-hash-seed': '0xdeadbeef 1',
  },
  dccp: { sport: '22 80 1:1024', dport: '22 80 1:1024', 'dccp-types': 'REQUEST RESPONSE,DATA', 'dccp-option': '1 255' },
  dst: { 'dst-len': '0 8 16', 'dst-opts': '0 0:8 149:92,12:12' },
  esp: { espspi: SPI },
  frag: { fragid: SPI, fraglen: '8 16', fragres: FLAG, fragfirst: FLAG, fragmore: FLAG, fraglast: FLAG },
  hbh: { 'hbh-len': '0 8 16', 'hbh-opts': '0 0:8 149:92,12:12' },
  cgroup: { cgroup: WORD32, path: '/' },
  cpu: { cpu: WORD32 },
  hl: { 'hl-eq': BYTE, 'hl-lt': BYTE, 'hl-gt': BYTE },
  icmp6: { 'icmpv6-type': '1 128 2/0 echo-request packet-too-big router-advertisement' },
  ipv6header: { header: 'hop frag,auth hop-by-hop,ipv6-opts 44', soft: FLAG },
  ipvs: {
    ipvs: FLAG,
    vproto: 'tcp 17',
    vaddr: HOST,
    vport: '80',
    vdir: 'ORIGINAL reply',
    vmethod: 'GATE IPIP masq',
    vportctl: '21',
  },
  mac: { 'mac-source': '00:11:22:33:44:55 aa:bb:cc:dd:ee:ff' },
  mh: { 'mh-type': '1 binding-refresh-request 1:3 cot' },
  osf: { genre: 'Linux Windows', ttl: '0 1 2 | 3 -1 ""', log: '0 1 2 | 3 -1 ""' },
  physdev: {
    'physdev-is-in': FLAG,
    'physdev-in': LINK,
    'physdev-is-out': FLAG,
    'physdev-out': LINK,
    'physdev-is-bridged': FLAG,
  },
  policy: {
    dir: 'in out | IN "" both',
    pol: 'ipsec none | NONE "" ipsecs',
    strict: FLAG,
    reqid: WORD32,
    spi: WORD32,
    proto: 'esp ah ipcomp 50 0x33 | tcp 0 256 nosuch ""',
    mode: 'tunnel transport | Tunnel tun ""',
    'tunnel-src': HOST,
    'tunnel-dst': HOST,
    next: FLAG,
  },
  socket: { transparent: FLAG, nowildcard: FLAG, 'restore-skmark': FLAG },
  pkttype: { 'pkt-type': 'unicast broadcast multicast' },
  rt: {
    'rt-type': '0 2',
    'rt-segsleft': '0 1:23',
    'rt-len': '8 16',
    'rt-0-res': FLAG,
    'rt-0-addrs': '::1',
    'rt-0-not-strict': FLAG,
  },
  srh: {
    'srh-next-hdr': '17',
    'srh-hdr-len-eq': '8',
    'srh-hdr-len-gt': '8',
    'srh-hdr-len-lt': '8',
    'srh-segs-left-eq': '1',
    'srh-segs-left-gt': '1',
    'srh-segs-left-lt': '1',
    'srh-last-entry-eq': '4',
    'srh-last-entry-gt': '4',
    'srh-last-entry-lt': '4',
    'srh-tag': '0 5',
    'srh-psid': '::1/64',
    'srh-nsid': '::2/128',
    'srh-lsid': '::3/48',
  },
  string: {
    algo: 'bm kmp',
    from: '0 1 500',
    to: '1 65535',
    string: 'xxx "two words"',
    'hex-string': '"|00ff|" "a|41|b"',
    icase: FLAG,
  },
  DNPT: { 'src-pfx': 'dead::/64', 'dst-pfx': '1c3::/64' },
  SNPT: { 'src-pfx': 'dead::/64', 'dst-pfx': '1c3::/64' },
  ECN: { 'ecn-tcp-remove': FLAG, 'ecn-tcp-cwr': '0 1', 'ecn-tcp-ece': '0 1', 'ecn-ip-ect': '0 1' },
  TCPMSS: { 'set-mss': '0 1400 65495', 'clamp-mss-to-pmtu': FLAG },
  TCPOPTSTRIP: { 'strip-options': '2 3,4 sack md5,timestamp' },
  addrtype: { 'src-type': TYPES, 'dst-type': TYPES, 'limit-iface-in': FLAG, 'limit-iface-out': FLAG },
  comment: {
    comment: `plain "two words" "it's" "say \\"hi\\"" "back\\\\slash" a-b_c ünï "a;b" | "" ${'x'.repeat(255)} ${'x'.repeat(256)}`,
  },
  connmark: { mark: MASKED },
  conntrack: {
    ctstate: `${STATES} DNAT SNAT,NEW`,
    ctproto: 'tcp 6 UDP icmp 0x11 255 | 256 nosuch all 0 ""',
    ctorigsrc: HOST,
    ctorigdst: HOST,
    ctreplsrc: HOST,
    ctrepldst: HOST,
    ctorigsrcport: DECIMAL_PORT,
    ctorigdstport: DECIMAL_PORT,
    ctreplsrcport: DECIMAL_PORT,
    ctrepldstport: DECIMAL_PORT,
    ctstatus: 'NONE EXPECTED SEEN_REPLY,ASSURED confirmed NONE,ASSURED SEEN | ASSURED, NOSUCH "" "NONE, ASSURED" E,A',
    ctexpire: SECONDS,
    ctdir: 'ORIGINAL REPLY original Reply | ORIG REP BOTH ""',
  },
  devgroup: { 'src-group': GROUP, 'dst-group': GROUP },
  dscp: { dscp: DSCP, 'dscp-class': CLASSES },
  ecn: { 'ecn-tcp-ece': FLAG, 'ecn-tcp-cwr': FLAG, 'ecn-ip-ect': '0 1 3 0x2 | 4 -1 ""' },
  icmp: {
    'icmp-type':
      'any 8 8/0 echo-request ping ECHO-REPLY 3/4 fragmentation-needed network-unreachable TOS-host-redirect time-exceeded ttl-zero-during-transit 255 0x8 3/0x1 0/255 | 256 8/256 echo red host-unk 8/ /0 nosuch "" 3/1/2 255/0 source- p',
  },
  iprange: { 'src-range': RANGE, 'dst-range': RANGE },
  length: { length: COUNT },
  limit: {
    limit:
      '1 5/second 3/minute 10/hour 7/day 1/s 1/sec 1/m 100/min 10000/second 3/HOUR 1/d 7/h 9/min 1000/minute 33/sec 2/day | 10001/second 0/second 1/ 1/week x/s -1/s "" 1/secs 1/days 5sec 1.5/s 600001/minute 1/mi',
    'limit-burst': '1 5 10 100 10000 0x5 | 0 10001 -1 ""',
  },
  mark: { mark: MASKED },
  multiport: { sports: PORTS, dports: PORTS, ports: PORTS },
  rpfilter: { loose: FLAG, validmark: FLAG, 'accept-local': FLAG, invert: FLAG },
  sctp: {
    sport: PORT,
    dport: PORT,
    'chunk-types':
      '"any DATA" "all INIT,SACK" "only ABORT:T" "any DATA:Be" "all ALL" "only none" "ANY data,init_ack" "only i_data:IU,PAD" "any RE_CONFIG,i_forward_tsn" | "some DATA" "any NOSUCH" "any INIT:T" "any DATA:" "any DATA,,INIT" "all ASCONF,ASCONF_ACK,FORWARD_TSN" "any data:iube"',
  },
  set: {
    'match-set': SETS,
    'return-nomatch': FLAG,
    'update-counters': FLAG,
    'update-subcounters': FLAG,
    'packets-eq': NUMBER64,
    'packets-lt': NUMBER64,
    'packets-gt': NUMBER64,
    'bytes-eq': NUMBER64,
    'bytes-lt': NUMBER64,
    'bytes-gt': NUMBER64,
  },
  state: { state: STATES },
  statistic: {
    mode: 'random nth | rand NTH ""',
    probability: '0 1 0.5 .25 0.33332999982 1e-3 0.1 1. | 1.1 -0.1 x "" 0x1p-1 0.5x inf',
    every: '1 3 10 0x10 4294967295 | 0 -1 "" 4294967296',
    packet: '0 1 2 | 5 -1 ""',
  },
  tcp: {
    sport: PORT,
    dport: PORT,
    'tcp-option': '1 2 64 255 0x10 | 0 256 -1 ""',
    'tcp-flags':
      '"SYN SYN" "SYN,ACK,FIN,RST SYN" "ALL NONE" "all none" "FIN,SYN,RST,PSH,ACK,URG SYN,ACK" "NONE NONE" "ACK,SYN RST" | "SYN" "SYN, SYN" "ECE ECE" "SYN,ALL NONE" ", SYN" "ALL,NONE ACK,NONE" "SYN,SYN SYN"',
    syn: FLAG,
  },
  tcpmss: { mss: '0 536 1:1460 65535 0x10 | :5 5: 65536 2:1 : 7:7' },
  tos: { tos: TOS },
  ttl: { 'ttl-eq': BYTE, 'ttl-lt': BYTE, 'ttl-gt': BYTE },
  u32: {
    u32: '"0=0" "6&0xFF=1" "0 >> 22 & 0x3C @ 12 >> 26 & 0x3C @ 0=0:65535,7" 2=3 "4&0x1FFF=0&&0>>22&0x3C@0>>24=0" 0=1:2 | "0" "0=" "=1" "0=1&&" "0=2:1" "0==1" "0&=1" "0=1,2,3,4,5,6,7,8,9,10,11" 0x100000000=1 0=-1 ""',
  },
  udp: { sport: DECIMAL_PORT, dport: DECIMAL_PORT },
  CONNMARK: {
    ...MARKS,
    'save-mark': FLAG,
    'restore-mark': FLAG,
    nfmask: WORD32,
    ctmask: WORD32,
    mask: WORD32,
    'left-shift-mark': '0 1 31 0x4 | 32 -1 ""',
    'right-shift-mark': '0 1 31 | 32 -1 ""',
  },
  AUDIT: { type: 'accept drop reject ACCEPT Reject | acc foo "" accept,drop' },
  CHECKSUM: { 'checksum-fill': FLAG },
  CLASSIFY: {
    'set-class': '1:2 ffff:ffff 0x1:0XfF 12345:6 +1:2 1:10001 0:0 " 1: 2" | 1 1: :2 "1 : 2" "" x:1 1:x : 1,2',
  },
  CT: {
    notrack: FLAG,
    helper: '"" | ftp',
    timeout: '""',
    ctevents: 'new new,related,destroy reply,assured natseqinfo,secmark | NEW new, nosuch "" "new, mark" all',
    expevents: 'new | NEW new,new ""',
    zone: ZONE,
    'zone-orig': ZONE,
    'zone-reply': ZONE,
  },
  DNAT: { 'to-destination': NAT, random: FLAG, persistent: FLAG },
  IDLETIMER: {
    timeout: '1 42 0x10 2147482 | 0 2147483 -1 ""',
    label: 'foo a-b.c abcdefghijklmnopqrstuvwxyz01 | a/b .. power ""',
    alarm: FLAG,
  },
  LED: { 'led-trigger-id': 'x', 'led-delay': '1 inf', 'led-always-blink': FLAG },
  TPROXY: {
    'on-port': `0 80 http 080 65535 | 0x50 80:90 -1`,
    'on-ip': '10.0.0.1 10.1 0.0.0.0 | 10.0.0.1/24 fe80::1',
    'tproxy-mark': MASKED,
  },
  ULOG: { 'ulog-prefix': 'x', 'ulog-nlgroup': '3', 'ulog-cprange': '9', 'ulog-qthreshold': '2' },
  DSCP: { 'set-dscp': DSCP, 'set-dscp-class': CLASSES },
  HL: { 'hl-set': BYTE, 'hl-dec': BYTE, 'hl-inc': BYTE },
  HMARK: {
    'hmark-src-prefix': '0 24 32 255.255.255.0 010 | 255.0.255.0 /24 "" 24x -1',
    'hmark-dst-prefix': '0 24 32 255.255.255.0 010 | 255.0.255.0 /24 "" 24x -1',
    'hmark-sport-mask': '0 1 0xffff | 65536 "" -1',
    'hmark-dport-mask': '0 1 0xffff | 65536 "" -1',
    'hmark-spi-mask': WORD32,
    'hmark-sport': '0 1 0xffff | 65536 "" -1',
    'hmark-dport': '0 1 0xffff | 65536 "" -1',
    'hmark-spi': WORD32,
    'hmark-proto-mask': '0 1 0xffff | 65536 "" -1',
    'hmark-rnd': WORD32,
    'hmark-mod': '1 16 4294967295 | 0 4294967296 ""',
    'hmark-offset': WORD32,
    'hmark-tuple': 'src,dst ct src,dst,sport,dport,proto spi,proto c,S,D | src, ,src src,,dst foo "" sport,spi',
  },
  LOG: {
    'log-prefix':
      '"text: " plain "IN \\"q\\"" dotted. "[x] " | "" 12345678901234567890123456789 123456789012345678901234567890 ünïü',
    'log-level': '0 4 7 debug warning info emerg panic crit error alert notice 0x3 | 8 DEBUG warn err "" deb -1',
    'log-tcp-sequence': FLAG,
    'log-tcp-options': FLAG,
    'log-ip-options': FLAG,
    'log-uid': FLAG,
    'log-macdecode': FLAG,
  },
  MARK: MARKS,
  MASQUERADE: { 'to-ports': TO_PORTS, random: FLAG, 'random-fully': FLAG },
  NETMAP: { to: HOST },
  NFQUEUE: {
    'queue-num': '0 1 65535 0x10 | 65536 -1 "" 1:2 4x',
    'queue-balance': '0:3 1:65535 0:65534 :3 3: 0x1:0x3 | 3 3:3 3:1 0:65535 1:2:3 "" : a:b 1:65536',
    'queue-bypass': FLAG,
    'queue-cpu-fanout': FLAG,
  },
  NFLOG: {
    'nflog-prefix': `plain "two words" "q\\"q" | "" ${'y'.repeat(63)} ${'y'.repeat(64)}`,
    'nflog-group': '0 1 65535 0x10 | 65536 -1 ""',
    'nflog-range': WORD32,
    'nflog-size': WORD32,
    'nflog-threshold': '0 1 65535 | 65536 -1 ""',
  },
  NOTRACK: {},
  REDIRECT: { 'to-ports': TO_PORTS, random: FLAG },
  REJECT: {
    'reject-with': ANSWER,
  },
  SNAT: { 'to-source': NAT, random: FLAG, 'random-fully': FLAG, persistent: FLAG },
  TEE: {
    gateway: GATEWAY,
    oif: 'eth0 eth0.12 abcdefghijklmno br-lan | abcdefghijklmnopqr "" ünï',
  },
  TOS: { 'set-tos': TOS, 'and-tos': BYTE, 'or-tos': BYTE, 'xor-tos': BYTE },
  TRACE: {},
  TTL: { 'ttl-set': BYTE, 'ttl-dec': BYTE, 'ttl-inc': BYTE },
};

/** What stands in rules of IPv6 in their place. */
const IN_IPV6: ReadonlyMap<string, string> = new Map([
  [SETS, SETS.replace(/h[1p]/g, '$&v6')],
  [ADDRESS, ADDRESS6],
  [HOST, ADDRESS6.replace('::1/129 ', '')],
  [GATEWAY, 'fe80::1 ::1 2001:db8::ffff | :: ::1/64 "" 10.0.0.1 ::1::2'],
  [RANGE, '::1-::9 fe80::1 :: | ::9-::1 ::1- 1.2.3.4-1.2.3.5 ::1/64 ""'],
  [
    NAT,
    '2001:db8::1 ::1-::2 [::1]:80 [::1-::9]:80-90 :80 [::1] | ::1:80 [::1]:65536 [::1]: [::1 [::1]-[::2] 10.0.0.1 [::1]:90-80 ""',
  ],
  [
    ANSWER,
    'icmp6-no-route no-route adm-prohibited addr-unreach icmp6-port-unreachable tcp-reset policy-fail reject-route | tcp-rst icmp6 icmp-port-unreachable "" port',
  ],
]);

/** The values that stand for `text` in rules of a family. */
export const inFamily = (text: string, family: 4 | 6): string => (family === 6 ? (IN_IPV6.get(text) ?? text) : text);

/** The same for the options that belong to no extension. */
export const CORE_VALUES = {
  source: ADDRESS,
  destination: ADDRESS,
  'in-interface': 'eth0 eth+ + lo br-12345 vlan.5 eth0:1 a@b | 123456789012345 1234567890123456 eth* "" !eth0 ++ eth+0',
  'out-interface': 'eth0 ppp+ + tun0 | 1234567890123456 ""',
  protocol:
    'tcp udp TCP 6 17 0x11 icmp 255 gre 47 esp all ALL 0 ip 50 l2tp 99 | 256 nosuch -1 "" 06 udplite mh ipv6-icmp icmpv6 41 tc 08',
  fragment: FLAG,
  'set-counters': '"1 2" "0 0" "18446744073709551615 7" | "1" 1,2 "x 1" "1 x"',
} as const;

/** The words between blanks, quotes kept. */
const split = (text: string): readonly string[] => text.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [''];
/** Whether the text is a value that iptables is sure to take. */
export interface Values {
  readonly usual: readonly string[];
  readonly odd: readonly string[];
}
export function valuesOf(text: string): Values {
  const all = split(text);
  const bar = all.indexOf('|');
  return bar < 0 ? { usual: all, odd: all } : { usual: all.slice(0, bar), odd: all.slice(bar + 1) };
}
