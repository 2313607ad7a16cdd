/**
 * The first rule of a list of five fields that takes a packet, by tables, column by column: the class of each address, what
 * ports and protocol ask of services, and for each group of rules the list that a pair of addresses leaves.
 * src/run/first-match/ makes the tables (MatchWord).
 */
import { GroupKind, GroupWord, MATCH_BATCH, MatchWord, RunWord, SPARSE_SHIFT } from '../src/abi';
import { findClasses } from './address-classes';
import { word } from './packet';
import { listRuns, spreadRuns } from './packet-runs';

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
  const runs = plan + (MatchWord.Runs << 2);
  const list: usize = word(runs, RunWord.List);
  const sourceClasses: usize = word(plan, MatchWord.SourceClasses);
  const destinationClasses: usize = word(plan, MatchWord.DestinationClasses);
  const entries: usize = word(plan, MatchWord.Entries);
  const ys: usize = word(plan, MatchWord.Ys);
  const found: usize = word(plan, MatchWord.Found);
  for (let done: u32 = 0; done < count; done += MATCH_BATCH) {
    const inBatch = min<u32>(MATCH_BATCH, count - done);
    const ports = sourcePorts + (done << 1);
    const otherPorts = destinationPorts + (done << 1);
    const from = sources + (done << 2);
    const to = destinations + (done << 2);
    const size = listRuns(runs, from, to, ports, otherPorts, protocols + done, inBatch);
    findClasses(word(plan, MatchWord.SourceRoot), from, list, size, sourceClasses);
    findClasses(word(plan, MatchWord.DestinationRoot), to, list, size, destinationClasses);
    if (word(plan, MatchWord.PortWidth) == 1) findYs<u8>(plan, ports, otherPorts, protocols + done, list, size, ys);
    else findYs<u16>(plan, ports, otherPorts, protocols + done, list, size, ys);
    let group: usize = word(plan, MatchWord.Groups);
    const end = group + ((word(plan, MatchWord.GroupCount) * GroupWord.Size) << 2);
    for (let isFirst = true; group < end; group += GroupWord.Size << 2, isFirst = false) {
      const swapped = word(group, GroupWord.Swapped) != 0;
      const rows = swapped ? destinationClasses : sourceClasses;
      const columns = swapped ? sourceClasses : destinationClasses;
      const kind = word(group, GroupWord.Kind);
      if (kind == GroupKind.Direct) findDirect(group, rows, columns, size, entries);
      else if (kind == GroupKind.Tiled) findTiled(group, rows, columns, size, entries);
      else if (kind == GroupKind.Sparse) findSparse(group, rows, columns, size, entries);
      else findFlat(group, rows, columns, size, entries);
      const to = isFirst ? found : entries;
      if (word(group, GroupWord.Wide) == 0) resolve<u8, u16>(group, entries, ys, size, to);
      else resolve<u16, u32>(group, entries, ys, size, to);
      if (!isFirst) keepLeast(found, entries, size);
    }
    spreadRuns(runs, found, inBatch, results + (done << 2));
  }
}

/** `list`: places of packets, four at a time, as in all of these loops. `Class`: PortWidth. */
function findYs<Class>(
  plan: usize,
  sources: usize,
  destinations: usize,
  protocols: usize,
  list: usize,
  size: u32,
  ys: usize,
): void {
  const ofSource: usize = word(plan, MatchWord.SourcePorts);
  const ofDestination: usize = word(plan, MatchWord.DestinationPorts);
  const ofProtocol: usize = word(plan, MatchWord.Protocols);
  const yOf: usize = word(plan, MatchWord.YOf);
  const end = list + (size << 1);
  const by = word(plan, MatchWord.SourceFactor);
  const times = word(plan, MatchWord.DestinationFactor);
  if (ofSource == 0 || ofDestination == 0) {
    const ports = ofSource == 0 ? destinations : sources;
    const ofPort = ofSource == 0 ? ofDestination : ofSource;
    const factor = ofSource == 0 ? times : by;
    for (; list < end; list += 8, ys += 8) {
      const a = scaled<Class>(load<u16>(list), ports, ofPort, factor);
      store<u16>(ys, yWith(a, load<u16>(list), protocols, ofProtocol, yOf));
      const b = scaled<Class>(load<u16>(list, 2), ports, ofPort, factor);
      store<u16>(ys, yWith(b, load<u16>(list, 2), protocols, ofProtocol, yOf), 2);
      const c = scaled<Class>(load<u16>(list, 4), ports, ofPort, factor);
      store<u16>(ys, yWith(c, load<u16>(list, 4), protocols, ofProtocol, yOf), 4);
      const d = scaled<Class>(load<u16>(list, 6), ports, ofPort, factor);
      store<u16>(ys, yWith(d, load<u16>(list, 6), protocols, ofProtocol, yOf), 6);
    }
    return;
  }
  for (; list < end; list += 8, ys += 8) {
    const a = portSum<Class>(load<u16>(list), sources, destinations, ofSource, ofDestination, by, times);
    store<u16>(ys, yWith(a, load<u16>(list), protocols, ofProtocol, yOf));
    const b = portSum<Class>(load<u16>(list, 2), sources, destinations, ofSource, ofDestination, by, times);
    store<u16>(ys, yWith(b, load<u16>(list, 2), protocols, ofProtocol, yOf), 2);
    const c = portSum<Class>(load<u16>(list, 4), sources, destinations, ofSource, ofDestination, by, times);
    store<u16>(ys, yWith(c, load<u16>(list, 4), protocols, ofProtocol, yOf), 4);
    const d = portSum<Class>(load<u16>(list, 6), sources, destinations, ofSource, ofDestination, by, times);
    store<u16>(ys, yWith(d, load<u16>(list, 6), protocols, ofProtocol, yOf), 6);
  }
}

