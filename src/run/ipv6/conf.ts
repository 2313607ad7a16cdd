/** The sysctls of IPv6 that routing reads, as they count for one link (net/ipv6/addrconf.c). */
import { readSysctl } from '../host-conf.js';

/** Each as it stands where nobody gave it: forwarding is on, as whoever asks about forwarded packets has it. */
const FALLBACK = {
  forwarding: 1,
  force_forwarding: 0,
  disable_ipv6: 0,
  ignore_routes_with_linkdown: 0,
  use_oif_addrs_only: 0,
  use_tempaddr: 0,
} as const;
type Setting = keyof typeof FALLBACK;

/** Those that `all` sets for every link when it is written. */
const SET_BY_ALL: ReadonlySet<Setting> = new Set([
  'forwarding',
  'force_forwarding',
  'disable_ipv6',
  'ignore_routes_with_linkdown',
]);

export class Conf6 {
  constructor(private readonly sysctls: ReadonlyMap<string, string>) {}

  /** The link's own value alone counts; `all` is what was written to all of them. */
  of(link: string, name: Setting): number {
    const all = SET_BY_ALL.has(name) ? this.read('all', name) : undefined;
    return this.read(link, name) ?? all ?? this.read('default', name) ?? FALLBACK[name];
  }

  /** Whether a packet that came in by a link may be handed on: the links' own `forwarding` does not decide it (ip6_forward). */
  forwards(iif: string): boolean {
    return (this.read('all', 'forwarding') ?? FALLBACK.forwarding) !== 0 || this.of(iif, 'force_forwarding') !== 0;
  }

  /** The greatest packet that the link takes, where it was given here. */
  mtu(link: string): number | undefined {
    return this.read(link, 'mtu');
  }

  private read(link: string, name: string): number | undefined {
    return readSysctl(this.sysctls, `net.ipv6.conf.${link}.${name}`);
  }
}
