/** The queries of ICMP and ICMPv6: net/netfilter/nf_conntrack_proto_icmp.c, net/netfilter/nf_conntrack_proto_icmpv6.c. */
import { icmpProtocol } from '../../net/protocol.js';
import { whyNoQuery, whyNoQuery6 } from './beginnings.js';
import { invalid, type TrackQuestion, type TrackVerdict } from './question.js';
import { ORIGINAL, TupleWord } from './tuples.js';

/** nf_conntrack_icmp_packet, nf_conntrack_icmpv6_packet. */
export function trackIcmp({ table, entry, packet, settings }: TrackQuestion): TrackVerdict {
  const { family } = table.addresses;
  if (packet.protocol !== icmpProtocol(family)) return invalid('icmp-other-family');
  const asked = (table.tuple(entry, ORIGINAL)[TupleWord.Ports]! >>> 8) & 255;
  const why = family === 4 ? whyNoQuery(asked) : whyNoQuery6(asked);
  return why === undefined ? { kind: 'accept', seconds: family === 4 ? settings.icmp : settings.icmpv6 } : invalid(why);
}
