/** Chains that lead nowhere, and chains that nothing leads to. */
import { aimAt } from '../../model/ruleset.js';
import type { FindingKind } from './kind.js';
import type { ChainView, Ruleset } from './ruleset.js';

/** User chains of tables that were given whole: what calls them is known. One that no line declares is an error already. */
function* userChains(rules: Ruleset): Generator<ChainView> {
  for (const chain of rules.chains())
    if (!chain.builtin && chain.table.whole && chain.chain.rules[0]?.line !== chain.chain.line) yield chain;
}

export const emptyChain: FindingKind = {
  code: 'jump-to-empty-chain',
  severity: 'note',
  title: 'a jump to a chain without rules',
  about:
    'The chain that the rule leads to holds no rules: packets come straight back, and nothing happens to them there. Docker, ufw, fail2ban and kube-proxy keep such chains for rules that come later. Where rules were expected, the program that fills the chain has not run, or the chain was flushed. What the rule itself says has no effect until then.',
  example: ['*filter\n:LATER - [0:0]\n-A INPUT -j LATER\nCOMMIT\n'],
  looksLike: ['*filter\n:LATER - [0:0]\n-A INPUT -j LATER\n-A LATER -j RETURN\nCOMMIT\n'],
  find(rules, report) {
    for (const { chain, view } of rules.rules()) {
      const next = chain.next(view);
      if (next === undefined || next.chain.rules.length > 0) continue;
      report.rule(view.rule, `chain ${next.name} has no rules: packets come straight back`, aimAt(view.rule));
    }
  },
};

export const uncalledChain: FindingKind = {
  code: 'chain-not-called',
  severity: 'note',
  title: 'a chain that no rule leads to',
  about:
    'No rule of its table has the chain as its target, so that no packet comes to its rules. Often it is left over from a program that is gone, or the rule that should lead there was lost. Add the jump (iptables -I INPUT -j CHAIN), or delete the chain (iptables -F CHAIN, then -X CHAIN). kube-proxy and kubelet keep a few on purpose.',
  example: ['*filter\n:GUARD - [0:0]\n-A GUARD -s 192.0.2.0/24 -j DROP\nCOMMIT\n'],
  looksLike: ['*filter\n:GUARD - [0:0]\n-A INPUT -j GUARD\n-A GUARD -s 192.0.2.0/24 -j DROP\nCOMMIT\n'],
  find(rules, report) {
    for (const chain of userChains(rules))
      if (chain.callers.length === 0)
        report.chain(chain.chain, chain.table.file, `no rule leads to chain ${chain.name}: no packet comes there`);
  },
};

export const unreachedChain: FindingKind = {
  code: 'chain-not-reached',
  severity: 'note',
  title: 'a chain that only chains without packets lead to',
  about:
    'Rules lead to the chain, but they stand in chains that no built-in chain leads to, so that no packet comes here either. Follow the chains up to the one that nobody calls (chain-not-called), and add the jump there.',
  example: ['*filter\n:A - [0:0]\n:B - [0:0]\n-A A -j B\n-A B -j DROP\nCOMMIT\n'],
  looksLike: ['*filter\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A A -j B\n-A B -j DROP\nCOMMIT\n'],
  find(rules, report) {
    for (const chain of userChains(rules)) {
      if (chain.callers.length === 0 || chain.hooks !== 0) continue;
      report.chain(
        chain.chain,
        chain.table.file,
        `rules lead to chain ${chain.name}, but none that a built-in chain leads to`,
      );
    }
  },
};
