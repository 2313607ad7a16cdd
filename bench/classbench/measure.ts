/** One set and trace, by us and by whoever is beside us: in each round everyone has a turn, and another one begins. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { median } from '../measure.js';
import { firstByArrays, type RuleColumns, ruleColumns } from '../peers/arrays.js';
import { type Entrant, naiveJs, packetwalk, typedArrayLinear } from './entrants.js';
import { type Configuration, LibrteAcl } from './librte-acl.js';
import { fiveTuplesOf, readRules } from './rules.js';
import { readTrace, type Trace } from './trace.js';

/** What is printed of a set. */
export interface SetResult {
  readonly set: string;
  readonly rules: number;
  readonly packets: number;
  /** millions of packets a second; the median of the rounds. */
  readonly mpps: number;
  readonly build_s: number;
  /** what the tables take. */
  readonly bytes: number;
  /** packets whose rule is another than by a look at one rule after another. */
  readonly wrong: number;
  readonly peers: Readonly<Record<string, PeerResult>>;
}

export interface PeerResult {
  readonly mpps: number;
  readonly method?: string;
  readonly max_size?: number;
}

export interface Effort {
  readonly rounds: number;
  /** milliseconds of a turn; librte_acl has half of it in each of its ways, who looks at one rule after another a fifth. */
  readonly time: number;
  readonly peers: boolean;
  readonly librteAcl: boolean;
}

export type Say = (line: string) => void;

export async function measureSet(rulesFile: string, traceFile: string, effort: Effort, say: Say): Promise<SetResult> {
  const rules = readRules(readFileSync(rulesFile, 'utf8'), rulesFile);
  const trace = readTrace(readFileSync(traceFile), traceFile);
  const set = basename(rulesFile);
  const ours = await packetwalk(fiveTuplesOf(rules), trace);
  const results = ours.results();
  const columns = ruleColumns(rules);
  const wrong = countWrong(columns, trace, results);
  say(`${set}: ${rules.length} rules, ${trace.count} packets; ${wrong} wrong`);
  say(`  packetwalk: ${ours.bytes} bytes, built in ${ours.buildSeconds.toFixed(2)} s; ${JSON.stringify(ours.plan)}`);
  const entrants: Entrant[] = [ours];
  const found = new Map<Entrant, Configuration>();
  let acl: LibrteAcl | undefined;
  if (effort.peers)
    for (const one of [typedArrayLinear(columns, trace), naiveJs(rules, trace)])
      entrants.push({ name: one.name, turn: (ms) => one.turn(ms / 5) });
  if (effort.librteAcl) {
    acl = await LibrteAcl.start(rulesFile, traceFile);
    for (const [name, configuration] of await bestOf(acl, effort.time, say)) {
      const entrant = { name, turn: (ms: number) => acl!.turn(configuration, ms / 2) };
      const differ = countDifferent(results, await acl.results(configuration, trace.count));
      say(`  librte_acl, ${nameOf(configuration)}: ${differ} of ${trace.count} packets get another rule than here`);
      found.set(entrant, configuration);
      entrants.push(entrant);
    }
  }
  const rates = await inRounds(entrants, effort, say);
  acl?.stop();
  const peers: Record<string, PeerResult> = {};
  for (const [entrant, mpps] of rates) {
    if (entrant === ours || mpps <= (peers[entrant.name]?.mpps ?? 0)) continue;
    const configuration = found.get(entrant);
    peers[entrant.name] = {
      mpps,
      ...(configuration && { method: configuration.method, max_size: configuration.maxSize }),
    };
  }
  return {
    set,
    rules: rules.length,
    packets: trace.count,
    mpps: rates.get(ours)!,
    build_s: round(ours.buildSeconds),
    bytes: ours.bytes,
    wrong,
    peers,
  };
}

/** Up to so many rules every packet is looked at, else so many packets, from all over the trace. */
const ALL_PACKETS_RULES = 1000;
const SOME_PACKETS = 20_000;

function countWrong(rules: RuleColumns, trace: Trace, results: Uint32Array): number {
  const step = rules.count <= ALL_PACKETS_RULES ? 1 : Math.max(1, trace.count / SOME_PACKETS);
  let wrong = 0;
  for (let at = 0; at < trace.count; at += step) {
    const i = Math.floor(at);
    if (firstByArrays(rules, trace, i) !== results[i]) wrong++;
  }
  return wrong;
}

const countDifferent = (a: Uint32Array, b: Uint32Array): number =>
  a.reduce((sum, one, i) => sum + Number(one !== b[i]), 0);

/**
 * Those that a short trial finds within a tenth of its best, two at most; and where those need AVX-512, which WebAssembly has
 * nothing of, the best that does not.
 */
async function bestOf(acl: LibrteAcl, time: number, say: Say): Promise<[name: string, Configuration][]> {
  const tried = new Map<Configuration, number>();
  for (let round = 0; round < 3; round++)
    for (const one of acl.configurations) tried.set(one, Math.max(tried.get(one) ?? 0, await acl.turn(one, time / 20)));
  for (const [one, mpps] of tried)
    say(
      `  librte_acl, ${nameOf(one)}: ${mpps.toFixed(1)} M/s in a trial, ${one.bytes} bytes, built in ${one.buildSeconds.toFixed(2)} s`,
    );
  const sorted = acl.configurations.toSorted((a, b) => tried.get(b)! - tried.get(a)!);
  const best = sorted.slice(0, 2).filter((one) => tried.get(one)! > 0.9 * tried.get(sorted[0]!)!);
  const narrow = best.some(isWide) ? sorted.filter((one) => !isWide(one)).slice(0, 1) : [];
  return [
    ...best.map((one): [string, Configuration] => ['librte_acl', one]),
    ...narrow.map((one): [string, Configuration] => ['librte_acl_without_avx512', one]),
  ];
}

const isWide = ({ method }: Configuration): boolean => method.startsWith('avx512');

const nameOf = ({ method, maxSize }: Configuration): string => `${method}, max_size ${maxSize}`;

async function inRounds(
  entrants: readonly Entrant[],
  { rounds, time }: Effort,
  say: Say,
): Promise<Map<Entrant, number>> {
  const rates = new Map<Entrant, number[]>(entrants.map((one) => [one, []]));
  for (const one of entrants) await one.turn(time / 5);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < entrants.length; i++) {
      const one = entrants[(i + round) % entrants.length]!;
      rates.get(one)!.push(await one.turn(time));
    }
  for (const [{ name }, all] of rates)
    say(`  ${name.padEnd(26)} ${all.map((rate) => rate.toPrecision(4)).join('  ')} M/s`);
  return new Map([...rates].map(([one, all]) => [one, round(median(all))]));
}

const round = (value: number): number => Number(value.toPrecision(5));
