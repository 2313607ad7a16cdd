/** `explain`: one packet, told for people. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PACKET_OPTIONS, packetFromOptions } from '../input/options.js';
import { describedInLine } from '../input/packet-line.js';
import type { Fate } from '../model/trace.js';
import { explain } from '../report/explain.js';
import { en } from '../report/lang/en.js';
import { renderStory, withWords } from '../report/render.js';
import { wayIn } from '../report/way-in.js';
import { FATES } from '../run/batch.js';
import { readInput } from './input.js';
import { addHostOptions, type HostOptions, loadHost } from './load.js';
import { refuseRepeated } from './usage.js';

interface ExplainOptions extends HostOptions {
  readonly all?: true;
  readonly json?: true;
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
    .addOption(new Option('--lang <LANGUAGE>', 'the language of the explanation').choices(['en']).default('en'))
    .option('--json', 'the explanation as one JSON object')
    .addOption(new Option('--expect <FATE>', 'exit 1 unless the packet fares so').choices(EXPECTED).argParser(fateOf));
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
    .action(async (files: string[], options: ExplainOptions) => {
      // a packet that cannot be read says more than the file that one of its words was taken for
      const line = options.packet === undefined ? undefined : describedInLine(options.packet, '--packet');
      const { packet, notes } = packetFromOptions(options as unknown as Record<string, unknown>, line);
      const input = readInput(files);
      const host = await loadHost(input, options);
      const { packet: placed, assumed } = wayIn(host, packet);
      const story = explain(host, placed, { all: options.all === true, assumed });
      if (options.json) process.stdout.write(`${JSON.stringify(withWords(story, en))}\n`);
      else {
        const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
        process.stdout.write(renderStory(story, en, { colour, width: process.stdout.columns ?? 110 }));
      }
      for (const note of [...notes, ...(story.notes ?? [])]) process.stderr.write(`note: ${note.message}\n`);
      if (options.expect === undefined) return;
      const met = options.expect === 'accept' ? ACCEPTED.includes(story.fate) : story.fate === options.expect;
      if (!met) process.stderr.write(`expected ${options.expect}, but ${FARED[story.fate]}\n`);
      done(met ? 0 : 1);
    });
  refuseRepeated(command);
}

const FARED: Readonly<Record<Fate, string>> = {
  delivered: 'the packet is delivered to this host',
  forwarded: 'the packet is forwarded',
  sent: 'the packet is sent',
  dropped: 'the packet is dropped',
  rejected: 'the packet is rejected',
  stolen: 'the packet is taken by a target',
  unknown: 'what happens to the packet is not known',
};
