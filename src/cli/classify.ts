/** `classify`: many packets, counted: the counters of the rules, and what became of the packets. */
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { PROFILES } from '../input/synthetic/index.js';
import { printSave } from '../parse/rules/print-save.js';
import { resultJson, resultOf } from '../report/families.js';
import { textIn } from '../report/lang/messages.js';
import { insteadText } from '../report/plan-why.js';
import { say } from '../report/story.js';
import { partly, renderSummaries, withCounters } from '../report/summary.js';
import { type Counted, Crew } from './crew.js';
import { FAMILIES, familyOption } from './families.js';
import { type Fed, feed, type Sources } from './feed.js';
import { tell } from './findings.js';
import { Hosts } from './hosts.js';
import { readInput } from './input.js';
import { Interrupt } from './interrupt.js';
import { words, wordsInJson } from './language.js';
import { addHostOptions, connectionsOption, engineOption, type HostOptions, memoryOption, whole } from './load.js';
import { refuseOpen, sayTakenAsNo } from './open-questions.js';
import { keepForFailure } from './output.js';
import { addPacketOptions, checkPackets } from './packets.js';
import { Progress } from './progress.js';
import { checkSave, type SaveOptions, saveConnections, saveConnectionsOption } from './save-connections.js';
import { refuseRepeated } from './usage.js';

interface ClassifyOptions extends HostOptions, Omit<Sources, 'path' | 'seed'>, SaveOptions {
  readonly workers: number;
  readonly family?: keyof typeof FAMILIES;
  readonly json?: true;
  readonly save?: true;
  readonly top: number;
}

/** Rules that somebody may look through; --json has all. */
const TOP = 40;

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
      new Option('--synthetic <N>', 'so many packets made up by a seed (--seed)')
        .argParser(whole(1, 0xffffffff))
        .conflicts(['packets', 'in', 'format']),
    )
    .addOption(familyOption().conflicts('packets'))
    .addOption(
      new Option('--profile <PROFILE>', 'what synthetic packets are like')
        .choices(PROFILES)
        .default('near')
        .conflicts('packets'),
    );
  addPacketOptions(command)
    .addOption(new Option('--json', 'the counters as one JSON object').conflicts('save'))
    .option('--save', 'the rules with these counters, as iptables-save -c prints them')
    .addOption(
      new Option('--top <N>', 'list the N rules with most packets, and N of those never hit')
        .argParser(whole(1, 0xffffffff))
        .default(TOP),
    )
    .addOption(new Option('--workers <N>', 'threads that classify').argParser(whole(1, 256)).default(1))
    .addOption(engineOption())
    .addOption(memoryOption())
    .addOption(connectionsOption())
    .addOption(saveConnectionsOption());
  refuseRepeated(command, ['packets']);
  command
    .addHelpText(
      'after',
      '\nExamples:\n  packetwalk classify host/ --synthetic 1000000\n  packetwalk classify host/ --packets monday.pcap.gz --packets tuesday.pcap.gz --in eth0 --top 20',
    )
    .action(async (files: string[], options: ClassifyOptions) => {
      checkSources(files, options);
      checkPackets(options.packets ?? []);
      // packets that were made up are not of flows
      const connections = options.connections ?? (options.synthetic === undefined ? 'on' : 'off');
      checkSave({ ...options, connections });
      const families = options.family && FAMILIES[options.family];
      const hosts = await Hosts.load(readInput(files), { ...options, connections }, families);
      const all = hosts.all.map(({ host }) => host);
      // where there are rules of both families, those that a packet comes to are asked
      if (all.length === 1) refuseOpen(all[0]!);
      if (options.lenient) for (const host of all) sayTakenAsNo(host);
      const { counted, fed, stopped } = await run(hosts, options);
      saveConnections(all, options);
      if (options.engine === 'columns' || options.json === undefined) sayInstead(hosts, counted, options.engine);
      done(stopped ? INTERRUPTED : fed.read === 'all' ? 0 : 2);
      if (fed.read === 'none' && !stopped) return;
      const { unread } = fed;
      const partial = stopped || fed.read !== 'all' || unread > 0;
      const placed = fed.placed > 0 ? [say('assumed.placed', { packets: fed.placed })] : [];
      const result = resultOf(all, counted, placed);
      const text = () =>
        renderSummaries(result.families, result.all, words().language, {
          ...options,
          partial,
          unread,
          assumed: result.others,
          colour: false,
          width: width(),
        });
      // where the result cannot be written it stands here instead
      keepForFailure(text);
      if (options.json)
        print(JSON.stringify({ ...resultJson(result, wordsInJson().language), ...(partial ? { partial } : {}) }));
      else if (options.save) {
        if (partial) process.stderr.write(`${textIn(words().language, partly(unread))}\n`);
        for (const [i, { program, host }] of hosts.all.entries())
          process.stdout.write(
            printSave(withCounters(program.tables, host.compiled, counted.summaries[i]!), { counters: true }),
          );
      } else process.stdout.write(text());
    });
}

/** As shells have it of a command that ended by SIGINT. */
const INTERRUPTED = 130;
const width = () => process.stdout.columns ?? 110;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Of fewer packets nobody waits. */
const MANY = 100_000;

/** Says what took packets where the column program did not, though it was asked for, or they are many. */
function sayInstead({ all }: Hosts, { uses, summaries }: Counted, engine: HostOptions['engine']): void {
  for (const [i, use] of uses.entries()) {
    const text = use && insteadText(use);
    if (text === undefined) continue;
    const told = `${all.length > 1 ? `IPv${all[i]!.host.from.family}: ` : ''}${text}`;
    if (engine === 'columns') tell(`--engine columns: ${told}`);
    else if (engine === 'auto' && use!.why !== 'few' && summaries[i]!.packets >= MANY)
      tell(`not all packets went by columns: ${told}`);
  }
}

function checkSources(files: readonly string[], { packets = [], synthetic }: ClassifyOptions): void {
  const bad = (message: string, hint?: string) => new PacketwalkError(message, { code: 'bad-usage', hint });
  if (packets.length === 0 && synthetic === undefined)
    throw bad('there are no packets', 'name them by --packets FILE, or let some be made up: --synthetic 1000000');
  const inputs = [...files, ...packets].filter((path) => path === '-').length;
  if (inputs > 1) throw bad('standard input is named twice, and can be read once');
}

async function run(
  hosts: Hosts,
  { workers, ...sources }: ClassifyOptions,
): Promise<{ counted: Counted; fed: Fed; stopped: boolean }> {
  const crew = new Crew(hosts, workers, (place) => refuseOpen(hosts.all[place]!.host));
  const progress = new Progress();
  const interrupt = new Interrupt();
  try {
    const fed = await feed(crew, { hosts, sources, progress, interrupt });
    return { counted: await crew.count(), fed, stopped: interrupt.stopped };
  } finally {
    progress.end();
    interrupt.end();
    await crew.end();
  }
}
