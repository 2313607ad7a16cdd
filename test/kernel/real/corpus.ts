/** The rulesets of a corpus (test/corpus.ts) before the kernel, with packets and flows near each; or why not. */
import { dirname } from 'node:path';
import type { Rule } from '../../../src/model/ruleset.js';
import { parseTexts } from '../../../src/parse/index.js';
import { printIpset } from '../../../src/parse/ipset/print.js';
import type { Corpus, CorpusEntry } from '../../corpus.js';
import { Count } from '../count.js';
import type { GivenRules } from '../generate/near.js';
import type { JudgeOptions } from '../judge.js';
import type { Kernel } from '../kernel.js';
import { type Judged, judgeOneNear, type Seeds, seedsIn, takeTurns } from '../seeds.js';
import { loadable } from './loadable.js';

/** A ruleset that is judged. */
export interface Real extends GivenRules {
  readonly file: string;
  readonly notes: readonly string[];
}

/** One that is not, and why. */
export interface Left {
  readonly file: string;
  readonly why: string;
}

/** A text of which nothing tells the family is taken by its name. */
const read = (text: string, family: string): ReturnType<typeof parseTexts> =>
  parseTexts([{ name: `rules.${family}`, text }], { add: () => {} });

/** Matches and targets that packetwalk does not evaluate, as `match recent`; words of a known one that it does not take. */
export function unevaluated(rules: string, family: string): string[] {
  const found = new Set<string>();
  const look = ({ matches, target }: Rule): void => {
    for (const { name, known } of matches) if (!known) found.add(`match ${name}`);
    if (target?.kind === 'extension' && !target.use.known) found.add(`target ${target.use.name}`);
  };
  for (const { chains } of read(rules, family).tables) for (const chain of chains.values()) chain.rules.forEach(look);
  return [...found].sort();
}

/** The sets that lie beside a ruleset, as ipset restore takes them. */
function setsBeside({ entries, read: textOf }: Corpus, { file, family }: CorpusEntry): string {
  const beside = entries.filter((one) => one.kind_of.startsWith('ipset') && dirname(one.file) === dirname(file));
  return beside.map((one) => printIpset(read(textOf(one.file), family).sets)).join('');
}

/** Whether it can be judged; else what the restore of iptables-legacy says of the text as it stands, or what is not evaluated. */
export async function prepare(kernel: Kernel, corpus: Corpus, entry: CorpusEntry): Promise<Real | Left> {
  const { file, kind_of, derived = [] } = entry;
  const family = entry.family === 'v6' ? 6 : 4;
  if (kind_of !== 'save') return { file, why: 'a listing: iptables-legacy-restore takes none' };
  const sets = setsBeside(corpus, entry);
  const attempt = (name: string): ReturnType<typeof loadable> =>
    loadable(kernel, {
      family,
      rules: corpus.read(name),
      sets: /--match-set|-j SET/.test(corpus.read(name)) ? sets : '',
    });
  let found = await attempt(file);
  const printed = derived.find((one) => one.startsWith('derived/legacy') && one.endsWith('.save-c'));
  if ('refused' in found && printed !== undefined) {
    const again = await attempt(printed);
    if (!('refused' in again)) found = { ...again, notes: ['as iptables-legacy printed it', ...again.notes] };
  }
  if ('refused' in found) return { file, why: found.refused.replaceAll(/\n+/g, ' | ') };
  const missing = unevaluated(found.rules, entry.family);
  return missing.length > 0 ? { file, why: `not evaluated yet: ${missing.join(', ')}` } : { file, ...found };
}

/** What is known of a ruleset after its last seed. */
export interface Outcome {
  readonly real: Real;
  readonly count: Count;
  /** what ended it: packetwalk does not take what the kernel does. */
  readonly failed: string | undefined;
}

/** Every ruleset with every seed; `each` hears of the scenarios as they come. In the order of the rulesets. */
export async function* judgeReal(
  kernels: readonly Kernel[],
  rulesets: readonly Real[],
  seeds: Seeds,
  judging: JudgeOptions,
  each: (real: Real, judged: Judged, count: Count) => void | Promise<void>,
): AsyncGenerator<Outcome> {
  const jobs = rulesets.flatMap((real) => [...seedsIn(seeds)].map((seed) => ({ real, seed })));
  const turns = takeTurns(kernels, jobs, async (kernel, job) => {
    try {
      return { ...job, judged: await judgeOneNear(kernel, job.seed, job.real, judging) };
    } catch (error) {
      return { ...job, failed: error instanceof Error ? error.message : String(error) };
    }
  });
  let count = new Count();
  let failed: string | undefined;
  for await (const turn of turns) {
    if ('judged' in turn) {
      await each(turn.real, turn.judged, count);
      count.add(turn.judged);
    } else failed ??= `seed ${turn.seed}: ${turn.failed}`;
    if (turn.seed !== seeds.end - 1) continue;
    yield { real: turn.real, count, failed };
    count = new Count();
    failed = undefined;
  }
}

/** Whether packetwalk said what the kernel did wherever it was asked, and was asked something. */
export const agrees = ({ count, failed }: Outcome): boolean =>
  failed === undefined && count.wrong + count.refused.length === 0 && count.agreed > 0;

/** One line for people. */
export function outcomeLine(outcome: Outcome): string {
  const { real, count, failed } = outcome;
  const parts = [
    `${count.packets} packets`,
    `${count.flows} flows`,
    `${count.met.size} of ${real.rules.match(/^(\[\d+:\d+\] *)?-[AI] /gm)?.length ?? 0} rules met`,
    `${count.agreed} agree`,
    `${count.wrong} differ`,
    `${count.opened} open${count.opened > 0 ? ` (${[...count.open].map(([why, n]) => `${why} ×${n}`).join(', ')})` : ''}`,
    `${count.unrepeatable.length} not repeatable`,
    ...(count.refused.length > 0 ? [`refused: ${count.refused[0]}`] : []),
    ...(failed === undefined ? [] : [`failed: ${failed}`]),
    ...real.notes,
  ];
  return `${agrees(outcome) ? 'agrees ' : 'DIFFERS'} ${real.file}: ${parts.join(', ')}`;
}
