import { Fact, RPF_ACCEPT_LOCAL, RPF_LOOSE, RPF_VALID_MARK } from '../../abi.js';
import { match } from '../define.js';
import { flagPiece, listed } from '../listed.js';
import { flag } from '../values.js';

/** rpfilter_mt in net/ipv4/netfilter/ipt_rpfilter.c and net/ipv6/netfilter/ip6t_rpfilter.c. */
export const rpfilter = match({
  name: 'rpfilter',
  about: 'the way back to the source goes by the interface that the packet came in by',
  tables: ['raw', 'mangle'],
  hooks: ['PREROUTING'],
  options: {
    loose: { value: flag },
    validmark: { value: flag },
    'accept-local': { value: flag },
    invert: { value: flag },
  },
  lower(given, build) {
    const flags =
      (given.loose ? RPF_LOOSE : 0) |
      (given.validmark ? RPF_VALID_MARK : 0) |
      (given['accept-local'] ? RPF_ACCEPT_LOCAL : 0);
    return [build.turned(given.invert !== undefined, build.fact(Fact.RpFilter, flags))];
  },
});

export const rpfilterListed = listed('rpfilter', ...Object.keys(rpfilter.options).map((key) => flagPiece(key)));
