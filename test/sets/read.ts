import type { Finding } from '../../src/model/finding.js';
import type { SetDef } from '../../src/model/set.js';
import { parseIpset } from '../../src/parse/ipset/ipset.js';

/** What a text reads as, with its findings as `line:column severity code`. */
export function readSets(text: string): { sets: SetDef[]; findings: string[]; full: Finding[] } {
  const full: Finding[] = [];
  const sets = parseIpset(text, 'x', { add: (finding) => full.push(finding) });
  const findings = full.map(({ place, severity, code }) => `${place?.line}:${place?.column} ${severity} ${code}`);
  return { sets, findings, full };
}
