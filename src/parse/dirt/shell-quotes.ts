/** Commands whose quotes go on in the lines below. */
import { type CleanLine, cut, joined } from './drawn.js';
import { typedAt } from './prompts.js';
import { isCommand } from './shell-lines.js';

/** Lines that quotes go over, at most. */
const MOST_QUOTED = 100;
/** `NAME="…` may be a list of anything. */
const ASSIGNMENT = /^\s*(?:(?:export|local|readonly|declare) +)?[A-Za-z_]\w*\+?=/;

/**
 * A command with the lines that a quote of it goes on in, as a shell reads them, and the index of the first behind them: a line's
 * end in quotes stands as a blank. Where no line below closes the quote before another command begins, it stays open. `known`:
 * whether a text is a line by itself; `isScript`: what is no command of iptables may be one too.
 */
export function withQuote(
  line: CleanLine,
  lines: readonly CleanLine[],
  next: number,
  known: (text: string) => boolean,
  isScript: boolean,
): [line: CleanLine, next: number] {
  const { text } = line;
  let quote = /["']/.test(text) ? quoteAtEnd(text) : undefined;
  if (quote === undefined) return [line, next];
  const typed = isTyped(text);
  if (!(isScript || typed || isCommand(text) || ASSIGNMENT.test(text.slice(0, 200)))) return [line, next];
  const pieces = [line];
  for (let i = next; i < lines.length && pieces.length < MOST_QUOTED && !known(lines[i]!.text.trim()); i++) {
    const own = typed ? withoutPrompt(lines[i]!) : lines[i]!;
    quote = quoteAtEnd(own.text, quote);
    const goesOn = quote !== "'" && endsOpen(own.text);
    pieces.push(goesOn ? cut(own, 0, own.text.length - 1) : own);
    if (quote === undefined && !goesOn) return [joined(pieces), i + 1];
  }
  return [line, next];
}

/** Whether it is a command that changes rules, as one types it, at a prompt or without. */
export function isTyped(text: string): boolean {
  const typed = typedAt(text);
  return typed !== undefined && typed !== 'prompt' && typed.does === 'changes';
}

/** A line that a command goes on in, without the `> ` that a shell prompts for it with. */
export const withoutPrompt = (line: CleanLine): CleanLine =>
  /^ ?> /.test(line.text) ? cut(line, line.text.indexOf('>') + 2, line.text.length) : line;

/** An odd number of backslashes at the end. */
export function endsOpen(text: string): boolean {
  let at = text.length;
  while (at > 0 && text[at - 1] === '\\') at--;
  return (text.length - at) % 2 === 1;
}

/** The quote that stands open where a line ends. `open`: the one that it begins in. */
function quoteAtEnd(text: string, open?: string): string | undefined {
  let quote = open;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\' && quote !== "'") at++;
    else if (quote !== undefined) {
      if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '#' && /[\s;]/.test(text[at - 1] ?? ' ')) break;
  }
  return quote;
}
