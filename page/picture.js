/** The picture of the page in the README, made anew: npm run picture (after npm run build:page; Debian's package chromium). */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './serve.js';

const server = await serve(0);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({
    viewport: { width: 1360, height: 1500 },
    locale: 'en-US',
    colorScheme: 'light',
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.locator('.cm-content').waitFor();
  await page.locator('.picture .now').waitFor();
  // at the rule that translates
  await page.locator('.steps li', { hasText: 'table nat is done at PREROUTING' }).first().click();
  await page.locator('.cm-lit').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: fileURLToPath(new URL('../docs/page.png', import.meta.url)) });
} finally {
  await browser.close();
  server.close();
}
