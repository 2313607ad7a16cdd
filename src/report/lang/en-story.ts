/** English, as far as one packet is told of. */
import { foreignName } from '../../ext/third-party/names.js';
import type { ForeignName } from '../../ext/third-party/words.js';
import type { Question } from '../../model/question.js';
import type { Lasting } from '../../run/connections/lasting.js';
import { FOREIGN_WORDS, RARE_WHY } from './en-rare.js';
import { REASON_WORDS } from './en-reasons.js';
import { FIELDS, WHY } from './en-why.js';
import type { Back, ConnectionNote, Part, RouteNote, StoryLanguage } from './messages.js';

/** `INPUT:5` */
export const chainLine = (about: string) => about.replace(/:(\d+)$/, ' at line $1');
/** `3`, `0:3` */
export const queues = (about: string) => (about.includes(':') ? `queues ${about}` : `queue ${about || 'of a target'}`);
const via = (gateway: string) => (gateway === '' ? 'directly' : `via ${gateway}`);
const backTo = ({ chain, rule }: Back) =>
  rule === null ? `back to the end of ${chain}` : `back to ${chain} rule ${rule}`;
const wayOut = (iface: string) => (iface === '' ? '' : ` by ${iface}`);
const by = (route: RouteNote | undefined) =>
  route === undefined
    ? ''
    : ` (route ${route.destination}, table ${route.table}${route.rule === null ? '' : ` by rule ${route.rule}`})`;
const SKIPS = {
  'tracking-off': 'connections are not tracked, so that it is consulted for none',
  'not-new': 'only the first packet of a connection consults it',
  invalid: 'the packet is INVALID, and belongs to no connection',
  untracked: 'the packet is not tracked',
  bound: 'this direction of translation is settled already',
} as const;
const SECMARKS = {
  set: 'the packet is marked',
  save: "the connection gets the packet's mark, where it has none",
  restore: "the packet gets the connection's mark, where it has none",
} as const;
const TRACKING = {
  asked: ', as --tracking has it',
  'no-rule': ': no loaded rule needs it (--tracking on|off)',
  'tables-unknown': ': rules that were not given may need it (--tracking on|off)',
} as const;
/** What loadReaders of src/report/load-readers.ts fills in where it is not there yet. */
export const foreignWords: Record<ForeignName, string> = { ...FOREIGN_WORDS };
/** One of another project, by what its question is about. */
function foreign(kind: 'match' | 'target', about: string): string | undefined {
  const name = foreignName(about.split(' ')[0]!);
  return name && `${kind} ${about} (${foreignWords[name]})`;
}
/** After "it depends on". */
export function open({ kind, about }: Question): string {
  switch (kind) {
    case 'set':
      return `set ${about}, whose members were not given`;
    case 'counters':
      return `the counters of set ${about}`;
    case 'local':
      return `whether ${about || 'its destination'} is this host's own address`;
    case 'match':
      // evaluated where there are routes
      if (about === 'rpfilter')
        return 'whether the way back to its source leads by this interface: the routes were not given';
      return (
        foreign('match', about) ??
        `match ${about}, which ${about.includes(' ') ? 'nobody has told' : 'is not evaluated'}`
      );
    case 'bpf':
      return `what the BPF program ${about} says, which is pinned elsewhere or reads what a packet does not tell`;
    case 'mac':
      return `whether it came from the link-layer address ${about}: its own was not given`;
    case 'pkttype':
      return `whether it came in a frame of kind ${about}: its own was not given`;
    case 'macs':
      return `whether set ${about} holds it: the link-layer address that it asks for was not given`;
    case 'eui64':
      return 'whether its source is made of the link-layer address that it came from, which was not given';
    case 'target':
      return foreign('target', about) ?? `target ${about}, which is not evaluated`;
    case 'chain':
      return `chain ${about}, which was not given`;
    case 'out':
      return `whether it leaves by ${about}: the routes were not given`;
    case 'rule':
      return `the rule of line ${about}, which could not be read`;
    case 'address':
      return `which address ${about} has`;
    case 'joined':
      return `whether this host has joined the multicast group ${about}`;
    case 'way':
      return `which of several ways the route's hash takes, the one by ${about} or another`;
    case 'name':
      return `whether ${about} holds: what the name stands for is not known`;
    case 'interface':
      return `whether the rule of line ${about} is for this interface: it may be \`-i lo\`, as the listing was made without -v`;
    case 'gap':
      return `the rules that are missing in ${chainLine(about)}`;
    case 'queue':
      return `whether a program takes what comes into ${queues(about)}`;
    case 'accepts':
      return `whether the program that takes what comes into ${queues(about)} accepts it`;
    case 'proxy':
      return `whether a transparent socket takes what is handed to port ${about}`;
    case 'cookie':
      return 'whether the ACK brings back a cookie that SYNPROXY gave';
    case 'share':
      return `whether it falls to this host among those of the cluster ${about}, of which no rule says how it is`;
    case 'mss':
      return `what the MSS was lowered to (${about}): what the packet's path takes is not known`;
    case 'random':
      return 'a draw';
    case 'limit':
      return 'whether it is within a limit';
  }
}
/** What yes and no say to a question of each kind. */
const ANSWERS: Readonly<Record<Question['kind'], readonly [yes: string, no: string]>> = {
  set: ['it is in it', 'it is not'],
  counters: ['they are such', 'they are not'],
  local: ["it is this host's own", 'it is not'],
  match: ['it holds', 'it does not'],
  mac: ['it did', 'it did not'],
  pkttype: ['it did', 'it did not'],
  macs: ['it is in it', 'it is not'],
  eui64: ['it is', 'it is not'],
  bpf: ['it gives other than 0', 'it gives 0'],
  target: ["it ends the packet's way", 'the packet goes on'],
  chain: ['one of its rules takes the packet', 'none does, and a policy of its own accepts'],
  out: ['it leaves by it', 'it does not'],
  rule: ['it matches', 'it does not'],
  // answered by one, not by yes or no
  address: ['', ''],
  joined: ['it has', 'it has not'],
  way: ['it takes this one', 'it takes another'],
  name: ['it does', 'it does not'],
  interface: ['it is', 'it is for others'],
  gap: ['one of them takes the packet', 'none does'],
  queue: ['one does, and says what becomes of it', 'none does'],
  accepts: ['it does', 'it drops it'],
  proxy: ['one does', 'none does: the packet is dropped'],
  cookie: ['it does: the proxy keeps it', 'it does not: the packet is dropped'],
  share: ['it does', 'it does not: the packet is dropped'],
  mss: ["the rule's condition holds", 'it does not'],
  random: ['it matches', 'it does not'],
  limit: ['it is', 'the limit is spent'],
};
/** Behind a state. */
const PARTS: Readonly<Record<Exclude<Part, null>, string>> = {
  first: 'the first packet of a connection',
  again: 'a later packet of a connection that has no answer yet',
  original: 'a later packet of a known connection',
  answer: 'an answer of a known connection',
  error: 'an error about a known connection',
};
export const connection = ({ protocol, original, reply, state }: ConnectionNote) =>
  `${protocol} ${original}${reply === null ? '' : `, answered as ${reply}`}${state === null ? '' : `; ${state}`}`;
