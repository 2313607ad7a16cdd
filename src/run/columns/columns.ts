/**
 * The column program of a host: packets whose values nothing tells apart go one journey, which the first of them went by the
 * bytecode. What depends on order, chance or bytes goes the long way each time.
 */
import { Beside, End, Event, Field, JOURNEY_EACH, KEY_UNMET, Run, Section } from '../../abi.js';
import type { Compiled, Entry } from '../../compile/compile.js';
import { chainUses, type ProgramUses } from '../../compile/uses.js';
import type { PacketBatch } from '../../model/batch.js';
import type { ColumnsPlan, EngineUse, Refusal } from '../../model/plan.js';
import { BUILTIN, type HookName, type TableName } from '../../model/ruleset.js';
import type { SetDef } from '../../model/set.js';
import type { AddressTypeInterval } from '../address-types.js';
import type { Batch } from '../batch.js';
import type { CoreSteps } from '../core-steps.js';
import type { RouteMemo } from '../route-memo.js';
import type { Stages, TraceRecord } from '../stage.js';
import { addHost } from './host-terms.js';
import { type Draft, Journeys, type Stretch } from './journeys.js';
import { moreRoom, Plan, type Rooms, type Shape } from './plan.js';
import { addRules, Terms } from './terms.js';
import { told } from './told.js';

export interface ColumnsHost {
  readonly compiled: Compiled;
  readonly stages: Stages;
  readonly steps: CoreSteps;
  readonly batch: Batch;
  readonly memo: RouteMemo;
  readonly uses: ProgramUses;
  readonly sets: ReadonlyMap<string, SetDef>;
  readonly addressTypes: readonly AddressTypeInterval[];
  readonly tracking: boolean;
}

/** Where more than half of so many packets were of new kinds, nothing is gained. */
const TRIAL = 1 << 16;
/** Where rules remember, and more than one packet of so many is of no known journey, all of a batch walk. */
const FEW_UNKNOWN = 16;

/** Told what rules do. */
export type Journal = (record: TraceRecord) => void;

/** How packets walk that have to: all of them, or one. */
export interface Walks {
  readonly all: (journal: Journal | undefined) => void;
  readonly one: (slot: number, journal: Journal | undefined) => void;
}

/** A packet whose journey is written down. */
interface Following {
  readonly key: number;
  readonly stretches: Stretch[];
  /** since the last fork. */
  counters: number[];
  /** its kind decides all that has happened so far. */
  told: boolean;
  late: boolean;
}

export class Columns {
  private readonly terms: Terms;
  private readonly journeys: Journeys;
  private readonly plans = new Map<string, Plan | Refusal>();
  private rooms: Rooms = new Map();
  private plan: Plan | undefined;
  private shape: Shape | undefined;
  /** Run.Unanswered of these, and of what is remembered of tables. */
  private readonly unanswered: number;
  private looked = 0;
  private learnt = 0;
  /** packets that came here since somebody wanted to know what took them, and those of them that walked. */
  private came = 0;
  private walked = 0;

  private constructor(
    private readonly host: ColumnsHost,
    terms: Terms,
    /** it took to find what rules ask. */
    private readonly milliseconds: number,
  ) {
    const { stages, compiled } = host;
    this.terms = terms;
    this.journeys = new Journeys(stages.memory);
    const bits = new Uint32Array((compiled.program.section(Section.Code).length >>> 5) + 1);
    for (const address of terms.unanswered) bits[address >>> 5]! |= 1 << (address & 31);
    this.unanswered = stages.memory.place(bits);
    stages.renewViews();
  }

  /** Or why what becomes of packets is not told by their values. */
  static of(host: ColumnsHost): Columns | Refusal {
    const { compiled, stages, memo, uses, sets, addressTypes, tracking } = host;
    const started = performance.now();
    if (uses.order) return { why: 'order' };
    if (uses.tuples) return { why: 'tuples' };
    if (memo.reads.flow) return { why: 'ports' };
    if (memo.kinds.count ** 2 > 0xffffffff) return { why: 'addresses' };
    const words = (at: number, count: number) => stages.memory.words.slice(at >>> 2, (at >>> 2) + count);
    const terms = new Terms(words(stages.get(Run.Protocols), 256));
    const entries = entriesOf(compiled);
    const last = entriesOf(compiled, ['POSTROUTING']);
    addRules(
      terms,
      compiled,
      chainUses(compiled.program),
      { all: entries, last },
      {
        sets,
        addressTypes,
        byAddress: memo.byAddress,
      },
    );
    addHost(terms, memo, {
      firstStates: words(stages.get(Run.FirstStates), 512),
      tracking,
    });
    return new Columns(host, terms, performance.now() - started);
  }

