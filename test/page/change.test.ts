/** What the page does while something changes: texts, packets, languages, links. */
import { describe, expect, test } from 'vitest';
import { isThere } from '../browser/chromium.js';
import { onPages, paste, shows } from './open.js';

const SETS = '*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set a src -j ACCEPT\nCOMMIT\n';
const NONE = '*filter\n:INPUT DROP [0:0]\nCOMMIT\n';
const ADDRESS = '2: eth0    inet 203.0.113.10/24 brd 203.0.113.255 scope global eth0\n';

describe.skipIf(!isThere)('the page, while something changes,', () => {
  const { open, ends } = onPages();

  test('forgets with the rules what was answered about them, and calls nothing no mistake', async () => {
    const page = await open();
    await paste(page, SETS + ADDRESS);
    await page.locator('[name=dst]').fill('203.0.113.10');
    await page.locator('.switch').first().getByText('yes').click();
    await shows(page, '.fate', 'delivered');
    await page.getByRole('button', { name: 'Start empty' }).click();
    await shows(page, '.answer', 'Paste rules, and ask.');
    expect(await page.locator('.failure').count()).toBe(0);
    await paste(page, NONE + ADDRESS);
    await shows(page, '.fate', 'dropped');
    expect(await page.locator('.questions').count()).toBe(0);
    await ends();
  });

  test('takes a value for an answer, and back', async () => {
    const page = await open();
    await paste(page, `*filter\n:INPUT DROP [0:0]\n-A INPUT -s web.example.com -j ACCEPT\nCOMMIT\n${ADDRESS}`);
    await page.locator('[name=dst]').fill('203.0.113.10');
    await page.locator('.questions input').fill('192.168.1.77');
    await page.keyboard.press('Enter');
    await shows(page, '.fate', 'delivered');
    expect(await page.locator('.questions button').allTextContents()).toEqual(['not known']);
    await page.locator('.questions button').click();
    await shows(page, '.fate', 'unknown');
    await ends();
  });

  test('stays at its step in another language', async () => {
    const page = await open();
    await page.locator('.steps').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.locator('header select').first().selectOption('ja');
    await shows(page, '.fate', '転送');
    await shows(page, '.walk .row', 'のうち 2');
    // another way is shown from its end
    await page.locator('[name=dport]').fill('9');
    await shows(page, '.fate', '破棄');
    await shows(page, '.walk .row', /(\d+) のうち \1/);
    await ends();
  });

  test('counts what was asked for last', async () => {
    const page = await open();
    const count = async (amount: string) => {
      await page.locator('[name=amount]').fill(amount);
      await page.locator('.many form').evaluate((form: HTMLFormElement) => form.requestSubmit());
    };
    await count('90000000');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await count('1000');
    await shows(page, '.many .total', '1,000 packets in');
    await shows(page, '.many', /met no packet/);
    expect(await page.locator('.many progress').count()).toBe(0);
    await count('');
    expect(await page.locator('.many .failure').count()).toBe(0);
    await ends();
  });

  test('goes with its link, and back', async () => {
    const page = await open();
    const copied = async () => {
      await page.getByRole('button', { name: 'Copy a link' }).click();
      await shows(page, 'header [role=status]', 'Copied');
      return new URL(await page.evaluate(() => navigator.clipboard.readText())).hash;
    };
    const example = await copied();
    await paste(page, NONE);
    await shows(page, '.chips', '0 rules');
    const none = await copied();
    for (const hash of [example, none])
      await page.evaluate((one) => {
        location.hash = one;
      }, hash);
    await shows(page, '.chips', '0 rules');
    await page.goBack();
    await shows(page, '.chips', 'nat · 36 rules');
    await page.evaluate(
      (one) => {
        location.hash = one;
      },
      none.slice(0, 30),
    );
    await shows(page, '.sources .failure', 'What stands here is not what it held');
    await ends();
  });
});
