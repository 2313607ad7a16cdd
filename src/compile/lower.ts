/** A rule's options as conditions and actions: its head, its matches in order, its target. */

import { Field, FRAG_OFFSET } from '../abi.js';
import type { LowerContext } from '../ext/define.js';
import { findMatch, findTarget } from '../ext/registry.js';
import type { Action } from '../model/action.js';
import { act, build } from '../model/build.js';
import type { Condition } from '../model/condition.js';
import { question } from '../model/question.js';
import type { Head, Negatable, Rule } from '../model/ruleset.js';

export interface LoweredRule {
  readonly rule: Rule;
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
}

export function lowerRule(rule: Rule, context: LowerContext): LoweredRule {
  // a rule that could not be read decides nothing that anybody knows
  if (rule.refused) return { rule, conditions: [build.ask(question.rule(rule.chain, rule.line))], actions: [] };
  const conditions = [...lowerHead(rule.head), ...lowerMatches(rule, context)];
  return { rule, conditions, actions: lowerTarget(rule, context) };
}

/** The conditions of the matches alone. */
export const lowerMatches = (rule: Rule, context: LowerContext): Condition[] =>
  rule.matches.flatMap((use, index) => {
    const extension = use.known ? findMatch(use.name, context.family) : undefined;
    const lowered = extension?.lower(use.options, build, context) ?? [build.ask(question.match(use.name))];
    return lowered.map((condition) => ofMatch(index, { origin: { use: index, option: '' }, ...condition }));
  });

/** Extensions know their options, and not which match of the rule they are. */
function ofMatch(use: number, condition: Condition): Condition {
  const origin = condition.origin === undefined ? {} : { origin: { ...condition.origin, use } };
  if ('all' in condition) return { ...condition, all: condition.all.map((one) => ofMatch(use, one)), ...origin };
  if ('any' in condition) return { ...condition, any: condition.any.map((one) => ofMatch(use, one)), ...origin };
  return { ...condition, ...origin };
}

/** ip_packet_match of net/ipv4/netfilter/ip_tables.c: addresses, interfaces, protocol, fragment, in this order. */
function lowerHead(head: Head): Condition[] {
  const conditions: Condition[] = [];
  const put = <V>(given: Negatable<V> | undefined, option: string, make: (value: V) => Condition) => {
    if (given !== undefined)
      conditions.push({ ...build.turned(given.not, make(given.value)), origin: { use: -1, option } });
  };
  put(head.src, '-s', (masked) => build.address(Field.Src, masked));
  put(head.dst, '-d', (masked) => build.address(Field.Dst, masked));
  put(head.in, '-i', (pattern) => build.iface('in', pattern));
  put(head.out, '-o', (pattern) => build.iface('out', pattern));
  // protocol 0 stands for all
  if (head.protocol?.value !== 0) put(head.protocol, '-p', (number) => build.equal(Field.Proto, number));
  put(head.fragment, '-f', () => build.not(build.masked(Field.Frag, FRAG_OFFSET, 0)));
  return conditions;
}

function lowerTarget(rule: Rule, context: LowerContext): readonly Action[] {
  const target = rule.target;
  if (target === undefined) return [];
  if (target.kind === 'extension') {
    const extension = target.use.known ? findTarget(target.use.name, context.family) : undefined;
    return extension?.lower(target.use.options, act, context) ?? [act.ask(question.target(target.use.name))];
  }
  if (target.kind === 'verdict') return [{ ACCEPT: act.accept, DROP: act.drop, RETURN: act.return }[target.verdict]];
  return [act[target.kind](target.chain)];
}
