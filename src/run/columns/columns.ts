/**
 * The column program of a host: packets whose values nothing tells apart go one journey, which the first of them went by the
 * bytecode. What depends on order, chance or bytes goes the long way each time.
 */
import { Section, TURN_ALL, TURN_EACH, TURN_STRAIGHT } from '../../abi.js';
import type { PacketBatch } from '../../model/batch.js';
import type { ColumnsPlan, EngineUse, Refusal } from '../../model/plan.js';
import type { Patience } from '../patience.js';
import type { ColumnsHost } from './columns-host.js';
import { Connected, type Learning } from './connected.js';
import { Follower, type Fresh, firstOf, type Journal, type Kinds, slotsOf } from './follower.js';
import { Intake, isPlain, pick } from './intake.js';
import { type AddEnd, Journeys } from './journeys.js';
import { Plan } from './plan.js';
import { Plans } from './plans.js';
import type { Terms } from './terms.js';
import { seesBefore, termsOfRules } from './terms-of-host.js';
import { told } from './told.js';
import type { InPlace, Walks } from './walks.js';

/**
 * Where rules remember, and more than one packet of so many is of no known journey, all of a batch walk: by itself a packet takes some
 * twenty times as long.
 */
const FEW_UNKNOWN = 16;
/** Of so many packets of a batch it is learnt then what becomes of them: the bytecode alone is slower than what is remembered. */
const FEW_TAUGHT = 256;

export class Columns {
  private ofConnections: Connected | undefined;
  private readonly intake: Intake;
  private readonly journeys: Journeys;
  private readonly plans: Plans;
  private plan: Plan | undefined;
  private readonly follower: Follower;
  /** packets that came here since somebody wanted to know what took them, and those of them that walked. */
  private came = 0;
  private walked = 0;
  /** how many packets the keys that stand are of. */
  private keyed = 0;

  private constructor(
    private readonly host: ColumnsHost,
    /** what rules ask. */
    private readonly terms: Terms,
    /** it took to find that. */
    private readonly milliseconds: number,
  ) {
    const { stages } = host;
    const code = host.compiled.program.section(Section.Code);
    this.journeys = new Journeys(stages.core, code, !host.uses.rulesRemember, host.budget);
    this.intake = new Intake(stages);
    this.plans = new Plans(host, terms, this.journeys, this.intake);
    this.follower = new Follower(host, terms);
    stages.renewViews();
  }

  /** Or why what becomes of packets is not told by their values. */
  static of(host: ColumnsHost, patience: Patience): Columns | Refusal {
    const { memo, uses } = host;
    const started = performance.now();
    if (uses.tuples) return { why: 'tuples' };
    if (memo.reads.flow) return { why: 'ports' };
    if (memo.kinds.count ** 2 > 0xffffffff) return { why: 'addresses' };
    const { budget } = host;
    const made = budget.keeping(() => {
      const terms = termsOfRules(host, patience);
      return budget.spend(() => new Columns(host, terms, performance.now() - started));
    });
    return made ?? { why: 'memory' };
  }

  /**
   * Classifies up to so many of the packets from a place on, without placing those into the batch whose journeys are known; their
   * fates, which stand until the next call. undefined: they have to be.
   */
  walkInPlace(given: PacketBatch, from: number, most: number, walks: InPlace): Uint8Array | undefined {
    const { stages, uses } = this.host;
    if (!isPlain(given, stages.family, uses) || 'why' in this.planOf(given, this.intake)) return undefined;
    const count = this.intake.take(given, from, most, uses);
    if (count === 0) return undefined;
    return this.takeInPlace(given, from, count, walks);
  }

