/** What connection tracking makes of an SCTP packet: nf_conntrack_sctp_packet of net/netfilter/nf_conntrack_proto_sctp.c. */
import { CT_STATUS_CONFIRMED } from '../../abi.js';
import type { InvalidReason } from '../../model/invalid-reason.js';
import { type ProtocolParts, SctpByte, SctpFlag, SctpWord } from './protocol-parts.js';
import { invalid, type TrackVerdict } from './question.js';
import { areBeginning, Chunk, type ChunkHeader, readChunks } from './sctp-chunks.js';
import { SctpState, sctpStateAfter } from './sctp-states.js';

const ORIGINAL = 0;
const REPLY = 1;
/** The tag is the one that the receiver's own packets bear. */
const FLAG_T = 1;

/** Packets with one of these have their tag looked at with the chunk. */
const TAG_WITH_CHUNK: readonly number[] = [
  Chunk.Init,
  Chunk.ShutdownComplete,
  Chunk.CookieEcho,
  Chunk.Abort,
  Chunk.ShutdownAck,
  Chunk.Heartbeat,
  Chunk.HeartbeatAck,
];

/** A packet's association, as the steps below change it. */
class Association {
  constructor(
    private readonly parts: ProtocolParts,
    private readonly entry: number,
    readonly direction: number,
    /** the packet's. */
    readonly tag: number,
  ) {}

  tagOf(side: number): number {
    return this.parts.word(this.entry, SctpWord.Tag + side);
  }
  setTag(side: number, tag: number): void {
    this.parts.setWord(this.entry, SctpWord.Tag + side, tag);
    this.clearFlag(SctpFlag.TagUnknown << side);
  }
  /** The packet's tag is a side's; where nobody knows that, it is from now on. */
  bears(side: number): boolean {
    if (this.hasFlag(SctpFlag.TagUnknown << side)) this.setTag(side, this.tag);
    return this.tag === this.tagOf(side);
  }

  get(byte: SctpByte): number {
    return this.parts.byte(this.entry, byte);
  }
  set(byte: SctpByte, value: number): void {
    this.parts.setByte(this.entry, byte, value);
  }
  hasFlag(flag: number): boolean {
    return (this.get(SctpByte.Flags) & flag) !== 0;
  }
  setFlag(flag: number): void {
    this.set(SctpByte.Flags, this.get(SctpByte.Flags) | flag);
  }
  clearFlag(flag: number): void {
    this.set(SctpByte.Flags, this.get(SctpByte.Flags) & ~flag);
  }
}

/** What is asked of a packet: of which entry, which direction it has, the entry's status, seconds by SctpState. */
export interface SctpQuestion {
  readonly parts: ProtocolParts;
  readonly entry: number;
  readonly direction: number;
  readonly status: number;
  readonly transport: Uint8Array;
  readonly timeouts: readonly number[];
}

/** A packet of an association, its first one too. */
export function trackSctp({ parts, entry, direction, status, transport, timeouts }: SctpQuestion): TrackVerdict {
  const chunks = readChunks(transport);
  if (chunks === undefined) return invalid('sctp-chunks');
  const tag = new DataView(transport.buffer, transport.byteOffset, transport.byteLength).getUint32(4);
  const association = new Association(parts, entry, direction, tag);
  const confirmed = (status & CT_STATUS_CONFIRMED) !== 0;
  if (!confirmed) {
    const fault = begin(association, chunks);
    if (fault !== undefined) return invalid(fault);
  }
  const tagWaits = chunks.some(({ type }) => TAG_WITH_CHUNK.includes(type));
  if (!tagWaits && !association.bears(direction)) return invalid('sctp-tag');

  const strict = chunks.some(({ type }) => type === Chunk.Data);
  let assured = false;
  let keepsTime = false;
  for (const chunk of chunks) {
    const tagged = checkTag(association, chunk, strict || keepsTime);
    if (tagged === 'odd heartbeat') {
      keepsTime = true;
      continue;
    }
    if (tagged !== undefined) return { ...invalid(tagged), assured };
    const before = association.get(SctpByte.State);
    const after = sctpStateAfter(direction, chunk.type, before);
    if (after === SctpState.Invalid) return { ...invalid('sctp-state'), assured };
    const fault = takeTag(association, chunk, before);
    if (fault !== undefined) return { ...invalid(fault), assured };
    // an INIT that is sent again does not keep its entry alive
    if (chunk.type === Chunk.Init && before === SctpState.Closed && after === SctpState.Closed && confirmed)
      keepsTime = true;
    association.set(SctpByte.State, after);
    if (after === SctpState.Established && before !== after) assured = true;
  }
  if (keepsTime) return { kind: 'accept', assured };
  return { kind: 'accept', assured, seconds: timeouts[association.get(SctpByte.State)] };
}

