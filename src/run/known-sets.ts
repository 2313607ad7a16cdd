/** What the texts tell of sets, and of what rules ask about them. */
import { question } from '../model/question.js';
import { readsMac, type SetDef } from '../model/set.js';

/** Sets whose members are known, down to those that a list holds, and that packets can be held against. */
export function knownSets(sets: readonly SetDef[]): Set<string> {
  const given = sets.filter((set) => set.known);
  const plain = new Set(given.filter((set) => set.type !== 'list:set' && !readsMac(set.type)).map(({ name }) => name));
  // ipset has no lists in lists; where texts that do not belong together make one, it is not known
  const lists = given.filter((set) => set.type === 'list:set' && heldBy(set).every((name) => plain.has(name)));
  return new Set([...plain, ...lists.map(({ name }) => name)]);
}

const heldBy = ({ members }: SetDef): string[] =>
  Array.from({ length: members.count }, (_, row) => members.names[members.word(row, 0)]!);

/** A test of counters is left aside for a set that has none: ip_set_match_extensions of net/netfilter/ipset/ip_set_core.c. */
export const setCounters = (sets: readonly SetDef[]): Map<string, boolean> =>
  new Map(sets.filter(({ options }) => options.counters !== true).map(({ name }) => [question.counters(name), true]));
