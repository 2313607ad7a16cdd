/** Builds the page into dist/page: files that any server can hold, at any path. */
import { join } from 'node:path';
import { defineConfig } from 'vite';

const HERE = import.meta.dirname;
/** What other pages load late is loaded at once here; how long plugins took says nothing on a busy machine. */
const CHECKS = { pluginTimings: false, ineffectiveDynamicImport: false };

export default defineConfig({
  root: HERE,
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: join(HERE, 'index.html'), 'packetwalk-explain': join(HERE, 'explain/element.tsx') },
      // other pages name it
      output: {
        assetFileNames: ({ names: [name] }) =>
          name === 'icon.svg' ? '[name][extname]' : 'assets/[name]-[hash][extname]',
        entryFileNames: ({ name }) => (name === 'packetwalk-explain' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
      checks: CHECKS,
    },
  },
  worker: { format: 'es', rolldownOptions: { checks: CHECKS } },
});
