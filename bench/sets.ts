/** Sets of any size, as `ipset save` prints them, the same ones for the same seed. */
import { formatIpv4 } from '../src/net/address.js';
import { Random } from '../test/kernel/generate/random.js';

export type SetKind = 'hash:ip' | 'hash:net' | 'hash:ip,port';
export const SET_KINDS: readonly SetKind[] = ['hash:ip', 'hash:net', 'hash:ip,port'];

/** The text of one set with so many members (at most four million), no two alike, and room for one more. */
export function setText(kind: SetKind, members: number, seed = 1, name = 'blocked'): string {
  const random = new Random(seed);
  // an odd factor visits every number below a power of two once
  const factor = 2 * random.below(1 << 20) + 1;
  const lines = [`create ${name} ${kind} family inet hashsize 1024 maxelem ${Math.max(65536, members + 1)}`];
  for (let i = 1; i <= members; i++) {
    const spread = Math.imul(i, factor);
    lines.push(`add ${name} ${ELEMENTS[kind](spread, random)}`);
  }
  return `${lines.join('\n')}\n`;
}

const ELEMENTS: Readonly<Record<SetKind, (spread: number, random: Random) => string>> = {
  'hash:ip': (spread) => formatIpv4(spread >>> 0),
  // of 22 bits, so that no two members of one length are alike
  'hash:net': (spread, random) => {
    const length = 22 + random.below(11);
    return `${formatIpv4((spread << 10) >>> 0)}${length === 32 ? '' : `/${length}`}`;
  },
  'hash:ip,port': (spread, random) =>
    `${formatIpv4(spread >>> 0)},${random.below(3) === 0 ? 'udp' : 'tcp'}:${random.below(65536)}`,
};
