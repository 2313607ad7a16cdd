/** Ways that end alike are one: the same fate, and the same packet leaves. */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { PacketOut, WalkResult } from '../../model/trace.js';
import type { Choice, Ways } from './explore.js';
import { sorted } from './variables.js';

/** The same ways without choices that change nothing; values of a field that lead to the same stand together. */
export function merge(ways: Ways): Ways {
  if (ways === undefined || 'result' in ways) return ways;
  const { choice } = ways;
  const yes = merge(ways.yes);
  const no = merge(ways.no);
  // what a known connection's entry translates is not known here: whether its packets pass is
  const fates = choice.kind === 'state';
  if (keyOf(yes, fates) === keyOf(no, fates)) return no;
  if (no === undefined || 'result' in no) return { choice, yes, no };
  const both = joined(choice, no.choice);
  if (both !== undefined && keyOf(yes, false) === keyOf(no.yes, false)) return merge({ choice: both, yes, no: no.no });
  return { choice, yes, no };
}

/** One choice for two of the same field, the second of which is made where the first says no. */
function joined(a: Choice, b: Choice): Choice | undefined {
  if (a.kind !== 'field' || b.kind !== 'field' || a.variable !== b.variable) return undefined;
  return { ...a, ranges: sorted([...a.ranges, ...b.ranges]) };
}

function keyOf(ways: Ways, fates: boolean): string {
  if (ways === undefined) return 'more';
  if ('result' in ways) return endKey(ways.result, fates || ways.known);
  return `(${choiceKey(ways.choice)} ${keyOf(ways.yes, fates)} ${keyOf(ways.no, fates)})`;
}

function choiceKey(choice: Choice): string {
  if (choice.kind === 'question') return choice.name;
  if (choice.kind === 'field') return `${choice.variable} ${rangesKey(choice.ranges)}`;
  if (choice.kind === 'route') return `route ${choice.address}`;
  return choice.kind === 'draw' ? `draw ${choice.threshold}` : choice.kind;
}
const rangesKey = (ranges: readonly NumberRange[]) => ranges.map(({ min, max }) => `${min}:${max}`).join();

function endKey(result: WalkResult, fates: boolean): string {
  const { fate, by, out } = result;
  if (fates) return fate;
  // without what the host is like, what else is open behind it cannot be weighed: that comes first
  if (fate === 'unknown' && by.why?.startsWith('host:')) return 'host';
  return JSON.stringify([fate, fate === 'unknown' ? by.why : '', out === undefined ? null : relative(out, result)]);
}

/** What leaves, as far as neither the packet tells it nor chance: values that nobody gave are as good as others. */
function relative(out: PacketOut, { start, events }: WalkResult) {
  const drawn = events.flatMap((event) => (event.kind === 'translated' && event.drawn ? [event.to.port] : []));
  const kept = (value: number | undefined, field: Field) =>
    drawn.includes(value) ? 'drawn' : value === start[field] ? 'kept' : value;
  return {
    ...out,
    sport: kept(out.sport, Field.Sport),
    dport: kept(out.dport, Field.Dport),
    tos: kept(out.tos, Field.Tos),
    ttl: out.ttl - start[Field.Ttl]!,
  };
}
