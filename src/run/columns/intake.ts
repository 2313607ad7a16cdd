/**
 * Columns as a batch gives them, in the core's memory: numbers as small as they may be, of packets that are not placed into the
 * batch's own columns unless they have to walk.
 */
import { BATCH_SLOTS, type Beside, End, Field } from '../../abi.js';
import type { Column, PacketBatch, PacketColumns } from '../../model/batch.js';
import type { Family } from '../../net/address.js';
import type { Memory } from '../memory.js';
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

/** Bytes of an address of IPv6. */
export const WIDE = 16;

/** Packets of which nothing is said that has no column here. */
export function isPlain(given: PacketBatch, family: Family): given is PacketColumns {
  return (
    given.kind === 'columns' &&
    (given.family ?? 4) === family &&
    given.length !== undefined &&
    [given.path, given.out, given.state, given.uid, given.gid, given.mac, given.pkttype].every(
      (one) => one === undefined,
    )
  );
}

export class Intake implements GivenColumns {
  readonly columns: ReadonlyMap<Field | Beside, { readonly at: number; readonly width: number }>;
  readonly fates: number;

  constructor(
    private readonly memory: Memory,
    private readonly family: Family,
  ) {
    const address = family === 4 ? 4 : WIDE;
    const widths = [[Field.Src, address] as const, [Field.Dst, address] as const, ...WIDTHS];
    // columns that lie whole pages apart would share the few places of the first cache
    this.columns = new Map(
      widths.map(([field, width]) => [field, { at: memory.reserve(width * BATCH_SLOTS + 64), width }] as const),
    );
    this.fates = memory.reserve(BATCH_SLOTS);
  }

  /** So many of them from a place on, none of which has gone anywhere yet. What is too large for a column is cut to its bits. */
  take(given: PacketColumns, from: number, count: number): void {
    const put = (field: Field, column: Column | undefined) => {
      if (column === undefined) return;
      const { at, width } = this.columns.get(field)!;
      const { words, halves, bytes } = this.memory;
      const to = width === 4 ? words : width === 2 ? halves : bytes;
      to.set(column.subarray(from, from + count), at / width);
    };
    const putAddresses = (field: Field, column: Uint32Array) => {
      const each = this.family === 4 ? 1 : 4;
      this.memory.words.set(column.subarray(each * from, each * (from + count)), this.columns.get(field)!.at >>> 2);
    };
    this.memory.bytes.fill(End.Walking, this.fates, this.fates + count);
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
    return this.memory.bytes.subarray(this.fates, this.fates + count);
  }
}

/** Those of the packets, by their places behind `from`. */
export function pick(given: PacketColumns, from: number, places: ArrayLike<number>): PacketColumns {
  const of = <C extends Column>(column: C | undefined): C | undefined => {
    if (column === undefined) return undefined;
    const picked = column.slice(0, places.length) as C;
    for (let i = 0; i < places.length; i++) picked[i] = column[from + places[i]!]!;
    return picked;
  };
  const addresses = (column: Uint32Array): Uint32Array => {
    if (given.family !== 6) return of(column)!;
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
    time: given.time && timesOf(given.time, from, places),
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
