/** The sets of several texts as those of one host, which has one of each name. */
import type { Finding, Findings } from '../../model/finding.js';
import type { SetDef } from '../../model/set.js';

/** A set that is given again counts as the last text has it; a listing without members tells less than one with them. */
export function joinSets(sets: readonly SetDef[], findings: Findings): SetDef[] {
  const joined = new Map<string, SetDef>();
  for (const set of sets) {
    const before = joined.get(set.name);
    if (before?.known && !set.known) continue;
    if (before?.known) findings.add(again(set));
    joined.set(set.name, set);
  }
  return [...joined.values()];
}

const again = ({ name, place }: SetDef): Finding => ({
  severity: 'note',
  code: 'duplicate-set',
  message: `set ${name} is given again: this one counts`,
  place,
});
