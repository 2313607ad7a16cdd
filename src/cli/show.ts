/** `show`: the rules as they were understood, printed. */
import type { Command } from 'commander';
import { compile } from '../compile/compile.js';
import { disassemble } from '../compile/disassemble.js';
import type { Table } from '../model/ruleset.js';
import { printIpset } from '../parse/print-ipset.js';
import { printSave } from '../parse/print-save.js';
import { findingText, ofSeverity, readInput } from './input.js';
import { evaluated } from './load.js';

interface ShowOptions {
  readonly counters?: true;
  readonly bytecode?: true;
  readonly lenient?: true;
}

export function addShow(program: Command, done: (code: number) => void): void {
  program
    .command('show')
    .description('the rules and sets as they were understood')
    .argument('[FILES...]', 'files or folders; - for standard input')
    .option('--save', 'as iptables-save and ipset save print them (the default)')
    .option('--counters', "with the rules' counters")
    .option('--bytecode', 'the compiled program, beside the source lines')
    .option('--lenient', 'print all that could be read, refused rules as their text')
    .addHelpText('after', '\nExample:\n  packetwalk show --save nat.rules | diff nat.rules -')
    .action((files: string[], options: ShowOptions) => {
      const { tables, sets, findings } = readInput(files);
      const errors = ofSeverity(findings, 'error');
      for (const finding of errors) process.stderr.write(`${findingText(finding)}\n`);
      if (errors.length > 0 && options.lenient === undefined) return done(2);
      if (options.bytecode) process.stdout.write(listings(tables).join('\n'));
      else process.stdout.write(printSave(tables, { counters: options.counters === true }) + printIpset(sets));
    });
}

const listings = (tables: readonly Table[]): string[] =>
  ([4, 6] as const)
    .map((family) => evaluated(tables, family))
    .filter((list) => list.length > 0)
    .map((list) => disassemble(compile(list, list[0]!.family)));
