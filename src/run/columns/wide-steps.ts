/**
 * The steps that look addresses of IPv6 up: one look-up for each of the two, and where more than one thing has to be known of it a table of
 * that for what was found.
 */
import { COLUMN_BYTES, ColumnStep, type Field } from '../../abi.js';
import type { Memory } from '../memory.js';
import type { AddressSpans } from './addresses.js';
import type { Step } from './step.js';
import { wideTable } from './wide-table.js';

interface Asked {
  /** what each span adds. */
  readonly words: ArrayLike<number>;
  readonly to: number;
}

export class WideSteps {
  private readonly asked = new Map<Field, Asked[]>();
  private readonly places = new Map<Field, number>();
  /** columns of its own: steps add to them. */
  readonly columns: number[] = [];

  constructor(
    private readonly memory: Memory,
    private readonly spans: AddressSpans,
  ) {}

  /** What each span of a field adds to a column. */
  add(field: Field, words: ArrayLike<number>, to: number): void {
    const others = this.asked.get(field);
    if (others === undefined) this.asked.set(field, [{ words, to }]);
    else others.push({ words, to });
  }
  /** The same, to a column of its own. */
  column(field: Field, words: ArrayLike<number>): number {
    const to = this.next();
    this.add(field, words, to);
    return to;
  }
  /** The column of the places of spans. */
  placesOf(field: Field): number {
    const known =
      this.places.get(field) ??
      this.column(
        field,
        this.spans.starts.map((_, place) => place),
      );
    this.places.set(field, known);
    return known;
  }

  private next(): number {
    const to = this.memory.reserve(COLUMN_BYTES);
    this.columns.push(to);
    return to;
  }

  steps(sourceOf: (field: Field) => { readonly from: number; readonly width: number }): Step[] {
    const all = [...this.asked];
    // their tables tell it from now on
    this.asked.clear();
    return all.flatMap(([field, asked]) => {
      const kinds = this.kindsOf(asked);
      const find = (adds: readonly number[], to: number): Step => {
        const starts = kinds.map((span) => this.spans.starts[span]!);
        return { ...sourceOf(field), kind: ColumnStep.Wide, table: wideTable(this.memory, starts, adds), to };
      };
      const tellOf = ({ words }: Asked) => kinds.map((span) => words[span]!);
      if (asked.length === 1) return [find(tellOf(asked[0]!), asked[0]!.to)];
      const from = this.next();
      const tell = (one: Asked): Step => {
        const table = this.memory.place(tellOf(one));
        return { kind: ColumnStep.Map, from, table, to: one.to, count: kinds.length };
      };
      return [find([...kinds.keys()], from), ...asked.map(tell)];
    });
  }

  /** The first spans of those that one look-up has to tell apart. */
  private kindsOf(asked: readonly Asked[]): number[] {
    const isOther = (span: number) => asked.some(({ words }) => words[span] !== words[span - 1]);
    return [...this.spans.starts.keys()].filter((span) => span === 0 || isOther(span));
  }
}
