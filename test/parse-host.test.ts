/** The texts of a host: ip addr, ip link, ip route, ip rule, sysctl, as text and as JSON. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/model/finding.js';
import type { HostAddress, Link, PolicyRule, Realms, Route } from '../src/model/host.js';
import { formatAddress, type Words } from '../src/net/address.js';
import { addressesOfLines } from '../src/parse/host/addr.js';
import { addressesOfJson } from '../src/parse/host/addr-json.js';
import { addressesOfRoutes } from '../src/parse/host/addresses-of-routes.js';
import { buildHost } from '../src/parse/host/host.js';
import { parsePolicyRules } from '../src/parse/host/iprule.js';
import { parseLinks } from '../src/parse/host/link.js';
import { recogniseHost } from '../src/parse/host/recognise-host.js';
import { routesOfLines } from '../src/parse/host/route.js';
import { routesOfJson } from '../src/parse/host/route-json.js';
import { parseSysctl } from '../src/parse/host/sysctl.js';
import { parseTexts } from '../src/parse/index.js';
import { looksLikeJson } from '../src/parse/json-list.js';
import { textOf } from '../src/parse/text.js';

const parseAddresses: typeof addressesOfLines = (text, ...more) =>
  (looksLikeJson(textOf(text)) ? addressesOfJson : addressesOfLines)(text, ...more);
const parseRoutes: typeof routesOfLines = (text, ...more) =>
  (looksLikeJson(textOf(text)) ? routesOfJson : routesOfLines)(text, ...more);

function collect() {
  const list: Finding[] = [];
  return { add: (finding: Finding) => list.push(finding), list };
}
/** `code line:column`, as far as a finding has a place. */
const said = (findings: Finding[]): string[] =>
  findings.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`);

const text = (words: Words | undefined): string => (words === undefined ? '-' : formatAddress(words));
const realms = (one: { readonly realms?: Realms }): string => (one.realms === undefined ? '' : ` realms ${one.realms}`);
const show = {
  link: (l: Link) =>
    `${l.index} ${l.name} ${l.up ? 'up' : 'down'} group ${l.group} mtu ${l.mtu} ${l.mac ?? '-'}${l.loopback ? ' loopback' : ''}${l.noarp ? ' noarp' : ''}${l.master === undefined ? '' : ` of ${l.master}`}${l.on === undefined ? '' : ` on ${l.on}`}`,
  address: (a: HostAddress) =>
    `${a.link} ${text(a.address)}/${a.prefix} peer ${text(a.peer)} brd ${text(a.broadcast)} ${a.scope}${a.secondary ? ' secondary' : ''}${a.flags?.map((flag) => ` ${flag}`).join('') ?? ''}`,
  route: (r: Route) =>
    `${r.family} ${r.type} ${text(r.address)}/${r.prefix} table ${r.table} ${r.hops
      .map(
        (h) =>
          `[${text(h.gateway)} ${h.link} ${h.weight}${h.dead ? ' dead' : ''}${h.linkdown ? ' linkdown' : ''}${h.onlink ? ' onlink' : ''}${realms(h)}]`,
      )
      .join(
        '',
      )} src ${text(r.source)} metric ${r.metric} tos ${r.tos} ${r.scope} mtu ${r.mtu} ${r.protocol}${r.preference ? ` pref ${r.preference}` : ''}`,
  rule: (r: PolicyRule) => {
    const range = (name: string, value: { min: number; max: number } | undefined) =>
      value === undefined ? '' : ` ${name} ${value.min}-${value.max}`;
    const side = (name: string, value: PolicyRule['from']) =>
      value === undefined ? '' : ` ${name} ${text(value.address)}/${value.prefix}`;
    const one = (name: string, value: unknown) => (value === undefined ? '' : ` ${name} ${value}`);
    const mark = r.mark === undefined ? '' : ` mark ${r.mark}/${r.markMask}`;
    const action = r.action.kind === 'lookup' ? r.action.table : r.action.kind === 'goto' ? r.action.priority : '';
    return `${r.family} ${r.priority}${r.invert ? ' not' : ''}${side('from', r.from)}${side('to', r.to)}${mark}${one('iif', r.iif)}${one('oif', r.oif)}${one('tos', r.tos)}${one('proto', r.protocol)}${range('sport', r.sport)}${range('dport', r.dport)}${range('uid', r.uid)} ${r.action.kind} ${action}${one('suppress', r.suppressPrefix)}${one('group', r.suppressGroup)}${realms(r)}`.trim();
  },
};

const ADDR = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host
       valid_lft forever preferred_lft forever
2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP group 7 qlen 1000
    link/ether 02:42:AC:11:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 192.0.2.1/24 metric 100 brd 192.0.2.255 scope global dynamic noprefixroute eth0
       valid_lft 67144sec preferred_lft 67144sec
    inet 192.0.2.9/24 brd 192.0.2.255 scope global secondary eth0:1
       valid_lft forever preferred_lft forever
3: eth0.10@eth0: <BROADCAST,MULTICAST> mtu 1400 qdisc noop state DOWN group default
    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff
    inet 10.9.0.1 peer 10.9.0.2/30 scope link eth0.10
       valid_lft forever preferred_lft forever
`;
const LINKS = [
  '1 lo up group 0 mtu 65536 00:00:00:00:00:00 loopback',
  '2 eth0 up group 7 mtu 1500 02:42:ac:11:00:02 of br0',
  '3 eth0.10 down group 0 mtu 1400 02:42:ac:11:00:02 on eth0',
];
const ADDRESSES = [
  'lo 127.0.0.1/8 peer - brd - host',
  'lo ::1/128 peer - brd - host',
  'eth0 192.0.2.1/24 peer - brd 192.0.2.255 global',
  'eth0 192.0.2.9/24 peer - brd 192.0.2.255 global secondary',
  'eth0.10 10.9.0.1/30 peer 10.9.0.2 brd - link',
];

