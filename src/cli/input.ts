/** Reads the files that a command names, and keeps what was found wrong with them. */
import { PacketwalkError } from '../errors.js';
import { readTexts, type TextFile } from '../input/node.js';
import type { Finding } from '../model/finding.js';
import { type HostTexts, parse } from '../run/host-texts.js';
import { withOwners } from './option-owners.js';

/** Throws where no file was named, one cannot be read, or none holds anything known. */
export const readInput = (paths: readonly string[]): HostTexts => readSources(paths).host;

/** The same, with the texts themselves. */
export function readSources(paths: readonly string[]): {
  readonly texts: readonly TextFile[];
  readonly host: HostTexts;
} {
  if (paths.length === 0)
    throw new PacketwalkError('no file was named', {
      code: 'no-input',
      hint: 'name files or folders with iptables-save output, or - for standard input',
    });
  const found: Finding[] = [];
  const texts = readTexts(paths, { add: (finding) => found.push(finding) });
  const host = parse(texts, found);
  return { texts, host: { ...host, findings: host.findings.map(withOwners) } };
}
