/** Plans of the column program, by what packets give: each is made for the first such packets. */
import { Field, TURN_ALL, TURN_EACH } from '../../abi.js';
import type { PacketBatch } from '../../model/batch.js';
import type { Refusal } from '../../model/plan.js';
import type { Patience } from '../patience.js';
import type { ColumnsHost } from './columns-host.js';
import { type Intake, isPlain } from './intake.js';
import type { Journeys } from './journeys.js';
import { Plan } from './plan.js';
import { mostOf, type Rooms, type Shape, shapeNumber, shapeOf } from './shape.js';
import type { Terms } from './terms.js';
import { withHost } from './terms-of-host.js';

export class Plans {
  /** with what the host's steps ask: of packets of the batch, and of those beside it. */
  private readonly termsOf = new Map<boolean, Terms>();
  /** by shapeNumber. */
  private readonly plans = new Map<number, Plan | Refusal>();
  private rooms: Rooms = new Map();

  constructor(
    private readonly host: ColumnsHost,
    /** what rules ask. */
    private readonly terms: Terms,
    private readonly journeys: Journeys,
    private readonly intake: Intake,
  ) {}

  /** What packets are read by where they are; undefined: they have to be placed into the batch. */
  inPlaceOf(given: PacketBatch): Intake | undefined {
    const { stages, uses } = this.host;
    return isPlain(given, stages.family, uses) ? this.intake : undefined;
  }
  /** Whether there is one, or it is known why not. */
  has(given: PacketBatch): boolean {
    return this.plans.has(shapeNumber(given, this.inPlaceOf(given) !== undefined));
  }

  /** `patience`: what it may take to make it; undefined: as long as it takes. */
  of(given: PacketBatch, inPlace?: Intake, patience?: Patience): Plan | Refusal {
    const number = shapeNumber(given, inPlace !== undefined);
    let plan = this.plans.get(number);
    if (plan === undefined) {
      if (inPlace !== undefined) this.makeRoomFor(given.interfaces.length + 2);
      // what is too much of packets where they are is too much in the batch as well
      const other = inPlace === undefined ? this.plans.get(shapeNumber(given, true)) : undefined;
      const make = () => this.newPlan(shapeOf(given, inPlace), patience ?? this.host.worth.endless);
      plan = other !== undefined && 'why' in other ? other : make();
      this.plans.set(number, plan);
    }
    return plan;
  }

  /** Why there is none for some packets. */
  get refusal(): Refusal | undefined {
    return [...this.plans.values()].find((plan): plan is Refusal => 'why' in plan);
  }

  /** Journeys lie elsewhere now. */
  leadTo(journeys: Journeys): void {
    for (const one of this.plans.values()) if (one instanceof Plan) one.journeys = journeys;
  }

  /** undefined: they do not fit. */
  private allTerms(inPlace: boolean, patience: Patience): Terms | undefined {
    const make = () => withHost(this.host, this.terms, { inPlace, patience });
    const known = this.termsOf.get(inPlace) ?? this.host.budget.keeping(make);
    if (known !== undefined) this.termsOf.set(inPlace, known);
    return known;
  }

  /** As many interfaces are met. */
  private makeRoomFor(links: number): void {
    if ((this.rooms.get(Field.InIf) ?? 0) < links)
      this.rooms = new Map(this.rooms).set(Field.InIf, Math.min(links, mostOf(Field.InIf)));
  }

  private newPlan(shape: Shape, patience: Patience): Plan | Refusal {
    const { stages, uses, budget } = this.host;
    const started = performance.now();
    const terms = this.allTerms(shape.inPlace !== undefined, patience);
    const of = { shape, rooms: this.rooms, patience };
    const make = () => terms && Plan.of(stages.memory, terms, of, budget);
    const plan: Plan | Refusal = budget.within(make) ?? { why: 'memory' };
    if (plan instanceof Plan) {
      plan.milliseconds = performance.now() - started;
      plan.journeys = this.journeys;
      plan.turn = uses.rulesRemember ? TURN_EACH : TURN_ALL;
    }
    stages.renewViews();
    return plan;
  }
}
