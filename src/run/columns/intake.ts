/**
 * Columns as a batch gives them, or the core makes them of its bytes, in the core's memory: numbers as small as they may be, of packets
 * that are not placed into the batch's own columns unless they have to walk.
 */
import { BATCH_SLOTS, type Beside, End, Field, IntakeWord, Run } from '../../abi.js';
import { pick as pickBytes } from '../../input/by-family.js';
import type { Column, PacketBatch, PacketBytes, PacketColumns } from '../../model/batch.js';
import { BATCH_BYTES, checkLengths, span } from '../fill.js';
import type { Stages } from '../stage.js';
import type { GivenColumns } from './shape.js';

const WIDTHS = [
  [Field.Proto, 1],
  [Field.Sport, 2],
  [Field.Dport, 2],
  [Field.TcpFlags, 1],
  [Field.Length, 2],
  [Field.Ttl, 1],
  [Field.Tos, 1],
  [Field.Frag, 2],
  [Field.Mark, 4],
  [Field.InIf, 2],
] as const;

/** By IntakeWord. */
const FIELDS: readonly Field[] = [
  Field.Src,
  Field.Dst,
  ...WIDTHS.map(([field]) => field).filter((field) => field !== Field.Mark),
];

/** Bytes of an address of IPv6. */
export const WIDE = 16;

/** What rules read of packets that columns do not tell. */
export interface Reads {
  readonly bytes: boolean;
  readonly link: boolean;
}

/** Packets of which nothing is said that has no column here; of frames as far as no rule reads them. */
export function isPlain(given: PacketBatch, family: number, reads: Reads): boolean {
  const { path, out, state, uid, gid, mac, pkttype } = given;
  if ([path, out, state, uid, gid].some((one) => one !== undefined)) return false;
  if (given.kind === 'bytes') return !reads.link;
  const isOfFamily = (given.family ?? 4) === family;
  return isOfFamily && given.length !== undefined && mac === undefined && pkttype === undefined;
}

export class Intake implements GivenColumns {
  readonly columns: ReadonlyMap<Field | Beside, { readonly at: number; readonly width: number }>;
  readonly fates: number;
  /** IntakeWord, and whom frames are for. */
  private readonly record: number;
  private readonly frames: number;

  constructor(private readonly stages: Stages) {
    const { memory, family } = stages;
    const address = family === 4 ? 4 : WIDE;
    const widths = [[Field.Src, address] as const, [Field.Dst, address] as const, ...WIDTHS];
    // columns that lie whole pages apart would share the few places of the first cache
    this.columns = new Map(
      widths.map(([field, width]) => [field, { at: memory.reserve(width * BATCH_SLOTS + 64), width }] as const),
    );
    this.fates = memory.reserve(BATCH_SLOTS);
    this.frames = memory.reserve(BATCH_SLOTS);
    this.record = memory.place(Array.from({ length: IntakeWord.Size }, (_, word) => this.placeOf(word)));
  }

  private placeOf(word: IntakeWord): number {
    return word === IntakeWord.Frames ? this.frames : this.columns.get(FIELDS[word]!)!.at;
  }

  /**
   * Up to so many of them from a place on, none of which has gone anywhere yet; how many. What is too large for a column is cut to its
   * bits. 0: of bytes that have no room, or packets most of which are not told by columns.
   */
  take(given: PacketBatch, from: number, count: number, reads: Reads): number {
    const taken = given.kind === 'columns' ? count : this.takeBytes(given, from, count, reads);
    const { memory } = this.stages;
    memory.bytes.fill(End.Walking, this.fates, this.fates + taken);
    if (given.kind === 'columns') this.takeColumns(given, from, count);
    return taken;
  }

  private put(field: Field, column: Column | undefined, from: number, count: number): void {
    if (column === undefined) return;
    const { at, width } = this.columns.get(field)!;
    const { words, halves, bytes } = this.stages.memory;
    const to = width === 4 ? words : width === 2 ? halves : bytes;
    to.set(column.subarray(from, from + count), at / width);
  }

  /** Their bytes lie where those of packets lie that are placed into the batch, which come later. */
  private takeBytes(given: PacketBytes, from: number, most: number, { bytes }: Reads): number {
    // those behind were looked at with the first
    if (from === 0) checkLengths(given);
    const { stages } = this;
    const { memory, columns } = stages;
    const { at, size, wire = size, pkttype } = given;
    const { count, start, end } = span(given, from, most, BATCH_BYTES);
    const to = from + count;
    memory.bytes.set(given.bytes.subarray(start, end), stages.get(Run.Bytes));
    columns[Field.Bytes]!.set(at.subarray(from, to));
    columns[Field.BytesLen]!.set(size.subarray(from, to));
    columns[Field.Length]!.set(wire.subarray(from, to));
    this.put(Field.InIf, given.in, from, count);
    this.put(Field.Mark, given.mark, from, count);
    if (pkttype !== undefined) memory.bytes.set(pkttype.subarray(from, to), this.frames);
    const sent = given.in !== undefined && given.raw !== false;
    const base = stages.get(Run.Bytes) - start;
    const odd = stages.core.takeBytes(
      this.record,
      count,
      base,
      Number(sent),
      Number(pkttype !== undefined),
      Number(bytes),
    );
    return 2 * odd > count ? 0 : count;
  }

