/** Ways that end alike are one: the same fate, and the same packet leaves. */
import { Field } from '../../abi.js';
import { rangesOf } from '../../model/ranges.js';
import type { DecidedBy, PacketOut, WalkResult } from '../../model/trace.js';
import { formatAddress } from '../../net/address.js';
import { wordsAt } from '../fields.js';
import type { Choice, Claim, End, Fork, Ways } from './model.js';
import { valuesText } from './variables.js';

/** The same ways without choices that change nothing; values of a field that lead to the same stand together. */
export const merge = (ways: Ways): Ways => new Merger().merge(ways);

/** How much of an end counts: what becomes of the packet alone, the packet that leaves too, the rule that decided too. */
type Detail = 'fate' | 'end' | 'rule';

/** Ways that meet again are one object, looked at once: written out they may be more than can be counted. */
class Merger {
  private readonly merged = new Map<Fork, Ways>();
  private readonly keys = {
    fate: new Map<Fork, number>(),
    end: new Map<Fork, number>(),
    rule: new Map<Fork, number>(),
  };
  private readonly numbers = new Map<string, number>();

  merge(ways: Ways): Ways {
    if (!isFork(ways)) return ways;
    const before = this.merged.get(ways);
    if (before !== undefined) return before;
    const merged = this.join({ choice: ways.choice, yes: this.merge(ways.yes), no: this.merge(ways.no) });
    this.merged.set(ways, merged);
    return merged;
  }

  /** Of a fork whose ways are merged. */
  private join({ choice, yes, no }: Fork): Ways {
    // what a known connection's entry translates is not known here: whether its packets pass is
    const as = choice.kind === 'state' ? 'fate' : 'end';
    if (this.alike(yes, no, as)) return both(no, yes);
    const narrowed = isFork(yes) && sameVariable(choice, yes.choice) ? this.past(choice, yes, no) : undefined;
    if (narrowed !== undefined) return narrowed.ways;
    const nested = isFork(no) ? no : undefined;
    if (nested !== undefined && this.alike(yes, nested.yes, 'end')) {
      // of one field the values say themselves which rule is for them
      const either =
        sameField(choice, nested.choice) ??
        (this.alike(yes, nested.yes, 'rule') ? joined('any', choice, nested.choice) : undefined);
      if (either !== undefined) return this.join({ choice: either, yes: both(yes, nested.yes), no: nested.no });
    }
    if (isFork(yes) && this.alike(yes.no, no, 'end')) {
      const all = joined('all', choice, yes.choice);
      if (all !== undefined) return this.join({ choice: all, yes: yes.yes, no: both(no, yes.no) });
    }
    // as a known connection's packet ends, so do first ones unless something holds for them
    if (nested !== undefined && as === 'fate' && this.alike(yes, nested.no, as)) {
      const all = joined('all', { kind: 'new' }, nested.choice);
      if (all !== undefined) return this.join({ choice: all, yes: nested.yes, no: both(nested.no, yes) });
    }
    return { choice, yes, no };
  }

  /**
   * Where yes leads on to fewer values of the same field, and past all of these to where no leads for such values, the wider
   * choice says nothing: the ways with no's in the place of that end. An address of IPv6 is tested word by word.
   */
  private past(choice: Choice | Claim, ways: Ways, no: Ways): { readonly ways: Ways } | undefined {
    if (!isFork(ways) || !sameVariable(choice, ways.choice))
      return this.alike(ways, pastValues(no, choice), 'end') ? { ways: both(no, ways) } : undefined;
    const rest = this.past(choice, ways.no, no);
    return rest && { ways: this.join({ ...ways, no: rest.ways }) };
  }

  private alike(a: Ways, b: Ways, as: Detail): boolean {
    return this.keyOf(a, as) === this.keyOf(b, as);
  }

