/**
 * Other rules for a host that is loaded, as iptables-restore gives them to a kernel: what do_replace of
 * net/ipv4/netfilter/ip_tables.c does with a table, for each that the text names. The whole table is another one then, with counters
 * and states of matches that begin anew. A built-in chain that the text does not name has no rules, and the policy that it had. The
 * kernel takes one table after the other; here all are taken or none.
 */
import { CELL_WORDS, Section, SKIP_SHIFT } from '../abi.js';
import type { setsNamed } from '../compile/check.js';
import type { Compiled } from '../compile/compile.js';
import { opWords } from '../compile/opinfo.js';
import { cellOf } from '../compile/uses.js';
import type { Place } from '../errors.js';
import type { Finding } from '../model/finding.js';
import { type Counters, isBuiltin, plainTable, type Table, type TableName } from '../model/ruleset.js';
import { SETS_STATE } from '../model/set-test.js';
import type { readIpset } from '../parse/ipset/ipset.js';
import type { CompiledHost } from './compiled-host.js';
import type { LoadedHost } from './engine.js';
import type { refuse, tablesOf } from './host-program.js';
import { HostStates } from './host-states.js';
import type { HostTexts, parse } from './host-texts.js';
import type { Remembered } from './stage.js';

export interface UpdateOptions {
  /** what findings call the text; the name of the text that the host's rules are from where it is left out. */
  readonly name?: string;
  /** counters begin as the text has them, and not at 0: what `iptables-restore -c` does. */
  readonly counters?: boolean;
  /** what is not understood is an error. */
  readonly strict?: boolean;
}

export interface Updated {
  /** the tables that were replaced. */
  readonly tables: readonly TableName[];
  /** what is wrong with the text, not understood or not given. */
  readonly findings: readonly Finding[];
}

export interface SetsOptions {
  /** what findings call the text: `ipset` where it is left out. */
  readonly name?: string;
  /** what is there already may be added, and what is not there deleted: what `ipset -exist restore` does. */
  readonly exist?: boolean;
}

/** Of the library, which has this as a file of its own. */
interface Library {
  readonly parse: typeof parse;
  readonly readIpset: typeof readIpset;
  readonly setsNamed: typeof setsNamed;
  readonly tablesOf: typeof tablesOf;
  readonly refuse: typeof refuse;
}

/** Throws PacketwalkError where the text is no whole save of the host's family, or cannot be compiled; the host is as it was then. */
export function update(host: LoadedHost, text: string, options: UpdateOptions, library: Library): Updated {
  const { from } = host;
  const { counters = false, strict } = options;
  const file = options.name ?? from.tables[0]?.file ?? 'rules';
  const texts = library.parse([{ name: file, text }], [], from);
  const lenient = from.otherwise === false;
  const { tables: given, used } = library.tablesOf(texts, { strict, lenient }, from.family, from.assume.keys());
  const fault = faultOf(texts, given, counters, (number) => placeOfNumber(file, text, number));
  if (fault !== undefined) library.refuse({ findings: [fault], tables: [] }, {});
  const before = new Map(given.map((table) => [ofHost(table, from.tables), table]));
  const kept = from.tables.filter(({ name }) => !before.has(name));
  const replaced = [...before].map(([name, table]) =>
    withPolicies(
      table.name === name ? table : { ...table, name },
      from.tables.find((one) => one.name === name),
    ),
  );
  const byName = new Map([...from.tables, ...replaced].map((table) => [table.name, table]));
  // sets are no part of the rules: what packets have made of them stays
  const next = from.having({ tables: [...byName.values()], sets: host.setsNow, ...(used && { filled: used }) });
  host.exchange(next, (words) => handed(words, from, next, kept, counters));
  return { tables: [...before.keys()], findings: texts.findings };
}

/**
 * Carries out commands of `ipset restore`. Throws PacketwalkError for the first that ipset, or the kernel, would not take: none is
 * carried out then.
 */
export function updateSets(host: LoadedHost, text: string, options: SetsOptions, library: Library): void {
  const { from } = host;
  const found: Finding[] = [];
  const now = host.milliseconds;
  let named: Set<string> | undefined;
  const standing = {
    sets: host.setsNow,
    now,
    exist: options.exist === true,
    named: () => {
      named ??= library.setsNamed(from.tables);
      return named;
    },
  };
  const findings = { add: (finding: Finding) => found.push({ ...finding, severity: 'error' }) };
  const { sets, lacking } = library.readIpset(text, options.name ?? 'ipset', findings, standing);
  for (const { name, finding } of lacking) if (!sets.some((set) => set.name === name)) findings.add(finding);
  library.refuse({ findings: found, tables: [] }, {});
  const next = from.having({ sets });
  const same = next.compiled === from.compiled;
  host.exchange(next, (words) => (same ? withoutSets(words, from) : handed(words, from, next, from.tables, false)));
}

/** What packets have made of sets is the host's own from then on. */
const withoutSets = (words: Remembered, { compiled }: CompiledHost): Remembered => ({
  ...words,
  states: words.states.without(compiled.states.get(SETS_STATE)),
});

/** Which table of the host it is: one of iptables-nft may stand beside that of iptables-legacy. */
function ofHost({ name, nft }: Table, tables: readonly Table[]): TableName {
  const same = tables.filter((one) => plainTable(one.name) === name);
  return (same.length > 1 ? same.find((one) => (one.name !== name) === (nft === true)) : same[0])?.name ?? name;
}

