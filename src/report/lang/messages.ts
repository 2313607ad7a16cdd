/**
 * Everything that an explanation can say: each key with the parameters that its words are made of. A language is one
 * file that gives words to all of them; one that it lacks is a type error.
 */

import type { ForeignName } from '../../ext/third-party/words.js';
import type { ReadWord } from '../../model/condition.js';
import type { ForeignReading } from '../../model/foreign-reading.js';
import type { OutsideReading } from '../../model/outside-reading.js';
import type { PacketState } from '../../model/packet.js';
import type { Question } from '../../model/question.js';
import type { Reading } from '../../model/reading.js';
import type { Fate, SkipReason } from '../../model/trace.js';
import type { Family } from '../../net/address.js';
import type { Lasting } from '../../run/connections/lasting.js';
import type { Untold } from '../unanswered.js';
import type { Reason } from './reasons.js';

export interface Messages {
  'fate.delivered': { readonly packet: string };
  'fate.forwarded': { readonly iface: string; readonly packet: string };
  'fate.sent': { readonly iface: string; readonly packet: string };
  'fate.dropped': Record<never, never>;
  /** untold: what no error is sent about. */
  'fate.rejected': { readonly untold: Untold | undefined };
  'fate.stolen': Record<never, never>;
  /** a fragment, for the others. */
  'fate.waits': Record<never, never>;
  'fate.unknown': Record<never, never>;
  'by.rule': { readonly table: string; readonly chain: string; readonly rule: number; readonly place: string };
  'by.policy': { readonly table: string; readonly chain: string };
  'by.accepting.rule': {
    readonly table: string;
    readonly chain: string;
    readonly rule: number;
    readonly place: string;
  };
  'by.accepting.policy': { readonly table: string; readonly chain: string };
  /** of the policy before it. */
  'by.granted': Record<never, never>;
  'by.translating': { readonly table: string; readonly chain: string; readonly rule: number; readonly place: string };
  /** translated as the connection's entry says. */
  'by.following': { readonly side: 'src' | 'dst'; readonly from: string; readonly to: string };
  'by.nobody': Record<never, never>;
  'by.reason': {
    readonly by: 'rule' | 'routing' | 'tracking' | 'none';
    readonly reason: Reason;
    readonly answer: string;
  };
  /** fact: what --assume takes. */
  'by.question': { readonly question: Question; readonly get: string; readonly fact: string };
  /** which address an interface has was not given. */
  'by.address': { readonly iface: string };
  /** the answer to a question that changes nothing. */
  'by.whatever': { readonly question: Question };
  /** what is taken for granted, one thing behind the other. */
  assumed: { readonly list: string };
  /** of ways that end otherwise: what tells them apart, and how one ends. */
  /** what decides it where something else is so, and it ends alike. */
  'way.also': { readonly by: Deciders };
  'way.if': { readonly choice: ChoiceWords };
  /** in words; null: an end stands behind it. */
  'way.else': { readonly choice: string | null };
  'way.end': WayEnd;
  /** too many to be told. */
  'way.more': Record<never, never>;
  /** what is asked, by itself. */
  'way.question': { readonly question: Question };
  /** stands above what would settle it. */
  'way.asks': Record<never, never>;
  /** a command, and what it would tell: of the host what the reason lacks. */
  'way.ask.host': { readonly get: string; readonly reason: Reason };
  /** a question and what answers it: a command, empty where there is none. */
  'way.ask': { readonly question: Question; readonly get: string; readonly fact: string };

