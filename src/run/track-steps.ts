/** Connection tracking's own steps: packets get their connection's columns. */
import {
  Beside,
  CT_STATUS_CONFIRMED,
  CT_STATUS_SEEN_REPLY,
  Field,
  PROTOCOL_ASKED,
  PROTOCOL_LEAST_SHIFT,
  PROTOCOL_PORTS,
  Run,
  STATE_ESTABLISHED,
  STATE_INVALID,
  STATE_NEW,
  STATE_RELATED,
  STATE_UNTRACKED,
} from '../abi.js';
import { headerBytes } from '../input/encode-columns.js';
import { STATE_NUMBERS } from '../model/batch.js';
import type { PacketState } from '../model/packet.js';
import type { Family } from '../net/address.js';
import { icmpProtocol, Protocol } from '../net/protocol.js';
import type { Batch } from './batch.js';
import { hasTuplePorts, inverse, tupleOf } from './connections/tuples.js';
import { type FirstPacket, type FirstSettings, type FirstState, firstState, leastHeader } from './first-state.js';
import type { Columns } from './run-block.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';
import { putTuples } from './tuple-columns.js';

const STATES: Readonly<Record<PacketState, number>> = {
  NEW: STATE_NEW,
  ESTABLISHED: STATE_ESTABLISHED,
  RELATED: STATE_RELATED,
  INVALID: STATE_INVALID,
  UNTRACKED: STATE_UNTRACKED,
};
const GIVEN: readonly (PacketState | undefined)[] = Object.entries(STATE_NUMBERS).reduce<(PacketState | undefined)[]>(
  (names, [name, number]) => Object.assign(names, { [number]: name }),
  [undefined],
);
const NO_CONNECTION = STATE_INVALID | STATE_UNTRACKED;

/** nf_conntrack_in: where connections are not remembered each packet is the first of its own, unless its state was given. */
export function track(setup: WalkSetup, batch: Batch, selection: Selection): void {
  if (!setup.tracking) return;
  const { stages, steps, connections, remembering } = setup;
  const { columns } = stages;
  for (const slot of steps.take('track', selection)) {
    if ((columns[Field.CtState]![slot]! & STATE_UNTRACKED) !== 0) {
      batch.tell(slot, { kind: 'tracked', state: 'UNTRACKED', why: undefined });
      continue;
    }
    if (connections !== undefined && columns[Beside.Given]![slot] === 0) {
      remembering!.enter(setup, connections, batch, slot);
      continue;
    }
    const state = askState(setup, batch, slot);
    columns[Field.CtState]![slot] = state;
    if ((state & NO_CONNECTION) !== 0) continue;
    const established = columns[Beside.Given]![slot] === STATE_NUMBERS.ESTABLISHED;
    columns[Field.CtStatus]![slot] = established ? CT_STATUS_CONFIRMED | CT_STATUS_SEEN_REPLY : 0;
    if (setup.uses.tuples) describe(setup, columns, slot);
  }
  if (connections !== undefined) steps.sieve('keepWalking', selection);
}

/** The state of a packet, whatever it is, told. */
function askState(setup: WalkSetup, batch: Batch, slot: number): number {
  const found = stateOf(setup, setup.stages.columns, slot);
  batch.tell(slot, { kind: 'tracked', state: found.state, why: found.why, by: found.by });
  return STATES[found.state];
}

type FoundState = Omit<FirstState, 'state'> & { readonly state: PacketState };

function stateOf({ stages, checksum, loose }: WalkSetup, columns: Columns, slot: number): FoundState {
  const given = GIVEN[columns[Beside.Given]![slot]!];
  if (given !== undefined) return { state: given, why: undefined };
  return firstState({
    family: stages.family,
    protocol: columns[Field.Proto]![slot]!,
    flags: columns[Field.Flags]![slot]!,
    tcpFlags: columns[Field.TcpFlags]![slot]!,
    icmpType: columns[Field.Sport]![slot]!,
    length: columns[Field.TransportLen]![slot]!,
    transport: () => stages.bytesOf(slot).subarray(columns[Field.IpLen]![slot]!),
    verify: checksum && columns[Beside.Local]![slot] === 0,
    loose,
  });
}

