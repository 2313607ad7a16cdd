/** The lines of one table of a save that a program printed: those that are as they are printed are taken as they stand. */
import type { Chain, Head, MatchUse, Negatable, Rule, Table, Target } from '../../../model/ruleset.js';
import { parseRules } from '../rule.js';
import { LineWords } from '../rule-words.js';
import type { TableBlock } from '../table-block.js';
import { CleanChains } from './chains.js';
import { Clause, type TableOfRules } from './clause.js';
import { Clauses } from './clauses.js';
import { CleanHead } from './head.js';
import { copyOf, KnownLines, ReadLines } from './known-lines.js';
import { Matches } from './matches.js';
import { type Aim, SavedRule } from './saved-rule.js';
import { CleanWords, GOTO, MATCH, NONE, NOT, PLAIN } from './words.js';

/** Rules of tables that were read, by the chains of these. */
const read = new WeakMap<ReadonlyMap<string, Chain>, ReadLines<SavedRule>>();

export class CleanLines {
  readonly from: TableOfRules;
  private readonly words: CleanWords;
  private readonly heads: CleanHead;
  private readonly clauses: Clauses;
  private readonly none = Matches.none();
  private readonly chains: CleanChains;
  /** of the line that was read last: its matches, and what it leads to. */
  private matches = this.none;
  private aim: Aim;
  private readonly rules: ReadLines<SavedRule>;
  private readonly known: KnownLines<SavedRule> | undefined;

  /** `before`: the table as it was read from another text. */
  constructor(
    private readonly text: string,
    private readonly block: TableBlock,
    before?: Table,
  ) {
    const lines = before && read.get(before.chains);
    this.known = lines && new KnownLines(lines, text);
    this.rules = new ReadLines(text);
    read.set(block.chains, this.rules);
    const { family, name: table, file } = block;
    this.from = { family, table, file };
    this.words = new CleanWords(text);
    this.chains = new CleanChains(this.words, block);
    this.heads = new CleanHead(this.words, family);
    this.clauses = new Clauses(this.words, family);
  }

  /** Where the line ends that was read last. */
  get end(): number {
    return this.words.placeOf(this.words.end);
  }

  /** Whether something in the lines that were taken may make the text one that has to be told apart first. */
  get areDoubtful(): boolean {
    return this.words.doubtful;
  }

  /** Takes the line that begins at a place into the table; false: it has to be read otherwise. */
  take(at: number, number: number): boolean {
    return this.text.charCodeAt(at) === COLON ? this.chains.take(at, number) : this.takeRule(at, number);
  }

  /** Before a line is read otherwise, and at the end: what was taken comes into the table. */
  settle(): void {
    this.chains.settle();
  }
  /** Chains may be others now. */
  forget(): void {
    this.chains.forget();
  }

  private takeRule(at: number, number: number): boolean {
    const { known } = this;
    const chain = this.chains.at(at);
    if (chain === undefined) return false;
    const { name } = chain;
    const there = known?.find(at);
    if (there !== undefined && this.takeKnown(there, at, number)) return true;
    // it had to be read otherwise there
    if (there === undefined && known?.isSame(at)) return false;
    if (known?.hasMost) return this.takeCopied(at, number);
    const head = this.heads.read(name, false);
    if (head === undefined || !this.readClauses(false)) return false;
    const { matches, ends } = this;
    const place = placeOf(head.protocol, this.chains.hook);
    const isSound = matches.isSound(place) && ends?.isSound(matches, place) !== false;
    if (!isSound && !this.isQuiet(at, name, head.protocol, place)) return false;
    this.push(new SavedRule(this, name, number, at, matches, this.aim), at);
    return true;
  }

  private push(rule: SavedRule, at: number): void {
    const { chain, own, aim } = rule;
    this.chains.push(rule);
    this.rules.add(rule, at);
    if (own.bound.length > 0) this.block.bind(chain, own.bound);
    if (aim instanceof Clause && aim.clean.bound.length > 0) this.block.bind(chain, aim.clean.bound);
  }

  /** Takes a line as it was read before, where the chain that it leads to is declared here too. */
  private takeKnown(rule: SavedRule, at: number, number: number): boolean {
    const leads = rule.meaning.leads?.chain;
    if (leads !== undefined && !this.chains.isTarget(leads)) return false;
    const end = this.text.indexOf('\n', at);
    this.words.goTo(end < 0 ? this.text.length : end);
    this.push(rule.movedTo(this, rule.chain, number, at), at);
    return true;
  }

