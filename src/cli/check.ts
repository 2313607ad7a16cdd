/** `check`: what was found wrong or worth a word in the files. */
import { type Command, Option } from 'commander';
import type { Severity } from '../model/finding.js';
import { findingText, readInput } from './input.js';

const GRADES: readonly Severity[] = ['note', 'warning', 'error'];

interface CheckOptions {
  readonly failOn: Severity;
  readonly json?: true;
}

export function addCheck(program: Command, done: (code: number) => void): void {
  program
    .command('check')
    .description('findings: what is wrong with the files, and what was not understood')
    .argument('[FILES...]', 'files or folders; - for standard input')
    .addOption(new Option('--fail-on <SEVERITY>', 'exit 1 from this severity on').choices([...GRADES]).default('error'))
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  packetwalk check --fail-on warning host/')
    .action((files: string[], options: CheckOptions) => {
      const { tables, sets, findings } = readInput(files);
      const rules = tables.reduce(
        (n, table) => n + [...table.chains.values()].reduce((m, c) => m + c.rules.length, 0),
        0,
      );
      if (options.json) {
        const list = findings.map(({ severity, code, message, place, hint }) => ({
          file: place?.file,
          line: place?.line,
          column: place?.column,
          severity,
          code,
          message,
          hint,
        }));
        process.stdout.write(
          `${JSON.stringify({ schema: 1, findings: list, understood: { rules, sets: sets.length } })}\n`,
        );
      } else {
        for (const finding of findings) process.stdout.write(`${findingText(finding)}\n`);
        process.stdout.write(`${rules} rules and ${sets.length} sets read, ${findings.length} findings\n`);
      }
      const least = GRADES.indexOf(options.failOn);
      done(findings.some((finding) => GRADES.indexOf(finding.severity) >= least) ? 1 : 0);
    });
}
