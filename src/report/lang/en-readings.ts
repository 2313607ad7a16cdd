/** English, of what the host found for a rule, or did: src/model/reading.ts. */
import { FOREIGN } from './en-foreign.js';
import { OUTSIDE } from './en-outside.js';
import { TOLD } from './en-told.js';
import type { ReadingWords } from './messages.js';

const seconds = (milliseconds: number): string => `${+(milliseconds / 1000).toFixed(3)} s`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const counted = (count: number | string, what: string): string => `${count} ${what}${`${count}` === '1' ? '' : 's'}`;
const SIDES = { src: 'from', dst: 'to' } as const;
const DIRECTIONS = { original: ' in its own direction', reply: ' in answer', both: '' } as const;

export const READINGS: ReadingWords = {
  ...OUTSIDE,
  connlimit: ({ count, side, network, limit }) => {
    const ends = `${SIDES[side]} ${network}`;
    if (count === 0)
      return `the connections ${ends} that it had counted are over, and it does not count this one any more`;
    return `${counted(count, 'connection')} ${ends}, ${count > limit ? '' : 'not '}more than ${limit}`;
  },
  connbytes: ({ direction, packets, bytes }) =>
    packets === undefined
      ? 'nothing is counted of its connection'
      : `its connection has had ${counted(packets, 'packet')}${DIRECTIONS[direction]}, ${counted(bytes!, 'byte')}`,
  connlabel: ({ label, has, set }) => `its connection ${has ? 'has' : set ? 'gets' : 'does not have'} label ${label}`,
  ...FOREIGN,
  ...TOLD,
  recent: ({ list, address, hits, within, ago, done }) => {
    if (hits === undefined)
      return done === 'added' ? `list ${list} gets ${address}` : `list ${list} does not have ${address}`;
    const span = within === 0 ? '' : ` in ${within} s`;
    const last = ago === undefined || hits === 0 ? '' : `, last ${seconds(ago)} ago`;
    const then = done === 'removed' ? '; it is taken out' : done === 'updated' ? '; and now' : '';
    return `list ${list} has ${address}, seen ${hits === 0 ? 'never' : times(hits)}${span}${last}${then}`;
  },
};
