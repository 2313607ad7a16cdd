/**
 * Whether a TCP segment lies in the window that its receiver left open, and what it tells of both sides: tcp_in_window of
 * net/netfilter/nf_conntrack_proto_tcp.c.
 */

import { ACK, RST, SYN } from '../../net/tcp-flags.js';
import { type ProtocolParts, TcpByte, TcpFlag, TcpWord } from './protocol-parts.js';
import { agreedOptions, isAfter, selectiveAck, type TcpSegment } from './tcp-segment.js';
import { Segment, TcpState } from './tcp-states.js';

/** That it is beyond the window, or acknowledges what nobody has sent. */
type WindowFault = 'tcp-beyond-window' | 'tcp-ack-unseen';
export type WindowVerdict = 'accept' | 'ignore' | WindowFault;

/** Bytes that an acknowledgement may lag behind. */
const LEAST_ACK_WINDOW = 66000;

/** `liberal`: nf_conntrack_tcp_be_liberal. */
export function checkWindow(
  parts: ProtocolParts,
  entry: number,
  direction: number,
  segment: TcpSegment,
  liberal: boolean,
): WindowVerdict {
  const sender = direction;
  const receiver = 1 - direction;
  const of = (word: TcpWord, side: number) => parts.word(entry, word + side);
  const set = (word: TcpWord, side: number, value: number) => parts.setWord(entry, word + side, value);
  const state = parts.byte(entry, TcpByte.State);
  const { flags } = segment;
  let { seq, ack, end } = segment;
  let sack = parts.hasFlag(entry, receiver, TcpFlag.SackPermitted) ? selectiveAck(segment.options, ack) : ack;

  if (of(TcpWord.MaxWindow, sender) === 0) {
    if ((flags & SYN) !== 0) {
      beginSide(parts, entry, direction, segment);
      // both sides open at once
      if ((flags & ACK) === 0) return 'accept';
    } else {
      // the connection was not seen from its beginning
      set(TcpWord.End, sender, end);
      const window = (segment.window << parts.byte(entry, TcpByte.Scale + sender)) >>> 0;
      set(TcpWord.MaxWindow, sender, window || 1);
      set(TcpWord.MaxEnd, sender, end + (window || 1));
      if (of(TcpWord.MaxWindow, receiver) === 0) {
        set(TcpWord.End, receiver, sack);
        set(TcpWord.MaxEnd, receiver, sack);
      } else if (sack === (of(TcpWord.End, receiver) + 1) >>> 0) set(TcpWord.End, receiver, sack);
    }
  } else if (
    (flags & SYN) !== 0 &&
    isAfter(end, of(TcpWord.End, sender)) &&
    (state === TcpState.SynSent || state === TcpState.SynRecv)
  ) {
    // it begins anew, behind what it used
    beginSide(parts, entry, direction, segment);
    if (direction === 1 && (flags & ACK) === 0) return 'accept';
  }

  if ((flags & ACK) === 0 || ((flags & RST) !== 0 && ack === 0)) ack = sack = of(TcpWord.End, receiver);
  // a reset that answers a SYN
  if ((flags & RST) !== 0 && seq === 0 && state === TcpState.SynSent) seq = end = of(TcpWord.End, sender);

  const fault = faultOf({ parts, entry, sender, receiver }, { seq, end, sack });
  if (fault !== undefined) {
    if (fault === 'ignore-more') {
      set(TcpWord.End, sender, end);
      parts.setFlag(entry, sender, TcpFlag.Unacknowledged);
    }
    if (liberal || parts.hasFlag(entry, sender, TcpFlag.Liberal)) return 'accept';
    return fault === 'ignore-more' ? 'ignore' : fault;
  }
  update(parts, entry, direction, segment, { seq, ack, end, sack });
  return 'accept';
}

interface Sides {
  readonly parts: ProtocolParts;
  readonly entry: number;
  readonly sender: number;
  readonly receiver: number;
}

/** undefined: it is in the window; 'ignore-more': it sends more than the receiver's window lets it. */
function faultOf(
  { parts, entry, sender, receiver }: Sides,
  { seq, end, sack }: { readonly seq: number; readonly end: number; readonly sack: number },
): WindowFault | 'ignore' | 'ignore-more' | undefined {
  const of = (word: TcpWord, side: number) => parts.word(entry, word + side);
  const open = of(TcpWord.MaxWindow, receiver);
  const inWindow = isAfter(end, of(TcpWord.End, sender) - open - 1);
  const ackWindow = Math.max(of(TcpWord.MaxWindow, sender), LEAST_ACK_WINDOW);
  const ackIsLate = !isAfter(sack, of(TcpWord.End, receiver) - ackWindow - 1);
  const ackIsSeen = isAfter(of(TcpWord.End, receiver) + 1, sack);
  if (!isAfter(of(TcpWord.MaxEnd, sender) + 1, seq)) {
    const over = (end - of(TcpWord.MaxEnd, sender) + 1) >>> 0;
    return open !== 0 && inWindow && !ackIsLate && over <= open && ackIsSeen ? 'ignore-more' : 'tcp-beyond-window';
  }
  if (!ackIsSeen) return 'tcp-ack-unseen';
  if (open !== 0 && !inWindow) return 'ignore';
  return ackIsLate ? 'ignore' : undefined;
}

