import { match } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag } from '../values.js';
import { clear, field, Header, printedBut, there, u32, u32Range, within } from './header6.js';

const options = {
  fragid: { value: u32Range, invert: true },
  // no kernel looks at it
  fraglen: { value: u32, invert: true },
  fragres: { value: flag },
  fragfirst: { value: flag },
  fragmore: { value: flag, excludes: ['fraglast'] },
  fraglast: { value: flag, excludes: ['fragmore'] },
};

/** frag_mt6 in net/ipv6/netfilter/ip6t_frag.c. Where connections are tracked fragments are whole packets again before it. */
export const frag = match({
  name: 'frag',
  about: 'the fragment header of IPv6',
  families: [6],
  options,
  print: (given, context) => printedBut('fragid', 0xffffffff, options, given, context),
  lower: (given, build) => [
    there(Header.Fragment, 8),
    build.when(given.fragid, (range) => within(field(Header.Fragment, 4, 0, 0xffffffff, 'fragment-id'), range)),
    build.when(given.fragres, () => clear(Header.Fragment, 0, 0x00ff0006)),
    build.when(given.fragfirst, () => clear(Header.Fragment, 0, 0xfff8, 'fragment-offset')),
    build.when(given.fragmore, () => build.not(clear(Header.Fragment, 0, 1, 'more-fragments'))),
    build.when(given.fraglast, () => clear(Header.Fragment, 0, 1, 'more-fragments')),
  ],
});

export const fragListed = listed(
  'frag',
  piece('fragid', 'id:', 'ids:'),
  piece('fraglen', 'length:'),
  flagPiece('fragres', 'reserved'),
  flagPiece('fragfirst', 'first'),
  flagPiece('fragmore', 'more'),
  flagPiece('fraglast', 'last'),
);
