/** `check --explain CODE`: what a code means, and what to do about it. */
import { FINDING_KINDS } from '../compile/findings/index.js';
import { PacketwalkError } from '../errors.js';
import { nearest } from '../model/nearest.js';
import { wrapped } from '../report/lang/columns.js';
import { CODE_GROUPS } from './codes.js';
import { words } from './language.js';

const ENTRIES = CODE_GROUPS.flatMap(({ entries }) => entries);
export const CODES: readonly string[] = [...FINDING_KINDS, ...ENTRIES].map(({ code }) => code);

/** Throws PacketwalkError for a code that there is not; names near ones. */
export function explainCode(code: string): string {
  const kind = FINDING_KINDS.find((one) => one.code === code);
  if (kind !== undefined) {
    const { severity, title, about, example, looksLike } = kind;
    const shown = (texts: readonly string[]) => texts.map((text) => indented(text)).join('\n');
    const { command, entries } = words();
    const [head, text] = entries?.get(code) ?? [title, about];
    const [found, notFound] = command.examples;
    return `${code} (${command.severities[severity]}): ${head}\n\n${wrapped(text, WIDTH)}\n\n${found}\n${shown(example)}\n${notFound}\n${shown(looksLike)}`;
  }
  const entry = ENTRIES.find((one) => one.code === code);
  if (entry !== undefined) {
    const [about, todo] = words().entries?.get(code) ?? [entry.about, entry.todo];
    return `${code}: ${wrapped(about, WIDTH)}\n${wrapped(todo, WIDTH)}\n`;
  }
  const meant = near(code);
  throw new PacketwalkError(`--explain ${code}: there is no such code`, {
    code: 'bad-usage',
    hint: meant.length === 0 ? 'docs/findings.md lists them' : `did you mean ${meant.join(', ')}?`,
  });
}

/** Codes that share a word with it, behind the one that it is a slip of. */
function near(code: string): string[] {
  const slip = nearest(code, CODES);
  const words = code.split('-').filter((word) => word.length > 2);
  const alike = CODES.filter((one) => one !== slip && one.split('-').some((word) => words.includes(word)));
  return [...(slip === undefined ? [] : [slip]), ...alike].slice(0, 5);
}

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('');

const WIDTH = 100;
