/** Sets that rules change: what of a packet is added by each type, taken out again, and for how long. */
import { framed, TAP, wire, wire6 } from '../matches/table.js';
import type { PacketLine } from '../scenario.js';
import { chainOf, type Sequence } from './sequence.js';

/** As often, and as they come, as the seed says. */
function drawn(count: number, seed: number, of: readonly PacketLine[]): Sequence['steps'] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return [0, of[(state >>> 16) % of.length]!] as const;
  });
}

/** Whether it is there is asked, then it is added, or deleted where the packet's time to live says so. */
const around = (directions: string, add = '', hops = 'ttl --ttl'): string =>
  chainOf('mangle PREROUTING', [
    `-m set --match-set s ${directions}`,
    `-m set ! --match-set s ${directions}`,
    `-m ${hops}-eq 9 -j SET --del-set s ${directions}`,
    `-m ${hops}-gt 9 -j SET --add-set s ${directions}${add}`,
    `-m set --match-set s ${directions}`,
  ]);

const SIDES = [5, 6, 77, 130];
const TTLS = [9, 64, 64];
const udp = SIDES.flatMap((last) =>
  TTLS.flatMap((ttl) =>
    [80, 81].flatMap((dport) => [
      wire({ proto: 'udp', src: `192.168.1.${last}`, ttl, dport }),
      wire({ proto: 'tcp', src: `192.168.1.${last}`, dst: '10.20.3.9', ttl, dport }),
    ]),
  ),
);
const several = [
  ...udp,
  ...TTLS.flatMap((ttl) => [
    wire({ proto: 'icmp', type: 8, ttl }),
    wire({ proto: 'icmp', type: 13, ttl }),
    wire({ proto: 'gre', ttl }),
    // without a port
    wire({ proto: 'udp', ttl, frag: 5 }),
  ]),
];
const six = SIDES.flatMap((last) =>
  TTLS.flatMap((ttl) =>
    ['udp', 'tcp'].map((proto) => wire6({ src: `2001:db8::${last}`, proto: proto as 'udp', ttl, dport: last })),
  ),
);

/** Types, what they have at first, and what rules ask of them. */
const OF_TYPES: readonly (readonly [sets: string, directions: string, add?: string])[] = [
  ['create s hash:ip', 'src'],
  ['create s hash:ip', 'dst,src'],
  ['create s hash:ip netmask 25', 'src'],
  ['create s hash:ip\nadd s 192.168.1.5', 'src', ' --exist'],
  ['create s hash:net', 'src'],
  ['create s hash:net\nadd s 192.168.1.0/25\nadd s 10.0.0.0/8', 'src'],
  ['create s hash:net\nadd s 192.168.1.0/24\nadd s 192.168.1.4/30 nomatch', 'src'],
  ['create s hash:net\nadd s 192.168.1.0/24\nadd s 192.168.1.4/30 nomatch', 'src', ' --exist'],
  ['create s hash:ip,port', 'src,dst'],
  ['create s hash:ip,port', 'dst,src'],
  ['create s hash:ip,port,ip', 'src,dst,dst'],
  ['create s hash:ip,port,net\nadd s 192.168.1.5,udp:80,10.20.0.0/24', 'src,dst,dst'],
  ['create s hash:net,port', 'src,dst'],
  ['create s hash:net,port\nadd s 192.168.1.0/26,tcp:80', 'src,dst'],
  ['create s hash:net,iface', 'src,src'],
  ['create s hash:net,iface\nadd s 192.168.1.0/24,eth1', 'src,src'],
  ['create s hash:net,iface\nadd s 192.168.1.4/30,eth1\nadd s 192.168.1.4/30,et wildcard', 'src,src'],
  ['create s bitmap:ip range 192.168.1.0/25', 'src'],
  ['create s bitmap:ip range 192.168.0.0/16 netmask 26', 'src'],
  ['create s bitmap:port range 1-80', 'dst'],
  [
    'create a hash:ip,port\ncreate b hash:ip maxelem 2\ncreate c hash:ip\ncreate s list:set\nadd s b\nadd s a\nadd s c',
    'src,dst',
  ],
  ['create s hash:ip maxelem 2', 'src'],
  ['create s hash:ip,port maxelem 3 timeout 500', 'src,dst', ' --exist'],
  ['create s hash:net maxelem 2 counters comment skbinfo', 'src'],
];

