import { Protocol } from '../../net/protocol.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { integerOf } from '../values.js';

const NAMES: Readonly<Record<string, number>> = {
  wscale: 3,
  mss: 2,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5: 19,
};

/** Names and numbers, each once; printed as numbers in their order. */
const tcpOptions: ValueKind<readonly number[]> = {
  words: 1,
  shape: 'OPTION[,OPTION]',
  parse([word]) {
    const found = new Set<number>();
    for (const part of word!.split(',')) {
      const option = Object.hasOwn(NAMES, part) ? NAMES[part]! : integerOf(part, 255, 'option', 2);
      if (found.has(option)) throw new ValueError(`option ${part} stands there twice`);
      found.add(option);
    }
    return [...found].sort((a, b) => a - b);
  },
  print: (options) => [options.join(',')],
};

/** tcpoptstrip_mangle_packet in net/netfilter/xt_TCPOPTSTRIP.c. */
export const TCPOPTSTRIP = target({
  name: 'TCPOPTSTRIP',
  about: 'overwrites options of TCP',
  protocols: [Protocol.Tcp],
  tables: ['mangle'],
  options: { 'strip-options': { value: tcpOptions } },
  lower: (given, act) => [act.stripTcpOptions(given['strip-options']?.value ?? [])],
});

export const TCPOPTSTRIPListed = listed('TCPOPTSTRIP options', piece('strip-options', ''));
