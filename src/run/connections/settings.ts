/** What the host's sysctls say of connection tracking. */
import { Protocol } from '../../net/protocol.js';
import { readFirstSettings } from '../first-state.js';
import { readSysctl, type TrackingSysctl } from '../host-conf.js';

/** Of TCP. */
export interface TcpSettings {
  readonly loose: boolean;
  readonly liberal: boolean;
  readonly ignoreInvalidReset: boolean;
  readonly maxRetransmitted: number;
  /** Seconds by TcpState, and two more for connections that wait for an acknowledgement. */
  readonly timeouts: readonly number[];
  readonly retransmittedTimeout: number;
  readonly unacknowledgedTimeout: number;
}

/** Times are seconds; where there are two, the second is that of a connection with packets in both directions. */
export interface TrackSettings {
  readonly checksum: boolean;
  /** Packets and bytes of connections that begin are counted. A rule that asks for them turns it on (connbytes_mt_check). */
  readonly accounts: boolean;
  /** How many entries there may be, 0: any number; and in how many chains they lie. */
  readonly max: number;
  readonly buckets: number;
  readonly tcp: TcpSettings;
  readonly udp: number;
  readonly udpStream: number;
  readonly icmp: number;
  readonly icmpv6: number;
  readonly gre: number;
  readonly greStream: number;
  /** By SctpState. */
  readonly sctp: readonly number[];
  readonly generic: number;
}

/**
 * What was not given is as the kernel boots: Linux 6.18. How many connections there may be depends on its memory: where that
 * was not given, any number; `buckets` is that of 4 GiB or more.
 */
export function readTrackSettings(sysctls: ReadonlyMap<string, string>): TrackSettings {
  const { checksum, loose, timeouts } = readFirstSettings(sysctls);
  const read = (name: TrackingSysctl, fallback: number) =>
    readSysctl(sysctls, `net.netfilter.nf_conntrack_${name}`) ?? fallback;
  return {
    checksum,
    accounts: read('acct', 1) !== 0,
    // the same number under an older name
    max: read('max', readSysctl(sysctls, 'net.nf_conntrack_max') ?? 0),
    buckets: read('buckets', 262144),
    tcp: {
      loose,
      liberal: read('tcp_be_liberal', 0) !== 0,
      ignoreInvalidReset: read('tcp_ignore_invalid_rst', 0) !== 0,
      maxRetransmitted: read('tcp_max_retrans', 3),
      timeouts: [
        0,
        timeouts[Protocol.Tcp]!,
        read('tcp_timeout_syn_recv', 60),
        read('tcp_timeout_established', 432000),
        read('tcp_timeout_fin_wait', 120),
        read('tcp_timeout_close_wait', 60),
        read('tcp_timeout_last_ack', 30),
        read('tcp_timeout_time_wait', 120),
        read('tcp_timeout_close', 10),
        // SYN_SENT2 has no setting
        120,
      ],
      retransmittedTimeout: read('tcp_timeout_max_retrans', 300),
      unacknowledgedTimeout: read('tcp_timeout_unacknowledged', 300),
    },
    udp: timeouts[Protocol.Udp]!,
    udpStream: read('udp_timeout_stream', 120),
    icmp: timeouts[Protocol.Icmp]!,
    icmpv6: read('icmpv6_timeout', 30),
    gre: timeouts[Protocol.Gre]!,
    greStream: read('gre_timeout_stream', 180),
    sctp: [
      // nor has what is in no state yet
      10,
      timeouts[Protocol.Sctp]!,
      read('sctp_timeout_cookie_wait', 3),
      read('sctp_timeout_cookie_echoed', 3),
      read('sctp_timeout_established', 210),
      read('sctp_timeout_shutdown_sent', 3),
      read('sctp_timeout_shutdown_recd', 3),
      read('sctp_timeout_shutdown_ack_sent', 3),
      read('sctp_timeout_heartbeat_sent', 30),
    ],
    // of all that have no tracker
    generic: timeouts[0]!,
  };
}
