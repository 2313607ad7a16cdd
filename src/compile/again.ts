/**
 * Rules that stand in another program, which was made of tables of the same host: their instructions are copied from there. A host
 * that differs by a rule is compiled so in a tenth of the time.
 */
import { Op, Section, SKIP_SHIFT, StringKind } from '../abi.js';
import type { Translation } from '../model/action.js';
import { meaningOf, type Rule, type Table } from '../model/ruleset.js';
import type { Code } from './code.js';
import type { Compiled, RuleInfo } from './compile.js';
import type { ActionEmitter } from './emit.js';
import { OP_WORDS, opWords } from './opinfo.js';
import type { Knowledge } from './passes/unknowns.js';
import type { Program } from './program.js';

/** Words of a program that nothing asks for any more, for each that something does, and as many more. */
const UNUSED = 1;
const MORE_UNUSED = 1 << 14;

/** What a host's rules are compiled with. */
export class Ground {
  readonly known: Knowledge;
  /** a rule was compiled otherwise than it would have been without an answer. */
  private consulted = false;
  private readonly knows: string | undefined;
  /** words of what instructions name, of the program that was compiled without another; undefined: it is this one's. */
  private first: number | undefined;

  constructor(
    known: Knowledge,
    assume: ReadonlyMap<string, boolean> | undefined,
    private readonly host: object,
  ) {
    const { addresses, routes, mtus, draws, limits, sets, changing, macs } = known;
    // members that are assumed are seen to be asked for where rules are compiled
    const assumesMembers = [...(assume?.keys() ?? [])].some((fact) => fact.startsWith('set:'));
    const ofSets = [sets, changing ?? [], macs ?? []].map((one) => [...one].sort());
    this.knows = assumesMembers ? undefined : JSON.stringify([addresses, routes, mtus, draws, limits, ofSets]);
    this.known = {
      ...known,
      answered: (name) => {
        this.consulted = true;
        return known.answered!(name);
      },
    };
  }

  /** The program of a host that knows the same, with which the compiler goes on. */
  goesOn(before: { readonly ground: Ground; readonly compiled: Compiled } | undefined): Compiled | undefined {
    const other = before?.ground;
    if (other === undefined || other.consulted || this.knows === undefined || other.knows !== this.knows)
      return undefined;
    if (other.host !== this.host) return undefined;
    const named = wordsNamed(before!.compiled.program);
    other.first ??= named;
    // one that goes on from another that did, and so on, has what rules of all of them named
    if (named > (1 + UNUSED) * other.first + MORE_UNUSED) return undefined;
    this.first = other.first;
    return before!.compiled;
  }
}

const wordsNamed = (program: Program): number =>
  [Section.Data, Section.Translations, Section.Cells, Section.Strings].reduce(
    (sum, section) => sum + program.section(section).length,
    0,
  );

export class Again {
  private readonly code: Uint32Array;
  /** the number of each chain's first rule. */
  private readonly first: Uint32Array;
  /** the chain that comes next, as long as all come in their order. */
  private next = 0;
  private places: Map<string, number> | undefined;
  /** the rules of the chain at hand that were not taken yet, from `at` to before `end`; by themselves once their order is another. */
  private at = 0;
  private end = 0;
  private left: Map<object, RuleInfo> | undefined;
  /** tables that have the chains that they had, and the names of these by their addresses. */
  private readonly tables = new Map<string, boolean>();
  private readonly names = new Map<number, string>();

  constructor(
    private readonly before: Compiled,
    to: Named,
  ) {
    goOnFrom(before, to);
    this.code = before.program.section(Section.Code);
    const { chains } = before;
    this.first = new Uint32Array(chains.length + 1);
    for (const [i, { chain }] of chains.entries()) this.first[i + 1] = this.first[i]! + chain.rules.length;
  }

  /** Goes to the rules of a chain. */
  chain(table: Table['name'], name: string): void {
    const next = this.before.chains[this.next];
    const index = next?.table === table && next.chain.name === name ? this.next : this.placeOf(table, name);
    this.left = undefined;
    this.at = this.end = 0;
    if (index === undefined) return;
    this.next = index + 1;
    this.at = this.first[index]!;
    this.end = this.first[index + 1]!;
  }

  private placeOf(table: string, name: string): number | undefined {
    this.places ??= new Map(this.before.chains.map((one, i) => [`${one.table} ${one.chain.name}`, i]));
    return this.places.get(`${table} ${name}`);
  }

