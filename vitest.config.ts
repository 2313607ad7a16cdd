import { defineConfig } from 'vitest/config';

/** Files that a run leaves out, by name: .ci/run does where what they read is not there. */
const without = (process.env.PACKETWALK_WITHOUT ?? '').split(' ').filter((file) => file !== '');

/**
 * `unit` needs Node alone; `kernel` asks the Linux kernel, as root, and says so where it cannot; `package` and `browser`
 * use what `npm pack` makes; `browser` and `page` use Chromium.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/kernel/**', 'test/package/**', 'test/browser/**', 'test/page/**', ...without],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'kernel', include: ['test/kernel/**/*.test.ts'], exclude: without } },
      {
        test: {
          name: 'page',
          include: ['test/page/**/*.test.ts'],
          globalSetup: 'test/page/built.ts',
          testTimeout: 120_000,
        },
      },
      ...['package', 'browser'].map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          globalSetup: 'test/package/packed.ts',
          testTimeout: 120_000,
        },
      })),
    ],
  },
});
