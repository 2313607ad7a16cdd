/**
 * What the conditions of a rule leave of all packets, field by field, as far as that can be said: enough to see that one
 * rule takes all that another would match, and that no packet fits a rule. Nothing here is a guess: what is not
 * understood is a test that is only like itself.
 */
import {
  Field,
  FRAG_OFFSET,
  STATE_ESTABLISHED,
  STATE_INVALID,
  STATE_NEW,
  STATE_RELATED,
  STATE_UNTRACKED,
} from '../../abi.js';
import type { Condition, Test } from '../../model/condition.js';
import { common, type Ranges, rangesOf, without } from '../../model/ranges.js';
import { asksCounters } from '../../model/set.js';

/** Interface names: `is`, a name or a pattern that ends in `+`, and what it is not. */
export interface Names {
  readonly is: string | undefined;
  readonly not: readonly string[];
}

export interface Limits {
  /** the values that a field may have; others may have all. */
  readonly numbers: ReadonlyMap<Field, Ranges>;
  readonly interfaces: ReadonlyMap<Field, Names>;
  /** tests that are only like themselves, and whether they have to hold. */
  readonly tests: ReadonlyMap<string, boolean>;
  /** the transport header is read: later fragments have none. */
  readonly header: boolean;
  /** chance, time or something unknown has a say too. */
  readonly open: boolean;
  /** what it reads that rules change on the way. */
  readonly reads: ReadonlySet<Field | 'set'>;
  /** why no packet fits; undefined: some may. */
  readonly never: Never | undefined;
}
export type Never = 'mask' | 'contradiction';

/** A packet has one of these states (xt_conntrack.c); a rule asks for some of them. */
const STATES = [STATE_INVALID, STATE_ESTABLISHED, STATE_RELATED, STATE_NEW, STATE_UNTRACKED];
export const statesOf = (bits: number): Ranges =>
  rangesOf(STATES.filter((state) => (state & bits) !== 0).map((state) => ({ min: state, max: state })));
const ALL_STATES = statesOf(0xffff);

const CHANGING: ReadonlySet<Field> = new Set([
  ...[Field.Mark, Field.CtMark, Field.Tos, Field.Ttl],
  ...Array.from({ length: Field.Proto }, (_, word) => (Field.Src + word) as Field),
]);

export function limitsOf(conditions: readonly Condition[]): Limits {
  const draft = new Draft();
  for (const condition of conditions) draft.add(condition);
  return draft;
}

class Draft implements Limits {
  readonly numbers = new Map<Field, Ranges>();
  readonly interfaces = new Map<Field, Names>();
  readonly tests = new Map<string, boolean>();
  readonly reads = new Set<Field | 'set'>();
  header = false;
  open = false;
  never: Never | undefined;

  add(condition: Condition): void {
    if ('all' in condition) for (const one of condition.all) this.add(one);
    else if ('any' in condition) {
      this.#note(condition);
      this.#itself(keyOf(condition), true);
    } else {
      this.#note(condition);
      this.#test(condition.test, condition.not);
    }
    if (this.header && this.tests.get(LATER_FRAGMENT) === true) this.never = 'contradiction';
  }

