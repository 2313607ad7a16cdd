/**
 * The first rule of a list of five fields that takes a packet, by tables, column by column: the class of each address, what
 * ports and protocol ask of services, and for each group of rules the list that a pair of addresses leaves.
 * src/run/first-match/ makes the tables (MatchWord).
 */
import { GroupKind, GroupWord, MATCH_BATCH, MatchWord } from '../src/abi';
import { word } from './packet';

export function firstMatch(
  plan: usize,
  sources: usize,
  destinations: usize,
  sourcePorts: usize,
  destinationPorts: usize,
  protocols: usize,
  count: u32,
  results: usize,
): void {
  const sourceClasses: usize = word(plan, MatchWord.SourceClasses);
  const destinationClasses: usize = word(plan, MatchWord.DestinationClasses);
  const entries: usize = word(plan, MatchWord.Entries);
  const ys: usize = word(plan, MatchWord.Ys);
  for (let done: u32 = 0; done < count; done += MATCH_BATCH) {
    const size = min<u32>(MATCH_BATCH, count - done);
    findClasses(word(plan, MatchWord.SourceRoot), sources + (done << 2), size, sourceClasses);
    findClasses(word(plan, MatchWord.DestinationRoot), destinations + (done << 2), size, destinationClasses);
    findYs(plan, sourcePorts + (done << 1), destinationPorts + (done << 1), protocols + done, size, ys);
    let group: usize = word(plan, MatchWord.Groups);
    const end = group + ((word(plan, MatchWord.GroupCount) * GroupWord.Size) << 2);
    for (let isFirst = true; group < end; group += GroupWord.Size << 2, isFirst = false) {
      const swapped = word(group, GroupWord.Swapped) != 0;
      const rows = swapped ? destinationClasses : sourceClasses;
      const columns = swapped ? sourceClasses : destinationClasses;
      const kind = word(group, GroupWord.Kind);
      if (kind == GroupKind.Direct) findDirect(group, rows, columns, size, entries);
      else if (kind == GroupKind.Tiled) findTiled(group, rows, columns, size, entries);
      else findFlat(group, rows, columns, size, entries);
      resolve<u8, u16>(group, entries, ys, size, results + (done << 2), isFirst);
    }
  }
}

/** The class of each address: of 65,536 parts one has some lines of 64 bytes, which hold up to sixteen intervals. */
function findClasses(root: usize, addresses: usize, size: u32, classes: usize): void {
  const end = addresses + (size << 2);
  for (; addresses < end; addresses += 4, classes += 2) {
    const address = load<u32>(addresses);
    const lines = load<u32>(root + ((address >>> 16) << 2));
    // the low bits say how many lines there are
    const line: usize = (lines & ~63) + (((address & 0xffff) >>> lines) << 6);
    const low = i16x8.splat(<i16>(address ^ 0x8000));
    const above = i8x16.narrow_i16x8_s(i16x8.gt_s(v128.load(line), low), i16x8.gt_s(v128.load(line, 16), low));
    store<u16>(classes, load<u16>(line + (ctz(i8x16.bitmask(above) | 0x10000) << 1), 30));
  }
}

function findYs(plan: usize, sources: usize, destinations: usize, protocols: usize, size: u32, ys: usize): void {
  const ofSource: usize = word(plan, MatchWord.SourcePorts);
  const ofDestination: usize = word(plan, MatchWord.DestinationPorts);
  const ofProtocol: usize = word(plan, MatchWord.Protocols);
  const yOf: usize = word(plan, MatchWord.YOf);
  for (let i: u32 = 0; i < size; i++) {
    const sum =
      load<u32>(ofSource + ((<usize>load<u16>(sources + (i << 1))) << 2)) +
      load<u32>(ofDestination + ((<usize>load<u16>(destinations + (i << 1))) << 2)) +
      load<u32>(ofProtocol + ((<usize>load<u8>(protocols + i)) << 2));
    store<u16>(ys + (i << 1), load<u16>(yOf + (sum << 1)));
  }
}

/** One group, whose rows and columns are the classes themselves. */
function findDirect(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const table: usize = word(group, GroupWord.Rows);
  const rowBytes = word(group, GroupWord.RowBytes);
  const tiles: usize = word(group, GroupWord.Tiles);
  for (let i: u32 = 0; i < size; i++) {
    const row = table + <usize>load<u16>(rows + (i << 1)) * rowBytes;
    const column = <u32>load<u16>(columns + (i << 1));
    const tile: usize = load<u16>(row + ((column >>> 4) << 1));
    store<u32>(entries + (i << 2), load<u32>(tiles + (tile << 6) + ((column & 15) << 2)));
  }
}

function findTiled(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const rowOf: usize = word(group, GroupWord.RowOf);
  const columnOf: usize = word(group, GroupWord.ColumnOf);
  const tiles: usize = word(group, GroupWord.Tiles);
  for (let i: u32 = 0; i < size; i++) {
    const row: usize = load<u32>(rowOf + ((<usize>load<u16>(rows + (i << 1))) << 2));
    const column = <u32>load<u16>(columnOf + ((<usize>load<u16>(columns + (i << 1))) << 1));
    const tile: usize = load<u16>(row + ((column >>> 4) << 1));
    store<u32>(entries + (i << 2), load<u32>(tiles + (tile << 6) + ((column & 15) << 2)));
  }
}

/** Few columns: a row is its entries. */
function findFlat(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const rowOf: usize = word(group, GroupWord.RowOf);
  const columnOf: usize = word(group, GroupWord.ColumnOf);
  for (let i: u32 = 0; i < size; i++) {
    const row: usize = load<u32>(rowOf + ((<usize>load<u16>(rows + (i << 1))) << 2));
    const column = <usize>load<u16>(columnOf + ((<usize>load<u16>(columns + (i << 1))) << 1));
    store<u32>(entries + (i << 2), load<u32>(row + column));
  }
}

/** Entries are a pattern and the place of a list: the pattern says which of the list's rules takes a y. */
function resolve<Place, Rule>(group: usize, entries: usize, ys: usize, size: u32, results: usize, isFirst: bool): void {
  const patterns: usize = word(group, GroupWord.Patterns);
  const yCount = word(group, GroupWord.PatternStride);
  const lists: usize = word(group, GroupWord.Lists);
  const shift = word(group, GroupWord.PatternShift);
  const mask = (1 << shift) - 1;
  for (let i: u32 = 0; i < size; i++) {
    const entry = load<u32>(entries + (i << 2));
    const y = <u32>load<u16>(ys + (i << 1));
    const place = <u32>load<Place>(patterns + ((entry >>> shift) * yCount + y) * sizeof<Place>());
    const rule = <u32>load<Rule>(lists + ((entry & mask) + place) * sizeof<Rule>());
    const at = results + (i << 2);
    if (isFirst) store<u32>(at, rule);
    else store<u32>(at, min<u32>(rule, load<u32>(at)));
  }
}
