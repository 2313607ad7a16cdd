/** Slips on the command line that commander takes for something else, or says nothing of. */
import type { Command } from 'commander';
import { PacketwalkError } from '../errors.js';

/** Options that collect their values. */
const COLLECTING: readonly string[] = ['assume', 'sysctl'];

/** Of any other option that is given twice the first value would be forgotten; `more` collect theirs too. */
export function refuseRepeated(command: Command, more: readonly string[] = []): void {
  const seen = new Set<string>();
  for (const option of command.options) {
    if (!option.required || [...COLLECTING, ...more].includes(option.name())) continue;
    command.on(`option:${option.name()}`, () => {
      if (seen.has(option.name())) throw new PacketwalkError(`${option.long}: is given twice`, { code: 'bad-usage' });
      seen.add(option.name());
    });
  }
}

/** `-dport`, which is -d with the value `port`, where there is an option --dport. */
export function refuseShortDash(program: Command, argv: readonly string[]): void {
  const command = program.commands.find((one) => one.name() === argv[0]);
  for (const word of argv) {
    if (word === '--') return;
    if (/^-[a-z][a-z-]+$/.test(word) && command?.options.some(({ long }) => long === `-${word}`))
      throw new PacketwalkError(`${word}: did you mean -${word}?`, { code: 'bad-usage' });
  }
}
