/**
 * Routing tables of IPv6: from a flow to a route, or to the error that the kernel finds instead, as fib6_rule_lookup does
 * (net/ipv6/fib6_rules.c, ip6_fib.c, and fib6_table_lookup and ip6_pol_route_lookup of route.c).
 */
import {
  type Hop,
  type Host,
  type HostAssumption,
  type PolicyRule,
  type Route,
  TABLE_LOCAL,
  TABLE_MAIN,
} from '../../model/host.js';
import type { Words } from '../../net/address.js';
import { ERRORS, type Found, type Lookup, type TableLookup, type Unknown } from '../fib.js';
import { type Flow, followRules, isKernelRules, readsPorts, rulesOf } from '../policy-rules.js';
import { PrefixMap } from '../prefix-map.js';
import { type Links, localRoutes, prefixRoutes } from './kernel-routes.js';

/** Which of the routes to one prefix is taken; undefined: none, and a shorter prefix is asked. */
export type Choose = (routes: readonly Route[]) => Found | undefined;

const DERIVED = [
  [TABLE_LOCAL, 'local-table'],
  [TABLE_MAIN, 'connected-routes'],
] as const;

/** `pref` of a route, in the order of rt6_score_route. */
const PREFERENCES = { low: 1, medium: 2, high: 3 } as const;

/** What refuses packets is on the loopback link, also where its text does not say so. */
const REFUSAL: readonly Hop[] = [
  { link: 'lo', gateway: undefined, weight: 1, dead: false, linkdown: false, onlink: false },
];
export const hopsOf = ({ hops }: Route): readonly Hop[] => (hops.length === 0 ? REFUSAL : hops);

/** Made by the kernel: it knows a route of that type that anybody else adds for no own address, though packets come in by it. */
export const isAnycast = ({ type, protocol }: Route): boolean => type === 'anycast' && protocol === 'kernel';
/** What it leads to is reached by the loopback link, whatever link it names (ip6_rt_get_dev_rcu). */
export const isOwn = (route: Route): boolean => route.type === 'local' || isAnycast(route);

export interface Fib6Options extends Links {
  /** says whether a hop without carrier is passed over on this link (ignore_routes_with_linkdown). */
  readonly ignoresLinkdown: (link: string) => boolean;
  readonly group: (link: string) => number;
}

export class Fib6 {
  /** a rule makes the kernel look at protocol and ports of what it has no flow for. */
  readonly readsPorts: boolean;
  readonly rules: readonly PolicyRule[];
  /** a rule besides the kernel's own, or one of these missing. */
  readonly customRules: boolean;
  /** all of IPv6, those among them that the kernel makes of addresses where they were not given. */
  readonly routes: readonly Route[];
  /** tables that were not given, of which what the addresses make is known. */
  readonly assumed: readonly HostAssumption[];
  readonly #host: Host;
  readonly #options: Fib6Options;
  readonly #tables = new Map<number, PrefixMap<Route>>();
  readonly #derives: boolean;

