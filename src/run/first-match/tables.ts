/** Chooses how rules are parted into groups, and makes the tables. */
import { classesOf } from './classes.js';
import { Effort } from './effort.js';
import { type Group, groupOf, type Part } from './groups.js';
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

/** Ways to part rules. */
export const PARTINGS: readonly (readonly Part[])[] = [
  [ANY],
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

/** What Node holds of one. */
const PIECE_BYTES = 36;

/** A group of more bytes is not tried at first: one that takes all rules grows by their products. */
const FIRST_BYTES = 16 << 20;
const FIRST_BYTES_ALONE = 4 << 20;
/** Steps for each group at first, and for all that are tried when none was made by that: Effort. */
const FIRST_STEPS = 100_000_000;
const MOST_STEPS = 1_000_000_000;

const TOO_LONG = 'tables that take too long to make';

/** The tables, or why there are none. `parting`: of PARTINGS, where it is not to be chosen. `all`: what every try is spent of. */
export function tablesOf(rules: FiveTupleRules, most: number, parting?: number, all?: Effort): Tables | string {
  const chosen = takingRules(rules);
  const services = servicesOf(rules, chosen, all ?? new Effort(MOST_STEPS));
  if (services === undefined) return all?.isSpent ? TOO_LONG : 'too many classes of ports';
  const mostPieces = PIECES_LEAST + PIECES_EACH * rules.count;
  const source = piecesOf(rules.srcMin, rules.srcMax, chosen, mostPieces);
  const destination = piecesOf(rules.dstMin, rules.dstMax, chosen, mostPieces);
  if (source === undefined || destination === undefined) return 'too many prefixes in intervals of addresses';
  all?.hold(PIECE_BYTES * (source.of.length + destination.of.length));
  const both = { source, destination };
  const partings = parting === undefined ? PARTINGS : [PARTINGS[parting]!];
  const patience = all ?? new Effort(MOST_STEPS);
  for (const isFirst of [true, false]) {
    const made = new Map<Part, Group | undefined>();
    const tried = new Effort(Number.POSITIVE_INFINITY, isFirst ? all : patience);
    const groupFor = (part: Part) => {
      const cap = !isFirst ? most : Math.min(most, part === ANY ? FIRST_BYTES_ALONE : FIRST_BYTES);
      if (made.has(part)) return made.get(part);
      const effort = new Effort(isFirst ? FIRST_STEPS : Number.POSITIVE_INFINITY, tried);
      const group = groupOf(both, part, services, rules.count, cap, effort);
      if (group === undefined) effort.release();
      made.set(part, group);
      return group;
    };
    const ways = partings
      .map((parts) => parts.map(groupFor))
      .filter((groups) => groups.every((one) => one !== undefined));
    // where no rule takes anything, one group says so
    const groups = ways
      .map((way) => way.filter((one) => one.rules > 0 || one === way[0]))
      .sort((a, b) => costOf(a) - costOf(b))[0];
    if (groups === undefined) {
      tried.release();
      continue;
    }
    const sources = classesOf(groups, 'source', source, most);
    const destinations = classesOf(groups, 'destination', destination, most);
    if (sources === undefined || destinations === undefined) return 'too many classes of addresses';
    const tables = { services, groups, sources, destinations };
    return tableBytes(tables) <= most ? tables : 'tables of more bytes than allowed';
  }
  return patience.isSpent ? TOO_LONG : 'tables of more bytes than allowed';
}

/**
 * What groups cost a packet, in nanoseconds by which lists of 1,000 to 50,000 rules differ: a group more takes half a one, twice
 * as many bytes a fifth where they do not fit beside all else.
 */
function costOf(groups: readonly Group[]): number {
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  return 0.45 * groups.length + 0.2 * Math.log2(Math.max(1, bytes / (512 << 10)));
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
