/** One table while its lines come in: chains, policies, rules; jumps are looked at when all chains are known. */
import type { Extension } from '../../ext/define.js';
import { TARGET_NAMES } from '../../ext/registry.js';
import type { Findings, Severity } from '../../model/finding.js';
import { nearest } from '../../model/nearest.js';
import { question } from '../../model/question.js';
import {
  aimAt,
  BUILTIN,
  type Chain,
  isBuiltin,
  meaningOf,
  placeOf,
  type Rule,
  ruleWith,
  type Table,
  type Target,
  type Unsaid,
  type Word,
} from '../../model/ruleset.js';
import { type Line, placeAt, placeOfLine } from '../text.js';
import { countersOf } from './counters.js';
import { boundOf, refuseWrongHooks } from './hooks.js';
import { parseRules } from './rule.js';
import type { RuleSource } from './rule-reader.js';
import { LineWords, type RuleWords } from './rule-words.js';

const MOST_TYPED = 200;

type Draft = { -readonly [K in keyof Table]: Table[K] };

type Pending = (last: Chain | undefined, next: Chain | undefined) => void;

export class TableBlock {
  private readonly table: Draft;
  /** chains that rules stand in and no line declares, with the first such rule. */
  private readonly undeclared: { readonly chain: string; readonly line: Line; readonly at: Chain['line'] }[] = [];
  /** chains that a line declares. */
  private readonly declared = new Set<string>();
  /** some rule leads to a chain that no line above it declares, or to a built-in one. */
  private doubtful = false;
  /** that of the last rule. */
  private last: Chain | undefined;
  /** lines were left out. */
  private isCut = false;
  private pending: Pending | undefined;
  /** extensions of rules that work at some hooks only, by chain. */
  private readonly bound = new Map<string, Set<Extension>>();

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
    return this.declared.size === 0;
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
    if (name.length > 28)
      return this.say(
        'error',
        'bad-chain-name',
        line,
        `chain ${name}: the kernel takes names of at most 28 characters`,
      );
    // parts of a listing name it again
    if (!builtin && this.origin === 'save' && this.declared.has(name))
      this.say(
        'warning',
        'chain-again',
        line,
        `chain ${name} was declared before: iptables-legacy-restore refuses that`,
      );
    this.declared.add(name);
    this.table.chains.set(name, {
      name,
      line: line.number,
      policy: builtin && (policy === 'ACCEPT' || policy === 'DROP') ? policy : undefined,
      counters: counters === undefined ? undefined : countersOf(counters),
      rules: this.table.chains.get(name)?.rules ?? [],
      gaps: this.table.chains.get(name)?.gaps,
    });
  }

  /**
   * A rule of a listing, whose words are those that a save has. `hidden`: the listing was made without -v, and does not show the
   * interfaces that it is for.
   */
  listed(line: Line, name: string, words: RuleWords, counters: string | undefined, hidden: boolean): void {
    // its line may have been refused
    const chain = this.table.chains.get(name) ?? this.declare(line, { text: name, at: { column: 1, length: 1 } });
    const from = { ...this.from(line, chain, counters), listed: true };
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
    const rules = parseRules(words, from, this.findings);
    for (const rule of rules) this.note(rule.chain, rule.target, boundOf(rule, this.family));
    // where the reading stopped, quotes go on
    while (words.take() !== undefined);
    const { open } = words;
    const last = chain.rules.length + 1;
    if (number !== undefined && (number < 1 || number > last))
      return this.say('error', 'bad-value', line, `-I: rule number ${number} is out of range 1..${last}`);
    if (open === undefined && inserts) for (const rule of rules) chain.rules.splice((number ?? 1) - 1, 0, rule);
    else if (open === undefined) for (const rule of rules) chain.rules.push(rule);
    else {
      if (rules[0]) chain.rules.push(ruleWith(rules[0], { refused: true }));
      this.findings.add({
        severity: 'error',
        code: 'open-quote',
        message: 'the quote is never closed',
        place: placeAt(this.table.file, line, open),
        ofRule: true,
      });
    }
  }

  private declare(line: Line, { text: name, at }: Word): Chain {
    if (!isBuiltin(this.name, name)) this.undeclared.push({ chain: name, line, at: at.column });
    const chain: Chain = { name, line: line.number, policy: undefined, counters: undefined, rules: [] };
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
    for (const one of this.undeclared) this.sayUndeclared(one);
    // the kernel has every built-in chain, named or not
    for (const name of BUILTIN[table.name])
      if (!table.chains.has(name))
        table.chains.set(name, { name, line: 0, policy: undefined, counters: undefined, rules: [] });
    if (this.doubtful) mend?.(table, this.findings);
    if (this.doubtful) for (const chain of table.chains.values()) for (const rule of chain.rules) this.jump(rule);
    refuseWrongHooks(table, this.bound, this.findings);
    return table;
  }

  /** What is to be looked at when all chains are known. */
  note(chain: string, target: Target | undefined, bound: readonly Extension[]): void {
    if (target?.kind === 'jump' || target?.kind === 'goto')
      this.doubtful ||= !this.has(target.chain) || isBuiltin(this.name, target.chain);
    if (bound.length === 0) return;
    const before = this.bound.get(chain);
    if (before === undefined) this.bound.set(chain, new Set(bound));
    else for (const one of bound) before.add(one);
  }

  /** What is cut may have lost the line that declares a chain; its rules are here all the same. */
  private sayUndeclared({ chain, line, at }: (typeof this.undeclared)[number]): void {
    const { complete, file } = this.table;
    const meant = nearest(chain, [...BUILTIN[this.name], ...this.typedChains()]);
    this.findings.add({
      severity: complete ? 'error' : 'warning',
      code: complete ? 'no-such-chain' : 'undeclared-chain',
      message: complete
        ? `chain ${chain} is not in table ${this.name}`
        : `no line declares chain ${chain}: the rules that stand here are taken for all of it`,
      place: placeAt(file, line, at, chain.length),
      hint:
        meant !== undefined
          ? `did you mean ${meant}?`
          : complete
            ? `a line ":${chain} - [0:0]" declares it`
            : undefined,
    });
  }

  private jump(rule: Rule): void {
    const { target } = meaningOf(rule);
    if (target === undefined || (target.kind !== 'jump' && target.kind !== 'goto')) return;
    const { complete, chains } = this.table;
    if (isBuiltin(this.name, target.chain))
      this.findings.add({
        severity: 'error',
        code: 'jump-to-builtin',
        message: `${target.chain} is a built-in chain, which no rule can jump to`,
        place: placeOf(rule, aimAt(rule)),
      });
    else if (!chains.has(target.chain)) {
      const meant = nearest(target.chain, this.targets(target.kind));
      const otherwise = complete
        ? `a line ":${target.chain} - [0:0]" declares it`
        : `what it does is an open question: --assume chain:${target.chain}=yes (it takes the packet) or =no settles it`;
      this.findings.add({
        severity: complete ? 'error' : 'warning',
        code: 'no-such-chain',
        message: complete
          ? `chain ${target.chain} is not in table ${this.name}`
          : `chain ${target.chain} was not given`,
        place: placeOf(rule, aimAt(rule)),
        hint: meant === undefined ? otherwise : `did you mean ${meant}?`,
      });
    }
  }

  /** All that can stand behind -j, or behind -g. */
  private targets(kind: 'jump' | 'goto'): string[] {
    const chains = this.typedChains();
    if (kind === 'goto') return chains;
    return [...TARGET_NAMES, ...chains];
  }

  /** User chains that a slip could be of: names of a program's making, of which there are many, are not typed. */
  private typedChains(): string[] {
    const names = [...this.table.chains.keys()].filter((name) => !isBuiltin(this.name, name));
    return names.length <= MOST_TYPED ? names : [];
  }

  private say(severity: Severity, code: string, line: Line, message: string): void {
    this.findings.add({ severity, code, message, place: placeOfLine(this.table.file, line) });
  }
}
