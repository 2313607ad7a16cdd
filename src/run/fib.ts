/**
 * Routing tables: from a flow to a route, or to the error that the kernel finds instead, as fib_lookup does
 * (net/ipv4/fib_trie.c, and fib_rules.c where there are rules).
 */
import {
  type Hop,
  type Host,
  type PolicyRule,
  type Realms,
  type Route,
  type RouteType,
  TABLE_DEFAULT,
  TABLE_LOCAL,
  TABLE_MAIN,
} from '../model/host.js';
import type { Words } from '../net/address.js';
import { type Flow, followRules, isKernelRules, readsPorts, rulesOf } from './policy-rules.js';
import { PrefixMap } from './prefix-map.js';

/** Why there is no route: ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL. */
export type RouteError = 'no-route' | 'unreachable' | 'prohibit' | 'blackhole';
/** What would have to be known. */
export type HostFact = 'addresses' | 'routes' | 'groups' | 'ipv6';

export interface Found {
  readonly kind: 'route';
  readonly route: Route;
  /** those that may be used, in their order; never empty. */
  readonly hops: readonly Hop[];
  /** the policy rule that led to its table; absent where the host has none but the kernel's. */
  readonly rule?: PolicyRule | undefined;
}
export interface Unknown {
  readonly kind: 'unknown';
  readonly fact: HostFact;
  /** the table whose routes were not given. */
  readonly table?: number;
}
export type Lookup = Found | Unknown | { readonly kind: 'error'; readonly error: RouteError };
/** `again`: this table says nothing (EAGAIN); the next rule is asked. */
export type TableLookup = Lookup | { readonly kind: 'again' };

const AGAIN = { kind: 'again' } as const;
const error = (name: RouteError): Lookup => ({ kind: 'error', error: name });

/** fib_props of fib_semantics.c: the types that are errors. */
export const ERRORS: Partial<Record<RouteType, TableLookup>> = {
  blackhole: error('blackhole'),
  nat: error('blackhole'),
  unreachable: error('unreachable'),
  prohibit: error('prohibit'),
  throw: AGAIN,
};

export interface FibOptions {
  /** says whether a hop without carrier is passed over on this link (ignore_routes_with_linkdown). */
  readonly ignoresLinkdown: (link: string) => boolean;
  /** the group of a link, for suppress_ifgroup. */
  readonly group: (link: string) => number;
}

/** One table, or local and main together. */
class Table {
  readonly #routes: PrefixMap<Route>;

  constructor(
    routes: readonly Route[],
    private readonly ignoresLinkdown: (link: string) => boolean,
  ) {
    // fib_find_alias: table local before main, the greater tos first, then the smaller metric
    this.#routes = new PrefixMap(routes, (a, b) => b.table - a.table || b.tos - a.tos || a.metric - b.metric);
  }

  lookup(dst: Words, tos: number, oif: string | undefined, ignoreLinkState: boolean): TableLookup {
    for (const routes of this.#routes.around(dst))
      for (const route of routes) {
        // fib_dscp_masked_match: three of the tos bits count
        if (route.tos !== 0 && route.tos !== (tos & 0x1c)) continue;
        const failed = ERRORS[route.type];
        if (failed !== undefined) return failed;
        const hops = route.hops.filter((hop) => this.#usable(hop, oif, ignoreLinkState));
        if (hops.length > 0) return { kind: 'route', route, hops };
      }
    return AGAIN;
  }

  /** fib_lookup_good_nhc. */
  #usable(hop: Hop, oif: string | undefined, ignoreLinkState: boolean): boolean {
    if (hop.dead || hop.link === undefined) return false;
    if (hop.linkdown && !ignoreLinkState && this.ignoresLinkdown(hop.link)) return false;
    return oif === undefined || oif === hop.link;
  }
}

export class Fib {
  readonly #host: Host;
  readonly #options: FibOptions;
  readonly #tables = new Map<number, Table>();
  readonly rules: readonly PolicyRule[];
  /** local and main as one, the state of a host that never had a rule of its own. */
  readonly #merged: Table | undefined;
  readonly routes: readonly Route[];
  /** a rule besides the kernel's three, or one of these missing: tables local and main are apart from then on. */
  readonly customRules: boolean;
  /** nothing of a flow but its destination, and a link that it is bound to, decides its route, and no route has two ways. */
  readonly isPlain: boolean;
  /** a local route that the kernel did not make (fib_has_custom_local_routes). */
  readonly customLocalRoutes: boolean;
  /** a rule makes the kernel look at protocol and ports on input (fib_rule_requires_fldissect). */
  readonly readsPorts: boolean;
  /** some route or rule has realms (fib_num_tclassid_users). */
  readonly usesRealms: boolean;
  /** own addresses are known as far as routes name them. */
  readonly isPartial: boolean;

