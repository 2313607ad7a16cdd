/**
 * Rules as they were read: tables of chains of rules, each with its place in somebody's text. Plain data; what an
 * extension's options mean is known to the extension alone (src/ext/).
 */
import type { Place, Written } from '../errors.js';
import type { Family, Masked } from '../net/address.js';

/** What iptables calls a table. */
export type PlainTable = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';
/** Where a kernel holds tables of iptables-legacy and of iptables-nft, the latter's beside one of the former. */
export type NftTable = `nft ${PlainTable}`;
export type TableName = PlainTable | NftTable;
export type HookName = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** The built-in chains of each table, in the order in which iptables-save prints them. */
export const PLAIN_TABLES: Readonly<Record<PlainTable, readonly HookName[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};
export const isTableName = (name: string): name is PlainTable => Object.hasOwn(PLAIN_TABLES, name);

export const nftTable = (table: PlainTable): NftTable => `nft ${table}`;
export const plainTable = (table: TableName): PlainTable => table.replace('nft ', '') as PlainTable;

/** The same of both back ends. */
export const BUILTIN: Readonly<Record<TableName, readonly HookName[]>> = {
  ...PLAIN_TABLES,
  'nft raw': PLAIN_TABLES.raw,
  'nft mangle': PLAIN_TABLES.mangle,
  'nft nat': PLAIN_TABLES.nat,
  'nft filter': PLAIN_TABLES.filter,
  'nft security': PLAIN_TABLES.security,
};
export const isBuiltin = (table: TableName, chain: string): chain is HookName =>
  (BUILTIN[table] as readonly string[]).includes(chain);

/** A part of one line of a source: columns count from 1. */
export interface Span {
  readonly column: number;
  readonly length: number;
}

export interface Counters {
  readonly packets: bigint;
  readonly bytes: bigint;
}

export interface Table {
  readonly name: TableName;
  readonly family: Family;
  readonly file: string;
  /** the line that opens it. */
  readonly opened: Place;
  /**
   * what it was read from, `rules`: rules alone, which stand in no table; `commands`: iptables -S; `script`: what commands that
   * were typed leave behind; a `save` block with its COMMIT is `complete`: what it
   * does not hold does not exist.
   */
  readonly origin: 'save' | 'commands' | 'script' | 'rules' | 'listing';
  readonly complete: boolean;
  /** whether the header of its save names nf_tables; undefined: it has none. */
  readonly nft: boolean | undefined;
  /** by name, in the order declared. */
  readonly chains: Map<string, Chain>;
}

export interface Chain {
  readonly name: string;
  readonly line: number;
  /** of a built-in chain; undefined for a user chain, or where the text does not say. */
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  readonly counters: Counters | undefined;
  readonly rules: Rule[];
  /** where rules are missing, in order. */
  readonly gaps?: readonly Gap[] | undefined;
}

/** A place in a chain where rules were left out. */
export interface Gap {
  /** how many rules stand before it. */
  readonly after: number;
  /** of what says so: `[...]`, or the rule behind it, whose number is none of the next; 0: nothing does, as the chain was not shown. */
  readonly line: number;
  /** how many are missing, as the numbers of a listing tell; undefined: nobody knows, nor the numbers of the rules behind. */
  readonly missing?: number | undefined;
}

/** The number that the rule at an index has, as far as the text tells; from 1. */
export function ruleNumber({ gaps }: Pick<Chain, 'gaps'>, index: number): number {
  let number = index + 1;
  for (const { after, missing = 0 } of gaps ?? []) if (after <= index) number += missing;
  return number;
}

export interface Rule {
  readonly chain: string;
  readonly file: string;
  readonly line: number;
  /** the source line as it was read, counters and all. */
  readonly source: string;
  /** undefined: as it stands in its text. */
  readonly written?: Written | undefined;
  readonly counters: Counters | undefined;
  readonly head: Head;
  /** what stands there and leaves open what it asks; undefined: nothing. */
  readonly unsaid?: readonly Unsaid[] | undefined;
  readonly matches: readonly MatchUse[];
  /** undefined: the rule only counts. */
  readonly target: Target | undefined;
  /** the rule could not be read; what stands above is what could. It keeps its number and its text. */
  readonly refused: boolean;
  /** what it says without the places, where that is known sooner. */
  readonly meaning?: Meaning | undefined;
  /** the same one for rules of one chain's line that stands in several texts. */
  readonly wording?: object | undefined;
}

