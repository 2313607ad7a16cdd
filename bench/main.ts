/**
 * `npm run bench -- SUBJECT…`: parse, compile, verify, explain, classify, families, rules, captures, workers, build, flows, hostile; all of them where none is named.
 *
 *     --json      what was measured as JSON
 *     --rounds N  how often every entrant has its turn
 *     --time N    milliseconds of a turn
 *     --write     the sections of bench/RESULTS.md about them
 */
import { parseArgs } from 'node:util';
import { type BuildResult, measureBuild, timesOf } from './build.js';
import { type Measured, SIZES, type Subject } from './contest.js';
import { type FlowsRun, measureFlows } from './flows.js';
import { type HostileResult, measureHostile } from './hostile.js';
import { measure } from './measure.js';
import { writeSections } from './page.js';
import { memoryOf, sectionsOf } from './results.js';
import { captures } from './subjects/captures.js';
import { classify } from './subjects/classify.js';
import { compile } from './subjects/compile.js';
import { explain } from './subjects/explain.js';
import { families } from './subjects/families.js';
import { parse } from './subjects/parse.js';
import { rules } from './subjects/rules.js';
import { verify } from './subjects/verify.js';
import { workers } from './subjects/workers.js';
import { short, terminalLines } from './table.js';

const SUBJECTS: Readonly<Record<string, Subject>> = {
  parse,
  compile,
  verify,
  explain,
  classify,
  families,
  rules,
  captures,
  workers,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    time: { type: 'string', default: '200' },
  },
});
const all = [...Object.keys(SUBJECTS), 'build', 'flows', 'hostile'];
const unknown = positionals.find((name) => !all.includes(name));
if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${all.join(', ')}`);
const wanted = positionals.length === 0 ? all : positionals;
const effort = { rounds: Number(values.rounds), time: Number(values.time) };

/** Results on standard output; while JSON is wanted there, lines for people on the other. */
const say = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);

const measured: Measured[] = [];
const build: BuildResult[] = [];
for (const [name, contests] of Object.entries(SUBJECTS)) {
  if (!wanted.includes(name)) continue;
  for await (const contest of contests(SIZES)) {
    const one = await measure(contest, effort);
    measured.push(one);
    for (const line of terminalLines(one)) say(line);
  }
}
if (wanted.includes('build'))
  for (const one of measureBuild(effort.rounds)) {
    build.push(one);
    const [parse, compile, answer, all, update] = timesOf(one);
    const more = one.unit === 'rules' ? `, compiled in ${compile}, first answer in ${answer}: ${all}` : '';
    say(
      `build ${one.kind}, ${one.amount} ${one.unit}`.padEnd(36) +
        ` read in ${parse}${more}; one changed in ${update}; ${Math.round(one.memory)} MiB`,
    );
  }
let flows: FlowsRun | undefined;
if (wanted.includes('flows')) {
  flows = measureFlows();
  for (const { what, packets, ms } of flows.phases)
    say(`${`flows ${what}`.padEnd(36)} ${short((packets / ms) * 1000)} packets/s`);
  say(`${flows.connections} connections: ${memoryOf(flows).join(', ')} for the whole process`);
}
const hostile: HostileResult[] = [];
if (wanted.includes('hostile'))
  for (const one of measureHostile(effort.rounds)) {
    hostile.push(one);
    const { kind, packets, auto, bytecode } = one;
    const ratio = (auto / bytecode).toFixed(2);
    const what = `hostile ${kind}, ${short(packets)} packets`;
    say(`${what.padEnd(60)} ${Math.round(auto)} ms; ${Math.round(bytecode)} by the bytecode: ${ratio} ×`);
  }
if (values.json) process.stdout.write(`${JSON.stringify({ schema: 1, ...effort, measured, build, flows, hostile })}\n`);
if (values.write) {
  const how = `medians of ${effort.rounds} interleaved rounds, ${effort.time} ms an entrant and round`;
  writeSections(sectionsOf({ measured, build, flows, hostile }), how);
}
