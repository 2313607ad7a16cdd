/** ICMP messages in the words of tcpdump (print-icmp.c, print-icmp6.c): type and code. */
import type { Family } from '../../net/address.js';

export interface IcmpTold {
  readonly type: number;
  readonly code: number;
  /** it has an identifier and a sequence number. */
  readonly query: boolean;
}

/** Words, type and code; a code that is left out stands in the text. The first that fits holds. */
type Row = readonly [words: RegExp, type: number, code?: number];

/** Addresses and ports stand in between. */
const V4: readonly Row[] = [
  [/^echo request\b/, 8, 0],
  [/^echo reply\b/, 0, 0],
  [/^time stamp query\b/, 13, 0],
  [/^time stamp reply\b/, 14, 0],
  [/^address mask request\b/, 17, 0],
  [/^address mask is\b/, 18, 0],
  [/^net \S+ unreachable - unknown\b/, 3, 6],
  [/^host \S+ unreachable - unknown\b/, 3, 7],
  [/^net \S+ unreachable - admin prohibited\b/, 3, 9],
  [/^host \S+ unreachable - admin prohibited filter\b/, 3, 13],
  [/^host \S+ unreachable - admin prohibited\b/, 3, 10],
  [/^net \S+ unreachable - tos prohibited\b/, 3, 11],
  [/^host \S+ unreachable - tos prohibited\b/, 3, 12],
  [/^host \S+ unreachable - host precedence violation\b/, 3, 14],
  [/^host \S+ unreachable - precedence cutoff\b/, 3, 15],
  [/^\S+ unreachable - need to frag\b/, 3, 4],
  [/^\S+ unreachable - source route failed\b/, 3, 5],
  [/^\S+ unreachable - source host isolated\b/, 3, 8],
  [/^\S+ unreachable - #(\d+)/, 3],
  [/^net \S+ unreachable\b/, 3, 0],
  [/^host \S+ unreachable\b/, 3, 1],
  [/^\S+ protocol \d+ unreachable\b/, 3, 2],
  [/^\S+ (tcp|udp) port \S+ unreachable\b/, 3, 3],
  [/^\S+ protocol \d+ port \d+ unreachable\b/, 3, 3],
  [/^redirect \S+ to net\b/, 5, 0],
  [/^redirect \S+ to host\b/, 5, 1],
  [/^redirect-tos \S+ to net\b/, 5, 2],
  [/^redirect-tos \S+ to host\b/, 5, 3],
  [/^redirect-#(\d+)/, 5],
  [/^time exceeded in-transit\b/, 11, 0],
  [/^ip reassembly time exceeded\b/, 11, 1],
  [/^time exceeded-#(\d+)/, 11],
  [/^parameter problem - code (\d+)/, 12],
  [/^parameter problem\b/, 12, 0],
  [/^source quench\b/, 4, 0],
  [/^router advertisement\b/, 9, 0],
  [/^router solicitation\b/, 10, 0],
];

const V6: readonly Row[] = [
  [/^echo request\b/, 128, 0],
  [/^echo reply\b/, 129, 0],
  [/^destination unreachable, unreachable route\b/, 1, 0],
  [/^destination unreachable, unreachable prohibited\b/, 1, 1],
  [/^destination unreachable, beyond scope\b/, 1, 2],
  [/^destination unreachable, unreachable address\b/, 1, 3],
  [/^destination unreachable, .*\bunreachable port\b/, 1, 4],
  [/^destination unreachable, .*\bport \S+ unreachable\b/, 1, 4],
  [/^destination unreachable, unknown unreach code \((\d+)\)/, 1],
  [/^packet too big\b/, 2, 0],
  [/^time exceeded in-transit \(reassembly\)/, 3, 1],
  [/^time exceeded in-transit, unknown code \((\d+)\)/, 3],
  [/^time exceeded in-transit\b/, 3, 0],
  [/^parameter problem, err/, 4, 0],
  [/^parameter problem, next header\b/, 4, 1],
  [/^parameter problem, option\b/, 4, 2],
  [/^multicast listener query\b/, 130, 0],
  [/^multicast listener report v2\b/, 143, 0],
  [/^multicast listener report/, 131, 0],
  [/^multicast listener done/, 132, 0],
  [/^router solicitation\b/, 133, 0],
  [/^router advertisement\b/, 134, 0],
  [/^neighbor solicitation\b/, 135, 0],
  [/^neighbor advertisement\b/, 136, 0],
  [/^redirect\b/, 137, 0],
  [/^inverse neighbor solicitation\b/, 141, 0],
  [/^inverse neighbor advertisement\b/, 142, 0],
];

/** Types that have an identifier. */
const QUERIES: ReadonlySet<number> = new Set([0, 8, 13, 14, 17, 18, 128, 129]);

/** Undefined where the text is none of them; one that tcpdump has no words for is `type-#99`. */
export function icmpOf(text: string, family: Family): IcmpTold | undefined {
  const number = /^(?:type-#|unknown icmp6 type \()(\d+)/.exec(text)?.[1];
  if (number !== undefined) return { type: Number(number), code: 0, query: false };
  for (const [words, type, code] of family === 4 ? V4 : V6) {
    const match = words.exec(text);
    if (match !== null) return { type, code: code ?? Number(match[1]), query: QUERIES.has(type) };
  }
  return undefined;
}
