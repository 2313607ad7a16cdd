/** `npm run -s bench:classbench-grow -- SET N SEED`: a ClassBench set of N rules on standard output, made of a smaller one. */
import { readFileSync } from 'node:fs';
import { grow } from './grow.js';
import { printRule, readRules } from './rules.js';

const [set, count, seed] = process.argv.slice(2);
if (seed === undefined) throw new Error('usage: npm run bench:classbench-grow -- SET N SEED');
const rules = readRules(readFileSync(set!, 'utf8'));
process.stdout.write(`${grow(rules, Number(count), Number(seed)).map(printRule).join('\n')}\n`);
