/** What the page lets people take away, and how it behaves: languages, colours, sizes, keys, hostile texts, other hosts. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { isThere } from '../browser/chromium.js';
import { ROOT } from '../root.js';
import { onPages, paste, picture, shows } from './open.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const copy = async (page: Page, name: string) => {
  await page.getByRole('button', { name }).click();
  await shows(page, 'header [role=status]', 'Copied');
  return clipboard(page);
};
/** What axe-core finds, as `rule: the element`. */
const found = (page: Page): Promise<string[]> =>
  page.evaluate(`${axe};axe.run(document).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`);

describe.skipIf(!isThere)('the page', () => {
  const { open, ends, its, opened } = onPages();

  test('gives a link that holds rules and question, and sends neither', async () => {
    const page = await open();
    await paste(
      page,
      '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 443 -j ACCEPT -m comment --comment "日本 <b>"\nCOMMIT\n',
    );
    await page.locator('[name=dport]').fill('443');
    await shows(page, '.fate, .way', /./);
    const link = await copy(page, 'Copy a link');
    await ends();
    const [address, fragment] = link.split('#');
    expect(address).toBe(its().url);
    const other = await open(`#${fragment}`);
    expect(await other.locator('[name=dport]').inputValue()).toBe('443');
    await shows(other, '.cm-content', '日本 <b>');
    expect(opened().asked.filter((one) => one.includes(fragment!.slice(0, 20)) && !one.startsWith('#'))).toEqual([]);
    await ends();
  });

  test.each(['#1.AAAA', '#1.!!!', '#2.abc', '#1.q1YqKsovVrJSSs7PU9IBAA'])(
    'shows the example where the link is %s, and says that it is not what the link held',
    async (fragment) => {
      const page = await open(fragment);
      await shows(page, '.fate', 'forwarded');
      await shows(page, '.sources .failure', 'Nothing could be read from this link');
      await ends();
    },
  );

  test('gives the answer as Markdown that nothing in it can end, as JSON, and its graph as SVG', async () => {
    const page = await open();
    expect(await copy(page, 'Copy as Markdown')).toMatch(
      /^```\n.*192\.168\.1\.51[\s\S]*\n```\n\n```\nforwarded: leaves by/,
    );
    expect(JSON.parse(await copy(page, 'Copy as JSON'))).toMatchObject({ schema: 1, fate: 'forwarded' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as SVG' }).click(),
    ]);
    const svg = readFileSync(await file.path(), 'utf8');
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('KUBE-SERVICES');
    expect(svg).not.toMatch(/class=|style=|<script/);
    await paste(page, '*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment "````" -j ACCEPT\nCOMMIT\n');
    await shows(page, '.chips', '1 rule');
    expect(await copy(page, 'Copy as Markdown')).toContain('\n`````\n*filter');
    await ends();
  });

  test('says that it has copied where it has', async () => {
    const page = await open();
    const said = () => page.locator('header [role=status]').first().textContent();
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('no clipboard'));
      document.execCommand = () => false;
    });
    await page.getByRole('button', { name: 'Copy a link' }).click();
    await page.waitForTimeout(300);
    expect(await said()).toBe('');
    await page.evaluate(() => {
      document.execCommand = () => true;
    });
    await page.getByRole('button', { name: 'Copy a link' }).click();
    await shows(page, 'header [role=status]', 'Copied');
    await ends();
  });

  test('speaks Japanese, as the browser asks for or somebody chooses, and keeps it', async () => {
    const page = await open('', { locale: 'ja-JP' });
    await shows(page, '.fate', '転送');
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    expect(await page.locator('main').textContent()).not.toMatch(/\b(?:the|packet|rule|step)\b/i);
    await picture(page, 'japanese');
    await page.locator('header select').first().selectOption('en');
    await shows(page, '.fate', 'forwarded');
    await page.reload();
    await shows(page, '.fate', 'forwarded');
    await ends();
  });

  test('is dark where the system is, or somebody chooses', async () => {
    const page = await open('', { colorScheme: 'dark' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    expect(await found(page)).toEqual([]);
    await picture(page, 'dark');
    await page.locator('header select').last().selectOption('light');
    expect(await ground()).not.toBe(dark);
    await ends();
  });

  test('fits a phone', async () => {
    const page = await open('', { viewport: { width: 360, height: 740 }, hasTouch: true });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
    expect(await found(page)).toEqual([]);
    await picture(page, 'phone');
    await ends();
  });

  test('has nothing that axe-core finds, in any of its states', async () => {
    const page = await open();
    expect(await found(page)).toEqual([]);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.getByText('and the next packet').click();
    await shows(page, '.flow', 'gets back');
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await shows(page, '.many .total', 'packets in');
    expect(await found(page)).toEqual([]);
    await paste(
      page,
      '*filter\n:INPUT DROP [0:0]\n-A INPUT --dport 4x -j ACCEPT\n-A INPUT -m set --match-set a src -j DROP\nCOMMIT\n',
    );
    await shows(page, '.findings', 'error');
    expect(await found(page)).toEqual([]);
    await ends();
  });

  test('is used by keys alone: nothing is a trap, and focus is seen', async () => {
    const page = await open();
    const visited: string[] = [];
    const name = () =>
      page.evaluate(() => {
        const one = document.activeElement!;
        const { outlineStyle, boxShadow } = getComputedStyle(one.closest('label.button, .choice label') ?? one);
        const seen = outlineStyle !== 'none' || boxShadow !== 'none';
        return `${one.tagName}.${one.getAttribute('class')}#${one.id}${one.getAttribute('name') ?? ''}${seen ? '' : ' unseen'}`;
      });
    await page.locator('h1').click();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      visited.push(await name());
      // the editor takes Tab for itself only where somebody asks for it
      if (visited.at(-1)!.startsWith('BODY')) break;
    }
    const all = visited.join(' ');
    for (const one of ['tab-0', 'dport', 'steps', 'picture', 'amount']) expect(all).toContain(one);
    expect(
      visited.filter((one) => one.endsWith('unseen') && !one.startsWith('DIV.editor') && !one.startsWith('BODY')),
    ).toEqual([]);
    await ends();
  });

  test('prints the answer and its way', async () => {
    const page = await open();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.steps').isVisible()).toBe(true);
    expect(await page.locator('.sources').isVisible()).toBe(false);
    expect(await page.locator('.steps').evaluate((one) => one.scrollHeight - one.clientHeight)).toBe(0);
    await ends();
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '\u202e\u2066right to left\u2069',
    '[link](javascript:alert(1)) https://example.com',
    '"><svg/onload=alert(1)>',
  ])('takes what is pasted as text alone: %s', async (hostile) => {
    const page = await open();
    const comment = hostile.replaceAll('"', '\\"');
    await paste(
      page,
      `*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment "${comment}" -j ACCEPT\n${hostile}\nCOMMIT\n`,
    );
    await shows(page, '.chips', '1 rule');
    await page
      .getByRole('button', { name: 'Form' })
      .or(page.getByText('Form', { exact: true }))
      .first()
      .click();
    await page.locator('[name=dst]').fill(hostile);
    await shows(page, '.failure', /./);
    await page.locator('.cm-lineNumbers .cm-gutterElement', { hasText: /^3$/ }).first().click();
    await page.locator('[name=dst]').fill('192.0.2.1');
    await shows(page, '.fate, .way', /./);
    expect(await page.locator('main a, main img, main script, main [onerror], main [onload]').count()).toBe(0);
    await ends();
  });

  test('is small at first, and not large in all', () => {
    const files = readdirSync(join(ROOT, 'dist/page'), { recursive: true, encoding: 'utf8' });
    const size = (file: string) => gzipSync(readFileSync(join(ROOT, 'dist/page', file)), { level: 9 }).length;
    const kib = (all: readonly string[]) => all.reduce((sum, file) => sum + size(file), 0) / 1024;
    const ofPage = files.filter((file) =>
      /(?:^index\.html|index-.*|Steps-.*|walk-.*|icon.*|packetwalk-explain\.js|Graph-.*|Many-.*|editor-.*|layout-worker-.*)$/.test(
        file,
      ),
    );
    const first = ofPage.filter((file) => /index|Steps|walk|icon/.test(file));
    expect(first.length).toBeGreaterThanOrEqual(4);
    expect(kib(first)).toBeLessThan(60);
    expect(kib(ofPage)).toBeLessThan(300);
  });
});
