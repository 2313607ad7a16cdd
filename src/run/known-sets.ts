/** What the texts tell of sets, and of what rules ask about them. */
import { question } from '../model/question.js';
import { readsMac, type SetDef } from '../model/set.js';

/** Sets whose members are known, down to those that a list holds, and that packets can be held against. */
export function knownSets(sets: readonly SetDef[]): Set<string> {
  const known = new Set(sets.filter((set) => set.known && !readsMac(set.type)).map((set) => set.name));
  // a list is known when all that it holds is; ipset has no lists in lists
  for (const set of sets)
    if (set.type === 'list:set' && !set.members.names.every((name) => known.has(name))) known.delete(set.name);
  return known;
}

/** A test of counters is left aside for a set that has none: ip_set_match_extensions of net/netfilter/ipset/ip_set_core.c. */
export const setCounters = (sets: readonly SetDef[]): Map<string, boolean> =>
  new Map(sets.filter(({ options }) => options.counters !== true).map(({ name }) => [question.counters(name), true]));
