/**
 * Turns what the host's texts do not tell into open questions: sets that were not given, types of addresses without
 * the addresses, the interface that a packet leaves by without the routes. The questions' names are those that
 * `--assume` takes.
 */

import { AddrType, Field, LINK_MAC, LINK_NONE, PACKET_MSS_UNKNOWN, RPF_KNOWN, UNKNOWN_INTERFACE } from '../../abi.js';
import type { Action } from '../../model/action.js';
import { act, build, withOrigin } from '../../model/build.js';
import type { Condition, Origin, Test } from '../../model/condition.js';
import { LOCAL_DESTINATION, LOCAL_SOURCE, question } from '../../model/question.js';
import type { Table } from '../../model/ruleset.js';
import { asksCounters } from '../../model/set.js';
import { SETS_STATE } from '../../model/set-test.js';

/** What is known of the host. */
export interface Knowledge {
  /** sets whose members are known. */
  readonly sets: ReadonlySet<string>;
  /** those that packets may change: the host looks into them. */
  readonly changing?: { has(name: string): boolean; [Symbol.iterator](): Iterator<unknown> };
  /** at which dimensions sets ask for link-layer addresses; those that do not are left out. */
  readonly macs?: ReadonlyMap<string, readonly number[]>;
  /** sets of members that are assumed of another one: such that it has, and such that it lacks. */
  readonly members?: (
    set: string,
  ) => { readonly held?: string | undefined; readonly lacking?: string | undefined } | undefined;
  readonly addresses: boolean;
  readonly routes: boolean;
  /** what the way of every packet takes. */
  readonly mtus: boolean;
  /** what is left to chance is drawn, or answered as somebody assumed it. */
  readonly draws?: 'drawn' | 'assumed';
  /** the same of limits, which are counted. */
  readonly limits?: 'counted' | 'assumed';
  /** whether somebody has answered a question. */
  readonly answered?: (question: string) => boolean;
}

export function askWhatIsUnknown(condition: Condition, known: Knowledge): Condition {
  if ('all' in condition) return { ...condition, all: condition.all.map((one) => askWhatIsUnknown(one, known)) };
  if ('any' in condition) return { ...condition, any: condition.any.map((one) => askWhatIsUnknown(one, known)) };
  const { test, not } = condition;
  switch (test.kind) {
    case 'set':
      return build.turned(not, withMembers(test, known, condition.origin));
    case 'addrtype': {
      if (known.addresses) return condition;
      const open = build.addrtype(test.field, [AddrType.Unknown]);
      return asked(condition, not, open, test.field === Field.Src ? LOCAL_SOURCE : LOCAL_DESTINATION);
    }
    case 'random':
      // it is about the match as it stands in the rule, its `!` with it
      return known.draws === 'assumed' ? from(build.ask(question.random), condition.origin) : condition;
    case 'limit':
      return known.limits === 'assumed'
        ? from(build.turned(not, build.ask(question.limit)), condition.origin)
        : condition;
    case 'fact':
      if (known.routes) return condition;
      return asked(
        condition,
        not,
        build.not(build.fact(test.fact, test.flags | RPF_KNOWN)),
        question.match('rpfilter'),
      );
    case 'iface': {
      if (known.routes || test.field !== Field.OutIf || test.pattern === '+') return condition;
      return asked(condition, not, build.equal(Field.OutIf, UNKNOWN_INTERFACE), question.out(test.pattern));
    }
    case 'tcp-mss':
    case 'u32': {
      if (known.mtus) return condition;
      const open = build.masked(Field.Flags, PACKET_MSS_UNKNOWN, PACKET_MSS_UNKNOWN);
      return asked(condition, not, open, question.mss(test.kind === 'u32' ? 'u32' : 'tcpmss'));
    }
    default:
      return condition;
  }
}

const from = (condition: Condition, origin: Origin | undefined): Condition =>
  origin === undefined ? condition : withOrigin(condition, origin);

/** The question for packets of which the answer is not known, the condition itself for others. */
function asked(condition: Condition, not: boolean, open: Condition, name: string): Condition {
  const ask = from(build.turned(not, build.ask(name)), condition.origin);
  return build.any(build.all(open, ask), build.all(build.not(open), condition));
}

/** Whether the set holds the packet: by the members that are assumed, then by its own, or else it is asked. */
function withMembers(test: Extract<Test, { kind: 'set' }>, known: Knowledge, origin: Origin | undefined): Condition {
  const { name: set, directions, flags, counting } = test;
  const ask = (name: string) => from(build.ask(name), origin);
  const inSet = (name: string) => from(build.set(name, directions, flags), origin);
  const counts = counting?.some(([option]) => asksCounters(option));
  // who counts is asked by the host; of other members nobody knows what they have counted
  const counted = (one: Condition) => (counts ? build.all(one, ask(question.counters(set))) : one);
  const looked = () =>
    build.host(
      { what: 'in-set', state: SETS_STATE, set, directions, flags, counting },
      (counts ? question.counters : question.set)(set),
    );
  const own = known.sets.has(set)
    ? withFrames(known.changing?.has(set) ? from(looked(), origin) : counted(inSet(set)), test, known)
    : counted(ask(question.set(set)));
  const assumed = known.members?.(set);
  if (assumed === undefined) return own;
  const { held, lacking } = assumed;
  const rest = lacking === undefined ? own : build.all(build.not(inSet(lacking)), own);
  return held === undefined ? rest : build.any(counted(inSet(held)), rest);
}

/** A set of link-layer addresses is asked about packets that have such, where it is the source's and was not given, or another's. */
function withFrames(inSet: Condition, test: Extract<Test, { kind: 'set' }>, known: Knowledge): Condition {
  // without a direction for it no set holds anything
  const places = (known.macs?.get(test.name) ?? []).filter((place) => place < test.directions.length);
  if (places.length === 0) return inSet;
  const told = places.every((place) => test.directions[place] === 'src') ? LINK_MAC | LINK_NONE : LINK_NONE;
  return asked(inSet, false, build.masked(Field.Link, told, 0), question.macs(test.name));
}

/** A chain that the text does not hold: it may take the packet, or give it back to where it would return to. */
export function askForMissingChain(action: Action, table: Table): readonly Action[] {
  if ((action.kind !== 'jump' && action.kind !== 'goto') || table.chains.has(action.chain)) return [action];
  const asked = act.ask(question.chain(action.chain));
  return action.kind === 'jump' ? [asked] : [asked, act.return];
}

/** Every set is known, and all of the host. */
export const EVERYTHING: Knowledge = {
  sets: { has: () => true } as unknown as ReadonlySet<string>,
  addresses: true,
  routes: true,
  mtus: true,
};
