/** English. */
import { type Question, withoutOption } from '../../model/question.js';
import { HINTS } from './en-hints.js';
import { REASON_WORDS } from './en-reasons.js';
import { chainLine, connection, open, queues, story } from './en-story.js';
import type { ChoiceWords, ClaimWords, Deciders, Language } from './messages.js';

const FATES = { stolen: 'taken by the target' } as Readonly<Record<string, string>>;
/** What a way is told by, after nothing or `otherwise`. */
const choiceText = (choice: ChoiceWords): string =>
  choice.kind === 'draw' ? `with probability ${choice.probability}` : `if ${claimText(choice)}`;

/** Ranges of numbers among values; addresses of IPv6 have more colons. */
const NUMBERS = /(^|,)\d+:\d+(,|$)/;

function claimText(choice: ClaimWords): string {
  switch (choice.kind) {
    case 'question': {
      const { question, elements } = choice;
      return elements.length === 0
        ? CLAIMS[question.kind](question.about)
        : `${elements.join(' or ')} is in ${question.about}`;
    }
    case 'field':
      return `the ${story.fields[choice.field]} is ${NUMBERS.test(choice.values) ? 'in ' : ''}${choice.values}`;
    case 'in':
      return `it comes in on ${choice.interfaces.join(' or ')}`;
    case 'state':
      return 'it belongs to a connection that is known already';
    case 'new':
      return 'it is the first packet of its connection';
    case 'all':
      return choice.choices.map(claimText).join(', and ');
    case 'any':
      return choice.choices.map(claimText).join(', or ');
    case 'route':
      return `this host has a route to ${choice.address}`;
  }
}
/** The table and chain are said once for those that stand in a row. */
const decidersText = ({ some, more }: Deciders): string =>
  some
    .map(({ table, chain, rule, place }, i) => {
      const before = some[i - 1];
      const where = before?.table === table && before.chain === chain ? '' : `${table} ${chain} `;
      return `${where}${rule === null ? 'policy' : `rule ${rule} (${place})`}`;
    })
    .join(' or ') + (more === 0 ? '' : ` or ${more} more`);
const CLAIMS: Readonly<Record<Question['kind'], (about: string) => string>> = {
  set: (name) => `set ${name} holds the packet`,
  counters: (name) => `the counters of set ${name} are such`,
  local: (address) => `${address || 'its destination'} is this host's own address`,
  match: (name) => `match ${name} holds`,
  bpf: (program) => `the BPF program ${program} gives other than 0`,
  mac: (address) => `the packet came from the link-layer address ${address}`,
  pkttype: (kind) => `the packet came in a frame of kind ${kind}`,
  macs: (name) => `set ${name} holds the packet's link-layer address`,
  eui64: () => 'the source is made of the link-layer address that the packet came from',
  target: (name) => `target ${name} takes the packet`,
  chain: (name) => `a rule of chain ${name} takes the packet`,
  out: (name) => `it leaves by ${name}`,
  rule: (line) => `the rule of line ${line}, which could not be read, matches`,
  address: (iface) => `${iface} has this address`,
  joined: (group) => `this host has joined ${group}`,
  way: (name) => `it takes the way by ${name}`,
  name: (option) => `${option} holds`,
  interface: (line) => `the rule of line ${line} is for this interface, or for all`,
  gap: (place) => `a rule that is missing in ${chainLine(place)} takes the packet`,
  queue: (name) => `a program takes what comes into ${queues(name)}`,
  accepts: (name) => `the program that takes what comes into ${queues(name)} accepts it`,
  proxy: (to) => `a transparent socket takes what is handed to port ${to}`,
  cookie: () => 'the ACK brings back a cookie that SYNPROXY gave',
  share: (address) => `the packet falls to this host among those of the cluster ${address}`,
  mss: () => 'the MSS is such',
  random: () => 'it is drawn so',
  limit: () => 'it is within the limits',
};

