/** `classify`: many packets, counted: the counters of the rules, and what became of the packets. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { PROFILES, type Profile, synthesise } from '../input/synthetic/index.js';
import type { Summary } from '../model/summary.js';
import { printSave } from '../parse/rules/print-save.js';
import { en } from '../report/lang/en.js';
import { renderSummary, withCounters } from '../report/summary.js';
import { createEngine, type LoadedHost } from '../run/engine.js';
import type { HostProgram } from '../run/host-program.js';
import { syntheticSpec } from '../run/palette.js';
import { type Crew, crewOf, PORTION } from './crew.js';
import { readInput } from './input.js';
import { addHostOptions, type HostOptions, readProgram, sayNotes } from './load.js';
import { keepForFailure } from './output.js';
import { addPacketOptions, openPackets, type PacketOptions } from './packets.js';
import { Progress } from './progress.js';
import { refuseRepeated } from './usage.js';

interface ClassifyOptions extends HostOptions, PacketOptions {
  readonly packets?: readonly string[];
  readonly synthetic?: number;
  readonly profile: Profile;
  readonly workers: number;
  readonly engine: 'auto' | 'bytecode';
  readonly json?: true;
  readonly save?: true;
  readonly top?: number;
}

const whole = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`A whole number from ${least} to ${most} was expected.`);
};
const collect = (value: string, before: readonly string[] = []) => [...before, value];

export function addClassify(program: Command, done: (code: number) => void): void {
  const command = addHostOptions(
    program
      .command('classify')
      .description('many packets: how often each rule is hit, and what becomes of the packets')
      .argument('[FILES...]', 'rules, sets and the host: files or folders; - for standard input'),
  )
    .option('--packets <FILE>', 'as for trace; may be given more than once', collect)
    .addOption(
      new Option('--synthetic <N>', 'so many packets made up by a seed (--seed)').argParser(whole(1, 0xffffffff)),
    )
    .addOption(new Option('--profile <PROFILE>', 'what synthetic packets are like').choices(PROFILES).default('near'));
  addPacketOptions(command)
    .addOption(new Option('--json', 'the counters as one JSON object').conflicts('save'))
    .option('--save', 'the rules with these counters, as iptables-save -c prints them')
    .addOption(new Option('--top <N>', 'list the N rules with most packets').argParser(whole(1, 0xffffffff)))
    .addOption(new Option('--workers <N>', 'threads that classify').argParser(whole(1, 256)).default(1))
    .addOption(new Option('--engine <ENGINE>', 'what classifies').choices(['auto', 'bytecode']).default('auto'))
    .addOption(
      new Option('--connections <MODE>', 'off: each packet is the first of its connection')
        .choices(['off'])
        .default('off'),
    );
  refuseRepeated(command, ['packets']);
  command
    .addHelpText(
      'after',
      '\nExamples:\n  packetwalk classify host/ --synthetic 1000000\n  packetwalk classify host/ --packets monday.pcap.gz --packets tuesday.pcap.gz --in eth0 --top 20',
    )
    .action(async (files: string[], options: ClassifyOptions) => {
      checkSources(files, options);
      const program = { ...readProgram(readInput(files), options), engine: options.engine };
      const host = await (await createEngine()).load(program);
      sayNotes(host);
      refuseOpen(host);
      const assumed = assumptionsOf(program, host, options);
      if (options.lenient) for (const fact of assumed) process.stderr.write(`taken as it is not known: ${fact}\n`);
      const { summary, partial, whole } = await run(program, host, options);
      const text = () =>
        renderSummary(summary, host.compiled, en, { ...options, partial, colour: false, width: width() });
      // where the result cannot be written it stands here instead
      keepForFailure(text);
      if (options.json) print(JSON.stringify({ schema: 1, ...summary, assumed, ...(partial ? { partial } : {}) }));
      else if (options.save) {
        if (partial) process.stderr.write('stopped before the end: the counters are of a part of the packets\n');
        process.stdout.write(printSave(withCounters(program.tables, host.compiled, summary), { counters: true }));
      } else process.stdout.write(text());
      if (partial || !whole) done(partial ? INTERRUPTED : 2);
    });
}

/** As shells have it of a command that ended by SIGINT. */
const INTERRUPTED = 130;
const width = () => process.stdout.columns ?? 110;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function checkSources(files: readonly string[], { packets = [], synthetic }: ClassifyOptions): void {
  const bad = (message: string, hint?: string) => new PacketwalkError(message, { code: 'bad-usage', hint });
  if (packets.length === 0 && synthetic === undefined)
    throw bad('there are no packets', 'name them by --packets FILE, or let some be made up: --synthetic 1000000');
  if (packets.length > 0 && synthetic !== undefined) throw bad('--synthetic: packets are given by --packets already');
  const inputs = [...files, ...packets].filter((path) => path === '-').length;
  if (inputs > 1) throw bad('standard input is named twice, and can be read once');
}

