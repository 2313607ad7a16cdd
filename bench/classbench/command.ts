/** The commands of this folder: what is wrong with what they were given is said in a line or with its place, without a stack. */
import { PacketwalkError } from '../../src/errors.js';

/** Runs it; ends the process with 2 where it throws. */
export async function asCommand(usage: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (fault) {
    process.stderr.write(
      `${fault instanceof PacketwalkError ? fault.format() : `${(fault as Error).message}\n${usage}`}\n`,
    );
    process.exitCode = 2;
  }
}

/** Throws for what is no whole number from 1 on. */
export function countOf(name: string, text: string | undefined): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${name} ${text}: a whole number from 1 on was expected`);
  return count;
}