  /** stands above what helps beside the answer. */
  'hint.title': Record<never, never>;
  /** a rule would have decided otherwise; those before it do not let the packet come there. */
  'hint.shadowed': { readonly later: RuleAt; readonly verdict: Verdicts; readonly before: readonly RuleAt[] };
  /** without the rule that decided another one does the same. */
  'hint.still': { readonly first: RuleAt; readonly next: RuleAt; readonly verdict: Verdicts };
  /** a rule would have decided otherwise, in a chain that the packet does not come to from `hook`; it is reached from `hooks`. */
  'hint.unreached': {
    readonly rule: RuleAt;
    readonly verdict: Verdicts;
    readonly hook: string;
    readonly hooks: readonly string[];
  };
  /** the destination is another one by then: what filter chain decides (null: none), and rules that ask for the one of before. */
  'hint.translated': {
    readonly from: string;
    readonly to: string;
    readonly hook: string | null;
    readonly rules: readonly RuleAt[];
  };
  /** a RETURN decides nothing; by: what does. */
  'hint.returns': { readonly rule: RuleAt; readonly by: Decider };
  'hint.counts': { readonly rule: RuleAt; readonly by: Decider };
  /** the answer does not get back; null: no rule did that. */
  'hint.answer': { readonly fate: Fate; readonly by: Decider | null };
  /** its answer would go past this host: the rule that makes it come here. */
  'hint.hairpin': {
    readonly from: string;
    readonly to: string;
    readonly network: string;
    readonly wanted: string;
    readonly rule: string;
  };
  /** what is told of one of several ways, the likeliest: facts as --assume takes them. */
  'hint.supposing': { readonly facts: readonly string[] };
  /** where a rule for such packets would go; before: the rule that decides. */
  'hint.insert': { readonly command: string; readonly before: RuleAt | null };
  /** the way back to its source leads by another interface, which the kernel may drop it for; settings: those that say so. */
  'hint.otherway': { readonly came: string; readonly back: string; readonly settings: readonly string[] };
  /** no rule lost it, but settings, or, where there are none, routes and links; get: commands that show what did. */
  'hint.norule': { readonly settings: readonly Setting[]; readonly get: readonly string[] };
  /** tables that were not given; nat: it is among them; through: as it is the packet gets through; save: what prints them all. */
  'hint.tables': {
    readonly tables: readonly string[];
    readonly nat: boolean;
    readonly through: boolean;
    readonly save: string;
  };
  /** the rules do not stop it: where else to look. */
  'hint.passes': { readonly checks: readonly Check[] };

  'assumed.field': { readonly field: string; readonly value: string };
  /** an answer that was given, or taken as no. */
  'assumed.fact': { readonly fact: string; readonly answer: boolean };
  'assumed.iface': { readonly iface: string };
  'assumed.back': { readonly iface: string };
  'assumed.own': Record<never, never>;
  /** so many packets, whose way in nobody gave. */
  'assumed.placed': { readonly packets: number };
  'assumed.tracking': { readonly on: boolean; readonly why: 'asked' | 'no-rule' | 'tables-unknown' };
  'assumed.sysctls': { readonly settings: string };
  'assumed.local-table': Record<never, never>;
  'assumed.addresses-of-routes': Record<never, never>;
  'assumed.draw': Record<never, never>;
  'assumed.random': { readonly answer: boolean };
  /** a port, or the identifier of a ping, that stands for any of a range. */
  'assumed.port': {
    readonly what: 'port' | 'identifier';
    readonly port: number;
    readonly min: number;
    readonly max: number;
  };
  /** of a built-in chain that the text does not declare. */
  'assumed.policy': { readonly table: string; readonly chain: string; readonly policy: 'ACCEPT' };
  'assumed.fresh': Record<never, never>;
  'assumed.connected-routes': Record<never, never>;
  'assumed.back-ends': Record<never, never>;
  'assumed.groups': Record<never, never>;
  /** of rules that give connections a helper. */
  'assumed.unexpected': { readonly helpers: string };
  /** of rules that give connections one. */
  'assumed.timeouts': { readonly policies: string };

