import { Protocol } from '../../net/protocol.js';
import { match, type Parsed } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag } from '../values.js';
import { headerWord } from './header-word.js';
import { spis } from './spi.js';

const options = { ipcompspi: { value: spis, invert: true }, compres: { value: flag } } as const;

const NOWHERE = { column: 1, length: 0 };
/** What was not given is 0: libxt_ipcomp.c of iptables has no other beginning. */
const withIndex = (given: Parsed<typeof options>) =>
  given.ipcompspi ?? { key: 'ipcompspi', not: false, value: { min: 0, max: 0 }, at: NOWHERE };

/**
 * comp_mt in net/netfilter/xt_ipcomp.c: false in later fragments, a hot drop where the header is cut. The index has 16 bits, and
 * --compres asks nothing. iptables-save leaves out the range of all indices, which would be read as 0; it is printed here.
 */
export const ipcomp = match({
  name: 'ipcomp',
  about: 'compression parameters index of an IPComp packet',
  protocols: [Protocol.IpComp],
  options,
  print(given) {
    const { not, value } = withIndex(given);
    const words = ['--ipcompspi', ...spis.print(value, { family: 4 })];
    return [...(not ? ['!'] : []), ...words, ...(given.compres ? ['--compres'] : [])];
  },
  lower(given, build) {
    const index = withIndex(given);
    return [build.header(4), build.from(index, headerWord(build, 0, [index.value], 'spi', { bits: 16 }))];
  },
});

export const ipcompListed = listed('comp', piece('ipcompspi', 'spi:', 'spis:'), flagPiece('compres', 'reserved'));
