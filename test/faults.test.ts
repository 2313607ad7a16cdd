/** The faults that the judge has to find: each still applies to the text that it is planted in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS, plant } from './faults/faults.js';
import { ROOT } from './root.js';

test.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
  const text = readFileSync(join(ROOT, fault.file), 'utf8');
  expect(plant(fault, text)).not.toBe(text);
});