  'begin.wire': { readonly packet: string; readonly iface: string };
  'begin.host': { readonly packet: string };
  'begin.loop': { readonly iface: string };
  'begin.copy': { readonly iface: string };
  'hook.table': { readonly table: string; readonly hook: string };
  'hook.skip': { readonly table: string; readonly hook: string; readonly why: SkipReason };
  /** of tables that one after the other have neither stopped nor changed the packet. */
  'hook.passed': { readonly tables: string };
  gathered: { readonly fragments: number };
  /** of IPv6, behind INPUT. */
  'received.waits': Record<never, never>;
  'received.whole': { readonly fragments: number };
  'received.lost': { readonly reason: Reason; readonly answer: string };
  /** of IPv6: it is not put together with others. */
  ungathered: { readonly why: 'headers-cut' | 'odd-length' };
  tracked: { readonly state: PacketState; readonly reason: Reason | undefined; readonly part: Part };
  /** the entry that a packet is of. */
  entry: ConnectionNote;
  'routed.local': {
    readonly address: string;
    readonly route: RouteNote | undefined;
    readonly how: 'unicast' | 'broadcast' | 'multicast';
  };
  'routed.forward': Way;
  'routed.send': Way;
  /** before: the interface that rules of this hook go on to see. */
  'routed.again': Way & { readonly before: string };
  /** iface: empty where it was not given. */
  'routed.taken': { readonly way: 'input' | 'forward' | 'output'; readonly iface: string };
  ttl: { readonly before: number; readonly after: number; readonly family: Family };
  lost: { readonly reason: Reason; readonly answer: string };
  'lost.question': { readonly question: Question };
  'lost.address': { readonly iface: string };

  /** parts of one line. */
  parts: { readonly parts: readonly string[] };
  /** in place of a rule's text where it asks for nothing. */
  'rule.any': Record<never, never>;
  'rules.missed': { readonly from: number; readonly to: number };
  'rules.missed.first': { readonly from: number; readonly to: number; readonly option: string; readonly why: string };
  'rule.missed': { readonly option: string; readonly why: string };
  'rule.cut': { readonly option: string };
  'rule.open': { readonly question: Question };
  'rule.counts': Record<never, never>;
  /** it has a target, which leaves the packet as it is. */
  'rule.idle': Record<never, never>;
  /** what `-j CT` says of the connection that may begin, as options: `--helper ftp --zone 1`. */
  'rule.begins': { readonly said: string };
  /** the mark of a security module: given, or copied to the connection or from it where there is none. */
  'rule.secmark': { readonly how: 'set' | 'save' | 'restore' };
  /** what the target of another project does that no rule sees. */
  'rule.foreign': { readonly target: ForeignName };
  /** its target is not known: what it does was assumed. */
  'rule.passes': { readonly question: Question };
  'rule.takes': { readonly question: Question };
  'rule.jumps': { readonly chain: string };
  /** the first jump of a story. */
  'rule.jumps.first': { readonly chain: string };
  'rule.goes': { readonly chain: string };
  'rule.returns': { readonly back: Back };
  'rule.accepts': { readonly table: string; readonly hook: string };
  'rule.drops': Record<never, never>;
  'rule.rejects': Record<never, never>;
  'rule.steals': { readonly target: ForeignName | null };
  'rule.logs': Record<never, never>;
  'rule.copies': Record<never, never>;
  'rule.traces': Record<never, never>;
  'rule.timer': Record<never, never>;
  'rule.led': Record<never, never>;
  'rule.edits': { readonly field: FieldWord; readonly before: string; readonly after: string };
  'rule.keeps': { readonly field: FieldWord; readonly value: string };
  /** null: the packet had none; it is lowered to what nobody knows. */
  'rule.mss': { readonly before: number | null; readonly after: number | null };
  'rule.strips': { readonly option: number };
  'rule.connmark': { readonly before: string; readonly after: string };
  /** of what was left to chance: probability as a number from 0 to 1. */
  'rule.drawn': { readonly probability: number };
  'rule.untracks': Record<never, never>;
  'rule.translates': {
    readonly side: 'src' | 'dst';
    readonly from: string;
    readonly to: string;
    /** its port is one of many. */
    readonly drawn: boolean;
    /** no rule asks for it: another connection is in the way. */
    readonly clash: boolean;
    readonly table: string;
    readonly hook: string;
  };
  'rule.untranslated': Record<never, never>;
  'chain.empty': { readonly chain: string; readonly back: Back };
  'chain.ends': { readonly chain: string; readonly back: Back };
  policy: { readonly chain: string; readonly policy: 'ACCEPT' | 'DROP' };
  followed: { readonly side: 'src' | 'dst'; readonly from: string; readonly to: string; readonly quoted: boolean };
  identity: { readonly side: 'src' | 'dst'; readonly end: string };
  leaves: { readonly hook: 'input' | 'postrouting'; readonly iface: string; readonly packet: string };

