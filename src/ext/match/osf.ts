import { question } from '../../model/question.js';
import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { bareText, integer } from '../values.js';

/** xt_osf_match_packet in net/netfilter/xt_osf.c, which looks at no `!`, and with --log takes any system that is known. */
export const osf = match({
  name: 'osf',
  about: 'the operating system that sent the packet, by what its SYN looks like',
  families: [4],
  protocols: [Protocol.Tcp],
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: {
    // char genre[32] of xt_osf.h ends in a zero byte
    genre: { value: bareText(31), invert: true, required: true },
    ttl: { value: integer(2) },
    log: { value: integer(2) },
  },
  lower({ genre, ttl, log }, build) {
    const name = log ? '' : genre!.value;
    const words = name === '' ? '' : `--genre ${name}`;
    return [build.host({ what: 'osf', genre: name, ttl: ttl?.value ?? 0 }, question.match('osf', words))];
  },
});

export const osfListed = listed('OS fingerprint match', piece('genre', ''));
