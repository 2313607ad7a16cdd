/** <packetwalk-explain> in a page of somebody else's, and the whole page in a frame. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isThere, launch, openPage } from '../browser/chromium.js';
import { ROOT } from '../root.js';
import { shows } from './open.js';

describe.skipIf(!isThere)('the element', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const { serveElement } = await import(pathToFileURL(join(ROOT, 'examples/embed/element/serve.js')).href);
    server = await serveElement(0);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test('tells a packet in a plain page, and the whole page stands in a frame', async () => {
    const { page, said, asked } = await openPage(browser);
    await page.goto(url);
    await shows(page, 'packetwalk-explain .fate', 'dropped');
    await shows(page, 'packetwalk-explain .fate', 'filter INPUT rule 3 (rules.save:7)');
    await page.locator('packetwalk-explain').getByRole('button', { name: 'Step back' }).click();
    await shows(page, 'packetwalk-explain .row', /step \d+ of \d+/);
    await page
      .locator('packetwalk-explain')
      .evaluate((one) => one.setAttribute('packet', '-i eth0 -p tcp -d 203.0.113.10 --dport 22 --syn'));
    await shows(page, 'packetwalk-explain .fate', 'delivered');
    await page.locator('packetwalk-explain').evaluate((one) => one.setAttribute('packet', '-p what'));
    await shows(page, 'packetwalk-explain .failure', 'what');
    // a language that comes late, and another place in the page
    await page.locator('packetwalk-explain').evaluate((one) => {
      one.setAttribute('packet', '-i eth0 -p tcp -d 203.0.113.10 --dport 22 --syn');
      one.setAttribute('lang', 'ja');
    });
    await shows(page, 'packetwalk-explain .fate', '配送');
    await shows(page, 'packetwalk-explain .row', '再生');
    await page.locator('packetwalk-explain').evaluate((one) => {
      document.body.prepend(one);
      one.setAttribute('packet', '-i eth0 -p tcp -d 203.0.113.10 --dport 80 --syn');
    });
    await shows(page, 'packetwalk-explain .fate', '破棄');
    await page.locator('iframe').scrollIntoViewIfNeeded();
    await page.frameLocator('iframe').locator('.fate', { hasText: 'forwarded' }).waitFor();
    expect(said).toEqual([]);
    expect(asked.filter((one) => !one.startsWith(url))).toEqual([]);
    await page.close();
  });

  test('is served to the end, whatever is asked for', async () => {
    const { connect } = await import('node:net');
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('GET // HTTP/1.0\r\n\r\n'));
      socket.on('data', (bytes) => resolve(String(bytes)));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect((await fetch(url)).status).toBe(200);
  });

  test('shows the rules where there is no JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    expect(await page.locator('packetwalk-explain pre').first().isVisible()).toBe(true);
    expect(await page.locator('packetwalk-explain pre').first().textContent()).toContain('-A INPUT -j DROP');
    await context.close();
  });
});
