/** What the walk does with remembered connections: a packet gets the columns of its entry, and the entry what it did. */
import {
  Beside,
  BOUND_DST,
  BOUND_SRC,
  CT_STATUS_CONFIRMED,
  CT_STATUS_DST_NAT,
  CT_STATUS_DST_NAT_DONE,
  CT_STATUS_EXPECTED,
  CT_STATUS_SEEN_REPLY,
  CT_STATUS_SRC_NAT,
  CT_STATUS_SRC_NAT_DONE,
  Field,
  FRAG_OFFSET,
  PACKET_BAD_CHECKSUM,
  STATE_DNAT,
  STATE_ESTABLISHED,
  STATE_NEW,
  STATE_RELATED,
  STATE_SNAT,
  STATE_UNTRACKED,
} from '../abi.js';
import { headSum } from '../net/checksum.js';
import type { Batch } from './batch.js';
import { ColumnHeader } from './column-header.js';
import type { Arrival, Arrived, Connections } from './connections/connections.js';
import { ORIGINAL, pairOf, REPLY, TupleWord } from './connections/tuples.js';
import type { Columns } from './run-block.js';
import type { WalkSetup } from './setup.js';
import { putTuples } from './tuple-columns.js';

/** nf_conntrack_in; the packet's way may end here. */
export function enter(setup: WalkSetup, connections: Connections, batch: Batch, slot: number): void {
  const { early, stages } = setup;
  const arrived = early.arrived ?? arrive(setup, connections, slot);
  early.arrived = undefined;
  early.tracked ??= stages.field(slot, Field.CtZone) === 0 ? 'plain' : 'zone';
  switch (arrived.kind) {
    case 'drop':
      return batch.lose(slot, 'tracking', arrived.why);
    case 'untracked':
      setup.stages.setField(slot, Field.CtState, STATE_UNTRACKED);
      return batch.tell(slot, { kind: 'tracked', state: 'UNTRACKED', why: undefined });
    case 'invalid':
      // the zone went with the template; where the packet comes back by lo it is looked for in the default one
      setup.stages.setField(slot, Field.CtZone, 0);
      return batch.tell(slot, { kind: 'tracked', state: 'INVALID', why: arrived.why, by: arrived.by });
    case 'known': {
      const state = load(setup, connections, slot, arrived);
      if (arrived.related && stages.family === 6 && isVerified(setup, slot))
        batch.summed.set(slot, headSum(stages.bytesOf(slot)));
      if (batch.events === undefined) return;
      const connection = connections.describe(arrived.entry, setup.now);
      const reply = arrived.direction === REPLY;
      const gone = arrived.gone ? { gone: true as const } : {};
      batch.tell(slot, { kind: 'tracked', state, why: undefined, by: arrived.by, reply, connection, ...gone });
    }
  }
}

/** What its connection makes of a packet, and the packet of it. */
export const arrive = (setup: WalkSetup, connections: Connections, slot: number): Arrived =>
  connections.enter(arrivalOf(setup, connections, slot, setup.stages.transportOf(slot)), setup.now);

/**
 * The same of a packet that may be given by columns alone; undefined: its bytes tell more. `found`: ConnectionTable.find has found it
 * some packets before; -1: it has not.
 */
export function arriveShown(
  setup: WalkSetup,
  connections: Connections,
  slot: number,
  found: number,
): Arrived | undefined {
  const { stages } = setup;
  const shown = stages.field(slot, Field.BytesLen) === 0;
  const transport = shown ? HEADER.of(stages.columns, slot) : stages.transportOf(slot);
  if (transport === undefined) return undefined;
  const packet = arrivalOf(setup, connections, slot, transport);
  const known = found < 0 ? undefined : connections.enterFound(packet, found, setup.now);
  return known ?? connections.enter(packet, setup.now);
}
const HEADER = new ColumnHeader();

/** Its entry is not confirmed. */
const isFirst = (columns: Columns, slot: number): boolean =>
  (columns[Field.CtStatus]![slot]! & CT_STATUS_CONFIRMED) === 0;

/** Whether checksums were looked at when it was tracked (nf_conntrack_in): those of what this host sends are not. */
const isVerified = ({ stages, checksum }: WalkSetup, slot: number): boolean =>
  checksum && stages.field(slot, Beside.Local) === 0;

function arrivalOf(setup: WalkSetup, connections: Connections, slot: number, transport: Uint8Array): Arrival {
  const { stages } = setup;
  const addresses = connections.addressesForNext();
  const { columns } = stages;
  const { arrival } = connections;
  const flags = columns[Field.Flags]![slot]!;
  arrival.src = addresses.read(columns, slot, Field.Src);
  arrival.dst = addresses.read(columns, slot, Field.Dst);
  arrival.protocol = columns[Field.Proto]![slot]!;
  arrival.flags = isVerified(setup, slot) ? flags : flags & ~PACKET_BAD_CHECKSUM;
  arrival.transport = transport;
  arrival.length = columns[Field.TransportLen]![slot]!;
  arrival.bytes = columns[Field.Length]![slot]!;
  arrival.zones = columns[Field.CtZone]![slot]!;
  arrival.laterFragment = (columns[Field.Frag]![slot]! & FRAG_OFFSET) !== 0;
  return arrival;
}

