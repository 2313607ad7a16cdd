/**
 * A packet while it is being thought of: its fields as numbers, and what becomes of them as a packet of the scenario.
 * Rules are made around drafts, and packets are made from the drafts of the rules, which is why they meet.
 */
import type { PacketSpec } from '../packets.js';
import { drawnFamily, ipText } from './address.js';
import type { ExtHeader } from './header6.js';

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
  /** of ESP and AH; of IPComp the last 16 bits. */
  spi: number;
  /** of DCCP. */
  dccp: number;
  ttl: number;
  tos: number;
  df: boolean;
  mf: boolean;
  frag: number;
  /** what the payload begins with, as far as there is room. */
  text: string;
  /** bytes behind the transport header, zeros behind `text`, unless `quote` says otherwise. */
  size: number;
  /** what an ICMP error quotes, as hex. */
  quote: string | undefined;
  /** extension headers of IPv6. */
  ext: ExtHeader[];
  /** where it is malformed, and how. */
  faults: Partial<PacketSpec>;
}

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const SCTP = 132;
export const DCCP = 33;
export const MOBILITY = 135;
export const ESP = 50;
export const AH = 51;
export const IPCOMP = 108;
/** The ICMP of the other family: ICMPv6 in IPv4. */
export const FOREIGN_ICMP = 58;
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
  15: 139,
  16: 140,
  17: 130,
  18: 132,
};
/** The number of a draft's protocol in its family. */
export function protocolOf(proto: number): number {
  if (drawnFamily() === 4) return proto;
  return proto === ICMP ? FOREIGN_ICMP : proto === FOREIGN_ICMP ? ICMP : proto;
}
/** The type of a draft's ICMP in its family. */
export const typeOfIcmp = (type: number): number => (drawnFamily() === 6 ? (TYPES_6[type] ?? type) : type);
/** The draft's type of one in its family. */
export const draftedType = (type: number): number =>
  Number(Object.keys(TYPES_6).find((drafted) => typeOfIcmp(Number(drafted)) === type) ?? type);
export const hasPorts = (proto: number): boolean => [TCP, UDP, SCTP, 136, 33].includes(proto);
export const isIcmpError = (type: number): boolean => [3, 4, 5, 11, 12].includes(type);

/** Whose socket sends it, where the host does. */
export function ownerOf(d: Draft): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = OWNERS[(d.sport + d.id + d.size) % OWNERS.length]!;
  return { uid, gid };
}
const OWNERS = [
  [0, 0],
  [1000, 1001],
  [33, 33],
  [65534, 0],
] as const;

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

/** What stands before the payload of a protocol that packets know no fields of. */
function headerOf({ proto, spi, dccp, frag, type }: Draft): string {
  const word = spi.toString(16).padStart(8, '0');
  if (frag > 0) return '';
  if (proto === MOBILITY) return `3b00${type.toString(16).padStart(2, '0')}0000000000`;
  if (proto === ESP) return `${word}00000001`;
  if (proto === AH) return `06040000${word}${'00'.repeat(16)}`;
  if (proto === IPCOMP) return `0400${word.slice(4)}`;
  // what each type has behind the common header, and an option
  return proto === DCCP ? `${'00'.repeat(DCCP_BYTES[dccp] ?? 12)}${DCCP_OPTION}` : '';
}

const DCCP_BYTES = [4, 12, 0, 8, 8, 8, 8, 12, 8, 8];
/** Of two words. */
const DCCP_OPTION = '2603010000000000';

export function specOf(d: Draft, ipId: number): PacketSpec {
  const spec: PacketSpec = {
    src: ipText(d.src),
    dst: ipText(d.dst),
    proto: protocolOf(d.proto),
    ttl: d.ttl,
    tos: d.tos,
    ipId,
  };
  if (d.ext.length > 0) spec.ext = d.ext;
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
    spec.type = typeOfIcmp(d.type);
    spec.code = d.code;
    spec.id = d.id;
  }
  if (d.proto === SCTP) spec.chunks = d.chunks;
  if (d.proto === DCCP) {
    spec.dccpType = 2 * d.dccp;
    spec.doff = 5 + (DCCP_BYTES[d.dccp] ?? 12) / 4;
  }
  const head = headerOf(d);
  if (d.quote !== undefined) spec.payload = d.quote;
  else if (head !== '' || d.size > 0)
    spec.payload =
      head +
      Buffer.from(d.text.slice(0, d.size))
        .toString('hex')
        .padEnd(2 * d.size, '0');
  return { ...spec, ...d.faults };
}
