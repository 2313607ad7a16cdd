/**
 * Reads clauses, word by word those that are new, and keeps some. What is not printed as iptables-save prints it, or would need
 * a finding, is left to RuleReader, which a test holds this to.
 */
import type { Extension } from '../../../ext/define.js';
import { findMatch, findTarget } from '../../../ext/registry.js';
import type { Given } from '../../../model/ruleset.js';
import { spanAt } from '../rule-words.js';
import { Clause, NO_WORDS, NOWHERE } from './clause.js';
import { bytesOf, KnownTexts, standsAt } from './known.js';
import { type CleanExtension, type CleanOption, cleanExtension, demandsMore, REFUSED } from './options.js';
import { type CleanWords, MATCH, NOT, PLAIN, QUOTED } from './words.js';

/** Clauses that are kept of a text, and of one of a few lines, by a part of their hash: powers of two. */
const SLOTS = 8192;
const FEW_SLOTS = 64;
/** Characters of a few lines. */
const SHORT = 1 << 13;

export class Clauses {
  /** the last one is new, and mostly stands in its line alone. */
  fresh = false;
  private readonly slots: number;
  private readonly kept: (Clause | undefined)[];
  /** hashes of clauses that were met and not kept: a third of all come once (100,000 rules are read in 0.1 s less). */
  private readonly met: Int32Array;
  private readonly texts = new KnownTexts();
  /** those that were met, by kind. */
  private readonly extensions: Record<'match' | 'target', Known[]> = { match: [], target: [] };
  /** clauses that test nothing, whatever they say, by what stands before that. */
  private readonly remarks: { readonly before: Uint8Array; readonly option: CleanOption; readonly clause: Clause }[] =
    [];

  constructor(
    private readonly words: CleanWords,
    private readonly family: 4 | 6,
  ) {
    this.slots = words.text.length < SHORT ? FEW_SLOTS : SLOTS;
    this.kept = new Array<Clause | undefined>(this.slots);
    this.met = new Int32Array(this.slots);
  }

  /**
   * The clause that begins with the word at hand; undefined: it has to be read otherwise. `whole`: with all that it says, else one
   * of its Kind may come for it.
   */
  next(whole: boolean): Clause | undefined {
    const { words } = this;
    const { start, bytes } = words;
    this.fresh = false;
    const remark = this.remarkAt(start);
    if (remark !== undefined) return remark;
    if (!words.clause()) return undefined;
    const { end, hash } = words;
    const slot = (hash ^ (hash >>> 13)) & (this.slots - 1);
    const kept = this.kept[slot];
    if (kept !== undefined && kept.length === end - start && this.texts.standsAt(kept.at, kept.length, bytes, start))
      return kept;
    const some = whole || this.met[slot] === hash ? undefined : this.oneOfKind(start, end);
    words.go(end);
    if (some !== undefined) {
      this.met[slot] = hash;
      return some;
    }
    const clause = this.read(start, end);
    words.go(end);
    this.fresh = true;
    if (!whole && clause !== undefined) {
      clause.length = end - start;
      clause.at = this.texts.add(bytes, start, end);
      this.kept[slot] = clause;
    }
    return clause;
  }

  /** A clause that stands for those of the kind of one; undefined: it has to be read. */
  private oneOfKind(start: number, end: number): Clause | undefined {
    const { words } = this;
    const clean = this.extensionAt(start, end);
    // what is a remark is seen where it is read first
    if (clean === undefined || clean.remark) return undefined;
    let { kind } = clean;
    while (!this.atEnd(end)) {
      const not = words.is(NOT);
      if (not) words.next();
      const option = words.end > end ? undefined : this.optionOf(clean);
      if (option === undefined || (not && !option.invert)) return undefined;
      const value = this.seen(option, end);
      const more = value === 0 ? undefined : kind.with(option, not ? -value : value);
      if (more === undefined) return undefined;
      kind = more;
    }
    kind.clause ??= new Clause(clean, NO_OPTIONS, undefined);
    return kind.clause;
  }