describe('ip addr and ip link', () => {
  const rows: [string, string, string[], string[]][] = [
    ['text', ADDR, LINKS, ADDRESSES],
    [
      'CRLF, a byte order mark and a prompt',
      `\uFEFF[root@host ~]# ip a\r\n${ADDR.replaceAll('\n', '\r\n')}`,
      LINKS,
      ADDRESSES,
    ],
    [
      'one line each',
      '2: eth0    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever preferred_lft forever\n',
      [],
      ['eth0 192.0.2.1/24 peer - brd 192.0.2.255 global'],
    ],
    [
      'JSON',
      '[{},{"ifindex":2,"link":"if5","ifname":"eth0","flags":["UP"],"mtu":1500,"master":"br0","group":"7","address":"02:42:ac:11:00:02","addr_info":[{"family":"inet","local":"10.9.0.1","address":"10.9.0.2","prefixlen":30,"scope":"link","secondary":true},{"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]}]',
      ['2 eth0 up group 7 mtu 1500 02:42:ac:11:00:02 of br0'],
      ['eth0 10.9.0.1/30 peer 10.9.0.2 brd - link secondary', 'eth0 fe80::1/64 peer - brd - link'],
    ],
    [
      'IPv6',
      '2: t0: <POINTOPOINT,NOARP,UP> mtu 1500\n    inet6 2001:db8::1/64 scope global deprecated dynamic noprefixroute \n    inet6 2001:db8::2/64 scope global temporary tentative \n',
      ['2 t0 up group 0 mtu 1500 - noarp'],
      [
        't0 2001:db8::1/64 peer - brd - global deprecated noprefixroute',
        't0 2001:db8::2/64 peer - brd - global temporary tentative',
      ],
    ],
    [
      'IPv6 as JSON',
      '[{"ifindex":2,"ifname":"t0","flags":["NOARP","UP"],"addr_info":[{"family":"inet6","local":"2001:db8::1","prefixlen":64,"scope":"global","deprecated":true,"noprefixroute":true}]}]',
      ['2 t0 up group 0 mtu undefined - noarp'],
      ['t0 2001:db8::1/64 peer - brd - global deprecated noprefixroute'],
    ],
    [
      'JSON by hand, without flags',
      '[{"ifindex":1,"ifname":"lo"},{"ifindex":2,"ifname":"eth0","addr_info":[{"family":"inet","local":"10.9.0.1","prefixlen":30}]}]',
      ['1 lo up group 0 mtu undefined - loopback', '2 eth0 up group 0 mtu undefined -'],
      ['eth0 10.9.0.1/30 peer - brd - global'],
    ],
  ];
  it.each(rows)('%s', (_name, input, links, addresses) => {
    const findings = collect();
    const read = parseAddresses(input, 'a', findings);
    expect(findings.list).toEqual([]);
    expect(read.links.map(show.link)).toEqual(links);
    expect(read.addresses.map(show.address)).toEqual(addresses);
  });

  it('reads links with their details', () => {
    const findings = collect();
    const input = `${ADDR.split('\n').slice(0, 2).join('\n')} promiscuity 0\n    RX: bytes packets\n    5 1\n3: x: <UP> mtu 68\\    link/none \n`;
    expect(parseLinks(input, 'l', findings).map(show.link)).toEqual([LINKS[0], '3 x up group 0 mtu 68 -']);
    expect(findings.list).toEqual([]);
  });
});

