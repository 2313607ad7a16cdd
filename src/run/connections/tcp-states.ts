/**
 * The states of TCP connections and what each segment makes of them: tcp_conntracks of
 * net/netfilter/nf_conntrack_proto_tcp.c.
 */
import { SEGMENT_ACK, TCP_ESTABLISHED, TCP_SYN_RECV } from '../../abi.js';
import { ACK, FIN, RST, SYN } from '../../net/tcp-flags.js';

/** TCP_CONNTRACK_*, and what stands in the table beside states. */
export const TcpState = {
  None: 0,
  SynSent: 1,
  SynRecv: TCP_SYN_RECV,
  Established: TCP_ESTABLISHED,
  FinWait: 4,
  CloseWait: 5,
  LastAck: 6,
  TimeWait: 7,
  Close: 8,
  SynSent2: 9,
  /** the segment is not what belongs here. */
  Invalid: 10,
  /** it may be: it passes, and the state stays. */
  Ignore: 11,
} as const;

/** What a segment is to the table: its flags but URG, PSH and ECN's. */
export const Segment = { Syn: 0, SynAck: 1, Fin: 2, Ack: SEGMENT_ACK, Rst: 4, None: 5 } as const;

export function segmentKind(flags: number): number {
  if ((flags & RST) !== 0) return Segment.Rst;
  if ((flags & SYN) !== 0) return (flags & ACK) !== 0 ? Segment.SynAck : Segment.Syn;
  if ((flags & FIN) !== 0) return Segment.Fin;
  return (flags & ACK) !== 0 ? Segment.Ack : Segment.None;
}

/**
 * By direction and segment a letter for each state before, in their order: the state after (`s` SYN_SENT, `r` SYN_RECV, `e`
 * ESTABLISHED, `f` FIN_WAIT, `w` CLOSE_WAIT, `l` LAST_ACK, `t` TIME_WAIT, `c` CLOSE, `2` SYN_SENT2), `-` invalid, `.` ignored.
 */
const LETTERS = '_srefwltc2-.';
const TABLE = [
  // original: SYN, SYN/ACK, FIN, ACK, RST, none
  ['ss.....ss2', '--r------r', '--ffllltc-', 'e-eewwttc-', '-ccccccccc', '----------'],
  // reply
  ['-2-----s-2', '-r.......r', '--ffllltc-', '-.rewwttc.', '-ccccccccc', '----------'],
].map((rows) => rows.map((row) => Uint8Array.from(row, (letter) => LETTERS.indexOf(letter))));

/** The state after, Invalid or Ignore. `direction`: 0 original, 1 reply. */
export const stateAfter = (direction: number, segment: number, state: number): number =>
  TABLE[direction]![segment]![state]!;
