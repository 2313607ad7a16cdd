/** The packet that answers another: of IPv4, made of the bytes of the one that arrived. */

import { encodePacket } from '../input/encode.js';
import { WINDOW } from '../input/resolve.js';
import type { Envelope, FieldPacket, Packet, RawPacket } from '../model/packet.js';
import { crc32c } from '../net/checksum.js';
import { hasPorts, Protocol } from '../net/protocol.js';
import { ACK, FIN, RST, SYN } from '../net/tcp-flags.js';
import { Chunk } from '../run/connections/sctp-chunks.js';

/** What an answer says of itself beside its addresses. */
export type Sender = Pick<
  Envelope,
  'in' | 'out' | 'physin' | 'mac' | 'pkttype' | 'mark' | 'time' | 'uid' | 'gid' | 'path'
>;

/** undefined: nobody answers such a packet. */
export function answerTo(bytes: Uint8Array, sender: Sender): Packet | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const protocol = bytes[9]!;
  const at = (bytes[0]! & 15) << 2;
  const body = bytes.subarray(at);
  const ported = hasPorts(protocol) && body.length >= 4;
  const turned: FieldPacket = {
    kind: 'fields',
    ...sender,
    state: undefined,
    given: NOTHING_GIVEN,
    assumed: [],
    family: 4,
    src: [view.getUint32(16)],
    dst: [view.getUint32(12)],
    protocol,
    ttl: 64,
    tos: bytes[1]!,
    ipid: 0,
    df: false,
    mf: false,
    frag: 0,
    sport: ported ? half(body, 2) : 0,
    dport: ported ? half(body, 0) : 0,
    flags: 0,
    seq: 0,
    ack: 0,
    window: WINDOW,
    tcpopts: NONE,
    type: 0,
    code: 0,
    id: 0,
    payload: NONE,
    length: undefined,
  };
  switch (protocol) {
    case Protocol.Tcp:
      return segment(body, turned);
    case Protocol.Icmp:
      return message(body, turned);
    case Protocol.Sctp:
      return chunk(body, turned);
    default:
      return { ...turned, payload: ported ? NONE : body.slice() };
  }
}

const NONE = new Uint8Array(0);
const NOTHING_GIVEN: ReadonlySet<string> = new Set();
const TCP_HEADER = 20;
const IP_HEADER = 20;

/** All that was sent is acknowledged; a SYN is answered with its own options, so that both scale their windows. */
function segment(body: Uint8Array, turned: FieldPacket): FieldPacket | undefined {
  const flags = body[13] ?? RST;
  if ((flags & RST) !== 0) return undefined;
  const header = (body[12]! >> 4) << 2;
  const opens = (flags & (SYN | ACK)) === SYN;
  const used = Math.max(0, body.length - header) + Number((flags & SYN) !== 0) + Number((flags & FIN) !== 0);
  return {
    ...turned,
    flags: opens ? SYN | ACK : ACK,
    seq: (flags & ACK) === 0 ? 0 : word(body, 8),
    ack: (word(body, 4) + used) >>> 0,
    tcpopts: opens ? body.slice(TCP_HEADER, header) : NONE,
  };
}

/** Queries and their replies, by their types: each answers the other, a reply by the next query. */
const QUERIES: Readonly<Record<number, number>> = { 8: 0, 13: 14, 15: 16, 17: 18 };
const REPLIES: Readonly<Record<number, number>> = { 0: 8, 14: 13, 16: 15, 18: 17 };

function message(body: Uint8Array, turned: FieldPacket): FieldPacket | undefined {
  const [asked, told] = [REPLIES[body[0]!], QUERIES[body[0]!]];
  const type = asked ?? told;
  if (type === undefined) return undefined;
  const seq = (half(body, 6) + Number(asked !== undefined)) & 0xffff;
  return { ...turned, type, id: half(body, 4), seq, payload: body.slice(8) };
}

/** What follows each chunk; those that nothing follows are left out. */
const CHUNKS: Readonly<Record<number, number>> = {
  [Chunk.Init]: Chunk.InitAck,
  [Chunk.InitAck]: Chunk.CookieEcho,
  [Chunk.CookieEcho]: Chunk.CookieAck,
  [Chunk.CookieAck]: Chunk.Data,
  [Chunk.Data]: Chunk.Data,
  [Chunk.Heartbeat]: Chunk.HeartbeatAck,
  [Chunk.HeartbeatAck]: Chunk.Heartbeat,
  [Chunk.Shutdown]: Chunk.ShutdownAck,
  [Chunk.ShutdownAck]: Chunk.ShutdownComplete,
};
const SCTP_HEADER = 12;
const CHUNK_HEADER = 4;
const TAG = 4;
const CHECKSUM = 8;
const INIT_TAG = SCTP_HEADER + CHUNK_HEADER;
/** Of the tag that the answer asks for nothing is known; it is made to differ from the one that came. */
const OTHER_TAG = 0x80;

/** It bears the tag that an INIT asks for; any other packet's own, as the one of its direction is not known. */
function chunk(body: Uint8Array, turned: FieldPacket): RawPacket | undefined {
  const came = body[SCTP_HEADER];
  const type = came === undefined ? undefined : CHUNKS[came];
  if (type === undefined) return undefined;
  const init = came === Chunk.Init || came === Chunk.InitAck;
  const tag = init ? word(body, INIT_TAG) : word(body, TAG);
  const payload = type === Chunk.InitAck ? body.slice(SCTP_HEADER) : new Uint8Array(CHUNK_HEADER);
  payload[0] = type;
  if (type === Chunk.InitAck) payload[CHUNK_HEADER + 3]! ^= OTHER_TAG;
  else payload[3] = CHUNK_HEADER;
  const bytes = encodePacket({ ...turned, payload });
  const packet = bytes.subarray(IP_HEADER);
  const put = (at: number, value: number, little: boolean) =>
    new DataView(packet.buffer, packet.byteOffset).setUint32(at, value, little);
  put(TAG, tag, false);
  put(CHECKSUM, 0, true);
  put(CHECKSUM, crc32c(packet), true);
  return { ...turned, kind: 'raw', bytes };
}

const half = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const word = (bytes: Uint8Array, at: number): number => ((half(bytes, at) << 16) | half(bytes, at + 2)) >>> 0;
