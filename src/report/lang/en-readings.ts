/** English, of what the host found for a rule, or did: src/model/reading.ts. */
import { OUTSIDE } from './en-outside.js';
import type { ReadingWords } from './messages.js';

const seconds = (milliseconds: number): string => `${+(milliseconds / 1000).toFixed(3)} s`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

export const READINGS: ReadingWords = {
  ...OUTSIDE,
  recent: ({ list, address, hits, within, ago, done }) => {
    if (hits === undefined)
      return done === 'added' ? `list ${list} gets ${address}` : `list ${list} does not have ${address}`;
    const span = within === 0 ? '' : ` in ${within} s`;
    const last = ago === undefined || hits === 0 ? '' : `, last ${seconds(ago)} ago`;
    const then = done === 'removed' ? '; it is taken out' : done === 'updated' ? '; and now' : '';
    return `list ${list} has ${address}, seen ${hits === 0 ? 'never' : times(hits)}${span}${last}${then}`;
  },
};
