/**
 * The process that build.ts measures: reads one text, of rules or sets, goes on to the first packet's answer, and to that after a
 * change.
 */
import { readFileSync } from 'node:fs';
import { compile, createEngine, type LoadedHost, parse } from '../src/index.js';
import type { BuildRun } from './build.js';

const name = process.argv[2]!;
const text = readFileSync(name, 'utf8');
const started = performance.now();
const texts = parse([{ name, text }]);
const parsed = performance.now();
const error = texts.findings.find(({ severity }) => severity === 'error');
if (error !== undefined) throw new Error(`${name}: ${error.message}`);
if (texts.tables.length === 0 && texts.sets.length === 0) throw new Error(`${name}: nothing was read`);
const engine = await createEngine();
const holdsRules = texts.tables.length > 0;
const read = usage();
const begun = performance.now();
// what no text gives does not match
const program = compile(holdsRules ? texts : withRule(texts.sets[0]!.name), { lenient: true });
const compiled = performance.now();
const host = await engine.load(program);
classifyOne(host);
const answered = performance.now();
const done = holdsRules ? usage() : read;
// a text of its own, as a change has
const changed = holdsRules
  ? Buffer.from(withChange(text)).toString()
  : `add -exist ${texts.sets[0]!.name} ${another(text)}\n`;
const before = performance.now();
if (holdsRules) await host.update(changed);
else await host.updateSets(changed);
classifyOne(host);
const updated = performance.now();
const run: BuildRun = {
  parse: parsed - started,
  compile: compiled - begun,
  answer: answered - compiled,
  update: updated - before,
  ...done,
};
process.stdout.write(`${JSON.stringify(run)}\n`);

function usage(): Pick<BuildRun, 'processor' | 'memory'> {
  const { user, system } = process.cpuUsage();
  return { processor: (user + system) / 1000, memory: process.resourceUsage().maxRSS / 1024 };
}

function classifyOne(to: LoadedHost): void {
  const one = Uint16Array.of(80);
  const address = Uint32Array.of(0x0a000001);
  to.classify({
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
}

function withRule(set: string) {
  const sides = /,/.test(text.slice(0, text.indexOf('\n'))) ? 'src,src' : 'src';
  const rules = `*filter\n-A INPUT -m set --match-set ${set} ${sides} -j DROP\nCOMMIT\n`;
  return { ...parse([{ name: 'rules', text: rules }]), sets: texts.sets };
}

/** Another rule in the place of the one in the middle. */
function withChange(save: string): string {
  const at = save.indexOf('\n-A ', save.length >>> 1) + 1;
  const chain = save.slice(at, save.indexOf(' ', at + '-A '.length));
  return `${save.slice(0, at)}${chain} -s 203.0.113.7/32 -j RETURN\n${save.slice(save.indexOf('\n', at) + 1)}`;
}

function another(sets: string): string {
  return `203.0.113.7${sets.includes(',port') ? ',tcp:80' : ''}`;
}
