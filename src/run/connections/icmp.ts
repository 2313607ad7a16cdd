/** ICMP's queries: net/netfilter/nf_conntrack_proto_icmp.c. */
import { invalid, type TrackQuestion, type TrackVerdict } from './question.js';
import { ORIGINAL, TupleWord } from './table.js';

const QUERIES: readonly number[] = [8, 13, 15, 17];
const ERRORS: readonly number[] = [3, 4, 5, 11, 12];

/** icmp_is_err: it is about a packet of another connection, which it quotes. */
export const isIcmpError = (type: number): boolean => ERRORS.includes(type);

/** Why a message of such a type begins no connection (valid_new); undefined: it does. */
export function whyNoQuery(type: number): string | undefined {
  if (QUERIES.includes(type)) return undefined;
  return isIcmpError(type) ? 'icmp-error' : 'icmp-not-a-query';
}

/** nf_conntrack_icmp_packet. */
export function trackIcmp({ table, entry, settings }: TrackQuestion): TrackVerdict {
  const asked = (table.tuple(entry, ORIGINAL)[TupleWord.Ports]! >>> 8) & 255;
  const why = whyNoQuery(asked);
  return why === undefined ? { kind: 'accept', seconds: settings.icmp } : invalid(why);
}