  /**
   * Copies the instructions of all rules of the chain, where they are those that it had: their places there come back. undefined: they
   * are to be copied, or compiled, one by one. `id`: the number of the first.
   */
  copiesAll(
    rules: readonly Rule[],
    table: Table,
    id: number,
    to: Pick<ActionEmitter, 'code' | 'chainAt'>,
  ): readonly RuleInfo[] | undefined {
    const { before, code, at: first } = this;
    const count = this.end - first;
    if (count === 0 || count !== rules.length || !this.hasSameChains(table)) return undefined;
    for (let i = 0; i < count; i++)
      if (wordingOf(before.rules[first + i]!.rule) !== wordingOf(rules[i]!)) return undefined;
    const begin = before.rules[first]!.address;
    const last = before.rules[this.end - 1]!.address;
    const end = last + (code[last]! >>> SKIP_SHIFT);
    const { words } = to.code;
    const shift = words.length - begin;
    words.append(code.subarray(begin, end));
    for (let at = begin; at < end; ) {
      const op = code[at]! & 255;
      if (op === Op.Rule || op === Op.Emit) words.set(at + shift + 1, code[at + 1]! - first + id);
      else if (op === Op.Jump || op === Op.Goto) to.chainAt(this.names.get(code[at + 1]!)!, at + shift);
      at += OP_WORDS[op]!;
    }
    this.at = this.end;
    return before.rules.slice(first, this.end);
  }

  /** Whether the table had the same chains, in their order: each rule leads to one then that did so before. */
  private hasSameChains({ name, chains }: Table): boolean {
    let same = this.tables.get(name);
    if (same === undefined) {
      const had = this.before.chains.filter((one) => one.table === name);
      const names = [...chains.keys()];
      same = had.length === names.length && had.every(({ chain }, i) => chain.name === names[i]);
      if (same) for (const { chain, address } of had) this.names.set(address, chain.name);
      this.tables.set(name, same);
    }
    return same;
  }

  /**
   * Copies the instructions of a rule of the chain, whose first one stands already at the end of the code; false: it has to be
   * compiled.
   */
  copies(rule: Rule, table: Table, to: ActionEmitter): boolean {
    const before = this.take(rule);
    return before !== undefined && this.copy(before.address, rule, table, to);
  }

  /** The rule of the chain; undefined: it is not there. Each is given once, as it may remember something. */
  private take(rule: Rule): RuleInfo | undefined {
    if (this.at >= this.end) return undefined;
    const { rules } = this.before;
    const wording = wordingOf(rule);
    if (this.left === undefined && wordingOf(rules[this.at]!.rule) === wording) return rules[this.at++];
    this.left ??= new Map(rules.slice(this.at, this.end).map((one) => [wordingOf(one.rule), one]));
    const info = this.left.get(wording);
    this.left.delete(wording);
    return info;
  }

  /** False: it leads to a chain that is there now, or is no more. */
  private copy(first: number, rule: Rule, table: Table, to: ActionEmitter): boolean {
    const { code } = this;
    const { words } = to.code;
    const leads = rule.refused ? undefined : meaningOf(rule).leads?.chain;
    const begin = first + opWords(Op.Rule);
    const end = first + (code[first]! >>> SKIP_SHIFT);
    const here = words.length - begin;
    let jump = -1;
    words.appendPart(code, begin, end);
    for (let at = begin; at < end; ) {
      const op = code[at]! & 255;
      // what is emitted bears the rule's number
      if (op === Op.Emit) words.set(here + at + 1, to.rule);
      else if (op === Op.Jump || op === Op.Goto) jump = at;
      at += OP_WORDS[op]!;
    }
    if (leads !== undefined && table.chains.has(leads) !== jump >= 0) {
      words.cut(here + begin);
      return false;
    }
    if (leads !== undefined && jump >= 0) to.chainAt(leads, here + jump);
    to.code.skipHere(here + first);
    return true;
  }
}

/** What two rules have in common that say the same, wherever they stand. */
const wordingOf = (rule: Rule): object => rule.wording ?? rule;

/** Of a compiler: what instructions name by numbers. */
export interface Named {
  readonly code: Code;
  readonly translations: Translation[];
  readonly answers: string[];
  readonly cells: number[];
  readonly states: Map<string, number>;
}

/** What instructions of another program name stands where it did there. */
function goOnFrom(before: Compiled, to: Named): void {
  const { program, sets, patterns, questions, hosted, states, translations, answers } = before;
  to.code.data.append(program.section(Section.Data));
  for (const name of sets) to.code.text(StringKind.Set, name);
  for (const name of patterns) to.code.text(StringKind.Pattern, name);
  for (const name of questions) to.code.text(StringKind.Question, name);
  for (const text of hosted) to.code.text(StringKind.Host, text);
  for (const [name, cell] of states) to.states.set(name, cell);
  for (const word of program.section(Section.Cells)) to.cells.push(word);
  for (const one of translations) to.translations.push(one);
  for (const name of answers) to.answers.push(name);
}
