/** English. */
import { connection, open, story } from './en-story.js';
import type { Language } from './messages.js';

export const en: Language = {
  ...story,
  messages: {
    ...story.messages,

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
