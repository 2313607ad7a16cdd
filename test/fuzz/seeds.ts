/** Texts of every kind that is read, to be mutated. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';

const filesOf = (folder: string, ending: RegExp) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => ending.test(file))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'));

/** The plain rows of every extension, a save of them each. */
const ROWS = ['match', 'target'].flatMap((kind) =>
  filesOf(`src/ext/${kind}`, /\.t$/).map((text) => {
    const table = /^\*(\w+)/m.exec(text)?.[1] ?? 'filter';
    const chain = /^:(\w+)/m.exec(text)?.[1] ?? (table === 'nat' ? 'POSTROUTING' : 'OUTPUT');
    const rules = text.split('\n').filter((line) => /^-.*;/.test(line));
    return `*${table}\n${rules.map((row) => `-A ${chain} ${row.split(';')[0]}\n`).join('')}COMMIT\n`;
  }),
);

const IPSET = [
  'create a hash:ip family inet hashsize 1024 maxelem 65536 timeout 300 counters comment\nadd a 10.0.0.1 timeout 5 packets 1 bytes 2 comment "x y"\nadd a 10.0.0.8/30\n',
  'create b hash:net,port,net family inet6 hashsize 64 maxelem 9\nadd b 2001:db8::/32,tcp:80,::/0 nomatch\n',
  'create c bitmap:ip,mac range 10.0.0.0/24\nadd c 10.0.0.2,aa:bb:cc:00:11:22\ncreate d bitmap:port range 0-1023\nadd d 22-25\n',
  'create e hash:ip,mark markmask 0x0000ffff\nadd e 10.0.0.1,0x5\ncreate f list:set size 8\nadd f e\nadd f missing\n',
  'create g hash:net,iface\nadd g 10.0.0.0/8,physdev:eth0\nadd g 11.0.0.0/8,wl wildcard\ncreate h hash:ip netmask 24\nadd h 1.2.3.0\n',
  'Name: i\nType: hash:ip,port\nRevision: 6\nHeader: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1\nSize in memory: 200\nReferences: 0\nNumber of entries: 1\nMembers:\n10.0.0.1,udp:53\n',
];

const HOST = [
  '[{"ifindex":2,"ifname":"eth0","flags":["UP"],"mtu":1500,"master":"br0","group":"7","address":"02:42:ac:11:00:02","addr_info":[{"family":"inet","local":"10.9.0.1","address":"10.9.0.2","prefixlen":30,"scope":"link","secondary":true},{"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]}]',
  '[{"dst":"default","gateway":"10.0.0.1","dev":"eth0","protocol":"dhcp","prefsrc":"10.0.0.5","metric":100,"flags":["onlink"],"metrics":[{"mtu":1400}]},{"dst":"10.0.0.0/8","flags":[],"tos":"0x10","nexthops":[{"via":{"family":"inet6","host":"fe80::1"},"dev":"eth0","weight":2,"flags":["dead"]},{"dev":"eth1","weight":1,"flags":[]}]}]',
  '[{"priority":5,"not":null,"src":"10.0.0.0","srclen":8,"dst":"9.9.9.9","tos":"0x10","fwmark":"0x1","fwmask":"0xff","iif":"eth0","uid_start":0,"uid_end":5,"ipproto":"tcp","sport_start":1,"sport_end":5,"dport":80,"table":"100","suppress_prefixlen":0},{"priority":6,"src":"all","goto":32766},{"priority":7,"src":"all","action":"unreachable"}]',
  '0:\tfrom all lookup local\n5:\tnot from 10.0.0.0/8 to 9.9.9.9 tos 0x10 fwmark 0x1/0xff iif eth0 uidrange 0-5 ipproto tcp sport 1-5 lookup 100 suppress_prefixlength 0\n32766:\tfrom all lookup main\n',
  'default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100 onlink\n10.1.0.0/16 tos 0x10 proto static\n\tnexthop via 10.0.0.2 dev eth0 weight 2 dead\n\tnexthop dev eth1 weight 1\nblackhole 10.2.0.0/16\nbroadcast 10.0.0.255 dev eth0 table local proto kernel scope link src 10.0.0.5\n',
  '2: eth0@if3: <BROADCAST,UP> mtu 1500 qdisc noop master br0 state UP group 7\n    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff\n    inet 10.0.0.1 peer 10.0.0.2/32 brd + scope global secondary eth0\n       valid_lft forever preferred_lft forever\n2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever\n',
  'net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/1.rp_filter = 2\n/proc/sys/net/ipv4/conf/all/rp_filter = 1\n',
];

const CONNECTIONS = [
  'ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=80 packets=4 bytes=217 src=10.1.0.2 dst=10.0.0.1 sport=80 dport=1 packets=3 bytes=166 [ASSURED] mark=0 helper=ftp use=1 id=4294967295 labels=a,b\nipv6     10 icmpv6   58 29 src=::1 dst=::1 type=128 code=0 id=79 [UNREPLIED] src=::1 dst=::1 type=129 code=0 id=79 mark=0 secctx=a:b:c:d zone=5 delta-time=3 use=1\n',
  'udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 zone-orig=6 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 zone-reply=7 mark=1 use=1\nunknown  89 599 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1 mark=0 use=1\nconntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.\n',
  'ipv4     2 gre      47 29 timeout=30, stream_timeout=180 src=10.0.0.1 dst=10.0.0.2 srckey=0x1 dstkey=0x2 src=10.0.0.2 dst=10.0.0.1 srckey=0x2 dstkey=0x1 mark=0 zone=0 use=2\ntcp      6 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1 [OFFLOAD] mark=0 [start=Thu Nov 26 20:22:00 2026] use=2\n',
];

/** Saves, sets and texts of a host. */
const COMMANDS = [
  '$ iptables -S\n-P INPUT DROP -c 3 180\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N web\n-A INPUT -s 10.0.0.1/32 -c 1 60 -j web\n-A web -j ACCEPT\n',
  '-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff\nroot@gw:~# ip6tables -t nat -S\n-P OUTPUT ACCEPT\n',
];

export const TEXTS: readonly string[] = [
  ...COMMANDS,
  ...filesOf('test/golden', /\.rules$/),
  ...filesOf('examples/host', /./),
  ...ROWS,
  ...IPSET,
  ...HOST,
  ...CONNECTIONS,
];

export const PACKETS: readonly string[] = [
  '{"in":"eth0","out":"eth1","src":"10.0.0.1","dst":"192.0.2.1","proto":"tcp","sport":1025,"dport":"http","flags":"SA","seq":1,"ack":2,"window":3,"mark":5,"length":60,"ttl":64,"tos":0,"df":true}',
  '{"in":null,"src":"10.0.0.1","dst":"192.0.2.1","proto":"icmp","type":"echo-request","code":0,"id":7,"payload":"00ff","uid":0,"gid":0,"time":"2024-02-30T10:00:00Z"}',
  '{"in":"eth0","src":"2001:db8::1","dst":"::1","proto":"udp","frag":3,"mf":true,"state":"ESTABLISHED","path":"input","physin":"vnet0"}',
  '{"in":"eth0","mark":1,"hex":"4500003c00004000400600000a000001c0000201040000500000000000000000a002faf000000000020405b40402080a0000000000000000010303"}',
];
