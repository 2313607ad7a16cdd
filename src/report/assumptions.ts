/** What an explanation took for granted: of the packet, of the host, and what the walk met of chance. */

import { Field } from '../abi.js';
import { type Compiled, chainOf } from '../compile/compile.js';
import type { Test } from '../model/condition.js';
import { givenEntries, type Host, variableOf } from '../model/host.js';
import { type HostTest, stateOf } from '../model/host-test.js';
import type { Packet, PacketState } from '../model/packet.js';
import { LOCAL_DESTINATION, LOCAL_SOURCE, question } from '../model/question.js';
import { meaningOf, plainTable, type Rule } from '../model/ruleset.js';
import type { Summary } from '../model/summary.js';
import type { WalkEvent, WalkResult } from '../model/trace.js';
import type { Family } from '../net/address.js';
import { Protocol } from '../net/protocol.js';
import type { LoadedHost } from '../run/engine.js';
import { fallbackOf } from '../run/host-conf.js';
import { wordsAt } from './fields.js';
import { beginsConnection, targetQuestion } from './idle.js';
import type { Message } from './lang/messages.js';
import { movedBy } from './placing.js';
import { conditionOf, say } from './story.js';

const UNRELATED: readonly PacketState[] = ['NEW', 'ESTABLISHED'];

export function assumptions(host: LoadedHost, packet: Packet, result: WalkResult): Message[] {
  const { events } = result;
  const fields = packet.assumed.map(({ field, value }) => say('assumed.field', { field, value }));
  // what is left to chance is told where the walk meets it
  const facts = factsOf(host, asked(host, result)).filter(([fact]) => fact !== question.random);
  const out: Message[] = [...facts.map(sayFact), ...fields];
  out.push(...ofHost(host, decided(host.host, events)));
  if (events.some((event) => (event.kind === 'lost' || event.kind === 'routed') && event.guessed === true))
    out.push(say('assumed.groups', {}));
  if (events.some((event) => event.kind === 'tracked' && UNRELATED.includes(event.state))) out.push(...helpers(host));
  const begins = events.find((event) => event.kind === 'hit' && beginsConnection(host.compiled, event.rule));
  if (begins?.kind === 'hit') out.push(...timeouts([host.compiled.rules[begins.rule]!]));
  const reached = events.flatMap((event) => (event.kind === 'policy' ? [event.policy] : []));
  return [...out, ...policies(reached, host), ...ports(result), ...chance(events, host)];
}

/** What was taken for granted of all packets that were counted: answers to questions, and all else. */
export function assumedOfAll(host: LoadedHost, summary: Summary): { facts: Message[]; others: Message[] } {
  const all = factsOf(host, host.compiled.questions);
  const { from } = host;
  // what nobody said is told also where answers are not repeated
  const isUsual = ([fact]: Fact) =>
    from.usual !== undefined && from.said(fact) === undefined && from.given(fact) !== undefined;
  const facts = all.filter((one) => !isUsual(one)).map(sayFact);
  const reached = summary.policies.flatMap(({ packets }, number) => (packets > 0 ? [number] : []));
  const out = [...all.filter(isUsual).map(sayFact), ...ofHost(host, []), ...policies(reached, host)];
  out.push(...helpers(host), ...timeouts(host.compiled.rules));
  if (draws(host)) out.push(say('assumed.draw', {}));
  if (host.rulesRemember) out.push(say('assumed.fresh', {}));
  return { facts, others: out };
}

type Fact = readonly [name: string, answer: boolean];
const sayFact = ([fact, answer]: Fact): Message => say('assumed.fact', { fact, answer });

/** Answers that were given and settle anything here; and those that stand for all that nobody gave, to what was asked. */
function factsOf({ from }: LoadedHost, questions: readonly string[]): Fact[] {
  const given = [...from.assume].filter(([fact]) => from.asks(fact));
  const others = questions.flatMap((one): Fact[] => {
    const answer = from.said(one) === undefined ? from.answerTo(one) : undefined;
    return answer === undefined ? [] : [[one, answer]];
  });
  return [...given, ...others];
}

/** The questions that a walk came to, in that order. */
function asked(host: LoadedHost, { events, start }: WalkResult): string[] {
  const ends = {
    src: wordsAt(start, Field.Src, host.from.family),
    dst: wordsAt(start, Field.Dst, host.from.family),
  };
  const names = events.flatMap((event) => {
    const moved = movedBy(event);
    if (moved !== undefined) ends[moved.side] = moved.address;
    if (event.kind === 'hit') {
      const target = targetQuestion(host.compiled, event.rule);
      return target === undefined ? [] : [`${target.kind}:${target.about}`];
    }
    const test = conditionOf(event, host)?.test;
    if (test === undefined) return [];
    if (test.kind === 'ask')
      return test.question === LOCAL_SOURCE
        ? [question.local(ends.src)]
        : test.question === LOCAL_DESTINATION
          ? [question.local(ends.dst)]
          : [test.question];
    // where all addresses that are not known are taken as another host's, none is asked for
    const address = test.kind !== 'addrtype' ? undefined : test.field === Field.Src ? ends.src : ends.dst;
    return address !== undefined && host.addressType(address) === undefined ? [question.local(address)] : [];
  });
  return [...new Set(names)];
}

function ofHost({ host, from, tracking: { on, why } }: LoadedHost, more: readonly string[]): Message[] {
  const out: Message[] = [];
  if (why !== 'rule') out.push(say('assumed.tracking', { on, why }));
  for (const settings of [defaults(host, from.family), [...new Set(more)]])
    if (settings.length > 0) out.push(say('assumed.sysctls', { settings: settings.join(', ') }));
  if (from.tables.some(({ name }) => name !== plainTable(name))) out.push(say('assumed.back-ends', {}));
  for (const assumed of from.routing.assumed) out.push(say(`assumed.${assumed}`, {}));
  return out;
}

