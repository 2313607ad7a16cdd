/** The sets of several texts as those of one host, which has one of each name. */
import type { Finding, Findings } from '../../model/finding.js';
import type { SetDef } from '../../model/set.js';

/** A set that a list holds and the text does not make: what is to be said of it, unless another text does. */
export interface LackingSet {
  readonly name: string;
  readonly finding: Finding;
}

export interface ReadSets {
  readonly sets: readonly SetDef[];
  readonly lacking: readonly LackingSet[];
}

/** A set that is given again counts as the last text has it; a listing without members tells less than one with them. */
export function joinSets(texts: readonly ReadSets[], findings: Findings): SetDef[] {
  const joined = new Map<string, SetDef>();
  for (const set of texts.flatMap(({ sets }) => sets)) {
    const before = joined.get(set.name);
    if (before?.known && !set.known) continue;
    if (before?.known) findings.add(again(set));
    joined.set(set.name, set);
  }
  for (const { name, finding } of texts.flatMap(({ lacking }) => lacking)) if (!joined.has(name)) findings.add(finding);
  return [...joined.values()];
}

const again = ({ name, place }: SetDef): Finding => ({
  severity: 'note',
  code: 'duplicate-set',
  message: `set ${name} is given again: this one counts`,
  place,
});

export const lackingSet = (list: string, held: string, place: SetDef['place']): LackingSet => ({
  name: held,
  finding: {
    severity: 'warning',
    code: 'unknown-set',
    message: `list ${list} holds the set ${held}, which is not given`,
    place,
  },
});
