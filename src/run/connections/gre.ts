/** GRE: net/netfilter/nf_conntrack_proto_gre.c. */
import type { TrackQuestion, TrackVerdict } from './question.js';
import { answered } from './udp.js';

/** nf_conntrack_gre_packet. */
export const trackGre = ({ table, entry, settings }: TrackQuestion): TrackVerdict =>
  answered(table.status(entry), settings.gre, settings.greStream);
