/** What the project's own pages name exists: files, folders, scripts, and all extensions in README. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MATCHES, TARGETS } from '../src/ext/registry.js';
import { ROOT } from './root.js';

const pagesOf = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = [...pagesOf('.'), ...pagesOf('docs')];
const all = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]!))];

/** Paths from the root on, and pages by name; those with NAME or a star in them stand for many. */
const pathsIn = (text: string) =>
  all(text, /(?<![\w./-])((?:src|assembly|test|bin|examples|docs|\.ci)\/[\w./*-]*|[A-Z]+\.md)/g)
    .map((path) => path.replace(/\.$/, ''))
    .filter((path) => !/NAME|\*/.test(path));
const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts);

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  test('names files that are there', () => {
    expect(pathsIn(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('names scripts that are there', () => {
    expect(all(text, /npm run (?:-s )?([a-z:]+)/g).filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

test('the pages name what is looked for', () => {
  expect(pathsIn(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')).length).toBeGreaterThan(50);
  expect(pathsIn('`src/nowhere.ts` and [a page](NOWHERE.md), test/cases/NAME.case.')).toEqual([
    'src/nowhere.ts',
    'NOWHERE.md',
  ]);
});

describe('README names each extension that is evaluated', () => {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8').replace(/\s+/g, ' ');
  /** The words behind `Matches:` or the like, which a full stop ends. */
  const namesIn = (list: string) => /: (.*?)\./.exec(text.slice(text.indexOf(`${list}:`)))?.[1]?.split(', ');
  /** One that is another for each family has one name. */
  const names = (extensions: readonly { readonly name: string }[]) =>
    [...new Set(extensions.map(({ name }) => name))].sort();

  test('matches', () => {
    expect(namesIn('Matches')).toEqual(names(MATCHES.filter(({ foreign }) => !foreign)));
  });

  test('targets, behind what iptables has without one', () => {
    const without = ['ACCEPT', 'DROP', 'REJECT', 'RETURN', 'jump and goto'];
    const found = namesIn('Targets');
    expect(found?.slice(0, without.length)).toEqual(without);
    const own = names(TARGETS.filter(({ foreign }) => !foreign));
    expect(found?.slice(without.length)).toEqual(own.filter((name) => !without.includes(name)));
  });

  test('those of other projects', () => {
    expect(namesIn('Matches of other projects')).toEqual(names(MATCHES.filter(({ foreign }) => foreign)));
    expect(namesIn('Targets of other projects')).toEqual(names(TARGETS.filter(({ foreign }) => foreign)));
  });
});
