/** The chunks of an SCTP packet, and whether they begin an association: net/netfilter/nf_conntrack_proto_sctp.c. */
import type { InvalidReason } from '../../model/invalid-reason.js';

/** Types of chunks: RFC 9260, section 3.2. */
export enum Chunk {
  Data = 0,
  Init = 1,
  InitAck = 2,
  Heartbeat = 4,
  HeartbeatAck = 5,
  Abort = 6,
  Shutdown = 7,
  ShutdownAck = 8,
  Error = 9,
  CookieEcho = 10,
  CookieAck = 11,
  ShutdownComplete = 14,
}

export interface ChunkHeader {
  readonly type: number;
  readonly flags: number;
  /** Of INIT and INIT ACK: the tag that the other side's packets are to bear; undefined: their header is cut. */
  readonly tag: number | undefined;
}

const HEADER = 12;
const INIT_HEADER = 16;

/** Chunks that stand first or not at all, and those that stand alone. */
const FIRST: readonly number[] = [Chunk.CookieAck, Chunk.CookieEcho];
const ALONE: readonly number[] = [Chunk.Init, Chunk.InitAck, Chunk.ShutdownComplete];
/** Chunks that have a state to begin with (sctp_conntracks), but for those that sctp_new refuses. */
const BEGINNING: readonly number[] = [
  Chunk.Init,
  Chunk.InitAck,
  Chunk.Heartbeat,
  Chunk.HeartbeatAck,
  Chunk.Shutdown,
  Chunk.ShutdownAck,
  Chunk.Error,
  Chunk.CookieEcho,
];
/** Chunks that say which tag their packet bears, where nobody has said it. */
const TAG_SAYING: readonly number[] = [Chunk.Heartbeat, Chunk.HeartbeatAck, Chunk.ShutdownAck];

/** The packet's chunks, as far as their headers are whole; undefined: they cannot stand so (do_basic_checks). */
export function readChunks(packet: Uint8Array): ChunkHeader[] | undefined {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const chunks: ChunkHeader[] = [];
  let alone = false;
  for (let at = HEADER; at + 4 <= packet.length; ) {
    const type = packet[at]!;
    const length = view.getUint16(at + 2);
    if (ALONE.includes(type)) alone = true;
    if (length === 0 || (chunks.length > 0 && (alone || FIRST.includes(type)))) return undefined;
    const whole = at + 4 + INIT_HEADER <= packet.length;
    chunks.push({ type, flags: packet[at + 1]!, tag: whole ? view.getUint32(at + 4) : undefined });
    at += (length + 3) & ~3;
  }
  return chunks.length > 0 ? chunks : undefined;
}

/** sctp_new: each chunk is looked at as if it were the first. */
export const areBeginning = (chunks: readonly ChunkHeader[]): boolean =>
  chunks.every(({ type }) => BEGINNING.includes(type));

/** Why a packet begins no association; undefined: it does. What trackSctp says of the first packet of an entry. */
export function whyNoAssociation(packet: Uint8Array): InvalidReason | undefined {
  const chunks = readChunks(packet);
  if (chunks === undefined) return 'sctp-chunks';
  if (!areBeginning(chunks)) return 'sctp-chunk';
  const has = (types: readonly number[]) => chunks.some(({ type }) => types.includes(type));
  const tagged = packet.subarray(4, 8).some((byte) => byte !== 0);
  const bears = has(TAG_SAYING) && !has([Chunk.Init]) && (!has([Chunk.CookieEcho]) || has([Chunk.Heartbeat]));
  if (tagged && !bears) return 'sctp-tag';
  const [{ type, tag }] = chunks as [ChunkHeader];
  return (type === Chunk.Init || type === Chunk.InitAck) && tag === undefined ? 'sctp-chunks' : undefined;
}