  constructor(host: Host, options: FibOptions) {
    this.#host = host;
    this.#options = options;
    this.rules = rulesOf(host, 4);
    this.isPartial = host.assumed.includes('addresses-of-routes');
    this.customRules = !isKernelRules(this.rules);
    this.readsPorts = readsPorts(this.rules);
    this.routes = (host.routes ?? []).filter((route) => route.family === 4);
    this.customLocalRoutes = this.routes.some((route) => route.type === 'local' && route.protocol !== 'kernel');
    const hasRealms = ({ realms }: { readonly realms?: Realms }): boolean => (realms ?? 0) !== 0;
    this.usesRealms = this.rules.some(hasRealms) || this.routes.some(({ hops }) => hops.some(hasRealms));
    this.isPlain = !this.customRules && this.routes.every(({ tos, hops }) => tos === 0 && hops.length <= 1);
    const ids = new Set(this.routes.map((route) => route.table));
    for (const id of ids)
      this.#tables.set(
        id,
        this.#table((route) => route.table === id),
      );
    if (!this.customRules)
      this.#merged = this.#table((route) => route.table === TABLE_LOCAL || route.table === TABLE_MAIN);
  }

  #table(keep: (route: Route) => boolean): Table {
    return new Table(this.routes.filter(keep), this.#options.ignoresLinkdown);
  }

  /** What is missing to look something up in a table; undefined: nothing. */
  missing(table: number): Unknown | undefined {
    if (this.#tables.has(table) || this.#host.tables === 'all' || this.#host.tables.includes(table)) return undefined;
    // hardly anyone fills it, and no plain listing shows it
    if (table === TABLE_DEFAULT) return undefined;
    return { kind: 'unknown', fact: table === TABLE_LOCAL ? 'addresses' : 'routes', table };
  }

  /** Nothing that a look-up may come to is missing. */
  get complete(): boolean {
    const led = this.rules.flatMap(({ action }) => (action.kind === 'lookup' ? [action.table] : []));
    return !this.#mainIsAssumed && !this.isPartial && led.every((table) => this.missing(table) === undefined);
  }

  /** The routes whose places decide address types: of table local, or of what the kernel looks at in its stead. */
  get localRoutes(): readonly Route[] {
    return this.routes.filter(
      (route) => route.table === TABLE_LOCAL || (this.#merged !== undefined && route.table === TABLE_MAIN),
    );
  }

  /** A look-up in table local alone, which sees the main table's routes too as long as the two are one. */
  lookupLocal(dst: Words): Found | Unknown | undefined {
    const missing = this.missing(TABLE_LOCAL);
    if (missing !== undefined) return missing;
    const found = (this.#merged ?? this.#tables.get(TABLE_LOCAL))?.lookup(dst, 0, undefined, false);
    if (found?.kind !== 'route') return undefined;
    return found.route.mayBeOwn ? { kind: 'unknown', fact: 'addresses' } : found;
  }

  lookup(flow: Flow, ignoreLinkState = false): Lookup {
    return this.#merged === undefined
      ? this.#lookupRules(flow, ignoreLinkState)
      : this.#lookupMerged(this.#merged, flow, ignoreLinkState);
  }

  /** fib_lookup of ip_fib.h where there are no rules. */
  #lookupMerged(merged: Table, flow: Flow, ignoreLinkState: boolean): Lookup {
    const ask = (table: Table) => table.lookup(flow.dst, flow.tos, flow.oif, ignoreLinkState);
    const first = ask(merged);
    const missing = this.missing(TABLE_LOCAL) ?? this.missing(TABLE_MAIN);
    // nothing in table main goes before an own address
    const own = first.kind === 'route' && first.route.table === TABLE_LOCAL && first.route.prefix === 32;
    if (missing !== undefined && !own) return missing;
    if (first.kind !== 'again') return first;
    if (this.#mainIsAssumed) return { kind: 'unknown', fact: 'routes', table: TABLE_MAIN };
    const last = this.#tables.get(TABLE_DEFAULT);
    const found = last === undefined ? AGAIN : ask(last);
    return found.kind === 'again' ? error('no-route') : found;
  }

  get #mainIsAssumed(): boolean {
    return this.#host.assumed.includes('connected-routes');
  }

  #lookupRules(flow: Flow, ignoreLinkState: boolean): Lookup {
    const ask = (table: number): TableLookup => {
      const missing = this.missing(table);
      if (missing !== undefined) return missing;
      const found = this.#tables.get(table)?.lookup(flow.dst, flow.tos, flow.oif, ignoreLinkState) ?? AGAIN;
      const assumed = found.kind === 'again' && table === TABLE_MAIN && this.#mainIsAssumed;
      return assumed ? { kind: 'unknown', fact: 'routes', table } : found;
    };
    return followRules(this.rules, flow, ask, (found) => found.route.hops[0]?.link, this.#options.group);
  }
}
