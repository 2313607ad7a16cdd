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
  meaningOf,
  placeOf,
  type Rule,
  ruleWith,
  type Table,
} from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';

/** The extensions of a rule that work at some hooks only. */
export function boundOf(rule: Rule, family: Family): readonly Extension[] {
  const { matches, target } = meaningOf(rule);
  const all = matches.map(({ name }): Extension | undefined => findMatch(name, family));
  if (target?.kind === 'extension') all.push(findTarget(target.use.name, family));
  return all.flatMap((one) => (one?.hooks === undefined ? [] : one));
}

/** `bound`: extensions that are bound to hooks, by the chains in which rules have them. */
export function refuseWrongHooks(
  table: Table,
  bound: ReadonlyMap<string, ReadonlySet<Extension>>,
  findings: Findings,
): void {
  if (bound.size === 0) return;
  const reached = reachedFrom(table);
  for (const chain of table.chains.values()) {
    const some = bound.get(chain.name);
    if (some === undefined || isBuiltin(table.name, chain.name)) continue;
    const hooks = reached.get(chain.name) ?? 0;
    const from = BUILTIN[table.name].filter((_, i) => hooks & (1 << i));
    // what works wherever the chain is reached from is no rule's fault
    if ([...some].every((one) => from.every((hook) => one.hooks!.includes(hook)))) continue;
    for (const [index, rule] of chain.rules.entries()) {
      const wrong = rule.refused ? undefined : wrongUse(rule, table, from);
      if (wrong === undefined) continue;
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
}

/** The built-in chains, a bit each, from which a packet can come to a chain. */
function reachedFrom(table: Table): ReadonlyMap<string, number> {
  const reached = new Map<string, number>(BUILTIN[table.name].map((hook, i) => [hook, 1 << i]));
  const work: string[] = [...BUILTIN[table.name]];
  // a chain comes again where more built-in ones were found to lead to it
  for (const name of work) {
    const from = reached.get(name)!;
    for (const rule of table.chains.get(name)?.rules ?? []) {
      const { target } = meaningOf(rule);
      if (rule.refused || (target?.kind !== 'jump' && target?.kind !== 'goto')) continue;
      const before = reached.get(target.chain) ?? 0;
      if ((before | from) === before) continue;
      reached.set(target.chain, before | from);
      work.push(target.chain);
    }
  }
  return reached;
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
