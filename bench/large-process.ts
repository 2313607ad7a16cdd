/** The process that large.ts measures: reads one text, makes a program of what rules it holds, and says what that took. */
import { readFileSync } from 'node:fs';
import { compile } from '../src/compile/compile.js';
import { parseTexts } from '../src/parse/index.js';
import type { LargeRun } from './large.js';

const name = process.argv[2]!;
const started = performance.now();
const { tables, sets } = parseTexts([{ name, text: readFileSync(name, 'utf8') }], {
  add: ({ message }) => {
    throw new Error(message);
  },
});
const parsed = performance.now();
const program = tables.length === 0 ? undefined : compile(tables, 4);
const compiled = performance.now();
if (program === undefined && sets.length === 0) throw new Error(`${name}: nothing was read`);
const { user, system } = process.cpuUsage();
const run: LargeRun = {
  parse: parsed - started,
  compile: compiled - parsed,
  processor: (user + system) / 1000,
  memory: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(run)}\n`);
