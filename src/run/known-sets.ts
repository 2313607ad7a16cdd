/** What the texts tell of sets, and of what rules ask about them. */
import type { SetUse } from '../ext/match/set-use.js';
import { findTarget } from '../ext/registry.js';
import { act } from '../model/build.js';
import { MEMBER_MAC } from '../model/members.js';
import { type Given, meaningOf, type Table } from '../model/ruleset.js';
import { asksCounters, dimensionsOf, limitOf, type SetDef } from '../model/set.js';

/** Sets whose members are known, down to those that a list holds, and that packets can be held against. */
export function knownSets(sets: readonly SetDef[]): Set<string> {
  const given = sets.filter((set) => set.known);
  const plain = new Set(given.filter((set) => set.type !== 'list:set' && !fillsItself(set)).map(({ name }) => name));
  // ipset has no lists in lists; where texts that do not belong together make one, it is not known
  const lists = given.filter((set) => set.type === 'list:set' && heldBy(set).every((name) => plain.has(name)));
  return new Set([...plain, ...lists.map(({ name }) => name)]);
}

/**
 * bitmap_ipmac_do_test of net/netfilter/ipset/ip_set_bitmap_ipmac.c: a member without a MAC takes that of the first packet
 * from its address, and holds others no more. No walk here changes a set.
 */
const fillsItself = ({ type, members }: SetDef): boolean =>
  type === 'bitmap:ip,mac' &&
  Array.from({ length: members.count }, (_, row) => members.flags(row)).some((flags) => (flags & MEMBER_MAC) === 0);

const heldBy = ({ members }: SetDef): string[] =>
  Array.from({ length: members.count }, (_, row) => members.names[members.word(row, 0)]!);

/** Sets that ask for link-layer addresses, or hold such: at which of their dimensions. */
export function macDimensions(sets: readonly SetDef[]): Map<string, readonly number[]> {
  const plain = new Map(
    sets.map((set) => [set.name, dimensionsOf(set.type).flatMap((kind, i) => (kind === 'mac' ? [i] : []))]),
  );
  const all = sets.map((set) => {
    const held = set.type === 'list:set' ? heldBy(set) : [set.name];
    return [set.name, [...new Set(held.flatMap((name) => plain.get(name) ?? []))]] as const;
  });
  return new Map(all.filter(([, places]) => places.length > 0));
}

/** What packets may make more is not laid out for more than so many members. */
const MOST_ROOM = 1 << 20;

/** Sets that packets change, those in such lists, and lists of such: how many members each may come to have. */
export function changingSets(tables: readonly Table[], sets: readonly SetDef[]): Map<string, number> {
  const named = namesChanged(tables);
  if (named.size === 0) return new Map();
  const lists = sets.filter(({ type }) => type === 'list:set');
  for (const list of lists) if (named.has(list.name)) for (const name of heldBy(list)) named.add(name);
  for (const list of lists) if (heldBy(list).some((name) => named.has(name))) named.add(list.name);
  const room = (set: SetDef) => Math.max(set.members.count, Math.min(limitOf(set) ?? valuesOf(set), MOST_ROOM));
  return new Map(sets.filter(({ name }) => named.has(name)).map((set) => [set.name, room(set)]));
}

/** What a bitmap may hold at most. */
const valuesOf = ({ options: { range } }: SetDef): number => (range === undefined ? 0 : range[1] - range[0] + 1);

/** Those whose members rules change, and those whose counters one asks for, which each look-up changes. */
function namesChanged(tables: readonly Table[]): Set<string> {
  const names = new Set<string>();
  for (const { chains, family, name: table } of tables)
    for (const { name: chain, rules } of chains.values())
      for (const rule of rules) {
        if (rule.refused) continue;
        const { matches, target } = meaningOf(rule);
        for (const { name, options } of matches)
          if (name === 'set' && Object.keys(options).some(asksCounters))
            names.add((options['match-set'] as Given<SetUse>).value.name);
        if (target?.kind !== 'extension' || !target.use.known) continue;
        const extension = findTarget(target.use.name, family);
        if (extension?.sets !== true) continue;
        for (const action of extension.lower(target.use.options, act, { family, table, chain }))
          if (action.kind === 'host' && action.act.what === 'set-change') names.add(action.act.set);
      }
  return names;
}
