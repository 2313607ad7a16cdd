/** ICMP's queries: net/netfilter/nf_conntrack_proto_icmp.c. */
import { whyNoQuery } from './beginnings.js';
import { invalid, type TrackQuestion, type TrackVerdict } from './question.js';
import { ORIGINAL, TupleWord } from './tuples.js';

/** nf_conntrack_icmp_packet. */
export function trackIcmp({ table, entry, settings }: TrackQuestion): TrackVerdict {
  const asked = (table.tuple(entry, ORIGINAL)[TupleWord.Ports]! >>> 8) & 255;
  const why = whyNoQuery(asked);
  return why === undefined ? { kind: 'accept', seconds: settings.icmp } : invalid(why);
}
