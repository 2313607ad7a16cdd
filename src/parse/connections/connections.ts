/** Reads what `conntrack -L` prints, with whatever -o, and /proc/net/nf_conntrack. */
import type { ConnectionList } from '../../model/connection-list.js';
import type { Findings } from '../../model/finding.js';
import { eachLine, type Line, placeAt, placeOfLine, type Readable } from '../text.js';
import { readEntry } from './entry.js';

/** What the program writes on standard error behind the entries. */
const SHOWN = /conntrack v\S+ \(conntrack-tools\): (\d+) flow entr(?:y|ies) ha(?:s|ve) been shown\.$/;

/** The beginning of an entry, as far as the addresses. */
const ENTRY =
  /^[ \t]*(?:ipv[46][ \t]+\d+[ \t]+)?[a-z][\w-]*[ \t]+\d+[ \t]+(?:\d+[ \t]+)?(?:[A-Z][A-Z\d_]*[ \t]+)?(?:timeout=\d+,[ \t]*stream_timeout=\d+[ \t]+)?src=[\da-fA-F.:]+[ \t]/;

/** Whether a line is an entry, or says how many were shown. */
export const isEntry = (line: string): boolean => ENTRY.test(line) || SHOWN.test(line);

/** As much of a text as says what it is. */
const ENOUGH = 16 * 1024;

/** Whether most of a text's lines are entries, or it says that there were none. */
export function recogniseConnections(text: string): boolean {
  let lines = 0;
  let entries = 0;
  for (const line of eachLine(text.slice(0, ENOUGH))) {
    if (line.text.trim() === '' || line.text.startsWith('#')) continue;
    lines++;
    if (isEntry(line.text)) entries++;
  }
  return entries * 2 > lines;
}

/** Adds the entries of a text to a list, in the order in which they stand. */
export function readConnections(text: Readable, file: string, list: ConnectionList, findings: Findings): void {
  let entries = 0;
  let shown: { readonly line: Line; readonly count: number } | undefined;
  let torn = '';
  for (const line of eachLine(text)) {
    const ended = line.text.endsWith('shown.') ? SHOWN.exec(line.text) : null;
    if (ended !== null) {
      shown = { line, count: (shown?.count ?? 0) + Number(ended[1]) };
      // where both streams go to one place it may stand within an entry, which goes on in the next line
      torn += line.text.slice(0, ended.index);
      continue;
    }
    const all = torn + line.text;
    const isTorn = torn !== '';
    torn = '';
    if (/^\s*(#|$)/.test(all)) continue;
    entries++;
    readLine(all, isTorn, file, line, list, findings);
  }
  if (shown === undefined || shown.count === entries) return;
  findings.add({
    severity: 'note',
    code: 'entries-missing',
    message: `conntrack has shown ${shown.count} entries, but ${entries} stand here: the text may be cut`,
    place: placeOfLine(file, shown.line),
  });
}

function readLine(
  text: string,
  isTorn: boolean,
  file: string,
  line: Line,
  list: ConnectionList,
  findings: Findings,
): void {
  const connection = readEntry(text, (message, word, left) =>
    findings.add({
      severity: 'warning',
      code: left ? 'unknown-word' : 'unreadable-entry',
      message,
      place:
        word === undefined || isTorn
          ? placeOfLine(file, line)
          : placeAt(file, line, word.begin + 1, word.end - word.begin),
    }),
  );
  if (connection !== undefined) list.add(connection);
}
