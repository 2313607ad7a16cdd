/** Packets of a batch into the core's columns, and what belongs to them beside. */
import {
  Beside,
  Decoded,
  Field,
  FRAG_PART,
  FROM_HOST,
  LINK_MAC,
  LINK_NONE,
  LINK_TYPE_SHIFT,
  LinkType,
  Result,
  Run,
  STATE_INVALID,
  UNSAID,
} from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { bytesOf, bytesOfOne, lengthOf } from '../input/encode-columns.js';
import {
  type Column,
  type Envelopes,
  NO_SOCKET,
  type PacketBatch,
  type PacketBytes,
  type PacketColumns,
} from '../model/batch.js';
import type { Family } from '../net/address.js';
import { NOTHING } from '../net/ipv6-headers.js';
import { Protocol } from '../net/protocol.js';
import { SYN } from '../net/tcp-flags.js';
import type { Batch } from './batch.js';
import type { Clock } from './clock.js';
import type { CoreSteps } from './core-steps.js';
import { checkLength } from './lengths.js';
import type { Stages } from './stage.js';

/** Bytes of packets that are filled in at once, and whatever lies between them: as many again are left for copies. */
export const BATCH_BYTES = 1 << 20;

const TTL = 64;
/** The least that an IP header has. */
const IP_HEADER: Readonly<Record<Family, number>> = { 4: 20, 6: 40 };
/** No packet (assembly/fill.ts). */
const NO_PACKET = -1;

/** Columns that neither the bytes nor the description fill. */
const CLEARED: readonly Field[] = [
  Field.OutIf,
  Field.InGroup,
  Field.OutGroup,
  ...Array.from({ length: Field.Time - Field.CtState }, (_, i) => (Field.CtState + i) as Field),
  Field.Draws,
  Field.Link,
  Field.MacLow,
];

export interface Filling {
  readonly stages: Stages;
  readonly steps: CoreSteps;
  readonly batch: Batch;
  readonly clock: Clock;
  /** rules read bytes of packets that are no columns. */
  readonly readsBytes: boolean;
  /** rules ask for what the link layer says. */
  readonly readsLink: boolean;
  /** somebody wants to know what happens to each. */
  readonly told: boolean;
}

/**
 * Fills the batch with packets from place `from` on, as many as there is room for but no more than `most`, and says how
 * many. `serial` is the number of the first. A Decoded for each stands in Result.Verdict.
 */
export function fill(filling: Filling, given: PacketBatch, from: number, most: number, serial: number): number {
  const { stages, batch } = filling;
  checkLengths(given);
  const isOther = given.kind === 'columns' && (given.family ?? 4) !== stages.family;
  const asBytes = given.kind === 'columns' && (filling.readsBytes || isOther);
  const whole = asBytes ? bytesOf(given, from, most) : given;
  const first = whole === given ? from : 0;
  const count =
    whole.kind === 'bytes' ? placeBytes(stages, whole, first, most) : fillColumns(filling, whole, first, most);
  batch.begin(count, filling.told);
  if (whole.kind === 'bytes') {
    if (whole.raw !== false) completeHeaders(stages, whole, first, count);
    stages.decodeBatch(count);
    if (whole.raw !== false) stages.columns[Beside.Raw]!.fill(1, 0, count);
  }
  batch.describe(whole.told, first);
  fillEnvelopes(filling, whole, first, count, serial);
  return count;
}

/** Throws PacketwalkError where an array is too short. */
export function checkLengths(given: PacketBatch): void {
  for (const [name, column] of Object.entries(given)) {
    if (!ArrayBuffer.isView(column) || name === 'bytes') continue;
    const each = given.kind === 'columns' && given.family === 6 && (name === 'src' || name === 'dst') ? 4 : 1;
    checkLength(name, column as Uint8Array, given.count, each);
  }
}