  private takeColumns(given: PacketColumns, from: number, count: number): void {
    const { memory, family } = this.stages;
    const put = (field: Field, column: Column | undefined) => this.put(field, column, from, count);
    const putAddresses = (field: Field, column: Uint32Array) => {
      const each = family === 4 ? 1 : 4;
      memory.words.set(column.subarray(each * from, each * (from + count)), this.columns.get(field)!.at >>> 2);
    };
    putAddresses(Field.Src, given.src);
    putAddresses(Field.Dst, given.dst);
    put(Field.Proto, given.proto);
    put(Field.Sport, given.sport);
    put(Field.Dport, given.dport);
    put(Field.TcpFlags, given.flags);
    put(Field.Length, given.length);
    put(Field.Ttl, given.ttl);
    put(Field.Tos, given.tos);
    put(Field.Frag, given.frag);
    put(Field.Mark, given.mark);
    put(Field.InIf, given.in);
  }

  /** What became of the first packets: a number of FATES each. */
  fatesOf(count: number): Uint8Array {
    return this.stages.memory.bytes.subarray(this.fates, this.fates + count);
  }
}

/** Those of the packets, by their places behind `from`. */
export function pick(given: PacketBatch, from: number, places: ArrayLike<number>): PacketBatch {
  const picked =
    given.kind === 'columns'
      ? pickColumns(given, from, places)
      : together(
          pickBytes(
            given,
            Array.from(places, (place) => from + place),
          ),
        );
  return { ...picked, time: given.time && timesOf(given.time, from, places) };
}

/** Their bytes one behind the other, without what lies between them. */
function together(packets: PacketBytes): PacketBytes {
  const { count, bytes, at, size } = packets;
  const isThere = (row: number) => at[row]! + size[row]! <= bytes.length;
  let length = 0;
  for (let row = 0; row < count; row++) if (isThere(row)) length += size[row]!;
  const copies = new Uint8Array(length);
  const places = new Uint32Array(count);
  let end = 0;
  for (let row = 0; row < count; row++) {
    places[row] = end;
    // what is not there stays so
    if (!isThere(row)) continue;
    copies.set(bytes.subarray(at[row], at[row]! + size[row]!), end);
    end += size[row]!;
  }
  return { ...packets, bytes: copies, at: places };
}

function pickColumns(given: PacketColumns, from: number, places: ArrayLike<number>): PacketColumns {
  const first = from + places[0]!;
  const isRun = places[places.length - 1]! - places[0]! + 1 === places.length;
  const of = <C extends Column>(column: C | undefined): C | undefined => {
    if (column === undefined) return undefined;
    if (isRun) return column.subarray(first, first + places.length) as C;
    const picked = column.slice(0, places.length) as C;
    for (let i = 0; i < places.length; i++) picked[i] = column[from + places[i]!]!;
    return picked;
  };
  const addresses = (column: Uint32Array): Uint32Array => {
    if (given.family !== 6) return of(column)!;
    if (isRun) return column.subarray(4 * first, 4 * (first + places.length));
    const picked = new Uint32Array(4 * places.length);
    for (let i = 0; i < places.length; i++) {
      const at = 4 * (from + places[i]!);
      for (let word = 0; word < 4; word++) picked[4 * i + word] = column[at + word]!;
    }
    return picked;
  };
  return {
    kind: 'columns',
    family: given.family,
    count: places.length,
    interfaces: given.interfaces,
    told: given.told && Array.from(places, (place) => given.told![from + place]),
    src: addresses(given.src),
    dst: addresses(given.dst),
    proto: of(given.proto)!,
    sport: of(given.sport)!,
    dport: of(given.dport)!,
    flags: of(given.flags),
    length: of(given.length),
    ttl: of(given.ttl),
    tos: of(given.tos),
    frag: of(given.frag),
    mark: of(given.mark),
    in: of(given.in),
  };
}

/** A packet without a time has that of the one before; NaN: none has any from the first on. `places` are in order. */
function timesOf(times: Float64Array, from: number, places: ArrayLike<number>): Float64Array {
  const picked = new Float64Array(places.length);
  let before = Number.NaN;
  let seen = from;
  for (let i = 0; i < places.length; i++) {
    let at = from + places[i]!;
    const next = at + 1;
    while (at >= seen && Number.isNaN(times[at]!)) at--;
    if (at >= seen) before = times[at]!;
    picked[i] = before;
    seen = next;
  }
  return picked;
}
