/** Whether it is worth making what takes many packets, as far as packets have come: src/run/outlay.ts says when. */
import type { CompiledHost } from './compiled-host.js';
import { Outlay, Pace } from './outlay.js';
import { Patience } from './patience.js';

/** What it takes at the least, in milliseconds: by itself, and for each rule, and each member of a set. */
const LEAST = {
  columns: { itself: 40, rule: 0.02, member: 0.004 },
  tables: { itself: 10, rule: 0.01, member: 0.004 },
};
/** Of larger sets nothing is made. */
const MOST_MEMBERS = 1 << 17;

export type Made = keyof typeof LEAST;

export class Worth {
  readonly pace: Pace;
  private readonly outlays: Readonly<Record<Made, Outlay>> = { columns: new Outlay(), tables: new Outlay() };

  /** `before`: of the same host with other rules. */
  constructor(
    private readonly from: CompiledHost,
    before?: Worth,
  ) {
    this.pace = before?.pace ?? new Pace();
  }

  /** So many packets walked, all their way or through tables that remember. */
  walked(packets: number, milliseconds: number): void {
    this.pace.walked(packets, milliseconds);
    this.came(packets, packets);
  }
  /** Columns have taken packets. */
  took(packets: number, walked: number, learnt: number): void {
    this.outlays.columns.took({ packets, walked, learnt }, this.pace.each);
    this.came(packets, walked);
  }
  private came(packets: number, walked: number): void {
    const { columns, tables } = this.outlays;
    columns.came(packets * this.pace.each);
    tables.came(walked * this.pace.each);
  }

  /** Columns take longer than walking does, so far. */
  get columnsRest(): boolean {
    return !this.isAsked && this.outlays.columns.rests;
  }

  /** What `make` makes, if it may be made now; undefined: not yet, or it was given up. `left`: packets that are known to come. */
  make<M>(what: Made, left: number, make: (patience: Patience) => M): M | undefined {
    const outlay = this.outlays[what];
    if (this.isAsked) return make(this.endless);
    const allowed = outlay.allows(this.leastOf(what), left * this.pace.each);
    if (allowed === 0) return undefined;
    const patience = new Patience(allowed, this.from.waiting);
    const made = patience.within(() => make(patience));
    const milliseconds = LEAST[what].itself + patience.milliseconds;
    if (made === undefined) outlay.giveUp(milliseconds, allowed);
    else outlay.make(milliseconds);
    return made;
  }

  /** As long as it takes. */
  get endless(): Patience {
    return new Patience(undefined, this.from.waiting);
  }

  /** They are made at once, and used whatever comes. */
  private get isAsked(): boolean {
    return this.from.engine === 'columns';
  }

  private leastOf(what: Made): number {
    const { itself, rule, member } = LEAST[what];
    const { sets, compiled } = this.from;
    const members = sets.reduce((all, set) => all + Math.min(MOST_MEMBERS, set.members.count), 0);
    return itself + rule * compiled.rules.length + member * members;
  }
}
