/**
 * Listings of compiled programs: test/golden/NAME.bytecode is what `show --bytecode` prints of NAME.rules. A change of
 * the compiler shows here as a readable difference; where it is meant, `npx vitest run --project unit
 * test/golden.test.ts -u` writes the listings anew, and the difference is read before it is committed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../src/compile/compile.js';
import { disassemble } from '../src/compile/disassemble.js';
import { OPS, type OpInfo } from '../src/compile/opinfo.js';
import type { Finding } from '../src/model/finding.js';
import { parseSave } from '../src/parse/rules/save.js';
import { ROOT } from './root.js';

const FOLDER = join(ROOT, 'test/golden');
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.rules'))
  .map((file) => basename(file, '.rules'));

function listing(name: string): string {
  const found: Finding[] = [];
  const tables = parseSave(readFileSync(join(FOLDER, `${name}.rules`), 'utf8'), `${name}.rules`, {
    add: (finding) => found.push(finding),
  });
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
  return disassemble(compile(tables, tables[0]!.family));
}

test.each(NAMES)('the listing of %s', async (name) => {
  await expect(listing(name)).toMatchFileSnapshot(join(FOLDER, `${name}.bytecode`));
});

test('every rule has its line, and every listing its rules', () => {
  for (const name of NAMES) {
    const text = listing(name);
    for (const line of readFileSync(join(FOLDER, `${name}.rules`), 'utf8').split('\n'))
      if (line.startsWith('-A')) expect(text).toContain(line);
  }
});

test('every instruction is listed somewhere', () => {
  const seen = new Set(NAMES.flatMap((name) => [...listing(name).matchAll(/^ +\d+ {2}(\S+)/gm)].map((m) => m[1]!)));
  const names = Object.values<OpInfo>(OPS).map(({ name }) => name);
  // no target has the host do anything yet
  expect(names.filter((name) => !seen.has(name))).toEqual(['host-act']);
});