  /** A number for the value of an option, the same for all that no check tells apart; 0: it has to be read. */
  private seen(option: CleanOption, end: number): number {
    const { words } = this;
    if (option.words === 0) return 1;
    if (option.words < 0 || option.words > 2) return 0;
    let kind = words.next();
    const { start } = words;
    if (words.end > end || kind !== PLAIN || words.is(NOT)) return 0;
    if (option.words === 1) {
      const form = option.sees === undefined ? 0 : option.sees(words.bytes, start, words.end);
      return form > 0 ? form : option.numberOf(words.word());
    }
    const behind = words.end;
    kind = words.next();
    // what is parted by more than a blank is not taken apart again as it stands
    if (words.end > end || kind !== PLAIN || words.is(NOT) || words.start !== behind + 1) return 0;
    return option.numberOf(words.slice(start, words.end));
  }

  /** The extension of a clause, behind whose name the words are then. */
  private extensionAt(start: number, end: number): CleanExtension | undefined {
    const { words } = this;
    words.go(start + 2);
    if (words.next() !== PLAIN || words.end > end || words.bytes[words.start] === DASH || words.is(NOT))
      return undefined;
    return this.known(words.bytes[start + 1] === MATCH ? 'match' : 'target');
  }

  private read(start: number, end: number): Clause | undefined {
    const clean = this.extensionAt(start, end);
    const options = clean && this.options(clean, end);
    if (options === undefined) return undefined;
    const { extension, name, remark } = clean!;
    const { canonical } = extension;
    const use = { name, known: true, options: canonical?.(options) ?? options, words: NO_WORDS, at: NOWHERE };
    const clause = new Clause(clean!, options, use);
    if (remark) this.noteRemark(clause, this.words.slice(start, end));
    return clause;
  }

  /** Whether no word stands before a place. */
  private atEnd(end: number): boolean {
    const { words } = this;
    words.next();
    return words.start >= end;
  }

  /** The remark, where the clause at hand is one but for its text: nothing of that is kept. */
  private remarkAt(start: number): Clause | undefined {
    const { words } = this;
    for (const { before, option, clause } of this.remarks) {
      if (!standsAt(before, words.bytes, start)) continue;
      words.go(start + before.length);
      const kind = words.next();
      const isRead = kind === QUOTED || (kind === PLAIN && !words.is(NOT));
      if (isRead && option.sees?.(words.bytes, words.start, words.end) === 1 && words.endsClause()) return clause;
      words.start = start;
    }
    return undefined;
  }

  /** Of an extension that tests nothing, whatever it says. */
  private noteRemark(clause: Clause, text: string): void {
    const [key, ...others] = Object.keys(clause.options);
    const option = clause.clean.options.find((one) => one.option.key === key)?.option;
    const before = /^-m \S+ --\S+ /.exec(text)?.[0];
    const asks = clause.clean.asks || demandsMore(clause.clean, clause.options);
    if (option?.words === 1 && others.length === 0 && before !== undefined && !asks)
      this.remarks.push({ before: bytesOf(before), option, clause });
  }

  /** The extension whose name is the word at hand. */
  private known(kind: 'match' | 'target'): CleanExtension | undefined {
    const { family, words } = this;
    const { bytes, start, end } = words;
    const extensions = this.extensions[kind];
    for (const { written, clean } of extensions)
      if (written.length === end - start && standsAt(written, bytes, start)) return clean;
    const name = words.word();
    const extension: Extension | undefined = kind === 'match' ? findMatch(name, family) : findTarget(name, family);
    // other names are printed as its own
    if (extension?.name !== name) return undefined;
    const clean = cleanExtension(extension, family);
    extensions.push({ written: bytesOf(name), clean });
    return clean;
  }

  /** The option that the word at hand is. */
  private optionOf({ options }: CleanExtension): CleanOption | undefined {
    const { bytes, start, end } = this.words;
    for (const { written, option } of options)
      if (written.length === end - start && standsAt(written, bytes, start)) return option;
    return undefined;
  }

  private options(clean: CleanExtension, end: number): Record<string, Given> | undefined {
    const { words } = this;
    const options: Record<string, Given> = {};
    for (let place = 1; !this.atEnd(end); place++) {
      const not = words.is(NOT);
      if (not) words.next();
      const option = words.end > end ? undefined : this.optionOf(clean);
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

interface Known {
  readonly written: Uint8Array;
  readonly clean: CleanExtension;
}

const NO_OPTIONS = {};
const DASH = 0x2d;
