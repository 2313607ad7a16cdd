/** Tables of the matches that look at the host: its addresses, routes, links and sets. */
import type { PacketLine } from '../scenario.js';
import { each, framed, local, type MatchTable, TAP, wire, wire6 } from './table.js';

const ADDRESSES = [
  ...['0.0.0.0', '0.1.2.3', '10.20.0.0', '10.20.0.1', '10.20.0.9', '10.20.0.255', '10.99.0.1', '10.99.0.255'],
  ...['127.0.0.1', '127.1.2.3', '127.255.255.255', '192.168.1.1', '192.168.1.255', '192.168.1.7', '8.8.8.8'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '10.50.0.1', '10.51.0.1', '10.52.0.1'],
];
const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
];
const ROUTES = [
  'ip route add blackhole 10.50.0.0/16',
  'ip route add unreachable 10.51.0.0/16',
  'ip route add local 10.52.0.0/16 dev lo',
  'ip route add broadcast 10.99.7.0/24 dev eth2 table local',
  'ip route add unreachable 10.99.8.0/24 table local',
  'ip route add throw 10.99.9.0/24 table local',
];
const MORE = [...ADDRESSES, '10.99.7.9', '10.99.8.9', '10.99.9.9'];
const never = ['UNSPEC', 'ANYCAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT'];

const SETS = `create ip hash:ip
add ip 192.168.1.5
create net hash:net
add net 192.168.0.0/16
add net 192.168.1.0/24 nomatch
add net 192.168.1.8/29
create ipp hash:ip,port
add ipp 192.168.1.5,tcp:80
add ipp 192.168.1.5,udp:53
add ipp 192.168.1.5,icmp:8/0
create port bitmap:port range 0-1023
add port 80
create nif hash:net,iface
add nif 192.168.0.0/16,eth0
add nif 10.0.0.0/8,eth1
create all list:set
add all net
add all ip
create none hash:ip
`;

const MAC = '00:01:02:0a:0b:ff';
const FRAMES: readonly Required<Pick<PacketLine, 'mac' | 'pkttype'>>[] = [
  { mac: MAC, pkttype: 'unicast' },
  { mac: '00:01:02:0a:0b:fe', pkttype: 'unicast' },
  { mac: '00:00:02:0a:0b:ff', pkttype: 'unicast' },
  { mac: '00:00:00:00:00:00', pkttype: 'unicast' },
  { mac: MAC, pkttype: 'broadcast' },
  { mac: '00:01:02:0a:0b:fe', pkttype: 'multicast' },
];
// of the types with such addresses the kernel here has this one
const MAC_SETS = [
  'create bits bitmap:ip,mac range 10.30.0.0/24',
  `add bits 10.30.0.5,${MAC}`,
  'add bits 10.30.0.6,00:01:02:0a:0b:fe',
  `add bits 10.30.0.8,${MAC}`,
  'create other hash:ip',
  'add other 10.30.0.7',
  'create lists list:set',
  'add lists bits',
  'add lists other',
  '',
].join('\n');

