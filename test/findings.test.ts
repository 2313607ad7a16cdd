/** Findings about what rules mean: each by the ruleset that has it and the one that only looks like it, of its own data. */
import { describe, expect, test } from 'vitest';
import { FINDING_KINDS, findInRules } from '../src/compile/findings/index.js';
import type { Finding } from '../src/model/finding.js';
import { evaluated } from '../src/parse/rules/given-twice.js';
import { parse } from '../src/run/host-texts.js';

/** What is found in texts; what is wrong with the texts themselves is thrown. */
function found(...texts: readonly string[]): Finding[] {
  const host = parse(texts.map((text, i) => ({ name: `text ${i + 1}`, text })));
  const wrong = host.findings.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new Error(wrong.map(({ message, place }) => `${place?.line}: ${message}`).join('\n'));
  const findings: Finding[] = [];
  const tables = [...evaluated(host.tables, 4), ...evaluated(host.tables, 6)];
  findInRules({ ...host, tables }, { add: (finding) => findings.push(finding) });
  return findings;
}
const codes = (texts: readonly string[]) => found(...texts).map(({ code }) => code);

describe.each(FINDING_KINDS)('$code', ({ code, severity, title, about, example, looksLike }) => {
  test('is found in its example', () => {
    const own = found(...example).filter((one) => one.code === code);
    expect(own).not.toEqual([]);
    for (const one of own) expect(one.severity).toBe(severity);
  });

  test('is not found in what looks like it', () => {
    expect(looksLike).not.toEqual([]);
    expect(codes(looksLike)).not.toContain(code);
  });

  test('is explained', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).not.toMatch(/\.$/);
    expect(about.length).toBeGreaterThan(100);
  });
});