describe('ip route', () => {
  const rows: [string, string, string[]][] = [
    [
      'main',
      'default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100 mtu lock 1400 onlink\n10.0.0.0/24 dev eth0.10@eth0 proto kernel scope link src 10.0.0.5 linkdown\nblackhole 10.1.0.0/16 proto bird\nprohibit 10.2.0.0/16 tos 0x10 dead',
      [
        '4 unicast 0.0.0.0/0 table 254 [10.0.0.1 eth0 1 onlink] src 10.0.0.5 metric 100 tos 0 global mtu 1400 dhcp',
        '4 unicast 10.0.0.0/24 table 254 [- eth0.10 1 linkdown] src 10.0.0.5 metric 0 tos 0 link mtu undefined kernel',
        '4 blackhole 10.1.0.0/16 table 254  src - metric 0 tos 0 global mtu undefined bird',
        '4 prohibit 10.2.0.0/16 table 254  src - metric 0 tos 16 global mtu undefined undefined',
      ],
    ],
    [
      'multipath, on several lines and on one',
      'default proto static \n\tnexthop via 10.0.0.1 dev eth0 weight 2 dead linkdown\n\tnexthop via inet6 fe80::1 dev eth1 weight 1\n10/8 \\\tnexthop via 10.0.0.1 dev eth0 weight 1\\\tnexthop dev eth1 weight 3',
      [
        '4 unicast 0.0.0.0/0 table 254 [10.0.0.1 eth0 2 dead linkdown][fe80::1 eth1 1] src - metric 0 tos 0 global mtu undefined static',
        '4 unicast 10.0.0.0/8 table 254 [10.0.0.1 eth0 1][- eth1 3] src - metric 0 tos 0 global mtu undefined undefined',
      ],
    ],
    [
      'realms',
      '10.7.0.0/16\n\tnexthop via 10.0.0.7 realms 9/cosmos dev t0 weight 1\n\tnexthop via 10.0.0.8 dev t0 weight 1\n10.8.0.0/16 via 10.0.0.9 dev t0 realm 7\n10.9.0.0/16 dev t0 realms 3/inr.ac',
      [
        '4 unicast 10.7.0.0/16 table 254 [10.0.0.7 t0 1 realms 589824][10.0.0.8 t0 1] src - metric 0 tos 0 global mtu undefined undefined',
        '4 unicast 10.8.0.0/16 table 254 [10.0.0.9 t0 1 realms 7] src - metric 0 tos 0 global mtu undefined undefined',
        '4 unicast 10.9.0.0/16 table 254 [- t0 1 realms named] src - metric 0 tos 0 global mtu undefined undefined',
      ],
    ],
    [
      'realms as JSON',
      '[{"dst":"10.7.0.0/16","flags":[],"nexthops":[{"gateway":"10.0.0.7","flow":{"from":"9","to":"cosmos"},"dev":"t0","weight":1,"flags":[]}]},{"dst":"10.8.0.0/16","dev":"t0","flags":[],"flow":{"to":"7"}}]',
      [
        '4 unicast 10.7.0.0/16 table 254 [10.0.0.7 t0 1 realms 589824] src - metric 0 tos 0 global mtu undefined undefined',
        '4 unicast 10.8.0.0/16 table 254 [- t0 1 realms 7] src - metric 0 tos 0 global mtu undefined undefined',
      ],
    ],
    [
      'table local, not named',
      'local 10.0.0.5 dev eth0 proto kernel scope host src 10.0.0.5\nbroadcast 10.0.0.255 dev eth0 proto kernel scope link',
      [
        '4 local 10.0.0.5/32 table 255 [- eth0 1] src 10.0.0.5 metric 0 tos 0 host mtu undefined kernel',
        '4 broadcast 10.0.0.255/32 table 255 [- eth0 1] src - metric 0 tos 0 link mtu undefined kernel',
      ],
    ],
    [
      'all tables, both families',
      'default via fe80::1 dev eth0 metric 1024 pref medium\nlocal 10.0.0.5 dev eth0 table local proto kernel scope host\n10.3.0.0/16 dev eth0 table 100',
      [
        '6 unicast ::/0 table 254 [fe80::1 eth0 1] src - metric 1024 tos 0 global mtu undefined undefined',
        '4 local 10.0.0.5/32 table 255 [- eth0 1] src - metric 0 tos 0 host mtu undefined kernel',
        '4 unicast 10.3.0.0/16 table 100 [- eth0 1] src - metric 0 tos 0 global mtu undefined undefined',
      ],
    ],
    [
      'preferences of IPv6',
      'default via fe80::1 dev eth0 metric 1024 pref high\ndefault via fe80::2 dev eth0 metric 1024 pref low',
      [
        '6 unicast ::/0 table 254 [fe80::1 eth0 1] src - metric 1024 tos 0 global mtu undefined undefined pref high',
        '6 unicast ::/0 table 254 [fe80::2 eth0 1] src - metric 1024 tos 0 global mtu undefined undefined pref low',
      ],
    ],
    [
      'preferences of IPv6 as JSON',
      '[{"dst":"default","gateway":"fe80::1","dev":"eth0","metric":1024,"flags":[],"pref":"high"}]',
      ['6 unicast ::/0 table 254 [fe80::1 eth0 1] src - metric 1024 tos 0 global mtu undefined undefined pref high'],
    ],
    [
      'JSON',
      '[{"dst":"default","gateway":"10.0.0.1","dev":"eth0","protocol":"dhcp","prefsrc":"10.0.0.5","metric":100,"flags":["onlink"],"metrics":[{"mtu":1400}]},{"dst":"10.0.0.0/8","flags":[],"tos":"0x10","nexthops":[{"via":{"family":"inet6","host":"fe80::1"},"dev":"eth0","weight":2,"flags":["dead"]},{"dev":"eth1","weight":1,"flags":[]}]}]',
      [
        '4 unicast 0.0.0.0/0 table 254 [10.0.0.1 eth0 1 onlink] src 10.0.0.5 metric 100 tos 0 global mtu 1400 dhcp',
        '4 unicast 10.0.0.0/8 table 254 [fe80::1 eth0 2 dead][- eth1 1] src - metric 0 tos 16 global mtu undefined undefined',
      ],
    ],
  ];
  it.each(rows)('%s', (_name, input, routes) => {
    const findings = collect();
    expect(parseRoutes(input, 'r', findings).routes.map(show.route)).toEqual(routes);
    expect(findings.list).toEqual([]);
  });

  it.each([
    ['local 10.0.0.5 dev eth0 table local', true],
    ['local 10.0.0.5 dev eth0 proto kernel', false],
    ['', false],
  ])('knows a listing of all tables: %s', (input, complete) => {
    expect(parseRoutes(input, 'r', collect()).complete).toBe(complete);
  });
});

