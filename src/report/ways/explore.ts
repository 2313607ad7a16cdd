/**
 * All that may become of a packet where something is not known: open questions, fields that nobody gave, draws. The walk
 * itself tells what it depends on: of each walk the first choice that is not settled yet is taken the one way and the other,
 * and so on, until nothing is left or too many walks were made.
 */

import { AddrType, Field } from '../../abi.js';
import type { Test } from '../../model/condition.js';
import type { FieldPacket, Packet } from '../../model/packet.js';
import { question } from '../../model/question.js';
import { common, contains, without } from '../../model/ranges.js';
import { meaningOf } from '../../model/ruleset.js';
import type { WalkResult } from '../../model/trace.js';
import type { Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { ACK } from '../../net/tcp-flags.js';
import { drawOf } from '../../run/draw.js';
import type { LoadedHost } from '../../run/engine.js';
import { takesInterface } from '../../run/interfaces.js';
import { wholeOf, wordsAt } from '../fields.js';
import { linksOf } from '../likely.js';
import { questionOf } from '../past-questions.js';
import { conditionOf } from '../story.js';
import { changedBy, columnsAt } from './columns.js';
import { asksOnce, meetingOf } from './meeting.js';
import type { Choice, Ways } from './model.js';
import { hangsOn, lacksAddressOf, standInFor } from './stand-in.js';
import { holdsFor, likely, VARIABLES, type Values, type Variable, valuesText, variablesOf } from './variables.js';

/** Walks in all; a walk of a large ruleset takes some milliseconds. */
const MOST_WALKS = 96;
/** Seeds that are tried for draws of one path. */
const MOST_SEEDS = 100_000;

/** Leaves what the host remembers as it was; what the last walk changed of it is not there for these. */
export function explore(host: LoadedHost, packet: Packet): Explored {
  const state = stateIsOpen(host, packet) ? 'open' : 'settled';
  const explorer = new Explorer(host);
  const ways = host.again(() =>
    explorer.from({
      packet,
      domains: domainsOf(packet),
      comesIn: waysIn(host, packet),
      state,
      draws: [],
      answers: [],
    }),
  );
  return { ways, facts: [...explorer.facts] };
}

export interface Explored {
  readonly ways: Ways;
  /** what was assumed where it is not known, and nothing that was told hangs on it. */
  readonly facts: readonly string[];
}

/** What is settled on a path so far. */
interface Settled {
  readonly packet: Packet;
  /** values that are left to each variable. */
  readonly domains: ReadonlyMap<Variable, Values>;
  /** interfaces that it may come in on; undefined: that was given. */
  readonly comesIn: readonly string[] | undefined;
  readonly state: 'open' | 'settled' | 'known';
  readonly draws: readonly { readonly threshold: number; readonly below: boolean }[];
  /** to questions that may be asked again. */
  readonly answers: readonly string[];
  /** what stands for an interface's address that nobody knows, and the walk that ended for want of it. */
  readonly standIn?: { readonly address: Words; readonly lacking: WalkResult };
}

const domainsOf = (packet: Packet): Settled['domains'] =>
  new Map(variablesOf(packet).map((name) => [name, VARIABLES[name].domain(packet as FieldPacket)]));

/** The interfaces that a packet may come in on: the host's links, or else one for each that rules name, and any other. */
function waysIn(host: LoadedHost, packet: Packet): string[] | undefined {
  if (typeof packet.in !== 'string' || !packet.assumed.some(({ field }) => field === 'in')) return undefined;
  const links = linksOf(host);
  const patterns = host.compiled.rules.flatMap(({ rule }) => meaningOf(rule).head().in?.value ?? []);
  const named = patterns.filter((one) => one !== 'lo').map((one) => one.replace(/\+$/, '0'));
  return [...new Set([packet.in, ...(links.length > 0 ? links : named)])];
}

/** Whether nobody said if the packet is the first of its connection, and nothing remembered tells it. */
function stateIsOpen(host: LoadedHost, packet: Packet): boolean {
  if (packet.kind !== 'fields' || packet.state !== undefined || !host.tracking.on) return false;
  if (host.connections().length > 0) return false;
  return packet.protocol !== Protocol.Tcp || packet.assumed.some(({ field }) => field === 'flags');
}

class Explorer {
  private left = MOST_WALKS;
  /** by where they begin. */
  private readonly meetings = new Map<string, Ways>();
  readonly facts = new Set<string>();
  constructor(private readonly host: LoadedHost) {}

  from(settled: Settled, walked?: WalkResult): Ways {
    if (walked === undefined && --this.left < 0) return undefined;
    const result = walked ?? this.walk(settled);
    if (!follows(settled, this.testsOf(result))) return undefined;
    const { standIn, state } = settled;
    if (standIn !== undefined && hangsOn(standIn.address, result, this.host))
      return { result: standIn.lacking, known: state === 'known' };
    const choice = this.choiceIn(result, settled);
    if (choice !== undefined) return this.fork(choice, settled, result);
    const route = this.wantsRoute(result);
    if (route !== undefined) {
      const known = settled.state === 'known';
      const lost: WalkResult = { ...result, fate: 'dropped', by: { kind: 'routing', why: 'no-route' } };
      return {
        choice: { kind: 'route', address: route },
        yes: this.host.assuming(question.local(route), false, () => this.from(settled)),
        no: { result: lost, known },
      };
    }
    const iface = standIn === undefined ? lacksAddressOf(result) : undefined;
    if (iface !== undefined) return this.withStandIn(iface, settled, result);
    const name = this.questionIn(result);
    if (name === undefined) return { result, known: settled.state === 'known' };
    return this.ask(name, settled, result);
  }

  /** As if the interface had an address of those that nobody has. */
  private withStandIn(iface: string, settled: Settled, lacking: WalkResult): Ways {
    const address = standInFor(lacking, this.host.from.family);
    const fact = question.address(iface, address);
    this.facts.add(fact);
    return this.host.assuming(fact, true, () =>
      this.host.assuming(question.local(address), true, () => this.from({ ...settled, standIn: { address, lacking } })),
    );
  }

  /** Both ways from a question; once for all walks that stop there alike. */
  private ask(name: string, settled: Settled, at: WalkResult): Ways {
    const { packet: _, domains, ...rest } = settled;
    const left = [...domains].map(([variable, values]) => [variable, valuesText(values)]);
    const meeting = JSON.stringify([meetingOf(at, this.host), left, rest]);
    const met = this.meetings.get(meeting);
    if (met !== undefined) return met;
    const once = asksOnce(at, name, this.host.compiled);
    const side = (answer: boolean) => {
      const answers = once ? settled.answers : [...settled.answers, `${name}=${answer}`];
      return this.host.assuming(name, answer, () => this.from({ ...settled, answers }));
    };
    const [yes, no] = [side(true), side(false)];
    const choice: Choice = { kind: 'question', name, at, unsaid: [...domains.keys()] };
    const ways = yes === no ? no : { choice, yes, no };
    if (ways !== undefined) this.meetings.set(meeting, ways);
    return ways;
  }

  /** The question that a walk stops at, by its name; that of routing too: whether the packet is for this host. */
  private questionIn(result: WalkResult): string | undefined {
    const { fate, by } = result;
    if (questionOf(result) !== undefined) return by.why;
    if (fate !== 'unknown' || by.why !== 'host:addresses') return undefined;
    const address = this.destinationAt(result);
    return this.host.addressType(address) === undefined ? question.local(address) : undefined;
  }

  /** The address that a packet which came in would be forwarded to, if there were routes; undefined: that is not what it ends for. */
  private wantsRoute({ fate, by, events, start }: WalkResult): Words | undefined {
    if (fate !== 'unknown' || by.why !== 'host:routes' || this.host.from.routing.knowsWays) return undefined;
    const came = events.some((event) => event.kind === 'begin' && event.from === 'wire');
    const address = this.destinationAt({ events, start });
    const taken = events.some((event) => event.kind === 'taken');
    return came && !taken && this.host.addressType(address) === AddrType.Unicast ? address : undefined;
  }

  private destinationAt(result: Pick<WalkResult, 'start' | 'events'>): Words {
    return wordsAt(columnsAt(result, this.host), Field.Dst, this.host.from.family);
  }

  private walk({ packet }: Settled): WalkResult {
    return this.host.walk(packet, { everything: true });
  }

  /** The first choice of a walk that is not settled. */
  private choiceIn(result: WalkResult, settled: Settled): Choice | undefined {
    // first of all: a known connection's packets are spared the nat table, whatever its rules draw
    if (settled.state === 'open' && !isLeftAlone(result)) return { kind: 'state' };
    let draws = 0;
    const changed = new Set<Field>();
    for (const event of result.events) {
      for (const field of changedBy(event)) changed.add(field);
      const test = conditionOf(event, this.host)?.test;
      if (test === undefined) continue;
      if (test.kind === 'random') {
        if (draws++ >= settled.draws.length) return { kind: 'draw', threshold: test.threshold };
        continue;
      }
      if (!('field' in test) || changed.has(wholeOf(test.field))) continue;
      const choice = test.kind === 'iface' ? inChoice(test, settled) : fieldChoice(test, settled);
      if (choice !== undefined) return choice;
    }
    return undefined;
  }

  private fork(choice: Choice, settled: Settled, result: WalkResult): Ways {
    switch (choice.kind) {
      case 'field': {
        const { variable, ranges } = choice;
        const given = settled.packet as FieldPacket;
        const domain = settled.domains.get(variable)!;
        const side = (inside: boolean): Ways => {
          const values = inside ? common(domain, ranges) : without(domain, ranges);
          const domains = new Map(settled.domains).set(variable, values);
          if (contains(values, VARIABLES[variable].valueOf(given))) return this.from({ ...settled, domains }, result);
          const packet = VARIABLES[variable].with(given, likely(variable, values, given.family));
          return this.host.again(() => this.from({ ...settled, domains, packet }));
        };
        return { choice, yes: side(true), no: side(false) };
      }
      case 'in': {
        const side = (inside: boolean): Ways => {
          const comesIn = settled.comesIn!.filter(
            (name) => choice.patterns.some((one) => takesInterface(name, one)) === inside,
          );
          const [name] = comesIn;
          if (comesIn.includes(settled.packet.in as string)) return this.from({ ...settled, comesIn }, result);
          const packet = { ...(settled.packet as FieldPacket), in: name };
          return this.host.again(() => this.from({ ...settled, comesIn, packet }));
        };
        return { choice, yes: side(true), no: side(false) };
      }
      case 'state': {
        const packet = knownConnection(settled.packet as FieldPacket);
        return {
          choice,
          yes: this.host.again(() => this.from({ ...settled, packet, state: 'known' })),
          no: this.from({ ...settled, state: 'settled' }, result),
        };
      }
      case 'draw': {
        const { threshold } = choice;
        const side = (below: boolean): Ways => {
          const draws = [...settled.draws, { threshold, below }];
          if (this.testsOf(result)[settled.draws.length] === below) return this.from({ ...settled, draws }, result);
          const seed = this.seedFor(draws, result.start[Field.Serial]!);
          return seed === undefined ? undefined : this.host.again(() => this.from({ ...settled, draws }), seed);
        };
        return { choice, yes: side(true), no: side(false) };
      }
      default:
        return undefined;
    }
  }

  /** A seed by which the draws of a packet come out so. */
  private seedFor(draws: Settled['draws'], serial: number): number | undefined {
    for (let seed = 1; seed <= MOST_SEEDS; seed++)
      if (draws.every(({ threshold, below }, i) => drawOf(seed, serial, i) >>> 1 < threshold === below)) return seed;
    return undefined;
  }

  private testsOf(result: WalkResult): boolean[] {
    return result.events.flatMap((event) => {
      const condition = conditionOf(event, this.host);
      if (condition === undefined || condition.test.kind !== 'random') return [];
      return [(event.kind === 'held') !== condition.not];
    });
  }
}

/** Whether the draws of a walk came out as they were settled: something else may have drawn before. */
const follows = ({ draws }: Settled, drawn: readonly boolean[]): boolean =>
  draws.every(({ below }, i) => drawn[i] === undefined || drawn[i] === below);

function fieldChoice(test: Test & { readonly field: Field }, { domains }: Settled): Choice | undefined {
  for (const [variable, domain] of domains) {
    if (VARIABLES[variable].field !== wholeOf(test.field)) continue;
    const ranges = holdsFor(test, domain);
    if (ranges === undefined) continue;
    const inside = common(domain, ranges);
    if (inside.length === 0 || without(domain, ranges).length === 0) continue;
    return { kind: 'field', variable, ranges: inside };
  }
  return undefined;
}

function inChoice({ field, pattern }: Extract<Test, { kind: 'iface' }>, { comesIn }: Settled): Choice | undefined {
  if (comesIn === undefined || field !== Field.InIf) return undefined;
  const inside = comesIn.filter((name) => takesInterface(name, pattern)).length;
  return inside === 0 || inside === comesIn.length ? undefined : { kind: 'in', patterns: [pattern] };
}

/** Tracking takes no connection of such a packet, whatever is known: a message of a neighbour. */
const isLeftAlone = ({ events }: WalkResult): boolean =>
  events.some((event) => event.kind === 'tracked' && event.state === 'UNTRACKED');

const knownConnection = (packet: FieldPacket): FieldPacket => ({
  ...packet,
  state: 'ESTABLISHED',
  flags: packet.protocol === Protocol.Tcp ? ACK : packet.flags,
});