const types: Sequence[] = OF_TYPES.map(([sets, directions, add = ''], i) => ({
  name: `SET ${directions}${add}: ${sets.replaceAll('\n', ', ')}`,
  sets,
  rules: around(directions, add),
  steps: drawn(60, i + 1, several),
}));
const types6: Sequence[] = [
  'hash:ip family inet6',
  'hash:net family inet6',
  'hash:net,port family inet6',
  'bitmap:port range 1-99',
].map((type, i) => ({
  name: `SET of IPv6: ${type}`,
  family: 6,
  sets: `create s ${type}`,
  rules: around(type.startsWith('bitmap') ? 'dst' : 'src,dst', '', 'hl --hl'),
  steps: drawn(40, i + 1, six),
}));

/** What members count, asked before and behind other look-ups that count too. */
const counting = (directions: string, quiet = ''): string =>
  chainOf('mangle PREROUTING', [
    `-m set --match-set s ${directions} --packets-gt 4`,
    `-m set --match-set s ${directions} --packets-lt 9${quiet}`,
    `-m set --match-set s ${directions} ! --packets-eq 7 ! --update-counters`,
    `-m set ! --match-set s ${directions} --bytes-gt 400`,
    `-m set --match-set s ${directions} --bytes-lt 900 --packets-gt 2`,
    `-m ttl --ttl-eq 9 -m set --match-set s ${directions}`,
  ]);
const COUNTED: Sequence[] = [
  ['create s hash:ip counters\nadd s 192.168.1.5 packets 3 bytes 100\nadd s 192.168.1.6', 'src'],
  ['create s hash:ip,port counters\nadd s 192.168.1.5,udp:80\nadd s 192.168.1.77,tcp:81 packets 90 bytes 1', 'src,dst'],
  ['create s hash:net counters\nadd s 192.168.1.0/25 packets 1 bytes 1', 'src'],
  // where a net's counters do not fit the next wider one is asked
  [
    'create s hash:net counters\nadd s 192.168.1.0/30\nadd s 192.168.1.0/24 packets 5 bytes 9\nadd s 192.168.0.0/16',
    'src',
  ],
  [
    'create s hash:net,port counters\nadd s 192.168.1.0/25,udp:80\nadd s 192.168.0.0/16,udp:80 packets 5 bytes 9',
    'src,dst',
  ],
  ['create s bitmap:ip range 192.168.1.0/24 counters timeout 500\nadd s 192.168.1.5 packets 3 bytes 100', 'src'],
  ['create s bitmap:port range 80-81 counters\nadd s 80', 'dst'],
  ['create a hash:ip counters\nadd a 192.168.1.5\ncreate s list:set counters\nadd s a packets 2 bytes 2', 'src'],
  [
    'create a hash:ip counters\nadd a 192.168.1.5\ncreate b hash:net counters\nadd b 192.168.0.0/16\ncreate s list:set counters\nadd s a packets 2 bytes 2\nadd s b',
    'src',
  ],
  // it is asked of the list alone, which counts nothing
  ['create a hash:ip counters\nadd a 192.168.1.5\ncreate s list:set\nadd s a', 'src'],
].flatMap(([sets, directions], i) =>
  ['', ' ! --update-counters', ' ! --update-subcounters'].map((quiet, j) => ({
    name: `set ${directions} that counts${quiet}: ${sets!.replaceAll('\n', ', ')}`,
    sets: sets!,
    rules: counting(directions!, quiet),
    steps: drawn(80, 7 * i + j, udp),
  })),
);

const seen = (last: number, over: object = {}): PacketLine => wire({ proto: 'udp', src: `192.168.1.${last}`, ...over });