describe('ip rule', () => {
  const rows: [string, string, string[]][] = [
    [
      'realms',
      '0:\tfrom all lookup local\n5:\tfrom all lookup main realms 4/6\n6:\tfrom all lookup main realms 7\n7:\tfrom all lookup main realms a/7\n32767:\tfrom all lookup default\n',
      [
        '4 0 lookup 255',
        '4 5 lookup 254 realms 262150',
        '4 6 lookup 254 realms 7',
        '4 7 lookup 254 realms named',
        '4 32767 lookup 253',
      ],
    ],
    [
      'realms as JSON',
      '[{"priority":0,"src":"all","table":"local"},{"priority":5,"src":"all","table":"main","flow_from":"4","flow_to":"6"},{"priority":6,"src":"all","table":"main","flow_to":"6"},{"priority":32767,"src":"all","table":"default"}]',
      ['4 0 lookup 255', '4 5 lookup 254 realms 262150', '4 6 lookup 254 realms 6', '4 32767 lookup 253'],
    ],
    [
      'text',
      '0:\tfrom all lookup local\n5:\tnot from 10.0.0.0/8 to 9.9.9.9 tos 0x10 fwmark 0x1/0xff iif eth0 [detached] oif eth1 uidrange 0-5 ipproto tcp sport 1-5 dport 80 lookup 100 suppress_prefixlength 0 suppress_ifgroup 3 proto static\n6:\tfrom all ipproto ipproto-99 goto 32766 [unresolved]\n7:\tfrom all fwmark 0x2 prohibit\n32766:\tfrom all lookup main\n',
      [
        '4 0 lookup 255',
        '4 5 not from 10.0.0.0/8 to 9.9.9.9/32 mark 1/255 iif eth0 oif eth1 tos 16 proto 6 sport 1-5 dport 80-80 uid 0-5 lookup 100 suppress 0 group 3',
        '4 6 proto 99 goto 32766',
        '4 7 mark 2/4294967295 prohibit',
        '4 32766 lookup 254',
      ],
    ],
    [
      'JSON',
      '[{"priority":5,"not":null,"src":"10.0.0.0","srclen":8,"dst":"9.9.9.9","tos":"0x10","fwmark":"0x1","fwmask":"0xff","iif":"eth0","iif_detached":null,"oif":"eth1","uid_start":0,"uid_end":5,"ipproto":"tcp","sport_start":1,"sport_end":5,"dport":80,"table":"100","suppress_prefixlen":0,"suppress_ifgroup":"3","protocol":"static"},{"priority":6,"src":"all","goto":32766,"unresolved":null},{"priority":7,"src":"all","action":"unreachable"},{"priority":8,"src":"all","l3mdev":null}]',
      [
        '4 5 not from 10.0.0.0/8 to 9.9.9.9/32 mark 1/255 iif eth0 oif eth1 tos 16 proto 6 sport 1-5 dport 80-80 uid 0-5 lookup 100 suppress 0 group 3',
        '4 6 goto 32766',
        '4 7 unreachable',
        '4 8 nop',
      ],
    ],
    ['IPv6 by an address', '5: from 2001:db8::/32 lookup 7', ['6 5 from 2001:db8::/32 lookup 7']],
  ];
  it.each(rows)('%s', (_name, input, rules) => {
    const findings = collect();
    expect(parsePolicyRules([{ name: 'r', text: input }], {}, findings).map(show.rule)).toEqual(rules);
    expect(findings.list).toEqual([]);
  });

  const CUT = '0: from all lookup local\n32766: from all lookup main\n';
  const WHOLE = `${CUT}32767: from all lookup default\n`;
  const SIX = '5: from 2001:db8::/32 lookup 7\n';
  const V4 = '2: eth0: <UP> mtu 1500\n    inet 192.0.2.1/24 scope global eth0\n';
  const V6 = '2: eth0: <UP> mtu 1500\n    inet6 2001:db8::1/64 scope global\n';
  it.each<[about: string, texts: Record<string, string>, families: string, noted?: string]>([
    ['nothing', { r: CUT }, '44', 'r:1 taken as IPv4'],
    ['JSON, nothing', { r: '[{"priority":32766,"src":"all","table":"main"}]' }, '4', 'r:1 taken as IPv4'],
    ['table default', { r: WHOLE }, '444'],
    ['no table main', { r: '5: from all lookup 7\n' }, '4'],
    ['addresses of IPv4', { r: CUT, a: V4 }, '44'],
    ['addresses of IPv4, given first', { a: V4, r: CUT }, '44'],
    ['addresses of IPv6', { r: CUT, a: V6 }, '66'],
    ['addresses of both', { r: CUT, a: V4 + V6 }, '44', 'r:1 taken as IPv4'],
    ['routes of IPv4', { r: CUT, t: 'default via 192.0.2.2 dev eth0\n' }, '44'],
    ['routes of IPv6', { r: CUT, t: '2001:db8::/64 dev eth0 metric 256\n' }, '66'],
    ['routes of one, addresses of the other', { r: CUT, t: '10.0.0.0/8 dev eth0\n', a: V6 }, '44', 'r:1 taken as IPv4'],
    ['another listing of IPv4', { r: WHOLE, s: CUT, a: V4 + V6 }, '44466', 's:1 taken as IPv6'],
    ['another listing of IPv6', { r: CUT, s: SIX }, '446', 'r:1 taken as IPv4'],
    ['its file', { 'rules6.txt': CUT }, '66'],
    ['its file, of IPv4', { 'fw-6/ip-4-rule': CUT }, '44'],
    ['its file, with a v', { 'ip/rules.v6': CUT, a: V4 + V6 }, '66'],
    ['its file, a part', { 'ip6.rule': '5: from all lookup 7\n' }, '6'],
    ['addresses before its file', { 'ip6.rule': CUT, a: V4 }, '44'],
    ['a folder, which says nothing', { 'hosts/ip6/rule': CUT }, '44', 'hosts/ip6/rule:1 taken as IPv4'],
    ['a number in a file, which says nothing', { 'fw-6.rule-64': CUT }, '44', 'fw-6.rule-64:1 taken as IPv4'],
    ['a file that says both', { 'ip4-rule6': CUT }, '44', 'ip4-rule6:1 taken as IPv4'],
    ['its command', { r: `$ ip -6 rule\n${CUT}`, a: V4 }, '66'],
    ['its command, without a family', { r: `root@h:~# ip rule\n${CUT}`, a: V6 }, '44'],
    ['an address before its command', { r: `$ ip rule\n${SIX}` }, '6'],
  ])('is of a family by %s', (_, texts, families, noted) => {
    const findings = collect();
    const { host } = parseTexts(
      Object.entries(texts).map(([name, text]) => ({ name, text })),
      findings,
    );
    expect(host.rules!.map(({ family }) => family).join('')).toBe(families);
    const notes = findings.list.map(({ message, place }) => `${place!.file}:${place!.line} ${message.split(': ')[1]}`);
    expect(notes).toEqual(noted === undefined ? [] : [noted]);
  });

  it('gives a table of the host’s own name the number that routes to it have', () => {
    const [rule] = parsePolicyRules([{ name: 'r', text: '5: from 10.0.0.1 lookup vpn' }], {}, collect());
    const [route] = parseRoutes('10.0.0.0/8 dev tun0 table vpn', 'r', collect()).routes;
    expect(rule!.action).toEqual({ kind: 'lookup', table: route!.table });
  });
});

