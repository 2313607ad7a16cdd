/** The process that build.ts measures: reads one text, and where it holds rules goes on to the first packet's answer. */
import { readFileSync } from 'node:fs';
import { compile, createEngine, parse } from '../src/index.js';
import type { BuildRun } from './build.js';

const name = process.argv[2]!;
const started = performance.now();
const texts = parse([{ name, text: readFileSync(name, 'utf8') }]);
const parsed = performance.now();
const error = texts.findings.find(({ severity }) => severity === 'error');
if (error !== undefined) throw new Error(`${name}: ${error.message}`);
if (texts.tables.length === 0 && texts.sets.length === 0) throw new Error(`${name}: nothing was read`);
let compiled = parsed;
let answered = parsed;
if (texts.tables.length > 0) {
  // what no text gives does not match
  const program = compile(texts, { lenient: true });
  compiled = performance.now();
  const host = await (await createEngine()).load(program);
  const one = Uint16Array.of(80);
  const address = Uint32Array.of(0x0a000001);
  host.classify({
    kind: 'columns',
    count: 1,
    interfaces: ['eth0'],
    in: new Uint16Array(1),
    src: address,
    dst: address,
    proto: Uint8Array.of(6),
    sport: one,
    dport: one,
  });
  answered = performance.now();
}
const { user, system } = process.cpuUsage();
const run: BuildRun = {
  parse: parsed - started,
  compile: compiled - parsed,
  answer: answered - compiled,
  processor: (user + system) / 1000,
  memory: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(run)}\n`);
