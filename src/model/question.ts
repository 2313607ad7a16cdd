/**
 * Open questions: what a walk needs to know and no text tells. Each has a name, by which `--assume` answers it and in
 * which programs carry it.
 */
import { formatAddress, parseAddress, type Words } from '../net/address.js';

/** In the place of an interface that nobody gave, as iptables lists rules for any. */
export const ANY_INTERFACE = '*';

/** A name taken apart: of `set:NAME` kind and what it is about. */
export interface Question {
  readonly kind:
    | 'set'
    | 'counters'
    | 'local'
    | 'address'
    | 'match'
    | 'bpf'
    | 'mac'
    | 'pkttype'
    | 'macs'
    | 'eui64'
    | 'target'
    | 'chain'
    | 'out'
    | 'rule'
    | 'joined'
    | 'way'
    | 'name'
    | 'interface'
    | 'gap'
    | 'queue'
    | 'accepts'
    | 'proxy'
    | 'cookie'
    | 'share'
    | 'mss'
    | 'random'
    | 'limit';
  readonly about: string;
}

/** One, or several among which packets are shared out. */
const QUEUES = ['NUMBER', 'FIRST:LAST'];
/** What stands behind each, in the words of people. */
const KINDS: Readonly<Record<Question['kind'], readonly string[]>> = {
  set: ['NAME', 'NAME:ELEMENT'],
  counters: ['SET'],
  local: ['ADDRESS'],
  address: ['INTERFACE:ADDRESS'],
  match: ['NAME', 'NAME OPTIONS'],
  bpf: ['PROGRAM', 'PATH'],
  mac: ['ADDRESS'],
  pkttype: ['KIND'],
  macs: ['SET'],
  eui64: [],
  target: ['NAME'],
  // the second of built-in chains, of other tables than filter
  chain: ['NAME', 'TABLE:NAME'],
  out: ['INTERFACE'],
  rule: ['CHAIN:LINE'],
  joined: ['GROUP'],
  way: ['INTERFACE', 'INTERFACE via GATEWAY'],
  // without the option, of all that have the name
  name: ['OPTION NAME', 'NAME', 'NAME:VALUE'],
  interface: ['CHAIN:LINE'],
  gap: ['CHAIN:LINE'],
  queue: QUEUES,
  accepts: QUEUES,
  // 0 in the place of the packet's own port
  proxy: ['PORT', 'ADDRESS:PORT'],
  cookie: [],
  share: ['ADDRESS'],
  mss: ['MATCH'],
  random: [],
  limit: [],
};

/** Every form that a name can have. */
export const QUESTION_FORMS: readonly string[] = Object.entries(KINDS).flatMap(([kind, forms]) =>
  forms.length === 0 ? [kind] : forms.map((form) => `${kind}:${form}`),
);

const isKind = (text: string): text is Question['kind'] => Object.hasOwn(KINDS, text);

/** A kind alone stands for all questions of its kind. */
export function isQuestion(name: string): boolean {
  const [kind, about] = name.split(/:(.*)/);
  return isKind(kind!) && about !== '' && (about === undefined || KINDS[kind].length > 0);
}

