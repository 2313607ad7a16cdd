/**
 * Takes out of a host's terms those that ask for tuples, where they are many of one mask: look-ups of tuples tell them, and the
 * classes of each field know nothing of them. What such a term asks for beyond is a term by itself.
 *
 * What rules of a chain ask matters for packets alone that come there. Where what leads there is one such tuple (a service), and
 * the rules ask for many values more (the service's endpoints), both together are a tuple.
 */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Effort } from '../first-match/effort.js';
import type { Path } from './paths.js';
import { type Part, RANGE_BYTES, type Terms } from './terms.js';
import { TupleTable } from './tuple-tables.js';
import { fieldsOfMask, joined, type Tuple, type TupleAsked, textOf, tupleOf } from './tuples.js';

/** So many tuples of one mask are looked up. Fewer are bits of classes. */
const MANY = 256;

/** Tuples of one mask, by their texts. */
export interface Masked {
  readonly mask: Tuple;
  readonly tuples: Map<string, Held>;
}
/** What holds of the packets of a tuple. */
export interface Held {
  readonly value: Tuple;
  /** terms that no other tuple has: rules. */
  own: boolean;
  /** sets that the tuple is a member of. */
  readonly sets: Set<string>;
}

/** Of a term, to see whether it asks for a tuple. */
const STEPS_OF_TERM = 300;
/** What Node holds meanwhile of a term, of its text, and of a tuple. */
const TERM_BYTES = 80;
const TEXT_BYTES = 160;
const HELD_BYTES = 700;

interface Term {
  readonly parts: readonly Part[];
  readonly isOdd: boolean;
  readonly isHeader: boolean;
  /** the set that it is a member of. */
  readonly set: string | undefined;
  readonly path: Path | undefined;
}

export function takeTuples(terms: Terms): void {
  if (terms.all.length < MANY) return;
  terms.patience.spend(STEPS_OF_TERM * terms.all.length);
  const own = terms.patience.part();
  own.hold(TERM_BYTES * terms.all.length);
  terms.tuples.push(...TupleTable.of(new Pass(terms, own).run(), terms.patience));
  own.release();
}

class Pass {
  private readonly old: readonly Term[];
  /** by the text of the mask. */
  private readonly chosen = new Map<string, Masked>();
  /** texts of terms that stand among the terms. */
  private readonly kept = new Set<string>();
  private readonly numbers = new Map<readonly NumberRange[], number>();
  /** what is asked of those that came by a path, beyond it, by mask. */
  private readonly behind = new Map<string, { readonly asked: TupleAsked; readonly term: Term }[]>();
  /** members of sets that are no tuples: ranges of one field. */
  private readonly members = new Map<string, { readonly field: Field; readonly ranges: NumberRange[] }>();

  constructor(
    private readonly terms: Terms,
    private readonly effort: Effort,
  ) {
    const { all, odd, headers, memberOf, paths } = terms;
    this.old = all.map((parts, i) => ({
      parts,
      isOdd: odd.has(i),
      isHeader: headers.has(i),
      set: memberOf.get(i),
      path: paths.get(i),
    }));
  }

  /** What is to be looked up. */
  run(): readonly Masked[] {
    const { terms, old } = this;
    const manyHeaders = terms.headers.size >= MANY;
    this.choose();
    if (this.chosen.size === 0 && !manyHeaders && terms.memberOf.size === 0) return [];
    terms.clear();
    for (const term of old) {
      if (term.isOdd) this.keepOdd(term.parts);
      else if (term.isHeader && manyHeaders) this.keepOdd(term.parts.filter(isOfHeader));
      else if (term.set !== undefined) this.takeMember(term, term.set);
      else if (this.isBehindTuple(term.path)) this.takeBehind(term, term.path!);
      else this.take(term);
    }
    this.settleBehind();
    for (const { field, ranges } of this.members.values()) this.keep([{ field, ranges, not: false }]);
    return [...this.chosen.values()];
  }