function portSum<Class>(
  packet: usize,
  sources: usize,
  destinations: usize,
  ofSource: usize,
  ofDestination: usize,
  by: u32,
  times: u32,
): u32 {
  return scaled<Class>(packet, sources, ofSource, by) + scaled<Class>(packet, destinations, ofDestination, times);
}

function scaled<Class>(packet: usize, ports: usize, ofPort: usize, factor: u32): u32 {
  return <u32>load<Class>(ofPort + <usize>load<u16>(ports + (packet << 1)) * sizeof<Class>()) * factor;
}

function yWith(sum: u32, packet: usize, protocols: usize, ofProtocol: usize, yOf: usize): u16 {
  const place: usize = sum + <u32>load<u8>(ofProtocol + <usize>load<u8>(protocols + packet));
  return load<u16>(yOf + (place << 1));
}

/** One group, whose rows and columns are the classes themselves. */
function findDirect(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const table: usize = word(group, GroupWord.Rows);
  const rowBytes = word(group, GroupWord.RowBytes);
  const tiles: usize = word(group, GroupWord.Tiles);
  const end = rows + (size << 1);
  for (; rows < end; rows += 8, columns += 8, entries += 16) {
    store<u32>(entries, direct(table, rowBytes, tiles, load<u16>(rows), load<u16>(columns)));
    store<u32>(entries, direct(table, rowBytes, tiles, load<u16>(rows, 2), load<u16>(columns, 2)), 4);
    store<u32>(entries, direct(table, rowBytes, tiles, load<u16>(rows, 4), load<u16>(columns, 4)), 8);
    store<u32>(entries, direct(table, rowBytes, tiles, load<u16>(rows, 6), load<u16>(columns, 6)), 12);
  }
}

function direct(table: usize, rowBytes: u32, tiles: usize, row: u32, column: u32): u32 {
  return ofTile(tiles, table + row * rowBytes, column);
}

function ofTile(tiles: usize, row: usize, column: u32): u32 {
  const tile: usize = load<u16>(row + ((column >>> 4) << 1));
  return load<u32>(tiles + (tile << 6) + ((column & 15) << 2));
}

function findTiled(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const rowOf: usize = word(group, GroupWord.RowOf);
  const columnOf: usize = word(group, GroupWord.ColumnOf);
  const tiles: usize = word(group, GroupWord.Tiles);
  const end = rows + (size << 1);
  for (; rows < end; rows += 8, columns += 8, entries += 16) {
    store<u32>(entries, tiled(tiles, rowOf, columnOf, load<u16>(rows), load<u16>(columns)));
    store<u32>(entries, tiled(tiles, rowOf, columnOf, load<u16>(rows, 2), load<u16>(columns, 2)), 4);
    store<u32>(entries, tiled(tiles, rowOf, columnOf, load<u16>(rows, 4), load<u16>(columns, 4)), 8);
    store<u32>(entries, tiled(tiles, rowOf, columnOf, load<u16>(rows, 6), load<u16>(columns, 6)), 12);
  }
}

function tiled(tiles: usize, rowOf: usize, columnOf: usize, row: usize, column: usize): u32 {
  return ofTile(tiles, load<u32>(rowOf + (row << 2)), load<u16>(columnOf + (column << 1)));
}

