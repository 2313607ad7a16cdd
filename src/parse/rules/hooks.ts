/**
 * Extensions that work at some hooks only, in chains that others reach too: the kernel refuses such a table
 * (xt_check_target of net/netfilter/x_tables.c, by the hooks that mark_source_chains found). What stands in a built-in
 * chain itself has been looked at with its rule.
 */
import { type Extension, hooksOf } from '../../ext/define.js';
import { findMatch, findTarget } from '../../ext/registry.js';
import type { Findings } from '../../model/finding.js';
import { reachedFrom } from '../../model/reach.js';
import {
  BUILTIN,
  type Chain,
  type ExtensionUse,
  type HookName,
  isBuiltin,
  meaningOf,
  placeOf,
  type Rule,
  ruleWith,
  type Table,
} from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import { androidOnly, isAndroid } from './android.js';

/** The extensions of a rule that work at some hooks only. */
export function boundOf(rule: Rule, family: Family): readonly Extension[] {
  const { matches, target } = meaningOf(rule);
  const all = matches.map(({ name }): Extension | undefined => findMatch(name, family));
  if (target?.kind === 'extension') all.push(findTarget(target.use.name, family));
  return all.flatMap((one) => (one?.hooks === undefined ? [] : one));
}

/** Extensions that are bound to hooks, and a chain in which a rule has them. */
export interface Bound {
  readonly chain: string;
  readonly extensions: readonly Extension[];
}

export function refuseWrongHooks(table: Table, bound: readonly Bound[], findings: Findings): void {
  const lists = new Map<Bound['extensions'], string[]>();
  for (const { chain, extensions } of bound) {
    if (isBuiltin(table.name, chain)) continue;
    const chains = lists.get(extensions);
    if (chains === undefined) lists.set(extensions, [chain]);
    else chains.push(chain);
  }
  const wrong = new Map<string, Set<HookName>>();
  for (const [extensions, chains] of lists)
    for (const hook of BUILTIN[table.name]) {
      // what options leave is looked up where it may matter
      if (extensions.every(({ hooks }) => typeof hooks === 'object' && hooks.includes(hook))) continue;
      const reached = reachedFrom(table, hook);
      for (const chain of chains) if (reached.has(chain)) wrong.set(chain, (wrong.get(chain) ?? new Set()).add(hook));
    }
  for (const chain of wrong.size === 0 ? [] : table.chains.values()) {
    const hooks = wrong.get(chain.name);
    const from = BUILTIN[table.name].filter((hook) => hooks?.has(hook));
    if (from.length > 0) refuseWrong(table, chain, from, findings);
  }
}

function refuseWrong(table: Table, chain: Chain, from: readonly HookName[], findings: Findings): void {
  const android = isAndroid(table.chains);
  for (const [index, rule] of chain.rules.entries()) {
    const uses = rule.refused ? [] : wrongUses(rule, table, from);
    const wrong = uses.find((use) => !(android && use.android));
    if (wrong === undefined) {
      for (const use of uses) findings.add(androidOnly(use.option, use.name, use.hook, placeOf(rule, use.at)));
      continue;
    }
    chain.rules[index] = ruleWith(rule, { refused: true });
    findings.add({
      severity: 'error',
      code: 'wrong-chain',
      message: `${wrong.option} ${wrong.name}: ${wrong.hook} leads to chain ${chain.name}, and it works in ${wrong.hooks.join(', ')} only`,
      place: placeOf(rule, wrong.at),
      ofRule: true,
    });
  }
}

function wrongUses({ matches, target }: Rule, { family }: Table, from: readonly HookName[]) {
  const wrong = matches.flatMap((use) => wrongHook('-m', use, findMatch(use.name, family), from));
  return target?.kind === 'extension'
    ? wrong.concat(wrongHook('-j', target.use, findTarget(target.use.name, family), from))
    : wrong;
}

function wrongHook(option: string, use: ExtensionUse, extension: Extension | undefined, from: readonly HookName[]) {
  const hooks = use.known && extension ? hooksOf(extension, use.options) : undefined;
  const hook = hooks && from.find((one) => !hooks.includes(one));
  return hook === undefined
    ? []
    : [{ option, name: use.name, at: use.at, hook, hooks: hooks!, android: extension!.android }];
}
