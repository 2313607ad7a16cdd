/** The rpfilter match, asked by the core of a packet of the batch. */
import { Field, PACKET_LOOPED, RPF_ACCEPT_LOCAL, RPF_KNOWN, RPF_LOOSE, RPF_VALID_MARK } from '../abi.js';
import { IPV6_HEADER } from '../net/ipv6-headers.js';
import { flowOf } from './flow.js';
import type { Routing } from './routing.js';
import type { Stages } from './stage.js';

/** `flags`: RPF_* of abi.ts. */
export function reversePath(stages: Stages, routing: Routing, packet: number, flags: number): boolean {
  const of = (field: Field) => stages.field(packet, field);
  // rpfilter_is_loopback of ipt_rpfilter.c: a copy that the host made for itself has no wrong way to come in
  if ((of(Field.Flags) & PACKET_LOOPED) !== 0) return true;
  const passes = routing.reversePath(
    {
      ...flowOf(stages.columns, packet, stages.family),
      ...firstHeader(stages, packet),
      iif: stages.interfaces.name(of(Field.InIf)),
    },
    {
      loose: (flags & RPF_LOOSE) !== 0,
      validMark: (flags & RPF_VALID_MARK) !== 0,
      acceptLocal: (flags & RPF_ACCEPT_LOCAL) !== 0,
    },
  );
  // where it is not known the rule asks that first, and never comes to the other
  return (flags & RPF_KNOWN) !== 0 ? typeof passes === 'boolean' : passes === true;
}

/** rpfilter_lookup_reverse6 of ip6t_rpfilter.c takes the first header of IPv6 for the protocol. */
const firstHeader = (stages: Stages, packet: number): { readonly proto: number } | undefined =>
  stages.family === 6 && stages.field(packet, Field.IpLen) > IPV6_HEADER
    ? { proto: stages.bytesOf(packet)[6]! }
    : undefined;
