/** Whether the faults can still be planted. That each is found is asked of the kernel: `npm run test:faults`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../root.js';
import { FAULTS, plant } from './faults.js';

test.each(FAULTS)('$name applies', (fault) => {
  const text = readFileSync(join(ROOT, fault.file), 'utf8');
  expect(plant(fault, text)).not.toBe(text);
});

test('each has a name of its own', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});

test.each([
  ['is not there', 'a', 0],
  ['is there twice', 'b', 2],
])('a fault whose place %s is refused by name', (_, find, times) => {
  const fault = { name: 'some', why: '', file: 'x.ts', find, replace: 'c' };
  expect(() => plant(fault, 'b b')).toThrow(`fault some does not apply: x.ts has ${times} times`);
});
