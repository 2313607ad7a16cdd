/**
 * The plain segment of TCP: of an established connection, it acknowledges, lies in the window, and says nothing else. What
 * nf_conntrack_tcp_packet and tcp_in_window of net/netfilter/nf_conntrack_proto_tcp.c make of it; of all others
 * src/run/connections/tcp.ts and tcp-window.ts there tell.
 */
import {
  ConnWord,
  HOST_BASE,
  LEAST_ACK_WINDOW,
  SEGMENT_ACK,
  SeenWord,
  TCP_ESTABLISHED,
  TCP_SYN_RECV,
  TcpByte,
  TcpFlag,
  TcpWord,
  TrackWord,
} from '../src/abi';
import { setWord, word } from './packet';

/** Whether a sequence number lies behind another, which wrap at 2^32. */
export function isAfter(a: u32, b: u32): bool {
  return <i32>(b - a) < 0;
}

function part(entry: usize, index: u32): u32 {
  return word(entry, ConnWord.Parts + index);
}
function setPart(entry: usize, index: u32, value: u32): void {
  setWord(entry, ConnWord.Parts + index, value);
}
function byte(entry: usize, index: u32): u32 {
  return load<u8>(entry + (ConnWord.PartBytes << 2) + index);
}
function setByte(entry: usize, index: u32, value: u32): void {
  store<u8>(entry + (ConnWord.PartBytes << 2) + index, value);
}
function endOf(seen: usize): u32 {
  return word(seen, SeenWord.Seq) + (word(seen, SeenWord.Payload) & 0xffff);
}

/** The state that it brings its entry to; 0: another than these. */
export function stateAfter(entry: usize, sender: u32): u32 {
  const before = byte(entry, TcpByte.State);
  if (before == TCP_ESTABLISHED) return before;
  if (before != TCP_SYN_RECV) return 0;
  if (sender == 0) return TCP_ESTABLISHED;
  // what both sides opened at once an answer completes
  return (byte(entry, TcpByte.LastFlags) & TcpFlag.SimultaneousOpen) == 0 ? before : 0;
}

/** Whether it is plain to its entry, by which answers have come. */
export function takesAck(entry: usize, sender: u32, seen: usize): bool {
  if (stateAfter(entry, sender) == 0) return false;
  const receiver = 1 - sender;
  const most = part(entry, TcpWord.MaxWindow + sender);
  const open = part(entry, TcpWord.MaxWindow + receiver);
  const answered = part(entry, TcpWord.End + receiver);
  const ack = word(seen, SeenWord.Ack);
  if (most == 0 || isAfter(word(seen, SeenWord.Seq), part(entry, TcpWord.MaxEnd + sender)) || isAfter(ack, answered))
    return false;
  if (open != 0 && !isAfter(endOf(seen), part(entry, TcpWord.End + sender) - open - 1)) return false;
  return isAfter(ack, answered - max<u32>(most, LEAST_ACK_WINDOW) - 1);
}

/** What it tells of both sides. */
export function settleAck(entry: usize, sender: u32, seen: usize): void {
  const receiver = 1 - sender;
  const ack = word(seen, SeenWord.Ack);
  const end = endOf(seen);
  const wide = word(seen, SeenWord.Window) << byte(entry, TcpByte.Scale + sender);
  let flags = byte(entry, TcpByte.Flags + sender);
  setPart(entry, TcpWord.MaxWindow + sender, max<u32>(part(entry, TcpWord.MaxWindow + sender), wide));
  if (isAfter(end, part(entry, TcpWord.End + sender))) {
    setPart(entry, TcpWord.End + sender, end);
    flags |= TcpFlag.Unacknowledged;
  }
  if ((flags & TcpFlag.MaxAckSet) == 0 || isAfter(ack, part(entry, TcpWord.MaxAck + sender))) {
    setPart(entry, TcpWord.MaxAck + sender, ack);
    flags |= TcpFlag.MaxAckSet;
  }
  setByte(entry, TcpByte.Flags + sender, flags);
  const open = part(entry, TcpWord.MaxWindow + receiver);
  const maxEnd = part(entry, TcpWord.MaxEnd + sender);
  if (open != 0 && isAfter(end, maxEnd)) setPart(entry, TcpWord.MaxWindow + receiver, open + end - maxEnd);
  if (isAfter(ack + wide, part(entry, TcpWord.MaxEnd + receiver) - 1))
    setPart(entry, TcpWord.MaxEnd + receiver, ack + wide + u32(wide == 0));
  if (ack == part(entry, TcpWord.End + receiver))
    setByte(entry, TcpByte.Flags + receiver, byte(entry, TcpByte.Flags + receiver) & ~TcpFlag.Unacknowledged);
  countAgain(entry, sender, seen, end);
  setByte(entry, TcpByte.LastSegment, SEGMENT_ACK);
  setByte(entry, TcpByte.LastDirection, sender);
  setByte(entry, TcpByte.State, stateAfter(entry, sender));
}

/** How often the same segment came, one after the other. */
function countAgain(entry: usize, sender: u32, seen: usize, end: u32): void {
  const seq = word(seen, SeenWord.Seq);
  const ack = word(seen, SeenWord.Ack);
  const window = word(seen, SeenWord.Window);
  const same =
    byte(entry, TcpByte.LastDirection) == sender &&
    part(entry, TcpWord.LastSeq) == seq &&
    part(entry, TcpWord.LastAck) == ack &&
    part(entry, TcpWord.LastEnd) == end &&
    part(entry, TcpWord.LastWindow) == window;
  if (same) return setByte(entry, TcpByte.Retransmitted, byte(entry, TcpByte.Retransmitted) + 1);
  setPart(entry, TcpWord.LastSeq, seq);
  setPart(entry, TcpWord.LastAck, ack);
  setPart(entry, TcpWord.LastEnd, end);
  setPart(entry, TcpWord.LastWindow, window);
  setByte(entry, TcpByte.Retransmitted, 0);
}

/** Seconds that the entry lasts from now on. */
export function timeOfAck(entry: usize): u32 {
  const established = byte(entry, TcpByte.State) == TCP_ESTABLISHED;
  const seconds = word(HOST_BASE, established ? TrackWord.TcpEstablished : TrackWord.TcpSynRecv);
  const retransmitted = word(HOST_BASE, TrackWord.TcpRetransmitted);
  const unacknowledged = word(HOST_BASE, TrackWord.TcpUnacknowledged);
  const again = byte(entry, TcpByte.Retransmitted) >= word(HOST_BASE, TrackWord.MostRetransmitted);
  if (again && seconds > retransmitted) return retransmitted;
  const waits = (byte(entry, TcpByte.Flags) | byte(entry, TcpByte.Flags + 1)) & TcpFlag.Unacknowledged;
  if (waits != 0 && seconds > unacknowledged) return unacknowledged;
  return part(entry, TcpWord.LastWindow) == 0 && seconds > retransmitted ? retransmitted : seconds;
}
