import { MSS_OF_PATH } from '../../abi.js';
import type { Given } from '../../model/ruleset.js';
import { Protocol } from '../../net/protocol.js';
import { SYN } from '../../net/tcp-flags.js';
import { target, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import type { FlagTest } from '../match/tcp.js';
import { flag, integerOf } from '../values.js';

/** What fits behind the IP header. */
const mss: ValueKind<number> = {
  words: 1,
  shape: 'NUMBER',
  parse: ([word], { family }) => integerOf(word!, family === 4 ? 65515 : 65495, 'MSS'),
  print: (value) => [String(value)],
};

/** tcpmss_tg4 and tcpmss_tg6 in net/netfilter/xt_TCPMSS.c. Of iptables the option that was given last counts. */
export const TCPMSS = target({
  name: 'TCPMSS',
  about: 'lowers the MSS option of TCP',
  protocols: [Protocol.Tcp],
  options: {
    'set-mss': { value: mss },
    'clamp-mss-to-pmtu': { value: flag },
  },
  canonical(given) {
    const { 'set-mss': set, 'clamp-mss-to-pmtu': clamp } = given;
    if (!set || !clamp) return given;
    return set.at.column > clamp.at.column ? { 'set-mss': set } : { 'clamp-mss-to-pmtu': clamp };
  },
  check(given, rule) {
    if (!given['set-mss'] && !given['clamp-mss-to-pmtu']) rule.refuse('needs one of --set-mss, --clamp-mss-to-pmtu');
    if (given['clamp-mss-to-pmtu'] && ['PREROUTING', 'INPUT'].includes(rule.chain))
      rule.refuse('no route is known that the packet takes', 'clamp-mss-to-pmtu');
    const wantsSyn = rule.options('tcp').some(({ syn, 'tcp-flags': flags }) => {
      if (syn) return !syn.not;
      return flags && !flags.not && ((flags as Given<FlagTest>).value.set & SYN) !== 0;
    });
    if (!wantsSyn) rule.refuse('needs SYN among the flags that -m tcp wants to be set, as --syn has it');
  },
  lower: (given, act) => [act.tcpMss(given['set-mss']?.value ?? MSS_OF_PATH)],
});

export const TCPMSSListed = listed('TCPMSS', piece('set-mss', 'set'), flagPiece('clamp-mss-to-pmtu', 'clamp to PMTU'));
