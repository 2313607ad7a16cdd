/** The house's own rules: who may import whom. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './root.js';

const RANK: Readonly<Record<string, number>> = {
  'abi.ts': 0,
  'errors.ts': 0,
  net: 0,
  model: 1,
  ext: 2,
  parse: 3,
  compile: 3,
  input: 3,
  run: 4,
  report: 5,
  'index.ts': 6,
  'first-match.ts': 6,
  cli: 7,
  web: 7,
};

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
);
const importsOf = (file: string) =>
  [...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)].map(
    (m) => m[1]!,
  );

test.each(files)('%s imports from a lower rank or its own folder', (file) => {
  const home = file.split('/')[0]!;
  expect(RANK[home], `src/${home} has a rank`).toBeDefined();
  for (const target of importsOf(file)) {
    if (!target.startsWith('.')) continue;
    const path = new URL(target, `file:///src/${file}`).pathname.replace('/src/', '').replace(/\.js$/, '.ts');
    const there = path.split('/')[0]!;
    if (there !== home) expect(RANK[there], `${file} imports ${target}`).toBeLessThan(RANK[home]!);
  }
});

test('node: is imported by the command alone', () => {
  const users = files.filter((file) => importsOf(file).some((target) => target.startsWith('node:')));
  expect(users.filter((file) => !file.startsWith('cli/') && file !== 'input/node.ts')).toEqual([]);
});

test('the loader is imported by one file', () => {
  const users = files.filter((file) => importsOf(file).some((target) => target.startsWith('@assemblyscript/')));
  expect(users).toEqual(['run/wasm.ts']);
});
