import { defineConfig } from 'vitest/config';

/** `unit` needs Node alone; `kernel` asks the Linux kernel, as root, and says so where it cannot. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/kernel/**'], testTimeout: 30_000 } },
      { test: { name: 'kernel', include: ['test/kernel/**/*.test.ts'] } },
    ],
  },
});
