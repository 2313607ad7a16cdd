/** Reads the files that a command names, and keeps what was found wrong with them. */
import { PacketwalkError } from '../errors.js';
import { readTexts } from '../input/node.js';
import type { Finding } from '../model/finding.js';
import { type HostTexts, parse } from '../run/host-texts.js';

/** Throws where no file was named, one cannot be read, or none holds anything known. */
export function readInput(paths: readonly string[]): HostTexts {
  if (paths.length === 0)
    throw new PacketwalkError('no file was named', {
      code: 'no-input',
      hint: 'name files or folders with iptables-save output, or - for standard input',
    });
  const found: Finding[] = [];
  return parse(readTexts(paths, { add: (finding) => found.push(finding) }), found);
}
