/** Ways as messages: a small tree of what the answer hangs on, and what would settle it. */
import { Field } from '../../abi.js';
import { type Compiled, ruleIdOf } from '../../compile/compile.js';
import { lowerConditions } from '../../compile/lower.js';
import type { Condition, Direction, Test } from '../../model/condition.js';
import { addressIn, type Question } from '../../model/question.js';
import type { DecidedBy, WalkResult } from '../../model/trace.js';
import { bitsOf, familyOf, formatAddress, sameWords } from '../../net/address.js';
import { hasPorts, protocolName } from '../../net/protocol.js';
import type { LoadedHost } from '../../run/engine.js';
import { leavesText, wordsAt } from '../fields.js';
import { targetQuestion } from '../idle.js';
import type { ChoiceWords, ClaimWords, Deciders, FieldWord, Message, WayEnd } from '../lang/messages.js';
import { reasonOf } from '../lang/reasons.js';
import { questionNamed } from '../past-questions.js';
import { ruleAt, say } from '../story.js';
import { columnsAt } from './columns.js';
import type { Choice, Claim, End, Ways } from './model.js';
import { addressOf, type Values, type Variable } from './variables.js';

/** A way's choice and where it leads, or its end. */
export type WayNode =
  | { readonly choice: Message; readonly yes: WayNode; readonly no: WayNode }
  | { readonly end: Message };

/** Ends beyond the first of them are not told: nobody reads them. */
export function tellWays(ways: Ways, host: LoadedHost): WayNode {
  const more: WayNode = { end: say('way.more', {}) };
  let left = MOST_ENDS;
  const tell = (one: Ways): WayNode => {
    if (one === undefined || left <= 0) return more;
    if ('result' in one) {
      left--;
      return { end: say('way.end', endOf(one, host)) };
    }
    const [yes, no] = [tell(one.yes), tell(one.no)];
    return yes === more && no === more
      ? more
      : { choice: say('way.if', { choice: choiceWords(one.choice, host) }), yes, no };
  };
  return tell(ways);
}
const MOST_ENDS = 24;

const choiceWords = (choice: Choice | Claim, host: LoadedHost): ChoiceWords =>
  choice.kind === 'draw' ? { kind: 'draw', probability: fraction(choice.threshold) } : claimWords(choice, host);

function claimWords(choice: Claim, host: LoadedHost): ClaimWords {
  switch (choice.kind) {
    case 'question': {
      const question = aboutPacket(choice);
      return { kind: 'question', question, elements: elementsOf(choice, question, host) };
    }
    case 'field': {
      const { variable } = choice;
      const values = choice.ranges.map((range) => rangeText(variable, range)).join(',');
      return { kind: 'field', field: FIELD_WORDS[variable], variable, values };
    }
    case 'in':
      return { kind: 'in', interfaces: choice.patterns };
    case 'state':
    case 'new':
      return { kind: choice.kind };
    case 'all':
    case 'any':
      return { kind: choice.kind, choices: choice.choices.map((one) => claimWords(one, host)) };
    case 'route':
      return { kind: 'route', address: formatAddress(choice.address) };
  }
}

/** Of a destination that nobody gave its address means nothing: then it is about none. */
export function aboutPacket({ name, at, unsaid }: Extract<Choice, { kind: 'question' }>): Question {
  const address = addressIn(name);
  const assumed =
    unsaid.includes('dst') &&
    address !== undefined &&
    sameWords(address, wordsAt(at.start, Field.Dst, familyOf(address)));
  return assumed ? { kind: 'local', about: '' } : questionNamed(name);
}

const FIELD_WORDS: Readonly<Record<Variable, FieldWord>> = {
  src: 'source',
  dst: 'destination',
  proto: 'protocol',
  sport: 'source-port',
  dport: 'destination-port',
  ttl: 'ttl',
  tos: 'tos',
  length: 'length',
  type: 'icmp-type',
};

/** As rules write them: `1024:65535`, `10.0.0.0/8`, `udp`. */
function rangeText(variable: Variable, { min, max }: Values[number]): string {
  if (variable === 'proto' && min === max) return protocolName(Number(min));
  if (variable !== 'src' && variable !== 'dst') return min === max ? String(min) : `${min}:${max}`;
  const [first, last] = [addressOf(min), addressOf(max)];
  if (min === max) return formatAddress(first);
  const size = BigInt(max) - BigInt(min) + 1n;
  const isPrefix = (size & (size - 1n)) === 0n && BigInt(min) % size === 0n;
  // a power of two has one digit more than its logarithm
  const length = bitsOf(familyOf(first)) + 1 - size.toString(2).length;
  return `${formatAddress(first)}${isPrefix ? `/${length}` : `-${formatAddress(last)}`}`;
}

