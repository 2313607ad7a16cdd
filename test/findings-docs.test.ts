/**
 * docs/findings.md tells of every code there is, and is made of the same data as `check --explain`:
 *
 *     npx vitest run --project unit test/findings-docs.test.ts -u
 *
 * writes it anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODE_GROUPS } from '../src/cli/codes.js';
import { CODES, explainCode } from '../src/cli/explain-code.js';
import { FINDING_KINDS } from '../src/compile/findings/index.js';
import { CLEANED } from '../src/parse/dirt/notes.js';
import { ROOT } from './root.js';

const fenced = (texts: readonly string[]) => texts.map((text) => `\`\`\`\n${text.trimEnd()}\n\`\`\`\n`).join('\n');

const PAGE = [
  '# Findings\n',
  'What `packetwalk check` says, by the codes that stand in its JSON. `packetwalk check --explain CODE` prints an entry of this page, which is made from the same data: `npx vitest run --project unit test/findings-docs.test.ts -u` writes it anew.\n',
  'An error is what iptables or the kernel would refuse, or what cannot be read; a warning is likely a mistake; a note is worth knowing.\n',
  '## What rules mean\n',
  'Looked for by `check` alone, in the tables that are evaluated. Nothing is said where it cannot be proved.\n',
  '| code | severity | what |',
  '|---|---|---|',
  ...FINDING_KINDS.map(({ code, severity, title }) => `| [\`${code}\`](#${code}) | ${severity} | ${title} |`),
  '',
  ...FINDING_KINDS.flatMap(({ code, severity, title, about, example, looksLike }) => [
    `### ${code}\n`,
    `${severity}: ${title}.\n`,
    `${about}\n`,
    'Found in:\n',
    fenced(example),
    'Not found in:\n',
    fenced(looksLike),
  ]),
  ...CODE_GROUPS.flatMap(({ title, entries }) => [
    `## ${title}\n`,
    '| code | what it means | what to do |',
    '|---|---|---|',
    ...entries.map(({ code, about, todo }) => `| \`${code}\` | ${about} | ${todo} |`),
    '',
  ]),
].join('\n');

test('docs/findings.md is up to date', async () => {
  await expect(PAGE).toMatchFileSnapshot(join(ROOT, 'docs/findings.md'));
});

test('a code has one entry, and each entry says what it means and what to do', () => {
  expect(CODES.filter((code, i) => CODES.indexOf(code) !== i)).toEqual([]);
  for (const { entries } of CODE_GROUPS)
    for (const { code, about, todo } of entries) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const sentence of [about, todo]) expect(sentence, code).toMatch(/^[\s\S]*[^.]\.$/);
    }
  for (const code of CODES) expect(explainCode(code).startsWith(code)).toBe(true);
});

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('compile/findings') && !file.includes('report/lang'),
);

/** Calls that take a code among their words, and the folders in which they do. */
const CALLS: readonly (readonly [folder: RegExp, call: RegExp])[] = [
  [/^/, /\b(?:Refused|FieldError|report|warn)\(/g],
  [/^(parse|input)\//, /\b(?:say|word|all|complain|problem|noteOf|fail|refuse)\(/g],
  [/^parse\/(dirt|rules)\//, /\bsayOnce\(/g],
  [/^report\//, /\bunused\(/g],
];
/** The words in the brackets that open before `at`. */
function insideBrackets(text: string, at: number): string {
  let open = 1;
  let end = at;
  for (; open > 0 && end < text.length; end++)
    open += '([{'.includes(text[end]!) ? 1 : ')]}'.includes(text[end]!) ? -1 : 0;
  return text.slice(at, end - 1);
}

function codesIn(file: string): string[] {
  const text = readFileSync(join(ROOT, 'src', file), 'utf8');
  const given = [...text.matchAll(/\bcode(?:: string)?(?: =|:) ([^\n]*)/g)].flatMap(([, value]) => [
    ...[...value!.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, code]) => code!),
    ...[...value!.matchAll(/^'([a-z]+)'/g)].map(([, code]) => code!),
  ]);
  const said = CALLS.filter(([folder]) => folder.test(file)).flatMap(([, call]) =>
    [...text.matchAll(call)].flatMap((found) =>
      [...insideBrackets(text, found.index + found[0].length).matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(
        ([, code]) => code!,
      ),
    ),
  );
  return [...given, ...said];
}

describe('codes in the sources', () => {
  const used = new Map(SOURCES.flatMap((file) => codesIn(file).map((code) => [code, file] as const)));
  for (const [kind, message] of Object.entries(CLEANED))
    if (message !== undefined) used.set(`cleaned-${kind}`, 'parse/dirt/notes.ts');

  test('each has an entry in src/cli/codes.ts', () => {
    expect([...used].filter(([code]) => !CODES.includes(code)).map((one) => one.join(' in src/'))).toEqual([]);
  });

  test('each entry is of a code that there is', () => {
    const kinds = FINDING_KINDS.map(({ code }) => code);
    expect(CODES.filter((code) => !used.has(code) && !kinds.includes(code))).toEqual([]);
  });
});
