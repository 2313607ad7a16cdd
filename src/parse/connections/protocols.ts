/** What the lines of `conntrack -L` say of each protocol: nf_conntrack_standalone.c, libnetfilter_conntrack's snprintf_default.c. */
import { hasPorts, Protocol } from '../../net/protocol.js';

/** Names that lines have; of all others it is `unknown`. */
const NAMES = new Map<number, string>([
  [Protocol.Icmp, 'icmp'],
  [Protocol.Tcp, 'tcp'],
  [Protocol.Udp, 'udp'],
  [Protocol.Dccp, 'dccp'],
  [Protocol.Gre, 'gre'],
  [Protocol.Icmpv6, 'icmpv6'],
  [Protocol.Sctp, 'sctp'],
  [Protocol.UdpLite, 'udplite'],
]);
const NUMBERS = new Map([...NAMES].map(([number, name]) => [name, number]));

export const connectionProtocolName = (protocol: number): string => NAMES.get(protocol) ?? 'unknown';
/** Undefined where lines have no such name. */
export const connectionProtocolNumber = (name: string): number | undefined => NUMBERS.get(name);

/** What tells the connections of a protocol apart, beside addresses. */
export type Parts = 'ports' | 'keys' | 'icmp' | 'none';

export function partsOf(protocol: number): Parts {
  if (protocol === Protocol.Icmp || protocol === Protocol.Icmpv6) return 'icmp';
  if (protocol === Protocol.Gre) return 'keys';
  return hasPorts(protocol) ? 'ports' : 'none';
}

/** A kernel without a tracker for these says nothing of their ports or keys. */
export const mayLackParts = (protocol: number): boolean => protocol === Protocol.Gre || protocol === Protocol.Dccp;

const TCP_STATES = 'NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2'.split(
  ' ',
);
const SCTP_STATES = [
  ...['NONE', 'CLOSED', 'COOKIE_WAIT', 'COOKIE_ECHOED', 'ESTABLISHED', 'SHUTDOWN_SENT', 'SHUTDOWN_RECD'],
  ...['SHUTDOWN_ACK_SENT', 'HEARTBEAT_SENT', 'HEARTBEAT_ACKED'],
];
/** Of nf_conntrack_proto_dccp.c, which newer kernels lack, and SCTP's, which the program prints in their place. */
const DCCP_STATES = [
  ...'REQUEST RESPOND PARTOPEN OPEN CLOSEREQ CLOSING TIMEWAIT IGNORE INVALID'.split(' '),
  ...SCTP_STATES,
];

const STATES = new Map<number, readonly string[]>([
  [Protocol.Tcp, TCP_STATES],
  [Protocol.Sctp, SCTP_STATES],
  [Protocol.Dccp, DCCP_STATES],
]);

/** Names of a protocol's states; undefined: it has none. */
export const statesOf = (protocol: number): readonly string[] | undefined => STATES.get(protocol);
