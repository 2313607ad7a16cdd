/** examples/embed/vite: the packed package in a page that a bundler makes. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build, preview } from 'vite';
import { describe, expect, inject, test } from 'vitest';
import { ROOT } from '../root.js';
import { isThere, launch, openPage } from './chromium.js';

const packed = inject('packed');

describe.skipIf(!isThere)('the page of the bundler', () => {
  test('tells a packet and counts some, with what the bundler made of the package', async () => {
    const root = join(packed.folder, 'vite');
    cpSync(join(ROOT, 'examples/embed/vite'), root, { recursive: true });
    cpSync(join(packed.installed, 'node_modules'), join(root, 'node_modules'), { recursive: true });
    await build({ root, logLevel: 'error' });
    const server = await preview({
      root,
      logLevel: 'error',
      preview: { host: '127.0.0.1', port: 0, strictPort: true },
    });
    const url = server.resolvedUrls!.local[0]!;
    const browser = await launch();
    try {
      const { page, said, asked } = await openPage(browser);
      await page.goto(url);
      await page.locator('#bulk', { hasText: 'packets' }).waitFor();
      await page.locator('#fate', { hasText: 'delivered' }).waitFor();
      expect(await page.textContent('#bulk')).toMatch(/^[1-9]\d* of 100000 packets are delivered$/);
      await page.fill('#port', '25');
      await page.locator('#fate', { hasText: 'dropped' }).waitFor();
      expect(await page.textContent('#story')).toContain('its policy drops');
      expect(said).toEqual([]);
      expect(asked.filter((one) => !one.startsWith(url))).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  }, 60_000);
});
