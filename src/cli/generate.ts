/** `generate`: synthetic packets, drawn near what the rules test. */
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { pcapHeader, pcapRecords } from '../input/capture/write.js';
import { checkCsv, csvLine, csvNames, jsonLine } from '../input/columns-text.js';
import { bytesOf } from '../input/encode-columns.js';
import type { FieldName } from '../input/fields.js';
import { PROFILES, type Profile, type SyntheticSpec, synthesise } from '../input/synthetic/index.js';
import { sharesOf } from '../input/synthetic/shares.js';
import type { PacketColumns } from '../model/batch.js';
import type { PacketPath } from '../model/packet.js';
import { buildHost } from '../parse/host/host.js';
import { familiesOf } from '../run/host-program.js';
import { syntheticSpec } from '../run/synthetic-spec.js';
import { FAMILIES, familyOption } from './families.js';
import { tell } from './findings.js';
import { readPrograms } from './hosts.js';
import { readInput } from './input.js';
import { langOption } from './language.js';
import { seedOf } from './load.js';
import { refuseRepeated } from './usage.js';

type Format = 'jsonl' | 'csv' | 'pcap';

interface GenerateOptions {
  readonly seed: number;
  readonly profile: Profile;
  readonly path?: PacketPath;
  readonly family?: keyof typeof FAMILIES;
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
    .addOption(familyOption())
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
      const specs = specsOf(files, options);
      if (options.format === 'pcap')
        tell('note: pcap has no place for the interface, the mark and the way of a packet');
      // a slow reader is waited for, so that memory stays flat
      for (const chunk of chunks(specs, count, options.format))
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

function specsOf(files: readonly string[], options: GenerateOptions): SyntheticSpec[] {
  const { profile, seed, path, family } = options;
  if (files.length > 0) {
    const texts = readInput(files);
    const families = family === undefined ? familiesOf(texts) : FAMILIES[family];
    return readPrograms(texts, options, families).map((program) => syntheticSpec(program, { profile, seed, path }));
  }
  if (profile !== 'uniform')
    throw new PacketwalkError(`--profile ${profile}: no file was named, and it draws packets near what rules test`, {
      code: 'no-input',
      hint: 'name the files of a host, or take --profile uniform',
    });
  const nothing = { tables: [], sets: [], host: buildHost({}) };
  return FAMILIES[family ?? '4'].map((one) => syntheticSpec(nothing, { profile, seed, path, family: one }));
}

function* chunks(specs: readonly SyntheticSpec[], count: number, format: Format): Generator<string | Uint8Array> {
  if (format === 'pcap') yield pcapHeader();
  const all = (first: number, some: number) =>
    Array.from(sharesOf(specs.length, first, some), ({ host, ...share }) =>
      synthesise(specs[host]!, share.first, share.count, specs.length),
    );
  const names = format === 'csv' ? namesOf(specs.map((spec) => synthesise(spec, 0, 0))) : [];
  if (format === 'csv') yield `${names.join(',')}\n`;
  for (let first = 0; first < count; first += AT_ONCE)
    yield written(all(first, Math.min(AT_ONCE, count - first)), format, names);
}

/** The columns of CSV that packets of any of these have. */
function namesOf(all: readonly PacketColumns[]): FieldName[] {
  for (const columns of all) checkCsv(columns);
  return [...new Set(all.flatMap(csvNames))];
}

/** One of each in turn. */
function written(all: readonly PacketColumns[], format: Format, names: readonly FieldName[]): string | Uint8Array {
  const [first, ...others] = all;
  if (format === 'pcap' && others.length === 0) return pcapRecords(bytesOf(first!));
  const turns = Array.from({ length: first!.count }, (_, i) => all.flatMap((one) => (i < one.count ? [[one, i]] : [])));
  const packets = turns.flat() as [PacketColumns, number][];
  if (format === 'pcap') return Buffer.concat(packets.map(([columns, i]) => pcapRecords(bytesOf(columns, i, 1))));
  const line = format === 'csv' ? (columns: PacketColumns, i: number) => csvLine(columns, names, i) : jsonLine;
  return packets.map(([columns, i]) => `${line(columns, i)}\n`).join('');
}
