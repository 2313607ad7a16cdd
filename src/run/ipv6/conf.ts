/** The sysctls of IPv6 that routing reads, as they count for one link (net/ipv6/addrconf.c). */
import { type OfLink6, readSysctl } from '../host-conf.js';

type Setting = Exclude<OfLink6, 'mtu'>;

/** Forwarding is on, as whoever asks about forwarded packets has it; all else is as the kernel boots. */
const fallbackOf = (name: Setting): number => (name === 'forwarding' ? 1 : 0);

/** Those that `all` sets for every link when it is written. */
const SET_BY_ALL: ReadonlySet<Setting> = new Set([
  'forwarding',
  'force_forwarding',
  'disable_ipv6',
  'ignore_routes_with_linkdown',
]);

export class Conf6 {
  /** by name, then by link. */
  readonly #known = new Map<Setting, Map<string, number>>();

  constructor(private readonly sysctls: ReadonlyMap<string, string>) {}

  of(link: string, name: Setting): number {
    const known = this.#known.get(name) ?? new Map<string, number>();
    this.#known.set(name, known);
    let value = known.get(link);
    if (value === undefined) {
      value = this.#of(link, name);
      known.set(link, value);
    }
    return value;
  }

  /** The link's own value alone counts; `all` is what was written to all of them. */
  #of(link: string, name: Setting): number {
    const all = SET_BY_ALL.has(name) ? this.read('all', name) : undefined;
    return this.read(link, name) ?? all ?? this.read('default', name) ?? fallbackOf(name);
  }

  /** Whether a packet that came in by a link may be handed on: the links' own `forwarding` does not decide it (ip6_forward). */
  forwards(iif: string): boolean {
    return (this.read('all', 'forwarding') ?? fallbackOf('forwarding')) !== 0 || this.of(iif, 'force_forwarding') !== 0;
  }

  /** The greatest packet that the link takes, where it was given here. */
  mtu(link: string): number | undefined {
    return this.read(link, 'mtu');
  }

  private read(link: string, name: OfLink6): number | undefined {
    return readSysctl(this.sysctls, `net.ipv6.conf.${link}.${name}`);
  }
}