const DAY = 86_400;
const seconds = (span: number) => (span >= DAY ? `${span} s (${+(span / DAY).toFixed(1)} days)` : `${span} s`);
const LATER = {
  established: 'once it is ESTABLISHED',
  stream: 'once it is a stream (answered, and older than 2 s)',
  answered: 'once it is answered',
} as const;
function lasting({ now, later, when, closed, reset }: Lasting): string {
  const parts = [`it ends when ${seconds(now)} pass without a packet`];
  if (later !== null) parts[0] += `, ${LATER[when]} ${seconds(later)}`;
  if (closed !== null && closed === reset) parts.push(`${seconds(closed)} after it is shut down or aborted`);
  else if (closed !== null) parts.push(`${seconds(closed)} after both ends have closed it`);
  if (reset !== null && closed !== reset) parts.push(`${seconds(reset)} after a reset`);
  return parts.join('; ');
}

const SIDES = { src: 'source', dst: 'destination' } as const;

const UNTOLD = {
  told: 'the sender is told',
  'icmp-error': 'the sender is not told: no error is sent about an error',
  fragment: 'the sender is not told: no error is sent about a fragment that is not the first',
};

export const story: StoryLanguage = {
  messages: {
    'fate.delivered': ({ packet }) => `delivered to this host: ${packet}`,
    'fate.forwarded': ({ iface, packet }) => `forwarded: leaves${wayOut(iface)}, ${packet}`,
    'fate.sent': ({ iface, packet }) => `sent: leaves${wayOut(iface)}, ${packet}`,
    'fate.dropped': () => 'dropped',
    'fate.rejected': ({ untold }) => `rejected: dropped, and ${UNTOLD[untold ?? 'told']}`,
    'fate.stolen': () => 'taken: it does not go on from here',
    'fate.waits': () => 'held back',
    'fate.unknown': () => 'unknown',
    'by.rule': ({ table, chain, rule, place }) => `by ${table} ${chain} rule ${rule} (${place})`,
    'by.policy': ({ table, chain }) => `by the policy of ${table} ${chain}`,
    'by.accepting.rule': ({ table, chain, rule, place }) => `accepted by ${table} ${chain} rule ${rule} (${place})`,
    'by.accepting.policy': ({ table, chain }) => `accepted by the policy of ${table} ${chain}`,
    'by.granted': () => 'no text gives that policy: it is taken as ACCEPT',
    'by.translating': ({ table, chain, rule, place }) => `translated by ${table} ${chain} rule ${rule} (${place})`,
    'by.following': ({ side, from, to }) => `translated as its connection says: ${SIDES[side]} ${from} becomes ${to}`,
    'by.nobody': () => 'no rule that was given says anything else',
    'by.reason': ({ reason, answer }) => REASON_WORDS[reason] + (answer === '' ? '' : ` (the sender gets ${answer})`),
    'by.question': ({ question, get, fact }) =>
      `it depends on ${open(question)}: ${get}${get === '' ? '' : ' tells, or '}--assume '${fact}=yes' (${ANSWERS[question.kind][0]}) or =no (${ANSWERS[question.kind][1]}) settles it`,
    'by.address': ({ iface }) => `which address ${iface} has was not given (ip addr)`,
    'by.whatever': ({ question }) => `it does not depend on ${open(question)}`,

    assumed: ({ list }) => `assumed: ${list}`,
    'assumed.field': ({ field, value }) => `${field === 'tcpopts' ? 'TCP options' : field} ${value}`,
    'assumed.fact': ({ fact, answer }) => `${fact}=${answer ? 'yes' : 'no'}`,
    'assumed.iface': ({ iface }) => `it comes in on ${iface}, by which the way back to its source leads`,
    'assumed.back': ({ iface }) => `the answer leaves by ${iface}, on which the packet came in`,
    'assumed.own': () => 'this host sends it: the source is its own address',
    'assumed.placed': ({ packets }) => `${packets} packets come as their source has it`,
    'assumed.tracking': ({ on, why }) => `connection tracking is ${on ? 'on' : 'off'}${TRACKING[why]}`,
    'assumed.sysctls': ({ settings }) => settings,
    'assumed.local-table': () => 'the local routing table is the one that the addresses make',
    'assumed.addresses-of-routes': () => 'no addresses were given: those that the routes name are all (ip addr)',
    'assumed.draw': () =>
      'what is left to chance (statistic --mode random) was drawn (--seed draws otherwise, --assume random=yes|no settles it)',
    'assumed.random': ({ answer }) =>
      `what is left to chance ${answer ? 'matches' : 'does not match'} (--assume random)`,
    'assumed.port': ({ what, port, min, max }) =>
      `the ${what} ${port} was drawn: the kernel takes any of ${min}-${max}`,
    'assumed.policy': ({ table, chain, policy }) => `policy of ${table} ${chain}: ${policy}`,
    'assumed.fresh': () =>
      'what rules count and remember (limit, statistic --mode nth, recent, …) is as right after they were loaded',
    'assumed.timeouts': ({ policies }) =>
      `connections last as the settings have it: timeout policies (${policies}) are not known`,
    'assumed.unexpected': ({ helpers }) => `no connection is expected by another one's helper (${helpers})`,
    'assumed.groups': () => "no group but the kernel's own is joined (ip maddr)",
    'assumed.back-ends': () =>
      'iptables-legacy was loaded last: its tables are asked before those of iptables-nft (nft …)',
    'assumed.connected-routes': () => 'no routes were given: only those that the addresses make are known',

    'begin.wire': ({ packet, iface }) => packet + (iface === '' ? '' : `, comes in on ${iface}`),
    'begin.host': ({ packet }) => `${packet}, sent by this host`,
    'begin.loop': ({ iface }) => `comes back in by ${iface}`,
    'begin.copy': ({ iface }) => `a copy comes in by ${iface}`,
    'hook.table': ({ table, hook }) => `${table} ${hook}`,
    'hook.skip': ({ table, hook, why }) => `${table} ${hook} is not consulted: ${SKIPS[why]}`,
    'hook.passed': ({ tables }) => `${tables}: passed, unchanged`,
    gathered: ({ fragments }) =>
      fragments === 1
        ? 'goes on without its fragment header: there are no other fragments'
        : `goes on as a whole packet: the last of its ${fragments} fragments has come`,
    'received.waits': () => 'behind INPUT it waits until the other parts of its packet have come',
    'received.whole': ({ fragments }) =>
      fragments === 1
        ? 'behind INPUT it loses its fragment header: there are no other fragments'
        : `behind INPUT the packet becomes whole: the last of its ${fragments} fragments has come`,
    'received.lost': ({ reason, answer }) =>
      `behind INPUT it is lost: ${REASON_WORDS[reason]}${answer === '' ? '' : `; the sender gets ${answer}`}`,
    ungathered: ({ why }) =>
      why === 'headers-cut'
        ? 'goes on as the fragment that it is: the headers behind its fragment header are cut'
        : 'goes on as the fragment that it is: its bytes are no multiple of 8, and what waits of its packet is lost',
    tracked: ({ state, reason, part }) =>
      `connection tracking: ${state}${part === null ? '' : `, ${PARTS[part]}`}${reason === undefined ? '' : `, ${REASON_WORDS[reason]}`}`,
    entry: connection,
    'routed.local': ({ address, route, how }) =>
      `routing: ${address} is ${{ unicast: "this host's own", broadcast: 'a broadcast address', multicast: 'a group that this host has joined' }[how]}: delivered here${by(route)}`,
    'routed.forward': ({ address, iface, gateway, route }) =>
      `routing: ${address} is not this host's: forwarded by ${iface}, ${via(gateway)}${by(route)}`,
    'routed.send': ({ address, iface, gateway, route }) =>
      `routing: ${address} is reached by ${iface}, ${via(gateway)}${by(route)}`,
    'routed.again': ({ address, iface, gateway, route, before }) =>
      `routing, once more for what has changed: ${address} by ${iface}, ${via(gateway)}${by(route)}${before === iface ? '' : `; for the rules of OUTPUT it still leaves by ${before}`}`,
    'routed.taken': ({ way, iface }) =>
      `routing is not known; ${iface === '' ? 'the way' : 'the interface'} was given: ${{ input: 'delivered here', forward: 'forwarded', output: 'sent' }[way]}${wayOut(iface)}`,
    ttl: ({ before, after, family }) => `${family === 6 ? 'hop limit' : 'time to live'} ${before} → ${after}`,
    lost: ({ reason, answer }) => REASON_WORDS[reason] + (answer === '' ? '' : `; the sender gets ${answer}`),

    'lost.question': ({ question }) => `cannot be answered: ${open(question)}`,
    'lost.address': ({ iface }) => `which address ${iface} has was not given (ip addr)`,

    parts: ({ parts }) => parts.join(', '),
    'rule.any': () => '(every packet)',
    'rules.missed': ({ from, to }) => `${from}-${to} do not match`,
    'rules.missed.first': ({ from, to, option, why }) =>
      `${from}-${to} do not match; rule ${from}: ${option === '' ? '' : `${option}, but `}${why}`,
    'rule.missed': ({ option, why }) => `does not match: ${option === '' ? '' : `${option}, but `}${why}`,
    'rule.cut': ({ option }) => `drops the packet: ${option} cannot read its header, which is cut`,
    'rule.open': ({ question }) => `cannot be answered: ${open(question)}`,
    'rule.counts': () => 'counts the packet and goes on: it has no target',
    'rule.idle': () => 'goes on: its target leaves the packet as it is',
    'rule.begins': ({ said }) => `goes on: a connection that begins here has ${said}`,
    'rule.secmark': ({ how }) => `goes on: ${SECMARKS[how]}, for a security module; no rule reads it`,
    'rule.foreign': ({ target }) => `goes on: ${foreignWords[target]}`,
    'rule.passes': ({ question }) => `goes on, as assumed: ${open(question)}`,
    'rule.takes': ({ question }) => `takes the packet, as assumed: ${open(question)}`,
    'rule.jumps': ({ chain }) => `jumps to ${chain}`,
    'rule.jumps.first': ({ chain }) =>
      `jumps to ${chain}: a chain is no verdict, and the packet comes back unless a rule there decides`,
    'rule.goes': ({ chain }) => `goes to ${chain}, and does not come back here`,
    'rule.returns': ({ back }) => `returns: ${backTo(back)}`,
    'rule.accepts': ({ table, hook }) => `accepts: table ${table} is done at ${hook}`,
    'rule.drops': () => 'drops the packet',
    'rule.rejects': () => 'rejects the packet',
    'rule.steals': ({ target }) => `takes the packet${target === null ? '' : `: ${foreignWords[target]}`}`,
    'rule.logs': () => 'logs the packet and goes on',
    'rule.copies': () => 'sends a copy of the packet to another host, and goes on',
    'rule.traces': () => 'goes on, and has the rules that it meets logged',
    'rule.timer': () => 'starts its timer anew, and goes on',
    'rule.led': () => 'lights its LED, and goes on',
    'rule.edits': ({ field, before, after }) => `${FIELDS[field]} ${before} → ${after}`,
    'rule.keeps': ({ field, value }) => `${FIELDS[field]} stays ${value}`,
    'rule.mss': ({ before, after }) => {
      if (before === null) return `the MSS ${after} is added`;
      if (after === null) return `the MSS ${before} → at most what its path takes, which is not known`;
      return before === after ? `the MSS stays ${before}` : `the MSS ${before} → ${after}`;
    },
    'rule.strips': ({ option }) => `TCP option ${option} is overwritten`,
    'rule.connmark': ({ before, after }) => `the connection's mark ${before} → ${after}`,
    'rule.drawn': ({ probability }) => `probability ${probability}: drawn as a match`,
    'rule.untracks': () => 'the packet is not tracked',
    'rule.translates': ({ side, from, to, drawn, clash, table, hook }) =>
      clash
        ? `another connection is in the way: ${SIDES[side]} ${from} becomes ${to}${drawn ? ' (drawn)' : ''}`
        : `${SIDES[side]} ${from} ${from === to ? 'stays as it is' : `becomes ${to}`}${drawn ? ' (drawn)' : ''}: table ${table} is done at ${hook}`,
    'rule.untranslated': () => 'asks for a translation, for which an address is missing',
    'chain.empty': ({ chain, back }) => `chain ${chain} has no rules: ${backTo(back)}`,
    'chain.ends': ({ chain, back }) => `end of ${chain}: ${backTo(back)}`,
    policy: ({ chain, policy }) =>
      policy === 'ACCEPT' ? `end of ${chain}: its policy accepts` : `end of ${chain}: its policy drops the packet`,
    followed: ({ side, from, to, quoted }) =>
      from === to
        ? 'its connection says so: the packet that it quotes is translated back'
        : `its connection says so: the ${SIDES[side]} ${from} becomes ${to}${quoted ? ', and the packet that it quotes is translated back' : ''}`,
    identity: ({ side, end }) => `no rule translates the ${SIDES[side]}: it stays ${end}`,
    leaves: ({ hook, iface, packet }) =>
      hook === 'input' ? `delivered to this host: ${packet}` : `leaves${wayOut(iface)}: ${packet}`,

    ...WHY,
    ...RARE_WHY,

    'after.connection': () =>
      'Connection tracking remembers it from here on: its later packets and the answers do not meet the nat table again.',
    'after.translated': ({ side, from, to }) =>
      `  translated alike: ${SIDES[side]} ${from} → ${to}; in the answers ${SIDES[side === 'src' ? 'dst' : 'src']} ${to} → ${from}`,
    'after.plain': () => '  nothing is translated, in either direction',
    'after.known': ({ part }) =>
      `It ${part === 'error' ? 'is about' : 'belongs to'} a connection that is known: the nat table is not consulted for it, and its entry says what is translated, until it ends.`,
    'after.entry': (note) => `  ${connection(note)}`,
    'after.gone': () => 'The connection ends with it.',
    'after.ends': (lasts) => `  ${lasting(lasts)}`,
    'after.given': ({ state }) =>
      `It was taken as ${state}, as was said; what the nat table made of the connection's first packet is not known here.`,
    'after.untracked': () => 'Connection tracking does not remember it: the next packet is judged anew.',
    'after.nofilter': () => 'No filter table was given: whether it lets the packet pass is not known.',
  },
  reasons: REASON_WORDS,
  fields: FIELDS,
};
