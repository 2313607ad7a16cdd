/**
 * What the page for people and its worker say to each other: plain data, numbered as in ../messages.ts.
 *
 *     read  → read                 what was pasted; takes the place of what was read before
 *     ask   → told                 one packet, its answer and the packet after it
 *     why   → why                  what a packet has to do with one rule
 *     map   → map                  the chains, and what leads from one to the other
 *     count → progress … → counted packets by the million
 *     compare → progress … → compared   packets that fare otherwise by other rules
 *     any   → failed
 */
import type { PacketDescription, SourceText } from '../../index.js';
import type { Severity } from '../../model/finding.js';
import type { Fate } from '../../model/trace.js';
import type { Family } from '../../net/address.js';
import type { Taken } from '../../parse/texts.js';
import type { LanguageName } from '../../report/lang/spoken.js';
import type { Worded, WordedStory } from '../../report/render.js';
import type { Failed } from '../requests.js';
import type { Synthetic } from '../synthetic.js';

export type DeskRequest =
  | {
      readonly type: 'read';
      readonly id: number;
      readonly texts: readonly SourceText[];
      readonly side: SideName;
      readonly language: LanguageName;
    }
  | { readonly type: 'ask'; readonly id: number; readonly question: Asked }
  | { readonly type: 'why'; readonly id: number; readonly question: Asked; readonly at: LineOf }
  | { readonly type: 'map'; readonly id: number; readonly family: Family; readonly open: readonly string[] }
  | {
      readonly type: 'count';
      readonly id: number;
      readonly packets: Synthetic | { readonly capture: Streamed; readonly name: string; readonly size: number };
      readonly assume: readonly string[];
    }
  | { readonly type: 'compare'; readonly id: number; readonly packets: Synthetic; readonly assume: readonly string[] }
  | { readonly type: 'cancel'; readonly id: number };

export type DeskAnswer =
  | ({ readonly type: 'read'; readonly id: number } & Read)
  | ({ readonly type: 'told'; readonly id: number } & Told)
  | { readonly type: 'why'; readonly id: number; readonly why: Why }
  | { readonly type: 'map'; readonly id: number; readonly map: ChainMap }
  /** part: from 0 to 1. */
  | { readonly type: 'progress'; readonly id: number; readonly packets: number; readonly part: number }
  | ({ readonly type: 'counted'; readonly id: number } & Counted)
  | ({ readonly type: 'compared'; readonly id: number } & Compared)
  | Failed;

/** Rules that are compared with others: packets are asked for by either. */
export type SideName = 'first' | 'second';

/** A packet, and what is taken for granted about the host. */
export interface Asked {
  readonly side: SideName;
  /** its fields; a line: options as iptables has them, a line of tcpdump, or JSON. */
  readonly packet: PacketDescription | { readonly line: string };
  /** which packet of the flow is the last that is told. */
  readonly until: 'first' | 'answer' | 'next';
  /** facts, as `--assume` takes them. */
  readonly assume: readonly string[];
  readonly language: LanguageName;
}

export interface LineOf {
  readonly file: string;
  readonly line: number;
}

export interface Read {
  readonly chips: readonly Chip[];
  readonly findings: readonly PlacedFinding[];
  /** how many there are in all: no more than MOST_FINDINGS are handed over. */
  readonly found: number;
  readonly suggestions: Suggestions;
}
export const MOST_FINDINGS = 1000;

/** What was recognised, and what is missing. */
export type Chip =
  | {
      readonly kind: 'table';
      readonly family: Family;
      readonly table: string;
      readonly chains: number;
      readonly rules: number;
      readonly at: LineOf;
    }
  | { readonly kind: 'part'; readonly as: Part; readonly count: number }
  | { readonly kind: 'taken'; readonly as: Taken['as']; readonly count: number }
  /** `get`: the command on the host that prints it. */
  | { readonly kind: 'missing'; readonly as: Part; readonly get: string };
export type Part = 'sets' | 'addresses' | 'routes' | 'settings' | 'connections';

export interface PlacedFinding {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly at: (LineOf & { readonly column: number; readonly length: number }) | undefined;
}

/** What the rules and the host name, by field of a packet: each the most frequent first. */
export type Suggestions = Readonly<Record<SuggestedField, readonly string[]>>;
export type SuggestedField = 'in' | 'out' | 'proto' | 'src' | 'dst' | 'sport' | 'dport';
export const MOST_SUGGESTIONS = 60;

export interface Told {
  readonly packets: readonly TellingOf[];
  /** of a flow: whether the answer gets back. */
  readonly flow: readonly Worded[];
  readonly after: readonly Worded[];
  /** all of it in lines, and as `explain --json` prints it. */
  readonly text: string;
  readonly json: object;
  readonly family: Family;
}

