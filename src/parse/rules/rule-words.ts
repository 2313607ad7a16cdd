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
  let i = from;
  while (i < line.length) {
    if (isBlank(line, i)) {
      i++;
      continue;
    }
    const start = i;
    let text = '';
    while (i < line.length && !isBlank(line, i)) {
      const quote = line[i]!;
      // a `'` inside a word is part of it (`it's`): it opens at a word's start only
      if (quote === '"' || (quote === "'" && i === start)) {
        const from = i++;
        while (i < line.length && line[i] !== quote) {
          if (line[i] === '\\' && quote === '"' && i + 1 < line.length) i++;
          text += line[i++];
        }
        if (i >= line.length) {
          words.push({ text, at: { column: start + 1, length: line.length - start } });
          return { words, open: from + 1 };
        }
        // the quote that closes ends the word too
        i++;
        break;
      }
      text += line[i++];
    }
    words.push({ text, at: { column: start + 1, length: i - start } });
  }
  return { words, open: undefined };
}

const isBlank = (line: string, i: number) => line[i] === ' ' || line[i] === '\t';
