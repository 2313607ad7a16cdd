/**
 * The words of a rule's line as iptables-restore parts them (add_param_to_argv of xshared.c): blanks part, double quotes
 * hold together, also from inside a word on (`--comment="a b"`), a backslash in quotes takes the next character as it is.
 * Each keeps its place for messages.
 */
import type { Word } from '../../model/ruleset.js';

export interface Words {
  readonly words: Word[];
  /** column of a quote that is never closed. */
  readonly open: number | undefined;
}

/** `from` is the column (from 0) at which to begin; `'` quotes too, as shells and `iptables -S` of old have it. */
export function splitWords(line: string, from = 0): Words {
  const words: Word[] = [];
  for (let i = from; i < line.length; ) {
    if (isBlank(line.charCodeAt(i))) {
      i++;
      continue;
    }
    const start = i;
    while (i < line.length && !opensQuote(line.charCodeAt(i), i === start) && !isBlank(line.charCodeAt(i))) i++;
    const bare = line.slice(start, i);
    if (i === line.length || isBlank(line.charCodeAt(i))) {
      words.push({ text: bare, at: { column: start + 1, length: i - start } });
      continue;
    }
    const { text, end } = quotedPart(line, i);
    const length = Math.min(end, line.length) - start;
    words.push({ text: bare + text, at: { column: start + 1, length } });
    if (end > line.length) return { words, open: i + 1 };
    // the quote that closes ends the word too
    i = end;
  }
  return { words, open: undefined };
}

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
