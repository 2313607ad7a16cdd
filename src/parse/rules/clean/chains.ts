/** The chains of one table of a save that a program printed, as its lines name them, and the rules that come into them. */
import { findTarget, TARGET_NAMES } from '../../../ext/registry.js';
import { BUILTIN, type Chain, isBuiltin, type Rule, type Target } from '../../../model/ruleset.js';
import { mayBeTyped } from '../commands.js';
import { countersOf } from '../counters.js';
import type { TableBlock } from '../table-block.js';
import { NOWHERE } from './clause.js';
import { bytesOf, standsAt } from './known.js';
import { type Name, Names } from './names.js';
import { type CleanWords, NONE, PLAIN } from './words.js';

export class CleanChains {
  /** the number of the hook of the chain at hand; 0: it is a user's. */
  hook = 0;
  private names: Names;
  /** the chain at hand, as most rules stand in that of the rule before, and its name. */
  private chain: Chain | undefined;
  private name: Name | undefined;
  /** its rules that are not in it yet: it gets a list as long as they are, where one that grows has room for sixteen more. */
  private rules: Rule[] = [];

  constructor(
    private readonly words: CleanWords,
    private readonly block: TableBlock,
  ) {
    this.names = new Names(words);
  }

  /** Takes a rule into the chain at hand. */
  push(rule: Rule): void {
    this.rules.push(rule);
  }

  /** Before a line is read otherwise, and at the end: what was taken comes into the table. */
  settle(): void {
    const { chain, rules } = this;
    if (chain === undefined || rules.length === 0) return;
    if (chain.rules.length > 0) for (const rule of rules) chain.rules.push(rule);
    else (chain as { rules: Rule[] }).rules = rules.slice();
    rules.length = 0;
  }

  /** Chains may be others now. */
  forget(): void {
    this.settle();
    this.chain = this.name = undefined;
    this.names = new Names(this.words);
  }

  /** Takes a line that declares a chain and begins at a place; false: it has to be read otherwise. */
  take(at: number, number: number): boolean {
    const { words, block } = this;
    const here = words.goTo(at);
    words.go(here + 1);
    if (words.next() !== PLAIN || words.start !== here + 1) return false;
    const name = this.names.at(words.start, words.end);
    // a line that names tables may be a prompt with a command
    if (mayBeTyped(name.text) || words.next() !== PLAIN) return false;
    const { start, end, doubtful } = words;
    if (words.next() !== PLAIN) return false;
    const counters = standsAt(NEVER_MET, words.bytes, words.start) ? NEVER : words.word();
    if (!COUNTED.test(counters) || words.next() !== NONE) return false;
    // the bracket there is none that says anything
    words.doubtful = doubtful;
    const isPlain = end - start === 1 && words.bytes[start] === DASH;
    name.chain = isPlain ? block.userChain(name.text, number, countersOf(counters)) : undefined;
    name.declared = name.chain !== undefined;
    return name.declared;
  }

  /** A verdict or a chain, whose name the target is; undefined: it is another one. */
  targetAt(start: number, end: number, goes: boolean): Target | undefined {
    const name = this.names.at(start, end);
    if (goes) name.goto ??= this.chainTarget('goto', name);
    else name.jump ??= this.chainTarget('jump', name);
    return goes ? name.goto : name.jump;
  }

  /** Whether a rule can lead to a chain of which nothing is to be said. */
  isTarget(chain: string): boolean {
    return this.block.isDeclared(chain) && !isBuiltin(this.block.name, chain);
  }

  private chainTarget(kind: 'jump' | 'goto', name: Name): Target | undefined {
    const { block } = this;
    const { text } = name;
    if (kind === 'jump' && text.length <= LONGEST_TARGET) {
      const verdict = VERDICTS.get(text);
      if (verdict !== undefined) return verdict;
      const target = findTarget(text, block.family);
      if (target !== undefined && !(target.foreign && this.isTarget(text))) return undefined;
    }
    // where there is something to be said, it is read otherwise
    name.declared ||= this.isTarget(text);
    if (!name.declared) return undefined;
    name.chain ??= block.chains.get(text)!;
    return { kind, chain: name.chain.name, at: NOWHERE };
  }

  /** Goes to before the name of a chain behind -A; false: there is none. */
  private goTo(at: number): boolean {
    const { words } = this;
    const { text } = words;
    let begin = at;
    if (text.charCodeAt(at) === OPENING) {
      COUNTERS.lastIndex = at;
      if (!COUNTERS.test(text)) return false;
      begin = COUNTERS.lastIndex;
    }
    const here = words.goTo(begin);
    words.go(here + APPEND.length);
    return standsAt(APPEND, words.bytes, here);
  }
  /** Goes behind the name of a chain that stands behind -A. */
  goBehind(at: number): void {
    this.goTo(at);
    this.words.next();
  }
  /** Goes to the first word of the first clause, over all that stands before it. */
  goToClauses(at: number): void {
    const { words } = this;
    this.goTo(at);
    words.start = words.end - APPEND.length;
    // options of the head are none that leave a doubt
    const { doubtful } = words;
    words.clause();
    words.next();
    words.doubtful = doubtful;
  }

  /** The chain that stands behind -A, declared before; what is behind that comes next. */
  at(at: number): Chain | undefined {
    const { words, name: before } = this;
    const here = words.goTo(at);
    if (before?.chain !== undefined && standsAt(APPEND, words.bytes, here)) {
      if (this.isNamed(before, here)) return this.chain;
      // chains come in the order in which they were declared
      if (before.next?.chain !== undefined && this.isNamed(before.next, here)) return this.inChain(before.next);
    }
    if (!this.goTo(at) || words.next() !== PLAIN) return undefined;
    const name = this.names.at(words.start, words.end);
    name.chain ??= this.block.chains.get(name.text);
    return this.inChain(name);
  }

  /** Whether a line that begins at a place is of a chain, behind whose name the words are then. */
  private isNamed(name: Name, here: number): boolean {
    const { words } = this;
    const end = this.names.endOf(name, here + APPEND.length);
    if (words.bytes[end] !== BLANK) return false;
    words.go(end);
    return true;
  }

  private inChain(name: Name): Chain | undefined {
    if (name.chain === this.chain) return this.chain;
    this.settle();
    this.chain = name.chain;
    this.name = name;
    this.hook = 1 + (BUILTIN[this.block.name] as readonly string[]).indexOf(name.text);
    return this.chain;
  }
}

const VERDICTS = new Map(
  (['ACCEPT', 'DROP', 'RETURN'] as const).map((verdict): [string, Target] => [
    verdict,
    { kind: 'verdict', verdict, at: NOWHERE },
  ]),
);
/** Names that are longer are chains' alone: of many thousand none has to be looked up. */
const LONGEST_TARGET = Math.max(...TARGET_NAMES.map(({ length }) => length));

const COUNTED = /^\[\d+:\d+\]$/;
const NEVER = '[0:0]';
const NEVER_MET = bytesOf(`${NEVER}\n`);
const APPEND = bytesOf('-A ');
const BLANK = 0x20;
const DASH = 0x2d;
const OPENING = 0x5b;
const COUNTERS = /\[\d+:\d+\] /y;
