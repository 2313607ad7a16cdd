/** Reads the files that a command names, and keeps what was found wrong with them. */
import { formatProblem, PacketwalkError } from '../errors.js';
import { readTexts } from '../input/node.js';
import type { Finding, Severity } from '../model/finding.js';
import { type Input, parseTexts } from '../parse/index.js';

export interface ReadInput extends Input {
  readonly findings: readonly Finding[];
}

/** Throws where no file was named, one cannot be read, or none holds anything known. */
export function readInput(paths: readonly string[]): ReadInput {
  if (paths.length === 0)
    throw new PacketwalkError('no file was named', {
      code: 'no-input',
      hint: 'name files or folders with iptables-save output, or - for standard input',
    });
  const findings: Finding[] = [];
  const input = parseTexts(readTexts(paths), { add: (finding) => findings.push(finding) });
  if (input.recognised.length === 0)
    throw new PacketwalkError(`nothing is recognised in ${paths.join(', ')}`, {
      code: 'nothing-recognised',
      hint: 'the output of iptables-save, ipset save, ip addr or ip route was expected',
    });
  return { ...input, findings };
}

export const ofSeverity = (findings: readonly Finding[], severity: Severity): Finding[] =>
  findings.filter((finding) => finding.severity === severity);

export const findingText = (finding: Finding): string =>
  formatProblem(`${finding.severity}: ${finding.message}`, finding.place, finding.hint);
