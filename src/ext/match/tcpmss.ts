import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { numberRange } from '../values.js';

/** tcpmss_mt in net/netfilter/xt_tcpmss.c: it looks at no fragment offset, so no header test stands before it. */
export const tcpmss = match({
  name: 'tcpmss',
  about: 'the MSS option of a TCP segment',
  protocols: [Protocol.Tcp],
  options: { mss: { value: numberRange(65535, 'MSS'), invert: true, required: true } },
  lower: (given, build) => [build.when(given.mss, (range) => build.tcpMss(range))],
});

export const tcpmssListed = listed('tcpmss match', piece('mss', ''));
