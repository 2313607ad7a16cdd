/** What hosts printed before iproute2, and still do: ifconfig, route and netstat -r; and settings that are known and not read. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../src/model/finding.js';
import type { HostAddress, Link, Route } from '../src/model/host.js';
import { formatAddress, type Words } from '../src/net/address.js';
import { parseTexts } from '../src/parse/index.js';

const text = (words: Words | undefined): string => (words === undefined ? '-' : formatAddress(words));
const showLink = (l: Link) =>
  `${l.index} ${l.name} ${l.up ? 'up' : 'down'} mtu ${l.mtu} ${l.mac ?? '-'}${l.loopback ? ' loopback' : ''}`;
const showAddress = (a: HostAddress) =>
  `${a.link} ${text(a.address)}/${a.prefix} peer ${text(a.peer)} brd ${text(a.broadcast)} ${a.scope}${a.secondary ? ' secondary' : ''}`;
const showRoute = ({ type, address, prefix, hops, metric, scope }: Route) =>
  `${type} ${text(address)}/${prefix} ${hops.map((hop) => `${text(hop.gateway)} ${hop.link}`).join()} metric ${metric} ${scope}`;

function read(...texts: string[]) {
  const findings: Finding[] = [];
  const input = parseTexts(
    texts.map((one, i) => ({ name: `${i}`, text: one })),
    { add: (finding) => findings.push(finding) },
  );
  return { ...input, findings, said: findings.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`) };
}

const OLD = `eth0      Link encap:Ethernet  HWaddr 00:0B:DB:62:D2:6B
          inet addr:192.168.0.9  Bcast:192.168.0.255  Mask:255.255.255.0
          inet6 addr: fe80::20b:dbff:fe62:d26b/64 Scope:Link
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
          RX packets:165 errors:0 dropped:0 overruns:0 frame:0
          RX bytes:19350 (18.8 KB)  TX bytes:27810 (27.1 KB)
          Interrupt:17 Base address:0xe800

eth0:1    Link encap:Ethernet  HWaddr 00:0B:DB:62:D2:6B
          inet addr:192.168.0.10  Bcast:192.168.0.255  Mask:255.255.255.0
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1

eth1.20   Link encap:Ethernet  HWaddr 00:50:BF:AA:12:2C
          BROADCAST MULTICAST  MTU:1400  Metric:1

lo        Link encap:Local Loopback
          inet addr:127.0.0.1  Mask:255.0.0.0
          UP LOOPBACK RUNNING  MTU:16436  Metric:1

tun0      Link encap:UNSPEC  HWaddr 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00
          inet addr:10.8.0.6  P-t-P:10.8.0.5  Mask:255.255.255.255
          UP POINTOPOINT RUNNING NOARP MULTICAST  MTU:1500  Metric:1
`;
const NEW = `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.168.0.9  netmask 255.255.255.0  broadcast 192.168.0.255
        inet6 fe80::20b:dbff:fe62:d26b  prefixlen 64  scopeid 0x20<link>
        ether 00:0b:db:62:d2:6b  txqueuelen 1000  (Ethernet)
        RX packets 165  bytes 19350 (18.8 KiB)
        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0

eth0:1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.168.0.10  netmask 255.255.255.0  broadcast 192.168.0.255
        ether 00:0b:db:62:d2:6b  txqueuelen 1000  (Ethernet)

eth1.20: flags=4098<BROADCAST,MULTICAST>  mtu 1400
        ether 00:50:bf:aa:12:2c  txqueuelen 1000  (Ethernet)

lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 16436
        inet 127.0.0.1  netmask 255.0.0.0
        loop  txqueuelen 1  (Local Loopback)

tun0: flags=4305<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST>  mtu 1500
        inet 10.8.0.6  netmask 255.255.255.255  destination 10.8.0.5
        unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  txqueuelen 100  (UNSPEC)
`;
const LINKS = [
  '1 eth0 up mtu 1500 00:0b:db:62:d2:6b',
  '2 eth1.20 down mtu 1400 00:50:bf:aa:12:2c',
  '3 lo up mtu 16436 - loopback',
  '4 tun0 up mtu 1500 -',
];
const ADDRESSES = [
  'eth0 192.168.0.9/24 peer - brd 192.168.0.255 global',
  'eth0 fe80::20b:dbff:fe62:d26b/64 peer - brd - link',
  'eth0 192.168.0.10/24 peer - brd 192.168.0.255 global secondary',
  'lo 127.0.0.1/8 peer - brd - host',
  'tun0 10.8.0.6/32 peer 10.8.0.5 brd - global',
];
const collapsed = (page: string) =>
  page
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '))
    .filter((line) => line !== '')
    .join('\n');

describe('ifconfig', () => {
  test.each([
    ['in its old form', OLD],
    ['in its new form', NEW],
    ['with its blanks lost', collapsed(OLD)],
    ['at a prompt', `[root@h ~]# ifconfig -a\n${NEW}`],
    ['with CRLF', OLD.replaceAll('\n', '\r\n')],
  ])('%s', (_name, page) => {
    const { host, said } = read(page);
    expect(said).toEqual([]);
    expect(host.links?.map(showLink)).toEqual(LINKS);
    expect(host.addresses?.map(showAddress)).toEqual(ADDRESSES);
  });

  test.each([
    [
      'a hidden address',
      'eth0 Link encap:Ethernet\n  inet addr:130.184.xxx.xxx  Bcast:130.184.xxx.xxx  Mask:255.255.255.0\n',
      'bad-address 2:3',
    ],
    ['a mask with holes', 'eth0 Link encap:Ethernet\n  inet addr:192.0.2.1  Mask:255.0.255.0\n', 'bad-address 2:3'],
    ['no mask', 'eth0 Link encap:Ethernet\n  inet addr:192.0.2.1\n', 'bad-address 2:3'],
  ])('%s is said', (_name, page, expected) => {
    const { host, said } = read(page);
    expect(said).toEqual([expected]);
    expect(host.addresses?.map(({ link }) => link)).toEqual(['lo']);
  });
});

const HEAD = 'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n';
const NETSTAT =
  'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n';

describe('route and netstat -r', () => {
  test.each<[name: string, page: string, routes: string[], said: string[]]>([
    [
      'route -n',
      `${HEAD}0.0.0.0         192.168.0.1     0.0.0.0         UG    100    0        0 eth0
192.168.0.0     0.0.0.0         255.255.255.0   U     0      0        0 eth0
10.8.0.5        0.0.0.0         255.255.255.255 UH    0      0        0 tun0
10.9.0.0        -               255.255.0.0     !     0      -        0 -
`,
      [
        'unicast 0.0.0.0/0 192.168.0.1 eth0 metric 100 global',
        'unicast 192.168.0.0/24 - eth0 metric 0 link',
        'unicast 10.8.0.5/32 - tun0 metric 0 link',
        'unreachable 10.9.0.0/16  metric 0 global',
      ],
      [],
    ],
    [
      'route, with names',
      `${HEAD}default         gate.example    0.0.0.0         UG    0      0        0 eth0
link-local      *               255.255.0.0     U     1000   0        0 eth0
office.example  *               255.255.255.0   U     0      0        0 eth1
`,
      ['unicast 0.0.0.0/0 - eth0 metric 0 global', 'unicast 169.254.0.0/16 - eth0 metric 1000 link'],
      ['bad-address 3:17', 'bad-address 5:1'],
    ],
    [
      'netstat -rn',
      `${NETSTAT}0.0.0.0         192.168.0.1     0.0.0.0         UG      1460 0          0 eth0\n`,
      ['unicast 0.0.0.0/0 192.168.0.1 eth0 metric 0 global'],
      [],
    ],
    [
      'rows alone, with their blanks lost',
      '0.0.0.0 10.15.12.1 0.0.0.0 UG 0 0 0 eth0\n10.115.50.0 0.0.0.0 255.255.255.240 U 0 0 0 eth3.500\n',
      ['unicast 0.0.0.0/0 10.15.12.1 eth0 metric 0 global', 'unicast 10.115.50.0/28 - eth3.500 metric 0 link'],
      [],
    ],
    ['a mask with holes', `${HEAD}10.0.0.0 0.0.0.0 255.0.255.0 U 0 0 0 eth0\n`, [], ['bad-address 3:18']],
  ])('%s', (_name, page, routes, expected) => {
    const { host, said } = read(page);
    expect((host.routes ?? []).filter(({ table }) => table === 254).map(showRoute)).toEqual(routes);
    expect(said).toEqual(expected);
  });

  test('beside ifconfig, a listing and prose', () => {
    const listing =
      'Chain INPUT (policy DROP)\ntarget     prot opt source               destination\nACCEPT     all  --  0.0.0.0/0            0.0.0.0/0\n';
    const { host, tables, said } = read(
      `Hi all,\n# ifconfig\n${OLD}# netstat -nr\n${NETSTAT}0.0.0.0 192.168.0.1 0.0.0.0 UG 0 0 0 eth0\n# iptables -L -n\n${listing}`,
    );
    expect(tables).toHaveLength(1);
    expect(host.addresses?.map(showAddress)).toEqual(ADDRESSES);
    expect(host.routes?.filter(({ table }) => table === 254).map(showRoute)).toEqual([
      'unicast 0.0.0.0/0 192.168.0.1 eth0 metric 0 global',
    ]);
    expect(said).toContain('not-a-rule 1:1');
  });
});

const RULE = '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n';

describe('what is known and not read', () => {
  test.each([
    [
      'interfaces',
      'auto lo eth1\niface eth1 inet static\n    address 10.10.1.105\n    netmask 255.0.0.0\n',
      /interfaces/,
    ],
    [
      'netplan',
      'network:\n  version: 2\n  ethernets:\n    ens3:\n      addresses:\n        - 192.0.2.1/24\n',
      /netplan/,
    ],
    ['ifcfg', 'DEVICE=eth0\nBOOTPROTO=static\nIPADDR=192.0.2.1\nONBOOT=yes\n', /ifcfg/],
  ])('%s', (_name, page, message) => {
    const alone = read(page).findings;
    expect(alone.map(({ code }) => code)).toEqual(['nothing-recognised']);
    expect(alone[0]!.message).toMatch(message);
    const beside = read(RULE + page).findings;
    expect(beside.map(({ code, place }) => `${code} ${place!.line}`)).toEqual(['not-a-rule 4']);
    expect(beside[0]!.message).toMatch(message);
    expect(beside[0]!.hint).toMatch(/^ip addr and ip route/);
  });

  test('lines that only look so are no settings', () => {
    expect(read(`${RULE}address the problem first\nauto is what I drive\n`).said).toEqual(['not-a-rule 4:1']);
  });
});
