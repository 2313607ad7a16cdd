/** `generate`: synthetic packets, drawn near what the rules test. */
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { pcapHeader, pcapRecords } from '../input/capture/write.js';
import { csvHeader, csvLine, csvNames, jsonLine } from '../input/columns-text.js';
import { bytesOf } from '../input/encode-columns.js';
import { PROFILES, type Profile, type SyntheticSpec, synthesise } from '../input/synthetic/index.js';
import { EMPTY_PALETTE } from '../input/synthetic/palette.js';
import type { PacketColumns } from '../model/batch.js';
import type { PacketPath } from '../model/packet.js';
import { syntheticSpec } from '../run/synthetic-spec.js';
import { tell } from './findings.js';
import { readInput } from './input.js';
import { langOption } from './language.js';
import { readProgram, seedOf } from './load.js';
import { refuseRepeated } from './usage.js';

type Format = 'jsonl' | 'csv' | 'pcap';

interface GenerateOptions {
  readonly seed: number;
  readonly profile: Profile;
  readonly path?: PacketPath;
  readonly format: Format;
  readonly local?: string;
  readonly strict?: true;
  readonly lenient?: true;
}

/** Packets that are made and written at a time. */
const AT_ONCE = 1024;
/** Their times, in millionths of a second, have to stay whole. */
const MOST = 1e14;

export function addGenerate(program: Command): void {
  const command = program
    .command('generate')
    .description('synthetic packets, near what the rules test')
    .argument('<N>', 'how many packets', countOf)
    .argument('[FILES...]', 'rules, sets and the host: files or folders; - for standard input')
    .addOption(new Option('--seed <NUMBER>', 'the same seed gives the same packets').argParser(seedOf).default(1))
    .addOption(
      new Option(
        '--profile <PROFILE>',
        'near: what rules test and its neighbours; uniform: all values; mix: flows as a link carries them',
      )
        .choices([...PROFILES])
        .default('near'),
    )
    .addOption(new Option('--family <FAMILY>', 'of IP').choices(['4']).default('4'))
    .addOption(new Option('--path <PATH>', 'the way that all packets take').choices(['input', 'forward', 'output']))
    .addOption(
      new Option('--format <FORMAT>', 'how they are written').choices(['jsonl', 'csv', 'pcap']).default('jsonl'),
    )
    .option('--local <ADDRESS,…>', "the host's own addresses, where they are not in a file")
    .option('--strict', 'what is not understood is an error')
    .option('--lenient', 'errors in the rules stop nothing')
    .addOption(langOption());
  refuseRepeated(command);
  command
    .addHelpText(
      'after',
      '\nExamples:\n  packetwalk generate 1000 host/ | packetwalk trace host/ --packets -\n  packetwalk generate 100000 --profile uniform --seed 7 --format pcap > packets.pcap',
    )
    .action(async (count: number, files: string[], options: GenerateOptions) => {
      const spec = specOf(files, options);
      if (options.format === 'pcap')
        tell('note: pcap has no place for the interface, the mark and the way of a packet');
      // a slow reader is waited for, so that memory stays flat
      for (const chunk of chunks(spec, count, options.format))
        if (!process.stdout.write(chunk)) await new Promise((resume) => process.stdout.once('drain', resume));
    });
}

function countOf(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MOST) return Number(text);
  throw new PacketwalkError(`${text}: the number of packets was expected here`, {
    code: 'bad-usage',
    hint: 'as in packetwalk generate 1000 host/',
  });
}

function specOf(files: readonly string[], options: GenerateOptions): SyntheticSpec {
  const { profile, seed, path } = options;
  if (files.length > 0) return syntheticSpec(readProgram(readInput(files), options), { profile, seed, path });
  if (profile !== 'uniform')
    throw new PacketwalkError(`--profile ${profile}: no file was named, and it draws packets near what rules test`, {
      code: 'no-input',
      hint: 'name the files of a host, or take --profile uniform',
    });
  const ways = path === undefined ? (['input', 'forward', 'output'] as const) : [path];
  return { profile, seed, family: 4, palette: EMPTY_PALETTE, ways };
}

function* chunks(spec: SyntheticSpec, count: number, format: Format): Generator<string | Uint8Array> {
  if (format === 'pcap') yield pcapHeader();
  if (format === 'csv') yield `${csvHeader(synthesise(spec, 0, 0))}\n`;
  for (let first = 0; first < count; first += AT_ONCE) {
    const columns = synthesise(spec, first, Math.min(AT_ONCE, count - first));
    yield format === 'pcap' ? pcapRecords(bytesOf(columns)) : lines(columns, format);
  }
}

function lines(columns: PacketColumns, format: 'jsonl' | 'csv'): string {
  const names = csvNames(columns);
  let text = '';
  for (let i = 0; i < columns.count; i++)
    text += `${format === 'csv' ? csvLine(columns, names, i) : jsonLine(columns, i)}\n`;
  return text;
}
