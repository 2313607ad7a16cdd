/** What a host's texts together say, and all that is wrong with them. */
import { checkTables } from '../compile/check.js';
import { PacketwalkError } from '../errors.js';
import type { Finding } from '../model/finding.js';
import type { Table } from '../model/ruleset.js';
import type { Settled } from '../parse/rules/given-twice.js';
import { type Input, isRare, type RareReaders, readTexts, type SourceText } from '../parse/texts.js';
import { rareReaders } from './rare-readers.js';

export interface HostTexts extends Input {
  /** each table of each family once, as it is evaluated: `tables` may have several blocks of one. */
  readonly evaluated: readonly Table[];
  /** by text, in the order given, and line. */
  readonly findings: readonly Finding[];
}

/**
 * Reads texts of any kind in any order: what each is, its content tells. What is not understood becomes a finding with
 * its place. Throws PacketwalkError where nothing is recognised in any of them, and in pages where `loadReaders` has to come
 * first.
 *
 * `earlier`: what was found wrong before, where the texts come from. `beside`: what else the host is known to have.
 */
export function parse(
  texts: readonly SourceText[],
  earlier: readonly Finding[] = [],
  beside?: Pick<Input, 'tables' | 'sets'>,
): HostTexts {
  const rare = rareReaders();
  const unread = rare === undefined ? texts.find(isRare) : undefined;
  if (unread !== undefined) throw readersWanted(unread.name);
  const found = [...earlier];
  const findings = { add: (finding: Finding) => found.push(finding) };
  const input = readTexts(texts, findings, rare, beside?.tables);
  if (input.recognised.length === 0) throw nothingRecognised(found);
  const { routes, addresses } = input.host;
  if (rare === undefined && routes !== undefined && addresses === undefined) throw readersWanted(input.recognised[0]!);
  const { evaluated, tables, findings: all } = settled(input.tables, found, rare);
  checkTables(tables, [...(beside?.sets ?? []), ...input.sets], { add: (finding) => all.push(finding) });
  return { ...input, evaluated, findings: inOrder(all, texts) };
}

/** A table that is given twice is rare too. */
function settled(tables: readonly Table[], found: Finding[], rare: RareReaders | undefined): Settled {
  const names = new Set<string>();
  for (const { name, family, file } of tables) {
    if (!names.has(`${family} ${name}`)) names.add(`${family} ${name}`);
    else if (rare !== undefined) return rare.settleTables(tables, found);
    else throw readersWanted(file);
  }
  return { evaluated: tables, tables, findings: found };
}

/** By text, in the order given, line and column. */
export function inOrder(findings: readonly Finding[], texts: readonly SourceText[]): Finding[] {
  const ranks = new Map(texts.map(({ name }, index) => [name, index]));
  const rank = ({ place }: Finding) => (place === undefined ? -1 : (ranks.get(place.file) ?? ranks.size));
  const line = ({ place }: Finding) => place?.line ?? 0;
  const column = ({ place }: Finding) => place?.column ?? 0;
  // what stands at one place stays in its order
  return [...findings].sort((a, b) => rank(a) - rank(b) || line(a) - line(b) || column(a) - column(b));
}

export const readersWanted = (name: string): PacketwalkError =>
  new PacketwalkError(`${name}: what reads such a text is a file of its own, and was not loaded`, {
    code: 'readers-wanted',
    hint: 'await loadReaders() before the first such text',
  });

function nothingRecognised(found: readonly Finding[]): PacketwalkError {
  const first = found.find((finding) => finding.place !== undefined);
  if (first === undefined)
    return new PacketwalkError('no text was given', {
      code: 'no-input',
      hint: 'the output of iptables-save was expected, and of ipset save, ip addr and ip route where the rules ask for them',
    });
  return new PacketwalkError(first.message, { code: first.code, place: first.place, hint: first.hint });
}
