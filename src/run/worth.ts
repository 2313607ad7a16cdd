/** Whether it is worth making what takes many packets, as far as packets have come: src/run/outlay.ts says when. */
import type { SetDef } from '../model/set.js';
import type { Budget } from './budget.js';
import type { CompiledHost } from './compiled-host.js';
import { Outlay, Paces, type Way } from './outlay.js';
import { Patience } from './patience.js';

/**
 * About how long it takes, in milliseconds: by itself, most of which is code that never ran, and for each rule, and each member of a
 * set, and of one of tuples.
 */
const USUAL = {
  tables: { itself: 10, rule: 0.01, member: 0.003, tuple: 0.03 },
  columns: { itself: 40, rule: 0.04, member: 0.003, tuple: 0.015 },
};
/** Of larger sets nothing is made. */
const MOST_MEMBERS = 1 << 17;

type Made = keyof typeof USUAL;

/** Of learning what becomes of one kind of packets. */
const LEARNING = 0.002;

export class Worth {
  readonly paces: Paces;
  private readonly outlay: Outlay;
  /** the longest that each was tried for, and given up. */
  private readonly tried: Record<Made, number> = { columns: 0, tables: 0 };

  /** `before`: of the same host with other rules. */
  constructor(
    private readonly from: CompiledHost,
    private readonly budget: Budget,
    before?: Worth,
  ) {
    this.paces = before?.paces ?? new Paces();
    this.paces.forgetTables();
    this.outlay = new Outlay(this.paces);
  }

  /** So many packets are known to come. */
  expect(packets: number): void {
    this.outlay.ahead = packets;
  }
  /** So many walked. */
  walked(way: Way, packets: number, milliseconds: number): void {
    this.paces.walked(way, packets, milliseconds);
    this.outlay.walked(way, packets);
  }
  /** Whether some packets walk, though something better was made, so that it is known how long they take. */
  isDue(way: Way): boolean {
    return !this.isAsked && this.outlay.isDue(way);
  }
  /** Columns have taken so many. */
  took(packets: number, milliseconds: number): void {
    this.outlay.took(packets, milliseconds);
  }

  /** Columns take longer than walking does, so far. */
  get columnsRest(): boolean {
    return !this.isAsked && this.outlay.rests;
  }
  /** Of so many kinds at the most it may be learnt now what becomes of them. */
  get kinds(): number {
    return this.isAsked ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(this.outlay.left / LEARNING));
  }

  /** What `make` makes of a part of all that may be spent, if it may be made now; undefined: not yet, or it was given up. */
  make<M>(what: Made, make: (patience: Patience) => M, part = 1): M | undefined {
    if (this.isAsked) return make(this.endless);
    const most = part * this.outlay.left;
    if (most < Math.max(this.usualOf(what), 2 * this.tried[what])) return undefined;
    const patience = new Patience(most, this.from.waiting, this.budget);
    const made = patience.within(() => make(patience));
    this.outlay.spend(patience.milliseconds);
    if (made === undefined) this.tried[what] = most;
    return made;
  }

  /** As long as it takes. */
  get endless(): Patience {
    return new Patience(undefined, this.from.waiting, this.budget);
  }

  /** Columns are made at once, and used whatever comes. */
  get isAsked(): boolean {
    return this.from.engine === 'columns';
  }

  private usualOf(what: Made): number {
    const { itself, rule, member, tuple } = USUAL[what];
    const { sets, compiled } = this.from;
    const ofSet = ({ type, members }: SetDef) =>
      (type.includes(',') ? tuple : member) * Math.min(MOST_MEMBERS, members.count);
    return sets.reduce((all, set) => all + ofSet(set), itself + rule * compiled.rules.length);
  }
}
