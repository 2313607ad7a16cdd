/**
 * `npm run bench:browser`: the same file's work in Chromium (Debian's package chromium) beside Node, by turns.
 *
 *     --json      what was measured as JSON
 *     --rounds N  how often each has its turn (5)
 *     --time N    milliseconds of a turn (500)
 *     --write     the section of bench/RESULTS.md about it
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { isThere, launch, openPage } from '../../test/browser/chromium.js';
import { ROOT } from '../../test/root.js';
import { median } from '../measure.js';
import { writeSections } from '../page.js';
import { markdownTable } from '../table.js';
import type { work as Work } from './work.js';

interface InBrowser {
  readonly work: string;
  /** millions of packets a second. */
  readonly node: number;
  readonly chromium: number;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    time: { type: 'string', default: '500' },
  },
});
if (!isThere) throw new Error('there is no Chromium; on Debian: apt-get install -y chromium');
const [rounds, time] = [Number(values.rounds), Number(values.time)];

const file = await oneFile();
await import(pathToFileURL(file).href);
const here = (globalThis as unknown as { packetwalkWork: typeof Work }).packetwalkWork;
const browser = await launch();
const measured: InBrowser[] = [];
try {
  const { page, said } = await openPage(browser);
  await page.addScriptTag({ path: file, type: 'module' });
  await page.waitForFunction('globalThis.packetwalkWork');
  const there = (name: string, ms: number) =>
    page.evaluate<number>(`packetwalkWork.turn(${JSON.stringify(name)}, ${ms})`);
  for (const name of here.names) {
    const rates: [node: number[], chromium: number[]] = [[], []];
    // the first turn of each makes what it needs, and warms up
    for (let round = -1; round < rounds; round++) {
      const turns = [() => here.turn(name, time), () => there(name, time)];
      for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const rate = await turns[i]!();
        if (round >= 0) rates[i]!.push(rate);
      }
    }
    here.forget(name);
    await page.evaluate(`packetwalkWork.forget(${JSON.stringify(name)})`);
    const one = { work: name, node: median(rates[0]), chromium: median(rates[1]) };
    measured.push(one);
    process.stderr.write(`${cells(one).join('  ')}\n`);
  }
  if (said.length > 0) throw new Error(`Chromium: ${said.join('; ')}`);
} finally {
  await browser.close();
}
const lines = markdownTable(['', 'Node, M packets/s', 'Chromium', 'Chromium by Node'], measured.map(cells));
process.stdout.write(
  values.json ? `${JSON.stringify({ schema: 1, rounds, time, measured })}\n` : `${lines.join('\n')}\n`,
);
if (values.write)
  writeSections(
    [{ title: 'Chromium beside Node', lines: [`Chromium ${browser.version()}.`, '', ...lines] }],
    `medians of ${rounds} rounds by turns, ${time} ms each`,
  );

function cells({ work, node, chromium }: InBrowser): string[] {
  return [work, node.toPrecision(3), chromium.toPrecision(3), (chromium / node).toFixed(2)];
}

/** work.ts with all that it imports. */
async function oneFile(): Promise<string> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: join(ROOT, 'build/browser'),
      target: 'es2022',
      minify: false,
      lib: { entry: join(ROOT, 'bench/browser/work.ts'), formats: ['es'], fileName: () => 'work.js' },
      rolldownOptions: { output: { codeSplitting: false }, checks: { pluginTimings: false } },
    },
  });
  return join(ROOT, 'build/browser/work.js');
}