export const question = {
  /** whether a set holds the packet. */
  set: (name: string) => `set:${name}`,
  /** whether the counters of the member are such. */
  counters: (set: string) => `counters:${set}`,
  /** whether a match holds of which no text tells: one of a name, or of these words, as iptables-save prints them. */
  match: (name: string, words?: string) => `match:${name}${words === undefined ? '' : ` ${words}`}`,
  /** whether a BPF program takes the packet: one that is pinned at a path, or that reads what packets do not tell. */
  bpf: (program: string) => `bpf:${program}`,
  /** whether a packet, of which no link-layer address was given, came from that one. */
  mac: (address: string) => `mac:${address}`,
  /** whether it came in a frame of the kind, where none was given. */
  pkttype: (kind: string) => `pkttype:${kind}`,
  /** whether a set of link-layer addresses holds a packet of which that was not given which it asks for. */
  macs: (set: string) => `macs:${set}`,
  /** whether the source of a packet, of which no link-layer address was given, is made of that. */
  eui64: 'eui64',
  /** whether one ends the packet's way through the table. */
  target: (name: string) => `target:${name}`,
  /** whether a chain that was not given takes the packet. */
  chain: (name: string) => `chain:${name}`,
  /** whether a rule of a built-in chain that was not shown takes the packet; of filter as of iptables without -t. */
  hook: (table: string, name: string) => `chain:${table === 'filter' ? '' : `${table}:`}${name}`,
  /** whether the packet leaves by an interface of this name or pattern. */
  out: (pattern: string) => `out:${pattern}`,
  /** whether a rule that was refused matches. */
  rule: (chain: string, line: number) => `rule:${chain}:${line}`,
  /** whether an option holds that has a name or a variable: one name as source and as destination is two facts. */
  name: (option: string, word: string) => `name:${option} ${word}`,
  /** whether a rule that a listing without -v shows is for the packet's interfaces. */
  interface: (chain: string, line: number) => `interface:${chain}:${line}`,
  /** whether a rule that was left out there takes the packet. */
  gap: (chain: string, line: number) => `gap:${chain}:${line}`,
  /** whether a program takes what comes into a queue. */
  queue: (queues: string) => `queue:${queues}`,
  /** whether that program accepts it; nothing asks it, but who answers it has the program that takes it too. */
  accepts: (queues: string) => `accepts:${queues}`,
  /** whether a transparent socket takes what TPROXY hands to that port, of that address or of any; ADDRESS in brackets where it has colons. */
  proxy: (to: string) => `proxy:${to}`,
  /** whether an ACK brings back what SYNPROXY gave its client in a SYN-ACK. */
  cookie: 'cookie',
  /** whether the packet falls to this host among those of a cluster (CLUSTERIP). */
  share: (address: Words) => `share:${formatAddress(address)}`,
  /** whether an address is the host's own. */
  local: (address: Words) => `local:${formatAddress(address)}`,
  /** which address an interface has: answered by one. */
  address: (iface: string, address: Words) => `address:${iface || ANY_INTERFACE}:${formatAddress(address)}`,
  /** whether this host is a member of a multicast group, on whatever link. */
  joined: (group: Words) => `joined:${formatAddress(group)}`,
  /** whether the packet takes one of several hops of a route. */
  way: (name: string) => `way:${name}`,
  /** whether a match holds for an MSS that was lowered to what the packet's path takes. */
  mss: (match: string) => `mss:${match}`,
  /** whether what is left to chance matches; nothing asks it, but who assumes it has no draws. */
  random: 'random',
  /** whether limits (limit, hashlimit, quota) match; nothing but the last asks it, but who assumes it has none. */
  limit: 'limit',
};

/** Whether it is about rules that were left out, or about those of a built-in chain that was not shown. */
export const isGap = (name: string): boolean => /^gap:|^chain:([a-z]+:[A-Z]+|INPUT|FORWARD|OUTPUT)$/.test(name);

/** The name that an option has, as `name:NAME`; a match without its words, as `match:NAME`; another question as it is. */
export const withoutOption = (name: string): string =>
  name.replace(/^name:-\S+ /, 'name:').replace(/^(match:\S+) .*/, '$1');

/** In programs: the walk puts the packet's address in. */
export const LOCAL_SOURCE = 'local:src';
export const LOCAL_DESTINATION = 'local:dst';

export function readQuestion(name: string): Question {
  const [kind, about = ''] = name.split(/:(.*)/);
  // people know the line, not how the chain is called there
  if (kind === 'rule' || kind === 'interface') return { kind, about: about.split(':').at(-1)! };
  return { kind: isKind(kind!) ? kind : 'match', about };
}

const addressBehind = (kind: Question['kind'], name: string): Words | undefined =>
  name.startsWith(`${kind}:`) ? parseAddress(name.slice(kind.length + 1)) : undefined;

/** A question that routing asks, where no rule does; undefined: the name of a reason. */
export const routingQuestion = (why: string): Question | undefined =>
  /^(joined|way):/.test(why) ? readQuestion(why) : undefined;

/** The address of `local:ADDRESS`; undefined: another question. */
export const addressIn = (name: string): Words | undefined => addressBehind('local', name);
/** The interface and the address of `address:INTERFACE:ADDRESS`; undefined: another fact. */
export function interfaceAddressIn(name: string): { iface: string; address: Words } | undefined {
  const [kind, iface, ...rest] = name.split(':');
  const address = kind === 'address' ? parseAddress(rest.join(':')) : undefined;
  return address && { iface: iface === ANY_INTERFACE ? '' : iface!, address };
}
/** The address of `joined:ADDRESS`. */
export const groupIn = (name: string): Words | undefined => addressBehind('joined', name);
/** The same fact, its address as answers are looked for. */
export function canonicalFact(name: string): string {
  const address = addressIn(name);
  if (address !== undefined) return question.local(address);
  const group = groupIn(name);
  return group === undefined ? name : question.joined(group);
}
/** The interface of `out:NAME`; undefined: another question, or one about many names. */
export const interfaceIn = (name: string): string | undefined => /^out:(.*[^+])$/.exec(name)?.[1];
/** The hop of `way:NAME`. */
export const hopIn = (name: string): string | undefined => /^way:(.+)$/.exec(name)?.[1];