describe('sysctl', () => {
  it.each([
    ['net.ipv4.ip_forward = 1', 'net.ipv4.ip_forward', '1'],
    ['net.ipv4.ip_forward=0', 'net.ipv4.ip_forward', '0'],
    ['net/ipv4/conf/eth0.10/rp_filter = 2', 'net.ipv4.conf.eth0.10.rp_filter', '2'],
    ['net.ipv4.conf.eth0/10.rp_filter = 2', 'net.ipv4.conf.eth0.10.rp_filter', '2'],
    ['/proc/sys/net/ipv4/conf/all/rp_filter:1', 'net.ipv4.conf.all.rp_filter', '1'],
    ['-net.ipv4.tcp_rmem = 4096\t87380\t6291456', 'net.ipv4.tcp_rmem', '4096\t87380\t6291456'],
  ])('%s', (line, key, value) => {
    const findings = collect();
    expect(parseSysctl(`# comment\n${line}\n`, 's', findings)).toEqual([{ key, value }]);
    expect(findings.list).toEqual([]);
  });
});

describe('what is not understood', () => {
  type Reader = (input: string, findings: ReturnType<typeof collect>) => number;
  const routes: Reader = (input, f) => parseRoutes(input, 'f', f).routes.length;
  const addresses: Reader = (input, f) => parseAddresses(input, 'f', f).addresses.length;
  const rules: Reader = (input, f) => parsePolicyRules([{ name: 'f', text: input }], {}, f).length;
  const sysctls: Reader = (input, f) => parseSysctl(input, 'f', f).length;
  const rows: [string, Reader, string, number, string[]][] = [
    ['a line between routes', routes, 'default dev a\nwhat is this\n10.0.0.0/8 dev b', 2, ['unreadable-line 2:1']],
    ['a word of a route', routes, 'default dev a frob', 1, ['unknown-word 1:15']],
    ['a number of a route', routes, 'default dev a metric many', 1, ['bad-value 1:22']],
    ['a route cut short', routes, 'default via', 1, ['bad-value 1:9']],
    [
      'an answer of ip route get',
      routes,
      '8.8.8.8 via 10.0.0.1 dev a src 10.0.0.2 uid 0 \n    cache',
      0,
      ['route-get 1:1'],
    ],
    [
      'an address',
      addresses,
      '1: a: <UP> mtu 1\n    inet 10.0.0.300/8 scope global a\n    inet 10.0.0.1/8 scope global a',
      1,
      ['bad-address 2:10'],
    ],
    ['a group by name', addresses, '1: a: <UP> mtu 1 group dmz\n', 0, ['unknown-group 1:24']],
    ['a word of a rule', rules, '5:\tfrom all frob lookup 3\n6:\tfrom all lookup 4', 1, ['unreadable-rule 1:13']],
    [
      'a line of sysctl',
      sysctls,
      'net.ipv4.ip_forward = 1\nwhat\nsysctl: permission denied',
      1,
      ['unreadable-line 2:1', 'sysctl-error 3:1'],
    ],
    ['JSON that is cut', routes, '[{"dst":"default","dev":"a"},\n {"dst":"10.0', 1, ['bad-json 2:2']],
    [
      'JSON with a mistake',
      routes,
      '[{"dst":"default","dev":"a"},{"dst":"10.0.0.0/8" "dev":"b"},{"dst":"10.1.0.0/16","dev":"a"}]',
      2,
      ['bad-json 1:50'],
    ],
    ['JSON without an end', routes, '[{"dst":"default","dev":"a"}', 1, ['bad-json 1:28']],
    ['JSON of something else', routes, '[{"a":1}]', 0, ['unreadable-route 1:2']],
  ];
  it.each(rows)('%s', (_name, read, input, count, complaints) => {
    const findings = collect();
    expect(read(input, findings)).toBe(count);
    expect(said(findings.list)).toEqual(complaints);
  });

  it('never throws, whatever is cut or changed', () => {
    const texts = [
      ADDR,
      rulesText,
      routesText,
      '[{"dst":"default","nexthops":[{"dev":"a"}],"metrics":[{"mtu":1}]}]',
      '[{"ifindex":1,"ifname":"a","flags":[],"addr_info":[{"local":"1.2.3.4"}]}]',
    ];
    for (const whole of texts)
      for (let cut = 0; cut < whole.length; cut += 3)
        for (const input of [
          whole.slice(0, cut),
          whole.slice(cut),
          `${whole.slice(0, cut)}\u0000"}{[${whole.slice(cut)}`,
        ])
          for (const read of [routes, addresses, rules, sysctls, linksOf])
            expect(() => read(input, collect())).not.toThrow();
  });
  const rulesText = '5: not from 10.0.0.0/8 fwmark 0x1/0x2 lookup main';
  const routesText =
    'default proto static \n\tnexthop via 10.0.0.1 dev eth0 weight 2\n10.0.0.0/8 dev a src 10.0.0.1 mtu 5';
  const linksOf: Reader = (input, f) => parseLinks(input, 'f', f).length;
});