  /**
   * Walks the packets of a batch, `count` of those given, whose journeys are known, and the others by `walks`. False: nothing is
   * known of such packets.
   */
  walk(given: PacketBatch, count: number, walks: Walks): boolean {
    const plan = this.planOf(given);
    if ('why' in plan) return false;
    this.came += count;
    if (this.gainsNothing) {
      this.walked += count;
      return false;
    }
    const { steps, uses } = this.host;
    const { unknown, fresh } = steps.findJourneys(plan.at, count);
    this.looked += count;
    this.learnt += fresh.length;
    if (uses.cells) this.inTurn(count, unknown, fresh, walks);
    else {
      const { left, fresh: more } = steps.travel(plan.at, 0, count);
      this.walked += left;
      if (fresh.length + more.length > 0) this.learn([...fresh, ...more], walks.all);
      else if (left > 0) walks.all(undefined);
    }
    return true;
  }

  /** What rules remember is as the packet before has left it. */
  private inTurn(count: number, unknown: number, fresh: Uint32Array, walks: Walks): void {
    const { steps } = this.host;
    if (FEW_UNKNOWN * unknown > count) {
      this.walked += count;
      return this.learn([...fresh], walks.all);
    }
    for (let first = 0, { plan } = this; ; ) {
      const { left: slot, fresh: more } = steps.travel(this.plan!.at, first, count);
      if (slot === count) return;
      this.walked++;
      if (this.plan!.isNew(slot) || more.length > 0) this.learn([slot], (journal) => walks.one(slot, journal));
      else walks.one(slot, undefined);
      first = slot + 1;
      // keys of another plan
      if (plan !== this.plan) steps.findJourneys(this.plan!.at, count);
      plan = this.plan;
    }
  }

  private get gainsNothing(): boolean {
    return this.looked > TRIAL && 2 * this.learnt > this.looked;
  }

  private planOf(given: PacketBatch): Plan | Refusal {
    const shape = shapeOf(given);
    const raw = given.kind === 'bytes' && given.raw !== false;
    const key = `${shape.bytes} ${raw} ${shape.framed} ${[...shape.given].join()}`;
    this.shape = shape;
    const plan = this.plans.get(key) ?? this.newPlan(shape);
    this.plans.set(key, plan);
    this.plan = plan instanceof Plan ? plan : undefined;
    return plan;
  }

  private newPlan(shape: Shape): Plan | Refusal {
    const { stages, uses } = this.host;
    const started = performance.now();
    const plan = Plan.of(stages.memory, this.terms, shape, this.rooms);
    if (plan instanceof Plan) {
      plan.milliseconds = performance.now() - started;
      plan.journeys = this.journeys.at;
      plan.inTurn = uses.cells;
    }
    stages.renewViews();
    return plan;
  }

  /** Walks by `walk` and learns of those packets what becomes of their kinds. */
  private learn(fresh: readonly number[], walk: (journal: Journal) => void): void {
    const { stages, steps, batch } = this.host;
    const plan = this.plan!;
    const drafts = new Map<number, Following>();
    const met = fresh.filter((slot) => plan.meet(stages.columns, slot));
    if (met.length > 0) steps.findJourneys(plan.at, batch.packets);
    for (const slot of fresh) {
      const key = plan.keyOf(slot);
      if (key >= KEY_UNMET || plan.cellOf(key) === JOURNEY_EACH) continue;
      drafts.set(slot, { key, stretches: [], counters: [], told: this.isTold(slot), late: false });
    }
    const before = stages.get(Run.Unanswered);
    stages.set(Run.Unanswered, this.unanswered);
    walk(({ event, packet, address, before: value }) => {
      const draft = drafts.get(batch.packetOf(packet));
      if (draft === undefined || !draft.told) return;
      if (event === Event.Hit || event === Event.Policy) draft.counters.push(value);
      else if (event === Event.Forked) {
        draft.stretches.push({ counters: draft.counters, fork: { address, held: value === 1 } });
        draft.counters = [];
      } else if (event !== Event.Unanswered) return;
      else if (this.terms.late.has(address)) draft.late = true;
      else draft.told = false;
    });
    stages.set(Run.Unanswered, before);
    // columns are read before what is learnt makes the memory grow
    const learnt = [...drafts].map(([slot, draft]) => ({ ...draft, end: this.endOf(slot, draft) }));
    for (const { key, stretches, counters, end } of learnt)
      plan.settle(key, this.journeys.add(plan.cellOf(key), { stretches: [...stretches, { counters }], end }));
    for (const one of this.plans.values()) if (one instanceof Plan) one.journeys = this.journeys.at;
    if (plan.full !== undefined) this.makeRoom(plan);
    stages.renewViews();
  }

