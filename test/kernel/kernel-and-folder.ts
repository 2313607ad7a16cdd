/** For tests whose files the commands in a kernel read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Kernel, openKernel } from './kernel.js';

/** A kernel and a folder that the tests of a `describe` have in common; they are there once its tests run. */
export function kernelAndFolder(): { readonly kernel: Kernel; readonly folder: string } {
  let kernel: Kernel;
  let folder: string;
  beforeAll(() => {
    kernel = openKernel();
    folder = mkdtempSync(join(tmpdir(), 'packetwalk-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await kernel.close();
  });
  return {
    get kernel() {
      return kernel;
    },
    get folder() {
      return folder;
    },
  };
}
