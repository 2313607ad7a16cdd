/** `check`: what was found wrong or worth a word in the files. */
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import type { Finding, Severity } from '../model/finding.js';
import type { Rule, Table } from '../model/ruleset.js';
import { strictly } from '../run/host-program.js';
import { inOrder } from '../run/host-texts.js';
import { alike, groupText, ofSeverity } from './findings.js';
import { readSources } from './input.js';
import { langOption, words, wordsInJson } from './language.js';
import { takenLines } from './taken.js';

const GRADES: readonly Severity[] = ['note', 'warning', 'error'];

interface CheckOptions {
  readonly failOn: Severity;
  readonly json?: true;
  readonly verbose?: true;
  readonly strict?: true;
  readonly explain?: string;
}

export function addCheck(program: Command, done: (code: number) => void): void {
  program
    .command('check')
    .description('findings: what is wrong with the files, and what was not understood')
    .argument('[FILES...]', 'files or folders; - for standard input')
    .addOption(new Option('--fail-on <SEVERITY>', 'exit 1 from this severity on').choices([...GRADES]).default('error'))
    .option('-v, --verbose', 'every finding, also where many say the same')
    .option('--strict', 'what is not understood is an error')
    .option('--json', 'as one JSON object, which holds every finding')
    .addOption(langOption())
    .option('--explain <CODE>', 'what a code of a finding means, and what to do; without FILES')
    .addHelpText(
      'after',
      '\nExamples:\n  packetwalk check --fail-on warning host/\n  packetwalk check --explain never-reached',
    )
    .action(async (files: string[], options: CheckOptions) => {
      if (options.explain !== undefined) {
        if (files.length > 0)
          throw new PacketwalkError('--explain takes no files: it tells of a code', { code: 'bad-usage' });
        const { explainCode } = await import('./explain-code.js');
        process.stdout.write(explainCode(options.explain));
        return;
      }
      const { texts, host } = readSources(files);
      const { tables, sets, connections, taken } = host;
      const { checkRules } = await import('../run/check-rules.js');
      const read = options.strict ? strictly(host.findings) : host.findings;
      const findings = inOrder([...read, ...checkRules(texts, host)], texts);
      const wrong = new Set(ofSeverity(findings, 'error').map(({ place }) => `${place?.file}:${place?.line}`));
      const isRight = ({ file, line }: Rule) => !wrong.has(`${file}:${line}`);
      const understood = {
        rules: rulesOf(tables).filter((rule) => isUnderstood(rule) && isRight(rule)).length,
        sets: sets.length,
        connections: connections?.length,
      };
      if (options.json)
        process.stdout.write(`${JSON.stringify({ schema: 1, findings: findings.map(jsonFinding), understood })}\n`);
      else {
        const groups = options.verbose ? findings.map((finding) => [finding] as const) : alike(findings);
        if (options.verbose) for (const line of takenLines(taken, tables)) process.stdout.write(`${line}\n`);
        for (const group of groups) process.stdout.write(`${groupText(group)}\n`);
        const { command } = words();
        const sum = command.read({ ...understood, rules: rulesOf(tables).length, understood: understood.rules });
        process.stdout.write(`${sum}; ${command.found(countsOf(findings))}\n`);
      }
      const least = GRADES.indexOf(options.failOn);
      done(findings.some((finding) => GRADES.indexOf(finding.severity) >= least) ? 1 : 0);
    });
}

const rulesOf = (tables: readonly Table[]): Rule[] =>
  tables.flatMap((table) => [...table.chains.values()].flatMap((chain) => chain.rules));

const isUnderstood = ({ refused, matches, target }: Rule): boolean =>
  !refused && matches.every((use) => use.known) && (target?.kind !== 'extension' || target.use.known);

const jsonFinding = ({ severity, code, message, place, hint }: Finding) => ({
  file: place?.file,
  line: place?.line,
  column: place?.column,
  severity,
  code,
  message: wordsInJson().say(message),
  hint: hint === undefined ? undefined : wordsInJson().say(hint),
});

/** Of each severity that has some, the gravest first. */
const countsOf = (findings: readonly Finding[]) =>
  [...GRADES]
    .reverse()
    .map((grade) => [grade, ofSeverity(findings, grade).length] as const)
    .filter(([, count]) => count > 0);
