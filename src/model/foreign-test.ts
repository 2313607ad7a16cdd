/** What extensions of other projects ask of the host or have it do: plain data, as HostTest and HostAct of host-test.ts. */
import type { Words } from '../net/address.js';
import type { NumberRange } from './condition.js';

/** xt_geoip: the country of an address. */
export interface GeoipTest {
  readonly what: 'geoip';
  readonly side: 'src' | 'dst';
  readonly countries: readonly string[];
}
/** xt_iface: a flag of a link, `in` and `out` being those of the packet, or of one by its name. */
export interface IfaceTest {
  readonly what: 'iface';
  readonly link: { readonly of: 'in' | 'out' } | { readonly name: string };
  readonly flag: string;
  /** it is turned round, which does not count where there is no such link. */
  readonly not: boolean;
}
/** xt_ipv4options: bits of options, and those of them that are to be absent. */
export interface Ipv4OptionsTest {
  readonly what: 'ipv4options';
  readonly map: number;
  readonly absent: number;
  readonly any: boolean;
}
/** xt_length2. `not`: it is turned round, which does not count where there is no such layer. */
export interface Length2Test {
  readonly what: 'length2';
  readonly layer: 4 | 5 | 7;
  readonly range: NumberRange;
  readonly not: boolean;
}
/** xt_quota2: what is left of a counter. */
export interface Quota2Test {
  readonly what: 'quota2';
  readonly state: string;
  /** '': it has none. */
  readonly name: string;
  /** 64 bits, as decimal digits. */
  readonly quota: string;
  readonly packets: boolean;
  /** it counts upwards, and holds always. */
  readonly grow: boolean;
  /** packets change what is left. */
  readonly counts: boolean;
}
/** xt_condition: whether a file says so. */
export interface ConditionTest {
  readonly what: 'condition';
  readonly name: string;
}
export type ForeignTest =
  | ConditionTest
  | DhcpmacTest
  | GeoipTest
  | IfaceTest
  | Ipv4OptionsTest
  | Length2Test
  | Quota2Test;

/** xt_IPMARK: the mark is ((address >> shift) & and) | or. */
export interface IpmarkAct {
  readonly what: 'ipmark';
  readonly side: 'src' | 'dst';
  readonly shift: number;
  readonly and: number;
  readonly or: number;
}
/** xt_RAWNAT: an address of this packet alone begins with so many bits of another. */
export interface RawnatAct {
  readonly what: 'rawnat';
  readonly side: 'src' | 'dst';
  readonly address: Words;
  readonly length: number;
}
/** ipt_SAME: one of so many addresses, by the address that a connection comes from, and that which it is for. */
export interface SameAct {
  readonly what: 'same';
  readonly first: number;
  readonly count: number;
  readonly sourceAlone: boolean;
  /** NAT_* of abi.ts. */
  readonly flags: number;
}
/** xt_FULLCONENAT: ports of links that inner hosts have been given, which all of its rules share. */
export interface FullConeAct {
  readonly what: 'full-cone';
  readonly state: 'full-cone';
  readonly flags: number;
  readonly ports: NumberRange | undefined;
}
/** xt_PROTO: the number of the protocol, of IPv6 in the last header that says one, or the one before a fragment or authentication header. */
export interface ProtoAct {
  readonly what: 'proto';
  readonly number: number;
  readonly stopAtFragment: boolean;
  readonly stopAtAuthentication: boolean;
}
/** xt_DHCPMAC: so many bits of the client's address. */
export interface DhcpmacAct {
  readonly what: 'dhcpmac';
  readonly address: readonly number[];
  readonly length: number;
}
/** xt_dhcpmac: whether it begins with these. */
export interface DhcpmacTest {
  readonly what: 'dhcpmac';
  readonly address: readonly number[];
  readonly length: number;
}
/** ipt_XOR: each so many bytes of the payload by one of the key's. */
export interface XorAct {
  readonly what: 'xor';
  readonly key: string;
  readonly block: number;
}
/** ipt_IPV4OPTSSTRIP. */
export interface StripOptionsAct {
  readonly what: 'strip-options';
}
/** ipt_ROUTE: where the kernel has not yet counted the hop, the target does. */
export interface RouteHopAct {
  readonly what: 'route-hop';
}
export type ForeignAct =
  | DhcpmacAct
  | FullConeAct
  | IpmarkAct
  | ProtoAct
  | RawnatAct
  | RouteHopAct
  | SameAct
  | StripOptionsAct
  | XorAct;
