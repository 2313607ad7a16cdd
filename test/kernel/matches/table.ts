/** What a table of rules and packets for one match is, and the host that it is asked on. */
import { buildPacket, type PacketSpec, toHex } from '../packets.js';
import type { PacketLine } from '../scenario.js';

export interface MatchTable {
  /** the match's name. */
  readonly name: string;
  /** of rules, packets and host. */
  readonly family?: 6;
  /** where the rules stand: `mangle PREROUTING` unless said. */
  readonly at?: string;
  readonly rules: readonly string[];
  /** rules that hold for every packet here, or for none: by what they say, all others must tell packets apart. */
  readonly constant?: readonly string[];
  readonly packets: readonly PacketLine[];
  /** ipset restore text. */
  readonly sets?: string;
  /** commands after those of HOST. */
  readonly setup?: readonly string[];
}

export const HOST: readonly string[] = [
  'ip link set lo up',
  ...['eth0 192.168.1.1/24', 'eth1 10.20.0.1/24', 'eth2 10.99.0.1/24'].flatMap((line) => {
    const [name, address] = line.split(' ');
    return [`ip tuntap add ${name} mode tun`, `ip addr add ${address} brd + dev ${name}`, `ip link set ${name} up`];
  }),
  'ip route add default via 192.168.1.254 dev eth0',
];

/** It knows a way to every address of IPv6. */
export const HOST6: readonly string[] = [
  'ip link set lo up',
  ...['eth0', 'eth1'].flatMap((name, i) => [
    `ip tuntap add ${name} mode tun`,
    `ip -6 addr add 2001:db8:${i}::254/64 dev ${name}`,
    `ip link set ${name} up`,
  ]),
  'ip -6 route add default dev eth1',
  'sysctl -qw net.ipv6.conf.all.forwarding=1',
];

/** A packet from the wire; by eth0, from a neighbour to a host behind eth1, where nothing else is said. */
export const wire = (spec: Partial<PacketSpec> = {}, device = 'eth0'): PacketLine => ({
  in: device,
  hex: toHex(buildPacket({ src: '192.168.1.5', dst: '10.20.0.9', sport: 1000, dport: 80, ...spec })),
});
/** The same of IPv6. */
export const wire6 = (spec: Partial<PacketSpec> = {}): PacketLine =>
  wire({ src: '2001:db8::5', dst: '2001:db8:1::9', ...spec });
export const local = (spec: Partial<PacketSpec> = {}): PacketLine => ({
  ...wire({ src: '10.20.0.1', ...spec }),
  in: null,
});

export const each = <T>(values: readonly T[], make: (value: T) => Partial<PacketSpec>): PacketLine[] =>
  values.map((value) => wire(make(value)));

/** A link with frames of Ethernet, beside those of HOST and HOST6. */
export const TAP: readonly string[] = [
  'ip tuntap add eth3 mode tap',
  ...[1, 8].map((n) => `ip addr add 10.30.0.${n}/24 dev eth3`),
  'ip -6 addr add 2001:db8:3::254/64 dev eth3',
  'ip link set eth3 up',
];
/** A packet in a frame that came by it, to this host. */
export const framed = (spec: Partial<PacketSpec>, frame: Pick<PacketLine, 'mac' | 'pkttype'>): PacketLine => ({
  ...wire({ src: '10.30.0.5', dst: '10.30.0.1', ...spec }, 'eth3'),
  ...frame,
});
