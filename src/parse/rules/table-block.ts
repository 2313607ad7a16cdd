/** One table while its lines come in: chains, policies, rules; jumps are looked at when all chains are known. */
import type { Extension } from '../../ext/define.js';
import type { Finding, Findings, Severity } from '../../model/finding.js';
import { question } from '../../model/question.js';
import {
  BUILTIN,
  type Chain,
  type Counters,
  isBuiltin,
  ruleWith,
  type Table,
  type Target,
  type Unsaid,
  type Word,
} from '../../model/ruleset.js';
import { type Line, placeAt, placeOfLine } from '../text.js';
import { isAndroid } from './android.js';
import { countersOf } from './counters.js';
import { type Bound, boundOf, refuseWrongHooks } from './hooks.js';
import { parseRules } from './rule.js';
import type { RuleSource } from './rule-reader.js';
import { LineWords, type RuleWords } from './rule-words.js';
import { sayOfJump, sayUndeclared, type Undeclared } from './undeclared.js';

/** XT_EXTENSION_MAXNAMELEN of include/uapi/linux/netfilter/x_tables.h, without the zero behind it. */
const LONGEST_NAME = 28;

/** All of one shape. */
const newChain = (name: string, line: number, counters: Counters | undefined): Chain => ({
  name,
  line,
  policy: undefined,
  counters,
  rules: [],
  gaps: undefined,
});

type Draft = { -readonly [K in keyof Table]: Table[K] };

type Pending = (last: Chain | undefined, next: Chain | undefined) => void;

export class TableBlock {
  private readonly table: Draft;
  /** chains that rules stand in and no line declares, with the first such rule. */
  private readonly undeclared: Undeclared[] = [];
  /** chains that a line declares of which something was to be said, or might have been; and whether others are. */
  private readonly declared = new Set<string>();
  private hasPrinted = false;
  /** some rule leads to a chain that no line above it declares, or to a built-in one. */
  private doubtful = false;
  /** that of the last rule. */
  private last: Chain | undefined;
  /** lines were left out. */
  private isCut = false;
  private pending: Pending | undefined;
  /** extensions of rules that work at some hooks only, by chain. */
  private readonly bound: Bound[] = [];

  constructor(
    table: Pick<Table, 'name' | 'family' | 'file' | 'origin' | 'nft'>,
    line: Line,
    private readonly findings: Findings,
  ) {
    this.table = { ...table, opened: placeOfLine(table.file, line), complete: false, chains: new Map() };
  }

  get name(): Table['name'] {
    return this.table.name;
  }
  get file(): string {
    return this.table.file;
  }
  get family(): Table['family'] {
    return this.table.family;
  }
  get origin(): Table['origin'] {
    return this.table.origin;
  }
  /** no line declares a chain of it. */
  get isLoose(): boolean {
    return this.declared.size === 0 && !this.hasPrinted;
  }
  /** what was read so far; edits take rules and chains out of it. */
  get chains(): Table['chains'] {
    return this.table.chains;
  }
  has(chain: string): boolean {
    return this.table.chains.has(chain);
  }

  private readonly nameOf = (chain: string): string => this.table.chains.get(chain)?.name ?? chain;
  readonly isDeclared = (chain: string): boolean =>
    this.has(chain) && (this.undeclared.length === 0 || !this.undeclared.some((one) => one.chain === chain));

  /** A chain line, `-P` or `-N`; `policy` is `-` or absent for user chains. */
  chain(line: Line, name: string, policy: string | undefined, counters: string | undefined): void {
    const builtin = isBuiltin(this.name, name);
    if (builtin && policy !== undefined && policy !== '-' && policy !== 'ACCEPT' && policy !== 'DROP')
      return this.say('error', 'bad-policy', line, `policy ${policy}: ACCEPT or DROP was expected`);
    if (name.length > LONGEST_NAME)
      return this.say(
        'error',
        'bad-chain-name',
        line,
        `chain ${name}: the kernel takes names of at most 28 characters`,
      );
    // parts of a listing name it again
    if (!builtin && this.origin === 'save' && (this.declared.has(name) || this.isDeclared(name)))
      this.say(
        'warning',
        'chain-again',
        line,
        `chain ${name} was declared before: iptables-legacy-restore refuses that`,
      );
    this.declared.add(name);
    const before = this.table.chains.get(name);
    const chain = newChain(name, line.number, counters === undefined ? undefined : countersOf(counters));
    this.table.chains.set(name, {
      ...chain,
      policy: builtin && (policy === 'ACCEPT' || policy === 'DROP') ? policy : undefined,
      rules: before?.rules ?? chain.rules,
      gaps: before?.gaps,
    });
  }

  /** The line of a user chain, which nothing is to be said of; undefined: something is. */
  userChain(name: string, line: number, counters: Counters): Chain | undefined {
    const { chains } = this.table;
    if (chains.has(name) || isBuiltin(this.name, name) || name.length > LONGEST_NAME) return undefined;
    const chain = newChain(name, line, counters);
    this.hasPrinted = true;
    chains.set(name, chain);
    return chain;
  }

  /**
   * A rule of a listing, whose words are those that a save has. `hidden`: the listing was made without -v, and does not show the
   * interfaces that it is for. `headed`: whether any line of it begins a chain of the name, be it below.
   */
  listed(
    line: Line,
    name: string,
    words: RuleWords,
    counters: string | undefined,
    hidden: boolean,
    headed: (chain: string) => boolean,
  ): void {
    // its line may have been refused
    const chain = this.table.chains.get(name) ?? this.declare(line, { text: name, at: { column: 1, length: 1 } });
    const from = { ...this.from(line, chain, counters), listed: true, declared: headed };
    const unsaid: Unsaid = { question: question.interface(name, line.number), not: false, words: [], at: undefined };
    const rules = parseRules(words, from, this.findings).map((rule) =>
      hidden ? ruleWith(rule, { unsaid: [...(rule.unsaid ?? []), unsaid] }) : rule,
    );
    for (const rule of rules) this.note(rule.chain, rule.target, boundOf(rule, this.family));
    chain.rules.push(...rules);
  }

