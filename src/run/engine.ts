/**
 * The engine: one core, into which a host's rules are loaded, and through which packets are walked one by one.
 *
 *     const engine = await createEngine();
 *     const host = await engine.load({ tables, sets, host });
 *     host.walk(packet).fate;
 */

import { type AddrType, Answer, Decoded, Fact, Field, STATE_INVALID, TRACE_ALL, TRACE_HITS } from '../abi.js';
import { type Compiled, compile } from '../compile/compile.js';
import { trackingRule } from '../compile/tracking.js';
import { PacketwalkError } from '../errors.js';
import { encodePacket } from '../input/encode.js';
import type { Host } from '../model/host.js';
import type { Packet } from '../model/packet.js';
import { addressIn, groupIn, interfaceIn, question } from '../model/question.js';
import type { Table } from '../model/ruleset.js';
import { type Dimension, dimensionsOf, type SetDef } from '../model/set.js';
import type { WalkResult } from '../model/trace.js';
import type { Family, Words } from '../net/address.js';
import { ADDRESS_TYPES } from './address-types.js';
import { AssumedHost } from './assumed-host.js';
import { AssumedMembers } from './assumed-members.js';
import { coreSeed, Draws } from './draws.js';
import { readSysctl } from './host-conf.js';
import type { Journey, WalkSetup } from './journey.js';
import { knownSets, setCounters } from './known-sets.js';
import { OwnAddresses, typeOfOwn } from './own-addresses.js';
import { resultOf, undecoded } from './result.js';
import { reversePath } from './reverse-path.js';
import { Routing } from './routing.js';
import { PACKET_ROOM, Stages } from './stage.js';
import { firstTimeout } from './track-steps.js';
import { walk } from './walk.js';
import { type Core, loadCore } from './wasm.js';

export interface LoadOptions {
  /** one family; the last block of each name. */
  readonly tables: readonly Table[];
  readonly sets?: readonly SetDef[];
  readonly host: Host;
  /** auto: on where a loaded rule needs it, or where not all tables are known. */
  readonly tracking?: 'auto' | 'on' | 'off';
  /** answers to open questions, by their names. */
  readonly assume?: ReadonlyMap<string, boolean>;
  /** the answer to questions that `assume` leaves open. */
  readonly otherwise?: boolean | undefined;
  /** of all that is drawn; 1 where it is left out. */
  readonly seed?: number | undefined;
}

export interface WalkOptions {
  /** events for every rule that was looked at, and each condition. */
  readonly everything?: boolean;
  /** the packet's bytes where it leaves. */
  readonly bytes?: boolean;
}

export interface Engine {
  /** Throws PacketwalkError where the rules cannot be compiled. */
  load(options: LoadOptions): Promise<LoadedHost>;
}

/** Safe to call more than once: each host that is loaded has a memory of its own. */
export async function createEngine(): Promise<Engine> {
  return { load: async (options) => new LoadedHost(await loadCore(), options) };
}

const SLOT = 0;
const COPY = 1;
const SLOTS = 2;
const NO_UID = 0xffffffff;
const NO_PACKET = { mark: 0, tos: 0, proto: 0, sport: 0, dport: 0, uid: 0 };

/** Draws to come, and the state cells of rules. */
interface State {
  readonly draws: number;
  readonly cells: readonly number[];
}

/** A host with its rules, ready for packets. Counters run on from packet to packet. */
export class LoadedHost {
  readonly compiled: Compiled;
  readonly tracking: { readonly on: boolean; readonly why: 'asked' | 'rule' | 'no-rule' | 'tables-unknown' };
  private readonly stages: Stages;
  private readonly routing: Routing;
  private readonly family: Family;
  private readonly setup: Omit<WalkSetup, 'level' | 'bytes'>;
  private readonly own: OwnAddresses;
  private readonly members: AssumedMembers;
  private readonly assumed: AssumedHost;
  private readonly draws: Draws;
  /** what a walk changed of the state that the next one finds, as it was before. */
  private before: State | undefined;
  private clock = 0;
  private firstTime: number | undefined;

  readonly host: Host;
  private readonly sets: readonly SetDef[];

