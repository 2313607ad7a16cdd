/**
 * What connection tracking makes of a TCP segment: nf_conntrack_tcp_packet and tcp_new of
 * net/netfilter/nf_conntrack_proto_tcp.c.
 */
import { CT_STATUS_ASSURED, CT_STATUS_SEEN_REPLY } from '../../abi.js';
import { TcpByte, type TcpEntries, TcpFlag, TcpWord } from './tcp-entries.js';
import { agreedOptions, isAfter, type TcpSegment } from './tcp-segment.js';
import { Segment, stateAfter, TcpState } from './tcp-states.js';
import { agree, checkWindow, flagsOf } from './tcp-window.js';

/** Sysctls, and seconds by TcpState; two more for connections that wait for an acknowledgement. */
export interface TcpSettings {
  readonly loose: boolean;
  readonly liberal: boolean;
  readonly ignoreInvalidReset: boolean;
  readonly maxRetransmitted: number;
  readonly timeouts: readonly number[];
  readonly retransmittedTimeout: number;
  readonly unacknowledgedTimeout: number;
}

/**
 * `repeat`: the entry is to be forgotten, and the packet looked up again; `kill`: it is to be forgotten, and the packet
 * goes on with it. `seconds`: the entry's new time; undefined: it stays.
 */
export interface TcpVerdict {
  readonly kind: 'accept' | 'invalid' | 'repeat' | 'kill';
  readonly seconds?: number;
  readonly assured?: boolean;
}

const INVALID: TcpVerdict = { kind: 'invalid' };
const ACCEPT: TcpVerdict = { kind: 'accept' };

/** The first segment of an entry; false: it begins none. */
export function beginTcp(entries: TcpEntries, entry: number, segment: TcpSegment, { loose }: TcpSettings): boolean {
  const state = stateAfter(0, segment.kind, TcpState.None);
  if (state >= TcpState.Invalid || (state !== TcpState.SynSent && !loose)) return false;
  entries.clear(entry);
  const window = segment.window || 1;
  entries.setWord(entry, TcpWord.End, segment.end);
  entries.setWord(entry, TcpWord.MaxWindow, window);
  entries.setWord(entry, TcpWord.MaxEnd, state === TcpState.SynSent ? segment.end : segment.end + window);
  entries.setByte(entry, TcpByte.LastSegment, Segment.None);
  if (state === TcpState.SynSent) agree(entries, entry, 0, segment.options);
  else for (const side of [0, 1]) entries.setFlag(entry, side, TcpFlag.SackPermitted | TcpFlag.Liberal);
  return true;
}

/** What is asked of a segment: of which entry, which direction it has, and the entry's status and seconds left. */
export interface TcpQuestion {
  readonly entries: TcpEntries;
  readonly entry: number;
  readonly direction: number;
  readonly segment: TcpSegment;
  readonly status: number;
  readonly left: number;
  readonly settings: TcpSettings;
}

