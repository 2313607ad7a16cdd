/** Lines that a terminal broke where its width ended, within words too, put together again. */
import { type CleanLine, joined } from './drawn.js';
import { kindOf } from './kinds.js';

/** Widths that terminals have, and no listing: the columns of one end at the same place in each of its lines. */
const USUAL: ReadonlySet<number> = new Set([80, 120, 132]);
/** A prompt that nothing was typed at. */
const PROMPT = /^[\w.@~/:-]{1,60} ?[#$%>]$/;
const LEAST = 60;
const MOST_PIECES = 100;

/** `known`: whether a text, without blanks around it, is a line that somebody reads. */
export function rejoined(lines: readonly CleanLine[], known: (text: string) => boolean): readonly CleanLine[] {
  // asked of what may be broken alone: most lines are not
  const isBroken = (i: number): boolean => {
    const next = lines[i + 1];
    if (next === undefined || next.number !== lines[i]!.number + 1 || next.text.length > lines[i]!.text.length)
      return false;
    const text = next.text.trim();
    return text !== '' && !PROMPT.test(text) && !known(text);
  };
  const width = widthOf(lines, isBroken, known);
  if (width === undefined) return lines;
  const made: CleanLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const pieces = [lines[i]!];
    if (known(lines[i]!.text.trim()))
      // the last piece is shorter
      for (; lines[i]!.text.length === width && pieces.length < MOST_PIECES && isBroken(i); i++)
        pieces.push(lines[i + 1]!);
    made.push(pieces.length === 1 ? pieces[0]! : joined(pieces, ''));
  }
  return made;
}

/** The length that most lines have which something unknown stands below; undefined: nothing was broken at one. */
function widthOf(
  lines: readonly CleanLine[],
  isBroken: (at: number) => boolean,
  known: (text: string) => boolean,
): number | undefined {
  const counts = new Map<number, number>();
  let all = 0;
  lines.forEach(({ text }, i) => {
    if (text.length < LEAST || (!USUAL.has(text.length) && kindOf(text.trim()) === 'listing')) return;
    if (!isBroken(i) || !known(text.trim())) return;
    all++;
    counts.set(text.length, (counts.get(text.length) ?? 0) + 1);
  });
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best === undefined) return undefined;
  const [width, count] = best;
  return count * 5 >= all * 4 && (count > 2 || (count > 1 && USUAL.has(width)) || width === 80) ? width : undefined;
}
