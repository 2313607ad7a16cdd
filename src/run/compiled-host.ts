/** A host's rules, compiled with all that is known of the host: what an engine loads. It needs no core. */
import { Ground } from '../compile/again.js';
import { type Compiled, compile } from '../compile/compile.js';
import { hasGathering, trackingRule } from '../compile/tracking.js';
import { PacketwalkError } from '../errors.js';
import type { Connection } from '../model/connection.js';
import type { Finding } from '../model/finding.js';
import type { Host } from '../model/host.js';
import { asksHost } from '../model/host-test.js';
import type { NoColumns } from '../model/plan.js';
import {
  addressIn,
  groupIn,
  hopIn,
  interfaceAddressIn,
  interfaceIn,
  question,
  withoutOption,
} from '../model/question.js';
import { isWholeDump, type Table } from '../model/ruleset.js';
import { type Dimension, dimensionsOf, type SetDef } from '../model/set.js';
import type { Family } from '../net/address.js';
import { AssumedHost } from './assumed-host.js';
import { AssumedMembers } from './assumed-members.js';
import { MIB, USUAL_MEMORY } from './budget.js';
import type { EngineName } from './classifying.js';
import { nameOf } from './decision.js';
import { changingSets, knownSets, macDimensions } from './known-sets.js';
import { tellsMtus } from './path-mtu.js';
import type { Telling } from './patience.js';
import type { Routing } from './routing.js';
import { routingOf } from './routing-of.js';

export interface LoadOptions {
  /** one family; the last block of each name. */
  readonly tables: readonly Table[];
  readonly sets?: readonly SetDef[];
  readonly host: Host;
  /** auto: on where a loaded rule needs it, or where not all tables are known. */
  readonly tracking?: 'auto' | 'on' | 'off';
  /** those that the host knows at first; false: nothing is remembered, and each packet is the first of its connection. */
  readonly connections?: Iterable<Connection> | false | undefined;
  /** answers to open questions, by their names. */
  readonly assume?: ReadonlyMap<string, boolean>;
  /** those of them that the rules were read with: `name:NAME:VALUE`. */
  readonly filled?: ReadonlySet<string>;
  /** answers to those that `assume` leaves open, by their kinds. */
  readonly usual?: ReadonlyMap<string, boolean> | undefined;
  /** the answer to questions that are open then. */
  readonly otherwise?: boolean | undefined;
  /** of all that is drawn; 1 where it is left out. */
  readonly seed?: number | undefined;
  /** what classifies: the bytecode for each packet, or what it came to for others like it. */
  readonly engine?: EngineName | undefined;
  /** MiB that tables of what such packets came to may take; 256 where it is left out. */
  readonly memory?: number | undefined;
  /** told each time that such tables are being made since ten seconds more; in seconds. */
  readonly waiting?: Telling | undefined;
  /** what parse gives has them, and is compiled before it is loaded. */
  readonly findings?: never;
  /** what of all this changes nothing, as far as that was seen before. */
  readonly notes?: readonly Finding[];
}

export class CompiledHost {
  readonly tables: readonly Table[];
  readonly sets: readonly SetDef[];
  readonly host: Host;
  readonly family: Family;
  readonly tracking: { readonly on: boolean; readonly why: 'asked' | 'rule' | 'no-rule' | 'tables-unknown' };
  /** whether fragments are gathered before the tables. */
  readonly defrags: boolean;
  /** whether connections are remembered, where they are tracked, and fragments. */
  readonly remembers: boolean;
  /** whether there is anything to do with fragments: of IPv6 some go on without others. */
  readonly gathers: boolean;
  /** the connections that are known at first. */
  readonly known: Iterable<Connection>;
  readonly assume: ReadonlyMap<string, boolean>;
  readonly usual: ReadonlyMap<string, boolean> | undefined;
  readonly otherwise: boolean | undefined;
  readonly seed: number;
  readonly engine: EngineName;
  /** bytes that tables may take by which many packets are classified. */
  readonly memory: number;
  readonly compiled: Compiled;
  readonly assumed: AssumedHost;
  /** sets that packets may change, and how many members they may come to have. */
  readonly changing: ReadonlyMap<string, number>;
  readonly routing: Routing;
  private readonly members: AssumedMembers;

