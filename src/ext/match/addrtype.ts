import { AddrType, Field } from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition } from '../../model/condition.js';
import { prefixMask } from '../../net/address.js';
import { match } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { beginnings, flag } from '../values.js';

const TYPES = {
  UNSPEC: AddrType.Unspec,
  UNICAST: AddrType.Unicast,
  LOCAL: AddrType.Local,
  BROADCAST: AddrType.Broadcast,
  ANYCAST: AddrType.Anycast,
  MULTICAST: AddrType.Multicast,
  BLACKHOLE: AddrType.Blackhole,
  UNREACHABLE: AddrType.Unreachable,
  PROHIBIT: AddrType.Prohibit,
  THROW: AddrType.Throw,
  NAT: AddrType.Nat,
  XRESOLVE: AddrType.Xresolve,
} as const;
type TypeName = keyof typeof TYPES;
const types = beginnings(Object.keys(TYPES) as TypeName[], 'TYPE[,…]');

/** What addrtype_mt_checkentry_v1 refuses for IPv6. */
const NOT_IN_IPV6: readonly TypeName[] = ['BROADCAST', 'BLACKHOLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];
/** Those that match_type6 asks the routes for; the others it reads off the address. */
const ROUTED: readonly TypeName[] = ['LOCAL', 'ANYCAST', 'UNREACHABLE'];

/** match_type6: unlike in IPv4 the address must be all of the types that are read off it, and one of the routed ones. */
function type6(build: Build, field: Field, names: readonly TypeName[], limit: 'in' | 'out' | undefined): Condition {
  const under = (address: readonly number[], length: number) =>
    build.address(field, { address, mask: prefixMask(length, 6) });
  const multicast = under([0xff000000, 0, 0, 0], 8);
  const unspecified = under([0, 0, 0, 0], 128);
  // ipv6_addr_type: every address is unicast but multicast, unspecified and IPv4-mapped ones
  const unicast = build.not(build.any(multicast, unspecified, under([0, 0, 0xffff, 0], 96)));
  const routed = names.filter((name) => ROUTED.includes(name)).map((name) => TYPES[name]);
  return build.all(
    ...(names.includes('MULTICAST') ? [multicast] : []),
    ...(names.includes('UNICAST') ? [unicast] : []),
    ...(names.includes('UNSPEC') ? [unspecified] : []),
    ...(routed.length > 0 ? [build.addrtype(field, routed, limit)] : []),
  );
}

/** addrtype_mt_v1 in net/netfilter/xt_addrtype.c. */
export const addrtype = match({
  name: 'addrtype',
  about: 'the type of an address, by the local routing table',
  options: {
    'src-type': { value: types, invert: true },
    'dst-type': { value: types, invert: true },
    'limit-iface-in': { value: flag, excludes: ['limit-iface-out'] },
    'limit-iface-out': { value: flag, excludes: ['limit-iface-in'] },
  },
  check(given, rule) {
    const { 'src-type': src, 'dst-type': dst } = given;
    if (!src && !dst) rule.refuse('needs one of --src-type, --dst-type');
    if (given['limit-iface-in'] && ['OUTPUT', 'POSTROUTING'].includes(rule.chain))
      rule.refuse('no interface is known that the packet came in by', 'limit-iface-in');
    if (given['limit-iface-out'] && ['PREROUTING', 'INPUT'].includes(rule.chain))
      rule.refuse('no interface is known that the packet goes out by', 'limit-iface-out');
    if (rule.family === 6)
      for (const side of [src, dst]) {
        const wrong = side?.value.find((name) => NOT_IN_IPV6.includes(name));
        if (wrong !== undefined) rule.refuse(`there is no type ${wrong} in IPv6`, side!.key);
      }
  },
  lower(given, build, { family }) {
    const limit = given['limit-iface-in'] ? 'in' : given['limit-iface-out'] ? 'out' : undefined;
    const is = (field: Field) => (names: readonly TypeName[]) =>
      family === 6
        ? type6(build, field, names, limit)
        : build.addrtype(
            field,
            names.map((name) => TYPES[name]),
            limit,
          );
    return [build.when(given['src-type'], is(Field.Src)), build.when(given['dst-type'], is(Field.Dst))];
  },
});

export const addrtypeListed = listed(
  'ADDRTYPE match',
  piece('src-type'),
  piece('dst-type'),
  flagPiece('limit-iface-in', 'limit-in'),
  flagPiece('limit-iface-out', 'limit-out'),
);