  /** Masks of which there are many tuples, and those of sets. */
  private choose(): void {
    const found = new Map<string, { readonly mask: Tuple; readonly values: Set<string>; ofSet: boolean }>();
    for (const { parts, isOdd, isHeader, set } of this.old) {
      if (isOdd || isHeader) continue;
      const asked = tupleOf(parts);
      if (asked === undefined || fieldsOfMask(asked.mask).length < 2) continue;
      const key = textOf(asked.mask);
      const one = found.get(key) ?? { mask: asked.mask, values: new Set(), ofSet: false };
      this.effort.hold(TEXT_BYTES);
      one.values.add(textOf(asked.value));
      one.ofSet ||= set !== undefined;
      found.set(key, one);
    }
    for (const [key, { mask, values, ofSet }] of found)
      if (ofSet || values.size >= MANY) this.chosen.set(key, { mask, tuples: new Map() });
  }

  private isBehindTuple(path: Path | undefined): boolean {
    if (path === undefined) return false;
    const asked = tupleOf(path.own);
    return (asked !== undefined && this.chosen.has(textOf(asked.mask))) || this.isBehindTuple(path.before);
  }

  private take({ parts }: Term): void {
    const asked = tupleOf(parts);
    if (asked === undefined) return;
    const masked = this.chosen.get(textOf(asked.mask));
    if (masked === undefined) return this.keep(parts);
    this.heldOf(masked, asked.value).own = true;
    if (asked.others.length > 0) this.keep(asked.others);
  }

  private takeMember({ parts }: Term, set: string): void {
    const asked = tupleOf(parts);
    if (asked === undefined) return;
    const masked = this.chosen.get(textOf(asked.mask));
    if (masked !== undefined && asked.others.length === 0) {
      this.heldOf(masked, asked.value).sets.add(set);
      return;
    }
    const [only] = parts;
    if (parts.length > 1 || only!.not) return this.keep(parts);
    const key = `${set} ${only!.field}`;
    this.effort.hold(RANGE_BYTES);
    const known = this.members.get(key) ?? { field: only!.field, ranges: [] };
    known.ranges.push(...only!.ranges);
    this.members.set(key, known);
  }

  private takeBehind(term: Term, path: Path): void {
    const left = path.left(term.parts);
    if (left === undefined || left.length === 0) return;
    const asked = tupleOf(left);
    if (asked === undefined) return;
    if (asked.others.length > 0 || path.tuple === undefined) return this.keep(left);
    this.effort.hold(HELD_BYTES);
    const key = textOf(asked.mask);
    const others = this.behind.get(key);
    if (others === undefined) this.behind.set(key, [{ asked, term }]);
    else others.push({ asked, term });
  }

  private settleBehind(): void {
    for (const all of this.behind.values()) {
      const isMany = new Set(all.map(({ asked }) => textOf(asked.value))).size >= MANY;
      for (const { asked, term } of all) {
        const { path } = term;
        if (!isMany) {
          this.keep(path!.left(term.parts)!);
          continue;
        }
        const mask = joined(asked.mask, path!.tuple!.mask);
        const masked = this.chosen.get(textOf(mask)) ?? { mask, tuples: new Map() };
        this.chosen.set(textOf(mask), masked);
        this.heldOf(masked, joined(asked.value, path!.tuple!.value)).own = true;
      }
    }
  }

  /** Among the terms, once. */
  private keep(parts: readonly Part[]): void {
    const text = this.text(parts);
    if (this.kept.has(text)) return;
    this.note(text);
    this.terms.all.push(parts);
  }
  private keepOdd(parts: readonly Part[]): void {
    const text = `odd ${this.text(parts)}`;
    if (this.kept.has(text)) return;
    this.note(text);
    this.terms.addOdd(...parts);
  }
  private note(text: string): void {
    this.effort.hold(TEXT_BYTES);
    this.kept.add(text);
  }
  private text(parts: readonly Part[]): string {
    return parts.map(({ field, ranges, not }) => `${field} ${not} ${this.rangesText(ranges)}`).join(';');
  }
  /** Of many, by number. */
  private rangesText(ranges: readonly NumberRange[]): string {
    if (ranges.length <= 4) return ranges.map(({ min, max }) => `${min}-${max}`).join();
    const number = this.numbers.get(ranges) ?? this.numbers.size;
    this.numbers.set(ranges, number);
    return `of ${number}`;
  }

  private heldOf({ tuples }: Masked, value: Tuple): Held {
    const key = textOf(value);
    const known = tuples.get(key);
    if (known !== undefined) return known;
    this.effort.hold(HELD_BYTES);
    const made: Held = { value, own: false, sets: new Set() };
    tuples.set(key, made);
    return made;
  }
}

const isOfHeader = ({ field }: Part): boolean => field === Field.Proto || field === Field.Length;
