/** Writes tables into the core's memory, as assembly/first-match.ts reads them. */
import { GroupKind, GroupWord, MATCH_BATCH, MatchWord, RunWord, SPARSE_SHIFT } from '../../abi.js';
import type { Memory } from '../memory.js';
import type { Classes } from './classes.js';
import { bitsOf, type Group } from './groups.js';
import { LINE_BYTES, type Lines } from './lines.js';
import { type Pairs, TILE } from './pairs.js';
import type { FieldClasses, Services } from './services.js';

export interface Tables {
  readonly services: Services;
  readonly groups: readonly Group[];
  readonly sources: Classes;
  readonly destinations: Classes;
}

/** Bytes that they take at most. */
export function tableBytes({ services, groups, sources, destinations }: Tables): number {
  const lineBytes = ({ lines: { count, index } }: Classes) => LINE_BYTES * count + 4 * index.length + 4 * 65536 + 128;
  const lines = lineBytes(sources) + lineBytes(destinations);
  const ports = 2 * portWidth(services) * 65536 + 256 + 2 * services.yOf.length;
  const maps = 8 * groups.length * (sources.count + destinations.count);
  const scratch = MATCH_BATCH * (2 + 2 + 2 + 4 + 4 + 2) + MATCH_BATCH / 8 + 17 * 256;
  return lines + ports + maps + scratch + groups.reduce((sum, group) => sum + group.bytes + 256, 0) + 1024;
}

/** Bytes that the class of a port takes. */
const portWidth = ({ classes: { sport, dport } }: Services) => (Math.max(sport.count, dport.count) <= 256 ? 1 : 2);

/** Where they are: the address of MatchWord. */
export function placeTables(memory: Memory, tables: Tables): number {
  const { services, groups, sources, destinations } = tables;
  const words = new Uint32Array(MatchWord.Size);
  words[MatchWord.SourceRoot] = placeLines(memory, sources.lines);
  words[MatchWord.DestinationRoot] = placeLines(memory, destinations.lines);
  const { sport, dport, proto } = services.classes;
  words[MatchWord.PortWidth] = portWidth(services);
  const classes = ({ ofValue }: FieldClasses) =>
    portWidth(services) === 1 ? placeBytes(memory, ofValue) : placeHalves(memory, ofValue);
  // one of two columns need not be looked at where it has but one class
  if (sport.count > 1) words[MatchWord.SourcePorts] = classes(sport);
  if (dport.count > 1 || sport.count === 1) words[MatchWord.DestinationPorts] = classes(dport);
  words[MatchWord.Protocols] = placeBytes(memory, proto.ofValue);
  words[MatchWord.SourceFactor] = dport.count * proto.count;
  words[MatchWord.DestinationFactor] = proto.count;
  words[MatchWord.YOf] = placeHalves(memory, services.yOf);
  const records = new Uint32Array(groups.length * GroupWord.Size);
  groups.forEach((_, g) => {
    placeGroup(memory, tables, g, records.subarray(g * GroupWord.Size, (g + 1) * GroupWord.Size));
  });
  words[MatchWord.Groups] = memory.place(records);
  words[MatchWord.GroupCount] = groups.length;
  words.set(placeRuns(memory), MatchWord.Runs);
  words[MatchWord.Found] = memory.reserve(4 * MATCH_BATCH + 32) + 16;
  words[MatchWord.SourceClasses] = memory.reserve(2 * MATCH_BATCH);
  words[MatchWord.DestinationClasses] = memory.reserve(2 * MATCH_BATCH);
  words[MatchWord.Ys] = memory.reserve(2 * MATCH_BATCH);
  words[MatchWord.Entries] = memory.reserve(4 * MATCH_BATCH);
  return memory.place(words);
}

/** What the core looks up to list runs, and room for them: RunWord. */
function placeRuns(memory: Memory): number[] {
  const bitsIn = (bits: number) => [0, 1, 2, 3, 4, 5, 6, 7].filter((place) => (bits >> place) & 1);
  const places = memory.reserve(256 * 16);
  for (let bits = 0; bits < 256; bits++) memory.halves.set(bitsIn(bits), places / 2 + 8 * bits);
  const spreads = memory.reserve(16 * 16);
  for (let bits = 0; bits < 16; bits++)
    for (let byte = 0; byte < 16; byte++) {
      const packet = byte >> 2;
      // of those up to the packet, but the first
      const begun = bitsIn(bits & ((2 << packet) - 2)).length;
      memory.bytes[spreads + 16 * bits + byte] = 4 * begun + (byte & 3);
    }
  const words: number[] = [];
  words[RunWord.List] = memory.reserve(2 * MATCH_BATCH + 32);
  words[RunWord.Bits] = memory.reserve(MATCH_BATCH / 8);
  words[RunWord.Places] = places;
  words[RunWord.Spreads] = spreads;
  return words;
}

function placeHalves(memory: Memory, values: ArrayLike<number>): number {
  const at = memory.reserve(2 * values.length);
  memory.halves.set(values, at >>> 1);
  return at;
}

