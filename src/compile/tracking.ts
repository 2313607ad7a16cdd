/**
 * Whether the rules that are loaded turn connection tracking on: nf_ct_netns_get in the checkentry of what needs it. Or what it needs
 * itself, the gathering of fragments.
 */

import type { Extension } from '../ext/define.js';
import { findMatch, findTarget } from '../ext/registry.js';
import { type ExtensionUse, meaningOf, type Rule, type Table } from '../model/ruleset.js';

/** The first rule that needs it, used or not, in any chain of any table. */
export const trackingRule = (tables: readonly Table[]): Rule | undefined => firstRule(tables, needsTracking);

/** Whether a rule has fragments gathered, be connections tracked or not. */
export const hasGathering = (tables: readonly Table[]): boolean =>
  firstRule(tables, (rule, { family }) => {
    if (rule.refused) return false;
    const { names, target } = meaningOf(rule);
    if (names.some((name) => findMatch(name, family)?.gathers)) return true;
    return target?.kind === 'extension' && findTarget(target.use.name, family)?.gathers === true;
  }) !== undefined;

function firstRule(tables: readonly Table[], needs: (rule: Rule, table: Table) => boolean): Rule | undefined {
  for (const table of tables)
    for (const chain of table.chains.values()) for (const rule of chain.rules) if (needs(rule, table)) return rule;
  return undefined;
}

function needsTracking(rule: Rule, { family }: Table): boolean {
  if (rule.refused) return false;
  const meaning = meaningOf(rule);
  const { target } = meaning;
  if (meaning.names.some((name) => findMatch(name, family)?.tracking !== undefined))
    if (meaning.matches.some((use) => needs(findMatch(use.name, family), use))) return true;
  return target?.kind === 'extension' && needs(findTarget(target.use.name, family), target.use);
}

function needs(extension: Extension | undefined, use: ExtensionUse): boolean {
  const tracking = extension?.tracking;
  return typeof tracking === 'function' ? tracking(use.options) : tracking === true;
}
