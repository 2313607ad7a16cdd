/** `explain`: one packet, told for people. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { PACKET_OPTIONS, packetFromOptions } from '../input/options.js';
import { describedInLine } from '../input/packet-line.js';
import type { Fate } from '../model/trace.js';
import { explain } from '../report/explain.js';
import { explainFlow, type FlowStory } from '../report/flow.js';
import { hints } from '../report/hints/index.js';
import { textIn } from '../report/lang/messages.js';
import { SOMEBODY, withLikely } from '../report/likely.js';
import { flowWithWords, renderFlow, renderStory, type Style, withWords } from '../report/render.js';
import type { Story } from '../report/story.js';
import type { Note } from '../report/unused.js';
import { wayIn } from '../report/way-in.js';
import { allWays } from '../report/ways/index.js';
import { FATES } from '../run/batch.js';
import { createEngine } from '../run/engine.js';
import { tell } from './findings.js';
import { familyFor } from './hosts.js';
import { readInput } from './input.js';
import { words, wordsInJson } from './language.js';
import { addHostOptions, type HostOptions, loadHost } from './load.js';
import { settle } from './settle.js';
import { refuseRepeated } from './usage.js';

interface ExplainOptions extends HostOptions {
  readonly all?: true;
  readonly flow?: true;
  readonly reply?: true;
  readonly json?: true;
  readonly interactive?: true;
  readonly expect?: string;
  readonly packet?: string;
}

const ACCEPTED: readonly Fate[] = ['delivered', 'forwarded', 'sent'];
const EXPECTED = [...FATES, 'accept'];
/** Targets of iptables, as people write them here. */
const TARGET_FATES: Readonly<Record<string, string>> = { drop: 'dropped', reject: 'rejected' };

function fateOf(text: string): string {
  const lower = text.toLowerCase();
  const fate = TARGET_FATES[lower] ?? lower;
  if (EXPECTED.includes(fate)) return fate;
  throw new InvalidArgumentError(`Allowed choices are ${EXPECTED.join(', ')}.`);
}

export function addExplain(program: Command, done: (code: number) => void): void {
  const command = addHostOptions(
    program
      .command('explain')
      .description('one packet: what happens to it, and why')
      .argument('[FILES...]', 'rules, sets and the host: files or folders; - for standard input'),
  )
    .option('--all', 'every rule that is looked at')
    .option('--flow', 'the packet, its answer and the packet after it, and the connection that they make')
    .option('--reply', 'whether the answer to the packet gets back; with --flow, beside all of it')
    .option('--json', 'the explanation as one JSON object')
    .option('--interactive', 'asks what is not known, one fact after the other, until the answer is settled')
    .addOption(
      new Option('--expect <FATE>', 'exit 1 unless the packet fares so, or with --reply the answer to it')
        .choices(EXPECTED)
        .argParser(fateOf),
    );
  command.addOption(
    new Option('--packet <LINE>', 'as tcpdump prints it, or a JSON object; options beside it come first').helpGroup(
      'Packet:',
    ),
  );
  for (const { name, short, aliases = [], shape, about, field } of PACKET_OPTIONS) {
    if (field === 'path') continue;
    const value = shape === '' ? '' : ` <${shape}>`;
    command.addOption(
      new Option(`${short === undefined ? '' : `-${short}, `}--${name}${value}`, about).helpGroup('Packet:'),
    );
    for (const alias of aliases) command.addOption(new Option(`--${alias}${value}`).hideHelp());
  }
  command
    .addHelpText(
      'after',
      '\nExamples:\n  packetwalk explain host/ -i eth0 -p tcp -s 8.8.8.8 --sport 51000 -d 192.0.2.1 --dport 443 --syn' +
        "\n  packetwalk explain host/ --packet 'IP 8.8.8.8.51000 > 192.0.2.1.443: Flags [S], seq 1, win 64240, length 0'",
    )
    .action(async (files: string[], given: ExplainOptions) => {
      if (given.interactive && given.json)
        throw new PacketwalkError('--interactive is for people, and --json for programs', { code: 'bad-usage' });
      // a packet that cannot be read says more than the file that one of its words was taken for
      const line = given.packet === undefined ? undefined : describedInLine(given.packet, '--packet');
      const { packet, notes } = packetFromOptions(given as unknown as Record<string, unknown>, line, SOMEBODY);
      // the core is compiled while files are read
      await createEngine();
      const settled = given.interactive ? await settle(files, given, packet) : undefined;
      const input = settled?.input ?? readInput(files);
      const options: ExplainOptions = { ...given, ...settled?.options };
      const family = familyFor(input, packet);
      const host = await loadHost(input, options, family);
      const { packet: placed, assumed } = wayIn(host, withLikely(host, packet));
      const more = { ways: allWays, hints: await hints(host, placed) };
      const asked = { all: options.all === true, assumed, ...more };
      const style = {
        colour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
        width: process.stdout.columns ?? 110,
      };
      const told =
        options.flow || options.reply
          ? tellFlow(
              explainFlow(host, placed, { ...asked, hints: [], to: options.flow ? 'next' : 'answer' }),
              options,
              style,
            )
          : tellStory(explain(host, placed, asked), style);
      process.stdout.write(options.json ? `${JSON.stringify(told.json)}\n` : told.text());
      for (const note of [...notes, ...told.notes]) tell(`note: ${note.message}`);
      if (options.expect === undefined) return;
      const met = options.expect === 'accept' ? told.accepted : told.fate === options.expect;
      if (!met) process.stderr.write(`${words().command.expected(options.expect, told.fared)}\n`);
      done(met ? 0 : 1);
    });
  refuseRepeated(command);
}

/** What there is to print, and what `--expect` asks. */
interface Told {
  readonly json: object;
  readonly text: () => string;
  readonly notes: readonly Note[];
  /** undefined: there is no such packet. */
  readonly fate: Fate | undefined;
  readonly accepted: boolean;
  readonly fared: string;
}

const tellStory = (story: Story, style: Style): Told => ({
  json: withWords(story, wordsInJson().language),
  text: () => renderStory(story, words().language, style),
  notes: story.notes ?? [],
  fate: story.fate,
  accepted: ACCEPTED.includes(story.fate),
  fared: words().command.fared('packet', story.fate),
});

function tellFlow(flow: FlowStory, { flow: all, reply }: ExplainOptions, style: Style): Told {
  const { headline, packets } = flow;
  const [first, answer] = packets;
  const told = {
    json: flowWithWords(flow, wordsInJson().language),
    text: () => renderFlow(flow, words().language, style, all ? (reply ? 'both' : 'flow') : 'answer'),
    notes: packets.flatMap(({ notes = [] }) => notes),
  };
  if (!reply)
    return {
      ...told,
      fate: first!.fate,
      accepted: ACCEPTED.includes(first!.fate),
      fared: words().command.fared('packet', first!.fate),
    };
  const [says] = headline;
  const last = headline.at(-1)!;
  const said = answer === undefined || last.key === 'answer.astray';
  return {
    ...told,
    fate: answer?.fate,
    accepted: says?.key === 'answer.back',
    fared: said ? textIn(words().language, last) : words().command.fared('answer', answer.fate),
  };
}
