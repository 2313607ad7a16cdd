/** Reads a text as it was pasted: the rules as a save, findings in short, and what the lines were taken for. */
import type { Finding } from '../../src/model/finding.js';
import { parseTexts } from '../../src/parse/index.js';
import { printIpset } from '../../src/parse/ipset/print.js';
import { printRule } from '../../src/parse/rules/print-rule.js';

export function readPaste(text: string) {
  const findings: Finding[] = [];
  const input = parseTexts([{ name: 'x', text }], { add: (finding) => findings.push(finding) });
  const rules = input.tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => chain.rules.map((rule) => printRule(rule, table.family))),
  );
  const policies = input.tables.flatMap((table) =>
    [...table.chains.values()].flatMap(({ name, policy }) =>
      policy === undefined ? [] : [`${table.name} ${name} ${policy}`],
    ),
  );
  return {
    ...input,
    findings,
    rules,
    policies,
    tableNames: input.tables.map(({ name, family }) => `${name}${family}`),
    said: findings.map(({ severity, code, place }) => `${severity} ${code} ${place?.line}`),
    members: printIpset(input.sets),
  };
}
