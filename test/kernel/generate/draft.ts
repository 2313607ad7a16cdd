/**
 * A packet while it is being thought of: its fields as numbers, and what becomes of them as a packet of the scenario.
 * Rules are made around drafts, and packets are made from the drafts of the rules, which is why they meet.
 */
import type { PacketSpec } from '../packets.js';
import { drawnFamily, ipText } from './address.js';

export interface Draft {
  /** the device it arrives on; null: sent by the host. */
  in: string | null;
  /** the device it should leave by; 'lo' for the host's own addresses. */
  out: string;
  mark: number;
  src: number;
  dst: number;
  proto: number;
  sport: number;
  dport: number;
  flags: number;
  /** the value of its MSS option; undefined: it carries none. */
  mss: number | undefined;
  /** TCP options besides, as hex. */
  tcpopts: string;
  type: number;
  code: number;
  id: number;
  chunks: number[];
  ttl: number;
  tos: number;
  df: boolean;
  mf: boolean;
  frag: number;
  /** bytes behind the transport header, zeros unless `quote` says otherwise. */
  size: number;
  /** what an ICMP error quotes, as hex. */
  quote: string | undefined;
  /** where it is malformed, and how. */
  faults: Partial<PacketSpec>;
}

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const SCTP = 132;
const ICMPV6 = 58;
/** What ICMPv6 has for the drafts' types. */
const TYPES_6: Readonly<Record<number, number>> = {
  8: 128,
  0: 129,
  3: 1,
  4: 2,
  11: 3,
  12: 4,
  5: 137,
  13: 133,
  14: 135,
  17: 130,
  18: 139,
};
export const hasPorts = (proto: number): boolean => [TCP, UDP, SCTP, 136, 33].includes(proto);
export const isIcmpError = (type: number): boolean => [3, 4, 5, 11, 12].includes(type);

/** The other direction, as it were if nothing was translated. */
export const turned = (d: Draft): Draft => ({
  ...d,
  src: d.dst,
  dst: d.src,
  sport: d.dport,
  dport: d.sport,
  in: d.out === 'lo' ? null : d.out,
  out: d.in ?? 'lo',
  mark: 0,
});

export function specOf(d: Draft, ipId: number): PacketSpec {
  const spec: PacketSpec = { src: ipText(d.src), dst: ipText(d.dst), proto: d.proto, ttl: d.ttl, tos: d.tos, ipId };
  if (d.proto === ICMP && drawnFamily() === 6) spec.proto = ICMPV6;
  if (d.df) spec.df = true;
  if (d.mf) spec.mf = true;
  if (d.frag > 0) spec.frag = d.frag;
  if (hasPorts(d.proto)) {
    spec.sport = d.sport;
    spec.dport = d.dport;
  }
  if (d.proto === TCP) {
    spec.flags = d.flags;
    // both sides count from 1000, so that answers are inside the window
    spec.seq = d.flags & 2 ? 1000 : 1001;
    spec.ack = d.flags & 0x10 ? 1001 : 0;
    const mss = d.mss === undefined ? '' : `0204${d.mss.toString(16).padStart(4, '0')}`;
    if (mss + d.tcpopts !== '') spec.tcpopts = mss + d.tcpopts;
  }
  if (d.proto === ICMP) {
    spec.type = drawnFamily() === 6 ? (TYPES_6[d.type] ?? d.type) : d.type;
    spec.code = d.code;
    spec.id = d.id;
  }
  if (d.proto === SCTP) spec.chunks = d.chunks;
  if (d.quote !== undefined) spec.payload = d.quote;
  else if (d.size > 0) spec.payload = '00'.repeat(d.size);
  return { ...spec, ...d.faults };
}
