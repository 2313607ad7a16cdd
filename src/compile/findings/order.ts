/** Rules that no packet comes to, since rules before them take all that they would match. */

import type { Test } from '../../model/condition.js';
import { stateOf } from '../../model/host-test.js';
import { meaningOf } from '../../model/ruleset.js';
import type { FindingKind } from './kind.js';
import { ruleText, targetText } from './rule-text.js';
import { type ChainView, type Ruleset, type RuleView, testsOf } from './ruleset.js';
import { Shadows } from './shadows.js';

export const neverReached: FindingKind = {
  code: 'never-reached',
  severity: 'warning',
  title: 'a rule behind one that takes every packet',
  about:
    'A rule before it in the same chain matches every packet and lets none go on: it accepts, drops, rejects, returns, or leads to a chain from which no packet comes back. This happens when rules are appended (-A) to a chain that ends in such a rule. Move the rule up: iptables -I CHAIN NUMBER puts it before another one.',
  example: ['*filter\n-A INPUT -j DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n'],
  looksLike: ['*filter\n-A INPUT -s 192.0.2.0/24 -j DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n'],
  find(rules, report) {
    for (const chain of rules.chains()) {
      const end = chain.last;
      if (end === undefined) continue;
      for (const { rule } of chain.rules.slice(chain.rules.indexOf(end) + 1))
        report.rule(
          rule,
          `no packet comes to this rule: rule ${end.number} of ${chain.name} (line ${end.rule.line}) takes every packet`,
        );
    }
  },
};

interface Shadowed {
  readonly chain: ChainView;
  readonly view: RuleView;
  readonly by: RuleView;
  /** without the other the packets would go the same way. */
  readonly alike: boolean;
  /** the two say the same. */
  readonly twice: boolean;
}

/** Every rule that another one shadows. What stands behind the end of a chain is told of by never-reached. */
function shadowed(rules: Ruleset): readonly Shadowed[] {
  const before = known.get(rules);
  if (before !== undefined) return before;
  const found: Shadowed[] = [];
  known.set(rules, found);
  for (const chain of rules.chains()) {
    const shadows = new Shadows();
    for (const view of chain.rules) {
      if (view.rule.refused) continue;
      if (view.always && chain.takes(view)) break;
      // between the two a rule may change what both look at
      const changes = chain.table.changes(view.limits);
      const by = view.limits.never === undefined && !changes ? shadows.find(view) : undefined;
      if (by !== undefined) {
        const alike = targetText(meaningOf(by.rule).target) === targetText(meaningOf(view.rule).target);
        found.push({ chain, view, by, alike, twice: ruleText(by.rule) === ruleText(view.rule) });
      } else if (chain.takes(view) && !changes) shadows.add(view);
    }
  }
  return found;
}
/** Two findings ask for them. */
const known = new WeakMap<Ruleset, readonly Shadowed[]>();

export const shadowedRule: FindingKind = {
  code: 'shadowed-rule',
  severity: 'warning',
  title: 'a rule whose packets an earlier one takes',
  about:
    'Every packet that the rule would match has been taken by an earlier rule of the same chain, which asks less and does something else with it: what this rule says never happens. Rules are asked in order, and the first one that takes a packet decides. Put the rule that says more exactly which packets it means before the other one.',
  example: ['*filter\n-A INPUT -s 10.0.0.0/8 -j DROP\n-A INPUT -s 10.1.2.3 -p tcp --dport 22 -j ACCEPT\nCOMMIT\n'],
  looksLike: ['*filter\n-A INPUT -s 10.1.2.3 -p tcp --dport 22 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j DROP\nCOMMIT\n'],
  find(rules, report) {
    for (const { chain, view, by, alike } of shadowed(rules))
      if (!alike)
        report.rule(
          view.rule,
          `no packet that fits this rule comes to it: rule ${by.number} of ${chain.name} (line ${by.rule.line}) takes them all`,
        );
  },
};

export const redundantRule: FindingKind = {
  code: 'redundant-rule',
  severity: 'note',
  title: 'a rule that an earlier one with the same target makes needless',
  about:
    'An earlier rule of the same chain takes all packets that this one would match, and does the same with them. The rule changes nothing, and can go; or the earlier one is wider than was meant.',
  example: ['*filter\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 10.1.0.0/16 -p tcp -j ACCEPT\nCOMMIT\n'],
  looksLike: ['*filter\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 11.1.0.0/16 -p tcp -j ACCEPT\nCOMMIT\n'],
  find(rules, report) {
    for (const { chain, view, by, alike, twice } of shadowed(rules))
      if (alike && !twice)
        report.rule(
          view.rule,
          `the rule changes nothing: rule ${by.number} of ${chain.name} (line ${by.rule.line}) does the same to all its packets`,
        );
  },
};

/** What is asked again may come out otherwise. */
const mayDiffer = (view: RuleView): boolean =>
  // a listing does not show all of a rule
  (view.rule.unsaid ?? []).length > 0 ||
  (view.limits.open && testsOf(view).some(({ test }) => isOfChance(test))) ||
  meaningOf(view.rule).matches.some(({ name, known }) => !known && !SAME_AGAIN.has(name));
const CHANCE: ReadonlySet<Test['kind']> = new Set(['limit', 'nth', 'random']);
const isOfChance = (test: Test): boolean =>
  CHANCE.has(test.kind) || (test.kind === 'host' && stateOf(test.test) !== undefined);
/** Matches that stand in no file here, so that they are known by their names alone. */
const SAME_AGAIN: ReadonlySet<string> = new Set('cgroup cpu helper owner physdev policy realm socket time'.split(' '));

export const sameRuleTwice: FindingKind = {
  code: 'same-rule-twice',
  severity: 'warning',
  title: 'the same rule twice in a chain',
  about:
    'The chain holds the rule again, remarks aside: the second one does nothing that the first has not done. Mostly a script ran twice, or two programs made the same rule. Delete one of them: iptables -D CHAIN NUMBER. A rule that only counts or logs is told of where it stands twice side by side.',
  example: [
    '*nat\n-A PREROUTING\n-A PREROUTING\nCOMMIT\n',
    '*filter\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*nat\n-A PREROUTING\n-A OUTPUT\nCOMMIT\n',
    '*filter\n-A INPUT -p tcp -m statistic --mode random --probability 0.5 -j DROP\n-A INPUT -p tcp -m statistic --mode random --probability 0.5 -j DROP\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const chain of rules.chains()) {
      const seen = new Map<string, RuleView>();
      for (const view of chain.rules) {
        const { rule } = view;
        if (rule.refused || mayDiffer(view)) continue;
        const text = ruleText(rule);
        const first = seen.get(text);
        if (first === undefined || (first.number + 1 !== view.number && !lasts(view, chain))) {
          seen.set(text, view);
          continue;
        }
        report.rule(
          rule,
          `the same rule as rule ${first.number} of ${chain.name} (line ${first.rule.line}): once is enough`,
        );
      }
    }
  },
};

/** What it does to a packet is the same later in the chain. */
function lasts({ limits, actions }: RuleView, chain: ChainView): boolean {
  if (chain.table.changes(limits)) return false;
  return actions.length > 0 && actions.every(({ kind }) => LASTING.has(kind));
}
const LASTING: ReadonlySet<string> = new Set(['verdict', 'reject', 'return', 'translate', 'jump', 'goto', 'notrack']);
