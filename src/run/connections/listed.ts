/** What a listing tells of an entry's state, both ways: `conntrack -L` shows the name, and nothing else that trackers remember. */
import { TcpByte, TcpFlag, UdpWord } from '../../abi.js';
import { stateNames } from '../../model/connection-states.js';
import { Protocol } from '../../net/protocol.js';
import { SctpByte, SctpFlag } from './protocol-parts.js';
import type { ConnectionTable } from './table.js';
import { isClosing } from './tcp.js';
import { Segment, TcpState } from './tcp-states.js';
import { ORIGINAL, TupleWord } from './tuples.js';
import { STREAM_AFTER } from './udp.js';

const protocolOf = (table: ConnectionTable, entry: number): number =>
  table.tuple(entry, ORIGINAL)[TupleWord.Proto]! & 0xffff;

/** The state's name; undefined: the protocol has none. */
export const stateName = (table: ConnectionTable, entry: number): string | undefined =>
  stateNames(protocolOf(table, entry))[table.parts.byte(entry, TcpByte.State)];

/**
 * The state of an entry that a listing told of, which has just begun. Windows and tags are taken from the packets that
 * come: TCP's windows are not looked at, as in a connection that was picked up in its middle. Of UDP the two seconds
 * begin at `now`. False: there is no such state.
 */
export function restoreState(table: ConnectionTable, entry: number, name: string | undefined, now: number): boolean {
  const { parts } = table;
  const protocol = protocolOf(table, entry);
  const names = stateNames(protocol);
  // of a connection that goes past the tables ([OFFLOAD]) none is told: it is open
  const state = name === undefined && names.length === 0 ? 0 : names.indexOf(name ?? 'ESTABLISHED');
  if (state < 0) return false;
  if (protocol === Protocol.Tcp) {
    parts.setByte(entry, TcpByte.State, state);
    parts.setByte(entry, TcpByte.LastSegment, Segment.None);
    for (const side of [0, 1]) parts.setFlag(entry, side, TcpFlag.SackPermitted | TcpFlag.Liberal);
    // one of both has sent its FIN, and a SYN may open it again
    if (isClosing(state) && state !== TcpState.Close) parts.setFlag(entry, 0, TcpFlag.CloseInit);
  } else if (protocol === Protocol.Sctp) {
    parts.setByte(entry, SctpByte.State, state);
    parts.setByte(entry, SctpByte.Flags, SctpFlag.TagUnknown | (SctpFlag.TagUnknown << 1));
  } else if (protocol === Protocol.Udp) parts.setWord(entry, UdpWord.Stream, now + STREAM_AFTER);
  return true;
}
