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
type OfLink = (typeof OF_LINKS)[number];

/** Every setting on which an answer can depend, those of interfaces as `all` has them. */
export const SYSCTLS: readonly string[] = [
  'net.ipv4.ip_forward',
  ...OF_LINKS.map((name) => `net.ipv4.conf.all.${name}`),
  'net.netfilter.nf_conntrack_checksum',
  'net.netfilter.nf_conntrack_tcp_loose',
];

export const isReadSysctl = (key: string): boolean =>
  SYSCTLS.includes(key.replace(/^(net\.ipv4\.conf)\..+\.([^.]+)$/, '$1.all.$2'));

/** What a setting of interfaces is taken to be where it was not given. */
export const fallbackOf = (name: OfLink): number => FALLBACK[name] ?? 0;

/** A sysctl's number; undefined: it was not given, or is none. */
export function readSysctl(sysctls: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = sysctls.get(key);
  const value = text === undefined ? Number.NaN : Number.parseInt(text, 10);
  return Number.isNaN(value) ? undefined : value;
}

/** What a link makes of a setting: its own value, and that of all. */
interface Setting {
  readonly all: number;
  readonly own: number;
}

export class HostConf {
  /** by setting, then by link: each is read once. */
  readonly #settings = new Map<OfLink, Map<string, Setting>>();
  readonly #forwarding = new Map<string, boolean>();

  constructor(private readonly sysctls: ReadonlyMap<string, string>) {}

  #read(key: string): number | undefined {
    return readSysctl(this.sysctls, key);
  }

  /** An interface that is not named has what `default` gives to a new one. */
  #setting(link: string, name: OfLink): Setting {
    const links = this.#settings.get(name) ?? new Map<string, Setting>();
    this.#settings.set(name, links);
    const known = links.get(link);
    if (known !== undefined) return known;
    const setting = {
      all: this.#read(`net.ipv4.conf.all.${name}`) ?? fallbackOf(name),
      own:
        this.#read(`net.ipv4.conf.${link}.${name}`) ?? this.#read(`net.ipv4.conf.default.${name}`) ?? fallbackOf(name),
    };
    links.set(link, setting);
    return setting;
  }

  max(link: string, name: OfLink): number {
    const { all, own } = this.#setting(link, name);
    return Math.max(all, own);
  }

  or(link: string, name: OfLink): boolean {
    const { all, own } = this.#setting(link, name);
    return all !== 0 || own !== 0;
  }

  and(link: string, name: OfLink): boolean {
    const { all, own } = this.#setting(link, name);
    return all !== 0 && own !== 0;
  }

  /** The interface's own value alone counts; `ip_forward` and `conf.all.forwarding` are one, and set it everywhere. */
  forwarding(link: string): boolean {
    const known = this.#forwarding.get(link);
    if (known !== undefined) return known;
    const value =
      this.#read(`net.ipv4.conf.${link}.forwarding`) ??
      this.#read('net.ipv4.ip_forward') ??
      this.#read('net.ipv4.conf.all.forwarding') ??
      this.#read('net.ipv4.conf.default.forwarding') ??
      fallbackOf('forwarding');
    this.#forwarding.set(link, value !== 0);
    return value !== 0;
  }
}