/** A segment of an entry, its first one too. */
export function trackTcp(question: TcpQuestion): TcpVerdict {
  const { entries, entry, direction, segment, settings } = question;
  const step = stepOf(question);
  if ('kind' in step) return step;
  if (step.checked) {
    const verdict = checkWindow(entries, entry, direction, segment, settings.liberal);
    if (verdict === 'ignore') return ACCEPT;
    if (verdict === 'invalid') return outOfWindow(question);
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
function stepOf(question: TcpQuestion): Step | TcpVerdict {
  const { entries, entry, direction, segment } = question;
  const before = entries.byte(entry, TcpByte.State);
  const after = stateAfter(direction, segment.kind, before);
  const step = { before, after, checked: true };
  const lastSegment = entries.byte(entry, TcpByte.LastSegment);
  const lastDirection = entries.byte(entry, TcpByte.LastDirection);
  const lastFlags = entries.byte(entry, TcpByte.LastFlags);
  switch (after) {
    case TcpState.SynSent: {
      if (before < TcpState.TimeWait) return step;
      // RFC 1122: a closed or aborted connection may be opened again
      const closing = [0, 1].some((side) => entries.hasFlag(entry, side, TcpFlag.CloseInit));
      if (closing || (lastDirection === direction && lastSegment === Segment.Rst)) return { kind: 'repeat' };
      return ignore(question, before);
    }
    case TcpState.Ignore:
      return ignore(question, before);
    case TcpState.Invalid:
      return INVALID;
    case TcpState.TimeWait: {
      // RFC 5961: an acknowledgement that answers a SYN out of place is none of the last FIN
      const challenge =
        before === TcpState.LastAck &&
        segment.kind === Segment.Ack &&
        lastDirection !== direction &&
        lastSegment === Segment.Syn &&
        (lastFlags & TcpFlag.ChallengeAck) !== 0;
      if (!challenge) return step;
      entries.setByte(entry, TcpByte.LastFlags, lastFlags & ~TcpFlag.ChallengeAck);
      return ACCEPT;
    }
    case TcpState.SynSent2:
      entries.setByte(entry, TcpByte.LastFlags, lastFlags | TcpFlag.SimultaneousOpen);
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
function ignore(question: TcpQuestion, before: number): Step | TcpVerdict {
  const { entries, entry, direction, segment } = question;
  const { kind, ack, seq, end, window, options } = segment;
  const last = entries.byte(entry, TcpByte.LastDirection);
  const answers =
    kind === Segment.SynAck &&
    entries.byte(entry, TcpByte.LastSegment) === Segment.Syn &&
    last !== direction &&
    ack === entries.word(entry, TcpWord.LastEnd);
  if (answers) {
    resume(entries, entry, direction, last);
    return { before: TcpState.SynSent, after: TcpState.SynRecv, checked: true };
  }
  entries.setByte(entry, TcpByte.LastSegment, kind);
  entries.setByte(entry, TcpByte.LastDirection, direction);
  entries.setWord(entry, TcpWord.LastSeq, seq);
  entries.setWord(entry, TcpWord.LastEnd, end);
  entries.setWord(entry, TcpWord.LastWindow, window);
  if (kind === Segment.Syn && direction === 0) {
    const agreed = agreedOptions(options);
    const challenge = before === TcpState.LastAck ? TcpFlag.ChallengeAck : 0;
    entries.setByte(entry, TcpByte.LastFlags, challenge | (agreed === undefined ? 0 : flagsOf(agreed)));
    entries.setByte(entry, TcpByte.LastScale, agreed?.scale ?? 0);
  }
  if (before === TcpState.SynSent && kind === Segment.Ack && direction === 1)
    entries.setWord(entry, TcpWord.LastAck, ack);
  return ACCEPT;
}

/** An ignored SYN was answered: both hosts agree, and the entry takes over what they said. */
function resume(entries: TcpEntries, entry: number, direction: number, side: number): void {
  const end = entries.word(entry, TcpWord.LastEnd);
  const flags = entries.byte(entry, TcpByte.LastFlags) & ~TcpFlag.ChallengeAck;
  entries.setWord(entry, TcpWord.End + side, end);
  entries.setWord(entry, TcpWord.MaxEnd + side, end);
  entries.setWord(entry, TcpWord.MaxWindow + side, entries.word(entry, TcpWord.LastWindow) || 1);
  entries.setByte(entry, TcpByte.Scale + side, entries.byte(entry, TcpByte.LastScale));
  entries.setByte(entry, TcpByte.LastFlags, flags);
  entries.setByte(entry, TcpByte.Flags + side, flags);
  for (const word of [TcpWord.End, TcpWord.MaxEnd, TcpWord.MaxWindow, TcpWord.MaxAck])
    entries.setWord(entry, word + direction, 0);
  entries.setByte(entry, TcpByte.Scale + direction, 0);
  const liberal = entries.byte(entry, TcpByte.Flags + direction) & TcpFlag.Liberal;
  entries.setByte(entry, TcpByte.Flags + direction, liberal);
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

function reset({ entries, entry, direction, segment, status, settings }: TcpQuestion, step: Step): Step | TcpVerdict {
  const { seq, ack } = segment;
  const { before } = step;
  if (isClosing(before)) return { ...step, checked: false };
  const lastSegment = entries.byte(entry, TcpByte.LastSegment);
  const lastDirection = entries.byte(entry, TcpByte.LastDirection);
  const lastEnd = entries.word(entry, TcpWord.LastEnd);
  let { after } = step;
  if (entries.hasFlag(entry, 1 - direction, TcpFlag.MaxAckSet) && lastSegment !== Segment.Syn) {
    const acked = entries.word(entry, TcpWord.MaxAck + 1 - direction);
    const established = before === TcpState.Established && (status & CT_STATUS_ASSURED) !== 0;
    if (seq === 0 && !established) return step;
    if (isAfter(acked, seq) && !settings.ignoreInvalidReset) return INVALID;
    if (!established || seq === acked) return step;
    // behind data that was just sent
    if (lastSegment === Segment.Ack && lastDirection === direction && seq === lastEnd) return step;
    // it is not where it has to be: the other side may challenge it
    after = before;
  }
  const answersSyn = (status & CT_STATUS_SEEN_REPLY) !== 0 && lastSegment === Segment.Syn;
  const answersAck = (status & CT_STATUS_ASSURED) === 0 && lastSegment === Segment.Ack;
  const ignored = (answersSyn || answersAck) && ack === lastEnd;
  const challenged =
    before === TcpState.SynSent &&
    lastSegment === Segment.Ack &&
    lastDirection === 1 &&
    seq === entries.word(entry, TcpWord.LastAck);
  return { before, after, checked: !ignored && !challenged };
}

/** nf_tcp_handle_invalid: what may be the end of a connection that the entry is out of step with shortens its time. */
function outOfWindow({ entries, entry, direction, segment, status, left, settings }: TcpQuestion): TcpVerdict {
  const ends = (kind: number) => kind === Segment.Rst || kind === Segment.Fin;
  if ((status & CT_STATUS_ASSURED) === 0 || !ends(segment.kind)) return INVALID;
  const answered = entries.byte(entry, TcpByte.LastDirection) !== direction;
  if (answered && ends(entries.byte(entry, TcpByte.LastSegment))) {
    const { unacknowledgedTimeout: seconds } = settings;
    return left >= 120 && left > seconds ? { kind: 'invalid', seconds } : INVALID;
  }
  entries.setByte(entry, TcpByte.LastSegment, segment.kind);
  entries.setByte(entry, TcpByte.LastDirection, direction);
  return INVALID;
}

function settle(question: TcpQuestion, { before, after }: Step): TcpVerdict {
  const { entries, entry, direction, segment, status, settings } = question;
  entries.setByte(entry, TcpByte.LastSegment, segment.kind);
  entries.setByte(entry, TcpByte.LastDirection, direction);
  entries.setByte(entry, TcpByte.State, after);
  if (before !== after && after === TcpState.FinWait) entries.setFlag(entry, direction, TcpFlag.CloseInit);
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

function secondsOf({ entries, entry, segment, settings }: TcpQuestion, state: number): number {
  const { timeouts, retransmittedTimeout, unacknowledgedTimeout, maxRetransmitted } = settings;
  const seconds = timeouts[state]!;
  const again = entries.byte(entry, TcpByte.Retransmitted) >= maxRetransmitted;
  if (again && seconds > retransmittedTimeout) return retransmittedTimeout;
  if (segment.kind === Segment.Rst) return timeouts[TcpState.Close]!;
  const waits = [0, 1].some((side) => entries.hasFlag(entry, side, TcpFlag.Unacknowledged));
  if (waits && seconds > unacknowledgedTimeout) return unacknowledgedTimeout;
  const closed = entries.word(entry, TcpWord.LastWindow) === 0;
  return closed && seconds > retransmittedTimeout ? retransmittedTimeout : seconds;
}
