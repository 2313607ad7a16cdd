/** Tables of the matches that ask of the socket of a packet, of its route's realms and of the time. */
import { readFileSync } from 'node:fs';
import { OWN_GROUPS, type PacketLine } from '../scenario.js';
import { local, type MatchTable, wire } from './table.js';

/** That of the socket, which is whose it is that runs the test. */
const cgroup = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';

const IDS = [
  [0, 0],
  [1000, 100],
  [999, 5],
  [5, 1000],
  [4294967294, 4294967294],
] as const;
const sent: readonly PacketLine[] = IDS.flatMap(([uid, gid]) =>
  ['10.20.0.9', '127.0.0.1', '10.20.0.255'].map((dst) => ({ ...local({ dst }), uid, gid, groups: OWN_GROUPS })),
);
const owners = [
  ...['--uid-owner 0', '! --uid-owner 0', '--uid-owner 5-999', '! --uid-owner 5-999', '--uid-owner 4294967294'],
  ...[
    '--gid-owner 5',
    '! --gid-owner 100-1000',
    '--uid-owner 1000 --gid-owner 100',
    '! --uid-owner 999 ! --gid-owner 0',
  ],
  ...['--socket-exists', '! --socket-exists', '--socket-exists ! --uid-owner 5'],
  ...['--gid-owner 7002-8000 --suppl-groups', '--gid-owner 7002', '! --gid-owner 7001 --suppl-groups'],
  ...['--gid-owner 5-5 --suppl-groups', '! --gid-owner 5 --suppl-groups'],
  ...['! --socket-exists ! --gid-owner 1000', '! --uid-owner 1000 --gid-owner 5'],
].map((text) => `-m owner ${text}`);

const cgroups = ['--cgroup 0', '! --cgroup 0', '--cgroup 1', '! --cgroup 1', '--path "/"', '! --path "/"'].map(
  (text) => `-m cgroup ${text}`,
);

const REALMS = [
  'ip route add 10.40.0.0/16 via 10.20.0.7 realm 5',
  'ip route add 10.41.0.0/16 via 10.20.0.7 realm 3/5',
  'ip route add 10.42.0.0/16 via 10.20.0.7 realm 9/0',
  'ip route change 10.99.0.0/24 dev eth2 proto kernel scope link src 10.99.0.1 realm 4/6',
  'ip rule add to 10.41.0.0/16 priority 50 lookup main',
  'ip rule add from 10.99.0.77 priority 60 lookup 100 realms 12/13',
  'ip rule add to 10.44.0.0/16 priority 61 lookup 100 realms 12/13',
  'ip route add 10.43.0.0/16 via 10.20.0.8 table 100 realm 7',
  'ip route add default via 10.20.0.8 table 100',
];
const realms = (...values: readonly string[]): string[] =>
  values.flatMap((value) => [`-m realm --realm ${value}`, `-m realm ! --realm ${value}`]);
const DESTINATIONS = [
  ...['10.40.0.1', '10.41.0.1', '10.42.0.1', '10.43.0.1', '10.44.0.1'],
  ...['10.99.0.8', '10.20.0.9', '8.8.8.8'],
];
const SOURCES = [
  ...[['192.168.1.5', 'eth0'] as const, ['10.99.0.5', 'eth2'] as const, ['10.99.0.77', 'eth2'] as const],
  ...[['10.40.0.9', 'eth1'] as const, ['10.41.0.9', 'eth1'] as const, ['10.44.0.9', 'eth1'] as const],
];
const OWN = { eth0: '192.168.1.1', eth1: '10.20.0.1', eth2: '10.99.0.1' };
const forwarded = SOURCES.flatMap(([src, link]) => DESTINATIONS.map((dst) => wire({ src, dst }, link)));
const delivered = SOURCES.flatMap(([src, link]) =>
  [OWN[link], '255.255.255.255'].map((dst) => wire({ src, dst }, link)),
);
const ofHost = ['10.20.0.1', '10.99.0.1', '10.99.0.77'].flatMap((src) =>
  [...DESTINATIONS, '10.99.0.255', '192.168.1.1'].map((dst) => local({ src, dst })),
);

export const TOLD: readonly MatchTable[] = [
  {
    name: 'owner',
    at: 'filter OUTPUT',
    rules: owners,
    constant: owners.filter((rule) => /socket-exists($| ! --gid)|700\d/.test(rule)),
    packets: sent,
  },
  {
    name: 'owner of what is forwarded, or a copy',
    at: 'mangle POSTROUTING',
    rules: owners,
    constant: ['-m owner --gid-owner 7002', '-m owner ! --gid-owner 7001 --suppl-groups'],
    packets: [...sent, wire(), wire({ proto: 'udp' })],
  },
  {
    name: 'cgroup',
    at: 'mangle POSTROUTING',
    rules: cgroups,
    constant: ['-m cgroup ! --cgroup 0', '-m cgroup --cgroup 1', '-m cgroup ! --path "/"'],
    packets: [...sent.map((line) => ({ ...line, classid: 0, cgroup })), wire()],
  },
  {
    name: 'cgroup of what comes in',
    at: 'filter INPUT',
    rules: cgroups,
    constant: cgroups,
    packets: [
      ...sent.slice(1, 3).map((line) => ({ ...line, classid: 0, cgroup })),
      { ...wire({ dst: '192.168.1.1' }), socket: false },
    ],
  },
  {
    name: 'realm',
    at: 'mangle FORWARD',
    setup: REALMS,
    rules: realms(
      '0',
      '5',
      '0x30005',
      '0x90000',
      '5/0xffff',
      '0xc000d',
      '0xd000c',
      '7/0xffff',
      '0x60000/0xffff0000',
      '6/0xff',
    ),
    packets: forwarded,
  },
  {
    name: 'realm',
    at: 'filter INPUT',
    setup: REALMS,
    rules: realms('0', '0x60000', '0x50000', '0xd000c', '0xc/0xff'),
    packets: delivered,
  },
  {
    name: 'realm',
    at: 'filter OUTPUT',
    setup: REALMS,
    rules: realms('0', '5', '0x30005', '0x90000', '0x40006', '0xc000d', '0xc0000/0xffff0000', '6/0xff'),
    packets: ofHost,
  },
  {
    name: 'realm where there is none',
    at: 'filter FORWARD',
    rules: ['-m realm --realm 0', '-m realm ! --realm 0', '-m realm --realm 1/0', '-m realm --realm 0/5'],
    constant: ['-m realm --realm 0', '-m realm ! --realm 0', '-m realm --realm 1/0', '-m realm --realm 0/5'],
    packets: [wire(), wire({ dst: '8.8.8.8' }, 'eth1')],
  },
];