  /** Reads a line out of a copy: what is kept of it shall not keep all of a text that differs from others by this line. */
  private takeCopied(at: number, number: number): boolean {
    const line = copyOf(this.lineAt(at));
    this.settle();
    this.words.goTo(at + line.length);
    const copied = new CleanLines(line, this.block);
    const taken = copied.takeRule(0, number);
    copied.settle();
    read.set(this.block.chains, this.rules);
    if (taken) this.rules.add(copied.rules.lines[0]!, at);
    return taken;
  }

  /** The target of the line that was read last, where it is an extension's. */
  private get ends(): Clause | undefined {
    return this.aim instanceof Clause ? this.aim : undefined;
  }

  /**
   * Reads the clauses of the line, whose first word is at hand, or the line ends. `whole`: with all that they say. False: they
   * have to be read otherwise.
   */
  private readClauses(whole: boolean): boolean {
    const { words, clauses } = this;
    const { bytes } = words;
    this.matches = this.none;
    this.aim = undefined;
    for (let ended = false; bytes[words.start] !== LINE_END; words.next()) {
      if (ended) return false;
      if (bytes[words.start + 1] === MATCH) {
        const clause = clauses.next(whole);
        const matches = clause && this.matches.with(clause, clauses.fresh);
        if (matches === undefined) return false;
        this.matches = matches;
      } else {
        if (!this.readTarget(whole)) return false;
        ended = true;
      }
    }
    return true;
  }

  private readTarget(whole: boolean): boolean {
    const { words } = this;
    const { start, bytes } = words;
    const goes = bytes[start + 1] === GOTO;
    words.go(start + 2);
    if (words.next() !== PLAIN || bytes[words.start] === DASH || words.is(NOT)) return false;
    const begin = words.start;
    const { end } = words;
    if (words.next() === NONE) {
      this.aim = this.chains.targetAt(begin, end, goes);
      if (this.aim !== undefined) return true;
    }
    if (goes) return false;
    words.start = start;
    this.aim = this.clauses.next(whole);
    return this.aim !== undefined;
  }

  /** Whether no extension has anything to say of the rule whose clauses were read last; what has not is noted at its clauses. */
  private isQuiet(at: number, chain: string, protocol: Negatable<number> | undefined, place: number): boolean {
    const { words, matches, ends, aim } = this;
    const { end } = words;
    const isRead = matches.uses !== undefined && (ends === undefined || ends.use !== undefined);
    if (!isRead) this.readWhole(at);
    // one object after another of one shape: what spreads make of `from` is slow to read
    const { family, table, file } = this.from;
    const quiet = this.matches.areQuiet({ family, table, file, chain, protocol }, this.ends);
    words.go(end);
    this.matches = matches;
    this.aim = aim;
    if (!quiet) return false;
    matches.noteSound(place);
    ends?.noteSound(matches, place);
    return true;
  }

  /** The head of a rule, whose line begins at a place. */
  head(at: number): Head {
    this.chains.goBehind(at);
    return this.heads.read('', true)!;
  }

  /** All matches of a rule that was taken, without their places. */
  matchesOf(at: number): readonly MatchUse[] {
    this.readWhole(at);
    return this.matches.uses!;
  }
  /** Its target, which is an extension's. */
  targetOf(at: number): Target | undefined {
    const { words } = this;
    this.chains.goToClauses(at);
    for (; words.bytes[words.start + 1] === MATCH; words.next()) words.clause();
    this.readTarget(true);
    return this.ends?.target;
  }
  private readWhole(at: number): void {
    this.chains.goToClauses(at);
    this.readClauses(true);
  }

  lineAt(at: number): string {
    const end = this.text.indexOf('\n', at);
    return this.text.slice(at, end < 0 ? undefined : end);
  }

  /** All that a rule says, with its places. */
  read({ chain, line, source, counters }: SavedRule): Rule {
    const { chains, isDeclared: declared } = this.block;
    const words = new LineWords(source, source.indexOf('-A '));
    words.take();
    words.take();
    const nameOf = (name: string) => chains.get(name)?.name ?? name;
    return parseRules(words, { ...this.from, chain, line, source, counters, nameOf, declared }, { add: () => {} })[0]!;
  }
}

/** A number for what checks ask of a rule beside its clauses: its protocol, and its chain where that is built in. */
const placeOf = (protocol: Negatable<number> | undefined, hook: number): number =>
  (protocol === undefined ? ANY : protocol.value | (protocol.not ? NEGATED : 0)) | (hook << 10);
const ANY = 512;
const NEGATED = 256;

const LINE_END = 0x0a;
const DASH = 0x2d;
const COLON = 0x3a;
