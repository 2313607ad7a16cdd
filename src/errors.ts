/**
 * The one error class, and what a place in somebody's text is. An error names file, line and column, says what was
 * expected, and shows the line with a caret:
 *
 *     nat.rules:31:44: --dport: port 70000 is not in 0..65535
 *       31 | -A INPUT -p tcp -m tcp --dport 70000 -j ACCEPT
 *          |                                ^^^^^
 *       a port is a number or a name from the services file
 */

/** A place in a text: line and column count from 1, in UTF-16 units as editors do; `source` is the whole line. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly source: string;
}

/** A line that is read otherwise than it stands in its text (cleaned, joined of two, one of several): where its columns stand there. */
export interface Written {
  placeOf(column: number, length: number): Omit<Place, 'file'>;
}

export interface ErrorDetails {
  readonly place?: Place | undefined;
  /** stable, for programs: `bad-port`, `unknown-option`, … */
  readonly code: string;
  /** what to do about it, one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

export class PacketwalkError extends Error {
  readonly place: Place | undefined;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PacketwalkError';
    this.place = details.place;
    this.code = details.code;
    this.hint = details.hint;
  }

  /** The whole story for a terminal, several lines without a last newline. */
  format(): string {
    return formatProblem(this.message, this.place, this.hint);
  }
}

/** A message with its place, the source line, a caret and the hint; also for findings. `columns`: of a text on the terminal. */
export function formatProblem(
  message: string,
  place: Place | undefined,
  hint?: string,
  columns: (text: string) => number = ({ length }) => length,
): string {
  const lines: string[] = [];
  if (place === undefined) lines.push(message);
  else {
    lines.push(`${place.file}:${place.line}:${place.column}: ${message}`);
    const number = String(place.line);
    const { text, at } = excerpt(place);
    lines.push(`  ${number} | ${text}`);
    const width = Math.max(1, columns(text.slice(at, at + place.length)));
    lines.push(`  ${' '.repeat(number.length)} | ${' '.repeat(columns(text.slice(0, at)))}${'^'.repeat(width)}`);
  }
  if (hint !== undefined) lines.push(`  ${hint}`);
  return lines.join('\n');
}

const EXCERPT = 120;

/** The part of a long line round the caret. Control characters become spaces: they would move the caret or worse. */
function excerpt(place: Place): { text: string; at: number } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const clean = place.source.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  const at = Math.min(place.column - 1, clean.length);
  if (clean.length <= EXCERPT) return { text: clean, at };
  const from = Math.max(0, Math.min(at - EXCERPT / 2, clean.length - EXCERPT));
  const to = from + EXCERPT;
  const head = from > 0 ? '…' : '';
  return { text: head + clean.slice(from, to) + (to < clean.length ? '…' : ''), at: at - from + head.length };
}