export const HOSTS: readonly MatchTable[] = [
  {
    name: 'addrtype',
    rules: [
      ...TYPES.map((type) => `--dst-type ${type}`),
      ...['LOCAL', 'UNICAST', 'BROADCAST'].map((type) => `--src-type ${type}`),
      ...[
        '! --dst-type LOCAL',
        '--dst-type LOCAL,BROADCAST',
        '! --dst-type UNICAST,MULTICAST',
        '! --src-type LOCAL --dst-type LOCAL',
      ],
      ...[
        '--dst-type LOCAL --limit-iface-in',
        '! --dst-type LOCAL --limit-iface-in',
        '--dst-type UNICAST --limit-iface-in',
      ],
      ...[
        '--dst-type BROADCAST --limit-iface-in',
        '--src-type LOCAL --limit-iface-in',
        '--dst-type THROW,NAT,XRESOLVE',
      ],
    ].map((text) => `-m addrtype ${text}`),
    constant: [
      '--dst-type UNSPEC',
      '--dst-type ANYCAST',
      '--dst-type BLACKHOLE',
      '--dst-type PROHIBIT',
      '--dst-type UNREACHABLE',
      '--dst-type THROW,NAT,XRESOLVE',
    ].map((text) => `-m addrtype ${text}`),
    setup: ROUTES,
    packets: ['eth0', 'eth1', 'eth2'].flatMap((device) => [
      ...MORE.map((dst) => wire({ dst }, device)),
      ...MORE.map((src) => wire({ src }, device)),
    ]),
  },
  {
    name: 'addrtype',
    at: 'mangle OUTPUT',
    rules: [
      ...['--dst-type LOCAL', '--dst-type LOCAL --limit-iface-out', '--src-type LOCAL --limit-iface-out'],
      ...[
        '! --src-type LOCAL --limit-iface-out',
        '--dst-type UNICAST --limit-iface-out',
        '--dst-type BROADCAST --limit-iface-out',
      ],
    ].map((text) => `-m addrtype ${text}`),
    constant: [
      ...never.map((type) => `-m addrtype --dst-type ${type}`),
      '-m addrtype --dst-type BROADCAST --limit-iface-out',
    ],
    packets: ['10.20.0.1', '192.168.1.1', '10.99.0.1'].flatMap((src) =>
      ['10.20.0.9', '10.20.0.1', '192.168.1.1', '192.168.1.7', '127.0.0.1', '8.8.8.8', '10.99.0.1'].map((dst) =>
        local({ src, dst }),
      ),
    ),
  },
  {
    name: 'rpfilter',
    rules: [
      '',
      '--invert',
      '--loose',
      '--loose --invert',
      '--accept-local',
      '--accept-local --invert',
      '--validmark',
      '--loose --accept-local',
    ].map((text) => `-m rpfilter ${text}`.trim()),
    setup: [
      'ip route add 172.16.0.0/12 via 10.20.0.254',
      'ip rule add fwmark 7 lookup 100',
      'ip route add default via 10.99.0.254 table 100',
    ],
    packets: ['eth0', 'eth1', 'eth2'].flatMap((device) => [
      ...[...ADDRESSES, '172.16.3.4'].map((src) => wire({ src }, device)),
      wire({ dst: '192.168.1.255' }, device),
      wire({ src: '10.99.0.8', dst: '224.0.0.1' }, device),
    ]),
  },
  {
    name: 'devgroup',
    at: 'mangle FORWARD',
    rules: [
      '--src-group 0x21',
      '! --src-group 0x21',
      '--src-group 1/0xf',
      '--dst-group default',
      '! --dst-group 0x20/0xf0',
      '--src-group 0x21 ! --dst-group 0x22',
      '--dst-group 0x12/0x0f',
    ].map((text) => `-m devgroup ${text}`),
    setup: ['ip link set eth0 group 33', 'ip link set eth1 group 34'],
    packets: ['eth0', 'eth1', 'eth2'].flatMap((device) =>
      ['192.168.1.7', '10.20.0.7', '10.99.0.7'].map((dst) => wire({ src: '7.7.7.7', dst }, device)),
    ),
  },
  {
    name: 'mark',
    at: 'mangle OUTPUT',
    rules: ['0', '! 0', '0x15', '! 0x15', '0x5/0xf', '! 0x10/0xf0', '0/0', '0x1f/0xf', '0x80000000/0x80000000'].map(
      (text) => (text.startsWith('! ') ? `-m mark ! --mark ${text.slice(2)}` : `-m mark --mark ${text}`),
    ),
    constant: ['-m mark --mark 0/0', '-m mark --mark 0x1f/0xf'],
    packets: [0, 1, 5, 0x15, 0x25, 0x1f, 0x7fffffff, 0x80000000, 0xffffffff].map((mark) => ({ ...local(), mark })),
  },
  {
    name: 'set',
    at: 'mangle FORWARD',
    sets: SETS,
    rules: [
      ...['--match-set ip src', '! --match-set ip src', '--match-set ip dst', '--match-set ip src,dst', '--set ip src'],
      ...[
        '--match-set net src',
        '! --match-set net src',
        '--match-set net src --return-nomatch',
        '! --match-set net src --return-nomatch',
      ],
      ...[
        '--match-set ipp src,dst',
        '! --match-set ipp src,dst',
        '--match-set ipp src',
        '--match-set ipp src,src',
        '--match-set port dst',
      ],
      ...[
        '! --match-set port src',
        '--match-set nif src,src',
        '--match-set nif dst,dst',
        '! --match-set nif src,dst',
        '--match-set all src',
      ],
      ...[
        '--match-set ip src --packets-gt 5',
        '! --match-set all src --packets-eq 1 --bytes-lt 1',
        '! --match-set all src --return-nomatch',
        '--match-set none src',
        '! --match-set none src,dst ! --update-counters',
      ],
    ].map((text) => `-m set ${text}`),
    constant: ['-m set --match-set ipp src', '-m set --match-set none src'],
    packets: [
      ...each([4, 5, 8, 15, 16], (n) => ({ src: `192.168.1.${n}` })),
      ...each(
        [{ src: '192.168.2.5' }, { src: '7.7.7.7' }, { dport: 53, proto: 'udp' }, { dport: 53 }, { proto: 'icmp' }],
        (spec) => spec,
      ),
      ...each(
        [{ proto: 'icmp', type: 0 }, { sport: 80 }, { proto: 'sctp' }, { proto: 50 }, { frag: 3, payload: '00500050' }],
        (spec) => spec,
      ),
      ...each([{ dst: '10.99.0.9' }, { dst: '10.20.0.1' }], (spec) => spec),
      wire({ src: '192.168.1.9' }, 'eth1'),
      wire({ src: '10.20.0.9', dst: '192.168.1.5', sport: 80, dport: 1000 }, 'eth1'),
      ...each([0, 4, 8, 19], (truncate) => ({ truncate })),
    ],
  },
  {
    // what has no frame is to this host; a copy of what it sends itself goes by its address
    name: 'pkttype',
    rules: ['unicast', 'broadcast', 'multicast', 'otherhost'].flatMap((kind) => [
      `-m pkttype --pkt-type ${kind}`,
      `-m pkttype ! --pkt-type ${kind}`,
    ]),
    constant: ['-m pkttype --pkt-type otherhost'],
    packets: [
      ...each(['10.20.0.9', '192.168.1.1', '192.168.1.255', '224.0.0.1', '255.255.255.255'], (dst) => ({ dst })),
      ...['10.20.0.9', '10.20.0.1', '127.0.0.1', '127.255.255.255', '10.20.0.255', '255.255.255.255', '224.0.0.1'].map(
        (dst) => local({ dst, proto: 'udp' }),
      ),
    ],
  },
  {
    name: 'pkttype',
    at: 'mangle POSTROUTING',
    rules: ['unicast', 'broadcast', 'multicast'].map((kind) => `-m pkttype --pkt-type ${kind}`),
    constant: ['unicast', 'broadcast', 'multicast'].map((kind) => `-m pkttype --pkt-type ${kind}`),
    packets: [
      wire(),
      ...['10.20.0.9', '10.20.0.1', '10.20.0.255', '224.0.0.1'].map((dst) => local({ dst, proto: 'udp' })),
    ],
  },
  {
    name: 'mac',
    setup: TAP,
    rules: [MAC, '00:01:02:0a:0b:fe', '00:00:02:0a:0b:ff', '00:00:00:00:00:00'].flatMap((mac) => [
      `-m mac --mac-source ${mac}`,
      `-m mac ! --mac-source ${mac}`,
    ]),
    packets: [
      ...FRAMES.map((frame) => framed({}, frame)),
      wire(),
      ...['10.20.0.1', '10.20.0.255', '224.0.0.1'].map((dst) => local({ dst, proto: 'udp' })),
    ],
  },
  {
    name: 'pkttype of frames',
    setup: TAP,
    rules: ['unicast', 'broadcast', 'multicast'].flatMap((kind) => [
      `-m pkttype --pkt-type ${kind}`,
      `-m pkttype ! --pkt-type ${kind}`,
    ]),
    packets: [...FRAMES.map((frame) => framed({}, frame)), wire()],
  },
  {
    name: 'eui64',
    family: 6,
    setup: TAP,
    rules: ['-m eui64'],
    packets: [
      ...['00:01:02:0a:0b:ff', '02:01:02:0a:0b:ff', 'fe:dc:ba:98:76:54', '00:00:00:00:00:00'].flatMap((mac) =>
        ['201:2ff:fe0a:bff', '1:2ff:fe0a:bff', 'fcdc:baff:fe98:7654', '200:ff:fe00:0', '0:ff:fe00:0'].map((half) =>
          framed({ src: `2001:db8:3:0:${half}`, dst: '2001:db8:1::9' }, { mac }),
        ),
      ),
      ...['201:3ff:fe0a:bff', '201:2fe:fe0a:bff', '201:2ff:ff0a:bff', '201:2ff:fe0a:bfe', '281:2ff:fe0a:bff'].map(
        (half) => framed({ src: `2001:db8:3:0:${half}`, dst: '2001:db8:1::9' }, { mac: '00:01:02:0a:0b:ff' }),
      ),
      wire6({ src: '2001:db8::200:ff:fe00:0' }),
    ],
  },
  {
    name: 'set of link-layer addresses',
    setup: TAP,
    sets: MAC_SETS,
    rules: ['bits src,src', 'bits src', 'bits dst,src', 'lists src,src', 'lists src'].flatMap((how) => [
      `-m set --match-set ${how}`,
      `-m set ! --match-set ${how}`,
    ]),
    constant: ['', '! '].map((not) => `-m set ${not}--match-set bits src`),
    packets: [
      ...['10.30.0.5', '10.30.0.6', '10.30.0.7', '10.30.0.9', '10.30.1.5'].flatMap((src) =>
        FRAMES.map((frame) => framed({ src }, frame)),
      ),
      ...['10.30.0.5', '10.30.0.6', '10.30.0.8'].flatMap((dst) =>
        FRAMES.slice(0, 4).map((frame) => framed({ src: '10.20.0.9', dst }, frame)),
      ),
      wire({ src: '10.30.0.5' }),
      local({ src: '10.30.0.8', dst: '127.0.0.1', proto: 'udp' }),
    ],
  },
  {
    // of a message that no connection is known of: which types begin one, and which are left alone
    name: 'state of ICMPv6',
    family: 6,
    rules: ['NEW', 'INVALID', 'UNTRACKED', 'RELATED'].map((state) => `-m conntrack --ctstate ${state}`),
    constant: ['-m conntrack --ctstate RELATED'],
    packets: Array.from({ length: 256 }, (_, type) =>
      wire6({ proto: 'ipv6-icmp', type, payload: '00'.repeat(48), ttl: 255 }),
    ),
  },
];
