/**
 * Files of /proc/net that hold what rules remember, one for each table or list. Its name is that of the file: in the line above
 * (`# cat …/NAME`, `==> …/NAME <==`), before each line as grep prints it, or what the text is called.
 */
import type { Findings } from '../../model/finding.js';
import { isCommandLine, LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';

/** `folder`: as a part of an expression; the name is the last group of what is made of it. */
const fileIn = (folder: string): string => String.raw`\S*\b${folder}/([^\s/:]+)`;

export interface ProcFolder {
  /** what head prints above each of several files. */
  readonly above: RegExp;
  /** the same, or a command that prints the file. */
  readonly heading: RegExp;
  /** a line, `rest` of it an expression; before it the file as grep prints it. */
  line(rest: string): RegExp;
}

export const procFolder = (folder: string): ProcFolder => ({
  above: new RegExp(`^==> ${fileIn(folder)} <==$`),
  heading: new RegExp(String.raw`^(?:==>|(?:.{0,100}[#$%>] *)?(?:\S+ +)?cat) +${fileIn(folder)}(?: <==)?$`),
  line: (rest) => new RegExp(`^(?:${fileIn(folder)}:)?${rest}$`),
});

/** Names of texts may have an ending that the file has not. */
export const nameOfText = (text: string): string => /([^/]+?)(?:\.txt)?$/.exec(text)?.[1] ?? text;

/** What to do with each file that is named, which may have no entries, and each line; false: it is none. */
export interface ProcReader {
  readonly named: (heading: RegExpExecArray) => void;
  readonly line: (line: string) => boolean;
  /** of a line that is none. */
  readonly expected: string;
}

export function readProcFiles(
  text: Readable,
  file: string,
  { heading }: ProcFolder,
  { named, line: take, expected }: ProcReader,
  findings: Findings,
): void {
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const found = heading.exec(trimmed);
    if (found !== null) named(found);
    else if (trimmed === '' || trimmed.startsWith('#') || isCommandLine(trimmed)) continue;
    else if (!take(trimmed)) new LineComplaints(file, line, findings).all('unreadable-line', expected);
  }
}
