/** Builds the page, once, before the tests that open it. */
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../root.js';

export default async function setup(): Promise<void> {
  await build({ configFile: join(ROOT, 'page/vite.config.ts'), logLevel: 'error' });
}