function placeBytes(stages: Stages, given: PacketBytes, from: number, most: number): number {
  const { columns } = stages;
  stages.clearBytes();
  // what lies between packets, such as headers of records, comes along: one copy for all of them
  const { count, start, end } = span(given, from, most, BATCH_BYTES);
  if (count === 0)
    throw new PacketwalkError(`packet ${from}: its bytes are not inside those given`, { code: 'bad-batch' });
  const { at, size, wire, bytes } = given;
  // where packets may grow, each has room of its own behind it
  const together = stages.growth > 0 ? undefined : stages.place(bytes.subarray(start, end))! - start;
  for (let slot = 0; slot < count; slot++) {
    const first = at[from + slot]!;
    const length = size[from + slot]!;
    const place = together === undefined ? stages.place(bytes.subarray(first, first + length)) : together + first;
    if (place === undefined) return slot;
    columns[Field.Bytes]![slot] = place;
    columns[Field.BytesLen]![slot] = length;
    columns[Field.Length]![slot] = wire?.[from + slot] ?? size[from + slot]!;
  }
  return count;
}

/** raw_send_hdrinc of net/ipv4/raw.c: what this host sends gets its length and its checksum from the kernel. IPv6 has no such. */
function completeHeaders(stages: Stages, given: PacketBytes, from: number, count: number): void {
  if (stages.family === 6) return;
  for (let slot = 0; slot < count; slot++) {
    if (given.in?.[from + slot] !== FROM_HOST) continue;
    const size = given.size[from + slot]!;
    const head = (stages.bytesOf(slot)[0]! & 15) * 4;
    if (head < IP_HEADER[4] || head > size || (given.wire?.[from + slot] ?? size) > size) continue;
    stages.writeBytes(slot, 2, [size >>> 8, size & 255]);
    stages.sumHeader(slot, head);
  }
}

/** As many packets from a place on as lie inside so much room, the first in any order of their bytes. */
export function span({ at, size, bytes }: PacketBytes, from: number, most: number, room: number) {
  let start = at[from]!;
  let end = start;
  let count = 0;
  for (; count < most; count++) {
    const first = at[from + count]!;
    const last = first + size[from + count]!;
    if (last > bytes.length || Math.max(end, last) - Math.min(start, first) > room) break;
    start = Math.min(start, first);
    end = Math.max(end, last);
  }
  return { count, start, end };
}

/** How many were filled: all, unless there is no room for the bytes of one. */
function fillColumns({ stages, steps }: Filling, given: PacketColumns, from: number, count: number): number {
  const { columns } = stages;
  const put = (field: Field, column: Column | undefined, bits: number, otherwise: number) => {
    const to = columns[field]!;
    if (column === undefined) to.fill(otherwise, 0, count);
    else to.set(column.subarray(from, from + count));
    const mask = 2 ** bits - 1;
    if (8 * (column?.BYTES_PER_ELEMENT ?? 0) > bits) for (let slot = 0; slot < count; slot++) to[slot]! &= mask;
  };
  putAddresses(stages, Field.Src, given.src, from, count);
  putAddresses(stages, Field.Dst, given.dst, from, count);
  put(Field.Proto, given.proto, 8, 0);
  put(Field.Sport, given.sport, 16, 0);
  put(Field.Dport, given.dport, 16, 0);
  put(Field.TcpFlags, given.flags, 8, SYN);
  put(Field.Length, given.length, 16, 0);
  put(Field.Ttl, given.ttl, 8, TTL);
  put(Field.Tos, given.tos, 8, 0);
  put(Field.Frag, given.frag, 15, 0);
  for (const field of [Field.Bytes, Field.BytesLen, Field.Flags]) columns[field]!.fill(0, 0, count);
  const head = IP_HEADER[stages.family];
  columns[Field.IpLen]!.fill(head, 0, count);
  columns[Result.Verdict]!.fill(Decoded.Ok, 0, count);
  stages.clearBytes();
  for (const slot of steps.completeColumns(count, given.length !== undefined)) {
    // throws where it has no room for its headers
    const length = lengthOf(given, from + slot);
    stages.setField(slot, Field.Length, length);
    stages.setField(slot, Field.TransportLen, length - head);
    if (!isShown(stages, slot) && !decodeOne(stages, given, from + slot, slot)) return slot;
  }
  return count;
}

function putAddresses(
  { columns, family }: Stages,
  field: Field,
  given: Uint32Array,
  from: number,
  count: number,
): void {
  if (family === 4) return columns[field]!.set(given.subarray(from, from + count));
  const [a, b, c, d] = columns.slice(field, field + 4) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  for (let slot = 0, at = 4 * from; slot < count; slot++) {
    a[slot] = given[at++]!;
    b[slot] = given[at++]!;
    c[slot] = given[at++]!;
    d[slot] = given[at++]!;
  }
}