  constructor(host: Host, options: Fib6Options) {
    this.#host = host;
    this.#options = options;
    this.rules = rulesOf(host, 6);
    this.readsPorts = readsPorts(this.rules);
    this.customRules = !isKernelRules(this.rules);
    const own = (host.addresses ?? []).filter(({ family }) => family === 6);
    this.#derives = own.length > 0;
    this.assumed = DERIVED.flatMap(([table, name]) => (this.#derives && !this.#given(table) ? [name] : []));
    this.routes = [
      ...(host.routes ?? []).filter(({ family }) => family === 6),
      ...(this.#given(TABLE_LOCAL) ? [] : localRoutes(own, options)),
      ...(this.#given(TABLE_MAIN) ? [] : prefixRoutes(own, options)),
    ];
    // fib6_add_rt2node: the smaller metric first, then whichever was first
    const order = (a: Route, b: Route) => a.metric - b.metric;
    for (const id of new Set(this.routes.map(({ table }) => table))) {
      const routes = this.routes.filter(({ table }) => table === id);
      this.#tables.set(id, new PrefixMap(routes, order));
    }
  }

  #given(table: number): boolean {
    const { tables6 } = this.#host;
    return tables6 === 'all' || tables6.includes(table);
  }

  /** What is missing to look something up in a table; undefined: nothing. */
  missing(table: number): Unknown | undefined {
    if (this.#given(table) || this.#tables.has(table)) return undefined;
    if (this.#derives && (table === TABLE_LOCAL || table === TABLE_MAIN)) return undefined;
    return { kind: 'unknown', fact: table === TABLE_LOCAL ? 'addresses' : 'routes', table };
  }

  /** Nothing that a look-up may come to is missing. */
  get complete(): boolean {
    const led = this.rules.flatMap(({ action }) => (action.kind === 'lookup' ? [action.table] : []));
    return this.#given(TABLE_MAIN) && led.every((table) => this.missing(table) === undefined);
  }

  lookup(flow: Flow, choose: Choose): Lookup {
    const ask = (table: number) => this.missing(table) ?? this.#ask(table, flow.dst, choose);
    const found = followRules(this.rules, flow, ask, ({ hops }) => hops[0]!.link, this.#options.group);
    return found.kind === 'route' && !this.customRules ? { ...found, rule: undefined } : found;
  }

  #ask(table: number, dst: Words, choose: Choose): TableLookup {
    for (const routes of this.#tables.get(table)?.around(dst) ?? []) {
      const found = choose(routes);
      if (found !== undefined) return ERRORS[found.route.type] ?? found;
    }
    // only the prefixes of the addresses are known of it
    const assumed = table === TABLE_MAIN && !this.#given(table);
    return assumed ? { kind: 'unknown', fact: 'routes', table } : { kind: 'again' };
  }

  /**
   * ip6_pol_route: a way by the link that was asked for goes before others, and others do not count where the packet is
   * `bound` to it. No look-up knows the states of neighbours, which on a host that does not forward put a gateway that
   * failed behind others.
   */
  byScore(link: string | undefined, bound: boolean): Choose {
    const fits = (hop: Hop) => this.#isUsable(hop) && (!bound || link === undefined || hop.link === link);
    const best = (routes: readonly Route[]): Found | undefined => {
      let chosen: Route | undefined;
      let most = -1;
      for (const route of routes)
        for (const hop of hopsOf(route).filter(fits)) {
          const score =
            4 * PREFERENCES[route.preference ?? 'medium'] + (link === undefined || hop.link === link ? 1 : 0);
          if (score <= most) continue;
          most = score;
          chosen = route;
        }
      return chosen && { kind: 'route', route: chosen, hops: hopsOf(chosen).filter(fits) };
    };
    return (routes) => {
      const [{ metric }] = routes as readonly [Route];
      // find_rr_leaf: where none of the smallest metric will do, all others are compared at once
      return best(routes.filter((one) => one.metric === metric)) ?? best(routes.filter((one) => one.metric !== metric));
    };
  }

  #isUsable({ dead, link, linkdown }: Hop): boolean {
    return !dead && link !== undefined && !(linkdown && this.#options.ignoresLinkdown(link));
  }
}

/**
 * ip6_pol_route_lookup with rt6_device_match, for the reverse path: the first route by a link that `fits`, whatever its
 * metric, else the first one of all unless the packet is `bound` to a link.
 */
export function byDevice(fits: (link: string | undefined) => boolean, bound: boolean): Choose {
  return (routes) => {
    const ways = routes.flatMap((route) => hopsOf(route).map((hop) => ({ route, hop })));
    const way =
      ways.find(({ hop }) => !hop.dead && fits(hop.link)) ?? (bound || ways[0]!.hop.dead ? undefined : ways[0]!);
    return way && { kind: 'route', route: way.route, hops: [way.hop] };
  };
}