  /** of READINGS, by its `what`. */
  'why.reading': { readonly reading: Reading };
  'why.value': { readonly field: FieldWord; readonly value: string };
  'why.iface': { readonly side: 'in' | 'out'; readonly name: string };
  'why.fragment': Record<never, never>;
  'why.set': { readonly element: string; readonly set: string; readonly held: boolean };
  'why.addrtype': { readonly address: string; readonly type: string };
  'why.state': { readonly state: string };
  'why.bytes': Record<never, never>;
  /** what a test read of a header. */
  'why.read': { readonly what: ReadWord; readonly value: string };
  /** it has no such header. */
  'why.header': { readonly header: HeaderWord };
  /** it is cut, or its segments are not such as it says. */
  'why.broken': { readonly header: HeaderWord };
  'why.headers': { readonly headers: string };
  'why.cut': Record<never, never>;
  'why.options': { readonly header: HeaderWord };
  'why.addresses': Record<never, never>;
  'why.segment': Record<never, never>;
  /** what u32 read last; that it ends before. */
  'why.word': { readonly value: string };
  'why.short': Record<never, never>;
  /** null: it has none. */
  'why.mss': { readonly mss: number | null };
  'why.option': { readonly protocol: 'TCP' | 'DCCP'; readonly option: number; readonly held: boolean };
  'why.pattern': { readonly held: boolean };
  'why.chunks': Record<never, never>;
  'why.program': { readonly held: boolean };
  /** no packet is so. */
  'why.never': Record<never, never>;
  /** packets until it is its turn. */
  'why.turn': { readonly left: number };
  'why.draw': { readonly probability: number };
  'why.rpfilter': { readonly passed: boolean };
  'why.assumed': { readonly question: string; readonly answer: boolean };

  'after.connection': Record<never, never>;
  'after.translated': {
    readonly side: 'src' | 'dst';
    readonly from: string;
    readonly to: string;
  };
  'after.plain': Record<never, never>;
  'after.known': { readonly part: Part };
  'after.entry': ConnectionNote;
  'after.gone': Record<never, never>;
  'after.ends': Lasting;
  'after.given': { readonly state: PacketState };
  'after.untracked': Record<never, never>;
  'after.nofilter': Record<never, never>;

  /** the packets of a flow, one after the other. */
  'flow.packet': { readonly part: 'first' | 'answer' | 'next' };
  /** what judged a packet: the first of a connection, one of a known connection, one of none. nat: there is such a table. */
  'flow.judged': { readonly by: 'rules' | 'entry' | 'nothing-known'; readonly nat: boolean };
  'flow.entry': ConnectionNote;
  'flow.status': { readonly state: string | null; readonly status: readonly string[]; readonly mark: string };
  'flow.forgets': Record<never, never>;
  'answer.back': Record<never, never>;
  'answer.lost': Record<never, never>;
  'answer.unknown': Record<never, never>;
  /** it leaves otherwise than the first packet's sender wants it. */
  'answer.astray': { readonly wanted: string };
  /** whoever answers has the asker in the same network, and does not send the answer here. */
  'answer.direct': { readonly from: string; readonly to: string; readonly network: string; readonly wanted: string };
  /** it leaves by another interface than the packet came in by; settings: those of the check that would drop the packet for it. */
  'answer.otherway': { readonly came: string; readonly leaves: string; readonly settings: readonly string[] };
  'answer.none': { readonly why: NoAnswer };