  /** what its rules were compiled with. */
  readonly ground: Ground;

  /**
   * Throws PacketwalkError where the rules cannot be compiled. `before`: the same host, but for some rules or answers; what is
   * compiled there is not compiled again.
   */
  constructor(
    private readonly options: LoadOptions,
    before?: CompiledHost,
  ) {
    if (options.findings !== undefined)
      throw new PacketwalkError('what was parsed has to be compiled before it is loaded', {
        code: 'not-compiled',
        hint: 'engine.load(compile(parse(texts)))',
      });
    const { tables, sets = [], host, assume = new Map<string, boolean>(), seed = 1 } = options;
    this.tables = tables;
    this.host = host;
    this.family = tables[0]?.family ?? 4;
    this.tracking = trackingOf(options);
    this.defrags = this.tracking.on || hasGathering(tables);
    this.remembers = options.connections !== false;
    this.gathers = this.remembers || this.family === 6;
    // a generator could be read once
    this.known = options.connections ? rereadable(options.connections) : [];
    this.assume = assume;
    this.otherwise = options.otherwise;
    this.seed = seed;
    this.engine = options.engine ?? 'auto';
    this.memory = MIB * (options.memory ?? USUAL_MEMORY);
    this.assumed = new AssumedHost(assume);
    this.routing = routingOf(this.family, host, this.assumed);
    this.members = new AssumedMembers(assume, sets);
    this.changing = changingSets(tables, sets);
    this.ground = new Ground(
      {
        sets: knownSets(sets),
        changing: this.changing,
        macs: macDimensions(sets),
        addresses: this.routing.knowsOwn,
        routes: this.routing.knowsWays,
        mtus: this.routing.knowsWays && tellsMtus(host),
        members: (name) => this.members.of(name),
        answered: (name) => this.said(name) !== undefined,
        draws: assume.has(question.random) ? 'assumed' : 'drawn',
        limits: assume.has(question.limit) ? 'assumed' : 'counted',
      },
      options.assume,
      host,
    );
    const goesOn = this.ground.goesOn(before);
    this.compiled =
      goesOn !== undefined && before!.tables === tables
        ? goesOn
        : compile(tables, this.family, this.ground.known, goesOn);
    this.usual = this.compiled.questions.some((one) => options.usual?.has(kindOf(one))) ? options.usual : undefined;
    this.sets = [...sets, ...this.members.sets];
  }

  /** Told of what takes long. */
  get waiting(): Telling | undefined {
    return this.options.waiting;
  }

  /** Why what becomes of packets does not follow from their values alone; undefined: it may, as far as this tells. */
  get noColumns(): NoColumns | undefined {
    if (this.engine === 'bytecode') return 'asked';
    if (!this.remembers || !this.tracking.on) return undefined;
    // the core of connections counts nothing of them
    return this.family === 6 || asksHost(this.compiled.hosted, 'connbytes') ? 'connections' : undefined;
  }

  /** The same host with other rules; connections are tracked as they are here. */
  withTables(tables: readonly Table[]): CompiledHost {
    return new CompiledHost({ ...this.options, tables, tracking: this.tracking.on ? 'on' : 'off' }, this);
  }

  /** Its sets, without those of members that are assumed. */
  get setsGiven(): readonly SetDef[] {
    return this.options.sets ?? [];
  }

  /** The same host with other rules, or other sets, which tell anew whether connections are tracked. */
  having(changed: Partial<Pick<LoadOptions, 'tables' | 'filled' | 'sets'>>): CompiledHost {
    return new CompiledHost({ ...this.options, ...changed }, this);
  }

  /** The same host with more answers. */
  assuming(answers: ReadonlyMap<string, boolean>): CompiledHost {
    const assume = new Map([...this.assume, ...answers]);
    return new CompiledHost({ ...this.options, assume, tracking: this.tracking.on ? 'on' : 'off' }, this);
  }

