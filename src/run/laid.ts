/** A compiled host, laid out in the core's memory, with all that walks ask of it. */
import { Answer, BATCH_SLOTS, FROM_HOST, Run, Section, TRACE_HITS } from '../abi.js';
import { askedOfHost } from '../compile/asking.js';
import { type ProgramUses, usesOf } from '../compile/uses.js';
import { Batch } from './batch.js';
import type { CompiledHost } from './compiled-host.js';
import { CoreSteps } from './core-steps.js';
import type { Course } from './course.js';
import { factOf } from './facts.js';
import { BATCH_BYTES } from './fill.js';
import { type FirstSettings, readFirstSettings } from './first-state.js';
import { OwnAddresses } from './own-addresses.js';
import { plainPlaces } from './places.js';
import { RouteMemo } from './route-memo.js';
import { ipv6Part } from './routing-of.js';
import type { useRuns } from './rule-runs.js';
import type { Places, WalkSetup } from './setup.js';
import { type RememberedWords, Stages } from './stage.js';
import { layProtocols } from './track-steps.js';
import { Walk } from './walk.js';
import type { Core } from './wasm.js';
import { WayTables } from './way-tables.js';

/** The header of TCP grows from 20 bytes to 60 at most. */
const MOST_GROWTH = 40;
/** Room for packets that came in fragments. */
const FRAGMENT_BYTES = 1 << 23;

/** What of a host stays where it goes on by other rules. */
export interface Kept extends RememberedWords {
  /** names of interfaces, by number. */
  readonly interfaces: readonly string[];
  /** what it counted of packets. */
  readonly tally: Uint32Array;
}

/** What stays of what was laid out before. */
export interface Staying {
  readonly kept?: Kept | undefined;
  readonly fragments?: WalkSetup['fragments'];
  /** leads packets past rules, where many are expected. */
  readonly runs?: typeof useRuns | undefined;
}

export class Laid {
  private readonly code: Uint32Array;
  readonly uses: ProgramUses;
  readonly own: OwnAddresses;
  readonly stages: Stages;
  readonly steps: CoreSteps;
  readonly batch: Batch;
  readonly walks: Walk;
  /** the tables, with nothing remembered. */
  readonly plain: Places;
  /** one object, whose fields change from run to run, so that the loops over packets know its shape. */
  readonly setup: { -readonly [K in keyof WalkSetup]: WalkSetup[K] };

  constructor(
    core: Core,
    readonly from: CompiledHost,
    private readonly course: Course,
    { kept, fragments, runs }: Staying,
  ) {
    const { compiled, host, routing, assumed, family } = from;
    const settings = readFirstSettings(host.sysctls, family);
    const uses = usesOf(compiled.program);
    this.uses = uses;
    this.code = compiled.program.section(Section.Code);
    // copies that the kernel makes of packets have room behind them
    const growth = uses.mangles ? MOST_GROWTH : 0;
    const area = 2 * BATCH_BYTES + growth * BATCH_SLOTS + (from.gathers ? FRAGMENT_BYTES : 0);
    const stages = new Stages(core, compiled, area, {
      growth,
      interfaces: host.links?.length ?? 0,
      fact: (kind, flags, packet) => factOf(this.setup, kind, flags, packet),
    });
    this.stages = stages;
    runs?.(stages, compiled.program);
    // what waits, and connections, know interfaces by their numbers
    for (const name of kept?.interfaces ?? []) stages.interfaces.number(name);
    if (kept !== undefined) stages.restore(kept);
    stages.seed(course.seed);
    this.batch = new Batch(stages, course.reasons);
    this.steps = new CoreSteps(stages);
    this.layRun(settings);
    for (const link of host.links ?? []) {
      stages.interfaces.setGroup(link.name, link.group);
      if (link.ether === false) stages.interfaces.setBare(link.name);
    }
    // members may stand for all interfaces whose names begin so
    stages.useSets(from.sets, from.changing);
    this.own = new OwnAddresses(routing, stages, from.assume, from.otherwise);
    this.answer();
    course.tally.lay(compiled, stages, kept?.tally);
    this.walks = new Walk(this.batch, this.steps);
    this.plain = plainPlaces(compiled);
    this.setup = {
      compiled,
      places: this.plain,
      uses,
      stages,
      steps: this.steps,
      routing,
      ipv6: family === 6 ? ipv6Part() : undefined,
      ways: this.newWays(),
      tracking: from.tracking.on,
      defrags: from.defrags,
      connections: course.track(from),
      fragments,
      remembering: course.remembering,
      early: { arrived: undefined, tracked: undefined, confirms: false, bindings: undefined },
      now: 0,
      timeOf: (slot) => 1000 * (course.clock.epoch ?? 0) + course.clock.at(this.batch.packetOf(slot)),
      drawn: undefined,
      ...settings,
      level: TRACE_HITS,
      journal: undefined,
      bytes: false,
      isLocal: (address) => this.own.isLocal(address),
      tellLocal: undefined,
      outAssumed: () => assumed.out,
      addressOf: (iface) => assumed.addressOf(iface),
      takes: (way) => assumed.takes(way),
      picked: this.steps.newSelection(),
      chosen: new Map(),
      hostAnswers: undefined,
    };
    if (course.asked !== undefined && compiled.hosted.length > 0)
      this.setup.hostAnswers = new course.asked.HostAnswers(this, course);
    stages.renewViews();
  }

  /** What the steps of the core need to know of the run. */
  private layRun(settings: FirstSettings): void {
    const { stages, from, uses } = this;
    layProtocols(stages, settings);
    stages.lay(Run.BatchIfaces, new Uint32Array(FROM_HOST));
    stages.set(Run.Tracking, Number(from.tracking.on));
    stages.set(Run.Tuples, Number(uses.tuples));
  }

  /** A word of the program. */
  codeAt(address: number): number {
    return this.code[address]!;
  }

  private answer(): void {
    const { from, stages } = this;
    // what is said of all that is not known comes behind the host, who may know
    const ofHost = askedOfHost(from.compiled);
    from.compiled.questions.forEach((question, number) => {
      const answer = ofHost.has(number) ? from.given(question) : from.answerTo(question);
      stages.answer(number, answer === undefined ? Answer.Open : answer ? Answer.Yes : Answer.No);
    });
  }

  /** Names of the questions that packets may come to and nobody has answered. */
  get open(): string[] {
    const { uses, stages, from } = this;
    const open = uses.questions.filter((number) => stages.answerTo(number) === Answer.Open);
    return open.map((number) => from.compiled.questions[number]!);
  }

  /** Ways that are found from now on. */
  newWays(): WayTables {
    const { stages, steps, from, course } = this;
    const memo = new RouteMemo(from.routing, from.host, from.assumed.singles, stages.interfaces, stages.family);
    return new WayTables(stages, steps, memo, course.reasons);
  }
}