function findFlat(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const rowOf: usize = word(group, GroupWord.RowOf);
  const columnOf: usize = word(group, GroupWord.ColumnOf);
  const end = rows + (size << 1);
  for (; rows < end; rows += 8, columns += 8, entries += 16) {
    store<u32>(entries, flat(rowOf, columnOf, load<u16>(rows), load<u16>(columns)));
    store<u32>(entries, flat(rowOf, columnOf, load<u16>(rows, 2), load<u16>(columns, 2)), 4);
    store<u32>(entries, flat(rowOf, columnOf, load<u16>(rows, 4), load<u16>(columns, 4)), 8);
    store<u32>(entries, flat(rowOf, columnOf, load<u16>(rows, 6), load<u16>(columns, 6)), 12);
  }
}

function flat(rowOf: usize, columnOf: usize, row: usize, column: usize): u32 {
  const at: usize = load<u32>(rowOf + (row << 2));
  return load<u32>(at + <usize>load<u16>(columnOf + (column << 1)));
}

function findSparse(group: usize, rows: usize, columns: usize, size: u32, entries: usize): void {
  const rowOf: usize = word(group, GroupWord.RowOf);
  const columnOf: usize = word(group, GroupWord.ColumnOf);
  const end = rows + (size << 1);
  for (; rows < end; rows += 8, columns += 8, entries += 16) {
    store<u32>(entries, sparse(rowOf, columnOf, load<u16>(rows), load<u16>(columns)));
    store<u32>(entries, sparse(rowOf, columnOf, load<u16>(rows, 2), load<u16>(columns, 2)), 4);
    store<u32>(entries, sparse(rowOf, columnOf, load<u16>(rows, 4), load<u16>(columns, 4)), 8);
    store<u32>(entries, sparse(rowOf, columnOf, load<u16>(rows, 6), load<u16>(columns, 6)), 12);
  }
}

function sparse(rowOf: usize, columnOf: usize, row: usize, column: usize): u32 {
  const cells = load<u32>(rowOf + (row << 3));
  const defaults = load<u32>(rowOf + (row << 3), 4);
  const place = load<u32>(columnOf + (column << 2));
  const cell: usize = cells + (place & ((1 << SPARSE_SHIFT) - 1));
  const entry = load<u32>(cell, 4);
  const byShort = load<u32>(defaults + (place >>> SPARSE_SHIFT));
  return select<u32>(entry, byShort, load<u32>(cell) == cells);
}

/** Entries are a pattern and the place of a list: the pattern says which of the list's rules takes a y. */
function resolve<Place, Rule>(group: usize, entries: usize, ys: usize, size: u32, results: usize): void {
  const patterns: usize = word(group, GroupWord.Patterns);
  const stride = word(group, GroupWord.PatternStride);
  const lists: usize = word(group, GroupWord.Lists);
  const shift = word(group, GroupWord.PatternShift);
  const mask = (1 << shift) - 1;
  const end = entries + (size << 2);
  for (; entries < end; entries += 16, ys += 8, results += 16) {
    store<u32>(results, ruleOf<Place, Rule>(load<u32>(entries), load<u16>(ys), patterns, stride, lists, shift, mask));
    store<u32>(
      results,
      ruleOf<Place, Rule>(load<u32>(entries, 4), load<u16>(ys, 2), patterns, stride, lists, shift, mask),
      4,
    );
    store<u32>(
      results,
      ruleOf<Place, Rule>(load<u32>(entries, 8), load<u16>(ys, 4), patterns, stride, lists, shift, mask),
      8,
    );
    store<u32>(
      results,
      ruleOf<Place, Rule>(load<u32>(entries, 12), load<u16>(ys, 6), patterns, stride, lists, shift, mask),
      12,
    );
  }
}

function ruleOf<Place, Rule>(
  entry: u32,
  y: u32,
  patterns: usize,
  stride: u32,
  lists: usize,
  shift: u32,
  mask: u32,
): u32 {
  const place = <u32>load<Place>(patterns + ((entry >>> shift) * stride + y) * sizeof<Place>());
  return <u32>load<Rule>(lists + ((entry & mask) + place) * sizeof<Rule>());
}

/** The lesser of what two groups found. */
function keepLeast(results: usize, others: usize, size: u32): void {
  const end = results + (size << 2);
  for (; results < end; results += 16, others += 16)
    v128.store(results, i32x4.min_u(v128.load(results), v128.load(others)));
}
