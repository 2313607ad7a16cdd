/**
 * What a host is to its packets: links, addresses, routes, policy rules and sysctls. Plain data; `undefined` where a
 * text for it was not given, which is not the same as an empty one.
 */
import type { Family, Words } from '../net/address.js';
import type { Fingerprint } from './fingerprint.js';
import type { SocketList } from './sockets.js';
import type { XfrmPolicy } from './xfrm.js';

export interface Host {
  links: Link[] | undefined;
  addresses: HostAddress[] | undefined;
  routes: Route[] | undefined;
  /** policy rules; undefined: the kernel's own three (local, main, default). */
  rules: PolicyRule[] | undefined;
  /** names with dots (`net.ipv4.ip_forward`), values as printed. */
  sysctls: Map<string, string>;
  /** how many states IPsec has, and policies of what goes out, and which those are, as far as that was given. */
  xfrm?: { readonly states?: number; readonly policies?: number; readonly out?: readonly XfrmPolicy[] } | undefined;
  /** the IPv4 routing tables whose routes were given; a rule that leads to another one leads to the unknown. */
  tables: 'all' | readonly number[];
  /** the same of IPv6; what the kernel makes of addresses by itself is no part of it. */
  tables6: 'all' | readonly number[];
  /** tables of hashlimit that were given; others have no entries yet. */
  hashlimits?: readonly HashlimitTable[];
  /** lists of recent that were given; others are empty yet. */
  recents?: readonly RecentFile[];
  /** accounting objects that were given; of others nobody knows what they have counted. */
  accounting?: readonly AccountingObject[];
  /** conditions and counters that were given. */
  variables?: readonly RuleVariable[];
  /** clusters (CLUSTERIP) whose nodes were given; of others a rule says which node is this host's. */
  clusters?: readonly ClusterNodes[];
  /** those of osf; undefined where no text has them. */
  fingerprints?: readonly Fingerprint[];
  /** undefined where no text lists them. */
  sockets?: SocketList;
  /** what was not given and is taken to be as the kernel makes it by itself. */
  assumed: readonly HostAssumption[];
}

/**
 * `local-table`: table local follows from the addresses; `connected-routes`: table main was not given, and holds the
 * prefixes of the addresses, so that a destination without a route is unknown; `addresses-of-routes`: the addresses were not
 * given, and are those that the routes name. Secondary ones and those of /32 stand in no route of table main; the host is
 * taken to have none but on links of which the routes name no address, where each destination may be its own.
 */
export type HostAssumption = 'local-table' | 'connected-routes' | 'addresses-of-routes';

/** The routing tables that every host has, by the numbers of rtnetlink.h. */
export const TABLE_DEFAULT = 253;
export const TABLE_MAIN = 254;
export const TABLE_LOCAL = 255;

/** A list of recent, as /proc/net shows it when the first packet comes. */
export interface RecentFile {
  readonly name: string;
  readonly entries: readonly RecentEntry[];
}
export interface RecentEntry {
  readonly address: Words;
  readonly ttl: number;
  /** one more than the place of the latest time. */
  readonly index: number;
  /** in jiffies: nobody knows how long ago that is. */
  readonly times: readonly bigint[];
}

/** Which nodes of the cluster that has an address of IPv4 this host is. */
export interface ClusterNodes {
  readonly address: number;
  readonly nodes: readonly number[];
}

/** What nfacct has counted when the first packet comes: numbers of 64 bits, in decimal digits. */
export interface AccountingObject {
  readonly name: string;
  readonly packets: string;
  readonly bytes: string;
  readonly quota: { readonly of: 'packets' | 'bytes'; readonly most: string } | undefined;
}

/** A number in a file of /proc/net, in decimal digits, when the first packet comes. */
export interface RuleVariable {
  readonly folder: 'nf_condition' | 'xt_quota';
  readonly name: string;
  readonly value: string;
}
/** Its number; undefined: no text has it. */
export const variableOf = (
  { variables }: Pick<Host, 'variables'>,
  folder: RuleVariable['folder'],
  name: string,
): string | undefined => variables?.find((one) => one.folder === folder && one.name === name)?.value;

/** A table of hashlimit, as /proc/net shows it when the first packet comes. */
export interface HashlimitTable {
  readonly family: Family;
  readonly name: string;
  readonly entries: readonly HashlimitEntry[];
}
/** Those of the table that a rule names; undefined: no text has it. */
export const givenEntries = (
  { hashlimits }: Pick<Host, 'hashlimits'>,
  family: Family,
  { name }: { readonly name: string | undefined },
): readonly HashlimitEntry[] | undefined =>
  hashlimits?.find((one) => one.family === family && one.name === name)?.entries;

export interface HashlimitEntry {
  readonly src: Words;
  readonly dst: Words;
  readonly sport: number;
  readonly dport: number;
  /** seconds to its end. */
  readonly left: number;
  /** of rateinfo, in the kernel's units: numbers of 64 bits. */
  readonly credit: string;
  readonly cap: string;
  readonly cost: string;
}

