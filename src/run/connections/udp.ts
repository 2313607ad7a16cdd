/** UDP and UDP-Lite: net/netfilter/nf_conntrack_proto_udp.c. */
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_NAT_CLASH,
  CT_STATUS_SEEN_REPLY,
  UdpWord,
} from '../../abi.js';
import type { TrackQuestion, TrackVerdict } from './question.js';
import { isAfter } from './tcp-segment.js';

/** Milliseconds after which packets in both directions are a stream. */
export const STREAM_AFTER = 2000;

/** nf_conntrack_udp_packet. */
export function trackUdp({ table, entry, now, settings }: TrackQuestion): TrackVerdict {
  const { parts } = table;
  const status = table.status(entry);
  if ((status & CT_STATUS_CONFIRMED) === 0) parts.setWord(entry, UdpWord.Stream, now + STREAM_AFTER);
  if ((status & CT_STATUS_SEEN_REPLY) === 0) return { kind: 'accept', seconds: settings.udp };
  // what is assured was a stream already, also once the word has come round
  const assured = (status & CT_STATUS_ASSURED) !== 0;
  const stream = assured || isAfter(now, parts.word(entry, UdpWord.Stream));
  if (!stream) return { kind: 'accept', seconds: settings.udp };
  return { kind: 'accept', seconds: settings.udpStream, assured: !assured && (status & CT_STATUS_NAT_CLASH) === 0 };
}

/** nf_conntrack_udplite_packet. */
export function trackUdpLite({ table, entry, settings }: TrackQuestion): TrackVerdict {
  return answered(table.status(entry), settings.udp, settings.udpStream);
}

/** One time until there was an answer, another from then on. */
export function answered(status: number, first: number, stream: number): TrackVerdict {
  if ((status & CT_STATUS_SEEN_REPLY) === 0) return { kind: 'accept', seconds: first };
  return { kind: 'accept', seconds: stream, assured: (status & (CT_STATUS_ASSURED | CT_STATUS_NAT_CLASH)) === 0 };
}
