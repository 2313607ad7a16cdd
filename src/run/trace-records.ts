/** Records of the core's trace, as walks leave them. */
import { type Event, TRACE_WORDS } from '../abi.js';

/** Told of records of a trace: where each begins among the words, for so many of them are told that they are no objects. */
export type ReadRecords = (words: Uint32Array, first: number, end: number) => void;

/** A record of the trace, decoded; abi.ts says what before and after mean for each event. */
export interface TraceRecord {
  readonly event: Event;
  readonly field: number;
  readonly packet: number;
  readonly address: number;
  readonly before: number;
  readonly after: number;
}

export const eventAt = (words: Uint32Array, at: number): Event => words[at]! & 255;

export const decoded =
  (onTrace: (record: TraceRecord) => void): ReadRecords =>
  (words, first, end) => {
    for (let at = first; at < end; at += TRACE_WORDS)
      onTrace({
        event: eventAt(words, at),
        field: words[at]! >>> 8,
        packet: words[at + 1]!,
        address: words[at + 2]!,
        before: words[at + 3]!,
        after: words[at + 4]!,
      });
  };
