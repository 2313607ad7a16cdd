/**
 * The package as `npm pack` makes it, installed into an empty folder: done once, before the tests of the projects that
 * use it. Its dependencies are packed from node_modules, so that nothing is asked of a registry.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT } from '../root.js';

export interface Packed {
  /** the package itself. */
  readonly tarball: string;
  /** its dependencies. */
  readonly others: readonly string[];
  /** a folder in which all of them were installed, as `npm install` does. */
  readonly installed: string;
  /** for what the tests make. */
  readonly folder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    packed: Packed;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-'));
  const [tarball] = pack([ROOT], folder);
  const others = pack(
    ['commander', '@assemblyscript/loader'].map((name) => join(ROOT, 'node_modules', name)),
    folder,
    ['--ignore-scripts'],
  );
  const packed = { tarball: tarball!, others, installed: join(folder, 'installed'), folder };
  install(packed, packed.installed);
  project.provide('packed', packed);
  return () => rmSync(folder, { recursive: true, force: true });
}

function pack(packages: readonly string[], into: string, flags: readonly string[] = []): string[] {
  const args = ['pack', '--json', '--pack-destination', into, ...flags, ...packages];
  const packed: { filename: string }[] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  return packed.map(({ filename }) => join(into, filename.replace('@', '').replace('/', '-')));
}

/** Installs the package and its dependencies into a new folder. */
export function install({ tarball, others }: Packed, folder: string, flags: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--offline', '--silent', ...flags, tarball, ...others];
  execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
}
