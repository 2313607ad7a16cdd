/** How the host tracks connections: the settings of net.netfilter, timeouts so short that tests may wait for them. */
import { drawnFamily } from './address.js';
import type { Random } from './random.js';

/** Seconds that packets of a group may lie apart, in the order of how often entries are to end. */
const SECONDS = [1, 1, 2, 2, 3];

const TIMEOUTS = [
  ...['syn_sent', 'syn_recv', 'established', 'fin_wait', 'close_wait', 'last_ack', 'time_wait', 'close'].map(
    (state) => `tcp_timeout_${state}`,
  ),
  ...['tcp_timeout_max_retrans', 'tcp_timeout_unacknowledged'],
  ...['udp_timeout', 'udp_timeout_stream', 'icmp_timeout', 'generic_timeout', 'gre_timeout', 'gre_timeout_stream'],
  ...['closed', 'cookie_wait', 'cookie_echoed', 'established', 'shutdown_sent', 'shutdown_recd']
    .concat(['shutdown_ack_sent', 'heartbeat_sent'])
    .map((state) => `sctp_timeout_${state}`),
];

export function drawTracking(r: Random, level: 3 | 4): string[] {
  const set: [name: string, value: number][] = [];
  if (r.chance(0.25)) set.push(['tcp_loose', 0]);
  if (r.chance(0.2)) set.push(['tcp_be_liberal', 1]);
  if (r.chance(0.1)) set.push(['tcp_ignore_invalid_rst', 1]);
  if (r.chance(0.3)) set.push(['tcp_max_retrans', r.pick([1, 2, 5])]);
  if (r.chance(0.15)) set.push(['checksum', 0]);
  if (level === 4 || r.chance(0.2))
    for (const name of r.some(TIMEOUTS, r.pick([2, 8, 16, TIMEOUTS.length]))) set.push([name, r.pick(SECONDS)]);
  const ours = (name: string) => (drawnFamily() === 6 && name === 'icmp_timeout' ? 'icmpv6_timeout' : name);
  return set.map(([name, value]) => `sysctl -qw net.netfilter.nf_conntrack_${ours(name)}=${value}`);
}
