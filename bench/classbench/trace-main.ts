/** `npm run -s bench:classbench-trace -- SET N SEED`: a trace of N packets for a set on standard output. */
import { readFileSync } from 'node:fs';
import { drawTrace } from './draw.js';
import { readRules } from './rules.js';
import { printTrace } from './trace.js';

const [set, count, seed] = process.argv.slice(2);
if (seed === undefined) throw new Error('usage: npm run bench:classbench-trace -- SET N SEED');
const trace = drawTrace(readRules(readFileSync(set!, 'utf8')), Number(count), Number(seed));
for (const lines of printTrace(trace)) process.stdout.write(lines);
