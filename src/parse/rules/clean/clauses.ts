/**
 * Reads clauses, word by word those that are new, and keeps some. What is not printed as iptables-save prints it, or would need
 * a finding, is left to RuleReader, which a test holds this to.
 */
import type { Extension } from '../../../ext/define.js';
import { findMatch, findTarget, UNEVALUATED_TARGETS } from '../../../ext/registry.js';
import type { Chain, Given, Target } from '../../../model/ruleset.js';
import { spanAt } from '../rule-words.js';
import { Clause, NO_WORDS, NOWHERE, type TableOfRules } from './clause.js';
import { type CleanExtension, type CleanOption, cleanExtension, demandsMore, REFUSED } from './options.js';
import { type CleanWords, GOTO, MATCH, NOT, PLAIN, QUOTED } from './words.js';

export interface CleanSource extends TableOfRules {
  /** the table's own, by name. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** whether a line declares a chain. */
  readonly declared: (chain: string) => boolean;
}

/** Clauses that are kept, by a part of their hash: a power of two. */
const SLOTS = 8192;

export class Clauses {
  /** the last one was none that is kept. */
  fresh = false;
  private readonly kept = new Array<Clause | undefined>(SLOTS);
  private readonly extensions = { match: new Map<string, CleanExtension>(), target: new Map<string, CleanExtension>() };
  /** clauses that test nothing, whatever they say, by what stands before that. */
  private readonly remarks: { readonly before: string; readonly option: CleanOption; readonly clause: Clause }[] = [];

  constructor(
    private readonly words: CleanWords,
    private readonly from: CleanSource,
  ) {}

  /** The clause that begins with the word at hand; undefined: it has to be read otherwise. */
  next(): Clause | undefined {
    const { words } = this;
    const { start, text } = words;
    const remark = this.remarkAt(start);
    if (remark !== undefined) {
      this.fresh = false;
      return remark;
    }
    if (!words.clause()) return undefined;
    const { end } = words;
    const slot = (words.hash ^ (words.hash >>> 13)) & (SLOTS - 1);
    const kept = this.kept[slot];
    if (kept !== undefined && kept.text.length === end - start && text.startsWith(kept.text, start)) {
      this.fresh = false;
      return kept;
    }
    const clause = this.read(start, end);
    words.go(end);
    this.fresh = true;
    this.kept[slot] = clause;
    return clause;
  }

  private read(start: number, end: number): Clause | undefined {
    const { words } = this;
    const kind = words.text.charCodeAt(start + 1);
    words.go(start + 2);
    if (words.next() !== PLAIN || words.end > end || words.text.startsWith('-', words.start) || words.is(NOT))
      return undefined;
    const name = words.word();
    if (kind === MATCH) return this.extension('match', name, start, end);
    const leads = kind === GOTO ? this.chain('goto', name) : (VERDICTS.get(name) ?? this.chain('jump', name));
    if (leads === undefined) return kind === GOTO ? undefined : this.extension('target', name, start, end);
    return this.atEnd(end)
      ? new Clause(words.text.slice(start, end), undefined, NO_OPTIONS, undefined, leads)
      : undefined;
  }

  private chain(kind: 'jump' | 'goto', name: string): Target | undefined {
    const { chains, declared, family } = this.from;
    const chain = chains.get(name);
    if (chain === undefined || !declared(name)) return undefined;
    if (kind === 'jump' && (UNEVALUATED.has(name) || findTarget(name, family) !== undefined)) return undefined;
    return { kind, chain: chain.name, at: NOWHERE };
  }

  /** Whether no word stands before a place. */
  private atEnd(end: number): boolean {
    const { words } = this;
    words.next();
    return words.start >= end;
  }

  private extension(kind: 'match' | 'target', name: string, start: number, end: number): Clause | undefined {
    const clean = this.known(kind, name);
    if (clean === undefined) return undefined;
    const { canonical, remark } = clean.extension;
    const options = this.options(clean, end);
    if (options === undefined) return undefined;
    const use = { name, known: true, options: canonical?.(options) ?? options, words: NO_WORDS, at: NOWHERE };
    const text = this.words.text.slice(start, end);
    const clause =
      kind === 'match'
        ? new Clause(text, clean, options, use, undefined)
        : new Clause(text, clean, options, undefined, { kind: 'extension', use });
    if (remark) this.noteRemark(clause);
    return clause;
  }

  /** The remark, where the clause at hand is one but for its text: nothing of that is kept. */
  private remarkAt(start: number): Clause | undefined {
    const { words } = this;
    for (const { before, option, clause } of this.remarks) {
      if (!words.text.startsWith(before, start)) continue;
      words.go(start + before.length);
      const value = this.value(words.text.length);
      if (value !== undefined && option.valueOf(value) !== REFUSED && words.endsClause()) return clause;
      words.start = start;
    }
    return undefined;
  }

  /** Of an extension that tests nothing, whatever it says. */
  private noteRemark(clause: Clause): void {
    const [option, ...others] = Object.keys(clause.options).map((key) => clause.clean!.options.get(`--${key}`));
    const before = /^-m \S+ --\S+ /.exec(clause.text)?.[0];
    const asks = clause.clean!.asks || demandsMore(clause.clean!, clause.options);
    if (option?.words === 1 && others.length === 0 && before !== undefined && !asks)
      this.remarks.push({ before, option, clause });
  }

  private known(kind: 'match' | 'target', name: string): CleanExtension | undefined {
    const known = this.extensions[kind].get(name);
    if (known !== undefined) return known;
    const { family } = this.from;
    const extension: Extension | undefined = kind === 'match' ? findMatch(name, family) : findTarget(name, family);
    // other names are printed as its own
    if (extension?.name !== name) return undefined;
    const clean = cleanExtension(extension, family);
    this.extensions[kind].set(name, clean);
    return clean;
  }

  private options(clean: CleanExtension, end: number): Record<string, Given> | undefined {
    const { words } = this;
    const options: Record<string, Given> = {};
    for (let place = 1; !this.atEnd(end); place++) {
      const not = words.is(NOT);
      if (not) words.next();
      const option = words.end > end ? undefined : clean.options.get(words.word());
      if (option === undefined || (not && !option.invert) || options[option.key] !== undefined) return undefined;
      const value = this.valueOf(option, end);
      if (value === REFUSED) return undefined;
      options[option.key] = { key: option.key, not, value, at: spanAt(place, 1) };
    }
    return options;
  }

  private valueOf(option: CleanOption, end: number): unknown {
    if (option.words === 0) return option.valueOf('');
    const first = option.words > 2 ? undefined : this.value(end);
    if (first === undefined) return REFUSED;
    if (option.words === 1) return option.valueOf(first);
    const second = this.value(end);
    return second === undefined ? REFUSED : option.read([first, second]);
  }

  private value(end: number): string | undefined {
    const { words } = this;
    const kind = words.next();
    if (words.end > end) return undefined;
    if (kind === QUOTED) return words.inQuotes();
    return kind !== PLAIN || words.is(NOT) ? undefined : words.word();
  }
}

const VERDICTS = new Map(
  (['ACCEPT', 'DROP', 'RETURN'] as const).map((verdict): [string, Target] => [
    verdict,
    { kind: 'verdict', verdict, at: NOWHERE },
  ]),
);
const NO_OPTIONS = {};
const UNEVALUATED: ReadonlySet<string> = new Set(UNEVALUATED_TARGETS);
