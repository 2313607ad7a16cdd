/** The packet that answers another, made of the bytes of the one that arrived. */

import { encodePacket } from '../input/encode.js';
import { WINDOW } from '../input/resolve.js';
import type { Envelope, FieldPacket, Packet, RawPacket } from '../model/packet.js';
import type { Family, Words } from '../net/address.js';
import { crc32c } from '../net/checksum.js';
import { behindExtensions, IPV6_HEADER } from '../net/ipv6-headers.js';
import { hasPorts, Protocol } from '../net/protocol.js';
import { ACK, FIN, RST, SYN } from '../net/tcp-flags.js';
import { Chunk } from '../run/connections/sctp-chunks.js';

/** What an answer says of itself beside its addresses. */
export type Sender = Pick<
  Envelope,
  'in' | 'out' | 'mac' | 'pkttype' | 'mark' | 'time' | 'uid' | 'gid' | 'path' | 'told'
>;

/** undefined: nobody answers such a packet. */
export function answerTo(bytes: Uint8Array, sender: Sender): Packet | undefined {
  const arrived = headerOf(bytes);
  if (arrived === undefined) return undefined;
  const { family, src, dst, protocol, tos, body } = arrived;
  const ported = hasPorts(protocol) && body.length >= 4;
  const turned: FieldPacket = {
    kind: 'fields',
    ...sender,
    state: undefined,
    given: NOTHING_GIVEN,
    assumed: [],
    family,
    src: dst,
    dst: src,
    protocol,
    ttl: 64,
    tos,
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
    case Protocol.Icmpv6:
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
const IP_HEADER: Readonly<Record<Family, number>> = { 4: 20, 6: IPV6_HEADER };

interface Header {
  readonly family: Family;
  readonly src: Words;
  readonly dst: Words;
  readonly protocol: number;
  readonly tos: number;
  /** what stands behind it. */
  readonly body: Uint8Array;
}

/** undefined: nothing stands behind it that could be answered. */
function headerOf(bytes: Uint8Array): Header | undefined {
  const words = (at: number, count: number): Words => Array.from({ length: count }, (_, i) => word(bytes, at + 4 * i));
  if (bytes[0]! >> 4 === 4) {
    const body = bytes.subarray((bytes[0]! & 15) << 2);
    return { family: 4, src: words(12, 1), dst: words(16, 1), protocol: bytes[9]!, tos: bytes[1]!, body };
  }
  const behind = behindExtensions(bytes);
  if (behind === undefined) return undefined;
  const tos = (half(bytes, 0) >> 4) & 0xff;
  const body = bytes.subarray(behind.at);
  return { family: 6, src: words(8, 4), dst: words(24, 4), protocol: behind.protocol, tos, body };
}

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
const QUERIES: Readonly<Record<Family, Readonly<Record<number, number>>>> = {
  4: { 8: 0, 13: 14, 15: 16, 17: 18 },
  6: { 128: 129, 139: 140 },
};
const REPLIES: typeof QUERIES = { 4: { 0: 8, 14: 13, 16: 15, 18: 17 }, 6: { 129: 128, 140: 139 } };

function message(body: Uint8Array, turned: FieldPacket): FieldPacket | undefined {
  const { family } = turned;
  const [asked, told] = [REPLIES[family][body[0]!], QUERIES[family][body[0]!]];
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
  const packet = bytes.subarray(IP_HEADER[turned.family]);
  const put = (at: number, value: number, little: boolean) =>
    new DataView(packet.buffer, packet.byteOffset).setUint32(at, value, little);
  put(TAG, tag, false);
  put(CHECKSUM, 0, true);
  put(CHECKSUM, crc32c(packet), true);
  return { ...turned, kind: 'raw', bytes };
}

const half = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const word = (bytes: Uint8Array, at: number): number => ((half(bytes, at) << 16) | half(bytes, at + 2)) >>> 0;
