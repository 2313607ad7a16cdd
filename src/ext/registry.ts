/**
 * The list of all extensions: a few of the commonest here, the others in rare-extensions.ts. The worker of pages is built
 * without the others, and loads them where a rule uses one: hence their names stand here too. listings.ts has what a listing
 * prints of each, which is read by who knows no other part of them. Tests hold the three lists against each other.
 */
import { PacketwalkError } from '../errors.js';
import type { Family } from '../net/address.js';
import type { Extension, Match, TargetExtension } from './define.js';
import { conntrack } from './match/conntrack.js';
import { icmp } from './match/icmp.js';
import { length } from './match/length.js';
import { multiport } from './match/multiport.js';
import { set } from './match/set.js';
import { tcp } from './match/tcp.js';
import type * as Rare from './rare-extensions.js';
import { RARE_MATCHES, RARE_TARGETS } from './rare-extensions.js';
import { REDIRECT } from './target/REDIRECT.js';
import { REJECT } from './target/REJECT.js';
import { FOREIGN_MATCH_NAMES, FOREIGN_TARGET_NAMES } from './third-party/names.js';

const COMMON_MATCHES: readonly Match[] = [conntrack, icmp, length, multiport, set, tcp];
const COMMON_TARGETS: readonly TargetExtension[] = [REDIRECT, REJECT];
export const MATCHES: readonly Match[] = [...COMMON_MATCHES, ...RARE_MATCHES];
export const TARGETS: readonly TargetExtension[] = [...COMMON_TARGETS, ...RARE_TARGETS];

/** The names in rare-extensions.ts, known where that is not loaded. */
export const RARE_MATCH_NAMES: ReadonlySet<string> = new Set([
  'addrtype',
  'ah',
  'bpf',
  'cgroup',
  'cluster',
  'comment',
  'connbytes',
  'connlabel',
  'connlimit',
  'connmark',
  'cpu',
  'dccp',
  'devgroup',
  'dscp',
  'dst',
  'ecn',
  'esp',
  'eui64',
  'frag',
  'hashlimit',
  'hbh',
  'helper',
  'hl',
  'icmp6',
  'icmpv6',
  'ipv6-icmp',
  'ipcomp',
  'iprange',
  'ipv6header',
  'ipvs',
  'limit',
  'mac',
  'mark',
  'mh',
  'osf',
  'physdev',
  'policy',
  'quota',
  'rateest',
  'nfacct',
  'owner',
  'pkttype',
  'realm',
  'recent',
  'rpfilter',
  'rt',
  'sctp',
  'socket',
  'srh',
  'state',
  'statistic',
  'string',
  'tcpmss',
  'time',
  'tos',
  'ttl',
  'u32',
  'udp',
  ...FOREIGN_MATCH_NAMES,
]);
export const RARE_TARGET_NAMES: ReadonlySet<string> = new Set([
  'AUDIT',
  'CHECKSUM',
  'CLASSIFY',
  'CLUSTERIP',
  'CONNMARK',
  'CONNSECMARK',
  'CT',
  'DNAT',
  'DNPT',
  'DSCP',
  'ECN',
  'HL',
  'HMARK',
  'IDLETIMER',
  'LED',
  'LOG',
  'MARK',
  'MASQUERADE',
  'NETMAP',
  'NFLOG',
  'NFQUEUE',
  'NOTRACK',
  'QUEUE',
  'SECMARK',
  'SET',
  'RATEEST',
  'SNAT',
  'SNPT',
  'SYNPROXY',
  'TCPMSS',
  'TCPOPTSTRIP',
  'TEE',
  'TOS',
  'TPROXY',
  'TRACE',
  'TTL',
  'ULOG',
  ...FOREIGN_TARGET_NAMES,
]);

export const MATCH_NAMES: readonly string[] = [...COMMON_MATCHES.map(({ name }) => name), ...RARE_MATCH_NAMES];
/** All that may stand behind -j besides chains. */
export const TARGET_NAMES: readonly string[] = [
  'ACCEPT',
  'DROP',
  'RETURN',
  ...COMMON_TARGETS.map(({ name }) => name),
  ...RARE_TARGET_NAMES,
];

/** One of the rare extensions is asked for, and they are not there yet. */
export class RareExtensionsWanted extends PacketwalkError {
  constructor(name: string) {
    super(`${name}: the extensions that few rules use are a file of their own, and it was not loaded`, {
      code: 'readers-wanted',
      hint: 'await loadReaders() before rules that use them',
    });
  }
}

/** By name, the first of each that serves the family. */
class Index<E extends Extension> {
  readonly #known = { 4: new Map<string, E>(), 6: new Map<string, E>() };
  /** names of those that are not there yet. */
  #missing: ReadonlySet<string>;

  /** `rare`: none, where they are not there yet. */
  constructor(common: readonly E[], rare: readonly E[], rareNames: ReadonlySet<string>) {
    this.#missing = rareNames;
    this.#add(common);
    if (rare.length > 0) this.learn(rare);
  }

  learn(rare: readonly E[]): void {
    this.#add(rare);
    this.#missing = NOTHING;
  }

  get isWhole(): boolean {
    return this.#missing.size === 0;
  }

  find(name: string, family: Family): E | undefined {
    const found = this.#known[family].get(name);
    if (found === undefined && this.#missing.has(name)) throw new RareExtensionsWanted(name);
    return found;
  }

  #add(list: readonly E[]): void {
    for (const extension of list)
      for (const family of extension.families ?? FAMILIES)
        for (const name of [extension.name, ...(extension.alias ?? [])])
          if (!this.#known[family].has(name)) this.#known[family].set(name, extension);
  }
}
const NOTHING: ReadonlySet<string> = new Set();
const FAMILIES: readonly Family[] = [4, 6];
const matches = new Index(COMMON_MATCHES, RARE_MATCHES, RARE_MATCH_NAMES);
const targets = new Index(COMMON_TARGETS, RARE_TARGETS, RARE_TARGET_NAMES);

/** The match or target of a name that serves the family, or undefined where there is none. They throw RareExtensionsWanted. */
export const findMatch = (name: string, family: Family): Match | undefined => matches.find(name, family);
export const findTarget = (name: string, family: Family): TargetExtension | undefined => targets.find(name, family);

/** The family of a match or target that serves one alone. Throws RareExtensionsWanted. */
export function onlyFamily(kind: Extension['kind'], name: string): Family | undefined {
  const index = kind === 'match' ? matches : targets;
  const [four, six] = FAMILIES.map((family) => index.find(name, family) !== undefined);
  return four === six ? undefined : four ? 4 : 6;
}

/** Whether all are known. */
export const knowsRareExtensions = (): boolean => matches.isWhole && targets.isWhole;
/** For who is built without them. */
export function learnExtensions({ RARE_MATCHES, RARE_TARGETS }: typeof Rare): void {
  matches.learn(RARE_MATCHES);
  targets.learn(RARE_TARGETS);
}
