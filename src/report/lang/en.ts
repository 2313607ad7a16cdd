/** English. */
import { open, story } from './en-story.js';
import type { Language } from './messages.js';

export const en: Language = {
  ...story,
  messages: {
    ...story.messages,

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
    'summary.idle': ({ idle, rules, unknown }) =>
      idle === 0
        ? rules === 1
          ? 'the one rule was hit'
          : `each of the ${rules} rules was hit`
        : `never hit: ${idle} of ${rules} rules${unknown && `; what becomes of ${unknown} packets is not known`}`,
    'summary.first': () =>
      'a packet that gives no state counts as the first of its connection, and meets no rule for later ones (ESTABLISHED, RELATED, replies)',
    'summary.more': ({ more }) => `… and ${more} more`,
  },
};