  /** of many packets; numbers that are texts stand as people write them. */
  'summary.fate': { readonly fate: Fate };
  'summary.total': {
    readonly packets: string;
    readonly bytes: string;
    readonly seconds: string;
    readonly rate: string;
  };
  /** unread: so many could not be read; empty: none of which it is known. */
  'summary.partial': { readonly unread: string };
  /** of the packets of a family, beside what was taken for granted of all. */
  'summary.assumed': { readonly family: Family; readonly list: string };
  'summary.byRule': { readonly packets: string };
  'summary.byPolicy': { readonly packets: string };
  'summary.why': { readonly packets: string; readonly why: Reason | Question };
  'summary.rules': { readonly shown: number; readonly hit: number };
  'summary.policies': Record<never, never>;
  'summary.packets': Record<never, never>;
  'summary.bytes': Record<never, never>;
  /** unknown: so many of the packets have no known fate; empty: none. */
  'summary.idle': {
    readonly idle: number;
    readonly rules: number;
    readonly unknown: string;
    readonly packets: string;
  };
  /** rules for later packets of a connection are among those that were never hit. */
  'summary.first': Record<never, never>;
  /** so many are not listed. */
  'summary.more': { readonly more: string };
}

/** What a packet is to its connection; null: it has none, or it is not known which. */
export type Part = 'first' | 'again' | 'original' | 'answer' | 'error' | null;

/** A connection's entry: `192.0.2.1:51000 → 198.51.100.7:443`, and what its answers bear. */
export interface ConnectionNote {
  readonly protocol: string;
  readonly original: string;
  /** null: what its packets bear, turned round. */
  readonly reply: string | null;
  /** null: the protocol has none. */
  readonly state: string | null;
}

/** Why no answer comes of a packet: it is lost, and no connection remembered (`forgotten`), it waits for other fragments … */
export type NoAnswer = 'lost' | 'forgotten' | 'waits' | 'taken' | 'unknown' | 'answers-nothing' | 'group';

/** A rule by its name, and where it stands: `web.rules:7`. */
export interface RuleAt {
  readonly table: string;
  readonly chain: string;
  readonly rule: number;
  readonly place: string;
}
/** What a rule does with the packets that match. */
export type Verdicts = 'accept' | 'drop' | 'reject' | 'translate';
/** A rule, or a chain's policy (null). */
export interface Decider {
  readonly table: string;
  readonly chain: string;
  readonly rule: number | null;
}
/** Rules and policies of which each decides in some of the ways, and how many there are beside; place: a rule's file and line. */
export interface Deciders {
  readonly some: readonly (Decider & { readonly place: string })[];
  readonly more: number;
}
/** A setting of the kernel; null: it is not known, and nothing stands for it. */
export interface Setting {
  readonly key: string;
  readonly value: number | null;
  /** by a text, or else taken for granted. */
  readonly given: boolean;
}
/** Something beside the rules: port and udp are of `listens`. */
export interface Check {
  readonly what: 'listens' | 'docker' | 'nft' | 'back' | 'target' | 'outside';
  readonly port: number | null;
  readonly udp: boolean;
  readonly family: Family;
}

/** What tells two ways of a packet apart. */
export type ChoiceWords = ClaimWords | { readonly kind: 'draw'; readonly probability: string };

export type ClaimWords =
  /** elements: what of the packet a set holds or not, one of them by the set's type; none where that is not known. */
  | { readonly kind: 'question'; readonly question: Question; readonly elements: readonly string[] }
  /** values: `22,1024:65535`. */
  | { readonly kind: 'field'; readonly field: FieldWord; readonly variable: string; readonly values: string }
  /** names or patterns. */
  | { readonly kind: 'in'; readonly interfaces: readonly string[] }
  /** it is of a known connection, or the first of a new one. */
  | { readonly kind: 'state' | 'new' }
  /** all of them, or at least one; none is one of these itself. */
  | { readonly kind: 'all' | 'any'; readonly choices: readonly ClaimWords[] }
  | { readonly kind: 'route'; readonly address: string };

