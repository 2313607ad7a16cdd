/**
 * The hosts of the scenarios: tun devices with addresses, routes, policy rules, groups and sysctls, as the shell
 * commands that set them up and as what the rest of the generator needs to know of them.
 */
import { dotted, drawnFamily, inFamily, ip, masked } from './address.js';
import type { Random } from './random.js';

export interface Interface {
  name: string;
  /** its addresses with their prefix lengths; the first is the primary one. */
  addresses: { address: number; length: number }[];
  group: number;
  up: boolean;
  /** its packets come in frames of Ethernet. */
  tap?: boolean;
  /** hosts that sit behind it, on its own subnets. */
  neighbours: number[];
}

export interface HostPlan {
  /** the default route leaves by the first. */
  interfaces: Interface[];
  setup: string[];
  /** addresses that lie behind the default route. */
  remotes: number[];
  /** addresses with a meaning of their own: broadcast, multicast, loopback, and those that special routes cover. */
  odd: number[];
  /** marks that a policy rule looks at; empty where there is none. */
  routedMarks: number[];
}

const EXTRA_ROUTES: readonly (readonly [route: string, inside: string])[] = [
  ['unreachable 203.0.113.0/26', '203.0.113.9'], // forwards and sends to it end in ICMP 3/1
  ['blackhole 198.51.100.0/25', '198.51.100.20'], // silence
  ['prohibit 198.51.100.128/25', '198.51.100.200'], // ICMP 3/13
  ['throw 203.0.113.64/26', '203.0.113.70'], // the look-up goes on in the next table
  ['local 192.0.2.0/28 dev lo', '192.0.2.3'], // a whole prefix that the host takes as its own
  ['10.50.0.0/16 via 10.20.0.254', '10.50.1.2'], // a gateway behind eth1
  ['10.60.0.0/16 via 10.99.0.254 dev eth2 metric 50', '10.60.7.7'],
  ['172.20.0.0/14 dev eth2', '172.21.3.4'], // on link, outside the subnet
];

const REALMS = [
  'route change 10.20.0.0/24 dev eth1 proto kernel scope link src 10.20.0.1 realm 5',
  'route change default via 192.168.1.254 dev eth0 realm 3/5',
  'route change 192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.1 realm 7',
];

export function drawHost(r: Random): HostPlan {
  const plan = drawHost4(r);
  return { ...plan, setup: setupOf(plan.setup) };
}

/** The commands in the drawn family. */
export const setupOf = (commands: readonly string[]): string[] =>
  drawnFamily() === 4 ? [...commands] : commands.flatMap(command6);

/** The same for IPv6; a setting of IPv4 becomes the one that is like it, or none. */
function command6(command: string): string[] {
  if (command.startsWith('sysctl'))
    return /ip_forward=|\.forwarding=/.test(command)
      ? [command.replace('net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding').replace('net.ipv4', 'net.ipv6')]
      : [];
  if (!/^ip (?:addr|route|rule) /.test(command)) return [command];
  const line = inFamily(command.replace(/^ip /, 'ip -6 ').replace(' brd +', ''));
  return [line.includes(' addr add ') ? `${line} nodad` : line];
}

function drawHost4(r: Random): HostPlan {
  const eth = (name: string, address: string, group = 0): Interface => {
    const own = ip(address);
    const neighbours = [5, 6, 7, 50].map((n) => masked(own, 24) + n);
    return { name, addresses: [{ address: own, length: 24 }], group, up: true, neighbours };
  };
  const interfaces = [eth('eth0', '192.168.1.1'), eth('eth1', '10.20.0.1', 5), eth('eth2', '10.99.0.1', 0x105)];
  interfaces[2]!.tap = true;
  if (r.chance(0.3)) interfaces[0]!.addresses.push({ address: ip('192.168.1.2'), length: 24 });
  if (r.chance(0.2)) interfaces[1]!.addresses.push({ address: ip('10.20.1.129'), length: 25 });
  if (r.chance(0.15)) interfaces[2]!.addresses.push({ address: ip('10.99.7.1'), length: 32 });
  if (r.chance(0.15)) interfaces[0]!.addresses.push({ address: ip('192.168.3.1'), length: 24 });
  // eth10 begins like eth1, for wildcards; its address stays local while it is down, its subnet has no route
  if (r.chance(0.25)) interfaces.push({ ...eth('eth10', '172.16.0.1', 5), up: r.chance(0.4) });

  const setup = linkCommands(interfaces);
  setup.push('ip route add default via 192.168.1.254 dev eth0');
  const routes = r.chance(0.5) ? r.some(EXTRA_ROUTES, r.between(1, 4)) : [];
  for (const [route] of routes) setup.push(`ip route add ${route}`);

  // realms of IPv4 alone
  if (drawnFamily() === 4 && r.chance(0.3))
    for (const command of r.some(REALMS, r.between(1, 3))) setup.push(`ip ${command}`);

  if (r.chance(0.1)) setup.push('ip route add default via 10.20.0.254 dev eth1 metric 100');
  const routedMarks: number[] = [];
  if (r.chance(0.25)) {
    // packets with this mark leave by eth2, so that a mark set in mangle moves them
    const mark = r.pick([1, 0x10, 0x100]);
    routedMarks.push(mark);
    setup.push('ip route add default via 10.99.0.254 dev eth2 table 100');
    setup.push(`ip rule add fwmark ${mark}/${mark} table 100 priority 1000`);
  }

  // last: whether a gateway is on a link is asked by the rules too
  if (r.chance(0.35)) setup.push(...drawPolicy(r, routedMarks));

  setup.push(...drawSysctls(r, 'eth0'));

  const remotes = ['8.8.8.8', '8.8.4.4', '1.1.1.1', '203.0.113.200', '100.64.3.9', '9.9.9.9'].map(ip);
  const odd = ['192.168.1.255', '10.20.0.255', '10.20.0.0', '255.255.255.255', '224.0.0.1', '239.1.2.3', '127.0.0.1']
    .concat(['127.0.0.2', '0.0.0.0', '0.1.2.3', '240.1.2.3', '169.254.7.7'])
    .map(ip);
  for (const [, inside] of routes) odd.push(ip(inside));
  for (const { up, neighbours } of interfaces) if (!up) odd.push(neighbours[0]!);
  return { interfaces, setup, remotes, odd, routedMarks };
}

