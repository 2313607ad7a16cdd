/** Ways that end alike are one: the same fate, and the same packet leaves. */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { PacketOut, WalkResult } from '../../model/trace.js';
import { formatIpv4 } from '../../net/address.js';
import type { Choice, Claim, Fork, Ways } from './explore.js';
import { sorted } from './variables.js';

/** The same ways without choices that change nothing; values of a field that lead to the same stand together. */
export function merge(ways: Ways): Ways {
  if (ways === undefined || 'result' in ways) return ways;
  const { choice } = ways;
  const yes = merge(ways.yes);
  const no = merge(ways.no);
  // what a known connection's entry translates is not known here: whether its packets pass is
  const as = choice.kind === 'state' ? 'fate' : 'end';
  if (alike(yes, no, as)) return no;
  const nested = isFork(no) ? no : undefined;
  if (nested !== undefined && alike(yes, nested.yes, 'end')) {
    // of one field the values say themselves which rule is for them
    const either =
      sameField(choice, nested.choice) ??
      (alike(yes, nested.yes, 'rule') ? joined('any', choice, nested.choice) : undefined);
    if (either !== undefined) return merge({ choice: either, yes, no: nested.no });
  }
  if (isFork(yes) && alike(yes.no, no, 'end')) {
    const both = joined('all', choice, yes.choice);
    if (both !== undefined) return merge({ choice: both, yes: yes.yes, no });
  }
  // as a known connection's packet ends, so do first ones unless something holds for them
  if (nested !== undefined && as === 'fate' && alike(yes, nested.no, as)) {
    const both = joined('all', { kind: 'new' }, nested.choice);
    if (both !== undefined) return merge({ choice: both, yes: nested.yes, no: nested.no });
  }
  return { choice, yes, no };
}

const isFork = (ways: Ways): ways is Fork => ways !== undefined && 'choice' in ways;

/** How much of an end counts: what becomes of the packet alone, the packet that leaves too, the rule that decided too. */
type Detail = 'fate' | 'end' | 'rule';
const alike = (a: Ways, b: Ways, as: Detail): boolean => keyOf(a, as) === keyOf(b, as);

/** One choice for two of the same field, the second of which is made where the first says no. */
function sameField(a: Choice | Claim, b: Choice | Claim): Claim | undefined {
  if (a.kind === 'in' && b.kind === 'in') return { kind: 'in', patterns: [...a.patterns, ...b.patterns] };
  if (a.kind !== 'field' || b.kind !== 'field' || a.variable !== b.variable) return undefined;
  return { ...a, ranges: sorted([...a.ranges, ...b.ranges]) };
}

/** Both in one; undefined: in words it would not be clear what belongs together, or one is left to chance. */
function joined(kind: 'all' | 'any', a: Choice | Claim, b: Choice | Claim): Claim | undefined {
  const choices: Claim[] = [];
  for (const one of [a, b]) {
    if (one.kind === kind) choices.push(...one.choices);
    else if (one.kind === 'draw' || 'choices' in one) return undefined;
    else choices.push(one);
  }
  return { kind, choices };
}

function keyOf(ways: Ways, as: Detail): string {
  if (ways === undefined) return 'more';
  if ('result' in ways) return endKey(ways.result, ways.known && as === 'end' ? 'fate' : as);
  return `(${choiceKey(ways.choice)} ${keyOf(ways.yes, as)} ${keyOf(ways.no, as)})`;
}

function choiceKey(choice: Choice | Claim): string {
  if ('choices' in choice) return `${choice.kind}(${choice.choices.map(choiceKey).join(' ')})`;
  if (choice.kind === 'question') return choice.name;
  if (choice.kind === 'field') return `${choice.variable} ${rangesKey(choice.ranges)}`;
  if (choice.kind === 'in') return `in ${choice.patterns}`;
  if (choice.kind === 'route') return `route ${choice.address}`;
  return choice.kind === 'draw' ? `draw ${choice.threshold}` : choice.kind;
}
const rangesKey = (ranges: readonly NumberRange[]) => ranges.map(({ min, max }) => `${min}:${max}`).join();

function endKey(result: WalkResult, as: Detail): string {
  const { fate, by, out } = result;
  if (as === 'fate') return fate;
  // without what the host is like, what else is open behind it cannot be weighed: that comes first
  if (fate === 'unknown' && by.why?.startsWith('host:')) return 'host';
  const rule = as === 'rule' ? [by.table, by.chain, by.rule] : [];
  return JSON.stringify([
    fate,
    fate === 'unknown' ? by.why : '',
    out === undefined ? null : relative(out, result),
    rule,
  ]);
}

/** What leaves, as far as neither the packet tells it nor chance: values that nobody gave are as good as others. */
function relative(out: PacketOut, { start, events }: WalkResult) {
  const drawn = events.flatMap((event) => (event.kind === 'translated' && event.drawn ? [event.to.port] : []));
  const kept = (value: number | undefined, field: Field) =>
    drawn.includes(value) ? 'drawn' : value === start[field] ? 'kept' : value;
  const same = (address: string, field: Field) => (address === formatIpv4(start[field]!) ? 'kept' : address);
  return {
    ...out,
    iface: out.hook === 'input' ? 'kept' : out.iface,
    src: same(out.src, Field.Src),
    dst: same(out.dst, Field.Dst),
    sport: kept(out.sport, Field.Sport),
    dport: kept(out.dport, Field.Dport),
    tos: kept(out.tos, Field.Tos),
    ttl: out.ttl - start[Field.Ttl]!,
  };
}