/** Counters that hang on what is not known would be guesses. */
function refuseOpen(host: LoadedHost): void {
  const { open } = host;
  if (open.length === 0) return;
  const named = open.slice(0, 10).join(', ');
  throw new PacketwalkError(`the counters hang on what is not known: ${named}${open.length > 10 ? ', …' : ''}`, {
    code: 'open-questions',
    hint: `settle each by --assume '${open[0]}=yes' or =no, or give what tells it; --lenient takes all as no`,
  });
}

/** What was taken as given that no text tells. */
function assumptionsOf(program: HostProgram, { compiled }: LoadedHost, { lenient }: ClassifyOptions): string[] {
  const given = [...program.assume].map(([fact, answer]) => `${fact}=${answer ? 'yes' : 'no'}`);
  const answered = (question: string) => program.assume.has(question) || program.assume.has(question.split(':')[0]!);
  const left = lenient ? compiled.questions.filter((question) => !answered(question)) : [];
  return [...given, ...left.map((question) => `${question}=no`)];
}

async function run(
  program: HostProgram,
  host: LoadedHost,
  options: ClassifyOptions,
): Promise<{ summary: Summary; partial: boolean; whole: boolean }> {
  const crew = crewOf(program, host, options.workers);
  const progress = new Progress();
  let stopped = false;
  // a second one ends the command
  const stop = () => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  try {
    const feed = options.synthetic === undefined ? captured : synthetic;
    const whole = await feed(crew, { program, host, options, progress, stopped: () => stopped });
    progress.end();
    return { summary: await crew.summary(), partial: stopped, whole };
  } finally {
    progress.end();
    process.removeListener('SIGINT', stop);
    await crew.end();
  }
}

interface Feeding {
  readonly program: HostProgram;
  readonly host: LoadedHost;
  readonly options: ClassifyOptions;
  readonly progress: Progress;
  stopped(): boolean;
}

async function synthetic(crew: Crew, { program, options, progress, stopped }: Feeding): Promise<boolean> {
  const { synthetic: all = 0, profile, seed = 1, path } = options;
  const spec = syntheticSpec(program, { profile, seed, path });
  const epoch = synthesise(spec, 0, 1).time?.[0] ?? 0;
  for (let first = 0; first < all && !stopped(); first += PORTION) {
    await crew.synthesise({ spec, first, count: Math.min(PORTION, all - first), epoch });
    progress.at(first, first / all);
  }
  return true;
}

/** False: one could not be read to its end. */
async function captured(crew: Crew, { host, options, progress, stopped }: Feeding): Promise<boolean> {
  let packets = 0;
  let whole = true;
  const files = options.packets ?? [];
  for (const [number, path] of files.entries()) {
    const source = await openPackets(path, options);
    for await (const batch of source.batches(host)) {
      await crew.classify(batch);
      packets += batch.count;
      progress.at(packets, source.part === undefined ? undefined : (number + source.part) / files.length);
      if (stopped()) return whole;
    }
    if (!source.finish()) whole = false;
  }
  return whole;
}