/** Rules of policy routing, over tables that they need: what a packet is, where it comes from, and what it is not. */
function drawPolicy(r: Random, routedMarks: number[]): string[] {
  const tables = [
    'default via 10.99.0.254 dev eth2 table 101',
    r.pick(['8.8.8.0/24 via 10.20.0.254 dev eth1', '10.99.0.0/24 dev eth1', 'throw 8.8.0.0/16']).concat(' table 102'),
    r.pick(['unreachable default', 'prohibit 203.0.113.0/24', 'default via 10.20.0.254 dev eth1']).concat(' table 103'),
  ];
  const mark = r.pick([2, 0x20]);
  const asks = [
    'from 10.20.0.0/24',
    'from 192.168.1.5',
    'to 8.8.8.0/24',
    'from 10.20.0.0/16 to 10.99.0.0/16',
    'iif eth1',
    'iif lo',
    'tos 0x10',
    `fwmark ${mark}/0xff`,
    `not fwmark ${mark}`,
    'not from 192.168.1.0/24',
    'not to 10.0.0.0/8',
    'ipproto udp dport 53',
    'ipproto tcp sport 1024-40000',
    'from all',
  ];
  const does = ['table 101', 'table 101', 'table 102', 'table 103', 'table main suppress_prefixlength 0', 'goto 2000'];
  const out = tables.map((route) => `ip route add ${route}`);
  // where goto leads there has to be a rule before it is made
  out.push(`ip rule add ${r.pick(['from all table 102', 'to 1.1.1.1 blackhole', 'from all nop'])} priority 2000`);
  const wanted = r.between(1, 4);
  for (let n = 0; n < wanted; n++) {
    const ask = r.pick(asks);
    if (ask.includes('fwmark')) routedMarks.push(mark);
    out.push(
      `ip rule add ${ask} ${r.chance(0.1) ? r.pick(['prohibit', 'blackhole']) : r.pick(does)} priority ${1010 + 10 * n}`,
    );
  }
  return out;
}

export function linkCommands(interfaces: readonly Interface[]): string[] {
  const setup = ['ip link set lo up'];
  for (const { name, addresses, group, up, tap } of interfaces) {
    setup.push(`ip tuntap add ${name} mode ${tap ? 'tap' : 'tun'}`);
    // nobody there says which address is whose
    if (tap) setup.push(`ip link set ${name} arp off`);
    for (const { address, length } of addresses)
      setup.push(`ip addr add ${dotted(address)}/${length} brd + dev ${name}`);
    if (group !== 0) setup.push(`ip link set ${name} group ${group}`);
    if (up) setup.push(`ip link set ${name} up`);
  }
  return setup;
}

/** `link`: one that has settings of its own, and may take packets for 127.0.0.0/8 from the wire. */
export function drawSysctls(r: Random, link: string): string[] {
  const name = link.replaceAll('.', '/');
  const setup = [`sysctl -qw net.ipv4.ip_forward=${r.chance(0.95) ? 1 : 0}`];
  if (r.chance(0.15)) setup.push(`sysctl -qw net.ipv4.conf.all.rp_filter=${r.pick([1, 2])}`);
  if (r.chance(0.08)) setup.push(`sysctl -qw net.ipv4.conf.${name}.rp_filter=${r.pick([1, 2])}`);
  if (r.chance(0.05)) setup.push(`sysctl -qw net.ipv4.conf.${name}.forwarding=0`);
  if (r.chance(0.12)) setup.push('sysctl -qw net.ipv4.conf.all.accept_local=1');
  else if (r.chance(0.05)) setup.push(`sysctl -qw net.ipv4.conf.${name}.accept_local=1`);
  if (r.chance(0.12)) setup.push(`sysctl -qw net.ipv4.conf.${name}.route_localnet=1`);
  if (r.chance(0.5)) setup.push('sysctl -qw net.ipv4.conf.all.send_redirects=0');
  return setup;
}

export const ownAddresses = (host: HostPlan): number[] =>
  host.interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));

/** The device by which the host would reach an address, as far as the generator can tell: lo for its own. */
export function deviceTo(host: HostPlan, address: number): string {
  if (ownAddresses(host).includes(address) || address >>> 24 === 127) return 'lo';
  const near = host.interfaces.find(({ up, neighbours }) => up && neighbours.includes(address));
  return near?.name ?? host.interfaces[0]!.name;
}
