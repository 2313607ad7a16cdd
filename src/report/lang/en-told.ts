/** English, of what was found of sockets, processors, routes and the clock. */
import type { ReadingWords } from './messages.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export const TOLD: Pick<ReadingWords, 'owner' | 'cgroup' | 'cpu' | 'realm' | 'time'> = {
  owner: ({ socket, user, group, groups = [] }) => {
    if (!socket) return 'it has no socket';
    const others = groups.length === 0 ? '' : ` (and ${groups.join(', ')})`;
    if (user !== undefined) return `its socket is that of user ${user}`;
    return group === undefined ? 'it has a socket' : `its socket is that of group ${group}${others}`;
  },
  cgroup: ({ is }) => (is === undefined ? 'it has no socket' : `its socket is of cgroup ${is}`),
  cpu: ({ cpu }) => `processor ${cpu} works on it`,
  realm: ({ source, destination }) => `its route has the realms ${source}/${destination}, of source and destination`,
  time: ({ time }) => {
    const date = new Date(1000 * time);
    return `it is ${WEEKDAYS[date.getUTCDay()]}, ${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  },
};