export interface TellingOf {
  readonly part: 'first' | 'answer' | 'next';
  readonly fate: Fate;
  readonly headline: readonly Worded[];
  readonly ways: WordedStory['ways'];
  readonly asks: readonly Question[];
  readonly assumed: readonly Worded[];
  readonly hints: readonly Worded[];
  /** the packet's fields before its walk. */
  readonly fields: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** An open fact. */
export interface Question {
  readonly text: string;
  /** as `--assume` takes it, with `=yes` or `=no`, or `:` and a value, behind it; undefined: a command alone tells. */
  readonly fact: string | undefined;
  readonly by: 'yes-or-no' | 'value' | 'command';
  /** the command that tells; '': there is none. */
  readonly get: string;
}

/** One thing that happens on the way, in order. */
export interface Step {
  /** its message's key. */
  readonly key: string;
  readonly text: string;
  /** how deep it lies: 0 beside the tables, 1 in a built-in chain, one more for each jump. */
  readonly depth: number;
  readonly table: string;
  /** the built-in chain that is walked; '' beside the tables. */
  readonly hook: string;
  readonly chain: string;
  readonly rule: StepRule | undefined;
  /** the rule did not match. */
  readonly missed: boolean;
  /** the packet as it is behind the step: what changed there. */
  readonly changes: readonly Change[];
}
export interface StepRule extends LineOf {
  readonly number: number;
  readonly text: string;
  readonly comment: string | undefined;
}
export interface Change {
  readonly what: string;
  readonly value: string;
}

/** What one packet has to do with a rule: what happened each time that it was looked at, or why it was not. */
export type Why =
  | { readonly kind: 'looked-at'; readonly rule: StepRule; readonly times: readonly WhyTime[] }
  /** its chain was walked, and the packet decided about before it. */
  | { readonly kind: 'decided'; readonly rule: StepRule; readonly chain: string }
  /** nothing led into its chain: rules that would have, and why they did not. */
  | {
      readonly kind: 'not-led';
      readonly rule: StepRule;
      readonly chain: string;
      readonly leads: readonly { readonly rule: StepRule; readonly chain: string; readonly why: string | undefined }[];
    }
  | { readonly kind: 'no-rule' };
export interface WhyTime {
  readonly hook: string;
  readonly missed: boolean;
  readonly text: string;
}
/** Rules that lead to a chain, of which is told. */
export const MOST_LEADS = 5;

/** Hooks and chains as a graph: packets go along its edges. */
export interface ChainMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}
export interface MapNode {
  /** `nat KUBE-SERVICES`, `6 nat PREROUTING`, `nat KUBE-SVC-*`, or that of a place beside the tables. */
  readonly id: string;
  readonly kind: 'place' | 'hook' | 'chain' | 'family';
  readonly table: string;
  /** of a family its pattern: `KUBE-SVC-*`. */
  readonly name: string;
  /** of a family those of all its chains. */
  readonly rules: number;
  /** of a family how many chains it has; else 1. */
  readonly chains: number;
  /** a place beside the tables, where a packet is between them. */
  readonly place?: MapPlace;
}
export type MapPlace = 'arrives' | 'routing' | 'here' | 'leaves';
export interface MapEdge {
  readonly from: string;
  readonly to: string;
  /** rules that lead there; 0: packets go there by themselves. */
  readonly rules: number;
}

/** A file of a page, as it streams. */
export interface Streamed {
  stream(): { getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> } };
}

export interface Counted {
  readonly packets: number;
  readonly bytes: number;
  /** of classification alone, without making or reading packets. */
  readonly seconds: number;
  readonly fates: Readonly<Partial<Record<Fate, number>>>;
  /** what each rule has counted, by text: line i has packets i. */
  readonly lines: readonly { readonly file: string; readonly lines: Uint32Array; readonly packets: Float64Array }[];
  /** rules, and how many of them no packet met. */
  readonly rules: number;
  readonly never: number;
  /** those that met most packets. */
  readonly top: readonly RuleCount[];
  /** the first of those that none met. */
  readonly unmet: readonly RuleCount[];
  /** questions that were taken as no. */
  readonly open: readonly string[];
  /** not all packets were counted. */
  readonly partial: boolean;
}
export interface RuleCount {
  readonly rule: StepRule;
  readonly table: string;
  readonly chain: string;
  readonly packets: number;
}
export const MOST_TOP = 20;
export const MOST_UNMET = 200;

export interface Compared {
  readonly packets: number;
  readonly differ: number;
  /** how many fare so by the first rules and so by the second, the most frequent first. */
  readonly kinds: readonly { readonly first: Fate; readonly second: Fate; readonly packets: number }[];
  readonly examples: readonly { readonly packet: PacketDescription; readonly first: Fate; readonly second: Fate }[];
  readonly partial: boolean;
}
/** Packets of each kind that are shown. */
export const MOST_EXAMPLES = 5;
