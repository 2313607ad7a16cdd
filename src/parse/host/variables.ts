/**
 * /proc/net/nf_condition/NAME and /proc/net/xt_quota/NAME of xtables-addons: a number alone, so that its file has to be named: above
 * it, before it, or as what the text is called.
 */
import type { Findings } from '../../model/finding.js';
import type { RuleVariable } from '../../model/host.js';
import type { Readable } from '../text.js';
import { nameOfText, procFolder, readProcFiles } from './proc-files.js';

const FOLDER = procFolder('(nf_condition|xt_quota)');
const NUMBER = /^\d{1,20}$/;
const LINE = FOLDER.line(String.raw`(\d{1,20})`);
const OF_TEXT = /\b(?:nf_condition|xt_quota)(?=\/[^/]+$)/;
const VALUE = /^\s*\d{1,20}\s*$/;

export const VARIABLE_NAME = FOLDER.above;
/** A line that names the file itself. */
export const isVariableLine = (line: string): boolean => !NUMBER.test(line) && LINE.test(line);
/** A number below a line that names its file. */
export const isVariableValue = (line: string, above: string | undefined): boolean =>
  NUMBER.test(line) && above !== undefined && FOLDER.heading.test(above.trim());
/** The folder of a text that is called as its file. */
export const variableFolder = (name: string, text: string): string | undefined =>
  VALUE.test(text) ? OF_TEXT.exec(name)?.[0] : undefined;

export function parseVariables(text: Readable, file: string, findings: Findings): RuleVariable[] {
  const found: RuleVariable[] = [];
  let folder = OF_TEXT.exec(file)?.[0];
  let name = nameOfText(file);
  const reader = {
    named: ([, of, one]: RegExpExecArray) => {
      [folder, name] = [of!, one!];
    },
    line: (line: string) => {
      const [, of = folder, own = name, digits] = LINE.exec(line) ?? [];
      if (digits === undefined || of === undefined) return false;
      found.push({ folder: of as RuleVariable['folder'], name: own, value: String(BigInt(digits)) });
      return true;
    },
    expected: 'expected a number',
  };
  readProcFiles(text, file, FOLDER, reader, findings);
  return found;
}
