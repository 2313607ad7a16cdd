/** A route while its words are read. */
import type { Hop, Realms, Route, RouteType, Scope } from '../../model/host.js';
import { type Family, parseAddress, type Words } from '../../net/address.js';
import type { Complaints, WordReader } from '../complain.js';
import type { Word } from '../text.js';
import {
  linkName,
  type Prefix,
  parsePrefix,
  parseRealms,
  parseScope,
  parseTos,
  tableNumber,
  wholeNumber,
} from './iproute-values.js';

export const ROUTE_TYPES: ReadonlySet<string> = new Set<RouteType>([
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'anycast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
]);
export const isRouteType = (text: string): text is RouteType => ROUTE_TYPES.has(text);

/** Words with one value each that do not change where a packet goes. */
const IGNORED = new Set(
  `nhid advmss window rtt rttvar ssthresh cwnd initcwnd initrwnd hoplimit features quickack congctl reordering rto_min
   fastopen_no_cookie ttl-propagate preference expires error users age`.split(/\s+/),
);
/** Words without one. */
const FLAGS = new Set([
  'pervasive',
  'offload',
  'offload_failed',
  'trap',
  'notify',
  'linkdown',
  'dead',
  'onlink',
  'rt_offload',
  'rt_trap',
]);

interface HopDraft {
  link: string | undefined;
  gateway: Words | undefined;
  weight: number;
  dead: boolean;
  linkdown: boolean;
  onlink: boolean;
  realms?: Realms;
}

export const newHop = (): HopDraft => ({
  link: undefined,
  gateway: undefined,
  weight: 1,
  dead: false,
  linkdown: false,
  onlink: false,
});

export class RouteDraft {
  table: number | undefined;
  source: Words | undefined;
  metric = 0;
  protocol: string | undefined;
  tos = 0;
  scope: Scope = 'global';
  mtu: number | undefined;
  preference: Route['preference'];
  readonly hops: HopDraft[] = [];

  constructor(
    readonly type: RouteType,
    readonly target: Prefix,
  ) {}

  /** The last hop, begun where there is none. */
  hop(): HopDraft {
    if (this.hops.length === 0) this.hops.push(newHop());
    return this.hops.at(-1)!;
  }

  /** Reads the words that follow the destination, or those of a line of a further hop. */
  read(reader: WordReader, complaints: Complaints): void {
    for (let word = reader.next(); word !== undefined; word = reader.next()) this.#readWord(word, reader, complaints);
  }

  #readWord(word: Word, reader: WordReader, complaints: Complaints): void {
    const value = <T>(read: (text: string) => T | undefined, expected: string): T | undefined => {
      const next = reader.next();
      const result = next === undefined ? undefined : read(next.text);
      if (result === undefined) complaints.word(next ?? word, 'bad-value', `${word.text}: expected ${expected}`);
      return result;
    };
    switch (word.text) {
      case 'via': {
        if (reader.peek()?.text === 'inet' || reader.peek()?.text === 'inet6') reader.next();
        this.hop().gateway = value(parseAddress, 'an address');
        return;
      }
      case 'dev':
        this.hop().link = value(linkName, 'an interface');
        return;
      case 'nexthop':
        this.hops.push(newHop());
        return;
      case 'weight':
        this.hop().weight = value((text) => wholeNumber(text), 'a number') ?? 1;
        return;
      case 'table':
        this.table = value(tableNumber, 'a table');
        return;
      case 'proto':
        this.protocol = value((text) => text, 'a protocol');
        return;
      case 'scope':
        this.scope = value(parseScope, 'a scope') ?? 'global';
        return;
      case 'src':
        this.source = value(parseAddress, 'an address');
        return;
      case 'metric':
        this.metric = value((text) => wholeNumber(text), 'a number') ?? 0;
        return;
      case 'tos':
      case 'dsfield':
        this.tos = value(parseTos, 'a tos') ?? 0;
        return;
      case 'mtu':
        if (reader.peek()?.text === 'lock') reader.next();
        this.mtu = value((text) => wholeNumber(text), 'a number');
        return;
      case 'realm':
      case 'realms': {
        const realms = value(parseRealms, 'a realm, or two with / between');
        if (realms !== undefined) this.hop().realms = realms;
        return;
      }
      case 'pref':
        this.prefer(reader.next()?.text);
        return;
      default:
        this.#readRest(word, reader, complaints);
    }
  }

  #readRest(word: Word, reader: WordReader, complaints: Complaints): void {
    const text = word.text.replace(/^\[|\]$/g, '');
    if (FLAGS.has(text)) this.flag(text);
    else if (IGNORED.has(text)) {
      if (reader.peek()?.text === 'lock') reader.next();
      reader.next();
    } else {
      const what = text === 'from' || text === 'encap' ? 'is not followed' : 'is no word of a route';
      complaints.word(word, 'unknown-word', `${word.text} ${what}`);
      if (what === 'is not followed') reader.next();
    }
  }

  /** A flag of the last hop. Those of a multipath route stand before its hops, and again behind each. */
  flag(text: string): void {
    const hop = this.hops.at(-1);
    if (hop !== undefined && (text === 'dead' || text === 'linkdown' || text === 'onlink')) hop[text] = true;
  }

  prefer(preference: unknown): void {
    this.preference = preference === 'high' || preference === 'low' ? preference : undefined;
  }

  get family(): Family {
    return this.target.family;
  }

  route(unnamedTable: number): Route {
    const { type, target, source, metric, protocol, tos, scope, mtu, preference } = this;
    const { family, address, prefix } = target;
    const table = this.table ?? unnamedTable;
    const hops: readonly Hop[] = this.hops;
    const preferred = preference === undefined ? {} : { preference };
    return { family, type, table, address, prefix, hops, source, metric, protocol, tos, scope, mtu, ...preferred };
  }
}

/** A route of a line: type, if it is not unicast, destination, words. Undefined where the destination is none. */
export function readDraft(reader: WordReader, complaints: Complaints): RouteDraft | undefined {
  let word = reader.next()!;
  let type: RouteType = 'unicast';
  if (isRouteType(word.text)) {
    type = word.text;
    const next = reader.next();
    if (next === undefined) {
      complaints.word(word, 'bad-address', 'expected a destination after the type of the route');
      return undefined;
    }
    word = next;
  }
  const target = targetOf(word.text, () => familyOfWords(reader));
  if (target === undefined) {
    complaints.word(word, 'unreadable-line', 'expected a route: the destination is no prefix and not default');
    return undefined;
  }
  const draft = new RouteDraft(type, target);
  draft.read(reader, complaints);
  return draft;
}

/** A destination; `default` stands for both families, and the rest of the route says which. */
export function targetOf(text: string, family: () => Family): Prefix | undefined {
  if (text !== 'default' && text !== 'all') return parsePrefix(text);
  return family() === 6 ? { family: 6, address: [0, 0, 0, 0], prefix: 0 } : { family: 4, address: [0], prefix: 0 };
}

/** IPv6 routes have a preference, and addresses with colons unless the way is a bare link. */
function familyOfWords(reader: WordReader): Family {
  const words = reader.rest().map((word) => word.text);
  const has = (before: string) => words.some((word, i) => words[i - 1] === before && word.includes(':'));
  return has('src') || has('via') || words.includes('pref') ? 6 : 4;
}
