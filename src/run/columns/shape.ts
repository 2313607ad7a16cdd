/** Which columns packets are given in, and of which of them each value counts by itself. */
import { Beside, Field } from '../../abi.js';
import type { PacketBatch } from '../../model/batch.js';
import type { Intake } from './intake.js';
import type { Terms } from './terms.js';

/** How packets are given. */
export interface Shape {
  /** by their bytes. */
  readonly bytes: boolean;
  /** columns whose values differ: what is the same for all packets of a batch needs no step. */
  readonly given: ReadonlySet<Field | Beside>;
  /** where those are that are no columns of the batch; undefined: all are. */
  readonly beside: GivenColumns | undefined;
  /** whom frames are for is given, by which packets are not forwarded. */
  readonly framed: boolean;
}

/** Columns as they were given, of numbers as small as they may be: addresses of the core's memory. */
export interface GivenColumns {
  readonly columns: ReadonlyMap<Field | Beside, { readonly at: number; readonly width: number }>;
  /** a byte for each packet's fate. */
  readonly fates: number;
}

export function shapeOf(given: PacketBatch, beside?: Intake): Shape {
  const columns = given.kind === 'columns' ? given : undefined;
  const bytes = columns === undefined;
  const all: readonly (readonly [Field | Beside, boolean])[] = [
    [Field.InIf, beside === undefined || given.in !== undefined],
    [Field.Ttl, bytes || columns.ttl !== undefined],
    [Field.Tos, bytes || columns.tos !== undefined],
    [Field.Frag, bytes || columns.frag !== undefined],
    [Field.TcpFlags, beside === undefined || columns?.flags !== undefined],
    [Field.Flags, beside === undefined],
    [Field.Mark, given.mark !== undefined],
    [Field.Uid, given.uid !== undefined],
    [Field.Gid, given.gid !== undefined],
    [Field.Link, given.mac !== undefined || given.pkttype !== undefined],
    [Field.MacLow, given.mac !== undefined],
    [Beside.Path, given.path !== undefined],
    [Beside.Given, given.state !== undefined],
    [Beside.Out, given.out !== undefined],
  ];
  return {
    bytes,
    beside,
    given: new Set(all.flatMap(([column, there]) => (there ? [column] : []))),
    framed: given.pkttype !== undefined,
  };
}

export const isGiven = ({ given }: Shape, field: Field | Beside): boolean => !OPTIONAL.has(field) || given.has(field);
/** Columns that are the same in all packets of a batch that does not give them. */
const OPTIONAL: ReadonlySet<Field | Beside> = new Set<Field | Beside>([
  Field.InIf,
  Field.TcpFlags,
  Field.Flags,
  Field.Ttl,
  Field.Tos,
  Field.Frag,
  Field.Mark,
  Field.Uid,
  Field.Gid,
  Field.Link,
  Field.MacLow,
  Beside.Path,
  Beside.Given,
  Beside.Out,
]);

/** Of values that count one by one so many are met: at first, at most where they are large, and where they are small. */
const FIRST_VALUES = 2;
export const MOST_VALUES = 16;
const MOST_BYTES = 256;
/** Fields that are told one by one, by a table for their low numbers. */
export const SMALL: readonly (Field | Beside)[] = [
  Field.InIf,
  Field.Ttl,
  Field.Tos,
  Beside.Local,
  Beside.Path,
  Beside.Given,
  Beside.Out,
];

/** How many values of a column there is room for. */
export type Rooms = ReadonlyMap<Field | Beside, number>;

export function exactFields(terms: Terms, shape: Shape, rooms: Rooms): [Field | Beside, number][] {
  const asked: readonly (Field | Beside)[] = [
    Field.InIf,
    ...(shape.beside === undefined ? [Beside.Local] : []),
    Beside.Path,
    Beside.Given,
    Beside.Out,
    ...(shape.framed ? [Field.Link] : []),
    ...terms.exact,
  ];
  return [...new Set(asked)]
    .filter((column) => isGiven(shape, column))
    .map((column) => [column, rooms.get(column) ?? FIRST_VALUES]);
}

/** Twice as much room, as far as there may be any; undefined: no more. */
export function moreRoom(rooms: Rooms, column: Field | Beside): Rooms | undefined {
  const now = rooms.get(column) ?? FIRST_VALUES;
  return now >= mostOf(column) ? undefined : new Map(rooms).set(column, 2 * now);
}

export const mostOf = (column: Field | Beside): number => (SMALL.includes(column) ? MOST_BYTES : MOST_VALUES);
