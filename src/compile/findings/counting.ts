import { meaningOf } from '../../model/ruleset.js';
import type { FindingKind } from './kind.js';

/** Matches that do something themselves, so that a rule needs no target. connlabel does with --set. */
const DOING: ReadonlySet<string> = new Set([
  'recent',
  'quota',
  'nfacct',
  'hashlimit',
  'connlabel',
  'connlimit',
  'rateest',
]);

export const ruleWithoutTarget: FindingKind = {
  code: 'rule-without-target',
  severity: 'note',
  title: 'a rule without a target',
  about:
    'The rule counts packets and bytes, and every packet goes on to the next rule: it neither accepts nor drops any. In a listing its target column is empty. Programs that keep accounts make such rules; otherwise a -j was forgotten, or a script was cut short. Add the target, or delete the rule.',
  example: ['*filter\n-A INPUT -p tcp --dport 22\nCOMMIT\n'],
  looksLike: ['*filter\n-A INPUT -p tcp --dport 22 -m recent --set\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n'],
  find(rules, report) {
    for (const { view } of rules.rules()) {
      const { rule } = view;
      const { matches, target } = meaningOf(rule);
      if (target !== undefined || matches.some(({ name }) => DOING.has(name))) continue;
      report.rule(rule, 'the rule has no target: it counts packets and decides nothing');
    }
  },
};
