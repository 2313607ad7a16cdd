/** Sees what a text is, by its content, and reads it: what a host's files together say. */
import type { Finding, Findings } from '../model/finding.js';
import type { Table } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import { parseIpset, recogniseIpset } from './ipset.js';
import { parseSave, recogniseSave } from './save.js';

export interface Input {
  /** every table block, in the order read. */
  readonly tables: Table[];
  readonly sets: SetDef[];
}

export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** A text in which nothing is recognised is a finding, and left out. */
export function parseTexts(texts: readonly SourceText[], findings: Findings): Input {
  const input: Input = { tables: [], sets: [] };
  for (const { name, text } of texts) {
    if (recogniseSave(text)) input.tables.push(...parseSave(text, name, findings));
    else if (recogniseIpset(text)) input.sets.push(...parseIpset(text, name, findings));
    else findings.add(unrecognised(name, text));
  }
  return input;
}

function unrecognised(file: string, text: string): Finding {
  const source = text.split(/\r?\n/, 1)[0] ?? '';
  return {
    severity: 'note',
    code: 'nothing-recognised',
    message: 'nothing in this text is recognised',
    place: { file, line: 1, column: 1, length: Math.max(1, source.length), source },
    hint: 'iptables-save and ipset save are read',
  };
}
