/**
 * Whether a TCP segment lies in the window that its receiver left open, and what it tells of both sides: tcp_in_window of
 * net/netfilter/nf_conntrack_proto_tcp.c.
 */

import { LEAST_ACK_WINDOW, TcpByte, TcpFlag, TcpWord } from '../../abi.js';
import { ACK, RST, SYN } from '../../net/tcp-flags.js';
import type { ProtocolParts } from './protocol-parts.js';
import { agreedOptions, isAfter, selectiveAck, type TcpSegment } from './tcp-segment.js';
import { Segment, TcpState } from './tcp-states.js';

/** That it is beyond the window, or acknowledges what nobody has sent. */
type WindowFault = 'tcp-beyond-window' | 'tcp-ack-unseen';
export type WindowVerdict = 'accept' | 'ignore' | WindowFault;

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

  const fault = faultOf(parts, entry, sender, seq, end, sack);
  if (fault !== undefined) {
    if (fault === 'ignore-more') {
      set(TcpWord.End, sender, end);
      parts.setFlag(entry, sender, TcpFlag.Unacknowledged);
    }
    if (liberal || parts.hasFlag(entry, sender, TcpFlag.Liberal)) return 'accept';
    return fault === 'ignore-more' ? 'ignore' : fault;
  }
  update(parts, entry, direction, segment, seq, ack, end, sack);
  return 'accept';
}

/** undefined: it is in the window; 'ignore-more': it sends more than the receiver's window lets it. */
function faultOf(
  parts: ProtocolParts,
  entry: number,
  sender: number,
  seq: number,
  end: number,
  sack: number,
): WindowFault | 'ignore' | 'ignore-more' | undefined {
  const receiver = 1 - sender;
  const maxEnd = parts.word(entry, TcpWord.MaxEnd + sender);
  const answered = parts.word(entry, TcpWord.End + receiver);
  const open = parts.word(entry, TcpWord.MaxWindow + receiver);
  const inWindow = isAfter(end, parts.word(entry, TcpWord.End + sender) - open - 1);
  const ackWindow = Math.max(parts.word(entry, TcpWord.MaxWindow + sender), LEAST_ACK_WINDOW);
  const ackIsLate = !isAfter(sack, answered - ackWindow - 1);
  const ackIsSeen = isAfter(answered + 1, sack);
  if (!isAfter(maxEnd + 1, seq)) {
    const over = (end - maxEnd + 1) >>> 0;
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

/** What a segment in the window tells; its numbers are as they are taken, which may be others than those of the header. */
function update(
  parts: ProtocolParts,
  entry: number,
  sender: number,
  { flags, kind, window }: TcpSegment,
  seq: number,
  ack: number,
  end: number,
  sack: number,
): void {
  const receiver = 1 - sender;
  const scale = (flags & SYN) === 0 ? parts.byte(entry, TcpByte.Scale + sender) : 0;
  const wide = (window << scale) >>> 0;
  const most = parts.word(entry, TcpWord.MaxWindow + sender);
  parts.setWord(entry, TcpWord.MaxWindow + sender, Math.max(most, (wide + sack - ack) >>> 0));
  if (isAfter(end, parts.word(entry, TcpWord.End + sender))) {
    parts.setWord(entry, TcpWord.End + sender, end);
    parts.setFlag(entry, sender, TcpFlag.Unacknowledged);
  }
  const more =
    !parts.hasFlag(entry, sender, TcpFlag.MaxAckSet) || isAfter(ack, parts.word(entry, TcpWord.MaxAck + sender));
  if ((flags & ACK) !== 0 && more) {
    parts.setWord(entry, TcpWord.MaxAck + sender, ack);
    parts.setFlag(entry, sender, TcpFlag.MaxAckSet);
  }
  const open = parts.word(entry, TcpWord.MaxWindow + receiver);
  const maxEnd = parts.word(entry, TcpWord.MaxEnd + sender);
  if (open !== 0 && isAfter(end, maxEnd)) parts.setWord(entry, TcpWord.MaxWindow + receiver, open + end - maxEnd);
  if (isAfter(sack + wide, parts.word(entry, TcpWord.MaxEnd + receiver) - 1))
    parts.setWord(entry, TcpWord.MaxEnd + receiver, sack + wide + Number(wide === 0));
  if (ack === parts.word(entry, TcpWord.End + receiver)) parts.clearFlag(entry, receiver, TcpFlag.Unacknowledged);
  if (kind === Segment.Ack) countAgain(parts, entry, sender, seq, ack, end, window);
}

/** How often the same segment came, one after the other. */
function countAgain(
  parts: ProtocolParts,
  entry: number,
  direction: number,
  seq: number,
  ack: number,
  end: number,
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
