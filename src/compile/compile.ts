/** Tables to a program: chains are laid out one behind the other, jumps set, frames counted, the result verified. */
import { CELL_WORDS, EntryWord, Hook, Op, Section, StringKind, Verdict } from '../abi.js';
import type { Translation } from '../model/action.js';
import { act } from '../model/build.js';
import { OWN_STATE } from '../model/host-test.js';
import { question } from '../model/question.js';
import {
  BUILTIN,
  type Chain,
  type Gap,
  type HookName,
  isBuiltin,
  plainTable,
  type Rule,
  ruleNumber,
  type Table,
  type TableName,
} from '../model/ruleset.js';
import type { DecidedBy } from '../model/trace.js';
import type { Family } from '../net/address.js';
import { Again } from './again.js';
import { Code } from './code.js';
import { Conditions, conditionsOf } from './conditions.js';
import { deepestWalk } from './depth.js';
import { type ActionEmitter, type ConditionEmitter, emitAction, emitConditions } from './emit.js';
import { lowerTarget } from './lower.js';
import { askForMissingChain, EVERYTHING, type Knowledge } from './passes/unknowns.js';
import { Program, packTexts } from './program.js';
import { chainWords, TABLE_NUMBER, translationWords } from './sections.js';
import { Shared } from './shared.js';
import { verify } from './verify.js';

export interface RuleInfo {
  readonly table: TableName;
  readonly chain: string;
  /** from 1. */
  readonly number: number;
  readonly rule: Rule;
  /** address of its first instruction. */
  readonly address: number;
}

export interface ChainInfo {
  readonly table: TableName;
  readonly chain: Chain;
  readonly address: number;
}

export interface Entry {
  readonly start: number;
  readonly policy: number;
}

/** A program with what it was made from, by the numbers that the core gives back. */
export interface Compiled {
  readonly program: Program;
  readonly rules: readonly RuleInfo[];
  /** by counter number less the number of rules. */
  readonly policies: readonly { readonly table: TableName; readonly chain: HookName }[];
  readonly chains: readonly ChainInfo[];
  /** condition of each condition's instruction, by address. */
  readonly conditions: Conditions;
  readonly translations: readonly Translation[];
  readonly answers: readonly string[];
  readonly sets: readonly string[];
  readonly patterns: readonly string[];
  readonly questions: readonly string[];
  /** what the host is asked or has to do, as JSON. */
  readonly hosted: readonly string[];
  /** cells of the host's states that have a name. */
  readonly states: ReadonlyMap<string, number>;
  entry(table: TableName, hook: HookName): Entry | undefined;
  /** the number of the question that the instruction at an address asks. */
  questionAt(address: number): number;
}

/** A chain by its name; undefined: the table has none such. */
export const chainOf = ({ chains }: Pick<Compiled, 'chains'>, table: string, name: string) =>
  chains.find((one) => one.table === table && one.chain.name === name)?.chain;

/** The number by which a program has the rule that decided; -1: none did, or a policy. */
export const ruleIdOf = ({ rules }: Pick<Compiled, 'rules'>, { kind, table, chain, rule }: DecidedBy): number =>
  kind !== 'rule' ? -1 : rules.findIndex((one) => one.table === table && one.chain === chain && one.number === rule);

export const HOOK_NUMBER: Readonly<Record<HookName, Hook>> = {
  PREROUTING: Hook.Prerouting,
  INPUT: Hook.Input,
  FORWARD: Hook.Forward,
  OUTPUT: Hook.Output,
  POSTROUTING: Hook.Postrouting,
};

/**
 * Tables of one family, the last block of each name. What `known` does not cover becomes open questions. `before`: what some of
 * the rules were compiled to with the same knowledge; it may leave words in the program that nothing asks for any more.
 * Throws PacketwalkError: a loop of chains that a hook reaches, a rule that is too long.
 */
export function compile(
  tables: readonly Table[],
  family: Family,
  known: Knowledge = EVERYTHING,
  before?: Compiled,
): Compiled {
  return new Compiler(tables, family, known, before).compile();
}

