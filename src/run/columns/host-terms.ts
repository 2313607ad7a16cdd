/** What the host's own steps between the tables ask of a packet's values: connection tracking, routing. */
import { Field, FRAG_DONT, FRAG_PART, PROTOCOL_ASKED, PROTOCOL_HEADER, PROTOCOL_LEAST_SHIFT } from '../../abi.js';
import { SCTP_INIT } from '../../input/resolve.js';
import type { NumberRange } from '../../model/condition.js';
import { isExtension, NOTHING } from '../../net/ipv6-headers.js';
import { Protocol } from '../../net/protocol.js';
import { isLeftAlone6, whyNoQuery6 } from '../connections/beginnings.js';
import { GRE_HEADER } from '../nat-follow.js';
import type { RouteMemo } from '../route-memo.js';
import { addFragments, PARTS } from './fragment-terms.js';
import type { Part, RoutedAddresses, Terms } from './terms.js';

export interface HostTables {
  /** Run.FirstStates, as they lie in the core's memory. */
  readonly firstStates: Uint32Array;
  readonly tracking: boolean;
  /** fragments are gathered before the tables. */
  readonly defrags: boolean;
  /** fragments wait for others of their packet. */
  readonly remembers: boolean;
  /** packets are not completed as columns of a batch are. */
  readonly inPlace: boolean;
  readonly ways: RoutedAddresses;
}

export function addHost(terms: Terms, memo: RouteMemo, host: HostTables): void {
  const { firstStates, tracking, defrags, remembers, inPlace, ways } = host;
  const { family } = terms.addresses;
  terms.partitions.push(ways.sources, ways.destinations);
  // a packet that is forwarded needs more than one, and one to a group that this host sends needs one
  if (!terms.exact.has(Field.Ttl)) for (const most of [0, 1]) terms.addRange(Field.Ttl, 0, most);
  for (const mtu of memo.mtus) terms.add(longerThan(mtu));
  // gathered they wait for the rest of their packet, which does not come where nothing is remembered
  if (defrags && family === 4) terms.add(PARTS);
  else if (!defrags && (family === 4 ? !remembers : inPlace && !terms.readsHeaders))
    addFragments(terms, (bytes) => partOfProtocols((proto) => (terms.protocols[proto]! & PROTOCOL_HEADER) === bytes));
  else terms.excluded.push(PARTS);
  // of packets in columns the checksum of UDP-Lite alone may be found to be wrong
  const wrong = { field: Field.Flags, ranges: [{ min: 1, max: 0xffff }], not: false };
  terms.add(
    partOfProtocols((proto) => proto === Protocol.UdpLite),
    wrong,
  );
  terms.excluded.push({ field: Field.Flags, ranges: [{ min: 2, max: 0xffff }] });
  // of fragments too, where they come so far
  const dont = {
    field: Field.Frag,
    ranges: [{ min: FRAG_DONT, max: FRAG_DONT + (defrags ? 0 : FRAG_PART) }],
    not: false,
  };
  for (const mtu of memo.mtus) terms.add(dont, longerThan(mtu));
  if (memo.reads.mark) terms.countEach(Field.Mark);
  if (memo.reads.tos) terms.countEach(Field.Tos);
  addProtocols(terms, inPlace);
  if (inPlace) addIncomplete(terms, tracking);
  if (!tracking) return;
  addStates(terms, Protocol.Tcp, Field.TcpFlags, firstStates.subarray(0, 256));
  addStates(terms, terms.icmp, Field.Sport, family === 4 ? firstStates.subarray(256, 512) : STATES_OF_ICMPV6);
}

/** nf_conntrack_icmpv6_error, icmpv6_pkt_to_tuple and nf_conntrack_icmpv6_new, which ask for the type alone: left alone, a query or neither. */
const STATES_OF_ICMPV6 = Uint32Array.from({ length: 256 }, (_, type) =>
  isLeftAlone6(type) ? 2 : Number(whyNoQuery6(type) === undefined),
);

const longerThan = (mtu: number): Part => ({
  field: Field.Length,
  ranges: [{ min: mtu + 1, max: 0xffff }],
  not: false,
});

