/** States of connections as `conntrack -L` and /proc/net/nf_conntrack name them, by the kernel's numbers. */
import { Protocol } from '../net/protocol.js';

/** tcp_conntrack_names of net/netfilter/nf_conntrack_proto_tcp.c. */
const TCP_STATE_NAMES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const;

/** sctp_conntrack_names of net/netfilter/nf_conntrack_proto_sctp.c. */
const SCTP_STATE_NAMES = [
  'NONE',
  'CLOSED',
  'COOKIE_WAIT',
  'COOKIE_ECHOED',
  'ESTABLISHED',
  'SHUTDOWN_SENT',
  'SHUTDOWN_RECD',
  'SHUTDOWN_ACK_SENT',
  'HEARTBEAT_SENT',
] as const;

/** The names of a protocol's states; empty: its connections have none. */
export function stateNames(protocol: number): readonly string[] {
  if (protocol === Protocol.Tcp) return TCP_STATE_NAMES;
  return protocol === Protocol.Sctp ? SCTP_STATE_NAMES : [];
}