/** sctp_new; undefined: it begins an association. The tag that INIT names is taken with its chunk. */
function begin(association: Association, chunks: readonly ChunkHeader[]): InvalidReason | undefined {
  if (!areBeginning(chunks)) return 'sctp-chunk';
  const has = (chunk: Chunk) => chunks.some(({ type }) => type === chunk);
  // it wants a SHUTDOWN COMPLETE with its own tag
  if (has(Chunk.ShutdownAck)) association.setTag(REPLY, association.tag);
  // before any chunk is held against it, so that a COOKIE ECHO with a heartbeat behind it bears it
  if (has(Chunk.Heartbeat)) association.setTag(ORIGINAL, association.tag);
  return undefined;
}

/** Whether a chunk may stand in a packet with such a tag (RFC 9260, section 8.5.1); undefined: it may. */
function checkTag(
  association: Association,
  { type, flags }: ChunkHeader,
  strict: boolean,
): 'sctp-tag' | 'odd heartbeat' | undefined {
  const { direction } = association;
  switch (type) {
    case Chunk.Init:
      return association.tag === 0 ? undefined : 'sctp-tag';
    case Chunk.Abort:
    case Chunk.ShutdownComplete:
      return association.bears((flags & FLAG_T) === 0 ? direction : 1 - direction) ? undefined : 'sctp-tag';
    case Chunk.CookieEcho:
      return association.bears(direction) ? undefined : 'sctp-tag';
    case Chunk.CookieAck:
      for (const side of [ORIGINAL, REPLY]) association.set(SctpByte.Init + side, 0);
      return undefined;
    case Chunk.Heartbeat:
    case Chunk.HeartbeatAck:
      return checkHeartbeat(association, type, strict);
    default:
      return undefined;
  }
}

/** A heartbeat with another tag passes; if it is answered with another one too, the association has begun anew. */
function checkHeartbeat(
  association: Association,
  type: number,
  strict: boolean,
): 'sctp-tag' | 'odd heartbeat' | undefined {
  const { direction, tag } = association;
  const own = association.tagOf(direction);
  if (own === 0) association.setTag(direction, tag);
  else if (own === tag) association.clearFlag(SctpFlag.HeartbeatFailed);
  else if (strict) return 'sctp-tag';
  else if (type === Chunk.Heartbeat) {
    association.setFlag(SctpFlag.HeartbeatFailed);
    association.set(SctpByte.LastDirection, direction);
    return 'odd heartbeat';
  } else {
    const failed = association.hasFlag(SctpFlag.HeartbeatFailed);
    if (!failed || association.get(SctpByte.LastDirection) === direction) return 'sctp-tag';
    association.clearFlag(SctpFlag.HeartbeatFailed);
    association.setTag(direction, tag);
    association.setTag(1 - direction, 0);
  }
  return undefined;
}

/** INIT and INIT ACK say which tag the other side's packets bear. */
function takeTag(
  association: Association,
  { type, tag }: ChunkHeader,
  before: number,
): 'sctp-tag' | 'sctp-chunks' | undefined {
  if (type !== Chunk.Init && type !== Chunk.InitAck) return undefined;
  if (tag === undefined) return 'sctp-chunks';
  const { direction } = association;
  const other = 1 - direction;
  const own = association.get(SctpByte.Init + direction) !== 0;
  const others = association.get(SctpByte.Init + other) !== 0;
  const known = association.tagOf(other);
  if (type === Chunk.Init) {
    // one that comes late, or once more, is no other handshake (Linux 6.18.44 has it so, 6.16 had not)
    if (before !== SctpState.None && known === tag) return undefined;
    if (own && others) association.set(SctpByte.Init + other, 0);
    association.set(SctpByte.Init + direction, 1);
  } else {
    // it answers no INIT, or both sides have sent one
    if (!others && known !== 0 && known !== tag) return 'sctp-tag';
    if (own && others && known !== tag) return 'sctp-tag';
  }
  association.setTag(other, tag);
  return undefined;
}
