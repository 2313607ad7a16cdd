/** The command: its subcommands, and how an error ends it. Results go to standard output, all else to standard error. */
import { Command, CommanderError } from 'commander';
import { PacketwalkError } from '../errors.js';
import { addCheck } from './check.js';
import { addShow } from './show.js';
import { addTrace } from './trace.js';

/** Runs the command line and gives the exit code: 0 yes or done, 1 a "no" that was asked for, 2 bad usage or input. */
export async function main(argv: readonly string[]): Promise<number> {
  let exit = 0;
  const program = new Command('packetwalk')
    .description("says what happens to a packet in a Linux host's iptables rules")
    .version('0.1.0')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const done = (code: number) => {
    exit = code;
  };
  addTrace(program);
  addShow(program, done);
  addCheck(program, done);
  // a reader that has seen enough closes the pipe: that is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exit : 2);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof PacketwalkError)) throw error;
    process.stderr.write(`${error.format()}\n`);
    return 2;
  }
  return exit;
}