describe('recogniseHost', () => {
  it.each([
    ['addr', ADDR],
    ['addr', '2: eth0    inet 192.0.2.1/24 scope global eth0\\       valid_lft forever'],
    ['addr', '[{"ifindex":1,"ifname":"lo","addr_info":[]}]'],
    ['link', '1: lo: <LOOPBACK,UP> mtu 65536\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'],
    ['link', '[{"ifindex":1,"ifname":"lo","flags":[]}]'],
    ['route', '# ip route\ndefault via 10.0.0.1 dev eth0'],
    ['route', 'blackhole 10.0.0.0/8'],
    ['route', 'local 127.0.0.1 dev lo table local proto kernel'],
    ['route', '[{"dst":"default","dev":"eth0","flags":[]}]'],
    ['rule', '0:\tfrom all lookup local'],
    ['rule', '[{"priority":0,"src":"all","table":"local"}]'],
    ['sysctl', 'net.ipv4.ip_forward = 1'],
    ['sysctl', 'net/ipv4/ip_forward=1'],
    [undefined, '[]'],
    [undefined, ''],
    [undefined, '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\nCOMMIT\n'],
    [undefined, 'create a hash:ip\nadd a 10.0.0.1\n'],
    [undefined, 'Dear all, the default via the office is down.'],
  ])('%s', (kind, input) => {
    expect(recogniseHost(input)).toBe(kind);
  });
});