  #test(test: Test, not: boolean): void {
    switch (test.kind) {
      case 'always':
        if (not) this.never ??= 'contradiction';
        return;
      case 'masked':
        return this.#masked(test.field, test.mask, test.value, not);
      case 'range':
        return this.#number(test.field, [test.range], not);
      case 'bitmap':
        return this.#number(test.field, rangesOf(test.ranges), not);
      case 'intervals':
        if (test.ranges.some(({ min }) => min.length > 1)) return this.#itself(JSON.stringify(test), !not);
        return this.#number(
          test.field,
          rangesOf(test.ranges.map(({ min, max }) => ({ min: min[0]!, max: max[0]! }))),
          not,
        );
      case 'iface':
        return this.#interface(test.field, test.pattern, not);
      case 'header':
        // not at all: negated it stands in no rule
        this.header = true;
        return;
      case 'headers':
        return;
      case 'set':
        // what it has counted is another at each look
        if (test.counting?.some(([option]) => asksCounters(option)) === true) this.open = true;
        return this.#itself(JSON.stringify(test), !not);
      case 'limit':
      case 'nth':
      case 'random':
      case 'host':
      case 'ask':
        this.open = true;
        return;
      default:
        return this.#itself(JSON.stringify(test), !not);
    }
  }

  #masked(field: Field, mask: number, value: number, not: boolean): void {
    if ((value & ~mask) !== 0) {
      if (!not) this.never ??= 'mask';
      return;
    }
    // the states that are asked for are those that the mask is not 0 of
    if (field === Field.CtState && value === 0)
      return this.#put(field, not ? statesOf(mask) : without(ALL_STATES, statesOf(mask)));
    const free = ~mask >>> 0;
    if ((free & (free + 1)) === 0) return this.#number(field, [{ min: value, max: (value | free) >>> 0 }], not);
    if (field === Field.Frag && mask === FRAG_OFFSET && value === 0) return this.#itself(LATER_FRAGMENT, not);
    this.#itself(`${field} & ${mask} = ${value}`, !not);
  }

  #number(field: Field, ranges: Ranges, not: boolean): void {
    this.#put(field, not ? without([{ min: 0, max: 0xffffffff }], ranges) : ranges);
  }

  #put(field: Field, ranges: Ranges): void {
    const before = this.numbers.get(field);
    const both = before === undefined ? ranges : common(before, ranges);
    this.numbers.set(field, both);
    if (both.length === 0) this.never ??= 'contradiction';
  }

  /** A rule has one -i and one -o. */
  #interface(field: Field, pattern: string, not: boolean): void {
    if (pattern !== '+') this.interfaces.set(field, not ? { is: undefined, not: [pattern] } : { is: pattern, not: [] });
    else if (not) this.never ??= 'contradiction';
  }

  #itself(key: string, wanted: boolean): void {
    const before = this.tests.get(key);
    if (before !== undefined && before !== wanted) this.never ??= 'contradiction';
    this.tests.set(key, wanted);
  }

  #note(condition: Condition): void {
    if ('all' in condition || 'any' in condition) {
      for (const one of 'all' in condition ? condition.all : condition.any) {
        if ('test' in one && OPEN.has(one.test.kind)) this.open = true;
        this.#note(one);
      }
      return;
    }
    const { test } = condition;
    if (test.kind === 'set') this.reads.add('set');
    else if ('field' in test && CHANGING.has(test.field)) this.reads.add(test.field);
  }
}

const LATER_FRAGMENT = 'later fragment';
const OPEN: ReadonlySet<string> = new Set(['limit', 'nth', 'random', 'host', 'ask']);
/** Which option it stands for is no part of it. */
const keyOf = (condition: Condition): string =>
  JSON.stringify(condition, (key, part) => (key === 'origin' ? undefined : part));

/** Whether every interface of `name`, which may be a pattern too, is one of `pattern`. */
const covers = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.endsWith('+') && name.startsWith(pattern.slice(0, -1)));

/** Whether every packet that fits `narrow` fits `wide` too, of which nothing is open, and which some packets fit. */
export function isWithin(narrow: Limits, wide: Limits): boolean {
  // where a header is cut short, whoever reads it drops the packet
  if (wide.header && !narrow.header) return false;
  for (const [field, ranges] of wide.numbers) {
    const own = narrow.numbers.get(field);
    if (own === undefined || without(own, ranges).length > 0) return false;
  }
  for (const [field, names] of wide.interfaces) if (!namesWithin(narrow.interfaces.get(field), names)) return false;
  for (const [key, wanted] of wide.tests) if (narrow.tests.get(key) !== wanted) return false;
  return true;
}

function namesWithin(narrow: Names | undefined, { is, not }: Names): boolean {
  if (narrow === undefined) return false;
  if (is !== undefined && (narrow.is === undefined || !covers(is, narrow.is))) return false;
  return not.every(
    (other) =>
      narrow.not.some((one) => covers(one, other)) ||
      (narrow.is !== undefined && !covers(other, narrow.is) && !covers(narrow.is, other)),
  );
}

/** Whether some packet may fit both. */
export function mayMeet(one: Limits, other: Limits): boolean {
  if (one.never !== undefined || other.never !== undefined) return false;
  for (const [field, ranges] of one.numbers) {
    const theirs = other.numbers.get(field);
    if (theirs !== undefined && common(ranges, theirs).length === 0) return false;
  }
  for (const [field, names] of one.interfaces) {
    const theirs = other.interfaces.get(field);
    if (theirs !== undefined && (namesApart(names, theirs) || namesApart(theirs, names))) return false;
  }
  for (const [key, wanted] of one.tests) if ((other.tests.get(key) ?? wanted) !== wanted) return false;
  return true;
}

const namesApart = (one: Names, { is, not }: Names): boolean =>
  one.is !== undefined &&
  ((is !== undefined && !covers(is, one.is) && !covers(one.is, is)) || not.some((other) => covers(other, one.is!)));