export interface Link {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  /** numeric group; 0 is `default`. */
  readonly group: number;
  readonly mtu: number | undefined;
  readonly mac: string | undefined;
  readonly loopback: boolean;
  /** name of the bridge or bond it belongs to. */
  readonly master: string | undefined;
  /** name of the link below it, as a VLAN has one; absent: none, or one that is not this host's. */
  readonly on?: string;
  /** the text tells neither. */
  readonly alone?: true;
  /** it asks no neighbour for a hardware address, and joins no group of those that ask for its own (NOARP). */
  readonly noarp?: true;
  /** its frames are Ethernet's, or not; absent: the text does not say. */
  readonly ether?: boolean;
}

export interface HostAddress {
  readonly link: string;
  readonly family: Family;
  readonly address: Words;
  readonly prefix: number;
  /** the far end of a point-to-point link. */
  readonly peer: Words | undefined;
  readonly broadcast: Words | undefined;
  readonly scope: Scope;
  readonly secondary: boolean;
  /** of IPv6, in the words of ip; absent: none. */
  readonly flags?: readonly AddressFlag[];
}

/** What ip prints of an address of IPv6 that says whether and for what it is used. */
export const ADDRESS_FLAGS = [
  'tentative',
  'dadfailed',
  'optimistic',
  'deprecated',
  'temporary',
  'noprefixroute',
] as const;
export type AddressFlag = (typeof ADDRESS_FLAGS)[number];

export type Scope = 'global' | 'site' | 'link' | 'host' | 'nowhere' | number;

export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'multicast'
  | 'anycast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat';

export interface Route {
  readonly family: Family;
  readonly type: RouteType;
  readonly table: number;
  readonly address: Words;
  readonly prefix: number;
  /** more than one for multipath. Empty for blackhole and its like. */
  readonly hops: readonly Hop[];
  /** preferred source address (`src`). */
  readonly source: Words | undefined;
  readonly metric: number;
  /** who made it: `kernel`, `boot`, `static`, `bird`, …; undefined where the text does not say. */
  readonly protocol: string | undefined;
  readonly tos: number;
  readonly scope: Scope;
  readonly mtu: number | undefined;
  /** of IPv6 (`pref`): above metric and order among routes of one prefix; absent: medium. */
  readonly preference?: 'high' | 'low';
  /** its link has an address that nobody told: where it leads may be the host itself. */
  readonly mayBeOwn?: boolean;
}

/** A route as the kernel makes it by itself: by one link, and all that is not said of it as it is by default. */
export const kernelRoute = (
  link: string,
  route: Pick<Route, 'family' | 'type' | 'table' | 'address' | 'prefix'> & Partial<Route>,
): Route => ({
  hops: [{ link, gateway: undefined, weight: 1, dead: false, linkdown: false, onlink: false }],
  source: undefined,
  metric: 0,
  protocol: 'kernel',
  tos: 0,
  scope: 'global',
  mtu: undefined,
  ...route,
});

export interface Hop {
  readonly link: string | undefined;
  readonly gateway: Words | undefined;
  readonly weight: number;
  /** its link is down: never used. */
  readonly dead: boolean;
  /** its link has no carrier: passed over where ignore_routes_with_linkdown is on. */
  readonly linkdown: boolean;
  readonly onlink: boolean;
  /** absent: none. */
  readonly realms?: Realms;
}

/** Those of a route or a policy rule, as the kernel holds them: that of the source, 16 bits, before that of the destination; or some that have names. */
export type Realms = number | 'named';

/** A policy rule that every packet meets. */
export const anyPacket = (family: Family, priority: number, action: PolicyRule['action']): PolicyRule => ({
  family,
  priority,
  invert: false,
  from: undefined,
  to: undefined,
  iif: undefined,
  oif: undefined,
  mark: undefined,
  markMask: 0xffffffff,
  tos: undefined,
  protocol: undefined,
  sport: undefined,
  dport: undefined,
  uid: undefined,
  action,
  suppressPrefix: undefined,
  suppressGroup: undefined,
});

export interface PolicyRule {
  readonly family: Family;
  readonly priority: number;
  readonly invert: boolean;
  readonly from: { readonly address: Words; readonly prefix: number } | undefined;
  readonly to: { readonly address: Words; readonly prefix: number } | undefined;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly mark: number | undefined;
  readonly markMask: number;
  readonly tos: number | undefined;
  readonly protocol: number | undefined;
  readonly sport: { readonly min: number; readonly max: number } | undefined;
  readonly dport: { readonly min: number; readonly max: number } | undefined;
  readonly uid: { readonly min: number; readonly max: number } | undefined;
  readonly action:
    | { readonly kind: 'lookup'; readonly table: number }
    | { readonly kind: 'goto'; readonly priority: number }
    | { readonly kind: 'blackhole' | 'unreachable' | 'prohibit' | 'nop' };
  /** drop what the table gives with a prefix this short or shorter (suppress_prefixlength). */
  readonly suppressPrefix: number | undefined;
  /** drop what the table gives with a link of this group (suppress_ifgroup). */
  readonly suppressGroup: number | undefined;
  /** absent: none. */
  readonly realms?: Realms;
}