/** How a way ends, and by what. */
export interface WayEnd {
  readonly fate: Fate;
  /** a chain that was not given decides; null: its rules are there. */
  readonly within: string | null;
  readonly by: Deciders;
  readonly reason: Reason | null;
  readonly leaves: string | null;
  /** null: none, or not known. */
  readonly mark: string | null;
}

/** Where a chain comes back to: a rule, or its end (null). */
export interface Back {
  readonly chain: string;
  readonly rule: number | null;
}

/** The route that settled it. */
export interface RouteNote {
  /** `10.0.0.0/8` or `default`. */
  readonly destination: string;
  /** main, local, default, or the table's number. */
  readonly table: string;
  /** priority of the policy rule that led to the table; null: the host has no rules of its own. */
  readonly rule: number | null;
}

export interface Way {
  readonly address: string;
  readonly iface: string;
  /** empty: none. */
  readonly gateway: string;
  readonly route: RouteNote | undefined;
}

/** What of a packet is spoken of. */
export type FieldWord =
  | 'source'
  | 'destination'
  | 'protocol'
  | 'source-port'
  | 'destination-port'
  | 'icmp-type'
  | 'icmp-code'
  | 'flags'
  | 'length'
  | 'ttl'
  | 'hop-limit'
  | 'tos'
  | 'fragment'
  | 'mark'
  | 'group'
  | 'connection-mark'
  | 'connection'
  | 'zone'
  | 'status'
  | 'user'
  | 'link-address'
  | 'frame'
  | 'other';

/** A header of IPv6 that stands before what a packet carries. */
export type HeaderWord =
  | 'hop-by-hop'
  | 'routing'
  | 'fragment'
  | 'authentication'
  | 'destination'
  | 'mobility'
  | 'other';

export type MessageKey = keyof Messages;
export type Message = { readonly [K in MessageKey]: { readonly key: K; readonly params: Messages[K] } }[MessageKey];

/** What is said of flows, of many packets, of ways that are open and to help, and not in the story of one. */
type OthersKey = Extract<MessageKey, `${'flow' | 'answer' | 'summary' | 'way' | 'hint'}.${string}`>;
type Words = { readonly [K in MessageKey]: (params: Messages[K]) => string };

/** What helps beside an answer. */
export type HintWords = Pick<Words, Extract<MessageKey, `hint.${string}`>>;

/** Why a condition did not come out as wanted. */
export type WhyWords = Pick<Words, Extract<MessageKey, `why.${string}`>>;

/** Those that only rare extensions ask for. */
export type RareWhyWords = Pick<
  Words,
  | 'why.reading'
  | 'why.read'
  | 'why.header'
  | 'why.broken'
  | 'why.cut'
  | 'why.headers'
  | 'why.options'
  | 'why.addresses'
  | 'why.segment'
  | 'why.word'
  | 'why.short'
  | 'why.mss'
  | 'why.pattern'
  | 'why.chunks'
  | 'why.program'
>;

/** Of what lies outside of packets. */
export type OutsideWords = {
  readonly [What in OutsideReading['what']]: (of: Extract<OutsideReading, { what: What }>) => string;
};
export type ForeignWords = {
  readonly [What in ForeignReading['what']]: (of: Extract<ForeignReading, { what: What }>) => string;
};
/** By what was read. */
export type ReadingWords = { readonly [What in Reading['what']]: (of: Extract<Reading, { what: What }>) => string };
export const readingText = (words: ReadingWords, reading: Reading): string =>
  // each takes what bears its name
  (words[reading.what] as (of: Reading) => string)(reading);

/** The words that one packet is told in. */
export interface StoryLanguage {
  readonly messages: Omit<Words, OthersKey>;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly fields: Readonly<Record<FieldWord, string>>;
  /** what a text takes of a terminal's columns; its length, where this is left out. */
  readonly columns?: (text: string) => number;
}
export interface Language extends StoryLanguage {
  readonly messages: Words;
}

export const textIn = ({ messages }: StoryLanguage, { key, params }: Message): string =>
  (messages as Readonly<Record<string, (params: unknown) => string>>)[key]!(params);
