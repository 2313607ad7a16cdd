/** The project's root, also for tests that were compiled into build/. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const up = dirname(from);
  if (up === from) throw new Error('no package.json above the tests');
  return find(up);
}

export const ROOT = find(dirname(fileURLToPath(import.meta.url)));
