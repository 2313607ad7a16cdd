/** The rulesets of a corpus (test/corpus.ts) before the kernel, with packets and flows near each; or why not. */
import { dirname } from 'node:path';
import { plainTable, type Rule, type Table } from '../../../src/model/ruleset.js';
import type { Family } from '../../../src/net/address.js';
import { parseTexts } from '../../../src/parse/index.js';
import { printIpset } from '../../../src/parse/ipset/print.js';
import { recogniseListing } from '../../../src/parse/rules/listing/reader.js';
import { printSave } from '../../../src/parse/rules/print-save.js';
import { parse } from '../../../src/run/host-texts.js';
import type { Corpus, CorpusEntry } from '../../corpus.js';
import { Count } from '../count.js';
import type { GivenRules } from '../generate/near.js';
import type { JudgeOptions } from '../judge.js';
import type { Kernel } from '../kernel.js';
import { type Judged, judgeOneNear, type Seeds, seedsIn, takeTurns } from '../seeds.js';
import { type Loadable, led, loadable } from './loadable.js';

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

/** Lines that may be left out of a text. */
const MOST_LEFT = 200;

/**
 * It as it can be judged: as it stands, as iptables-legacy has printed it, or as packetwalk reads it, whichever iptables takes more of;
 * else what iptables-legacy-restore says of it, or what is not evaluated.
 */
export async function prepare(kernel: Kernel, corpus: Corpus, entry: CorpusEntry): Promise<Real | Left> {
  const { file, kind_of, derived = [] } = entry;
  const family = entry.family === 'v6' ? 6 : 4;
  const sets = setsBeside(corpus, entry);
  const text = corpus.read(file);
  const printed = derived.find((one) => one.startsWith('derived/legacy') && one.endsWith('.save-c'));
  const texts: readonly (readonly [note: string | undefined, rules: () => string])[] = [
    ...(kind_of === 'save' ? [[undefined, () => text] as const] : []),
    ...(printed === undefined ? [] : [['as iptables-legacy printed it', () => corpus.read(printed)] as const]),
    ['as packetwalk reads it', () => savedFrom(text, entry.family, family)],
  ];
  let refused: string | undefined;
  let found: Extract<Loadable, GivenRules> | undefined;
  for (const most of [0, MOST_LEFT])
    for (const [note, rulesOf] of texts) {
      if (found?.left.length === 0) break;
      const rules = rulesOf();
      if (rules.trim() === '') continue;
      const one = await loadable(kernel, { family, rules, sets: /--match-set|-j SET/.test(rules) ? sets : '' }, most);
      if ('refused' in one) refused ??= one.refused;
      else if (found === undefined || one.left.length < found.left.length)
        found = note === undefined ? one : { ...one, notes: [note, ...one.notes] };
    }
  if (found === undefined) return { file, why: refused!.replaceAll(/\n+/g, ' | ') };
  const { text: rules, chains } = led(found.rules);
  const whole = chains.length > 0 ? await loadable(kernel, { ...found, rules }) : found;
  if ('rules' in whole && whole !== found)
    found = { ...found, rules: whole.rules, notes: [...found.notes, `chains led to: ${chains.join(', ')}`] };
  const missing = unevaluated(found.rules, entry.family);
  if (missing.length > 0) return { file, why: `not evaluated yet: ${missing.join(', ')}` };
  const { left } = found;
  const of = left.length === 0 ? [] : [`${left.length} lines left out that iptables refuses: ${left[0]}`];
  return { file, ...found, notes: [...found.notes, ...of] };
}

/** The save that packetwalk reads from a text, its tables joined; where it has a table of both back ends, that of legacy. */
function savedFrom(text: string, name: string, family: Family): string {
  // the addresses of a listing may be names alone
  const whole = family === 6 && recogniseListing(text) ? `# ip6tables -L\n${text}` : text;
  const of = parse([{ name: `rules.${name}`, text: whole }]).evaluated.filter((table) => table.family === family);
  const isLegacy = (table: Table): boolean => table.nft !== true;
  const twice = (table: Table): boolean =>
    of.some((one) => isLegacy(one) && plainTable(one.name) === plainTable(table.name));
  return printSave(of.filter((table) => isLegacy(table) || !twice(table)));
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
