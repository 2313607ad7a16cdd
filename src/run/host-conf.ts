/**
 * The sysctls that routing reads, with what the kernel makes of `all`, `default` and the interface's own value
 * (include/linux/inetdevice.h). What was not given has the value that a host of a firewall has: see FALLBACK.
 */

/** Forwarding is on, as whoever asks about forwarded packets has it; all else is as the kernel boots. */
const FALLBACK: Readonly<Partial<Record<OfLink, number>>> = { forwarding: 1, send_redirects: 1 };

/** Of an interface, `all` and `default`. */
const OF_LINKS = [
  'accept_local',
  'bc_forwarding',
  'forwarding',
  'ignore_routes_with_linkdown',
  'route_localnet',
  'rp_filter',
  'send_redirects',
  'src_valid_mark',
] as const;
export type OfLink = (typeof OF_LINKS)[number];

/** The same of IPv6: ipv6/conf.ts says what they are. */
const OF_LINKS6 = [
  'disable_ipv6',
  'force_forwarding',
  'forwarding',
  'ignore_routes_with_linkdown',
  'mtu',
  'use_oif_addrs_only',
  'use_tempaddr',
] as const;
export type OfLink6 = (typeof OF_LINKS6)[number];

/** Of connection tracking, behind `net.netfilter.nf_conntrack_`. */
const OF_TRACKING = [
  'acct',
  'buckets',
  'checksum',
  'generic_timeout',
  'gre_timeout',
  'gre_timeout_stream',
  'icmp_timeout',
  'icmpv6_timeout',
  'max',
  'sctp_timeout_closed',
  'sctp_timeout_cookie_echoed',
  'sctp_timeout_cookie_wait',
  'sctp_timeout_established',
  'sctp_timeout_heartbeat_sent',
  'sctp_timeout_shutdown_ack_sent',
  'sctp_timeout_shutdown_recd',
  'sctp_timeout_shutdown_sent',
  'tcp_be_liberal',
  'tcp_ignore_invalid_rst',
  'tcp_loose',
  'tcp_max_retrans',
  'tcp_timeout_close',
  'tcp_timeout_close_wait',
  'tcp_timeout_established',
  'tcp_timeout_fin_wait',
  'tcp_timeout_last_ack',
  'tcp_timeout_max_retrans',
  'tcp_timeout_syn_recv',
  'tcp_timeout_syn_sent',
  'tcp_timeout_time_wait',
  'tcp_timeout_unacknowledged',
  'udp_timeout',
  'udp_timeout_stream',
] as const;
export type TrackingSysctl = (typeof OF_TRACKING)[number];

/** Every setting on which an answer can depend, those of interfaces as `all` has them. */
export const SYSCTLS: readonly string[] = [
  'net.ipv4.ip_forward',
  ...OF_LINKS.map((name) => `net.ipv4.conf.all.${name}`),
  ...OF_LINKS6.map((name) => `net.ipv6.conf.all.${name}`),
  ...OF_TRACKING.map((name) => `net.netfilter.nf_conntrack_${name}`),
  'net.ipv4.ipfrag_time',
  'net.ipv4.ipfrag_high_thresh',
  'net.ipv4.ipfrag_max_dist',
  'net.ipv6.ip6frag_time',
  'net.ipv6.ip6frag_high_thresh',
  'net.netfilter.nf_conntrack_frag6_timeout',
  'net.netfilter.nf_conntrack_frag6_high_thresh',
];

export const isReadSysctl = (key: string): boolean =>
  SYSCTLS.includes(key.replace(/^(net\.ipv[46]\.conf)\..+\.([^.]+)$/, '$1.all.$2'));

/** What a setting of interfaces is taken to be where it was not given. */
export const fallbackOf = (name: OfLink): number => FALLBACK[name] ?? 0;

/** A sysctl's number; undefined: it was not given, or is none. */
export function readSysctl(sysctls: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = sysctls.get(key);
  const value = text === undefined ? Number.NaN : Number.parseInt(text, 10);
  return Number.isNaN(value) ? undefined : value;
}

/** What the kernel makes of a link's settings; but for rp_filter it counts only whether one is 0. */
export type LinkConf = Readonly<Record<OfLink, number>>;

export class HostConf {
  /** each is read once. */
  readonly #links = new Map<string, LinkConf>();

  constructor(private readonly sysctls: ReadonlyMap<string, string>) {}

  of(link: string): LinkConf {
    let conf = this.#links.get(link);
    if (conf === undefined) {
      conf = this.#readLink(link);
      this.#links.set(link, conf);
    }
    return conf;
  }

  #readLink(link: string): LinkConf {
    const read = (of: string, name: OfLink) => readSysctl(this.sysctls, `net.ipv4.conf.${of}.${name}`);
    const all = (name: OfLink) => read('all', name) ?? fallbackOf(name);
    // an interface that is not named has what `default` gives to a new one
    const own = (name: OfLink) => read(link, name) ?? read('default', name) ?? fallbackOf(name);
    const either = (name: OfLink) => all(name) || own(name);
    return {
      accept_local: either('accept_local'),
      bc_forwarding: all('bc_forwarding') && own('bc_forwarding'),
      // its own value alone counts; `ip_forward` and `conf.all.forwarding` are one, and set it everywhere
      forwarding:
        read(link, 'forwarding') ??
        readSysctl(this.sysctls, 'net.ipv4.ip_forward') ??
        read('all', 'forwarding') ??
        own('forwarding'),
      ignore_routes_with_linkdown: either('ignore_routes_with_linkdown'),
      route_localnet: either('route_localnet'),
      rp_filter: Math.max(all('rp_filter'), own('rp_filter')),
      send_redirects: either('send_redirects'),
      src_valid_mark: either('src_valid_mark'),
    };
  }
}
