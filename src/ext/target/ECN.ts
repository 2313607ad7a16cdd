import { Field } from '../../abi.js';
import type { Given } from '../../model/ruleset.js';
import { Protocol } from '../../net/protocol.js';
import { CWR, ECE } from '../../net/tcp-flags.js';
import { target } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag, integer } from '../values.js';

const bit = integer(1);
const zero = (from: Given, key: string) => ({ [key]: { ...from, key, value: 0 } });

/**
 * ecn_tg in net/ipv4/netfilter/ipt_ECN.c. Of iptables --ecn-tcp-remove is short for both bits at 0, and forgets an
 * --ecn-ip-ect before it.
 */
export const ECN = target({
  name: 'ECN',
  about: 'changes the bits of explicit congestion notification, of the TOS byte and of the TCP header',
  families: [4],
  tables: ['mangle'],
  options: {
    'ecn-tcp-remove': { value: flag, excludes: ['ecn-tcp-ece', 'ecn-tcp-cwr'] },
    'ecn-tcp-ece': { value: bit, excludes: ['ecn-tcp-remove'] },
    'ecn-tcp-cwr': { value: bit, excludes: ['ecn-tcp-remove'] },
    'ecn-ip-ect': { value: integer(3) },
  },
  canonical(given) {
    const { 'ecn-tcp-remove': remove, 'ecn-ip-ect': ect, 'ecn-tcp-ece': ece, 'ecn-tcp-cwr': cwr } = given;
    if (remove && ect && ect.at.column > remove.at.column)
      return { ...zero(remove, 'ecn-tcp-ece'), ...zero(remove, 'ecn-tcp-cwr'), 'ecn-ip-ect': ect };
    if (remove) return { 'ecn-tcp-remove': remove };
    if (ect || ece?.value !== 0 || cwr?.value !== 0) return given;
    return { 'ecn-tcp-remove': { ...ece, key: 'ecn-tcp-remove', value: true as const } };
  },
  check(given, { protocol, refuse }) {
    const ofTcp = given['ecn-tcp-remove'] ?? given['ecn-tcp-ece'] ?? given['ecn-tcp-cwr'];
    if (!ofTcp && !given['ecn-ip-ect'])
      refuse('needs one of --ecn-tcp-remove, --ecn-tcp-ece, --ecn-tcp-cwr, --ecn-ip-ect');
    if (ofTcp && (!protocol || protocol.not || protocol.value !== Protocol.Tcp)) refuse('needs -p tcp', ofTcp.key);
  },
  lower(given, act) {
    const remove = given['ecn-tcp-remove'] && { value: 0 };
    const bits = [
      { mask: ECE, set: given['ecn-tcp-ece'] ?? remove },
      { mask: CWR, set: given['ecn-tcp-cwr'] ?? remove },
    ].filter(({ set }) => set !== undefined);
    const all = bits.reduce((sum, { mask }) => sum | mask, 0);
    const ones = bits.reduce((sum, { mask, set }) => (set!.value === 1 ? sum | mask : sum), 0);
    const ect = given['ecn-ip-ect'];
    return [...(ect ? [act.edit(Field.Tos, ~0x03, ect.value)] : []), ...(all === 0 ? [] : [act.tcpFlags(~all, ones)])];
  },
});

export const ECNListed = listed(
  'ECN',
  flagPiece('ecn-tcp-remove', 'TCP remove'),
  piece('ecn-tcp-ece', 'ECE='),
  piece('ecn-tcp-cwr', 'CWR='),
  piece('ecn-ip-ect', 'ECT codepoint='),
);
