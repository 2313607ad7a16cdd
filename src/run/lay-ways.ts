/** Tables in the core's memory for what many packets ask of routes (RoutesWord, WayWord of abi.ts). */
import { ROUTE_INTERFACES, RouteLook, RoutesWord, WayWord } from '../abi.js';
import type { Memory } from './memory.js';
import type { RouteMemo } from './route-memo.js';
import { type LaidWays, MOST_RECORDS } from './way-tables.js';

/** Two bytes each. */
const MOST_PLACES = 1 << 21;

/** Reserves memory: columns have to be looked for anew. */
export function layWays(memo: RouteMemo, memory: Memory): LaidWays {
  const records = memory.reserve(4 * WayWord.Size * MOST_RECORDS);
  const { count, sourceCount, sources, intervals } = memo.kinds;
  const pairs = sourceCount * count;
  const inputs = pairs * ROUTE_INTERFACES * 2 * (memo.mtus.length + 1);
  if (!memo.byAddress || inputs > MOST_PLACES) return { records };
  const table = (places: number) => memory.reserve(2 * places);
  const place = (words: ArrayLike<number>) => memory.place(words);
  const [input, output, again] = [table(inputs), table(2 * pairs), table(pairs)];
  const words = {
    [RoutesWord.Starts]: place(intervals.starts),
    [RoutesWord.Firsts]: place(intervals.firsts),
    [RoutesWord.Sources]: place(intervals.values.map((kind) => sources[kind]!)),
    [RoutesWord.Destinations]: place(intervals.values),
    [RoutesWord.Kinds]: count,
    [RoutesWord.Pairs]: pairs,
    [RoutesWord.Mtus]: place(memo.mtus),
    [RoutesWord.MtuCount]: memo.mtus.length,
    [RoutesWord.Tables + RouteLook.Input]: input,
    [RoutesWord.Tables + RouteLook.Output]: output,
    [RoutesWord.Tables + RouteLook.Reroute]: again,
  };
  const routes = place(Array.from({ length: RoutesWord.Size }, (_, word) => words[word] ?? 0));
  return { records, routes, inputs: { at: input, end: input + 2 * inputs, span: 2 * pairs * ROUTE_INTERFACES } };
}
