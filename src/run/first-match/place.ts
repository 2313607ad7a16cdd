/** Writes tables into the core's memory, as assembly/first-match.ts reads them. */
import { GroupKind, GroupWord, MATCH_BATCH, MatchWord } from '../../abi.js';
import type { Memory } from '../memory.js';
import type { Classes } from './classes.js';
import { bitsOf, type Group } from './groups.js';
import type { Lines } from './lines.js';
import { TILE } from './pairs.js';
import type { Services } from './services.js';

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
  const ports = 2 * 4 * 65536 + 4 * 256 + 2 * services.yOf.length;
  const maps = groups.length === 1 ? 0 : 6 * groups.length * (sources.count + destinations.count);
  const scratch = MATCH_BATCH * (2 + 2 + 2 + 4);
  return lines + ports + maps + scratch + groups.reduce((sum, group) => sum + group.bytes, 0) + 1024;
}

/** Where they are: the address of MatchWord. */
export function placeTables(memory: Memory, tables: Tables): number {
  const { services, groups, sources, destinations } = tables;
  const words = new Uint32Array(MatchWord.Size);
  words[MatchWord.SourceRoot] = placeLines(memory, sources.lines);
  words[MatchWord.DestinationRoot] = placeLines(memory, destinations.lines);
  const { sport, dport, proto } = services.classes;
  const ports = ({ ofValue }: { readonly ofValue: Uint16Array }, factor: number) =>
    memory.place(Uint32Array.from(ofValue, (of) => of * factor));
  words[MatchWord.SourcePorts] = ports(sport, dport.count * proto.count);
  words[MatchWord.DestinationPorts] = ports(dport, proto.count);
  words[MatchWord.Protocols] = ports(proto, 1);
  words[MatchWord.YOf] = placeHalves(memory, services.yOf);
  const records = new Uint32Array(groups.length * GroupWord.Size);
  groups.forEach((_, g) => {
    placeGroup(memory, tables, g, records.subarray(g * GroupWord.Size, (g + 1) * GroupWord.Size));
  });
  words[MatchWord.Groups] = memory.place(records);
  words[MatchWord.GroupCount] = groups.length;
  words[MatchWord.SourceClasses] = memory.reserve(2 * MATCH_BATCH);
  words[MatchWord.DestinationClasses] = memory.reserve(2 * MATCH_BATCH);
  words[MatchWord.Ys] = memory.reserve(2 * MATCH_BATCH);
  words[MatchWord.Entries] = memory.reserve(4 * MATCH_BATCH);
  return memory.place(words);
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
