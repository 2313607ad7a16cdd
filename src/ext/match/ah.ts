import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag, integer } from '../values.js';
import { clear, field, Header, hasLength, whole, within } from './header6.js';
import { printSpis, spiHolds, spis } from './spi.js';

const ahspi = { value: spis, invert: true } as const;

/** ah_mt in net/ipv4/netfilter/ipt_ah.c: false in later fragments, a hot drop where the header is cut. */
export const ah = match({
  name: 'ah',
  about: 'security parameters index of an authentication header',
  families: [4],
  protocols: [Protocol.Ah],
  options: { ahspi },
  print: (given) => printSpis(given.ahspi),
  lower: (given, build) => [build.header(12), spiHolds(given.ahspi, build, 4)],
});

/** ah_mt6 in net/ipv6/netfilter/ip6t_ah.c finds the header among those before the payload, whatever -p says. */
export const ah6 = match({
  name: 'ah',
  about: 'an authentication header, its security parameters index and length',
  families: [6],
  options: {
    ahspi,
    ahlen: { value: integer(0xffffffff), invert: true },
    ahres: { value: flag },
  },
  print: ({ ahspi: spi, ahlen: length, ahres }) => [
    ...printSpis(spi),
    // 0 is any length, negated or not; iptables-save leaves out the plain one alone
    ...(length === undefined || (length.value === 0 && !length.not)
      ? []
      : [...(length.not ? ['!'] : []), '--ahlen', String(length.value)]),
    ...(ahres ? ['--ahres'] : []),
  ],
  lower: (given, build) => [
    whole(Header.Authentication, 12),
    build.when(given.ahspi, (range) => within(field(Header.Authentication, 4, 0, 0xffffffff, 'spi'), range)),
    // of 0 the kernel does not ask, turned round or not
    given.ahlen?.value === 0
      ? build.always
      : build.when(given.ahlen, (bytes) => hasLength(Header.Authentication, bytes, 4, 2)),
    build.when(given.ahres, () => clear(Header.Authentication, 0, 0xffff)),
  ],
});

/** iptables prints no blank between the index and the length. */
export const ahListed = listed(
  'ah',
  { ...piece('ahspi', 'spi:', 'spis:'), before: 'length:' },
  piece('ahlen', 'length:'),
  flagPiece('ahres', 'reserved'),
);