describe('buildHost', () => {
  const read = (addr: string | undefined, routes?: string) => {
    const list = addr === undefined ? undefined : parseAddresses(addr, 'a', collect());
    return buildHost({
      addresses: list?.addresses,
      addressLinks: list?.links,
      routes: routes === undefined ? undefined : [parseRoutes(routes, 'r', collect())],
    });
  };
  const routesOf = (host: ReturnType<typeof read>) =>
    host.routes?.map((r) => `${r.table} ${r.type} ${text(r.address)}/${r.prefix} ${r.hops[0]?.link} ${text(r.source)}`);
  const LOCAL = [
    '255 local 127.0.0.1/32 lo 127.0.0.1',
    '255 local 127.0.0.0/8 lo 127.0.0.1',
    '255 broadcast 127.255.255.255/32 lo 127.0.0.1',
    '255 local 192.0.2.1/32 eth0 192.0.2.1',
    '255 broadcast 192.0.2.255/32 eth0 192.0.2.1',
    '255 local 192.0.2.9/32 eth0 192.0.2.1',
    // its link is down
    '255 local 10.9.0.1/32 eth0.10 10.9.0.1',
  ];

  it('assumes table local and the connected routes of addresses alone', () => {
    const host = read(ADDR);
    expect(routesOf(host)).toEqual([...LOCAL, '254 unicast 192.0.2.0/24 eth0 192.0.2.1']);
    expect(host.assumed).toEqual(['local-table', 'connected-routes']);
  });
  it('gives two hosts of a /31 no broadcast address, and a /32 no prefix', () => {
    const lines = ['10.0.0.0/31', '10.0.0.9/32'].map((own) => `    inet ${own} scope global a`);
    const host = read(`1: lo: <LOOPBACK,UP> mtu 1\n2: a: <UP> mtu 1500\n${lines.join('\n')}`);
    expect(routesOf(host)).toEqual([
      '255 local 10.0.0.0/32 a 10.0.0.0',
      '255 local 10.0.0.9/32 a 10.0.0.9',
      '254 unicast 10.0.0.0/31 a 10.0.0.0',
    ]);
  });
  it('assumes table local where a plain ip route is given', () => {
    const host = read(ADDR, 'default via 192.0.2.254 dev eth0');
    expect(routesOf(host)).toEqual(['254 unicast 0.0.0.0/0 eth0 -', ...LOCAL]);
    expect([host.assumed, host.tables]).toEqual([['local-table'], [254, 255]]);
  });
  it('assumes nothing where all tables are given', () => {
    const host = read(ADDR, 'local 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1');
    expect([host.routes?.length, host.assumed, host.tables]).toEqual([1, [], 'all']);
  });
  it('knows the tables of IPv6 that were given', () => {
    expect(read(ADDR, '2001:db8::/64 dev eth0 metric 256 pref medium').tables6).toEqual([254]);
    expect(read(ADDR, 'local 2001:db8::1 dev eth0 table local proto kernel metric 0 pref medium').tables6).toBe('all');
    expect(read(ADDR, 'default via 192.0.2.254 dev eth0').tables6).toEqual([]);
  });
  it('knows nothing of what was not given', () => {
    expect(read(undefined)).toEqual({
      links: undefined,
      addresses: undefined,
      routes: undefined,
      rules: undefined,
      sysctls: new Map(),
      tables: [],
      tables6: [],
      assumed: [],
    });
  });
  it('counts a rule that stands in two texts once', () => {
    const text = '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default';
    const rules = parsePolicyRules([{ name: 'r', text }], {}, collect());
    expect(buildHost({ rules: [...rules, ...rules] }).rules).toEqual(rules);
  });
  it('gives a host without its loopback link the loopback address', () => {
    const host = read('2: eth0: <UP> mtu 1500\n    inet 10.0.0.1/24 scope global eth0');
    expect(host.addresses!.map(show.address)[0]).toBe('lo 127.0.0.1/8 peer - brd - host');
  });
});

