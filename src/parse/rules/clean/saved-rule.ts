/**
 * Rules of a save that a program printed. Of each is kept where its line stands, and what stands there behind its head, which
 * others have too: what it says with all its places is read from the line when somebody asks.
 */
import type { Extension } from '../../../ext/define.js';
import type { Chain, Counters, Head, MatchUse, Meaning, Rule, Table, Target } from '../../../model/ruleset.js';
import { mayBeTyped } from '../commands.js';
import { countersOf } from '../counters.js';
import { parseRules } from '../rule.js';
import { LineWords } from '../rule-words.js';
import type { TableBlock } from '../table-block.js';
import type { Clause } from './clause.js';
import { Clauses, type CleanSource } from './clauses.js';
import { CleanHead } from './head.js';
import { copyOf, KnownLines } from './known-lines.js';
import { Matches } from './matches.js';
import { CleanWords, NONE, PLAIN } from './words.js';

/** The rules of one table of a text. */
export class CleanLines {
  private readonly words: CleanWords;
  private readonly heads: CleanHead;
  private readonly clauses: Clauses;
  private readonly none = Matches.none();
  /** the chain of the rule before, as most stand in the same one. */
  private chain: Chain | undefined;
  private readonly known: KnownLines<SavedRule> | undefined;
  readonly from: CleanSource;

  /** `before`: the table as it was read from another text. */
  constructor(
    private readonly text: string,
    private readonly block: TableBlock,
    before?: Table,
  ) {
    this.known = before && new KnownLines(before, (rule) => rule instanceof SavedRule);
    const { family, name: table, file, chains, isDeclared: declared } = block;
    this.from = { family, table, file, chains, declared };
    this.words = new CleanWords(text);
    this.heads = new CleanHead(this.words, family);
    this.clauses = new Clauses(this.words, this.from);
  }

  /** Where the line ends that was read last. */
  get end(): number {
    return this.words.end;
  }

  /** Takes the line that begins at a place into the table; false: it has to be read otherwise. */
  take(at: number, number: number): boolean {
    return this.text.charCodeAt(at) === COLON ? this.takeChain(at, number) : this.takeRule(at, number);
  }

  private takeRule(at: number, number: number): boolean {
    const { words, text, known } = this;
    const chain = this.chainAt(at);
    if (chain === undefined) return false;
    if (known !== undefined && this.takeKnown(known, chain, at, number)) return true;
    if (known?.hasMost) return this.takeCopied(at, number);
    const head = this.heads.read(chain.name, false);
    if (head === undefined) return false;
    let matches: Matches | undefined = this.none;
    let target: Clause | undefined;
    while (words.start < text.length && text.charCodeAt(words.start) !== LINE_END) {
      const clause = target === undefined ? this.clauses.next() : undefined;
      if (clause?.use !== undefined) matches = matches.with(clause, this.clauses.fresh);
      else target = clause;
      if (clause === undefined || matches === undefined) return false;
      words.next();
    }
    const { name } = chain;
    const sound = matches.areSound(head.protocol, name, this.from);
    if (!sound || target?.isSound(matches.uses, head.protocol, name, this.from) === false) return false;
    this.push(chain, new SavedRule(this, name, number, at, { matches, target }));
    return true;
  }

  private push(chain: Chain, rule: SavedRule): void {
    chain.rules.push(rule);
    this.block.note(chain.name, rule.aim, rule.bound);
  }

  /** Takes a line as it was read before, where the chain that it leads to is declared here too. */
  private takeKnown(known: KnownLines<SavedRule>, chain: Chain, at: number, number: number): boolean {
    const begin = this.words.start - '-A '.length;
    const rule = known.find(chain.name, this.text, begin);
    if (rule === undefined) return false;
    const { aim } = rule;
    if ((aim?.kind === 'jump' || aim?.kind === 'goto') && !this.block.isDeclared(aim.chain)) return false;
    this.words.go(begin + known.length);
    this.push(chain, rule.movedTo(this, chain.name, number, at));
    return true;
  }

  /** Reads a line out of a copy: what is kept of it shall not keep all of a text that differs from others by this line. */
  private takeCopied(at: number, number: number): boolean {
    const line = copyOf(this.lineAt(at));
    this.words.go(at + line.length);
    return new CleanLines(line, this.block).takeRule(0, number);
  }

  private takeChain(at: number, number: number): boolean {
    const said = this.chainLine(at);
    if (said === undefined) return false;
    this.block.chain({ number, text: this.lineAt(at), offset: at }, said.name, said.policy, said.counters);
    return true;
  }

