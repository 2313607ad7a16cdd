/**
 * Long lists in chains: rules that ask for addresses, ports and protocol alone, and behind each of which its chain ends for the
 * packets that it takes. Which of them is the first to take a packet tells of all of them.
 */
import { Field, Op, Section, SKIP_SHIFT } from '../../abi.js';
import type { Compiled } from '../../compile/compile.js';
import { opWords } from '../../compile/opinfo.js';
import type { ChainUses } from '../../compile/uses.js';
import type { NumberRange, Test } from '../../model/condition.js';
import { addressOfWord } from '../whole-address.js';
import { addPart, both } from './parts.js';
import { bytesOfParts, type Part, type Terms, type TermsHost } from './terms.js';
import { partOf } from './test-terms.js';
import { fieldsOfMask, textOf, tupleOf } from './tuples.js';

/** So many rules are a list, where they are not such that a look-up of tuples tells them. */
const MANY = 256;
/** A rule may be as many: of each field's ranges one with each other. */
const MOST_EACH = 16;
/** Of a rule, to see what it asks. */
const STEPS_OF_RULE = 1500;
/** What Node holds of one, beside its parts. */
const LISTED_BYTES = 500;

export interface ListedRule {
  /** where it begins. */
  readonly address: number;
  readonly parts: readonly Part[];
  /** bytes of headers that it reads. */
  readonly headers: readonly number[];
}

const FIVE: readonly (readonly [field: Field, most: number])[] = [
  [Field.Src, 0xffffffff],
  [Field.Dst, 0xffffffff],
  [Field.Sport, 0xffff],
  [Field.Dport, 0xffff],
  [Field.Proto, 0xff],
];

/** Those of a chain, by their addresses; none: they are no long list. */
export function listedRules(
  terms: Terms,
  compiled: Compiled,
  chain: ChainUses,
  host: TermsHost,
): ReadonlyMap<number, ListedRule> {
  const code = compiled.program.section(Section.Code);
  const listed = new Map<number, ListedRule>();
  // a rule takes two words at least
  if (chain.end - chain.start < 2 * MANY) return listed;
  for (let at = chain.start; at < chain.end; ) {
    if ((code[at]! & 255) !== Op.Rule) {
      at += opWords(code[at]! & 255);
      continue;
    }
    const end = at + (code[at]! >>> SKIP_SHIFT);
    terms.patience.spend(STEPS_OF_RULE);
    const rule = ruleAt(terms, compiled, code, at, end, host);
    if (rule !== undefined) {
      terms.patience.hold(LISTED_BYTES + bytesOfParts(rule.parts));
      listed.set(at, rule);
    }
    at = end;
  }
  return isList([...listed.values()]) ? listed : new Map();
}

const ENDS: readonly Op[] = [Op.Verdict, Op.Return, Op.Goto, Op.Reject, Op.Translate];

function ruleAt(
  terms: Terms,
  compiled: Compiled,
  code: Uint32Array,
  address: number,
  end: number,
  host: TermsHost,
): ListedRule | undefined {
  const parts: Part[] = [];
  const headers: number[] = [];
  let at = address + opWords(Op.Rule);
  for (; at < end && (code[at]! & 255) >= Op.Never && (code[at]! & 255) < Op.Edit; at += opWords(code[at]! & 255)) {
    const condition = compiled.conditions.get(at);
    // one that leads past others
    if (code[at]! >>> SKIP_SHIFT !== 0 || condition === undefined || !('test' in condition)) return undefined;
    const { test, not } = condition;
    if (test.kind === 'header') headers.push(test.bytes);
    // in a packet that columns tell of a protocol stands behind the headers
    else if (test.kind === 'headers' && !not) continue;
    else if (test.kind !== 'always' || not) {
      const part = isPlain(test) ? partOf(terms, test, not, host) : undefined;
      if (typeof part !== 'object') return undefined;
      addPart(parts, part);
    }
  }
  if ((code[at]! & 255) !== Op.Hit) return undefined;
  at += opWords(Op.Hit);
  const op: Op = code[at]! & 255;
  if (at >= end || !ENDS.includes(op) || at + opWords(op) !== end) return undefined;
  return isFew(parts) ? { address, parts, headers } : undefined;
}
/** Whether rangesOf says what is taken: mostly it is one range of each field that is asked for. */
function isFew(parts: readonly Part[]): boolean {
  const isProto = ({ field }: Part) => field === Field.Proto;
  const isOne = ({ ranges: [first, ...others], not }: Part) => !not && first !== undefined && others.length === 0;
  const protocol = parts.find(isProto)?.ranges[0];
  return (
    (parts.every(isOne) && protocol?.min === protocol?.max && protocol !== undefined) || rangesOf(parts) !== undefined
  );
}
const PLAIN: readonly string[] = ['masked', 'range', 'bitmap', 'intervals'];

function isPlain(test: Test): boolean {
  if (!('field' in test) || !PLAIN.includes(test.kind)) return false;
  const field = test.kind === 'masked' && test.whole !== undefined ? addressOfWord(test.field) : test.field;
  return FIVE.some(([own]) => own === field);
}

/**
 * Of each field of FIVE, in order, what is taken; undefined: there are too many ranges, or ports are asked for of no protocol that is
 * known to have any.
 */
export function rangesOf(parts: readonly Part[]): (readonly NumberRange[])[] | undefined {
  const all = FIVE.map(([field, most]) => {
    let held: readonly NumberRange[] | undefined;
    for (const { field: own, ranges, not } of parts) {
      if (own !== field) continue;
      if (ranges.length > MOST_EACH) return undefined;
      const one = not ? without(ranges, most) : ranges.filter(({ min, max }) => min <= max);
      held = held === undefined ? one : both(held, one);
    }
    return held ?? [{ min: 0, max: most }];
  });
  if (!all.every((one) => one !== undefined)) return undefined;
  const protocols = all[4]!;
  const isAny = parts.every(({ field }) => field !== Field.Proto);
  const count = isAny ? 1 : protocols.reduce((sum, { min, max }) => sum + max - min + 1, 0);
  if (isAny && parts.some(({ field }) => field === Field.Sport || field === Field.Dport)) return undefined;
  const product = all.slice(0, 4).reduce((times, one) => times * one.length, count);
  return product <= MOST_EACH ? all : undefined;
}

function without(ranges: readonly NumberRange[], most: number): NumberRange[] {
  const left: NumberRange[] = [];
  let from = 0;
  for (const { min, max } of [...ranges].sort((a, b) => a.min - b.min)) {
    if (min > from) left.push({ min: from, max: min - 1 });
    from = Math.max(from, max + 1);
  }
  return from <= most ? [...left, { min: from, max: most }] : left;
}

/** Whether there are many that are neither tuples of which there are many, nor told by one field. */
function isList(rules: readonly ListedRule[]): boolean {
  const masks = new Map<string, number>();
  let others = 0;
  for (const { parts } of rules) {
    if (new Set(parts.map(({ field }) => field)).size < 2) continue;
    const asked = tupleOf(parts);
    if (asked === undefined || asked.others.length > 0 || fieldsOfMask(asked.mask).length < 2) others++;
    else masks.set(textOf(asked.mask), (masks.get(textOf(asked.mask)) ?? 0) + 1);
  }
  for (const count of masks.values()) if (count < MANY) others += count;
  return others >= MANY;
}
