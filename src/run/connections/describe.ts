/** An entry of the table as plain data, and back. */
import { CT_STATUS_CONFIRMED, CT_STATUS_DST_NAT_DONE, CT_STATUS_SRC_NAT_DONE } from '../../abi.js';
import type { Connection, ConnectionTuple } from '../../model/connection.js';
import type { AddressNumbers } from './address-numbers.js';
import { EntryNotes } from './entry-notes.js';
import { restoreState, stateName } from './listed.js';
import type { ConnectionTable } from './table.js';
import { highOf, isIcmp, lowOf, ORIGINAL, pairOf, protocolOf, REPLY, type Tuple, TupleWord, zoneOf } from './tuples.js';

/** `now`: milliseconds on the packets' clock. */
export function describeEntry(table: ConnectionTable, entry: number, now: number): Connection {
  const [original, reply] = [table.tuple(entry, ORIGINAL), table.tuple(entry, REPLY)];
  const status = table.status(entry);
  // until it is confirmed an entry holds the span
  const left = (status & CT_STATUS_CONFIRMED) === 0 ? table.end(entry) : table.end(entry) - now;
  return {
    family: table.addresses.family,
    protocol: protocolOf(original),
    timeout: Math.max(0, Math.floor(left / 1000)),
    state: stateName(table, entry),
    original: tupleJson(original, table.addresses),
    reply: tupleJson(reply, table.addresses),
    status,
    mark: table.mark(entry),
    zones: { original: zoneOf(original), reply: zoneOf(reply) },
    ...table.notes?.get(entry)?.json,
  };
}

function tupleJson(tuple: Tuple, addresses: AddressNumbers): ConnectionTuple {
  const [high, low] = [highOf(tuple[TupleWord.Ports]!), lowOf(tuple[TupleWord.Ports]!)];
  const icmp = isIcmp(protocolOf(tuple));
  return {
    src: addresses.addressOf(tuple[TupleWord.Src]!),
    dst: addresses.addressOf(tuple[TupleWord.Dst]!),
    sport: icmp ? 0 : high,
    dport: icmp ? 0 : low,
    type: icmp ? low >>> 8 : 0,
    code: icmp ? low & 0xff : 0,
    id: icmp ? high : 0,
  };
}

/**
 * The entry of a connection that a listing told of when the clock stood at 0; `tellsLabels`: some connection there has
 * any.
 */
export function addEntry(table: ConnectionTable, connection: Connection, tellsLabels: boolean): void {
  const { protocol, zones, status, mark, timeout, state } = connection;
  const { addresses } = table;
  const original = tupleWords(connection.original, protocol, zones.original, addresses);
  const reply = tupleWords(connection.reply, protocol, zones.reply, addresses);
  if (table.find(original) >= 0 || table.find(reply) >= 0) return;
  const entry = table.begin(original, reply);
  restoreState(table, entry, state, 0);
  table.setStatus(entry, (status & 0xffff) | CT_STATUS_CONFIRMED | CT_STATUS_SRC_NAT_DONE | CT_STATUS_DST_NAT_DONE);
  table.setMark(entry, mark);
  table.setEnd(entry, 1000 * timeout);
  table.notes?.set(entry, EntryNotes.listed(connection, tellsLabels));
  table.confirm(entry);
  table.sources.add(entry);
}

function tupleWords(
  { src, dst, sport, dport, type, code, id }: ConnectionTuple,
  protocol: number,
  zone: number,
  addresses: AddressNumbers,
): Tuple {
  const ports = isIcmp(protocol) ? pairOf(id, (type << 8) | code) : pairOf(sport, dport);
  return Uint32Array.of(addresses.numberOf(src), addresses.numberOf(dst), ports, protocol | (zone << 16));
}
