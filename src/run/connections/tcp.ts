/**
 * What connection tracking makes of a TCP segment: nf_conntrack_tcp_packet and tcp_new of
 * net/netfilter/nf_conntrack_proto_tcp.c.
 */
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_FIXED_TIMEOUT,
  CT_STATUS_SEEN_REPLY,
  TcpByte,
  TcpFlag,
  TcpWord,
} from '../../abi.js';
import type { InvalidReason } from '../../model/invalid-reason.js';
import { whyNotFirst } from './beginnings.js';
import type { ProtocolParts } from './protocol-parts.js';
import { invalid, type TrackVerdict } from './question.js';
import type { TcpSettings } from './settings.js';
import { agreedOptions, isAfter, type TcpSegment } from './tcp-segment.js';
import { Segment, stateAfter, TcpState } from './tcp-states.js';
import { agree, checkWindow, flagsOf } from './tcp-window.js';

const ACCEPT: TrackVerdict = { kind: 'accept' };

/** The first segment of an entry; why it begins none, undefined: it does. */
export function beginTcp(
  parts: ProtocolParts,
  entry: number,
  segment: TcpSegment,
  { loose }: TcpSettings,
): InvalidReason | undefined {
  const why = whyNotFirst(segment.kind, loose);
  if (why !== undefined) return why;
  const state = stateAfter(0, segment.kind, TcpState.None);
  parts.clear(entry);
  const window = segment.window || 1;
  parts.setWord(entry, TcpWord.End, segment.end);
  parts.setWord(entry, TcpWord.MaxWindow, window);
  parts.setWord(entry, TcpWord.MaxEnd, state === TcpState.SynSent ? segment.end : segment.end + window);
  parts.setByte(entry, TcpByte.LastSegment, Segment.None);
  if (state === TcpState.SynSent) agree(parts, entry, 0, segment.options);
  else for (const side of [0, 1]) parts.setFlag(entry, side, TcpFlag.SackPermitted | TcpFlag.Liberal);
  return undefined;
}

/** What is asked of a segment: of which entry, which direction it has, and the entry's status and seconds left. */
export interface TcpQuestion {
  readonly parts: ProtocolParts;
  readonly entry: number;
  readonly direction: number;
  readonly segment: TcpSegment;
  readonly status: number;
  readonly left: number;
  readonly settings: TcpSettings;
}

/** A segment of an entry, its first one too. */
export function trackTcp(question: TcpQuestion): TrackVerdict {
  const { parts, entry, direction, segment, settings } = question;
  const step = stepOf(question);
  if ('kind' in step) return step;
  if (step.checked) {
    const verdict = checkWindow(parts, entry, direction, segment, settings.liberal);
    if (verdict === 'ignore') return ACCEPT;
    if (verdict !== 'accept') return outOfWindow(question, verdict);
  }
  return settle(question, step);
}

interface Step {
  readonly before: number;
  readonly after: number;
  /** the window is looked at. */
  readonly checked: boolean;
}

/** What the states say, before the window is looked at. */
function stepOf(question: TcpQuestion): Step | TrackVerdict {
  const { parts, entry, direction, segment } = question;
  const before = parts.byte(entry, TcpByte.State);
  const after = stateAfter(direction, segment.kind, before);
  const step = { before, after, checked: true };
  const lastSegment = parts.byte(entry, TcpByte.LastSegment);
  const lastDirection = parts.byte(entry, TcpByte.LastDirection);
  const lastFlags = parts.byte(entry, TcpByte.LastFlags);
  switch (after) {
    case TcpState.SynSent: {
      if (before < TcpState.TimeWait) return step;
      // RFC 1122: a closed or aborted connection may be opened again
      const closing = [0, 1].some((side) => parts.hasFlag(entry, side, TcpFlag.CloseInit));
      if (closing || (lastDirection === direction && lastSegment === Segment.Rst)) return { kind: 'repeat' };
      return ignore(question, before);
    }
    case TcpState.Ignore:
      return ignore(question, before);
    case TcpState.Invalid:
      return invalid('tcp-state');
    case TcpState.TimeWait: {
      // RFC 5961: an acknowledgement that answers a SYN out of place is none of the last FIN
      const challenge =
        before === TcpState.LastAck &&
        segment.kind === Segment.Ack &&
        lastDirection !== direction &&
        lastSegment === Segment.Syn &&
        (lastFlags & TcpFlag.ChallengeAck) !== 0;
      if (!challenge) return step;
      parts.setByte(entry, TcpByte.LastFlags, lastFlags & ~TcpFlag.ChallengeAck);
      return ACCEPT;
    }
    case TcpState.SynSent2:
      parts.setByte(entry, TcpByte.LastFlags, lastFlags | TcpFlag.SimultaneousOpen);
      return step;
    case TcpState.SynRecv: {
      const opened = direction === 1 && segment.kind === Segment.Ack && (lastFlags & TcpFlag.SimultaneousOpen) !== 0;
      return opened ? { ...step, after: TcpState.Established } : step;
    }
    case TcpState.Close:
      return segment.kind === Segment.Rst ? reset(question, step) : step;
    default:
      return step;
  }
}

