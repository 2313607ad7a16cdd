import { question } from '../../model/question.js';
import { match } from '../define.js';
import { flagPiece, listed } from '../listed.js';
import { flag } from '../values.js';

/** socket_match in net/netfilter/xt_socket.c. */
export const socket = match({
  name: 'socket',
  about: 'whether a socket of this host is there for the packet',
  hooks: ['PREROUTING', 'INPUT'],
  options: {
    transparent: { value: flag },
    nowildcard: { value: flag },
    'restore-skmark': { value: flag },
  },
  lower: (_, build) => [build.ask(question.match('socket'))],
});

export const socketListed = listed('socket', ...Object.keys(socket.options).map((key) => flagPiece(key, `--${key}`)));
