/** Reads the files that a command names, and keeps what was found wrong with them. */
import { checkTables } from '../compile/check.js';
import { PacketwalkError } from '../errors.js';
import { readTexts } from '../input/node.js';
import type { Finding } from '../model/finding.js';
import { type Input, parseTexts } from '../parse/index.js';

export interface ReadInput extends Input {
  /** by file, in the order in which they were read, and line. */
  readonly findings: readonly Finding[];
}

/** Throws where no file was named, one cannot be read, or none holds anything known. */
export function readInput(paths: readonly string[]): ReadInput {
  if (paths.length === 0)
    throw new PacketwalkError('no file was named', {
      code: 'no-input',
      hint: 'name files or folders with iptables-save output, or - for standard input',
    });
  const found: Finding[] = [];
  const findings = { add: (finding: Finding) => found.push(finding) };
  const texts = readTexts(paths, findings);
  const input = parseTexts(texts, findings);
  if (input.recognised.length === 0) {
    const first = found.find((finding) => finding.place !== undefined)!;
    throw new PacketwalkError(first.message, { code: first.code, place: first.place, hint: first.hint });
  }
  checkTables(input.tables, input.sets, findings);
  const files = new Map(texts.map(({ name }, index) => [name, index]));
  const rank = ({ place }: Finding) => (place === undefined ? -1 : (files.get(place.file) ?? files.size));
  const sorted = found
    .map((finding, index) => ({ finding, index }))
    .sort(
      (a, b) =>
        rank(a.finding) - rank(b.finding) ||
        (a.finding.place?.line ?? 0) - (b.finding.place?.line ?? 0) ||
        (a.finding.place?.column ?? 0) - (b.finding.place?.column ?? 0) ||
        a.index - b.index,
    );
  return { ...input, findings: sorted.map(({ finding }) => finding) };
}
