/**
 * `npm run bench:page`: the page for people in Chromium (Debian's package chromium).
 *
 *     --rounds N  how often each is measured (5)
 *     --write     the section of bench/RESULTS.md about it
 *
 * - the first answer: from the navigation to the answer on the example, on a machine slowed four times
 * - 60,000 rules pasted: until they are read, and the longest that the page was blocked meanwhile
 * - a million packets: as the page counts them, beside Node with the same desk, by turns
 */
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { Desk } from '../../src/web/desk/desk.js';
import { isThere, launch } from '../../test/browser/chromium.js';
import setup from '../../test/page/built.js';
import { host, serve } from '../../test/page/host.js';
import { median } from '../measure.js';
import { writeSections } from '../page.js';
import { markdownTable } from '../table.js';

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
});
if (!isThere) throw new Error('there is no Chromium; on Debian: apt-get install -y chromium');
const rounds = Number(values.rounds);
const SLOWED = 4;
const RULES = 60_000;
const PACKETS = 1_000_000;

await setup();
const server = await serve();
const browser = await launch();
const rows: string[][] = [];
try {
  const first = await several(firstAnswer);
  rows.push([`the answer on the example, slowed ${SLOWED} times`, `${first.toFixed(0)} ms`]);
  const pasted: Pasted[] = [];
  for (let i = 0; i < rounds; i++) pasted.push(await paste());
  rows.push([
    `${RULES.toLocaleString('en')} rules pasted, until they are read`,
    `${median(pasted.map(({ read }) => read)).toFixed(0)} ms`,
  ]);
  rows.push(['… the longest that the page was blocked', `${Math.max(...pasted.map(({ longest }) => longest))} ms`]);
  const [node, chromium] = await million();
  rows.push([`${PACKETS.toLocaleString('en')} packets, Node`, `${node.toFixed(0)} ms`]);
  rows.push([`${PACKETS.toLocaleString('en')} packets, the page`, `${chromium.toFixed(0)} ms`]);
  rows.push(['… the page by Node', (chromium / node).toFixed(2)]);
} finally {
  await browser.close();
  server.close();
}
const lines = markdownTable(['', ''], rows);
process.stdout.write(`${lines.join('\n')}\n`);
if (values.write)
  writeSections(
    [{ title: 'The page', lines: [`Chromium ${browser.version()}.`, '', ...lines] }],
    `medians of ${rounds} rounds`,
  );

async function several(measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < rounds; i++) all.push(await measure());
  return median(all);
}

async function onPage<T>(then: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  try {
    return await then(await context.newPage());
  } finally {
    await context.close();
  }
}

function firstAnswer(): Promise<number> {
  return onPage(async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
    await page.goto(server.url, { waitUntil: 'commit' });
    await page.locator('.fate').waitFor();
    return page.evaluate<number>('performance.now()');
  });
}

interface Pasted {
  readonly read: number;
  readonly longest: number;
}

function paste(): Promise<Pasted> {
  return onPage(async (page) => {
    await page.goto(server.url);
    await page.locator('.cm-content').waitFor();
    await page.getByRole('button', { name: 'Start empty' }).click();
    await page.evaluate(`globalThis.blocked = [];
      new PerformanceObserver((list) => list.getEntries().forEach((one) => blocked.push(one.duration))).observe({ type: 'longtask' })`);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(rulesText())})`);
    await page.locator('.cm-content').focus();
    await page.evaluate('blocked.length = 0; globalThis.began = performance.now()');
    await page.keyboard.press('ControlOrMeta+V');
    await page.locator('.chips', { hasText: `${RULES.toLocaleString('en')} rules` }).waitFor();
    const read = await page.evaluate<number>('performance.now() - began');
    await page.locator('.answer[aria-busy=false]').waitFor();
    return { read, longest: await page.evaluate<number>('Math.max(0, ...blocked)') };
  });
}

function rulesText(): string {
  const rules = Array.from({ length: RULES }, (_, i) => {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    return `-A INPUT -s ${address}/32 -p tcp -m tcp --dport ${1 + i} -m comment --comment "rule ${i}" -j ACCEPT\n`;
  });
  return `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('')}COMMIT\n`;
}

/** Milliseconds of each, from the request to the answer: rules are loaded, packets made up and counted. */
async function million(): Promise<[node: number, chromium: number]> {
  let answered: () => void = () => {};
  const desk = new Desk(
    ({ type }) => type !== 'progress' && answered(),
    () => new Promise((resolve) => setImmediate(resolve)),
  );
  const ask = (request: Parameters<Desk['take']>[0]) =>
    new Promise<void>((resolve) => {
      answered = resolve;
      desk.take(request);
    });
  await ask({ type: 'read', id: 0, side: 'first', language: 'en', texts: host() });
  return onPage(async (page) => {
    await page.goto(server.url);
    await page.locator('.many').waitFor();
    await page.evaluate(`globalThis.counted = () => new Promise((resolve) => {
      const began = performance.now();
      new MutationObserver((_, observer) => {
        if (document.querySelector('.many .total') === null) return;
        observer.disconnect();
        resolve(performance.now() - began);
      }).observe(document.querySelector('.many'), { childList: true, subtree: true });
      document.querySelector('.many form button').click();
    })`);
    const times: [number[], number[]] = [[], []];
    const turns = [
      async () => {
        const began = performance.now();
        await ask({ type: 'count', id: 1, packets: { count: PACKETS }, assume: [] });
        return performance.now() - began;
      },
      () => page.evaluate<number>('counted()'),
    ];
    // the first turn of each makes what it needs, and warms up
    for (let round = -1; round < rounds; round++)
      for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const took = await turns[i]!();
        if (round >= 0) times[i]!.push(took);
      }
    return [median(times[0]), median(times[1])];
  });
}