  constructor(core: Core, options: LoadOptions) {
    const { tables, sets = [], host } = options;
    this.family = tables[0]?.family ?? 4;
    this.host = host;
    this.sets = sets;
    const assume = options.assume ?? new Map<string, boolean>();
    this.assumed = new AssumedHost(assume);
    this.routing = new Routing(host, (group) => this.assumed.isMember(group));
    this.tracking = trackingOf(options);
    this.members = new AssumedMembers(assume, sets);
    this.compiled = compile(tables, this.family, {
      sets: knownSets(sets),
      addresses: this.routing.knowsOwn,
      routes: this.routing.knowsWays,
      members: (name) => this.members.of(name),
      answers: setCounters(sets),
      draws: assume.has(question.random) ? 'assumed' : 'drawn',
    });
    this.stages = new Stages(core, this.compiled, SLOTS, SLOTS * PACKET_ROOM, {
      interfaces: host.links?.length ?? 0,
      fact: (kind, flags, packet) => this.fact(kind, flags, packet),
    });
    const seed = options.seed ?? 1;
    this.draws = new Draws(seed);
    this.stages.seed(coreSeed(seed));
    this.stages.useSets([...sets, ...this.members.sets]);
    this.own = new OwnAddresses(this.routing, this.stages, assume, options.otherwise);
    for (const link of host.links ?? []) this.stages.setGroup(link.name, link.group);
    this.answer(assume, options.otherwise);
    this.setup = {
      compiled: this.compiled,
      stages: this.stages,
      routing: this.routing,
      tracking: this.tracking.on,
      checksum: readSysctl(host.sysctls, 'net.netfilter.nf_conntrack_checksum') !== 0,
      loose: readSysctl(host.sysctls, 'net.netfilter.nf_conntrack_tcp_loose') !== 0,
      isLocal: (address) => this.own.isLocal(address),
      outAssumed: () => this.assumed.out,
      draw: (range) => this.draws.below(range),
    };
  }

  /** Walks a packet. */
  walk(packet: Packet, { everything = false, bytes: keep = false }: WalkOptions = {}): WalkResult {
    const bytes = encodePacket(packet);
    const decoded = this.stages.decode(SLOT, bytes);
    if (decoded !== Decoded.Ok) return undecoded(decoded);
    const journey = this.prepare(packet);
    const setup: WalkSetup = { ...this.setup, level: everything ? TRACE_ALL : TRACE_HITS, bytes: keep };
    if (everything) this.before = this.state();
    const start = everything ? this.stages.fields(SLOT) : [];
    const { end, copies } = walk(setup, journey, COPY);
    return { ...resultOf(this.compiled, journey.events, end, copies), start };
  }

  /** Packets and bytes that a rule, or a policy, has counted so far. */
  counter(rule: number): { packets: bigint; bytes: bigint } {
    return this.stages.counter(rule);
  }

  /**
   * Runs `then` with a question answered otherwise than it is. What the last walk that told everything has drawn and
   * counted is as it was before it, so that the same packet meets the same.
   */
  assuming<T>(question: string, answer: boolean, then: () => T): T {
    const now = this.state();
    if (this.before !== undefined) this.restore(this.before);
    try {
      return this.answered(question, answer, then);
    } finally {
      this.restore(now);
    }
  }

  private state(): State {
    return { draws: this.draws.save(), cells: this.stages.state() };
  }
  private restore({ draws, cells }: State): void {
    this.draws.restore(draws);
    this.stages.restore(cells);
  }

  private answered<T>(question: string, answer: boolean, then: () => T): T {
    if (addressIn(question) !== undefined) return this.own.assuming(question, answer, then);
    const number = this.compiled.questions.indexOf(question);
    if (number < 0) return this.assumed.assuming(question, answer, then);
    const before = this.stages.answerTo(number);
    this.stages.answer(number, answer ? Answer.Yes : Answer.No);
    try {
      return this.assumed.assuming(question, answer, then);
    } finally {
      this.stages.answer(number, before);
    }
  }

  /** Why a fact cannot be; undefined where it can. */
  problemOf(fact: string): string | undefined {
    return this.members.problems.get(fact) ?? this.assumed.problems.get(fact);
  }

