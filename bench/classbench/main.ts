/**
 * `npm run bench:classbench -- [--peers] RULES TRACE [RULES TRACE …]`: ClassBench sets, each with packets for it. A JSON
 * object a set on standard output; what was chosen, every round and a table on the other.
 *
 *     --peers     beside librte_acl of DPDK, which is built for it, and scans in JavaScript
 *     --rounds N  how often everyone has a turn (5)
 *     --time N    milliseconds of a turn (1000)
 *     --write     the section of bench/RESULTS.md about them
 */
import { parseArgs } from 'node:util';
import { writeSections } from '../page.js';
import { asCommand, countOf } from './command.js';
import { buildLibrteAcl } from './librte-acl.js';
import { measureSet, type SetResult } from './measure.js';
import { howOf, setLines } from './table.js';

const USAGE = 'usage: npm run bench:classbench -- [--peers] RULES TRACE [RULES TRACE …]';

const say = (line: string) => process.stderr.write(`${line}\n`);

function hasLibrteAcl(): boolean {
  try {
    buildLibrteAcl();
    say('librte_acl: tables and packets on transparent huge pages; packetwalk: in WebAssembly memory as V8 has it');
    return true;
  } catch (cause) {
    say(`librte_acl is left out: ${(cause as Error).message}`);
    return false;
  }
}

await asCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      time: { type: 'string', default: '1000' },
      write: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0 || positionals.length % 2 === 1) throw new Error('a trace for each set was expected');
  const effort = {
    rounds: countOf('--rounds', values.rounds),
    time: countOf('--time', values.time),
    peers: values.peers,
    librteAcl: values.peers && hasLibrteAcl(),
  };
  const all: SetResult[] = [];
  for (let i = 0; i < positionals.length; i += 2) {
    const one = await measureSet(positionals[i]!, positionals[i + 1]!, effort, say);
    all.push(one);
    process.stdout.write(`${JSON.stringify(one)}\n`);
  }
  for (const line of setLines(all)) say(line);
  if (values.write) writeSections([{ title: 'ClassBench', lines: setLines(all) }], howOf(effort));
});