  /** Ways have the same number where they are alike. */
  private keyOf(ways: Ways, as: Detail): number {
    if (ways === undefined) return this.number('more');
    if ('result' in ways) return this.number(endKey(ways.result, ways.known && as === 'end' ? 'fate' : as));
    const before = this.keys[as].get(ways);
    if (before !== undefined) return before;
    const key = this.number(`(${choiceKey(ways.choice)} ${this.keyOf(ways.yes, as)} ${this.keyOf(ways.no, as)})`);
    this.keys[as].set(ways, key);
    return key;
  }

  private number(text: string): number {
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    return number;
  }
}

const isFork = (ways: Ways): ways is Fork => ways !== undefined && 'choice' in ways;

/** One for two that are alike, with what decides the one and the other. */
function both(one: Ways, other: Ways): Ways {
  if (one === undefined || other === undefined || isFork(one) || isFork(other)) return one;
  const also = new Map([one, other].flatMap(decidersOf).map((by) => [JSON.stringify(by), by]));
  also.delete(JSON.stringify(one.result.by));
  return { ...one, also: [...also.values()] };
}
const decidersOf = ({ result, also = [] }: End): readonly DecidedBy[] => [result.by, ...also];

/** One choice for two of the same field, the second of which is made where the first says no. */
function sameField(a: Choice | Claim, b: Choice | Claim): Claim | undefined {
  if (a.kind === 'in' && b.kind === 'in') return { kind: 'in', patterns: [...a.patterns, ...b.patterns] };
  if (a.kind !== 'field' || b.kind !== 'field' || a.variable !== b.variable) return undefined;
  return { ...a, ranges: rangesOf([...a.ranges, ...b.ranges]) };
}

/** Where no leads for values of the choice, which are not among those that choices of the field are left with there. */
const pastValues = (no: Ways, choice: Choice | Claim): Ways =>
  isFork(no) && sameVariable(choice, no.choice) ? pastValues(no.no, choice) : no;

const sameVariable = (a: Choice | Claim, b: Choice | Claim): boolean =>
  a.kind === 'field' && b.kind === 'field' && a.variable === b.variable;

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

function choiceKey(choice: Choice | Claim): string {
  if ('choices' in choice) return `${choice.kind}(${choice.choices.map(choiceKey).join(' ')})`;
  if (choice.kind === 'question') return choice.name;
  if (choice.kind === 'field') return `${choice.variable} ${valuesText(choice.ranges)}`;
  if (choice.kind === 'in') return `in ${choice.patterns}`;
  if (choice.kind === 'route') return `route ${choice.address}`;
  return choice.kind === 'draw' ? `draw ${choice.threshold}` : choice.kind;
}

function endKey(result: WalkResult, as: Detail): string {
  const { fate, by, out } = result;
  if (as === 'fate') return fate;
  // without what the host is like, what else is open behind it cannot be weighed: that comes first
  if (fate === 'unknown' && by.why?.startsWith('host:')) return 'host';
  const rule = as === 'rule' ? [by.table, by.chain, by.rule] : [];
  return JSON.stringify([fate, fate === 'unknown' ? by.why : '', out && relative(out, result), rule]);
}

/** What leaves, as far as neither the packet tells it nor chance: values that nobody gave are as good as others. */
function relative(out: PacketOut, { start, events }: WalkResult) {
  const family = out.src.includes(':') ? 6 : 4;
  const drawn = events.flatMap((event) => (event.kind === 'translated' && event.drawn ? [event.to.port] : []));
  const kept = (value: number | undefined, field: Field) =>
    drawn.includes(value) ? 'drawn' : value === start[field] ? 'kept' : value;
  const same = (address: string, field: Field) =>
    address === formatAddress(wordsAt(start, field, family)) ? 'kept' : address;
  // where no route tells it, the interface is but what was assumed of it
  const isAssumed = events.some((event) => event.kind === 'taken' && event.way !== 'input');
  return {
    ...out,
    iface: out.hook === 'input' ? 'kept' : isAssumed ? '' : out.iface,
    src: same(out.src, Field.Src),
    dst: same(out.dst, Field.Dst),
    sport: kept(out.sport, Field.Sport),
    dport: kept(out.dport, Field.Dport),
    tos: kept(out.tos, Field.Tos),
    ttl: out.ttl - start[Field.Ttl]!,
  };
}