describe('the addresses that routes tell', () => {
  const FAR = '10.64.64.64 dev ppp0 proto kernel scope link src 100.64.0.7\n';
  it.each<[name: string, routes: string, addresses: string[] | undefined, mayBeOwn: string[]]>([
    [
      'of a network, with its prefix, once',
      'default via 192.0.2.254 dev eth0 proto dhcp src 192.0.2.1 metric 100\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1 metric 100\n',
      ['eth0 192.0.2.1/24 peer - brd - global'],
      [],
    ],
    ['of a link of two', FAR, ['ppp0 100.64.0.7/32 peer 10.64.64.64 brd - global'], []],
    [
      'of a route that a gateway is on',
      'default via 192.0.2.254 dev eth0 src 192.0.2.1\n',
      ['eth0 192.0.2.1/32 peer - brd - global'],
      [],
    ],
    ['none of a route by hand', 'default via 192.0.2.254 dev eth0\n192.0.2.0/24 dev eth0\n', [], ['192.0.2.0/24']],
    ['none of a link of two', 'default dev ppp0\n10.64.64.64 dev ppp0\n', [], ['0.0.0.0/0', '10.64.64.64/32']],
    [
      'one on another link',
      '192.0.2.0/24 dev eth0\n192.0.2.0/25 dev eth1 src 192.0.2.1\n',
      ['eth1 192.0.2.1/25 peer - brd - global'],
      [],
    ],
    [
      'a network of which the link has none',
      `default dev eth9\n${FAR}`,
      ['ppp0 100.64.0.7/32 peer 10.64.64.64 brd - global'],
      ['0.0.0.0/0'],
    ],
    ['what goes nowhere', 'blackhole 10.0.0.0/8\nunreachable 10.9.0.0/16 src 192.0.2.1\n', [], []],
    [
      'all tables',
      'default via 192.0.2.254 dev eth0\nlocal 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1\n',
      undefined,
      [],
    ],
    ['another table', 'default via 192.0.2.254 dev eth0 table 100 src 192.0.2.1\n', undefined, []],
    ['IPv6', 'default via fe80::1 dev eth0 src 2001:db8::1\n', undefined, []],
  ])('%s', (_name, routes, addresses, mayBeOwn) => {
    const told = addressesOfRoutes([parseRoutes(routes, 'r', { add: ({ message }) => expect(message).toBe('') })]);
    expect(told?.routed.map(show.address)).toEqual(addresses);
    const marked = (told?.routes ?? []).flatMap((listing) => listing.routes).filter((route) => route.mayBeOwn);
    expect(marked.map(({ address, prefix }) => `${text(address)}/${prefix}`)).toEqual(mayBeOwn);
  });

  it('count where no text gives addresses, with 127.0.0.1', () => {
    const host = (...texts: string[]) =>
      parseTexts(
        texts.map((text, i) => ({ name: `${i}`, text })),
        { add: () => {} },
      ).host;
    const alone = host(FAR, '1: lo: <LOOPBACK,UP> mtu 65536\n');
    expect(alone.addresses?.map(show.address)).toEqual([
      'lo 127.0.0.1/8 peer - brd - host',
      'ppp0 100.64.0.7/32 peer 10.64.64.64 brd - global',
    ]);
    expect(alone.assumed).toEqual(['addresses-of-routes']);
    expect(host(FAR, ADDR).assumed).toEqual(['local-table']);
    expect(host(FAR, ADDR).addresses?.map(show.address)).toEqual(ADDRESSES);
  });
});