/** tcp_init_sender: SYN, or SYN/ACK, tells all of its side. */
function beginSide(parts: ProtocolParts, entry: number, direction: number, { end, window, options }: TcpSegment): void {
  parts.setWord(entry, TcpWord.End + direction, end);
  parts.setWord(entry, TcpWord.MaxEnd + direction, end);
  parts.setWord(entry, TcpWord.MaxWindow + direction, window || 1);
  agree(parts, entry, direction, options);
  const both = [0, 1].every((side) => parts.hasFlag(entry, side, TcpFlag.WindowScale));
  if (direction === 0 || both) return;
  // scaling needs the option on both sides
  for (const side of [0, 1]) parts.setByte(entry, TcpByte.Scale + side, 0);
}

/** Takes over what a SYN's options say of its side. */
export function agree(parts: ProtocolParts, entry: number, direction: number, options: Uint8Array): void {
  const agreed = agreedOptions(options);
  if (agreed === undefined) return;
  parts.setByte(entry, TcpByte.Scale + direction, agreed.scale ?? 0);
  const liberal = parts.byte(entry, TcpByte.Flags + direction) & TcpFlag.Liberal;
  parts.setByte(entry, TcpByte.Flags + direction, liberal | flagsOf(agreed));
}

export const flagsOf = ({ scale, sackPermitted }: NonNullable<ReturnType<typeof agreedOptions>>): number =>
  (scale === undefined ? 0 : TcpFlag.WindowScale) | (sackPermitted ? TcpFlag.SackPermitted : 0);

/** Numbers as they are taken, which may be others than those of the header. */
interface Taken {
  readonly seq: number;
  readonly ack: number;
  readonly end: number;
}

function update(
  parts: ProtocolParts,
  entry: number,
  direction: number,
  segment: TcpSegment,
  taken: Taken & { readonly sack: number },
): void {
  const sender = direction;
  const receiver = 1 - direction;
  const of = (word: TcpWord, side: number) => parts.word(entry, word + side);
  const set = (word: TcpWord, side: number, value: number) => parts.setWord(entry, word + side, value);
  const { flags } = segment;
  const { ack, end, sack } = taken;
  const scale = (flags & SYN) === 0 ? parts.byte(entry, TcpByte.Scale + sender) : 0;
  const window = (segment.window << scale) >>> 0;
  set(TcpWord.MaxWindow, sender, Math.max(of(TcpWord.MaxWindow, sender), (window + sack - ack) >>> 0));
  if (isAfter(end, of(TcpWord.End, sender))) {
    set(TcpWord.End, sender, end);
    parts.setFlag(entry, sender, TcpFlag.Unacknowledged);
  }
  const more = !parts.hasFlag(entry, sender, TcpFlag.MaxAckSet) || isAfter(ack, of(TcpWord.MaxAck, sender));
  if ((flags & ACK) !== 0 && more) {
    set(TcpWord.MaxAck, sender, ack);
    parts.setFlag(entry, sender, TcpFlag.MaxAckSet);
  }
  const beyond = isAfter(end, of(TcpWord.MaxEnd, sender));
  if (of(TcpWord.MaxWindow, receiver) !== 0 && beyond)
    set(TcpWord.MaxWindow, receiver, of(TcpWord.MaxWindow, receiver) + end - of(TcpWord.MaxEnd, sender));
  if (isAfter(sack + window, of(TcpWord.MaxEnd, receiver) - 1))
    set(TcpWord.MaxEnd, receiver, sack + window + Number(window === 0));
  if (ack === of(TcpWord.End, receiver)) parts.clearFlag(entry, receiver, TcpFlag.Unacknowledged);
  if (segment.kind === Segment.Ack) countAgain(parts, entry, direction, taken, segment.window);
}

/** How often the same segment came, one after the other. */
function countAgain(
  parts: ProtocolParts,
  entry: number,
  direction: number,
  { seq, ack, end }: Taken,
  window: number,
): void {
  const same =
    parts.byte(entry, TcpByte.LastDirection) === direction &&
    parts.word(entry, TcpWord.LastSeq) === seq &&
    parts.word(entry, TcpWord.LastAck) === ack &&
    parts.word(entry, TcpWord.LastEnd) === end &&
    parts.word(entry, TcpWord.LastWindow) === window;
  if (same) {
    parts.setByte(entry, TcpByte.Retransmitted, parts.byte(entry, TcpByte.Retransmitted) + 1);
    return;
  }
  parts.setByte(entry, TcpByte.LastDirection, direction);
  parts.setWord(entry, TcpWord.LastSeq, seq);
  parts.setWord(entry, TcpWord.LastAck, ack);
  parts.setWord(entry, TcpWord.LastEnd, end);
  parts.setWord(entry, TcpWord.LastWindow, window);
  parts.setByte(entry, TcpByte.Retransmitted, 0);
}
