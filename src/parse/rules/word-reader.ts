/** The words of one rule, one after another: values, the `!` before or behind an option, and what refuses a rule. */
import { isValueError, type ValueError } from '../../ext/define.js';
import type { Span, Word } from '../../model/ruleset.js';
import { type RuleWords, spanAt } from './rule-words.js';

/** Stops the reading of one rule. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly at: Span,
    readonly hint?: string,
  ) {
    super(message);
  }
}

interface Reads<T, C> {
  parse(words: readonly string[], context: C): T;
}
const textOf = ({ text }: Word): string => text;
const missing = (option: Word, what: string): Refused =>
  new Refused('missing-value', `${option.text}: ${what} is missing`, option.at);

export class WordReader {
  /** a `!` that waits for its option. */
  protected not: Word | undefined;

  constructor(protected readonly words: RuleWords) {}

  protected value(option: Word, glued: string | undefined): { not: boolean; value: Word; at: Span } {
    let not = this.takeNot();
    let value = this.word(option, glued, 'a value');
    if (value.text === '!' && !not) {
      not = true;
      value = this.word(option, undefined, 'a value');
    }
    return { not, value, at: spanOf(option, value) };
  }

  protected word(option: Word, glued: string | undefined, what: string): Word {
    if (glued !== undefined) return { text: glued, at: option.at };
    const word = this.words.take();
    if (word === undefined) throw missing(option, what);
    return word;
  }

  /** The name of an extension or chain: an option is none. */
  protected name(option: Word, glued: string | undefined, what: string): Word {
    const word = this.word(option, glued, what);
    if (word.text.startsWith('-') || word.text.startsWith('!')) throw missing(option, what);
    return word;
  }

  protected count(option: Word, word: Word): bigint {
    if (/^\d{1,20}$/.test(word.text)) return BigInt(word.text);
    throw new Refused('bad-value', `${option.text}: "${word.text}" is not a count`, word.at);
  }

  protected reading<T, C>(option: Word, values: readonly Word[], kind: Reads<T, C>, context: C): T {
    const read = this.readOrOpen(option, values, kind, context, () => false);
    return read.value as T;
  }

  /** The value, or the word of it that stands for something else, where `open` says so. */
  protected readOrOpen<T, C>(
    option: Word,
    values: readonly Word[],
    kind: Reads<T, C>,
    context: C,
    open: (error: ValueError, word: Word) => boolean,
  ): { readonly value?: T; readonly name?: Word } {
    try {
      return { value: kind.parse(values.map(textOf), context) };
    } catch (error) {
      if (!isValueError(error)) throw error;
      const word = values[error.word] ?? values[0] ?? option;
      if (open(error, word)) return { name: word };
      throw new Refused('bad-value', `${option.text}: ${error.message}`, word.at, error.hint);
    }
  }

  protected takeNot(): boolean {
    const not = this.not !== undefined;
    this.not = undefined;
    return not;
  }

  protected refuseNot(word: Word): void {
    if (this.not) throw new Refused('not-invertible', `${word.text}: cannot be negated`, this.not.at);
  }
}

/** From the first word to the last. */
export const spanOf = (first: Word, last: Word | undefined): Span =>
  last === undefined || last.at.column < first.at.column
    ? first.at
    : spanAt(first.at.column, last.at.column + last.at.length - first.at.column);
