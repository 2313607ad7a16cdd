import { question } from '../../model/question.js';
import { match } from '../define.js';
import { flagPiece, listed } from '../listed.js';
import { flag } from '../values.js';

/** --restore-skmark asks for nothing. */
const FLAGS = ['transparent', 'nowildcard'] as const;

/** socket_match in net/netfilter/xt_socket.c. */
export const socket = match({
  name: 'socket',
  about: 'whether a socket of this host is there for the packet',
  hooks: ['PREROUTING', 'INPUT'],
  gathers: true,
  options: {
    transparent: { value: flag },
    nowildcard: { value: flag },
    'restore-skmark': { value: flag },
  },
  lower: (given, build) => [
    build.host(
      {
        what: 'socket',
        transparent: given.transparent !== undefined,
        wild: given.nowildcard !== undefined,
        marks: given['restore-skmark'] !== undefined,
      },
      question.match('socket', FLAGS.flatMap((key) => (given[key] ? `--${key}` : [])).join(' ')),
    ),
  ],
});

export const socketListed = listed('socket', ...Object.keys(socket.options).map((key) => flagPiece(key, `--${key}`)));
