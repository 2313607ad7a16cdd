/** examples/embed/node: the packed package in a project that tests the rules it makes. */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { ROOT } from '../root.js';

const packed = inject('packed');

test('its tests pass', () => {
  const folder = join(packed.folder, 'node');
  cpSync(join(ROOT, 'examples/embed/node'), folder, { recursive: true });
  cpSync(join(packed.installed, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  const { status, stdout } = spawnSync('npm', ['test', '--silent', '--', '--test-reporter=tap'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(status).toBe(0);
});
