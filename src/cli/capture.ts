/** `capture`: the script that collects what a host knows, and texts with other addresses and names than its own. */
import { writeFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { PacketwalkError } from '../errors.js';
import { STANDARD_INPUT } from '../input/node.js';
import { type HostTexts, parse } from '../run/host-texts.js';
import { SCRIPT } from './capture-script.js';
import { tell } from './findings.js';
import { readSources } from './input.js';
import { langOption } from './language.js';
import { type Doubt, type Redacted, redact } from './redact.js';
import { refuseRepeated } from './usage.js';

interface CaptureOptions {
  readonly redact?: true;
  readonly table?: string;
}

export function addCapture(program: Command): void {
  const command = program
    .command('capture')
    .description("a shell script that prints a host's rules, sets, addresses, routes, settings and connections")
    .addArgument(new Argument('[FILES...]', 'with --redact: what it has printed; - for standard input').default([]))
    .option('--redact', 'print FILES with other addresses, MACs, names and comments, the same for the same')
    .option('--table <FILE>', 'with --redact: write what stands for what, which is not to be handed on')
    .addOption(langOption())
    .addHelpText(
      'after',
      `
Examples:
  packetwalk capture | ssh root@host sh > host.txt
  packetwalk capture | ssh root@host sh | packetwalk capture --redact - > safe.txt
  packetwalk explain safe.txt -i eth0 -p tcp -s 198.51.100.7 -d 192.0.2.1 --dport 443 --syn`,
    )
    .action((files: string[], options: CaptureOptions) => {
      refuse(files, options);
      process.stdout.write(options.redact ? redacted(files, options.table) : SCRIPT);
    });
  refuseRepeated(command);
}

function refuse(files: readonly string[], { redact, table }: CaptureOptions): void {
  const refused = (message: string, hint: string) => new PacketwalkError(message, { code: 'bad-usage', hint });
  if (redact && files.length === 0)
    throw refused(
      '--redact: no file was named',
      'packetwalk capture | ssh root@host sh | packetwalk capture --redact - > safe.txt',
    );
  if (!redact && files.length > 0)
    throw refused('files are read for --redact alone', 'packetwalk capture prints a script, and reads nothing');
  if (table !== undefined && !redact) throw refused('--table: nothing is replaced', 'it stands beside --redact');
  if (table === '-') throw refused('--table -: a file was expected', 'standard output has the text');
}

/** Random bytes for as long as one likes; getRandomValues gives 64 KiB at once. */
const fill = (bytes: Uint8Array): void => void crypto.getRandomValues(bytes);

function redacted(files: readonly string[], table: string | undefined): string {
  const { texts, host } = readSources(files);
  const made = redact(texts, host, fill);
  if (made.left > 0) tell(`note: lines that hold nothing of rules, sets or a host were left out: ${made.left}`);
  for (const [doubt, { file, line }] of made.doubts) tell(`warning: ${DOUBTS[doubt](`${file}:${line}`)}`);
  if (shapeOf(parse([{ name: STANDARD_INPUT, text: made.text }])) !== shapeOf(host))
    tell('warning: the text is not read as those that it was made of: answers may be others');
  if (table !== undefined) write(table, made);
  return made.text;
}

const DOUBTS: Readonly<Record<Doubt, (where: string) => string>> = {
  bytes: (where) => `${where}: bytes that a rule compares are as they were: look whether they are an address`,
  hash: (where) =>
    `${where}: which address of a range a connection gets, its other addresses decide: it may be another now`,
};

function write(file: string, { replaced }: Redacted): void {
  try {
    writeFileSync(file, replaced.map((row) => `${row.join('\t')}\n`).join(''), { mode: 0o600 });
  } catch (cause) {
    throw new PacketwalkError(`${file}: the table could not be written`, { code: 'cannot-write', cause });
  }
}

/** How much of each kind was read. */
function shapeOf({ tables, sets, host, connections }: HostTexts): string {
  const { links, addresses, routes, rules, sysctls } = host;
  return JSON.stringify([
    tables.map(({ name, family, nft, chains }) => [
      `${family} ${name} ${nft}`,
      ...Array.from(chains.values(), (chain) => [chain.policy, ...chain.rules.map(({ refused }) => refused)]),
    ]),
    sets.map(({ type, members }) => [type, members.alive]),
    [links, addresses, routes].map((list) => list?.length),
    rules?.map(({ family, priority }) => `${family} ${priority}`),
    [...sysctls.keys()],
    connections?.length,
  ]);
}