/** A number for each chain, by table and name. */
class ChainMap {
  private readonly tables = new Map<TableName, Map<string, number>>();

  get(table: TableName, chain: string): number | undefined {
    return this.tables.get(table)?.get(chain);
  }
  set(table: TableName, chain: string, value: number): void {
    const chains = this.tables.get(table);
    if (chains === undefined) this.tables.set(table, new Map([[chain, value]]));
    else chains.set(chain, value);
  }
}

/** Hardly a rule has more words of code. */
const WORDS_OF_RULE = 32;

class Compiler {
  readonly code = new Code();
  private readonly rules: RuleInfo[] = [];
  private readonly chains: ChainInfo[] = [];
  private readonly policies: { table: TableName; chain: HookName }[] = [];
  readonly translations: Translation[] = [];
  readonly answers: string[] = [];
  readonly cells: number[] = [];
  readonly states = new Map<string, number>();
  /** addresses of chains, and of the policies at their ends. */
  private readonly starts = new ChainMap();
  private readonly policyAt = new ChainMap();
  private readonly jumps: { table: TableName; chain: string; at: number }[] = [];
  private readonly to: ConditionEmitter & ActionEmitter & { rule: number } = {
    code: this.code,
    rule: 0,
    cell: (words) => this.cell(words),
    state: (name) => this.state(name),
    translation: (translation) => this.translations.push(translation) - 1,
    answer: (name) => {
      const old = this.answers.indexOf(name);
      return old >= 0 ? old : this.answers.push(name) - 1;
    },
    chainAt: (chain, at) => this.jumps.push({ table: this.rules.at(-1)!.table, chain, at }),
  };
  private readonly sharing: Shared;
  private readonly conditions: Conditions;
  private readonly ruleCount: number;
  private readonly again: Again | undefined;

  constructor(
    private readonly tables: readonly Table[],
    private readonly family: Family,
    private readonly known: Knowledge,
    before: Compiled | undefined,
  ) {
    this.again = before && new Again(before, this);
    this.conditions = new Conditions(this.rules, family, known);
    this.sharing = new Shared(this.to, this.cells, known);
    this.ruleCount = tables.reduce(
      (sum, table) => sum + [...table.chains.values()].reduce((n, c) => n + c.rules.length, 0),
      0,
    );
    this.code.words.reserve(WORDS_OF_RULE * this.ruleCount);
  }

  compile(): Compiled {
    const depth = Math.max(1, ...this.tables.map(deepestWalk));
    for (const table of this.tables) for (const chain of table.chains.values()) this.chain(table, chain);
    for (const { table, chain, at } of this.jumps) this.code.words.set(at + 1, this.starts.get(table, chain)!);
    const of = (kind: StringKind) => this.code.texts.filter((text) => text.kind === kind).map((text) => text.text);
    const program = Program.of({
      family: this.family,
      rules: this.rules.length,
      policies: this.policies.length,
      depth,
      flags: 0,
      sections: {
        Entries: this.entries(),
        Code: this.code.words.words,
        Chains: chainWords(this.chains),
        Data: this.code.data.words,
        Translations: translationWords(this.translations),
        Cells: this.cells,
        Strings: packTexts(this.code.texts),
      },
    });
    verify(program);
    const { starts, policyAt } = this;
    const code = program.section(Section.Code);
    return {
      program,
      rules: this.rules,
      policies: this.policies,
      chains: this.chains,
      conditions: this.conditions,
      translations: this.translations,
      answers: this.answers,
      sets: of(StringKind.Set),
      patterns: of(StringKind.Pattern),
      questions: of(StringKind.Question),
      hosted: of(StringKind.Host),
      states: this.states,
      questionAt: (address) => code[address + 1]!,
      entry: (table, hook) => {
        const start = starts.get(table, hook);
        return start === undefined ? undefined : { start, policy: policyAt.get(table, hook)! };
      },
    };
  }

  private cell(words: readonly number[]): number {
    return this.cells.push(...words) / words.length - 1;
  }
  /** What a state of the host's holds is not in its cell, which is its number. */
  private state(name: string): number {
    const old = this.states.get(name);
    if (old !== undefined) return old;
    const cell = this.cell(new Array<number>(CELL_WORDS).fill(0));
    if (name !== OWN_STATE) this.states.set(name, cell);
    return cell;
  }

