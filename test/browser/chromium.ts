/** Debian's Chromium (package chromium), and a page of it that remembers what it said and asked for. */
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const isThere = existsSync(PROGRAM);

// as root, as tests of the kernel have it, Chromium has no sandbox
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: PROGRAM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

export interface Watched {
  readonly page: Page;
  /** errors and warnings of console and page. */
  readonly said: string[];
  /** what was asked for, the page itself and its worker's file among it. */
  readonly asked: string[];
  /** bytes of what came back, each file compressed by gzip. */
  readonly bytes: () => Promise<number>;
}

export async function openPage(browser: Browser): Promise<Watched> {
  const page = await browser.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  const sizes: Promise<number>[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  page.on('response', (response) => {
    sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  return { page, said, asked, bytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}
