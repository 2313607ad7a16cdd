/**
 * The states of SCTP associations and what each chunk makes of them: sctp_conntracks of
 * net/netfilter/nf_conntrack_proto_sctp.c.
 */
import { Chunk } from './sctp-chunks.js';

/** SCTP_CONNTRACK_*. */
export const SctpState = {
  None: 0,
  Closed: 1,
  CookieWait: 2,
  CookieEchoed: 3,
  Established: 4,
  ShutdownSent: 5,
  ShutdownReceived: 6,
  ShutdownAckSent: 7,
  HeartbeatSent: 8,
  /** the chunk is not what belongs here. */
  Invalid: 9,
} as const;

/**
 * By direction and chunk a letter for each state before, in their order: the state after (`_` none, `c` CLOSED, `w`
 * COOKIE_WAIT, `o` COOKIE_ECHOED, `e` ESTABLISHED, `s` SHUTDOWN_SENT, `r` SHUTDOWN_RECD, `a` SHUTDOWN_ACK_SENT, `h`
 * HEARTBEAT_SENT), `-` invalid.
 */
const LETTERS = '_cwoesrah-';
const ROWS: readonly (readonly [Chunk, readonly [original: string, reply: string]])[] = [
  [Chunk.Init, ['ccwoeccaw', '-cwoesra-']],
  [Chunk.InitAck, ['ccwoesrac', '-wwoesra-']],
  [Chunk.Abort, ['ccccccccc', '-ccccccc-']],
  [Chunk.Shutdown, ['ccwossrac', '-cworsra-']],
  [Chunk.ShutdownAck, ['acwoeaaaa', '-cwoeaaa-']],
  [Chunk.Error, ['ccwoesrac', '-cwcesra-']],
  [Chunk.CookieEcho, ['ccooesrac', '-cooesra-']],
  [Chunk.CookieAck, ['ccweesrac', '-cweesra-']],
  [Chunk.ShutdownComplete, ['ccwoesrcc', '-cwoesrc-']],
  [Chunk.Heartbeat, ['hcwoesrah', '-cwoesrah']],
  [Chunk.HeartbeatAck, ['ccwoesrah', '-cwoesrae']],
];
const TABLE = [0, 1].map(
  (direction) =>
    new Map<number, Uint8Array>(
      ROWS.map(([chunk, rows]) => [chunk, Uint8Array.from(rows[direction]!, (letter) => LETTERS.indexOf(letter))]),
    ),
);

/** The state after, or Invalid. `direction`: 0 original, 1 reply. Other chunks, data above all, change nothing. */
export const sctpStateAfter = (direction: number, chunk: number, state: number): number =>
  TABLE[direction]!.get(chunk)?.[state] ?? state;
