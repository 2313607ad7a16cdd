/** GRE: net/netfilter/nf_conntrack_proto_gre.c. */
import type { TrackQuestion, TrackVerdict } from './question.js';
import { answered } from './udp.js';

const PPP = 0x880b;

/** gre_pkt_to_tuple: version 1 carries PPP alone. A header that is cut is no fault. */
export function isKnownGre(transport: Uint8Array): boolean {
  const [, flags = 0, high = 0, low = 0] = transport;
  return transport.length < 8 || (flags & 7) !== 1 || ((high << 8) | low) === PPP;
}

/** nf_conntrack_gre_packet. */
export const trackGre = ({ table, entry, settings }: TrackQuestion): TrackVerdict =>
  answered(table.status(entry), settings.gre, settings.greStream);