/** It may be that the two hosts agree and the entry does not: it passes, and what it said is kept. */
function ignore(question: TcpQuestion, before: number): Step | TrackVerdict {
  const { parts, entry, direction, segment } = question;
  const { kind, ack, seq, end, window, options } = segment;
  const last = parts.byte(entry, TcpByte.LastDirection);
  const answers =
    kind === Segment.SynAck &&
    parts.byte(entry, TcpByte.LastSegment) === Segment.Syn &&
    last !== direction &&
    ack === parts.word(entry, TcpWord.LastEnd);
  if (answers) {
    resume(parts, entry, direction, last);
    return { before: TcpState.SynSent, after: TcpState.SynRecv, checked: true };
  }
  parts.setByte(entry, TcpByte.LastSegment, kind);
  parts.setByte(entry, TcpByte.LastDirection, direction);
  parts.setWord(entry, TcpWord.LastSeq, seq);
  parts.setWord(entry, TcpWord.LastEnd, end);
  parts.setWord(entry, TcpWord.LastWindow, window);
  if (kind === Segment.Syn && direction === 0) {
    const agreed = agreedOptions(options);
    const challenge = before === TcpState.LastAck ? TcpFlag.ChallengeAck : 0;
    parts.setByte(entry, TcpByte.LastFlags, challenge | (agreed === undefined ? 0 : flagsOf(agreed)));
    parts.setByte(entry, TcpByte.LastScale, agreed?.scale ?? 0);
  }
  if (before === TcpState.SynSent && kind === Segment.Ack && direction === 1)
    parts.setWord(entry, TcpWord.LastAck, ack);
  return ACCEPT;
}

/** An ignored SYN was answered: both hosts agree, and the entry takes over what they said. */
function resume(parts: ProtocolParts, entry: number, direction: number, side: number): void {
  const end = parts.word(entry, TcpWord.LastEnd);
  const flags = parts.byte(entry, TcpByte.LastFlags) & ~TcpFlag.ChallengeAck;
  parts.setWord(entry, TcpWord.End + side, end);
  parts.setWord(entry, TcpWord.MaxEnd + side, end);
  parts.setWord(entry, TcpWord.MaxWindow + side, parts.word(entry, TcpWord.LastWindow) || 1);
  parts.setByte(entry, TcpByte.Scale + side, parts.byte(entry, TcpByte.LastScale));
  parts.setByte(entry, TcpByte.LastFlags, flags);
  parts.setByte(entry, TcpByte.Flags + side, flags);
  for (const word of [TcpWord.End, TcpWord.MaxEnd, TcpWord.MaxWindow, TcpWord.MaxAck])
    parts.setWord(entry, word + direction, 0);
  parts.setByte(entry, TcpByte.Scale + direction, 0);
  const liberal = parts.byte(entry, TcpByte.Flags + direction) & TcpFlag.Liberal;
  parts.setByte(entry, TcpByte.Flags + direction, liberal);
}

/** States whose entries make room for others first (tcp_can_early_drop); they do not look at a reset closely. */
const CLOSING: readonly number[] = [
  TcpState.FinWait,
  TcpState.LastAck,
  TcpState.TimeWait,
  TcpState.Close,
  TcpState.CloseWait,
];
export const isClosing = (state: number): boolean => CLOSING.includes(state);

function reset({ parts, entry, direction, segment, status, settings }: TcpQuestion, step: Step): Step | TrackVerdict {
  const { seq, ack } = segment;
  const { before } = step;
  if (isClosing(before)) return { ...step, checked: false };
  const lastSegment = parts.byte(entry, TcpByte.LastSegment);
  const lastDirection = parts.byte(entry, TcpByte.LastDirection);
  const lastEnd = parts.word(entry, TcpWord.LastEnd);
  let { after } = step;
  if (parts.hasFlag(entry, 1 - direction, TcpFlag.MaxAckSet) && lastSegment !== Segment.Syn) {
    const acked = parts.word(entry, TcpWord.MaxAck + 1 - direction);
    const established = before === TcpState.Established && (status & CT_STATUS_ASSURED) !== 0;
    if (seq === 0 && !established) return step;
    if (isAfter(acked, seq) && !settings.ignoreInvalidReset) return invalid('tcp-rst-before');
    if (!established || seq === acked) return step;
    // behind data that was just sent
    if (lastSegment === Segment.Ack && lastDirection === direction && seq === lastEnd) return step;
    // it is not where it has to be: the other side may challenge it
    after = before;
  }
  // the other side's SYN (Linux 6.18.44 has it so, 6.16 took its own for one)
  const answersSyn =
    (status & CT_STATUS_SEEN_REPLY) !== 0 && lastSegment === Segment.Syn && lastDirection !== direction;
  const answersAck = (status & CT_STATUS_ASSURED) === 0 && lastSegment === Segment.Ack;
  const ignored = (answersSyn || answersAck) && ack === lastEnd;
  const challenged =
    before === TcpState.SynSent &&
    lastSegment === Segment.Ack &&
    lastDirection === 1 &&
    seq === parts.word(entry, TcpWord.LastAck);
  return { before, after, checked: !ignored && !challenged };
}