/** The entry's columns, for the packet; the state that it is in. */
function load(
  { stages, now }: WalkSetup,
  { table }: Connections,
  slot: number,
  { entry, direction, related, gone }: Extract<Arrived, { kind: 'known' }>,
): ConnectionState {
  const { columns } = stages;
  const put = (column: Field | Beside, value: number) => {
    columns[column]![slot] = value;
  };
  const status = table.status(entry);
  const has = (bit: number, then: number) => ((status & bit) === 0 ? 0 : then);
  const nat = has(CT_STATUS_SRC_NAT, STATE_SNAT) | has(CT_STATUS_DST_NAT, STATE_DNAT);
  const state = stateOf(status, direction, related);
  put(Field.CtState, STATES[state] | nat);
  put(Field.CtStatus, status);
  put(Field.CtMark, table.mark(entry));
  put(Field.CtDir, direction);
  putTuples(columns, slot, table.tuple(entry, ORIGINAL), table.tuple(entry, REPLY), table.addresses);
  put(Field.CtExpire, has(CT_STATUS_CONFIRMED, 1) && secondsLeft(table.end(entry), now));
  put(Beside.Entry, gone ? 0 : entry + 1);
  put(Beside.Masquerade, table.masquerade(entry));
  put(Beside.Bound, has(CT_STATUS_SRC_NAT_DONE, BOUND_SRC) | has(CT_STATUS_DST_NAT_DONE, BOUND_DST));
  return state;
}

type ConnectionState = 'NEW' | 'ESTABLISHED' | 'RELATED';
const STATES = { NEW: STATE_NEW, ESTABLISHED: STATE_ESTABLISHED, RELATED: STATE_RELATED } as const;

function stateOf(status: number, direction: number, related: boolean): ConnectionState {
  if (related) return 'RELATED';
  if (direction === REPLY || (status & CT_STATUS_SEEN_REPLY) !== 0) return 'ESTABLISHED';
  return (status & CT_STATUS_EXPECTED) !== 0 ? 'RELATED' : 'NEW';
}

const secondsLeft = (end: number, now: number): number => Math.max(0, Math.floor((end - now) / 1000));

/** nf_confirm, for an entry that is not confirmed; false: another has its tuple, and the packet is dropped. */
export function confirmEntry({ stages, now }: WalkSetup, connections: Connections, slot: number): boolean {
  const { columns } = stages;
  const { table } = connections;
  const of = (column: Field | Beside) => columns[column]![slot]!;
  // the answer that REJECT attaches to the entry confirms nothing
  if (of(Field.CtDir) === REPLY) return true;
  const entry = of(Beside.Entry) - 1;
  const reply = table.tuple(entry, REPLY);
  reply[TupleWord.Src] = table.addresses.read(columns, slot, Field.CtReplSrc);
  reply[TupleWord.Dst] = table.addresses.read(columns, slot, Field.CtReplDst);
  reply[TupleWord.Ports] = pairOf(of(Field.CtReplSport), of(Field.CtReplDport));
  const bound = of(Beside.Bound);
  const settled = (bit: number, status: number) => ((bound & bit) === 0 ? 0 : status);
  const done = settled(BOUND_SRC, CT_STATUS_SRC_NAT_DONE) | settled(BOUND_DST, CT_STATUS_DST_NAT_DONE);
  table.setStatus(entry, of(Field.CtStatus) | done);
  if (!connections.confirm(entry, now)) return false;
  if ((bound & BOUND_SRC) !== 0) table.sources.add(entry);
  columns[Field.CtStatus]![slot] = table.status(entry);
  columns[Field.CtExpire]![slot] = secondsLeft(table.end(entry), now);
  return true;
}

/** Slots of packets, from `first` to before `end`, and of the copies of any of them, from `copies` to before `last`. */
export interface Walked {
  readonly first: number;
  readonly end: number;
  readonly copies: number;
  readonly last: number;
}

/** At the end of packets' ways: what rules did to their connections stays; those not confirmed are gone. */
export function settleEntries(setup: WalkSetup, connections: Connections, { first, end, copies, last }: Walked): void {
  const { columns } = setup.stages;
  for (let slot = first; slot < end; slot++) settleEntry(columns, connections, slot);
  for (let copy = copies; copy < last; copy++) {
    const packet = columns[Beside.Turn]![copy]!;
    if (columns[Beside.Entry]![copy] !== columns[Beside.Entry]![packet]) settleEntry(columns, connections, copy);
  }
}

function settleEntry(columns: Columns, { table }: Connections, slot: number): void {
  const entry = columns[Beside.Entry]![slot]! - 1;
  if (entry < 0) return;
  if (isFirst(columns, slot)) table.abandon(entry);
  else table.setMark(entry, columns[Field.CtMark]![slot]!);
}
