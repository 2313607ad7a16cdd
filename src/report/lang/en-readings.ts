/** English, of what the host found for a rule, or did: src/model/reading.ts. */
import { FOREIGN } from './en-foreign.js';
import { LIMITS } from './en-limits.js';
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
  ...LIMITS,
  recent: ({ list, address, hits, within, ago, older, done }) => {
    if (hits === undefined)
      return done === 'added' ? `list ${list} gets ${address}` : `list ${list} does not have ${address}`;
    const span = within === 0 ? '' : ` in ${within} s`;
    const last = ago === undefined || hits === 0 ? '' : `, last ${seconds(ago)} ago`;
    const before = older === 0 ? '' : `, and ${times(older)} nobody knows how long ago`;
    const then = done === 'removed' ? '; it is taken out' : done === 'updated' ? '; and now' : '';
    return `list ${list} has ${address}, ${hits === 0 ? 'not seen' : `seen ${times(hits)}`}${span}${last}${before}${then}`;
  },
  'in-set': ({ set, element, left, packets, bytes }) =>
    `${element} is in ${set}${left === undefined ? '' : `, for ${seconds(left)} more`}${
      packets === undefined ? '' : `, with ${counted(packets, 'packet')} and ${counted(bytes!, 'byte')}`
    }`,
  'set-change': ({ set, element, done, timeout }) => {
    const time = timeout === undefined ? '' : timeout === 0 ? ', for ever' : ` for ${timeout} s`;
    switch (done) {
      case 'added':
        return `added ${element} to ${set}${time}`;
      case 'renewed':
        return `${element} is in ${set} already: now${time || ' once more'}`;
      case 'there':
        return `${element} is in ${set} already`;
      case 'full':
        return `${set} is full: ${element} is not added`;
      case 'forced':
        return `${set} is full: ${element} takes the place of another member, nobody knows of which`;
      case 'deleted':
        return `deleted ${element} from ${set}`;
      case 'absent':
        return `${element} is not in ${set}: nothing is deleted`;
      case 'none':
        return `the packet has nothing that ${set} takes`;
      case 'unknown':
        return `what becomes of ${set} is not known: nobody gave it`;
      case 'doubtful':
        return `what becomes of ${set} is not known: the packet's link-layer address was not given`;
    }
  },
  'set-map': ({ set, element, mark }) =>
    `${element} is in ${set}${mark === undefined ? '' : `: mark 0x${mark.toString(16)}`}`,
};
