/** Of which blocks a table is made where texts give it several times. */
import { BUILTIN, type Chain, type Rule, type Table } from '../../model/ruleset.js';

/** What prints a whole table names all built-in chains; nat had no INPUT before Linux 2.6.36. */
export const isWhole = ({ name, chains }: Table): boolean =>
  BUILTIN[name].every((chain) => chains.get(chain)!.policy !== undefined || (name === 'nat' && chain === 'INPUT'));

/** Whether a listing was made without -v: it does not show which interfaces its rules are for. */
export const isPlain = ({ chains }: Table): boolean =>
  [...chains.values()].some(({ rules }) => rules.some((rule) => rule.unsaid?.some(({ words }) => words.length === 0)));

/**
 * The whole before parts; a save with its COMMIT, then without, then `iptables -S`, a listing with -v, one without; rules
 * alone, which people quote, last.
 */
export const rank = (table: Table): number =>
  (isWhole(table) ? 10 : 0) +
  RANKS[table.origin] +
  Number(table.complete) -
  Number(table.origin === 'listing' && isPlain(table));

const RANKS: Readonly<Record<Table['origin'], number>> = { rules: 0, listing: 2, commands: 3, script: 3, save: 4 };

/** Nothing becomes of a packet there. */
export const isIdle = ({ chains }: Table): boolean =>
  [...chains.values()].every(({ policy, rules }) => policy !== 'DROP' && rules.length === 0);

/** Whether they are of iptables-legacy and iptables-nft; without a header a block is taken to be like the other. */
export const ofBothEnds = (one: Table, other: Table): boolean => (one.nft ?? other.nft) !== (other.nft ?? one.nft);

/** A kernel asks both back ends: one that is idle leaves all to the other. */
export const goesBefore = (table: Table, before: Table): boolean =>
  ofBothEnds(table, before) && isIdle(table) !== isIdle(before) ? isIdle(before) : rank(table) >= rank(before);

/** The text has a line of it: the kernel has all built-in chains, told or not. */
export const isGiven = ({ line }: Chain): boolean => line > 0;

/**
 * The table that blocks of one name and family are together, the best of them first: each chain is that of the first block
 * which has it. Is the first one whole, others give it those chains alone that its rules lead to and that it lacks; where
 * its COMMIT ends it, none: what it does not hold does not exist. One table may have been restored twice, so that no two
 * blocks that end so are taken together.
 */
export function joined([first, ...others]: readonly [Table, ...Table[]]): Table {
  const whole = isWhole(first);
  if (others.length === 0 || (whole && first.complete)) return first;
  const chains = new Map(first.chains);
  const lacking = new Map<string, Chain>();
  for (const other of others)
    if (!(other.complete && first.complete) && !ofBothEnds(first, other))
      for (const chain of other.chains.values()) {
        const to = whole ? lacking : chains;
        const before = to.get(chain.name);
        if (isGiven(chain) && (before === undefined || !isGiven(before))) to.set(chain.name, chain);
      }
  if (lacking.size > 0) fetch(chains, lacking);
  const same = chains.size === first.chains.size && [...chains].every(([name, one]) => one === first.chains.get(name));
  if (same) return first;
  const hooks = BUILTIN[first.name].map((name) => [name, chains.get(name)!] as const);
  return { ...first, chains: new Map([...hooks, ...chains]), complete: false };
}

/** Adds the chains that rules of others lead to, and those that theirs do. */
function fetch(chains: Map<string, Chain>, lacking: ReadonlyMap<string, Chain>): void {
  // what is added comes last, and is gone through too
  for (const { rules } of chains.values())
    for (const rule of rules) {
      const name = aimOf(rule);
      const chain = name === undefined || chains.has(name) ? undefined : lacking.get(name);
      if (chain !== undefined) chains.set(chain.name, chain);
    }
}

/** The chain that a rule leads to. */
export const aimOf = ({ target }: Rule): string | undefined =>
  target?.kind === 'jump' || target?.kind === 'goto' ? target.chain : undefined;