/** Lines and indices begin at multiples of 32 bytes, so that how far to shift fits in below. */
function placeLines(memory: Memory, { first, shift, index, lines, count }: Lines): number {
  const aligned = (bytes: number) => 32 * Math.ceil(memory.reserve(bytes + 32) / 32);
  const linesAt = aligned(LINE_BYTES * count);
  memory.halves.set(lines.subarray(0, (LINE_BYTES / 2) * count), linesAt >>> 1);
  const lineAt = (line: number) => linesAt + LINE_BYTES * line;
  const indexAt = aligned(4 * index.length);
  memory.words.set(index.map(lineAt), indexAt >>> 2);
  return memory.place(
    first.map((place, part) => (shift[part] === 16 ? lineAt(place) : indexAt + 4 * place) + shift[part]!),
  );
}

function placeGroup(memory: Memory, { groups, sources, destinations }: Tables, g: number, record: Uint32Array): void {
  const { patterns, swapped, pairs, sparse } = groups[g]!;
  const shift = bitsOf(patterns.rules.length);
  const entryOf = (list: number) => (patterns.ofList[list]! << shift) | patterns.starts[list]!;
  record[GroupWord.Swapped] = swapped ? 1 : 0;
  record[GroupWord.PatternShift] = shift;
  record[GroupWord.PatternStride] = patterns.stride;
  record[GroupWord.Wide] = patterns.wide ? 1 : 0;
  record[GroupWord.Patterns] = patterns.wide
    ? placeHalves(memory, patterns.places)
    : placeBytes(memory, patterns.places);
  record[GroupWord.Lists] = patterns.wide ? memory.place(patterns.rules) : placeHalves(memory, patterns.rules);
  // where the places of a class in this group begin
  const before = (side: 'source' | 'destination') =>
    groups.slice(0, g).reduce((sum, group) => sum + group[side].places.length, 0);
  const places = ({ count, width, places }: Classes, from: number, number: number) =>
    Uint32Array.from({ length: count }, (_, of) => places[of * width + from + number]!);
  const ofSource = (number: number) => places(sources, before('source'), number);
  const ofDestination = (number: number) => places(destinations, before('destination'), number);
  const [rowOf, columnOf] = swapped ? [ofDestination, ofSource] : [ofSource, ofDestination];
  if (pairs !== undefined) placePairs(memory, pairs, entryOf, groups.length === 1, rowOf(0), columnOf(0), record);
  if (sparse !== undefined)
    placeSparse(memory, sparse, entryOf, [rowOf(0), rowOf(1)], [columnOf(0), columnOf(1)], record);
}

function placePairs(
  memory: Memory,
  { width, rows, tiles }: Pairs,
  entryOf: (list: number) => number,
  alone: boolean,
  rowOf: Uint32Array,
  columnOf: Uint32Array,
  record: Uint32Array,
): void {
  if (width === 1) {
    // no more of a tile than there are columns
    const stride = 1 << bitsOf(columnOf.reduce((most, column) => Math.max(most, column), 0) + 1);
    const entries = Uint32Array.from({ length: stride * tiles.count }, (_, i) =>
      entryOf(tiles.words[TILE * Math.floor(i / stride) + (i % stride)]!),
    );
    const at = memory.place(entries);
    record[GroupWord.Kind] = GroupKind.Flat;
    record[GroupWord.RowOf] = memory.place(rowOf.map((row) => at + 4 * stride * rows.words[row]!));
    record[GroupWord.ColumnOf] = placeHalves(
      memory,
      columnOf.map((column) => 4 * column),
    );
    return;
  }
  record[GroupWord.Tiles] = memory.place(tiles.words.subarray(0, tiles.size).map(entryOf));
  const rowsAt = placeHalves(memory, rows.words.subarray(0, rows.size));
  record[GroupWord.Rows] = rowsAt;
  record[GroupWord.RowBytes] = 2 * width;
  record[GroupWord.Kind] = alone ? GroupKind.Direct : GroupKind.Tiled;
  if (alone) return;
  record[GroupWord.RowOf] = memory.place(rowOf.map((row) => rowsAt + 2 * width * row));
  record[GroupWord.ColumnOf] = placeHalves(memory, columnOf);
}

function placeSparse(
  memory: Memory,
  { comb, defaults, columns }: Exclude<Group['sparse'], undefined>,
  entryOf: (list: number) => number,
  [cellsOf, defaultsOf]: readonly [Uint32Array, Uint32Array],
  [longOf, shortOf]: readonly [Uint32Array, Uint32Array],
  record: Uint32Array,
): void {
  record[GroupWord.Kind] = GroupKind.Sparse;
  const combAt = memory.reserve(8 * comb.owners.length);
  const defaultsAt = memory.place(defaults.words.subarray(0, defaults.size).map(entryOf));
  const cells = memory.words.subarray(combAt >>> 2);
  comb.owners.forEach((owner, i) => {
    if (owner === 0) return;
    cells[2 * i] = combAt + 8 * owner;
    cells[2 * i + 1] = entryOf(comb.values[i]!);
  });
  const rows = new Uint32Array(2 * cellsOf.length);
  for (let of = 0; of < cellsOf.length; of++) {
    rows[2 * of] = combAt + 8 * comb.bases[cellsOf[of]!]!;
    rows[2 * of + 1] = defaultsAt + 4 * columns.shortCount * defaultsOf[of]!;
  }
  record[GroupWord.RowOf] = memory.place(rows);
  record[GroupWord.ColumnOf] = memory.place(
    longOf.map((long, of) => ((4 * shortOf[of]!) << SPARSE_SHIFT) | (8 * long)),
  );
}

function placeBytes(memory: Memory, values: ArrayLike<number>): number {
  const at = memory.reserve(values.length);
  memory.bytes.set(values, at);
  return at;
}
