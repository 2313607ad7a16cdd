/** The command: its subcommands, and how an error ends it. Results go to standard output, all else to standard error. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { PacketwalkError } from '../errors.js';
import { addCapture } from './capture.js';
import { addCheck } from './check.js';
import { addClassify } from './classify.js';
import { addExplain } from './explain.js';
import { problemText } from './findings.js';
import { addGenerate } from './generate.js';
import { speak, words } from './language.js';
import { watchOutput } from './output.js';
import { addShow } from './show.js';
import { addTrace } from './trace.js';
import { refuseShortDash } from './usage.js';

/** Runs the command line and gives the exit code: 0 yes or done, 1 a "no" that was asked for, 2 bad usage or input. */
export async function main(argv: readonly string[]): Promise<number> {
  let exit = 0;
  const program = new Command('packetwalk')
    .description("says what happens to a packet in a Linux host's iptables rules")
    .version(version())
    .exitOverride()
    .showHelpAfterError('  --help lists what there is')
    .configureHelp({ showGlobalOptions: true });
  const done = (code: number) => {
    exit = code;
  };
  addExplain(program, done);
  addTrace(program, done);
  addClassify(program, done);
  addGenerate(program);
  addShow(program, done);
  addCheck(program, done);
  addCapture(program);
  watchOutput(() => exit);
  await speak(argv, process.env);
  try {
    refuseShortDash(program, argv);
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${errorText(error)}\n`);
    return 2;
  }
  return exit;
}

/** What package.json says, which is packed beside dist/. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

function errorText(error: unknown): string {
  if (error instanceof PacketwalkError) return problemText(error);
  const fault = error instanceof Error ? error.stack : String(error);
  return words().say('this is a fault of packetwalk: ') + fault;
}