  /** Those that were taken in. */
  private takeInPlace(given: PacketBatch, from: number, count: number, walks: InPlace): Uint8Array {
    const { steps, uses } = this.host;
    this.came += count;
    this.nameInterfaces(given);
    this.keyed = count;
    this.journeys.expect(count);
    const { unknown } = steps.findJourneys(this.plan!.at, count);
    const some = (places: Uint32Array, learnt: 'open' | 'new' | 'none') => {
      this.walked += places.length;
      const picked = pick(given, from, places);
      const walk = (journal: Journal | undefined) => walks.some(picked, places, this.intake.fates, journal);
      if (learnt === 'none') walk(undefined);
      else this.learn(this.freshOf(places, learnt), walk);
    };
    // what rules remember is no matter to those whose journeys do not fork
    this.plan!.turn = uses.rulesRemember ? TURN_STRAIGHT : TURN_ALL;
    // all that forks by chance asks
    this.plan!.serial = walks.serial;
    if (uses.rulesRemember) this.journeys.settle(this.plan!.at, walks.latest(given, from, count));
    const { fresh: left } = steps.travel(this.plan!.at, 0, count);
    if (left.length === 0) return this.intake.fatesOf(count);
    this.journeys.fork(left.length);
    if (uses.rulesRemember) walks.number(given, from, count);
    else {
      // nothing is learnt of those, and nobody else asks what they leave behind
      if (!left.some((place) => this.plan!.isOpen(place))) {
        walks.wait(from, left);
        this.walked += left.length;
        return this.intake.fatesOf(count);
      }
      walks.walkWaiting(given, from);
    }
    const many = this.areMany(unknown, count);
    if (!uses.rulesRemember || many || (!uses.order && FEW_UNKNOWN * unknown > left.length)) {
      // where many are new, what the first of them come to is learnt, and the others walk by what is remembered of tables
      const { kinds } = this.host.worth;
      const taught = Math.min(many ? FEW_TAUGHT : left.length, kinds);
      for (let at = 0; at < left.length; ) {
        const end = Math.min(at + walks.most, at < taught ? taught : left.length, left.length);
        some(left.subarray(at, end), at >= taught ? 'none' : uses.rulesRemember ? 'new' : 'open');
        at = end;
      }
    } else
      for (let first = 0; ; ) {
        this.plan!.turn = TURN_EACH;
        const { left: place } = steps.travel(this.plan!.at, first, count);
        if (place === count) break;
        some(Uint32Array.of(place), 'open');
        walks.number(given, from, count);
        first = place + 1;
      }
    return this.intake.fatesOf(count);
  }

  /** Those of packets that are to walk of which something may be learnt, or that are of no known kind; their slots will be as they stand here. */
  private freshOf(places: Uint32Array, learnt: 'open' | 'new'): Fresh {
    const plan = this.plan!;
    const slots = new Uint32Array(places.length);
    const open = new Uint32Array(places.length);
    let count = 0;
    for (let slot = 0; slot < places.length; slot++) {
      const place = places[slot]!;
      if (!(learnt === 'open' ? plan.isOpen(place) : plan.isNew(place))) continue;
      slots[count] = slot;
      open[count++] = place;
    }
    return { slots: slots.subarray(0, count), places: open.subarray(0, count) };
  }

  private nameInterfaces({ interfaces }: PacketBatch): void {
    const { stages } = this.host;
    const numbers = interfaces.map((name) => stages.interfaces.number(name));
    if (this.plan!.useInterfaces(numbers)) stages.renewViews();
  }

  /**
   * Walks the packets of a batch, `count` of those given, whose journeys are known, and the others by `walks`. False: nothing is
   * known of such packets.
   */
  walk(given: PacketBatch, count: number, walks: Walks): boolean {
    const plan = this.planOf(given);
    if ('why' in plan) return false;
    this.take(plan, count, walks);
    return true;
  }

  private take(plan: Plan, count: number, walks: Walks): void {
    const { steps, uses } = this.host;
    this.came += count;
    this.journeys.expect(count);
    this.keyed = count;
    const { unknown, fresh } = steps.findJourneys(plan.at, count);
    if (uses.rulesRemember) this.inTurn(count, unknown, fresh, walks);
    else {
      const { left, fresh: more } = steps.travel(plan.at, 0, count);
      this.walked += left;
      if (fresh.length + more.length > 0) this.learn(slotsOf(Uint32Array.of(...fresh, ...more)), walks.all);
      else if (left > 0) walks.all(undefined);
    }
  }

  /** The same where connections are remembered: each in its turn. */
  walkConnected(given: PacketBatch, from: number, count: number): boolean {
    if ('why' in this.planOf(given)) return false;
    this.came += count;
    this.journeys.expect(count);
    this.walked += this.connected.walk(given, from, count);
    return true;
  }

