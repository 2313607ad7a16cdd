/**
 * The words of a rule's line as iptables-restore parts them (add_param_to_argv of xshared.c): blanks part, double quotes
 * hold together, also from inside a word on (`--comment="a b"`), a backslash in quotes takes the next character as it is. A quote
 * that nothing closes holds all that is left of the line, the line break too. Each keeps its place for messages.
 */
import type { Span, Word } from '../../model/ruleset.js';

/** Words of a rule, one after the other. */
export interface RuleWords {
  /** The next word, which stays the next; undefined: there is none. */
  peek(): Word | undefined;
  take(): Word | undefined;
}

/** The words of a line, each made when it is taken. */
export class LineWords implements RuleWords {
  /** column of a quote that is never closed, once the words are taken up to it. */
  open: number | undefined;
  private ahead: Word | undefined;

  /** `at` is the column (from 0) at which to begin. */
  constructor(
    private readonly line: string,
    private at: number,
  ) {}

  peek(): Word | undefined {
    this.ahead ??= this.read();
    return this.ahead;
  }

  take(): Word | undefined {
    const word = this.ahead ?? this.read();
    this.ahead = undefined;
    return word;
  }

  /** `'` quotes too, as shells and `iptables -S` of old have it. */
  private read(): Word | undefined {
    const { line } = this;
    let start = this.at;
    while (start < line.length && isBlank(line.charCodeAt(start))) start++;
    let i = start;
    let code = 0;
    for (; i < line.length; i++) {
      code = line.charCodeAt(i);
      // nearly all stand above blanks and quotes
      if (code <= SINGLE && (isBlank(code) || opensQuote(code, i === start))) break;
    }
    this.at = i;
    if (i === line.length || isBlank(code))
      return i === start ? undefined : { text: line.slice(start, i), at: spanAt(start + 1, i - start) };
    const { text, end } = quotedPart(line, i);
    // the quote that closes ends the word too
    this.at = Math.min(end, line.length);
    const isOpen = end > line.length;
    if (isOpen) this.open = i + 1;
    return { text: line.slice(start, i) + text + (isOpen ? '\n' : ''), at: spanAt(start + 1, this.at - start) };
  }
}

/** Of a short span there is one object, for all lines: a hundred thousand rules have a million spans, and keep most. */
export function spanAt(column: number, length: number): Span {
  if (column >= SHORT_COLUMN || length >= SHORT_LENGTH) return { column, length };
  const index = column * SHORT_LENGTH + length;
  SPANS[index] ??= { column, length };
  return SPANS[index];
}

const SHORT_COLUMN = 256;
const SHORT_LENGTH = 64;
const SPANS = new Array<Span | undefined>(SHORT_COLUMN * SHORT_LENGTH);

/** What stands between the quote at `at` and the one that closes it, and where the line goes on: beyond its end without one. */
function quotedPart(line: string, at: number): { text: string; end: number } {
  const quote = line.charCodeAt(at);
  let text = '';
  let from = at + 1;
  let i = from;
  for (; i < line.length && line.charCodeAt(i) !== quote; i++) {
    if (quote !== DOUBLE || line.charCodeAt(i) !== BACKSLASH || i + 1 === line.length) continue;
    text += line.slice(from, i);
    from = ++i;
  }
  return { text: text + line.slice(from, i), end: i + 1 };
}

const DOUBLE = 0x22;
const SINGLE = 0x27;
const BACKSLASH = 0x5c;

/** A `'` inside a word is part of it (`it's`): it opens at a word's start only. */
const opensQuote = (code: number, first: boolean) => code === DOUBLE || (code === SINGLE && first);
const isBlank = (code: number) => code === 0x20 || code === 0x09;