  /** What changes nothing: settings that nothing reads, and facts that nothing asks, which are mostly mistyped. */
  get notes(): Finding[] {
    return this.notesBeside([]);
  }

  /** The same of one whose rules of the other family may ask what was assumed. */
  notesBeside(others: readonly CompiledHost[]): Finding[] {
    const all = [this, ...others];
    const questions = [...new Set(all.flatMap(({ compiled }) => compiled.questions))];
    const open = questions.length === 0 ? 'nothing is open' : `these are: ${questions.slice(0, 10).join(', ')}`;
    const unused = [...this.assume.keys()].filter((fact) => !all.some((one) => one.asks(fact)));
    return [
      ...(this.options.notes ?? []),
      ...unused.map((fact) => ({
        severity: 'note' as const,
        code: 'unused-assumption',
        message: `--assume ${fact}: no rule leaves that open; ${open}${questions.length > 10 ? ', …' : ''}`,
      })),
    ];
  }

  /** Throws PacketwalkError for a fact that cannot be. */
  checkAssumed(): void {
    for (const fact of this.assume.keys()) {
      const problem = this.problemOf(fact);
      if (problem !== undefined) throw new PacketwalkError(`--assume ${fact}: ${problem}`, { code: 'bad-assumption' });
    }
  }

  /** Why a fact that was assumed cannot be; undefined where it can. */
  problemOf(fact: string): string | undefined {
    return this.members.problems.get(fact) ?? this.assumed.problems.get(fact);
  }

  /** What was assumed of a question: by its whole name, by what stands before a colon (`match`), of all. undefined: nothing. */
  answerTo(question: string): boolean | undefined {
    return this.given(question) ?? this.otherwise;
  }
  /** The same, but for what stands for all. */
  given(question: string): boolean | undefined {
    return this.said(question) ?? this.usual?.get(kindOf(question));
  }
  /** The same, but for what is usual too. */
  said(question: string): boolean | undefined {
    const { assume } = this;
    return assume.get(question) ?? assume.get(withoutOption(question)) ?? assume.get(kindOf(question));
  }

  /** Whether a fact settles anything that the rules, or the way that a packet takes, leave open. */
  asks(fact: string): boolean {
    const { questions } = this.compiled;
    if (this.members.used.has(fact) || this.options.filled?.has(fact) === true) return true;
    if (addressIn(fact) !== undefined || fact === 'local') return !this.routing.knowsOwn;
    if (groupIn(fact) !== undefined || fact === 'joined') return true;
    const several = (this.host.routes ?? []).flatMap(({ hops }) => (hops.length > 1 ? [hops] : []));
    const way = hopIn(fact);
    if (way !== undefined) return several.some((hops) => hops.some((hop) => nameOf(hop, hops) === way));
    if (fact === 'way') return several.length > 0;
    const address = interfaceAddressIn(fact);
    if (address !== undefined) return (this.host.addresses ?? []).every(({ link }) => link !== address.iface);
    const out = interfaceIn(fact);
    if (out !== undefined)
      return !this.routing.knowsWays || several.some((hops) => hops.some(({ link }) => link === out));
    return questions.some((one) => one === fact || withoutOption(one) === fact || one.split(':')[0] === fact);
  }

  dimensions(set: string): readonly Dimension[] | undefined {
    const found = this.sets.find((one) => one.name === set);
    return found === undefined ? undefined : dimensionsOf(found.type);
  }
}

function trackingOf({ tables, tracking = 'auto' }: LoadOptions): CompiledHost['tracking'] {
  if (tracking !== 'auto') return { on: tracking === 'on', why: 'asked' };
  if (trackingRule(tables) !== undefined) return { on: true, why: 'rule' };
  return isWholeDump(tables) ? { on: false, why: 'no-rule' } : { on: true, why: 'tables-unknown' };
}

const kindOf = (question: string): string => question.split(':')[0]!;
const rereadable = <T>(all: Iterable<T>): Iterable<T> => (Symbol.iterator in all && 'next' in all ? [...all] : all);
