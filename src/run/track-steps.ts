/** Connection tracking's own steps: fragments are gathered, and packets get their connection's columns. */
import {
  CT_STATUS_CONFIRMED,
  CT_STATUS_SEEN_REPLY,
  Field,
  FRAG_PART,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
  PACKET_TEMPLATE,
  STATE_ESTABLISHED,
  STATE_INVALID,
  STATE_NEW,
  STATE_RELATED,
  STATE_UNTRACKED,
} from '../abi.js';
import { STATE_NUMBERS } from '../model/batch.js';
import type { PacketState } from '../model/packet.js';
import { hasPorts, Protocol } from '../net/protocol.js';
import type { Batch, Selection } from './batch.js';
import { type FirstState, firstState } from './first-state.js';
import type { WalkSetup } from './setup.js';
import type { Columns } from './stage.js';

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

/** nf_defrag_ipv4, and ip_local_deliver: a fragment waits until its packet is whole. */
export function gather(setup: WalkSetup, batch: Batch, selection: Selection, by: 'tracking' | 'routing'): void {
  if (by === 'tracking' && !setup.tracking) return;
  const frag = setup.stages.columns[Field.Frag]!;
  let waits = false;
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    if ((frag[slot]! & FRAG_PART) === 0) continue;
    batch.lose(slot, by, 'fragment-waits', 'stolen');
    waits = true;
  }
  if (waits) selection.keepWalking(batch);
}

const isConnection = (state: number): boolean => state !== 0 && (state & NO_CONNECTION) === 0;

/** nf_conntrack_in, for packets whose connection is not known: each its first, unless its state was given. */
export function track(setup: WalkSetup, batch: Batch, selection: Selection): void {
  if (!setup.tracking) return;
  const { columns } = setup.stages;
  const { given } = batch;
  const [states, statuses, flags] = [columns[Field.CtState]!, columns[Field.CtStatus]!, columns[Field.Flags]!];
  const usual = new Usual(setup, batch);
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    if ((flags[slot]! & PACKET_TEMPLATE) !== 0) takeTemplateOff(columns, slot);
    // a packet that came back by lo has its connection with it
    if (isConnection(states[slot]!)) continue;
    if ((states[slot]! & STATE_UNTRACKED) !== 0) {
      batch.tell(slot, { kind: 'tracked', state: 'UNTRACKED', why: undefined });
      continue;
    }
    const state = usual.of(slot) || askState(setup, batch, slot);
    states[slot] = state;
    if ((state & NO_CONNECTION) !== 0) continue;
    statuses[slot] = given[slot] === STATE_NUMBERS.ESTABLISHED ? CT_STATUS_CONFIRMED | CT_STATUS_SEEN_REPLY : 0;
    if (setup.uses.tuples) describe(setup, columns, slot);
  }
}

/** nf_conntrack_in takes the CT target's template off again; its zone stays. */
function takeTemplateOff(columns: Columns, slot: number): void {
  columns[Field.Flags]![slot]! &= ~PACKET_TEMPLATE;
  columns[Field.CtState]![slot] = STATE_INVALID;
  columns[Field.CtStatus]![slot] = 0;
  columns[Field.CtMark]![slot] = 0;
}

/** The state of a packet, whatever it is, told. */
function askState(setup: WalkSetup, batch: Batch, slot: number): number {
  const found = stateOf(setup, batch, setup.stages.columns, slot);
  batch.tell(slot, { kind: 'tracked', state: found.state, why: found.why, by: found.by });
  return STATES[found.state];
}

type FoundState = Omit<FirstState, 'state'> & { readonly state: PacketState };

function stateOf({ stages, checksum, loose }: WalkSetup, batch: Batch, columns: Columns, slot: number): FoundState {
  const given = GIVEN[batch.given[slot]!];
  if (given !== undefined) return { state: given, why: undefined };
  return firstState({
    protocol: columns[Field.Proto]![slot]!,
    flags: columns[Field.Flags]![slot]!,
    tcpFlags: columns[Field.TcpFlags]![slot]!,
    icmpType: columns[Field.Sport]![slot]!,
    length: columns[Field.TransportLen]![slot]!,
    transport: () => stages.bytesOf(slot).subarray(columns[Field.IpLen]![slot]!),
    verify: checksum && batch.local[slot] === 0,
    loose,
  });
}

/** firstState of every TCP flag byte and ICMP type, for sound packets. */
class UsualStates {
  readonly tcp = new Uint32Array(256);
  readonly icmp = new Uint32Array(256);

  constructor(loose: boolean) {
    const sound = { flags: 0, tcpFlags: 0, icmpType: 0, length: 20, transport: () => NO_BYTES, verify: false, loose };
    for (let value = 0; value < 256; value++) {
      this.tcp[value] = STATES[firstState({ ...sound, protocol: Protocol.Tcp, tcpFlags: value }).state];
      this.icmp[value] = STATES[firstState({ ...sound, protocol: Protocol.Icmp, icmpType: value }).state];
    }
  }
}
const NO_BYTES = new Uint8Array(0);
const STRICT = new UsualStates(false);
const LOOSE = new UsualStates(true);

