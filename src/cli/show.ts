/** `show`: the rules as they were understood, printed. */
import { type Command, Option } from 'commander';
import { compile } from '../compile/compile.js';
import { disassemble } from '../compile/disassemble.js';
import { synthesise } from '../input/synthetic/index.js';
import type { Finding } from '../model/finding.js';
import { placeOf, type Table } from '../model/ruleset.js';
import { printIpset } from '../parse/ipset/print.js';
import { printSave } from '../parse/rules/print-save.js';
import { planJson, renderPlans } from '../report/plan.js';
import { rulesetJson } from '../report/ruleset.js';
import type { EngineName } from '../run/classifying.js';
import { strictly } from '../run/host-program.js';
import { planOf } from '../run/plan-of.js';
import { syntheticSpec } from '../run/synthetic-spec.js';
import { alike, groupText, ofSeverity } from './findings.js';
import { Hosts } from './hosts.js';
import { readInput } from './input.js';
import { langOption } from './language.js';
import { engineOption, memoryOption } from './load.js';

interface ShowOptions {
  readonly counters?: true;
  readonly json?: true;
  readonly bytecode?: true;
  readonly plan?: true;
  readonly engine: EngineName;
  readonly memory: number;
  readonly strict?: true;
  readonly lenient?: true;
}

export function addShow(program: Command, done: (code: number) => void): void {
  program
    .command('show')
    .description('the rules and sets as they were understood')
    .argument('[FILES...]', 'files or folders; - for standard input')
    .addOption(
      new Option('--save', 'as iptables-save and ipset save print them (the default)').conflicts([
        'json',
        'bytecode',
        'plan',
      ]),
    )
    .option('--counters', "with the rules' counters")
    .addOption(new Option('--json', 'as one JSON object').conflicts('bytecode'))
    .option('--bytecode', 'the compiled program, beside the source lines')
    .addOption(
      new Option('--plan', 'how classify takes packets that are made up: classes of values, tables, and why').conflicts(
        'bytecode',
      ),
    )
    .addOption(engineOption())
    .addOption(memoryOption())
    .option('--strict', 'what is not understood is an error')
    .option('--lenient', 'print all that could be read, refused rules as their text')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  packetwalk show --save nat.rules | diff nat.rules -')
    .action(async (files: string[], options: ShowOptions) => {
      if (options.plan) return void process.stdout.write(await plans(files, options));
      const { tables, evaluated, sets, host, connections, findings } = readInput(files);
      const printed = options.lenient ? tables : onceEach(tables, evaluated);
      const unsaid = options.bytecode || options.json ? [] : notAsOptions(printed);
      const errors = ofSeverity([...(options.strict ? strictly(findings) : findings), ...unsaid], 'error');
      for (const group of alike(errors)) process.stderr.write(`${groupText(group)}\n`);
      if (errors.length > 0 && options.lenient === undefined) return done(2);
      if (options.bytecode) process.stdout.write(listings(evaluated).join('\n'));
      else if (options.json) process.stdout.write(`${JSON.stringify(rulesetJson(tables, sets, host, connections))}\n`);
      else process.stdout.write(printSave(printed, { counters: options.counters === true }) + printIpset(sets));
    });
}

/** Those of packets by columns, of no connections. */
async function plans(
  files: readonly string[],
  { json, engine, memory, strict, lenient }: ShowOptions,
): Promise<string> {
  const { all } = await Hosts.load(readInput(files), {
    tracking: 'auto',
    connections: 'off',
    engine,
    memory,
    strict,
    lenient,
  });
  const planned = all.map(({ program, host }) => {
    const spec = syntheticSpec(program, { profile: 'near', seed: 1 });
    return { host, plan: planOf(host, synthesise(spec, 0, 1)) };
  });
  return json ? `${JSON.stringify(planJson(planned))}\n` : renderPlans(planned);
}

/**
 * Each table as it is evaluated, whatever it was put together of. A restore block beside it stays, as iptables-restore takes
 * both, unless it says the same.
 */
function onceEach(tables: readonly Table[], evaluated: readonly Table[]): Table[] {
  // one that was put together, or is of the other back end, stands where its best block does
  const taken = new Map(evaluated.map((table) => [table.opened, table]));
  const textOf = (table: Table) => printSave([table]).replace(/ \[\d+:\d+\]$/gm, '');
  const texts = new Set(evaluated.map(textOf));
  return tables.flatMap((table) => {
    const one = taken.get(table.opened);
    return one ?? (table.complete && !texts.has(textOf(table)) ? table : []);
  });
}

/** What a listing says of an extension that is not evaluated is text, and no options: iptables would refuse the rule. */
const notAsOptions = (tables: readonly Table[]): Finding[] =>
  tables
    .filter(({ origin }) => origin === 'listing')
    .flatMap(({ chains }) => [...chains.values()].flatMap(({ rules }) => rules))
    .flatMap((rule): Finding[] => {
      const { target, matches } = rule;
      const match = matches.find(({ known }) => !known);
      const own = target?.kind === 'extension' && !target.use.known && target.use.words.length > 0;
      const use = match ?? (own ? target.use : undefined);
      if (use === undefined || rule.refused) return [];
      const message = `what the listing says of ${match ? 'match' : 'target'} ${use.name} is no option that iptables takes`;
      return [{ severity: 'error', code: 'not-understood', message, place: placeOf(rule, use.at), hint: HINT }];
    });
const HINT = '--lenient prints it all the same';

const listings = (tables: readonly Table[]): string[] =>
  ([4, 6] as const)
    .map((family) => tables.filter((table) => table.family === family))
    .filter((list) => list.length > 0)
    .map((list) => disassemble(compile(list, list[0]!.family)));
