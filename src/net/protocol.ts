import type { Family } from './address.js';

/** Protocol names and numbers, as /etc/protocols has them and iptables prints them. */
const NAMES: readonly (readonly [number, string])[] = [
  [0, 'ip'],
  [1, 'icmp'],
  [2, 'igmp'],
  [3, 'ggp'],
  [4, 'ipencap'],
  [5, 'st'],
  [6, 'tcp'],
  [8, 'egp'],
  [9, 'igp'],
  [12, 'pup'],
  [17, 'udp'],
  [20, 'hmp'],
  [22, 'xns-idp'],
  [27, 'rdp'],
  [29, 'iso-tp4'],
  [33, 'dccp'],
  [36, 'xtp'],
  [37, 'ddp'],
  [38, 'idpr-cmtp'],
  [41, 'ipv6'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [45, 'idrp'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [57, 'skip'],
  [58, 'ipv6-icmp'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [73, 'rspf'],
  [81, 'vmtp'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [93, 'ax.25'],
  [94, 'ipip'],
  [97, 'etherip'],
  [98, 'encap'],
  [103, 'pim'],
  [108, 'ipcomp'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [124, 'isis'],
  [132, 'sctp'],
  [133, 'fc'],
  [135, 'mobility-header'],
  [136, 'udplite'],
  [137, 'mpls-in-ip'],
  [138, 'manet'],
  [139, 'hip'],
  [140, 'shim6'],
  [141, 'wesp'],
  [142, 'rohc'],
  [262, 'mptcp'],
];
const ALIASES: readonly (readonly [string, number])[] = [
  ['icmpv6', 58],
  ['mh', 135],
  ['ipv6-mh', 135],
];

const byName = new Map<string, number>([...NAMES.map(([n, name]) => [name, n] as const), ...ALIASES]);
const byNumber = new Map<number, string>(NAMES);

export enum Protocol {
  Icmp = 1,
  Igmp = 2,
  Tcp = 6,
  Udp = 17,
  Dccp = 33,
  Gre = 47,
  Esp = 50,
  Ah = 51,
  Icmpv6 = 58,
  IpComp = 108,
  Sctp = 132,
  Mobility = 135,
  UdpLite = 136,
}

/** The one of the two ICMPs that a family has. */
export const icmpProtocol = (family: Family): Protocol => (family === 4 ? Protocol.Icmp : Protocol.Icmpv6);

/** The number of a protocol's name (any case) or of decimal or hex text; undefined where it is neither or above 255. */
export function protocolNumber(text: string): number | undefined {
  const named = byName.get(text);
  if (named !== undefined) return named;
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) {
    const value = Number(text);
    return value <= 255 ? value : undefined;
  }
  return byName.get(text.toLowerCase());
}

/** The name, or the number as text where it has none. */
export const protocolName = (number: number): string => byNumber.get(number) ?? String(number);

/** Whether the header begins with a source and a destination port. */
export const hasPorts = (protocol: number): boolean =>
  protocol === Protocol.Tcp ||
  protocol === Protocol.Udp ||
  protocol === Protocol.Sctp ||
  protocol === Protocol.Dccp ||
  protocol === Protocol.UdpLite;