/** The states of packets of a batch that nothing is wrong with and nobody wants to know of. */
class Usual {
  private readonly tables: UsualStates;
  private readonly quiet: boolean;
  private readonly given: Uint8Array;
  private readonly flags: Uint32Array;
  private readonly protocols: Uint32Array;
  private readonly lengths: Uint32Array;
  private readonly tcpFlags: Uint32Array;
  private readonly types: Uint32Array;

  constructor({ stages, loose }: WalkSetup, batch: Batch) {
    const { columns } = stages;
    this.tables = loose ? LOOSE : STRICT;
    this.quiet = batch.events === undefined;
    this.given = batch.given;
    this.flags = columns[Field.Flags]!;
    this.protocols = columns[Field.Proto]!;
    this.lengths = columns[Field.TransportLen]!;
    this.tcpFlags = columns[Field.TcpFlags]!;
    this.types = columns[Field.Sport]!;
  }

  /** 0: another one, which has to be asked. */
  of(slot: number): number {
    const faults = this.flags[slot]! & (PACKET_BAD_HEADER | PACKET_BAD_CHECKSUM);
    if (!this.quiet || faults !== 0 || this.given[slot] !== 0) return 0;
    const protocol = this.protocols[slot]!;
    const length = this.lengths[slot]!;
    if (protocol === Protocol.Tcp) return length < 20 ? 0 : this.tables.tcp[this.tcpFlags[slot]!]!;
    if (length < 8) return 0;
    if (protocol === Protocol.Udp) return STATE_NEW;
    return protocol === Protocol.Icmp ? this.tables.icmp[this.types[slot]!]! : 0;
  }
}

/**
 * The tuples of the connection that the packet begins, or stands in. The time left stays 0 until it is confirmed: what
 * the entry holds so far is a span, from which nf_ct_expires takes the clock. (For some minutes after the host's start,
 * and from about its 25th day for as long again at 1,000 ticks a second, the kernel finds more left than 0.)
 */
function describe({ stages }: WalkSetup, columns: Columns, slot: number): void {
  const protocol = columns[Field.Proto]![slot]!;
  const src = columns[Field.Src]![slot]!;
  const dst = columns[Field.Dst]![slot]!;
  columns[Field.CtProto]![slot] = protocol;
  columns[Field.CtOrigSrc]![slot] = src;
  columns[Field.CtOrigDst]![slot] = dst;
  columns[Field.CtReplSrc]![slot] = dst;
  columns[Field.CtReplDst]![slot] = src;
  let sport = 0;
  let dport = 0;
  let answered = 0;
  if (hasTuplePorts(protocol)) {
    sport = columns[Field.Sport]![slot]!;
    dport = columns[Field.Dport]![slot]!;
  } else if (protocol === Protocol.Icmp || protocol === Protocol.Gre)
    [sport, dport, answered] = keysOf(
      protocol,
      columns[Field.Sport]![slot]!,
      columns[Field.Dport]![slot]!,
      stages.bytesOf(slot).subarray(columns[Field.IpLen]![slot]!),
    );
  const icmp = protocol === Protocol.Icmp;
  columns[Field.CtOrigSport]![slot] = sport;
  columns[Field.CtOrigDport]![slot] = dport;
  columns[Field.CtReplSport]![slot] = icmp ? sport : dport;
  columns[Field.CtReplDport]![slot] = icmp ? answered : sport;
}

/** Type of the answer to an ICMP query (invmap of nf_conntrack_proto_icmp.c). */
const ANSWERS: Readonly<Record<number, number>> = { 8: 0, 13: 14, 15: 16, 17: 18 };

/**
 * What stands where a tuple has its ports: of ICMP the identifier, then type and code, and those of the answer; of GRE
 * version 1 the call.
 */
function keysOf(protocol: number, type: number, code: number, transport: Uint8Array): [number, number, number] {
  const half = (at: number) => ((transport[at] ?? 0) << 8) | (transport[at + 1] ?? 0);
  if (protocol === Protocol.Icmp) return [half(4), (type << 8) | code, ((ANSWERS[type] ?? type) << 8) | code];
  return [0, (half(0) & 7) === 1 ? half(6) : 0, 0];
}

/** Protocols whose connections, and so their translations, are told apart by ports: the kernel has no tracker of DCCP. */
export const hasTuplePorts = (protocol: number): boolean => hasPorts(protocol) && protocol !== Protocol.Dccp;

/** __nf_conntrack_confirm: from here on the entry stands, with its protocol's first timeout. */
export function confirm(setup: WalkSetup, batch: Batch, selection: Selection): void {
  if (!setup.tracking) return;
  const { columns } = setup.stages;
  const status = columns[Field.CtStatus]!;
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    if (!isConnection(columns[Field.CtState]![slot]!) || (status[slot]! & CT_STATUS_CONFIRMED) !== 0) continue;
    status[slot]! |= CT_STATUS_CONFIRMED;
    columns[Field.CtExpire]![slot] = firstTimeout(columns[Field.Proto]![slot]!);
    if (batch.events !== undefined) batch.tell(slot, { kind: 'confirmed' });
  }
}

/** The kernel's defaults, in seconds, for an entry that has seen no reply. */
export function firstTimeout(protocol: number): number {
  switch (protocol) {
    case Protocol.Tcp:
      return 120;
    case Protocol.Udp:
    case Protocol.UdpLite:
    case Protocol.Icmp:
    case Protocol.Gre:
      return 30;
    case Protocol.Sctp:
      return 3;
    default:
      return 600;
  }
}