  private from(line: Line, chain: Chain, counters: string | undefined): RuleSource {
    return {
      family: this.family,
      table: this.name,
      // the chain's own text, so that not every rule has another one
      chain: chain.name,
      file: this.table.file,
      line: line.number,
      source: line.text,
      written: line.written,
      counters: counters === undefined ? undefined : countersOf(counters),
      nameOf: this.nameOf,
      declared: this.isDeclared,
      isAndroid: () => isAndroid(this.table.chains),
    };
  }

  /** A line with -A, or with -I. */
  rule(line: Line): void {
    const head = /^\s*(\[\d+:\d+\])?\s*/.exec(line.text)!;
    const words = new LineWords(line.text, head[0].length);
    const command = words.take()?.text;
    const named = words.take();
    if (named === undefined)
      return this.say('error', 'missing-value', line, `${command}: the name of a chain is missing`);
    const chain = this.table.chains.get(named.text) ?? this.declare(line, named);
    this.settle(chain);
    this.last = chain;
    const from = this.from(line, chain, head[1]);
    const inserts = command === '-I';
    const number = inserts && /^\d+$/.test(words.peek()?.text ?? '') ? Number(words.take()!.text) : undefined;
    const found: Finding[] = [];
    const rules = parseRules(words, from, { add: (finding) => found.push(finding) });
    // where the reading stopped, quotes go on
    while (words.take() !== undefined);
    const { open } = words;
    const stop = found.some(({ severity }) => severity === 'error');
    // a shell does not take it, nor is a ' a quote to iptables-restore
    const isTaken = open === undefined || (!stop && this.table.origin === 'save' && line.text[open - 1] === '"');
    // what is wrong else comes of it, or waits until it is closed
    if (isTaken) for (const finding of found) this.findings.add(finding);
    for (const rule of rules) this.note(rule.chain, rule.target, boundOf(rule, this.family));
    const last = chain.rules.length + 1;
    if (number !== undefined && (number < 1 || number > last))
      return this.say('error', 'bad-value', line, `-I: rule number ${number} is out of range 1..${last}`);
    if (!isTaken) {
      if (rules[0]) chain.rules.push(ruleWith(rules[0], { refused: true }));
    } else if (inserts) for (const rule of rules) chain.rules.splice((number ?? 1) - 1, 0, rule);
    else for (const rule of rules) chain.rules.push(rule);
    if (open === undefined) return;
    this.findings.add({
      severity: isTaken ? 'warning' : 'error',
      code: 'open-quote',
      message: isTaken ? 'the quote is never closed: the line break is part of the value' : 'the quote is never closed',
      place: placeAt(this.table.file, line, open),
      ...(isTaken ? {} : { ofRule: true }),
    });
  }

  private declare(line: Line, { text: name, at }: Word): Chain {
    if (!isBuiltin(this.name, name)) this.undeclared.push({ chain: name, line, at: at.column });
    const chain = newChain(name, line.number, undefined);
    this.table.chains.set(name, chain);
    return chain;
  }

  /** Lines were left out. `pending`: what is done when the next rule's chain is known, or none comes. */
  cut(pending?: Pending): void {
    this.isCut = true;
    if (pending !== undefined) this.pending ??= pending;
  }

  private settle(next: Chain | undefined): void {
    this.pending?.(this.last, next);
    this.pending = undefined;
  }

  /**
   * The table as it was read. `complete`: what it does not hold does not exist. `mend`: what is done first where rules lead to
   * chains that are not there.
   */
  end(complete: boolean, mend?: (table: Table, findings: Findings) => void): Table {
    const { table } = this;
    this.settle(undefined);
    table.complete = complete && !this.isCut;
    if ((table.origin === 'commands' || table.origin === 'script') && this.isLoose) table.origin = 'rules';
    for (const one of this.undeclared) sayUndeclared(table, one, this.findings);
    // the kernel has every built-in chain, named or not
    for (const name of BUILTIN[table.name])
      if (!table.chains.has(name)) table.chains.set(name, newChain(name, 0, undefined));
    if (this.doubtful) mend?.(table, this.findings);
    if (this.doubtful)
      for (const chain of table.chains.values()) for (const rule of chain.rules) sayOfJump(table, rule, this.findings);
    refuseWrongHooks(table, this.bound, this.findings);
    return table;
  }

  /** What is to be looked at when all chains are known. */
  note(chain: string, target: Target | undefined, bound: readonly Extension[]): void {
    if (target?.kind === 'jump' || target?.kind === 'goto')
      this.doubtful ||= !this.has(target.chain) || isBuiltin(this.name, target.chain);
    if (bound.length > 0) this.bind(chain, bound);
  }

  /** A rule of a chain has extensions that work at some hooks only. */
  bind(chain: string, extensions: readonly Extension[]): void {
    const last = this.bound.at(-1);
    if (last?.chain !== chain || last.extensions !== extensions) this.bound.push({ chain, extensions });
  }

  private say(severity: Severity, code: string, line: Line, message: string): void {
    this.findings.add({ severity, code, message, place: placeOfLine(this.table.file, line) });
  }
}
