/** `npm run -s bench:classbench-grow -- SET N SEED`: a ClassBench set of N rules on standard output, made of a smaller one. */
import { readFileSync } from 'node:fs';
import { asCommand, countOf } from './command.js';
import { grow } from './grow.js';
import { printRule, readRules } from './rules.js';

await asCommand('usage: npm run bench:classbench-grow -- SET N SEED', async () => {
  const [set, count, seed] = process.argv.slice(2);
  if (seed === undefined) throw new Error('a set and two numbers were expected');
  const rules = readRules(readFileSync(set!, 'utf8'), set);
  process.stdout.write(`${grow(rules, countOf('N', count), countOf('SEED', seed)).map(printRule).join('\n')}\n`);
});