/** What a rule says, wherever that stands: the places in it are nobody's. Rules that say the same may share the parts. */
export interface Meaning {
  head(): Head;
  /** the names of its matches: one list for all rules of a kind. What matches and target say may have to be read. */
  readonly names: readonly string[];
  readonly matches: readonly MatchUse[];
  /** whether others with the same matches have the same list of them. */
  readonly shared: boolean;
  readonly target: Target | undefined;
  /** the target, where it leads to a chain. */
  readonly leads: ChainAim | undefined;
}

export function meaningOf(rule: Rule): Meaning {
  if (rule.meaning !== undefined) return rule.meaning;
  const { matches, target } = rule;
  return {
    head: () => rule.head,
    names: matches.map(({ name }) => name),
    matches,
    shared: false,
    target,
    leads: chainAim(target),
  };
}

/** Where a rule names the chain that it leads to. */
export const aimAt = ({ target }: Rule): Span | undefined =>
  target?.kind === 'jump' || target?.kind === 'goto' ? target.at : undefined;

/** The same rule with something changed. Some rules read what they say when they are asked: `...rule` has nothing of it. */
export const ruleWith = (rule: Rule, changed: Partial<Rule>): Rule => ({
  chain: rule.chain,
  file: rule.file,
  line: rule.line,
  source: rule.source,
  written: rule.written,
  counters: rule.counters,
  head: rule.head,
  unsaid: rule.unsaid,
  matches: rule.matches,
  target: rule.target,
  refused: rule.refused,
  ...changed,
});

/** An option of which it is not known what it asks, or whether it is there: a name, a variable, what a listing does not show. */
export interface Unsaid {
  /** whether it holds. */
  readonly question: string;
  readonly not: boolean;
  /** as they are printed; none: the text shows nothing. */
  readonly words: readonly string[];
  /** undefined: it has no place. */
  readonly at: Span | undefined;
}

/** The options that belong to no extension: -s -d -i -o -p -f. */
export interface Head {
  readonly src?: Negatable<Masked>;
  readonly dst?: Negatable<Masked>;
  /** interface names; a last `+` stands for any ending. */
  readonly in?: Negatable<string>;
  readonly out?: Negatable<string>;
  readonly protocol?: Negatable<number>;
  /** second and later fragments. */
  readonly fragment?: Negatable<true>;
}

export interface Negatable<V> {
  readonly not: boolean;
  readonly value: V;
  readonly at: Span;
}

/** An option that was given: `key` is its canonical name without dashes. */
export interface Given<V = unknown> extends Negatable<V> {
  readonly key: string;
  /** the others of the name, where it may stand several times. */
  readonly again?: readonly Given[] | undefined;
}
export type GivenOptions = Readonly<Record<string, Given | undefined>>;

/** A word of a rule's line with its place, quotes resolved. */
export interface Word {
  readonly text: string;
  readonly at: Span;
}

export interface ExtensionUse {
  readonly name: string;
  /** the extension is in the registry and its options were read; else `words` is all that is known. */
  readonly known: boolean;
  readonly options: GivenOptions;
  /** the words of an unknown extension, as they stood. */
  readonly words: readonly Word[];
  /** whether it holds, or takes the packet, where it is known and one of its values is not. */
  readonly question?: string | undefined;
  readonly at: Span;
}
export type MatchUse = ExtensionUse;

export type Target =
  | { readonly kind: 'verdict'; readonly verdict: 'ACCEPT' | 'DROP' | 'RETURN'; readonly at: Span }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string; readonly at: Span }
  | { readonly kind: 'extension'; readonly use: ExtensionUse };

export type ChainAim = Extract<Target, { kind: 'jump' | 'goto' }>;
export const chainAim = (target: Target | undefined): ChainAim | undefined =>
  target?.kind === 'jump' || target?.kind === 'goto' ? target : undefined;

/** Where a span of a rule stands; the whole rule without one. */
export function placeOf(rule: Rule, at?: Span): Place {
  const first = rule.source.length - rule.source.trimStart().length;
  const whole: Span = { column: first + 1, length: rule.source.trimEnd().length - first };
  const { column, length } = at ?? whole;
  if (rule.written !== undefined) return { file: rule.file, ...rule.written.placeOf(column, length) };
  return { file: rule.file, line: rule.line, column, length, source: rule.source };
}

/** A dump of several tables has all that there are: iptables-save prints those that the kernel has. */
export const isWholeDump = (tables: readonly Table[]): boolean =>
  new Set(tables.map(({ name }) => plainTable(name))).size >= 2 &&
  tables.every(({ origin, complete }) => origin === 'save' && complete);
