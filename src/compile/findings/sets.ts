/** Set matches that cannot hold, whatever the set holds. */
import type { Rule, Span } from '../../model/ruleset.js';
import { dimensionsOf } from '../../model/set.js';
import type { FindingKind } from './kind.js';
import { type Ruleset, testsOf } from './ruleset.js';

interface SetUse {
  readonly rule: Rule;
  readonly name: string;
  readonly directions: number;
  readonly at: Span | undefined;
}

function* setUses(rules: Ruleset): Generator<SetUse> {
  for (const { view } of rules.rules())
    for (const { test, at } of view.limits.reads.has('set') ? testsOf(view) : [])
      if (test.kind === 'set') yield { rule: view.rule, name: test.name, directions: test.directions.length, at };
}

export const setDirections: FindingKind = {
  code: 'set-directions',
  severity: 'warning',
  title: 'a set match with fewer directions than the set has dimensions',
  about:
    'A set of hash:ip,port holds pairs, and --match-set wants src or dst for each part: dst,dst, or src,dst. With fewer the kernel finds nothing in the set (ip_set_test of net/netfilter/ipset/ip_set_core.c): the match never holds, and behind a ! it always does. iptables loads such a rule without a word. Give a direction for each dimension.',
  example: [
    '*filter\n-A INPUT -p tcp -m set --match-set web dst -j ACCEPT\nCOMMIT\n',
    'create web hash:ip,port\nadd web 192.0.2.1,tcp:80\n',
  ],
  looksLike: [
    '*filter\n-A INPUT -p tcp -m set --match-set web dst,dst -j ACCEPT\nCOMMIT\n',
    'create web hash:ip,port\nadd web 192.0.2.1,tcp:80\n',
  ],
  find(rules, report) {
    for (const { rule, name, directions, at } of setUses(rules)) {
      const set = rules.sets.get(name);
      if (set === undefined) continue;
      const wanted = dimensionsOf(set.type).length;
      if (set.type !== 'list:set' && directions < wanted)
        report.rule(
          rule,
          `set ${name} is of type ${set.type} and wants ${wanted} directions: with ${directions} nothing is found in it`,
          at,
        );
    }
  },
};

export const setFamily: FindingKind = {
  code: 'set-of-other-family',
  severity: 'warning',
  title: 'a set of the other family',
  about:
    'The rule is for one of IPv4 and IPv6, and the set was created for the other (family inet, family inet6): no packet that the rule sees is in it. Create a set of the family of the rules, and name that.',
  example: [
    '*filter\n-A INPUT -s 192.0.2.0/24 -m set --match-set bad src -j DROP\nCOMMIT\n',
    'create bad hash:net family inet6\n',
  ],
  looksLike: [
    '*filter\n-A INPUT -s 192.0.2.0/24 -m set --match-set bad src -j DROP\nCOMMIT\n',
    'create bad hash:net family inet\n',
  ],
  find(rules, report) {
    for (const { rule, name, at } of setUses(rules)) {
      const set = rules.sets.get(name);
      if (set?.family !== undefined && set.family !== rules.family)
        report.rule(
          rule,
          `set ${name} is for IPv${set.family}, and the rule for IPv${rules.family}: no packet is in it`,
          at,
        );
    }
  },
};
