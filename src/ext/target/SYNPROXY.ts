import { question } from '../../model/question.js';
import { Protocol } from '../../net/protocol.js';
import { target, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag, integerOf } from '../values.js';

/** iptables takes 32 bits, and keeps as many as struct xt_synproxy_info has. */
const lowBits = (mask: number): ValueKind<number> => ({
  words: 1,
  shape: 'NUMBER',
  parse: ([word]) => integerOf(word!, 0xffffffff) & mask,
  print: (value) => [String(value)],
});

/** synproxy_tg4 in net/ipv4/netfilter/ipt_SYNPROXY.c, and synproxy_tg6 beside it. */
export const SYNPROXY = target({
  name: 'SYNPROXY',
  about: 'answers SYNs in place of the server, which hears of a client when that has answered',
  protocols: [Protocol.Tcp],
  hooks: ['INPUT', 'FORWARD'],
  tracking: true,
  options: {
    'sack-perm': { value: flag },
    timestamp: { value: flag },
    wscale: { value: lowBits(0xff) },
    mss: { value: lowBits(0xffff) },
    ecn: { value: flag },
  },
  lower: (_given, act) => [act.host({ what: 'synproxy' }, question.cookie)],
});

export const SYNPROXYListed = listed(
  'SYNPROXY',
  flagPiece('sack-perm'),
  flagPiece('timestamp'),
  piece('wscale'),
  piece('mss'),
  flagPiece('ecn'),
);
