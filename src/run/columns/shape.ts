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
  readonly inPlace: GivenColumns | undefined;
  /** whom frames are for is given, by which packets are not forwarded. */
  readonly framed: boolean;
}

/** Columns as they were given, of numbers as small as they may be: addresses of the core's memory. */
export interface GivenColumns {
  readonly columns: ReadonlyMap<Field | Beside, { readonly at: number; readonly width: number }>;
  /** a byte for each packet's fate. */
  readonly fates: number;
}

/** Columns that are the same in all packets of a batch that does not give them. */
const OPTIONAL: readonly (Field | Beside)[] = [
  Field.InIf,
  Field.Ttl,
  Field.Tos,
  Field.Frag,
  Field.TcpFlags,
  Field.Flags,
  Field.Mark,
  Field.Uid,
  Field.Gid,
  Field.Link,
  Field.MacLow,
  Beside.Path,
  Beside.Given,
  Beside.Out,
];

/** Whether they are given, in their order. */
function areGiven(given: PacketBatch, inPlace: boolean): boolean[] {
  const columns = given.kind === 'columns' ? given : undefined;
  const bytes = columns === undefined;
  const linked = isLinked(given, inPlace);
  return [
    !inPlace || given.in !== undefined,
    bytes || columns.ttl !== undefined,
    bytes || columns.tos !== undefined,
    bytes || columns.frag !== undefined,
    !inPlace || bytes || columns.flags !== undefined,
    !inPlace,
    given.mark !== undefined,
    given.uid !== undefined,
    given.gid !== undefined,
    linked && (given.mac !== undefined || given.pkttype !== undefined),
    linked && given.mac !== undefined,
    given.path !== undefined,
    given.state !== undefined,
    given.out !== undefined,
  ];
}

/** Those taken by their bytes where they are that are told by columns came in a frame for this host, which no rule asks about. */
const isLinked = (given: PacketBatch, inPlace: boolean): boolean => !inPlace || given.kind === 'columns';

export function shapeOf(given: PacketBatch, inPlace?: Intake): Shape {
  const there = areGiven(given, inPlace !== undefined);
  return {
    bytes: given.kind === 'bytes' && inPlace === undefined,
    inPlace,
    given: new Set(OPTIONAL.filter((_, i) => there[i])),
    framed: given.pkttype !== undefined && isLinked(given, inPlace !== undefined),
  };
}

/** A number for each shape, and for whether packets that this host sends are completed: it is asked for every batch. */
export function shapeNumber(given: PacketBatch, inPlace: boolean): number {
  let number = 0;
  for (const there of areGiven(given, inPlace)) number = 2 * number + Number(there);
  const bytes = given.kind === 'bytes' && !inPlace;
  for (const is of [
    inPlace,
    bytes,
    bytes && given.raw !== false,
    given.pkttype !== undefined && isLinked(given, inPlace),
  ])
    number = 2 * number + Number(is);
  return number;
}

export const isGiven = ({ given }: Shape, field: Field | Beside): boolean =>
  !OPTIONAL.includes(field) || given.has(field);

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
    ...(shape.inPlace === undefined ? [Beside.Local] : []),
    Beside.Path,
    Beside.Given,
    Beside.Out,
    ...(shape.framed ? [Field.Link] : []),
    ...terms.exact.keys(),
  ];
  return [...new Set(asked)]
    .filter((column) => isGiven(shape, column))
    .map((column) => [column, rooms.get(column) ?? FIRST_VALUES]);
}

export const mostOf = (column: Field | Beside): number => (SMALL.includes(column) ? MOST_BYTES : MOST_VALUES);