  /** What a chain's line says that begins at a place, as iptables-save prints it; undefined: it has to be read otherwise. */
  private chainLine(at: number): ChainLine | undefined {
    const { words } = this;
    words.go(at + 1);
    // a line that names tables may be a prompt with a command
    if (words.next() !== PLAIN || words.start !== at + 1 || mayBeTyped(words.word())) return undefined;
    const name = words.word();
    if (words.next() !== PLAIN) return undefined;
    const policy = words.word();
    if (words.next() !== PLAIN) return undefined;
    const counters = words.word();
    const isPrinted = COUNTED.test(counters) && words.next() === NONE;
    return isPrinted ? { name, policy, counters } : undefined;
  }

  /** The head of a rule, whose line begins at a place. */
  head(at: number): Head {
    return this.heads.read(this.chainAt(at)!.name, true)!;
  }

  /** Where -A stands in a line. */
  begin(at: number): number {
    return this.text.indexOf('-A ', at);
  }

  lineAt(at: number): string {
    const end = this.text.indexOf('\n', at);
    return this.text.slice(at, end < 0 ? undefined : end);
  }

  /** All that a rule says, with its places. */
  read({ chain, line, source, counters }: SavedRule): Rule {
    const { chains, declared, ...from } = this.from;
    const words = new LineWords(source, source.indexOf('-A '));
    words.take();
    words.take();
    const nameOf = (name: string) => chains.get(name)?.name ?? name;
    return parseRules(words, { ...from, chain, line, source, counters, nameOf, declared }, { add: () => {} })[0]!;
  }

  /** The chain that stands behind -A, declared before; what is behind that comes next. */
  private chainAt(at: number): Chain | undefined {
    const { text, words } = this;
    let begin = at;
    if (text.charCodeAt(at) === OPENING) {
      COUNTERS.lastIndex = at;
      if (!COUNTERS.test(text)) return undefined;
      begin = COUNTERS.lastIndex;
    }
    if (!text.startsWith('-A ', begin)) return undefined;
    words.go(begin + 3);
    if (words.next() !== PLAIN) return undefined;
    const before = this.chain;
    if (
      before !== undefined &&
      before.name.length === words.end - words.start &&
      text.startsWith(before.name, words.start)
    )
      return before;
    this.chain = this.from.chains.get(words.word());
    return this.chain;
  }
}

interface ChainLine {
  readonly name: string;
  readonly policy: string;
  readonly counters: string;
}

const COUNTED = /^\[\d+:\d+\]$/;
const LINE_END = 0x0a;
const COLON = 0x3a;
const OPENING = 0x5b;
const COUNTERS = /\[\d+:\d+\] /y;

/** What stands behind its head: one for each line that was read, wherever that stands by now. */
interface Wording {
  readonly matches: Matches;
  readonly target: Clause | undefined;
}

export class SavedRule implements Rule {
  /** undefined: it is read when it is asked for. */
  private told: Rule | undefined;

  /** `at`: where its line begins. */
  constructor(
    private readonly lines: CleanLines,
    readonly chain: string,
    readonly line: number,
    private readonly at: number,
    readonly wording: Wording,
  ) {}

  /** The same in a line of another text. */
  movedTo(lines: CleanLines, chain: string, line: number, at: number): SavedRule {
    return new SavedRule(lines, chain, line, at, this.wording);
  }

  get aim(): Target | undefined {
    return this.wording.target?.target;
  }
  /** Extensions that work at some hooks only. */
  get bound(): readonly Extension[] {
    const { matches, target } = this.wording;
    const extension = target?.clean?.extension;
    return extension?.hooks === undefined ? matches.bound : [extension, ...matches.bound];
  }
  /** What stands in its line from -A on. */
  get words(): string {
    return this.lines.lineAt(this.lines.begin(this.at));
  }

  get file(): string {
    return this.lines.from.file;
  }
  get source(): string {
    return this.lines.lineAt(this.at);
  }
  get counters(): Counters | undefined {
    const found = /^\[\d+:\d+\]/.exec(this.source);
    return found === null ? undefined : countersOf(found[0]);
  }
  get head(): Rule['head'] {
    return this.all.head;
  }
  get matches(): Rule['matches'] {
    return this.all.matches;
  }
  get target(): Rule['target'] {
    return this.all.target;
  }
  get refused(): boolean {
    return false;
  }
  get unsaid(): undefined {
    return undefined;
  }
  get written(): undefined {
    return undefined;
  }
  get meaning(): Meaning {
    return new SavedMeaning(this.lines, this.at, this.wording.matches.uses, this.aim);
  }

  private get all(): Rule {
    this.told ??= this.lines.read(this);
    return this.told;
  }
}

/** Its head is read each time that it is asked for, which is mostly once. */
class SavedMeaning implements Meaning {
  constructor(
    private readonly lines: CleanLines,
    private readonly at: number,
    readonly matches: readonly MatchUse[],
    readonly target: Target | undefined,
  ) {}

  head(): Head {
    return this.lines.head(this.at);
  }
}
