/** The page in Chromium: opened, watched, and asked what it shows. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launch } from '../browser/chromium.js';
import { ROOT } from '../root.js';
import { serve } from './host.js';

/** Pictures of the main states: for people, and kept as artefacts. */
const PICTURES = join(ROOT, 'build/pictures');

export interface Opened {
  readonly page: Page;
  /** what console and page said, requests that went elsewhere, and breaches of the policy. */
  readonly bad: string[];
  /** names of the files that were asked for. */
  readonly asked: string[];
}

export class PageTest {
  private constructor(
    private readonly server: Awaited<ReturnType<typeof serve>>,
    private readonly browser: Browser,
  ) {}

  get url(): string {
    return this.server.url;
  }

  static async start(): Promise<PageTest> {
    const server = await serve();
    return new PageTest(server, await launch());
  }

  async open(path = '', options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
      locale: 'en-US',
      ...options,
    });
    const page = await context.newPage();
    const bad: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) bad.push(message.text());
    });
    page.on('pageerror', (error) => bad.push(error.message));
    page.on('request', (request) => {
      asked.push(request.url().replace(this.url, ''));
      if (!request.url().startsWith(this.url) && !request.url().startsWith('blob:'))
        bad.push(`asks for ${request.url()}`);
    });
    page.on('dialog', (dialog) => {
      bad.push(`dialog ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.goto(this.url + path);
    return { page, bad, asked };
  }

  async end(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

/** Waits until a part of the page has such a text. */
export const shows = (page: Page, part: string, text: string | RegExp): Promise<void> =>
  page.locator(part, { hasText: text }).first().waitFor({ timeout: 60_000 });

/** The editor has come, and all that is loaded late. */
export async function stands(page: Page): Promise<void> {
  await page.locator('.answer[aria-busy=false]').waitFor();
  await page.locator('.cm-content').waitFor();
  await page.locator('.many').waitFor();
}

/** Puts a text in the place of all that stands there. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Start empty' }).click();
  await page.evaluate((given) => navigator.clipboard.writeText(given), text);
  await page.locator('#text .cm-content').focus();
  await page.keyboard.press('ControlOrMeta+V');
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** What tests of a file open a page with, one after the other, and end it by: nothing may have gone wrong on it. */
export function onPages() {
  let its: PageTest;
  let opened: Opened;
  beforeAll(async () => {
    its = await PageTest.start();
  }, 60_000);
  afterAll(() => its?.end());
  return {
    /** Opens it, and waits until it stands. */
    open: async (path?: string, options?: BrowserContextOptions): Promise<Page> => {
      opened = await its.open(path, options);
      await stands(opened.page);
      return opened.page;
    },
    ends: async (): Promise<void> => {
      expect(opened.bad).toEqual([]);
      await opened.page.context().close();
    },
    its: () => its,
    opened: () => opened,
  };
}