/** Run.FirstStates and Run.Protocols: what the core knows of protocols. */
export function layProtocols(stages: Stages, { loose, timeouts }: FirstSettings): void {
  const { family } = stages;
  const sound = {
    family,
    flags: 0,
    tcpFlags: 0,
    icmpType: 0,
    length: 20,
    transport: () => NO_BYTES,
    verify: false,
    loose,
  };
  const bytes = Array.from({ length: 256 }, (_, value) => value);
  const of = (packet: Partial<FirstPacket> & { protocol: number }) => STATES[firstState({ ...sound, ...packet }).state];
  stages.lay(Run.FirstStates, [
    ...bytes.map((tcpFlags) => of({ protocol: Protocol.Tcp, tcpFlags })),
    ...bytes.map((icmpType) => of({ protocol: Protocol.Icmp, icmpType })),
  ]);
  stages.lay(Run.Protocols, [
    ...bytes.map(
      (protocol) =>
        headerBytes(protocol, 0, family) |
        (leastHeader(protocol, family) << PROTOCOL_LEAST_SHIFT) |
        (hasTuplePorts(protocol) ? PROTOCOL_PORTS : 0) |
        (isAsked(protocol, family) ? PROTOCOL_ASKED : 0),
    ),
    ...timeouts,
  ]);
}
/** Chunks are looked at, what GRE carries; of ICMPv6 more than one state comes of a type, of the other family's ICMP none. */
const isAsked = (protocol: number, family: Family): boolean =>
  protocol === Protocol.Sctp ||
  protocol === Protocol.Gre ||
  protocol === Protocol.Icmpv6 ||
  (family === 6 && protocol === Protocol.Icmp);
const NO_BYTES = new Uint8Array(0);

/**
 * The tuples of the connection that the packet begins, or stands in. The time left stays 0 until it is confirmed: what
 * the entry holds so far is a span, from which nf_ct_expires takes the clock. (For some minutes after the host's start,
 * and from about its 25th day for as long again at 1,000 ticks a second, the kernel finds more left than 0.)
 */
function describe({ stages }: WalkSetup, columns: Columns, slot: number): void {
  const original = tupleOf({
    src: Field.Src,
    dst: Field.Dst,
    protocol: columns[Field.Proto]![slot]!,
    transport: transportOf(stages, columns, slot),
  });
  if (typeof original === 'string') return;
  const words = stages.family === 4 ? 1 : 4;
  putTuples(columns, slot, original, inverse(original, 0) ?? original, {
    // the packet's own columns stand for its addresses
    write: (_columns, _slot, field, own) => {
      for (let word = 0; word < words; word++) columns[field + word]![slot] = columns[own + word]![slot]!;
    },
  });
}

/** The header as far as it is known: of a packet in columns those tell its beginning. */
function transportOf(stages: Stages, columns: Columns, slot: number): Uint8Array {
  if (columns[Field.BytesLen]![slot] !== 0) return stages.bytesOf(slot).subarray(columns[Field.IpLen]![slot]!);
  const [first, second] = [columns[Field.Sport]![slot]!, columns[Field.Dport]![slot]!];
  const icmp = columns[Field.Proto]![slot] === icmpProtocol(stages.family);
  return Uint8Array.from(
    icmp ? [first, second, 0, 0, 0, 0, 0, 0] : [first >>> 8, first & 0xff, second >>> 8, second & 0xff],
  );
}

export function confirm(setup: WalkSetup, batch: Batch, selection: Selection): void {
  const { tracking, steps } = setup;
  if (!tracking) return;
  let clash = false;
  for (const slot of steps.take('confirm', selection)) {
    if (confirmOne(setup, slot)) tellConfirmed(setup, batch, slot);
    else {
      batch.lose(slot, 'tracking', 'clash');
      clash = true;
    }
  }
  if (clash) steps.sieve('keepWalking', selection);
}

function confirmOne(setup: WalkSetup, slot: number): boolean {
  const { stages, connections, remembering, timeouts, early } = setup;
  early.confirms = true;
  if (connections !== undefined && stages.field(slot, Beside.Entry) !== 0)
    return remembering!.confirmEntry(setup, connections, slot);
  stages.setField(slot, Field.CtStatus, stages.field(slot, Field.CtStatus) | CT_STATUS_CONFIRMED);
  stages.setField(slot, Field.CtExpire, timeouts[stages.field(slot, Field.Proto)]!);
  return true;
}

function tellConfirmed({ stages, connections, now }: WalkSetup, batch: Batch, slot: number): void {
  if (batch.events === undefined) return;
  const entry = stages.field(slot, Beside.Entry) - 1;
  const known = connections !== undefined && entry >= 0;
  batch.tell(slot, {
    kind: 'confirmed',
    ...(known && { connection: connections.describe(entry, now) }),
  });
}