  private chain(table: Table, chain: Chain): void {
    this.starts.set(table.name, chain.name, this.code.here);
    this.chains.push({ table: table.name, chain, address: this.code.here });
    this.again?.chain(table.name, chain.name);
    if (!this.copiesAll(table, chain)) this.each(table, chain);
    if (isBuiltin(table.name, chain.name)) {
      const verdict = chain.policy === 'DROP' ? Verdict.Drop : Verdict.Accept;
      const at = this.code.putField(Op.Policy, verdict, false, this.ruleCount + this.policies.length);
      this.policyAt.set(table.name, chain.name, at);
      this.policies.push({ table: table.name, chain: chain.name });
    } else this.code.put(Op.Return);
  }

  /** False: not all of the chain's rules stand in the other program as they stand here. */
  private copiesAll(table: Table, chain: Chain): boolean {
    if (this.again === undefined || chain.gaps !== undefined) return false;
    const { here } = this.code;
    const first = this.rules.length;
    const lead = (name: string, at: number) => this.jumps.push({ table: table.name, chain: name, at });
    const before = this.again.copiesAll(chain.rules, table, first, { code: this.code, chainAt: lead });
    if (before === undefined) return false;
    const shift = here - before[0]!.address;
    for (const [i, { address }] of before.entries()) {
      const rule = chain.rules[i]!;
      this.rules.push({ table: table.name, chain: rule.chain, number: i + 1, rule, address: address + shift });
    }
    return true;
  }

  private each(table: Table, chain: Chain): void {
    for (let i = 0; i <= chain.rules.length; i++) {
      for (const gap of chain.gaps ?? []) if (gap.after === i) this.gap(table, chain, gap);
      if (i < chain.rules.length) this.rule(table, chain.rules[i]!, ruleNumber(chain, i));
    }
  }

  /** Rules that are missing may take the packet: asked as a part of the rule before them, else of the one behind; else of none. */
  private gap(table: Table, { name, rules }: Chain, { after, line }: Gap): void {
    const address = rules.length === 0 ? undefined : this.code.put(Op.Rule, this.rules.length - Number(after > 0));
    emitAction(act.ask(line > 0 ? question.gap(name, line) : question.hook(plainTable(table.name), name)), this.to);
    if (address !== undefined) this.code.skipHere(address);
  }

  private rule(table: Table, rule: Rule, number: number): void {
    this.to.rule = this.rules.length;
    const address = this.code.put(Op.Rule, this.to.rule);
    const { family, known } = this;
    const info: RuleInfo = { table: table.name, chain: rule.chain, number, rule, address };
    this.rules.push(info);
    if (this.again?.copies(rule, table, this.to)) return;
    if (rule.meaning === undefined) emitConditions(conditionsOf(info, this.family, this.known), this.to);
    else this.sharing.conditions(rule, { family, table: table.name, chain: rule.chain });
    this.code.put(Op.Hit);
    const { answered } = known;
    for (const action of lowerTarget(rule, { family, table: table.name, chain: rule.chain, answered }))
      if (action.kind === 'jump' || action.kind === 'goto')
        for (const one of askForMissingChain(action, table)) emitAction(one, this.to);
      else emitAction(action, this.to);
    this.code.skipHere(address);
  }

  private entries(): number[] {
    return this.tables.flatMap((table) =>
      BUILTIN[table.name].flatMap((hook) => {
        const words = new Array<number>(EntryWord.Size).fill(0);
        words[EntryWord.Table] = TABLE_NUMBER[plainTable(table.name)];
        words[EntryWord.Hook] = HOOK_NUMBER[hook];
        words[EntryWord.Start] = this.starts.get(table.name, hook)!;
        words[EntryWord.Policy] = this.policyAt.get(table.name, hook)!;
        words[EntryWord.Chain] = this.chains.findIndex((one) => one.table === table.name && one.chain.name === hook);
        return words;
      }),
    );
  }
}