  private get connected(): Connected {
    const { host } = this;
    this.ofConnections ??= new Connected(host, host.connected!, this.learning, seesBefore(host.compiled));
    return this.ofConnections;
  }

  private get learning(): Learning {
    const planNow = () => this.plan!;
    return {
      get plan() {
        return planNow();
      },
      isForking: (journey) => this.journeys.isForking(journey),
      meet: (slot) => {
        const plan = this.plan!;
        plan.meet(this.host.stages.columns, slot);
        if (plan.isFull) plan.makeRoom();
        this.host.stages.renewViews();
      },
      learnOne: (slot, kinds, walk) => this.learn(slotsOf(Uint32Array.of(slot)), walk, kinds),
    };
  }

  /** Whether so many of the packets are unknown that all walk together, which those cannot that meet a limit at two hooks. */
  private areMany(unknown: number, count: number): boolean {
    return !this.host.uses.order && FEW_UNKNOWN * unknown > count;
  }

  /** What rules remember is as the packet before has left it. */
  private inTurn(count: number, unknown: number, fresh: Uint32Array, walks: Walks): void {
    const { steps } = this.host;
    if (this.areMany(unknown, count)) {
      this.walked += count;
      return this.learn(slotsOf(fresh), walks.all);
    }
    for (let first = 0; ; ) {
      const { left: slot, fresh: more } = steps.travel(this.plan!.at, first, count);
      if (slot === count) return;
      this.walked++;
      if (this.plan!.isNew(slot) || more.length > 0)
        this.learn(slotsOf(Uint32Array.of(slot)), (journal) => walks.one(slot, journal));
      else walks.one(slot, undefined);
      first = slot + 1;
    }
  }

  /** Makes what there is for packets like those given, which may take so long; else it is made once they come. */
  prepare(given: PacketBatch, patience: Patience): void {
    this.planOf(given, this.plans.inPlaceOf(given), patience);
  }
  /** Whether it was made. */
  isPrepared(given: PacketBatch): boolean {
    return this.plans.has(given);
  }

  private planOf(given: PacketBatch, inPlace?: Intake, patience?: Patience): Plan | Refusal {
    const plan = this.plans.of(given, inPlace, patience);
    this.plan = plan instanceof Plan ? plan : undefined;
    return plan;
  }

  /** Walks by `walk` and learns of packets what becomes of their kinds. */
  private learn(fresh: Fresh, walk: (journal: Journal | undefined) => void, kinds: Kinds = this.plan!): void {
    const { stages, steps } = this.host;
    const plan = this.plan!;
    fresh = firstOf(fresh, this.host.worth.kinds);
    if (!fresh.places.some((place) => kinds.isOpen(place))) return walk(undefined);
    const findKeys = () => steps.findJourneys(plan.at, this.keyed);
    const learnt = this.follower.follow(fresh, kinds, findKeys, walk);
    for (const one of learnt) kinds.settle(one.key, this.journeys.add(one.first, one));
    this.plans.leadTo(this.journeys);
    if (!plan.isFull) return stages.renewViews();
    plan.makeRoom();
    stages.renewViews();
    findKeys();
  }

  /** What there is for packets like those given, or why there is nothing. */
  planFor(given: PacketBatch): ColumnsPlan | Refusal {
    const plan = this.planOf(given, this.plans.inPlaceOf(given));
    return 'why' in plan ? plan : told(plan, this.terms, this.host.compiled, this.milliseconds + plan.milliseconds);
  }

  /** What took the packets that were classified; undefined: none came here, or went by it. */
  get use(): EngineUse | Refusal | undefined {
    const { came, walked } = this;
    if (came > 0) return { used: 'columns', walked };
    return this.plans.refusal;
  }
  forgetUse(): void {
    this.journeys.unsettle();
    this.came = this.walked = 0;
  }
  /** Packets walk beside it. */
  pass(count: number): void {
    this.walked += count;
  }

  /** Adds what was counted here to the counters of the core, and hands on how many packets ended how. */
  flush(addEnd: AddEnd): void {
    this.journeys.flush((counter, packets, bytes) => this.host.stages.addCounter(counter, packets, bytes), addEnd);
  }
}
