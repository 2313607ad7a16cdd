/** `npm run -s bench:classbench-trace -- SET N SEED`: a trace of N packets for a set on standard output. */
import { readFileSync } from 'node:fs';
import { asCommand, countOf } from './command.js';
import { drawTrace } from './draw.js';
import { readRules } from './rules.js';
import { printTrace } from './trace.js';

await asCommand('usage: npm run bench:classbench-trace -- SET N SEED', async () => {
  const [set, count, seed] = process.argv.slice(2);
  if (seed === undefined) throw new Error('a set and two numbers were expected');
  const trace = drawTrace(readRules(readFileSync(set!, 'utf8'), set), countOf('N', count), countOf('SEED', seed));
  for (const lines of printTrace(trace)) process.stdout.write(lines);
});
