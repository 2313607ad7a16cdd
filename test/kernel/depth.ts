/**
 * How deep generated packets go: for each kind of match, how often the kernel came to it, and how often it matched.
 * Each rule is preceded by counting rules with its first 0, 1, 2 … clauses, so that the counters show where a packet
 * stopped. A rule with limit or nth counts itself more than once that way: what is measured is the generator.
 */

import { ruleText } from './generate/ruleset.js';
import type { GeneratedScenario } from './generate.js';
import type { Kernel } from './kernel.js';

export interface Depth {
  reached: number;
  hit: number;
  /** rules that were reached, and of them those that matched and that missed at least once. */
  rulesReached: number;
  rulesHit: number;
  rulesMissed: number;
  rules: number;
}

const nothing = (): Depth => ({ reached: 0, hit: 0, rulesReached: 0, rulesHit: 0, rulesMissed: 0, rules: 0 });

export interface Measured {
  /** by kind of clause, negated ones under `! kind`. */
  clauses: Map<string, Depth>;
  /** by kind of target: how often the whole rule matched. */
  targets: Map<string, Depth>;
}

/** The scenario with a counting rule before each clause. Rule n of the result is clause n of `steps`. */
function instrument({ tables }: GeneratedScenario): string {
  const lines: string[] = [];
  for (const { name, chains } of tables) {
    lines.push(`*${name}`, ...chains.map((chain) => `:${chain.name} ${chain.policy ?? '-'} [0:0]`));
    for (const chain of chains) {
      for (const rule of chain.rules) {
        for (let n = 0; n <= rule.clauses.length; n++) {
          lines.push(
            `-A ${chain.name} ${rule.clauses
              .slice(0, n)
              .map((clause) => clause.text)
              .join(' ')}`.trimEnd(),
          );
        }
        lines.push(`-A ${chain.name} ${ruleText(rule)}`.trimEnd());
      }
    }
    lines.push('COMMIT');
  }
  return `${lines.join('\n')}\n`;
}

/** Adds what one scenario shows to the figures so far. */
export async function measure(kernel: Kernel, scenario: GeneratedScenario, into: Measured): Promise<void> {
  const results = await kernel.run({ ...scenario, rules: instrument(scenario) });
  const counts = new Map<string, number>();
  for (const { hits } of results) {
    for (const { table, chain, rule, packets } of hits) {
      const key = `${table} ${chain} ${rule}`;
      counts.set(key, (counts.get(key) ?? 0) + packets);
    }
  }
  const add = (map: Map<string, Depth>, kind: string, reached: number, hit: number): void => {
    const depth = map.get(kind) ?? nothing();
    map.set(kind, depth);
    depth.rules++;
    depth.reached += reached;
    depth.hit += hit;
    if (reached > 0) depth.rulesReached++;
    if (hit > 0) depth.rulesHit++;
    if (hit < reached) depth.rulesMissed++;
  };
  for (const { name, chains } of scenario.tables) {
    for (const chain of chains) {
      let slot = 0;
      const next = (): number => counts.get(`${name} ${chain.name} ${++slot}`) ?? 0;
      for (const { clauses, target } of chain.rules) {
        const reached = next();
        let before = reached;
        for (const { kind, negated } of clauses) {
          const hit = next();
          add(into.clauses, `${negated ? '! ' : ''}${kind}`, before, hit);
          before = hit;
        }
        add(into.targets, target.kind, reached, next());
      }
    }
  }
}

/** A table for people, one line per kind, the least often met first. */
export function depthText({ clauses, targets }: Measured): string {
  const share = (part: number, whole: number): string =>
    `${whole === 0 ? 0 : Math.round((100 * part) / whole)}%`.padStart(5);
  const rows = (map: Map<string, Depth>): string[] =>
    [...map]
      .sort(([a], [b]) => a.replace('! ', '').localeCompare(b.replace('! ', '')))
      .map(([kind, d]) => {
        const counts = [d.rules, d.rulesReached, d.reached, d.hit].map((n) => String(n).padStart(8)).join('');
        return `${kind.padEnd(28)}${counts}${share(d.rulesHit, d.rulesReached)} hit${share(d.rulesMissed, d.rulesReached)} missed`;
      });
  const head = `${''.padEnd(28)}${['rules', 'reached', 'asked', 'matched'].map((word) => word.padStart(8)).join('')}`;
  return [head, ...rows(clauses), '', head, ...rows(targets), ''].join('\n');
}