  private endOf(slot: number, { told, late }: Following): Draft['end'] {
    const { stages } = this.host;
    const again = late && stages.field(slot, Beside.Again) !== 0;
    const fate: End = stages.field(slot, Beside.Fate);
    const ends = told && !again && fate !== End.Unknown && fate !== End.Walking;
    return ends ? { fate, why: stages.field(slot, Beside.Why) } : undefined;
  }

  private makeRoom(plan: Plan): void {
    const rooms = moreRoom(this.rooms, plan.full!);
    const shape = this.shape!;
    if (rooms !== undefined) {
      const { rooms: old } = this;
      this.rooms = rooms;
      const wider = this.newPlan(shape);
      if (wider instanceof Plan) {
        for (const [key, one] of this.plans) if (one === plan) this.plans.set(key, wider);
        this.plan = wider;
        return;
      }
      this.rooms = old;
    }
    plan.close();
  }

  /** Whether a packet's values tell all that the host's steps ask of it. */
  private isTold(slot: number): boolean {
    const { stages } = this.host;
    const of = (field: Field) => stages.field(slot, field);
    // of what has no source the destination decides
    return of(Field.Src) !== 0 || stages.field(slot, Beside.Local) === 0;
  }

  /** What there is for packets like those given, or why there is nothing. */
  planFor(given: PacketBatch): ColumnsPlan | Refusal {
    const plan = this.planOf(given);
    return 'why' in plan ? plan : told(plan, this.terms, this.host.compiled, this.milliseconds + plan.milliseconds);
  }

  /** What took the packets that were classified; undefined: none came here, or went by it. */
  get use(): EngineUse | Refusal | undefined {
    const { came, walked } = this;
    if (came > 0) return { used: 'columns', walked, ...(this.gainsNothing && { why: 'new-kinds' }) };
    return [...this.plans.values()].find((plan): plan is Refusal => 'why' in plan);
  }
  forgetUse(): void {
    this.came = this.walked = 0;
  }

  /** Adds what was counted here to the counters of the core. */
  flush(): void {
    this.journeys.flush((counter, packets, bytes) => this.host.stages.addCounter(counter, packets, bytes));
  }
}

function entriesOf(compiled: Compiled, only?: readonly HookName[]): Entry[] {
  const tables = Object.entries(BUILTIN) as [TableName, readonly HookName[]][];
  return tables.flatMap(([table, hooks]) =>
    hooks.flatMap((hook) => (only?.includes(hook) === false ? [] : (compiled.entry(table, hook) ?? []))),
  );
}

function shapeOf(given: PacketBatch): Shape {
  const columns = given.kind === 'columns' ? given : undefined;
  const bytes = columns === undefined;
  const all: readonly (readonly [Field | Beside, boolean])[] = [
    [Field.Ttl, bytes || columns.ttl !== undefined],
    [Field.Tos, bytes || columns.tos !== undefined],
    [Field.Frag, bytes || columns.frag !== undefined],
    [Field.Mark, given.mark !== undefined],
    [Field.Uid, given.uid !== undefined],
    [Field.Gid, given.gid !== undefined],
    [Field.Link, given.mac !== undefined || given.pkttype !== undefined],
    [Field.MacLow, given.mac !== undefined],
    [Beside.Path, given.path !== undefined],
    [Beside.Given, given.state !== undefined],
    [Beside.Out, given.out !== undefined],
  ];
  return {
    bytes,
    given: new Set(all.flatMap(([column, there]) => (there ? [column] : []))),
    framed: given.pkttype !== undefined,
  };
}