/** Why iptables-restore would not take it; undefined: it would. */
function faultOf(
  { taken }: HostTexts,
  tables: readonly Table[],
  counters: boolean,
  placeOf: (line: number) => Place,
): Finding | undefined {
  const error = (message: string, place: Place, hint?: string): Finding => ({
    severity: 'error',
    code: 'not-restored',
    message,
    place,
    hint,
  });
  const other = taken.find(({ as }) => as !== 'rules');
  if (other !== undefined && taken.some(({ as }) => as === 'rules'))
    return error('this is no line of a save, and nothing of the text is taken', placeOf(other.from));
  for (const table of tables) {
    if (table.origin !== 'save' || !table.complete)
      return error(
        `table ${table.name} is not whole`,
        table.opened,
        'what iptables-save prints was expected, with its COMMIT',
      );
    const chain = [...table.chains.values()].find((one) => one.policy !== undefined && one.counters === undefined);
    if (counters && chain !== undefined)
      return error(`the policy of chain ${chain.name} has no counters`, placeOf(chain.line));
  }
  return undefined;
}

/** The place of a whole line, by its number. */
function placeOfNumber(file: string, text: string, number: number): Place {
  const source = text.split('\n')[number - 1]!.trimEnd();
  return { file, line: number, column: 1, length: source.length, source };
}

/** iptables-restore sets those alone that it is told. */
function withPolicies(table: Table, before: Table | undefined): Table {
  for (const [name, chain] of table.chains)
    if (chain.policy === undefined && isBuiltin(table.name, name))
      table.chains.set(name, { ...chain, policy: before?.chains.get(name)?.policy, counters: undefined });
  return table;
}

/** What all rules count and remember from now on: those of `kept` tables go on. */
function handed(
  all: Remembered,
  host: CompiledHost,
  { compiled: to }: CompiledHost,
  kept: readonly Table[],
  counters: boolean,
): Remembered {
  const words = withoutSets(all, host);
  const from = host.compiled;
  const { program } = to;
  const after = {
    counters: new Uint32Array(4 * (program.rules + program.policies)),
    cells: program.section(Section.Cells).slice(),
    states: new HostStates(),
  };
  // what has a name is there as long as any rule names it: the new table's come before those of the old one go
  for (const [name, cell] of to.states) {
    const before = from.states.get(name);
    if (before !== undefined) words.states.move(before, after.states, cell);
  }
  if (counters) readCounters(to, after.counters);
  for (const { name } of kept) {
    const [before, now] = [countersOf(from, name), countersOf(to, name)];
    for (const [i, { first, count }] of before.entries())
      after.counters.set(words.counters.subarray(4 * first, 4 * (first + count)), 4 * now[i]!.first);
    for (let i = 0; after.cells.length > 0 && i < before[0]!.count; i++)
      moveCells(from, before[0]!.first + i, words, to, now[0]!.first + i, after);
  }
  return after;
}

/** Where a table's counters stand among all, those of rules and those of policies. */
function countersOf({ rules, policies }: Compiled, table: TableName) {
  const range = (all: readonly { readonly table: TableName }[], base: number) => {
    const first = Math.max(
      0,
      all.findIndex((one) => one.table === table),
    );
    let end = first;
    while (all[end]?.table === table) end++;
    return { first: base + first, count: end - first };
  };
  return [range(rules, 0), range(policies, rules.length)];
}

/** What a rule remembers stands where the same rule of another program has it. */
function moveCells(
  from: Compiled,
  before: number,
  words: Remembered,
  to: Compiled,
  now: number,
  moved: Remembered,
): void {
  const [old, own] = [cellsOf(from, before), cellsOf(to, now)];
  for (const [i, cell] of old.entries()) {
    moved.cells.set(words.cells.subarray(CELL_WORDS * cell, CELL_WORDS * (cell + 1)), CELL_WORDS * own[i]!);
    words.states.move(cell, moved.states, own[i]!);
  }
}

/** State cells of a rule, in the order of its instructions. */
function cellsOf({ program, rules }: Compiled, rule: number): number[] {
  const code = program.section(Section.Code);
  const { address } = rules[rule]!;
  const cells: number[] = [];
  for (let at = address, end = at + (code[at]! >>> SKIP_SHIFT); at < end; at += opWords(code[at]! & 255)) {
    const cell = cellOf(code, at);
    if (cell !== undefined) cells.push(cell);
  }
  return cells;
}

/** Those of the text, wherever it has some. */
function readCounters({ rules, policies, chains }: Compiled, words: Uint32Array): void {
  const put = (id: number, counters: Counters | undefined) => {
    if (counters === undefined) return;
    const { packets, bytes } = counters;
    words.set([Number(packets & LOW), Number(packets >> 32n), Number(bytes & LOW), Number(bytes >> 32n)], 4 * id);
  };
  for (const [id, { rule }] of rules.entries()) put(id, rule.counters);
  for (const [id, { table, chain }] of policies.entries())
    put(rules.length + id, chains.find((one) => one.table === table && one.chain.name === chain)!.chain.counters);
}

const LOW = 0xffffffffn;
