/** `check --explain CODE`: what a code means, and what to do about it. */
import { FINDING_KINDS } from '../compile/findings/index.js';
import { PacketwalkError } from '../errors.js';
import { nearest } from '../model/nearest.js';
import { CODE_GROUPS } from './codes.js';

const ENTRIES = CODE_GROUPS.flatMap(({ entries }) => entries);
export const CODES: readonly string[] = [...FINDING_KINDS, ...ENTRIES].map(({ code }) => code);

/** Throws PacketwalkError for a code that there is not; names near ones. */
export function explainCode(code: string): string {
  const kind = FINDING_KINDS.find((one) => one.code === code);
  if (kind !== undefined) {
    const { severity, title, about, example, looksLike } = kind;
    const shown = (texts: readonly string[]) => texts.map((text) => indented(text)).join('\n');
    return `${code} (${severity}): ${title}\n\n${wrapped(about)}\n\nFound in:\n${shown(example)}\nNot found in:\n${shown(looksLike)}`;
  }
  const entry = ENTRIES.find((one) => one.code === code);
  if (entry !== undefined) return `${code}: ${wrapped(entry.about)}\n${wrapped(entry.todo)}\n`;
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
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
