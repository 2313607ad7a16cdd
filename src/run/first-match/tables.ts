/** Chooses how rules are parted into groups, and makes the tables. */
import { classesOf } from './classes.js';
import { type Both, type Group, groupOf, type Part } from './groups.js';
import { type Tables, tableBytes } from './place.js';
import { piecesOf } from './prefixes.js';
import type { FiveTupleRules } from './rules.js';
import { servicesOf } from './services.js';

const ANY: Part = { source: 'any', destination: 'any' };
const SPARSE_SOURCE: Part = { source: 'long', destination: 'any', sparse: true };
const SPARSE_DESTINATION: Part = { source: 'any', destination: 'long', sparse: true };
const SHORT_SOURCE: Part = { source: 'short', destination: 'any' };
const SHORT_DESTINATION: Part = { source: 'any', destination: 'short' };
const SHORT: Part = { source: 'short', destination: 'short' };

/** Ways to part rules, fewer groups first. */
const PARTINGS: readonly (readonly Part[])[] = [
  [ANY],
  [{ source: 'long', destination: 'any' }, SHORT_SOURCE],
  [{ source: 'any', destination: 'long' }, SHORT_DESTINATION],
  [SPARSE_SOURCE, SHORT_SOURCE],
  [SPARSE_DESTINATION, SHORT_DESTINATION],
  [SPARSE_SOURCE, { source: 'short', destination: 'long' }, SHORT],
  [SPARSE_DESTINATION, { source: 'long', destination: 'short' }, SHORT],
  [
    { source: 'long', destination: 'long' },
    { source: 'long', destination: 'short' },
    { source: 'short', destination: 'long' },
    SHORT,
  ],
];

/** Prefixes that intervals may come to, for each rule and at the least. */
const PIECES_EACH = 8;
const PIECES_LEAST = 100_000;

/** More bytes of one group are slower than more groups. */
const CHEAP_BYTES = 16 << 20;

/** The tables, or why there are none. */
export function tablesOf(rules: FiveTupleRules, most: number, forced?: number): Tables | string {
  const chosen = takingRules(rules);
  const services = servicesOf(rules, chosen);
  if (services === undefined) return 'too many classes of ports';
  const mostPieces = PIECES_LEAST + PIECES_EACH * rules.count;
  const source = piecesOf(rules.srcMin, rules.srcMax, chosen, mostPieces);
  const destination = piecesOf(rules.dstMin, rules.dstMax, chosen, mostPieces);
  if (source === undefined || destination === undefined) return 'too many prefixes in intervals of addresses';
  const both = { source, destination };
  for (const cap of [Math.min(CHEAP_BYTES, most), most])
    for (const [i, parting] of PARTINGS.entries()) {
      if (forced !== undefined && i !== forced) continue;
      const groups = groupsOf(both, parting, services, rules.count, cap);
      if (groups === undefined) continue;
      const sources = classesOf(groups, 'source', source, most);
      const destinations = classesOf(groups, 'destination', destination, most);
      if (sources === undefined || destinations === undefined) return 'too many classes of addresses';
      const tables = { services, groups, sources, destinations };
      if (tableBytes(tables) <= most) return tables;
    }
  return 'too many lists of rules';
}

function groupsOf(
  both: Both,
  parting: readonly Part[],
  services: Exclude<ReturnType<typeof servicesOf>, undefined>,
  none: number,
  most: number,
): Group[] | undefined {
  const groups: Group[] = [];
  for (const part of parting) {
    const group = groupOf(both, part, services, none, most);
    if (group === undefined) return undefined;
    // where no rule takes anything, one group says so
    if (group.rules > 0 || (groups.length === 0 && part === parting.at(-1))) groups.push(group);
  }
  return groups;
}

/** Those that can take a packet. */
function takingRules(rules: FiveTupleRules): Uint32Array {
  return Uint32Array.from({ length: rules.count }, (_, i) => i).filter(
    (i) =>
      rules.srcMin[i]! <= rules.srcMax[i]! &&
      rules.dstMin[i]! <= rules.dstMax[i]! &&
      rules.sportMin[i]! <= rules.sportMax[i]! &&
      rules.dportMin[i]! <= rules.dportMax[i]! &&
      (rules.proto[i]! & ~rules.protoMask[i]!) === 0,
  );
}