export const SETS: readonly Sequence[] = [
  ...types,
  ...types6,
  ...COUNTED,
  {
    name: 'SET: what the set takes nothing of',
    sets: 'create p hash:ip,port\ncreate out hash:net,iface',
    rules: chainOf('mangle PREROUTING', [
      '-j SET --add-set p src',
      '-j SET --add-set out src,dst',
      '-m set --match-set p src,dst',
      '-m set --match-set out src,dst',
    ]),
    never: ['mangle PREROUTING 3', 'mangle PREROUTING 4'],
    steps: drawn(4, 1, udp),
  },
  {
    name: 'SET: times of the set, of the rule, none, and had anew by --exist',
    sets: 'create d hash:ip timeout 1\ncreate r hash:ip timeout 500\ncreate n hash:ip timeout 1\ncreate e hash:ip timeout 2\ncreate f hash:ip timeout 2',
    rules: chainOf('mangle PREROUTING', [
      '-m set --match-set d src',
      '-m set --match-set r src',
      '-m set --match-set n src',
      '-m set --match-set e src',
      '-m set --match-set f src',
      '-p udp -j SET --add-set d src',
      '-p udp -j SET --add-set r src --timeout 1',
      '-p udp -j SET --add-set n src --timeout 0',
      '-p udp -j SET --add-set e src --exist',
      '-p udp -j SET --add-set f src',
    ]),
    steps: [
      [0, seen(5)],
      [500, seen(5, { proto: 'icmp' })],
      [1000, seen(5, { proto: 'icmp' })],
      [0, seen(5)],
      [1300, seen(5, { proto: 'icmp' })],
      [0, seen(6)],
      [1500, seen(5, { proto: 'icmp' })],
      [1000, seen(6, { proto: 'icmp' })],
    ],
  },
  {
    name: 'SET: a full set whose members end makes room',
    sets: 'create s hash:ip maxelem 2 timeout 1',
    rules: around('src'),
    steps: [...[5, 6, 77, 77].map((last) => [0, seen(last)] as const), [1500, seen(77)], [0, seen(77, { ttl: 9 })]],
  },
  {
    name: 'SET: added, deleted and mapped by one rule, in this order',
    sets: 'create a hash:ip\ncreate b hash:ip\nadd b 192.168.1.5\ncreate m hash:ip skbinfo\nadd m 192.168.1.5 skbmark 0x10/0xf0\nadd m 192.168.1.6',
    rules: chainOf('mangle PREROUTING', [
      '-j MARK --set-mark 0x3',
      '-j SET --add-set a src --del-set b src --map-set m src --map-mark',
      '-m mark --mark 0x13',
      '-m mark --mark 0x3',
      '-j SET --map-set a src --map-mark',
      '-m mark --mark 0x13',
      '-m set --match-set a src',
      '-m set --match-set b src',
    ]),
    never: ['mangle PREROUTING 8'],
    steps: [5, 6, 77].map((last) => [0, seen(last)] as const),
  },
  {
    name: 'SET: by what has no link-layer address, and by frames',
    setup: TAP,
    sets: 'create b bitmap:ip,mac range 10.30.0.0/29',
    rules: chainOf('mangle PREROUTING', [
      '-m set --match-set b src,src',
      '-m ttl --ttl-eq 64 -j SET --add-set b src,src',
      '-m ttl --ttl-eq 63 -j SET --add-set b src,src --exist',
      '-m ttl --ttl-eq 9 -j SET --del-set b src,src',
      '-m set --match-set b src,src',
    ]),
    steps: drawn(
      60,
      3,
      [64, 64, 63, 9].flatMap((ttl) => [
        wire({ ttl }),
        ...[5, 6, 99].flatMap((last) =>
          ['02:00:00:00:00:01', '02:00:00:00:00:02'].map((mac) => framed({ src: `10.30.0.${last}`, ttl }, { mac })),
        ),
      ]),
    ),
  },
  {
    name: 'SET: where packets leave too, and their own',
    setup: ['sysctl -qw net.ipv4.ip_forward=1'],
    sets: 'create s hash:net,iface',
    rules: `*mangle\n:FORWARD ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${[
      'FORWARD -m set --match-set s src,dst',
      'FORWARD -m set --match-set s src,src',
      'FORWARD -j SET --add-set s src,src',
      'POSTROUTING -m set --match-set s src,dst',
      'POSTROUTING -j SET --add-set s src,dst --exist',
    ]
      .map((rule) => `-A ${rule}\n`)
      .join('')}COMMIT\n`,
    steps: drawn(12, 5, udp),
  },
];
