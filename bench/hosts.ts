/** Generated rules, read and loaded. */
import { compile, createEngine, type LoadedHost, parse } from '../src/index.js';
import type { Table } from '../src/model/ruleset.js';
import { type FlatRule, flatRule } from './peers/flat.js';
import { type RulesetKind, rulesetText } from './rulesets.js';

const textsOf = (kind: RulesetKind, rules: number, seed: number) =>
  parse([{ name: `${kind}.rules`, text: rulesetText(kind, rules, seed) }]);

export const tablesOf = (kind: RulesetKind, rules: number, seed = 1): readonly Table[] =>
  textsOf(kind, rules, seed).tables;

/**
 * Flat rules without connection tracking, which no peer has; connections are not remembered, since the packets are of no
 * flows. What the rules leave open does not match.
 */
export async function loadRules(kind: RulesetKind, rules: number, seed = 1): Promise<LoadedHost> {
  const tracking = kind === 'flat' ? 'off' : 'auto';
  return (await createEngine()).load(
    compile(textsOf(kind, rules, seed), { tracking, lenient: true, connections: 'off', engine: 'columns' }),
  );
}

/** The rules of a flat ruleset, for peers. */
export const flatRules = (host: LoadedHost): FlatRule[] => host.compiled.rules.map(({ rule }) => flatRule(rule));
