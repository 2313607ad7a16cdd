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
    const { addresses, routes, mtus, draws, sets, macs, answers } = known;
    // members that are assumed are seen to be asked for where rules are compiled
    const assumesMembers = [...(assume?.keys() ?? [])].some((fact) => fact.startsWith('set:'));
    const ofSets = [sets, macs ?? [], answers ?? []].map((one) => [...one].sort());
    this.knows = assumesMembers ? undefined : JSON.stringify([addresses, routes, mtus, draws, ofSets]);
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

  /** Copies the instructions of a rule of the chain, whose first one stands already; false: it has to be compiled. */
  copies(rule: Rule, table: Table, to: ActionEmitter): boolean {
    const before = this.take(rule);
    return before !== undefined && copyRule(before, rule, table, to);
  }

  /** The instructions of a rule of the chain; undefined: it is not there. Each is given once, as it may remember something. */
  private take(rule: Rule): Uint32Array | undefined {
    const { rules } = this.before;
    let info: RuleInfo | undefined;
    if (this.left === undefined && this.at < this.end && wordingOf(rules[this.at]!.rule) === wordingOf(rule))
      info = rules[this.at++];
    else if (this.at < this.end) {
      this.left ??= new Map(rules.slice(this.at, this.end).map((one) => [wordingOf(one.rule), one]));
      info = this.left.get(wordingOf(rule));
      this.left.delete(wordingOf(rule));
    }
    return info && this.code.subarray(info.address, info.address + (this.code[info.address]! >>> SKIP_SHIFT));
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
}

/** What instructions of another program name stands where it did there. */
function goOnFrom({ program, sets, patterns, questions, translations, answers }: Compiled, to: Named): void {
  to.code.data.append(program.section(Section.Data));
  for (const name of sets) to.code.text(StringKind.Set, name);
  for (const name of patterns) to.code.text(StringKind.Pattern, name);
  for (const name of questions) to.code.text(StringKind.Question, name);
  for (const word of program.section(Section.Cells)) to.cells.push(word);
  for (const one of translations) to.translations.push(one);
  for (const name of answers) to.answers.push(name);
}

/**
 * Copies the instructions of a rule, whose first one stands already at the end of the code. False: it leads to a chain that is
 * there now, or is no more, and is to be compiled anew.
 */
function copyRule(from: Uint32Array, rule: Rule, table: Table, to: ActionEmitter): boolean {
  const { words } = to.code;
  const leads = rule.refused ? undefined : meaningOf(rule).leads?.chain;
  const jump = leads === undefined ? -1 : jumpIn(from);
  if (leads !== undefined && table.chains.has(leads) !== jump >= 0) return false;
  const begin = opWords(Op.Rule);
  const address = words.length - begin;
  words.append(from.subarray(begin));
  if (leads !== undefined && jump >= 0) to.chainAt(leads, address + jump);
  // what is emitted bears the rule's number
  for (let at = begin; at < from.length; at += OP_WORDS[from[at]! & 255]!)
    if ((from[at]! & 255) === Op.Emit) words.set(address + at + 1, to.rule);
  to.code.skipHere(address);
  return true;
}

/** Where the jump of a rule stands in its instructions; -1: it has none. */
function jumpIn(code: Uint32Array): number {
  for (let at = 0; at < code.length; at += OP_WORDS[code[at]! & 255]!) {
    const op = code[at]! & 255;
    if (op === Op.Jump || op === Op.Goto) return at;
  }
  return -1;
}
