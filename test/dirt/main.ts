/**
 * Reads many mutated texts of the corpus (mutations.ts), and prints those that are read wrong:
 *
 *     npm run -s test:mutations -- --count 1000000 --seed 1
 */
import { parseArgs } from 'node:util';
import { corpus, corpusMissing, readCorpus } from '../corpus.js';
import { TEXTS } from '../fuzz/seeds.js';
import { faultOf, mutated } from './mutations.js';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const [count, first] = [Number(values.count), Number(values.seed)];
const texts = [...TEXTS, ...corpus.map(({ file }) => readCorpus(file))];
if (corpusMissing !== undefined) process.stderr.write(`${corpusMissing}: the project's own texts alone\n`);

const begun = performance.now();
let wrong = 0;
for (let seed = first; seed < first + count; seed++) {
  const text = mutated(texts, seed);
  const fault = faultOf(text);
  if (fault !== undefined && ++wrong <= 20) process.stdout.write(`seed ${seed}: ${fault}\n${JSON.stringify(text)}\n`);
}
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(`${count} mutated texts in ${seconds.toFixed(0)} s: ${wrong} read wrong\n`);
process.exitCode = wrong === 0 ? 0 : 1;
