/** Writes tables into the core's memory, as assembly/first-match.ts reads them. */
import { GroupKind, GroupWord, MATCH_BATCH, MatchWord, RunWord } from '../../abi.js';
import type { Memory } from '../memory.js';
import type { Classes } from './classes.js';
import { bitsOf, type Group } from './groups.js';
import type { Lines } from './lines.js';
import { TILE } from './pairs.js';
import type { FieldClasses, Services } from './services.js';

export interface Tables {
  readonly services: Services;
  readonly groups: readonly Group[];
  readonly sources: Classes;
  readonly destinations: Classes;
}

const LINE_BYTES = 64;

/** Bytes that they take, but for what each region is rounded up by. */
export function tableBytes({ services, groups, sources, destinations }: Tables): number {
  const lines = LINE_BYTES * (sources.lines.count + destinations.lines.count) + 2 * 4 * 65536;
  const ports = 2 * 2 * 65536 + 2 * 256 + 2 * services.yOf.length;
  const maps = groups.length === 1 ? 0 : 6 * groups.length * (sources.count + destinations.count);
  const scratch = MATCH_BATCH * (2 + 2 + 2 + 4 + 4 + 2) + MATCH_BATCH / 8 + 17 * 256;
  return lines + ports + maps + scratch + groups.reduce((sum, group) => sum + group.bytes, 0) + 1024;
}

/** Where they are: the address of MatchWord. */
export function placeTables(memory: Memory, tables: Tables): number {
  const { services, groups, sources, destinations } = tables;
  const words = new Uint32Array(MatchWord.Size);
  words[MatchWord.SourceRoot] = placeLines(memory, sources.lines);
  words[MatchWord.DestinationRoot] = placeLines(memory, destinations.lines);
  const { sport, dport, proto } = services.classes;
  const ports = ({ ofValue }: FieldClasses, factor: number) =>
    placeHalves(
      memory,
      ofValue.map((of) => of * factor),
    );
  // one of two columns need not be looked at where it has but one class
  if (sport.count > 1) words[MatchWord.SourcePorts] = ports(sport, dport.count * proto.count);
  if (dport.count > 1 || sport.count === 1) words[MatchWord.DestinationPorts] = ports(dport, proto.count);
  words[MatchWord.Protocols] = placeHalves(memory, proto.ofValue);
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

/** Lines begin at multiples of their size: a line of the processor's caches holds one. */
function placeLines(memory: Memory, { first, shift, lines, count }: Lines): number {
  const room = memory.reserve(LINE_BYTES * (count + 1));
  const base = (room + LINE_BYTES - 1) & -LINE_BYTES;
  memory.halves.set(lines.subarray(0, (LINE_BYTES / 2) * count), base >>> 1);
  return memory.place(first.map((line, part) => base + LINE_BYTES * line + shift[part]!));
}

function placeGroup(memory: Memory, { groups, sources, destinations }: Tables, g: number, record: Uint32Array): void {
  const { pairs, patterns, swapped } = groups[g]!;
  const shift = bitsOf(patterns.rules.length);
  record[GroupWord.PatternShift] = shift;
  const tileWords = pairs.tiles.starts[pairs.tiles.count]!;
  const tiles = memory.place(
    pairs.tiles.words.subarray(0, tileWords).map((list) => (patterns.ofList[list]! << shift) | patterns.starts[list]!),
  );
  record[GroupWord.Tiles] = tiles;
  record[GroupWord.PatternStride] = patterns.stride;
  const places = memory.reserve(patterns.places.length);
  memory.bytes.set(patterns.places, places);
  record[GroupWord.Patterns] = places;
  record[GroupWord.Lists] = placeHalves(memory, patterns.rules);
  const flat = pairs.width === 1;
  if (!flat) {
    record[GroupWord.Rows] = placeHalves(memory, pairs.rows.words.subarray(0, pairs.rows.count * pairs.width));
    record[GroupWord.RowBytes] = 2 * pairs.width;
  }
  record[GroupWord.Swapped] = swapped ? 1 : 0;
  record[GroupWord.Kind] = flat ? GroupKind.Flat : groups.length === 1 ? GroupKind.Direct : GroupKind.Tiled;
  if (groups.length === 1 && !flat) return;
  const [rows, columns] = swapped ? [destinations, sources] : [sources, destinations];
  const placeOf = (classes: Classes, of: number) => classes.places[of * groups.length + g]!;
  record[GroupWord.RowOf] = memory.place(
    Uint32Array.from({ length: rows.count }, (_, of) => {
      const row = placeOf(rows, of);
      return flat ? tiles + 4 * TILE * pairs.rows.words[row]! : record[GroupWord.Rows]! + 2 * pairs.width * row;
    }),
  );
  record[GroupWord.ColumnOf] = placeHalves(
    memory,
    Uint16Array.from({ length: columns.count }, (_, of) => placeOf(columns, of) * (flat ? 4 : 1)),
  );
}
