/**
 * Extensions that work at some hooks only, in chains that others reach too: the kernel refuses such a table
 * (xt_check_target of net/netfilter/x_tables.c, by the hooks that mark_source_chains found). What stands in a built-in
 * chain itself has been looked at with its rule.
 */
import type { Extension } from '../../ext/define.js';
import { findMatch, findTarget } from '../../ext/registry.js';
import type { Findings } from '../../model/finding.js';
import {
  BUILTIN,
  type ExtensionUse,
  type HookName,
  isBuiltin,
  placeOf,
  type Rule,
  type Table,
} from '../../model/ruleset.js';

export function refuseWrongHooks(table: Table, findings: Findings): void {
  const reached = new Map<string, HookName[]>();
  for (const hook of BUILTIN[table.name])
    for (const chain of chainsFrom(table, hook)) reached.set(chain, [...(reached.get(chain) ?? []), hook]);
  for (const chain of table.chains.values()) {
    const from = isBuiltin(table.name, chain.name) ? undefined : reached.get(chain.name);
    if (from === undefined) continue;
    for (const [index, rule] of chain.rules.entries()) {
      const wrong = rule.refused ? undefined : wrongUse(rule, table, from);
      if (wrong === undefined) continue;
      chain.rules[index] = { ...rule, refused: true };
      findings.add({
        severity: 'error',
        code: 'wrong-chain',
        message: `${wrong.option} ${wrong.name}: ${wrong.hook} leads to chain ${chain.name}, and it works in ${wrong.hooks.join(', ')} only`,
        place: placeOf(rule, wrong.at),
      });
    }
  }
}

/** The chains that a packet can come to from a built-in one. */
function chainsFrom(table: Table, hook: HookName): ReadonlySet<string> {
  const seen = new Set<string>([hook]);
  for (const name of seen)
    for (const rule of table.chains.get(name)?.rules ?? []) {
      const target = rule.target;
      if (!rule.refused && (target?.kind === 'jump' || target?.kind === 'goto')) seen.add(target.chain);
    }
  return seen;
}

function wrongUse({ matches, target }: Rule, { family }: Table, from: readonly HookName[]) {
  for (const use of matches) {
    const wrong = wrongHook('-m', use, findMatch(use.name, family), from);
    if (wrong !== undefined) return wrong;
  }
  return target?.kind === 'extension'
    ? wrongHook('-j', target.use, findTarget(target.use.name, family), from)
    : undefined;
}

function wrongHook(option: string, use: ExtensionUse, extension: Extension | undefined, from: readonly HookName[]) {
  const hooks = use.known ? extension?.hooks : undefined;
  const hook = hooks && from.find((one) => !hooks.includes(one));
  return hook === undefined ? undefined : { option, name: use.name, at: use.at, hook, hooks: hooks! };
}
