import { Field, FRAG_OFFSET, U32Step } from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition } from '../../model/condition.js';
import type { Family } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { CWR, ECE } from '../../net/tcp-flags.js';
import { match } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag, integer } from '../values.js';

/**
 * match_tcp looks at no fragment offset: in a later fragment the bytes that stand where a header would are taken for
 * one: in IPv6, where nobody says where it begins, those of the IP header. The column holds 0 there, so that it can stand
 * beside.
 */
function flagSet(build: Build, bit: number, family: Family): Condition {
  const own = build.masked(Field.TcpFlags, bit, bit);
  if (family === 6) return build.any(build.all(later(build), build.masked(Field.Src + 1, bit << 16, bit << 16)), own);
  const word = bit << 16;
  const toWord12 = [U32Step.Load, 0, U32Step.Right, 22, U32Step.And, 0x3c, U32Step.At, 12];
  return build.any(build.all(later(build), build.u32([1, 5, 1, ...toWord12, U32Step.And, word, word, word])), own);
}

const later = (build: Build): Condition => build.not(build.masked(Field.Frag, FRAG_OFFSET, 0));

/** ecn_mt4 in net/netfilter/xt_ecn.c: where the TCP header is cut it is false, negated or not, and drops nothing. */
export const ecn = match({
  name: 'ecn',
  about: 'explicit congestion notification: its bits in the TOS byte and in the TCP header',
  options: {
    'ecn-tcp-ece': { value: flag, invert: true },
    'ecn-tcp-cwr': { value: flag, invert: true },
    'ecn-ip-ect': { value: integer(3), invert: true },
  },
  check(given, { protocol, refuse }) {
    const ofTcp = given['ecn-tcp-ece'] ?? given['ecn-tcp-cwr'];
    if (!ofTcp && !given['ecn-ip-ect']) refuse('needs one of --ecn-tcp-ece, --ecn-tcp-cwr, --ecn-ip-ect');
    if (ofTcp && (!protocol || protocol.not || protocol.value !== Protocol.Tcp)) refuse('needs -p tcp', ofTcp.key);
  },
  lower(given, build, { family }) {
    const there = build.range(Field.TransportLen, { min: 20, max: 65535 });
    const ofTcp = given['ecn-tcp-ece'] ?? given['ecn-tcp-cwr'];
    return [
      build.when(given['ecn-ip-ect'], (bits) => build.masked(Field.Tos, 3, bits)),
      ofTcp ? (family === 6 ? build.any(later(build), there) : there) : build.always,
      build.when(given['ecn-tcp-ece'], () => flagSet(build, ECE, family)),
      build.when(given['ecn-tcp-cwr'], () => flagSet(build, CWR, family)),
    ];
  },
});

export const ecnListed = listed(
  'ECN match',
  flagPiece('ecn-tcp-ece', 'ECE'),
  flagPiece('ecn-tcp-cwr', 'CWR'),
  piece('ecn-ip-ect', 'ECT='),
);
