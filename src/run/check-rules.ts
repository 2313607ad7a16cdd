/** What rules mean where that is likely a mistake. Nothing but `check` waits for it, and no page loads it. */
import { findInRules } from '../compile/findings/index.js';
import type { Place } from '../errors.js';
import type { Finding } from '../model/finding.js';
import type { Chain } from '../model/ruleset.js';
import { type Line, linesOf, placeAt, type SourceText } from '../parse/text.js';
import type { HostTexts } from './host-texts.js';

/** Of the tables that are evaluated. `texts`: those that `host` was read from. */
export function checkRules(texts: readonly SourceText[], host: HostTexts): Finding[] {
  const findings: Finding[] = [];
  findInRules({ ...host, tables: host.evaluated }, { add: (finding) => findings.push(finding) }, placesIn(texts));
  return findings;
}

/** Where the line that declares a chain has its name; undefined: no line does. */
function placesIn(texts: readonly SourceText[]): (chain: Chain, file: string) => Place | undefined {
  const lines = new Map<string, readonly Line[]>();
  return ({ name, line }, file) => {
    if (!lines.has(file)) lines.set(file, linesOf(texts.find((text) => text.name === file)?.text ?? ''));
    const source = lines.get(file)![line - 1];
    const at = source?.text.indexOf(name) ?? -1;
    return source === undefined || at < 0 ? undefined : placeAt(file, source, at + 1, name.length);
  };
}
