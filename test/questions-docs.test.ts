/** docs/questions.md has a row for every form that a fact can have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { QUESTION_FORMS } from '../src/model/question.js';
import { ROOT } from './root.js';

test('docs/questions.md tells of each fact, and of no other', () => {
  const page = readFileSync(join(ROOT, 'docs/questions.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, form]) => form));
  expect(told.sort()).toEqual([...QUESTION_FORMS].sort());
});