/** Whether columns show all that decoding would find, as completeColumns of assembly/fill.ts has it. */
function isShown({ columns, family }: Stages, slot: number): boolean {
  const proto = columns[Field.Proto]![slot]!;
  if (proto === Protocol.Sctp || proto === Protocol.UdpLite) return false;
  return family === 4 || (proto !== NOTHING && (columns[Field.Frag]![slot]! & FRAG_PART) === 0);
}

/** A packet in columns gets its bytes, where it has none yet. */
export function giveBytes(stages: Stages, given: PacketBatch, packet: number, slot: number): void {
  if (given.kind === 'columns' && stages.field(slot, Field.BytesLen) === 0) decodeOne(stages, given, packet, slot);
}

/** False: there is no room. */
function decodeOne(stages: Stages, given: PacketColumns, packet: number, slot: number): boolean {
  const bytes = bytesOfOne(given, packet);
  return stages.replace(slot, bytes, bytes.length);
}

function fillEnvelopes(filling: Filling, given: Envelopes, from: number, count: number, serial: number): void {
  const { stages, clock } = filling;
  const { columns } = stages;
  for (const field of CLEARED) columns[field]!.fill(0, 0, count);
  columns[Field.CtState]!.fill(STATE_INVALID, 0, count);
  const put = (field: Field | Beside, column: Column | undefined, otherwise: number) => {
    if (column === undefined) columns[field]!.fill(otherwise, 0, count);
    else columns[field]!.set(column.subarray(from, from + count));
  };
  put(Field.Mark, given.mark, 0);
  put(Field.Uid, given.uid, NO_SOCKET);
  put(Field.Gid, given.gid, NO_SOCKET);
  put(Beside.Path, given.path, 0);
  put(Beside.Given, given.state, 0);
  put(Field.InIf, given.in, UNSAID);
  put(Beside.Out, given.out, UNSAID);
  placeInterfaces(filling, given, from, count);
  filling.batch.framed = given.pkttype?.subarray(from, from + count).some((kind) => kind !== 0) === true;
  if (filling.readsLink || filling.batch.framed) fillLinks(stages, given, from, count);
  clock.fill(columns[Field.Time]!, given.time, from, count);
  stages.core.numberPackets(count, serial);
}

/**
 * What the link layer says of them. A packet of this host has no frame, and is PACKET_HOST; so is one that came in by a
 * device without link-layer addresses, such as tun_get_user of drivers/net/tun.c makes.
 */
function fillLinks({ columns, interfaces }: Stages, { mac, pkttype }: Envelopes, from: number, count: number): void {
  const links = columns[Field.Link]!;
  for (let slot = 0; slot < count; slot++) {
    const address = mac?.[from + slot] ?? Number.NaN;
    const local = columns[Beside.Local]![slot] === 1;
    const none = local || (Number.isNaN(address) && interfaces.isBare(columns[Field.InIf]![slot]!));
    const kind = (local ? 0 : pkttype?.[from + slot]) || (none ? LinkType.Unicast : LinkType.Unknown);
    const told = none ? LINK_NONE : Number.isNaN(address) ? 0 : LINK_MAC | Math.floor(address / 2 ** 32);
    links[slot] = told | (kind << LINK_TYPE_SHIFT);
    columns[Field.MacLow]![slot] = address % 2 ** 32 || 0;
  }
}

/** Their places among those of the batch become numbers. */
function placeInterfaces({ stages }: Filling, given: Envelopes, from: number, count: number): void {
  const { interfaces } = given;
  if (interfaces.length > FROM_HOST)
    throw new PacketwalkError(`a batch lists ${interfaces.length} interfaces`, { code: 'bad-batch' });
  const numbers = interfaces.map((name) => stages.interfaces.number(name));
  stages.memory.words.set(numbers, stages.get(Run.BatchIfaces) >>> 2);
  const bad = stages.core.placeInterfaces(count, numbers.length);
  if (bad === NO_PACKET) return;
  const [place] = [given.in, given.out]
    .map((column) => column?.[from + bad])
    .filter((one) => !(one! < numbers.length) && one! < UNSAID);
  throw new PacketwalkError(`a packet names interface ${place}, and ${numbers.length} are listed`, {
    code: 'bad-batch',
  });
}