export const en: Language = {
  ...story,
  messages: {
    ...story.messages,
    ...HINTS,

    'way.also': ({ by }) => `or by ${decidersText(by)}: it ends alike`,
    'way.if': ({ choice }) => choiceText(choice),
    'way.else': ({ choice }) => (choice === null ? 'otherwise' : `otherwise ${choice}`),
    'way.end': ({ fate, within, by, reason, leaves, mark }) =>
      [
        (reason === 'rules-missing'
          ? 'decided by a rule that is missing in the text'
          : within === null
            ? (FATES[fate] ?? fate)
            : `decided in ${within}, which was not given`) +
          (leaves === null ? '' : ` (${leaves}${mark === null ? '' : `, mark ${mark}`})`),
        ...(by.some.length === 0 ? [] : [`by ${decidersText(by)}`]),
        ...(reason === null || reason === 'rules-missing' ? [] : [REASON_WORDS[reason]]),
      ].join(', '),
    'way.more': () => 'it hangs on more than is told here',
    'way.asks': () => 'to settle it:',
    'way.ask.host': ({ get, reason }) =>
      `${get}: ${
        reason === 'host:addresses'
          ? "which addresses are this host's own, and on which links they are (or --local, --path)"
          : reason === 'host:out'
            ? 'by which interface it leaves (or -o)'
            : 'whether there is a route, and by which interface (or --path, -o)'
      }`,
    'way.question': ({ question }) => open(question),
    'way.ask': ({ question, get, fact }) =>
      `${get === '' ? '' : `${get}: `}${open(question)} (--assume ${
        question.kind === 'address'
          ? `'${fact}:ADDRESS'`
          : `'${fact}=yes' or =no${question.kind === 'name' ? `, or '${withoutOption(fact)}:VALUE' in its place` : question.kind === 'interface' ? ', interface=yes for all' : ''}`
      })`,

    'flow.packet': ({ part }) => ({ first: 'the packet', answer: 'the answer', next: 'the next packet' })[part],
    'flow.judged': ({ by, nat }) =>
      ({
        rules: `judged by the rules${nat ? ', those of nat too' : ''}: its connection is remembered`,
        entry: nat
          ? "judged by its connection's entry in place of nat, and by the rules of the other tables"
          : 'judged by the rules, as a packet of a known connection',
        'nothing-known': 'judged by the rules, as a packet of no connection',
      })[by],
    'flow.entry': (note) => `the connection: ${connection({ ...note, state: null })}`,
    'flow.status': ({ state, status, mark }) =>
      `  ${[...(state === null ? [] : [state]), ...(status.length === 0 ? ['UNREPLIED'] : status)].join(', ')}; mark ${mark}`,
    'flow.forgets': () => 'No connection is remembered: each packet is judged by itself.',
    'answer.back': () => 'yes, the answer gets back',
    'answer.lost': () => 'no, the answer does not get back',
    'answer.unknown': () => 'whether the answer gets back is not known',
    'answer.astray': ({ wanted }) => `the packet's sender waits for ${wanted}`,
    'answer.direct': ({ from, to, network, wanted }) =>
      `${from} answers ${to} directly, as both are in ${network}: that answer does not come here and is not translated back, and ${to} waits for one of ${wanted}`,
    'answer.otherway': ({ came, leaves, settings }) =>
      `the packet came in by ${came}, and its answer leaves by ${leaves}${
        settings.length === 0 ? '' : `: with rp_filter 1 the packet would be dropped (sysctl ${settings.join(' ')})`
      }`,
    'answer.none': ({ why }) =>
      ({
        lost: 'there is no answer: the packet itself does not get through',
        forgotten: 'there is no answer, and no connection comes of it: the packet itself does not get through',
        waits: 'there is no answer: the packet waits for its other fragments',
        taken: 'there is no answer: the packet is taken by a target',
        unknown: 'whether there is an answer is not known: what becomes of the packet is not',
        'answers-nothing': 'there is no answer: nobody answers such a packet',
        group: 'no answer is told of: those to a group or a broadcast come from other addresses',
      })[why],

    'summary.fate': ({ fate }) => fate,
    'summary.total': ({ packets, bytes, seconds, rate }) =>
      `${packets} packets of ${bytes} bytes, classified in ${seconds} s: ${rate} a second`,
    'summary.partial': ({ unread }) =>
      `only a part of the packets was counted${unread && `: ${unread} could not be read`}`,
    'summary.assumed': ({ family, list }) => `assumed of IPv${family}: ${list}`,
    'summary.byRule': ({ packets }) => `${packets}: by rules`,
    'summary.byPolicy': ({ packets }) => `${packets}: by policies`,
    'summary.why': ({ packets, why }) =>
      typeof why === 'string' ? `${packets}: ${story.reasons[why]}` : `${packets}: it depends on ${open(why)}`,
    'summary.rules': ({ shown, hit }) => (shown < hit ? `the ${shown} of ${hit} rules with most packets` : 'rules'),
    'summary.policies': () => 'policies',
    'summary.packets': () => 'packets',
    'summary.bytes': () => 'bytes',
    'summary.idle': ({ idle, rules, unknown, packets }) =>
      idle === 0
        ? rules === 1
          ? 'the one rule was hit'
          : `each of the ${rules} rules was hit`
        : `never hit: ${idle} of ${rules} rules${unknown && `; what becomes of ${unknown} of ${packets} packets is not known`}`,
    'summary.first': () =>
      'a packet that gives no state counts as the first of its connection, and meets no rule for later ones (ESTABLISHED, RELATED, replies)',
    'summary.more': ({ more }) => `… and ${more} more`,
  },
};