/** Protocols have headers of so many bytes, and tracking asks for as many. */
function addProtocols(terms: Terms, inPlace: boolean): void {
  const { protocols } = terms;
  // of these more than one state comes, by what their packets hold
  for (let one = 0; one < 256; one++)
    if ((protocols[one]! & PROTOCOL_ASKED) !== 0) terms.add(partOfProtocols((proto) => proto === one));
  // a packet of SCTP in columns has an INIT chunk where there is room for it, and of what lies behind it a chunk is made if it can
  const sctp = partOfProtocols((proto) => proto === Protocol.Sctp);
  const least = terms.header + 12;
  if (inPlace)
    terms.addOdd(sctp, { field: Field.Length, ranges: [{ min: 0, max: least + SCTP_INIT.length + 4 }], not: false });
  else
    for (let behind = 0; behind <= SCTP_INIT.length + 4; behind++)
      terms.add(sctp, { field: Field.Length, ranges: [{ min: 0, max: least + behind }], not: false });
  const lengths = (bytes: (word: number) => number, odd: boolean) => {
    for (const header of new Set([...protocols.subarray(0, 256)].map(bytes))) {
      if (header === 0) continue;
      const short = { field: Field.Length, ranges: [{ min: 0, max: terms.header + header - 1 }], not: false };
      const parts = [partOfProtocols((proto) => bytes(protocols[proto]!) === header), short];
      if (odd) terms.addOdd(...parts);
      else terms.add(...parts);
    }
  };
  // where it is translated
  terms.add(
    partOfProtocols((proto) => proto === Protocol.Gre),
    { field: Field.Length, ranges: [{ min: 0, max: terms.header + GRE_HEADER - 1 }], not: false },
  );
  // what is shorter than its header is looked at by its bytes
  lengths((word) => word & PROTOCOL_HEADER, inPlace);
  lengths((word) => (word >>> PROTOCOL_LEAST_SHIFT) & 127, false);
}

/**
 * What completeColumns of assembly/fill.ts makes of values: ports and flags of protocols that have none are 0, types and codes of
 * ICMP have eight bits. Of what is told by its bytes nothing is known: tracking asks for checksums, and for the last header.
 */
function addIncomplete(terms: Terms, tracking: boolean): void {
  const { protocols } = terms;
  const alone = (field: Field) =>
    terms.partitions.some((one) => one.field === field) ||
    terms.all.some((parts) => parts.some((part) => part.field === field) && !parts.some(isProto));
  if (alone(Field.Sport) || alone(Field.Dport))
    terms.add(partOfProtocols((proto) => (protocols[proto]! & PROTOCOL_HEADER) !== 0));
  if (alone(Field.TcpFlags)) terms.add(partOfProtocols((proto) => proto === Protocol.Tcp));
  const icmp = partOfProtocols((proto) => proto === terms.icmp);
  for (const field of [Field.Sport, Field.Dport])
    terms.addOdd(icmp, { field, ranges: [{ min: 256, max: 0xffff }], not: false });
  const isOdd = (proto: number) =>
    (tracking && proto === Protocol.UdpLite) ||
    (terms.addresses.family === 6 && (isExtension(proto) || (proto === NOTHING && (tracking || terms.readsHeaders))));
  terms.excluded.push({ field: Field.Proto, ranges: rangesWhere(256, isOdd) });
  // a bit of no meaning
  terms.excluded.push({ field: Field.Frag, ranges: [{ min: 0x8000, max: 0xffff }] });
}
const isProto = ({ field, not }: Part): boolean => field === Field.Proto && !not;

function addStates(terms: Terms, proto: number, field: Field, states: Uint32Array): void {
  for (const state of new Set(states)) {
    const ranges = rangesWhere(states.length, (value) => states[value] === state);
    terms.add(
      partOfProtocols((one) => one === proto),
      { field, ranges, not: false },
    );
  }
}

const partOfProtocols = (holds: (proto: number) => boolean): Part => ({
  field: Field.Proto,
  ranges: rangesWhere(256, holds),
  not: false,
});

function rangesWhere(count: number, holds: (value: number) => boolean): NumberRange[] {
  const found: NumberRange[] = [];
  for (let value = 0; value < count; value++) if (holds(value)) found.push({ min: value, max: value });
  return found;
}
