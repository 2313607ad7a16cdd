/** What the host knows of the connection of a packet at which a rule asks. */
import { Beside, Field, PACKET_TEMPLATE, STATE_ESTABLISHED, STATE_NEW, STATE_RELATED } from '../../abi.js';
import { STATE_NUMBERS } from '../../model/batch.js';
import type { Words } from '../../net/address.js';
import type { Connections } from '../connections/connections.js';
import { ORIGINAL, protocolOf, REPLY, type Tuple, TupleWord, zoneOf } from '../connections/tuples.js';
import type { Asking } from './asking.js';

const CONNECTED = STATE_NEW | STATE_ESTABLISHED | STATE_RELATED;

/** In the place of a connection it has a template of one (CT --zone), which has neither counters nor labels (nf_ct_tmpl_alloc). */
export const hasTemplate = (asking: Asking): boolean => (asking.field(Field.Flags) & PACKET_TEMPLATE) !== 0;

/**
 * `none`: no connection; the number of its entry; `first`: none are remembered, and the packet begins one; `unknown`: it is of one that
 * nobody told of.
 */
export function connectionAt(asking: Asking): number | 'none' | 'first' | 'unknown' {
  if ((asking.field(Field.CtState) & CONNECTED) === 0) return 'none';
  const entry = asking.field(Beside.Entry) - 1;
  if (entry >= 0) return entry;
  const given = asking.field(Beside.Given);
  if (given !== 0 && given !== STATE_NUMBERS.NEW) return 'unknown';
  const { connections } = asking.setup;
  // the packet has ended it, and goes on with it
  return connections === undefined || given !== 0 ? 'first' : connections.ended;
}

/** A tuple with its addresses, since the numbers that stand for those of IPv6 may change. */
export interface Ends {
  readonly src: Words;
  readonly dst: Words;
  readonly ports: number;
  readonly protocol: number;
  /** of the original direction; in the high half that of the reply. */
  readonly zones: number;
}

export function endsOf({ table }: Connections, entry: number): Ends {
  const original = table.tuple(entry, ORIGINAL);
  return {
    src: table.addresses.addressOf(original[TupleWord.Src]!),
    dst: table.addresses.addressOf(original[TupleWord.Dst]!),
    ports: original[TupleWord.Ports]!,
    protocol: protocolOf(original),
    zones: zoneOf(original) | (zoneOf(table.tuple(entry, REPLY)) << 16),
  };
}

/** 2 * entry + direction; -1: none. */
export function findIn(connections: Connections, { src, dst, ports, protocol, zones }: Ends, now: number): number {
  const { addresses } = connections.table;
  const tuple: Tuple = Uint32Array.of(addresses.numberOf(src), addresses.numberOf(dst), ports, protocol);
  return connections.find(tuple, zones, now);
}
