/**
 * Clauses: the parts that a rule tests. Each is drawn around a packet (the witness) that the rule shall match, so
 * that a rule of several clauses can still be met. A share of them is drawn to miss it.
 */
import type { Draft } from './draft.js';
import type { Hook, Pools } from './draw.js';
import type { Random } from './random.js';
import type { SetBook } from './sets.js';

export type Table = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

export interface Clause {
  /** the match or core option it belongs to. */
  kind: string;
  negated: boolean;
  text: string;
}

/** Where a rule stands, and what it is drawn from. */
export interface Place {
  r: Random;
  pools: Pools;
  sets: SetBook;
  table: Table;
  /** the hooks from which its chain may be reached. */
  hooks: readonly Hook[];
  /** a built-in chain, in which iptables refuses -i or -o where there is no such device. */
  builtin: boolean;
  tracking: boolean;
  /** whether rules may ask for the time that a connection has left. */
  expire: boolean;
  /** packets come in groups, so that connections are in any state. */
  flows: boolean;
  /** names of those that the scenario's first rule makes. */
  estimators: readonly string[];
  /** the scenario has all tables, not filter alone. */
  anyTable: boolean;
}

/** Draws a clause that the witness meets, or undefined where it has none to offer for it. */
export type Drawer = (d: Draft, at: Place) => Clause | undefined;

export const within = (at: Place, ...hooks: Hook[]): boolean => at.hooks.every((hook) => hooks.includes(hook));

/**
 * A clause from a value that the witness has and one that it has not. Mostly it is met: the first plain, or the
 * second negated.
 */
export function eitherWay<T>(
  r: Random,
  kind: string,
  has: T,
  lacks: T,
  text: (value: T, not: string) => string,
): Clause {
  const [negated, value] = r.weighted([
    [60, [false, has] as const],
    [28, [true, lacks] as const],
    [6, [false, lacks] as const],
    [6, [true, has] as const],
  ]);
  return { kind, negated, text: text(value, negated ? '! ' : '') };
}

/** A range around a value, often with the value at one of its ends: a neighbour of the packet then just misses it. */
export function around(r: Random, value: number, max: number, spread: number): [number, number] {
  const low = r.chance(0.35) ? 0 : r.below(spread);
  const high = r.chance(0.35) ? 0 : r.below(spread);
  return [Math.max(0, value - low), Math.min(max, value + high)];
}

/** A range that the value is not in. */
export function beside(r: Random, value: number, max: number, spread: number): [number, number] {
  const above = value + 1 <= max && (value < 1 || r.chance(0.5));
  return above
    ? [value + 1, Math.min(max, value + 1 + r.below(spread))]
    : [Math.max(0, value - 1 - r.below(spread)), value - 1];
}

export const hex = (value: number): string => `0x${value.toString(16)}`;
