/** Programs that use the packed package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import type { Packed } from './packed.js';

/** What a program prints; throws with what it says on standard error where it fails. */
export const run = (cwd: string, command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** What the compiler says of a program, and what the program prints. */
export function compileAndRun(packed: Packed, name: string, program: string, options: object): [string, string] {
  const folder = join(packed.folder, name);
  mkdirSync(folder);
  cpSync(join(packed.installed, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  for (const types of ['@types', 'undici-types'])
    symlinkSync(join(ROOT, 'node_modules', types), join(folder, 'node_modules', types));
  // the declarations of the package are checked as well
  const compilerOptions = { target: 'es2022', strict: true, skipLibCheck: false, ...options };
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  writeFileSync(join(folder, 'main.ts'), program);
  const tsc = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'];
  const { stdout } = spawnSync(process.execPath, tsc, { cwd: folder, encoding: 'utf8' });
  return [stdout, run(folder, process.execPath, ['main.js'])];
}