/** `1/3`, where a probability is one of few parts; else the number. */
export function fraction(threshold: number): string {
  for (let of = 1; of <= MOST_PARTS; of++) {
    const parts = Math.round((threshold / 0x80000000) * of);
    if (Math.round((parts / of) * 0x80000000) === threshold) return of === 1 ? String(parts) : `${parts}/${of}`;
  }
  return String(Number((threshold / 0x80000000).toPrecision(4)));
}
const MOST_PARTS = 1000;

function endOf({ result, known, also = [] }: End, { compiled }: LoadedHost): WayEnd {
  const { fate, by, out, start } = result;
  const id = ruleIdOf(compiled, by);
  const asks = fate === 'stolen' && id >= 0 ? targetQuestion(compiled, id) : undefined;
  const decided = by.kind === 'rule' || by.kind === 'policy';
  return {
    fate,
    within: asks?.kind === 'chain' ? asks.about : null,
    by: deciders([by, ...also], compiled),
    reason: decided || by.why === undefined ? null : reasonOf(by.why),
    leaves: out === undefined || known ? null : leavesText(out, start[Field.Proto]!),
    mark: out === undefined || known || out.mark === 0 ? null : `0x${out.mark.toString(16)}`,
  };
}

/** Rules and policies, the first of them by name. */
export function deciders(all: readonly DecidedBy[], compiled: Compiled): Deciders {
  const named = all.flatMap((by) => {
    if (by.kind !== 'rule' && by.kind !== 'policy') return [];
    const rule = compiled.rules[ruleIdOf(compiled, by)];
    return [rule === undefined ? { table: by.table!, chain: by.chain!, rule: null, place: '' } : ruleAt(rule)];
  });
  return { some: named.slice(0, MOST_NAMED), more: Math.max(0, named.length - MOST_NAMED) };
}
const MOST_NAMED = 3;

/** Of each dimension of a set where the rule that the walk stopped at asks it. */
function directionsOf({ by }: WalkResult, set: string, host: LoadedHost): readonly Direction[] | undefined {
  const info = host.compiled.rules[ruleIdOf(host.compiled, by)];
  if (info === undefined) return undefined;
  const { table, chain, rule } = info;
  const tests = lowerConditions(rule, { family: host.from.family, table, chain }).flatMap(testsIn);
  return tests.find((test) => test.kind === 'set' && test.name === set)?.directions;
}
type SetTest = Extract<Test, { kind: 'set' }>;
function testsIn(condition: Condition): SetTest[] {
  if ('all' in condition) return condition.all.flatMap(testsIn);
  if ('any' in condition) return condition.any.flatMap(testsIn);
  return condition.test.kind === 'set' ? [condition.test] : [];
}

/** What the packet is to a set, as ipset would write it, as far as the rule tells: one of these. */
function elementsOf(
  { at, unsaid }: Extract<Choice, { kind: 'question' }>,
  { kind, about }: Question,
  host: LoadedHost,
): string[] {
  if (kind !== 'set') return [];
  const directions = directionsOf(at, about, host);
  if (directions?.some((side) => unsaid.includes(side))) return [];
  const now = columnsAt(at, host);
  const proto = now[Field.Proto]!;
  const { family } = host.from;
  const address = (side: string) => formatAddress(wordsAt(now, side === 'src' ? Field.Src : Field.Dst, family));
  const port = (side: string) =>
    `${protocolName(proto)}:${hasPorts(proto) ? now[side === 'src' ? Field.Sport : Field.Dport]! : 0}`;
  const [one, two, three] = directions ?? [];
  if (one === undefined) return [];
  // an address, or a port of bitmap:port
  const said = hasPorts(proto) && !unsaid.includes(one === 'src' ? 'sport' : 'dport');
  if (two === undefined) return said ? [address(one), port(one)] : [address(one)];
  // hash:ip,port and hash:ip,port,ip are what nearly all such sets are
  if (one !== two || !said) return [];
  return [three === undefined ? `${address(one)},${port(two)}` : `${address(one)},${port(two)},${address(three)}`];
}