/**
 * What a helper looks for in its connection's packets, to expect others by it, is not looked for here; where rules give
 * connections one, or ask whose helper expected theirs.
 */
function helpers({ compiled }: LoadedHost): Message[] {
  const names = new Set<unknown>();
  for (const { rule } of compiled.rules) {
    const { matches, target } = meaningOf(rule);
    for (const { name, options } of matches) if (name === 'helper') names.add(options.helper?.value || 'any');
    names.add(toConnections(target, 'helper'));
  }
  names.delete(undefined);
  return names.size === 0 ? [] : [say('assumed.unexpected', { helpers: [...names].join(', ') })];
}

/** What is in a policy that rules give connections, the host alone knows. */
function timeouts(rules: Compiled['rules']): Message[] {
  const names = new Set(rules.flatMap(({ rule }) => toConnections(meaningOf(rule).target, 'timeout') ?? []));
  return names.size === 0 ? [] : [say('assumed.timeouts', { policies: [...names].join(', ') })];
}

/** The value of an option of CT. */
const toConnections = (target: Rule['target'], key: string): unknown =>
  target?.kind === 'extension' && target.use.name === 'CT' ? target.use.options[key]?.value : undefined;

const draws = ({ compiled, from }: LoadedHost): boolean =>
  !from.assume.has(question.random) &&
  compiled.rules.some(({ rule }) =>
    meaningOf(rule).matches.some(({ name, options }) => name === 'statistic' && options.mode?.value === 'random'),
  );

type Setting = readonly [name: string, key: string, value: number];
/** The settings of routing that are worth a word, with what they are taken to be where the host's were not given. */
const SETTINGS_4: readonly Setting[] = [
  ['ip_forward', 'net.ipv4.ip_forward', fallbackOf('forwarding')],
  ...(['rp_filter', 'accept_local', 'route_localnet'] as const).map(
    (name) => [name, `net.ipv4.conf.all.${name}`, fallbackOf(name)] as const,
  ),
];
const SETTINGS_6: readonly Setting[] = [['forwarding', 'net.ipv6.conf.all.forwarding', fallbackOf('forwarding')]];
const defaults = ({ sysctls }: Host, family: Family): string[] =>
  (family === 4 ? SETTINGS_4 : SETTINGS_6)
    .filter(([, key]) => !sysctls.has(key))
    .map(([name, , value]) => `${name} ${value}`);

/** Connection tracking's settings are named only where one decided a packet's state: both are on by themselves. */
const decided = ({ sysctls }: Host, events: readonly WalkEvent[]): string[] =>
  events.flatMap((event) =>
    event.kind === 'tracked' && event.by !== undefined && !sysctls.has(`net.netfilter.${event.by}`)
      ? [`${event.by} 1`]
      : [],
  );

/** Built-in chains, by their policies' numbers, of whose policy the text says nothing. */
function policies(reached: readonly number[], { compiled }: LoadedHost): Message[] {
  return [...new Set(reached)].flatMap((number) => {
    const { table, chain } = compiled.policies[number]!;
    return isGiven(compiled, { table, chain }) ? [] : [say('assumed.policy', { table, chain, policy: 'ACCEPT' })];
  });
}

/** Whether a text gives a built-in chain's policy. */
export const isGiven = (compiled: Compiled, { table, chain }: { readonly table: string; readonly chain: string }) =>
  chainOf(compiled, table, chain)?.policy !== undefined;

/** Ports, or the identifiers of a ping, that the kernel would have drawn. */
function ports({ events, start }: WalkResult): Message[] {
  const what = start[Field.Proto] === Protocol.Icmp ? 'identifier' : 'port';
  return events.flatMap((event) => {
    if (event.kind !== 'translated' || event.drawn === undefined || event.to.port === undefined) return [];
    return [say('assumed.port', { what, port: event.to.port, ...event.drawn })];
  });
}

const remembers = (test: Test, { from }: LoadedHost): boolean =>
  test.kind === 'host' &&
  stateOf(test.test) !== undefined &&
  from.said(test.question) === undefined &&
  !isGivenState(test.test, from);

/** A text has what the first packet finds of it. */
const isGivenState = (test: HostTest, { host, family }: LoadedHost['from']): boolean =>
  (test.what === 'hashlimit' && givenEntries(host, family, test) !== undefined) ||
  test.what === 'nfacct' ||
  (test.what === 'quota2' && variableOf(host, 'xt_quota', test.name) !== undefined) ||
  (test.what === 'recent' && host.recents?.some(({ name }) => test.state === `recent:${name}`) === true);

/** What the walk met that another packet, or another try, may find otherwise. */
function chance(events: readonly WalkEvent[], host: LoadedHost): Message[] {
  const out: Message[] = [];
  const tests = events.flatMap((event) => {
    const condition = conditionOf(event, host);
    return condition === undefined ? [] : [{ test: condition.test, holds: (event.kind === 'held') !== condition.not }];
  });
  if (tests.some(({ test }) => test.kind === 'random')) out.push(say('assumed.draw', {}));
  const settled = tests.find(({ test }) => test.kind === 'ask' && test.question === question.random);
  if (settled !== undefined) out.push(say('assumed.random', { answer: settled.holds }));
  if (tests.some(({ test }) => test.kind === 'limit' || test.kind === 'nth' || remembers(test, host)))
    out.push(say('assumed.fresh', {}));
  return out;
}