/** nf_tcp_handle_invalid: what may be the end of a connection that the entry is out of step with shortens its time. */
function outOfWindow(
  { parts, entry, direction, segment, status, left, settings }: TcpQuestion,
  why: InvalidReason,
): TrackVerdict {
  const ends = (kind: number) => kind === Segment.Rst || kind === Segment.Fin;
  const renewed = (status & (CT_STATUS_ASSURED | CT_STATUS_FIXED_TIMEOUT)) === CT_STATUS_ASSURED;
  if (!renewed || !ends(segment.kind)) return invalid(why);
  const answered = parts.byte(entry, TcpByte.LastDirection) !== direction;
  if (answered && ends(parts.byte(entry, TcpByte.LastSegment))) {
    const { unacknowledgedTimeout: seconds } = settings;
    return left >= 120 && left > seconds ? { ...invalid(why), seconds } : invalid(why);
  }
  parts.setByte(entry, TcpByte.LastSegment, segment.kind);
  parts.setByte(entry, TcpByte.LastDirection, direction);
  return invalid(why);
}

function settle(question: TcpQuestion, { before, after }: Step): TrackVerdict {
  const { parts, entry, direction, segment, status, settings } = question;
  parts.setByte(entry, TcpByte.LastSegment, segment.kind);
  parts.setByte(entry, TcpByte.LastDirection, direction);
  parts.setByte(entry, TcpByte.State, after);
  if (before !== after && after === TcpState.FinWait) parts.setFlag(entry, direction, TcpFlag.CloseInit);
  const seconds = secondsOf(question, after);
  if ((status & CT_STATUS_SEEN_REPLY) === 0) {
    if (segment.kind === Segment.Rst) return { kind: 'kill' };
    // a SYN that is sent again does not keep its entry alive
    if (segment.kind === Segment.Syn && before === TcpState.SynSent) return ACCEPT;
    const picked = after === TcpState.Established;
    return { kind: 'accept', seconds: picked ? Math.min(seconds, settings.unacknowledgedTimeout) : seconds };
  }
  const opened = before === TcpState.SynRecv || before === TcpState.Established;
  const assured = (status & CT_STATUS_ASSURED) === 0 && opened && after === TcpState.Established;
  return { kind: 'accept', seconds, assured };
}

function secondsOf({ parts, entry, segment, settings }: TcpQuestion, state: number): number {
  const { timeouts, retransmittedTimeout, unacknowledgedTimeout, maxRetransmitted } = settings;
  const seconds = timeouts[state]!;
  const again = parts.byte(entry, TcpByte.Retransmitted) >= maxRetransmitted;
  if (again && seconds > retransmittedTimeout) return retransmittedTimeout;
  if (segment.kind === Segment.Rst) return timeouts[TcpState.Close]!;
  const waits = [0, 1].some((side) => parts.hasFlag(entry, side, TcpFlag.Unacknowledged));
  if (waits && seconds > unacknowledgedTimeout) return unacknowledgedTimeout;
  const closed = parts.word(entry, TcpWord.LastWindow) === 0;
  return closed && seconds > retransmittedTimeout ? retransmittedTimeout : seconds;
}

/**
 * A reset in this host's name ends the connection (nf_conntrack_tcp_set_closing, for REJECT --reject-with tcp-reset).
 * The entry's new time in seconds; undefined: it stays.
 */
export function closeTcp(
  parts: ProtocolParts,
  entry: number,
  status: number,
  { timeouts }: TcpSettings,
): number | undefined {
  if ((status & CT_STATUS_CONFIRMED) === 0) return undefined;
  const before = parts.byte(entry, TcpByte.State);
  parts.setByte(entry, TcpByte.State, TcpState.Close);
  const stays = before === TcpState.Close || (status & CT_STATUS_FIXED_TIMEOUT) !== 0;
  return stays ? undefined : timeouts[TcpState.Close];
}
