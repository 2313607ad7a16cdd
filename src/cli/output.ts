/** What happens where standard output cannot be written. */
import { words } from './language.js';

let kept: (() => string) | undefined;

/** A result in short, for standard error, should it not reach standard output. */
export function keepForFailure(text: () => string): void {
  kept = text;
}

/**
 * Listens for faults of the output. A reader that has seen enough closes the pipe, which is no error; any other, such as
 * a full disk, is said, with what was kept.
 */
export function watchOutput(exit: () => number): void {
  process.stderr.on('error', () => process.exit(2));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exit());
    const reason = error.code === 'ENOSPC' ? 'no space is left' : error.message;
    const said = words().say(`standard output cannot be written: ${reason}`);
    process.stderr.write(`${said}\n${kept?.() ?? ''}`, () => process.exit(2));
  });
}
