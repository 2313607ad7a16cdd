/** The words of ipset's own texts, which have quotes. */
import type { Word } from '../text.js';

/**
 * The words of a line, from a column (counted from 0) on, as `ipset restore` parts them: a quote opens or closes a stretch in which blanks do not part, and
 * is dropped; a backslash means nothing. Undefined where a quote stays open.
 */
export function quotedWords(line: string, from = 0): Word[] | undefined {
  const words: Word[] = [];
  for (let at = from; at < line.length; ) {
    if (isBlank(line.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    let quoted = false;
    let quotes = false;
    for (; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (code > 0x22) continue;
      if (code === 0x22) {
        quoted = !quoted;
        quotes = true;
      } else if (!quoted && isBlank(code)) break;
    }
    if (quoted) return undefined;
    const text = line.slice(start, at);
    words.push({ text: quotes ? text.replaceAll('"', '') : text, column: start + 1 });
  }
  return words;
}

/** The parts of a member's element, parted by commas. `split` takes twice as long. */
export function partsOf(element: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let comma = element.indexOf(','); comma >= 0; comma = element.indexOf(',', from)) {
    parts.push(element.slice(from, comma));
    from = comma + 1;
  }
  parts.push(element.slice(from));
  return parts;
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
