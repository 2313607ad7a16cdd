/** English, of the command. */
import type { CommandWords } from './spoken.js';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const WHO = { packet: 'the packet', answer: 'the answer' } as const;

export const COMMAND: CommandWords = {
  severities: { error: 'error', warning: 'warning', note: 'note' },
  more: (more, lines, places, cut) => {
    const here = lines.length === 0 ? [] : [`${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`];
    return `and ${more} more: ${[...here, ...places].join(', ')}${cut ? ', …' : ''}`;
  },
  read: ({ rules, understood, sets, connections }) =>
    [
      `${counted(rules, 'rule')}, ${understood} understood`,
      counted(sets, 'set'),
      ...(connections === undefined ? [] : [counted(connections, 'connection')]),
    ].join('; '),
  found: (counts) =>
    counts.length === 0
      ? 'nothing was found wrong'
      : counts.map(([severity, count]) => counted(count, severity)).join(', '),
  answers: (what) =>
    ({
      fact: 'yes, no, or what the command prints, up to an empty line; nothing leaves it open',
      value: 'yes, no, or the value; nothing leaves it open',
      text: 'what the command prints, up to an empty line; nothing leaves it open',
      name: 'answer',
    })[what],
  examples: ['Found in:', 'Not found in:'],
  expected: (fate, fared) => `expected ${fate}, but ${fared}`,
  fared: (one, fate) => {
    const who = WHO[one];
    return {
      delivered: `${who} is delivered to this host`,
      forwarded: `${who} is forwarded`,
      sent: `${who} is sent`,
      dropped: `${who} is dropped`,
      rejected: `${who} is rejected`,
      stolen: `${who} is taken by a target`,
      unknown: `what happens to ${who} is not known`,
    }[fate];
  },
};