  /** Whether a fact settles anything that the rules, or the way that a packet takes, leave open. */
  asks(fact: string): boolean {
    const { questions } = this.compiled;
    if (this.members.used.has(fact)) return true;
    if (addressIn(fact) !== undefined || fact === 'local') return !this.routing.knowsOwn;
    if (groupIn(fact) !== undefined || fact === 'joined') return true;
    if (interfaceIn(fact) !== undefined) return !this.routing.knowsWays;
    return questions.some((question) => question === fact || question.split(':')[0] === fact);
  }

  /** What explanations ask: the name of an interface's number, the type of an address, a set's dimensions. */
  interfaceName(number: number): string {
    return this.stages.interfaceName(number);
  }
  addressType(address: number): AddrType | undefined {
    const assumed = this.own.isLocal(address);
    if (assumed !== undefined) return typeOfOwn(assumed);
    const type = this.routing.typeOf([address]);
    return typeof type === 'string' ? ADDRESS_TYPES[type] : undefined;
  }
  dimensions(set: string): readonly Dimension[] | undefined {
    const found = [...this.sets, ...this.members.sets].find((one) => one.name === set);
    return found === undefined ? undefined : dimensionsOf(found.type);
  }
  /** Where a packet of such a source comes from: this host, or the interface of the way back; undefined: not known. */
  originOf(source: Words): 'own' | { readonly iface: string } | undefined {
    if (this.routing.typeOf(source) === 'local') return 'own';
    const way = this.routing.output({ ...NO_PACKET, src: undefined, dst: source });
    return way.kind === 'send' && way.to === 'unicast' ? { iface: way.oif } : undefined;
  }
  /** Seconds until the entry of a first packet without an answer ends. */
  firstTimeout(protocol: number): number {
    return firstTimeout(protocol);
  }

  private prepare(packet: Packet): Journey {
    const { stages } = this;
    this.clock = packet.time ?? this.clock;
    this.firstTime ??= this.clock;
    const local = packet.in === null;
    const iif = packet.in ?? '';
    for (const field of CLEARED) stages.setField(SLOT, field, 0);
    stages.setField(SLOT, Field.Mark, packet.mark);
    stages.setInterface(SLOT, 'in', iif);
    stages.setField(SLOT, Field.CtState, STATE_INVALID);
    stages.setField(SLOT, Field.Time, Math.max(0, Math.round((this.clock - this.firstTime) * 1000)));
    stages.setField(SLOT, Field.Uid, packet.uid ?? NO_UID);
    stages.setField(SLOT, Field.Gid, packet.gid ?? NO_UID);
    return {
      slot: SLOT,
      local,
      iif,
      oif: undefined,
      nextHop: undefined,
      out: packet.out,
      path: packet.path,
      given: packet.state,
      uid: packet.uid ?? 0,
      raw: packet.kind === 'raw',
      bound: { src: false, dst: false },
      again: undefined,
      seen: [],
      events: [],
    };
  }

  private fact(kind: number, flags: number, packet: number): boolean {
    if (kind !== Fact.RpFilter) throw new PacketwalkError(`fact ${kind} is not known`, { code: 'core-fault' });
    return reversePath(this.stages, this.routing, packet, flags);
  }

  /** Questions are answered by their whole name, or by what stands before a colon (`match`). */
  private answer(answers: ReadonlyMap<string, boolean>, otherwise: boolean | undefined): void {
    this.compiled.questions.forEach((question, number) => {
      const answer = answers.get(question) ?? answers.get(question.split(':')[0]!) ?? otherwise;
      this.stages.answer(number, answer === undefined ? Answer.Open : answer ? Answer.Yes : Answer.No);
    });
  }
}

/** Columns that neither the bytes nor the description fill. */
const CLEARED: readonly Field[] = [
  Field.OutIf,
  Field.InGroup,
  Field.OutGroup,
  ...Array.from({ length: Field.Time - Field.CtState }, (_, i) => (Field.CtState + i) as Field),
];

function trackingOf({ tables, tracking = 'auto' }: LoadOptions): LoadedHost['tracking'] {
  if (tracking !== 'auto') return { on: tracking === 'on', why: 'asked' };
  if (trackingRule(tables) !== undefined) return { on: true, why: 'rule' };
  const whole = tables.length >= 2 && tables.every((table) => table.origin === 'save' && table.complete);
  return whole ? { on: false, why: 'no-rule' } : { on: true, why: 'tables-unknown' };
}
