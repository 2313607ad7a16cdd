/** A rule's options as conditions and actions: its head, its matches in order, its target. */

import { Field, FRAG_OFFSET } from '../abi.js';
import type { LowerContext } from '../ext/define.js';
import { findMatch, findTarget } from '../ext/registry.js';
import type { Action } from '../model/action.js';
import { act, build, withOrigin } from '../model/build.js';
import { type Condition, HEAD, type Test, UNSAID } from '../model/condition.js';
import { question } from '../model/question.js';
import { type MatchUse, meaningOf, type Negatable, type Rule } from '../model/ruleset.js';

export interface LoweredRule {
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
}

export const lowerRule = (rule: Rule, context: LowerContext): LoweredRule => ({
  conditions: lowerConditions(rule, context),
  actions: lowerTarget(rule, context),
});

/** What must hold, in the kernel's order. */
export function lowerConditions(rule: Rule, context: LowerContext): Condition[] {
  const conditions = lowerHead(rule, context);
  // of a rule that could not be read, what could holds all the same
  if (rule.refused) return [...conditions, build.ask(question.rule(rule.chain, rule.line))];
  lowerMatches(meaningOf(rule).matches, context, conditions);
  // last: what fails anyway need not be asked
  for (const [index, { question, not }] of (rule.unsaid ?? []).entries())
    conditions.push(withOrigin(build.turned(not, build.ask(question)), { use: UNSAID, option: String(index) }));
  return conditions;
}

/** Adds the conditions of the matches; those that hold for every packet are left out. */
export function lowerMatches(matches: readonly MatchUse[], context: LowerContext, to: Condition[]): void {
  for (let index = 0; index < matches.length; index++) {
    const use = matches[index]!;
    const extension = use.known ? findMatch(use.name, context.family) : undefined;
    const lowered = extension?.lower(use.options, build, context) ?? [
      build.ask(use.question ?? question.match(use.name)),
    ];
    for (const condition of lowered)
      if (condition !== build.always) to.push(ofMatch(index, condition, condition.origin?.option ?? ''));
  }
}

/** Extensions know their options, and not which match of the rule they are. */
function ofMatch(use: number, condition: Condition, option = condition.origin?.option): Condition {
  const own = 'test' in condition ? condition : ofMatchAll(use, condition);
  return option === undefined ? own : withOrigin(own, { use, option });
}

const ofMatchAll = (use: number, condition: Exclude<Condition, { test: Test }>): Condition =>
  'all' in condition
    ? { all: condition.all.map((one) => ofMatch(use, one)) }
    : { any: condition.any.map((one) => ofMatch(use, one)) };

/**
 * ip_packet_match of net/ipv4/netfilter/ip_tables.c: addresses, interfaces, protocol, fragment, in this order. ip6_packet_match
 * of net/ipv6/netfilter/ip6_tables.c looks for the protocol behind all extension headers.
 */
export function lowerHead(rule: Rule, { family }: LowerContext): Condition[] {
  const head = meaningOf(rule).head();
  const { src, dst, protocol, fragment } = head;
  const to: Condition[] = [];
  if (src) to.push(ofHead('-s', src, build.address(Field.Src, src.value)));
  if (dst) to.push(ofHead('-d', dst, build.address(Field.Dst, dst.value)));
  if (head.in) to.push(ofHead('-i', head.in, build.iface('in', head.in.value)));
  if (head.out) to.push(ofHead('-o', head.out, build.iface('out', head.out.value)));
  // protocol 0 stands for all
  if (protocol && protocol.value !== 0 && family === 6) to.push(withOrigin(build.headers, OF_HEAD['-p']));
  if (protocol && protocol.value !== 0) to.push(ofHead('-p', protocol, build.equal(Field.Proto, protocol.value)));
  if (fragment) to.push(ofHead('-f', fragment, build.not(build.masked(Field.Frag, FRAG_OFFSET, 0))));
  return to;
}

const ofHead = (option: keyof typeof OF_HEAD, { not }: Negatable<unknown>, condition: Condition): Condition =>
  withOrigin(build.turned(not, condition), OF_HEAD[option]);

/** One for all rules. */
const OF_HEAD = {
  '-s': { use: HEAD, option: '-s' },
  '-d': { use: HEAD, option: '-d' },
  '-i': { use: HEAD, option: '-i' },
  '-o': { use: HEAD, option: '-o' },
  '-p': { use: HEAD, option: '-p' },
  '-f': { use: HEAD, option: '-f' },
} as const;

const VERDICTS = { ACCEPT: [act.accept], DROP: [act.drop], RETURN: [act.return] } as const;

/** What the target does. */
export function lowerTarget(rule: Rule, context: LowerContext): readonly Action[] {
  const meaning = meaningOf(rule);
  const { target } = meaning;
  // where nobody knows what it does, a rule that matches is taken to decide
  if (rule.refused && target?.kind !== 'verdict') return [act.ask(question.rule(rule.chain, rule.line))];
  if (target === undefined) return [];
  if (target.kind === 'extension') {
    const extension = target.use.known ? findTarget(target.use.name, context.family) : undefined;
    return (
      extension?.lower(target.use.options, act, { ...context, head: () => meaning.head() }) ?? [
        act.ask(target.use.question ?? question.target(target.use.name)),
      ]
    );
  }
  if (target.kind === 'verdict') return VERDICTS[target.verdict];
  return [act[target.kind](target.chain)];
}
