/** `ip route`, of one table or of all, with or without -d and -o. */
import type { Findings } from '../../model/finding.js';
import { type Route, TABLE_LOCAL, TABLE_MAIN } from '../../model/host.js';
import { isCommandLine, LineComplaints, WordReader } from '../complain.js';
import { type Line, linesOf, type Readable } from '../text.js';
import { type RouteDraft, readDraft } from './route-draft.js';

/** What `ip route get` prints beneath its answer. */
const CACHE_LINE = /^\s+cache\b/;

export interface RouteListing {
  readonly routes: Route[];
  /** of all tables (`ip route show table all`): a table that does not stand in it is empty. */
  readonly complete: boolean;
}

export const routesOfLines = (text: Readable, file: string, findings: Findings): RouteListing =>
  listingOf(draftsOf(text, file, findings));

export function listingOf(drafts: readonly RouteDraft[]): RouteListing {
  // only a listing of all tables names tables, and it names every table but main
  const complete = drafts.some((draft) => draft.table !== undefined);
  const table = complete ? TABLE_MAIN : tableOf(drafts);
  return { routes: drafts.map((draft) => draft.route(table)), complete };
}

/** The table of a listing of one table, which does not name it: local if it holds what only that does, else main. */
function tableOf(drafts: readonly RouteDraft[]): number {
  const ofKernel = (draft: RouteDraft) => draft.protocol === 'kernel' || draft.protocol === '2';
  return drafts.some((draft) => (draft.type === 'local' || draft.type === 'broadcast') && ofKernel(draft))
    ? TABLE_LOCAL
    : TABLE_MAIN;
}

function draftsOf(text: Readable, file: string, findings: Findings): RouteDraft[] {
  const drafts: RouteDraft[] = [];
  const lines = linesOf(text);
  for (const [i, line] of lines.entries()) {
    if (line.text.trim() === '' || CACHE_LINE.test(line.text) || isCommandLine(line.text)) continue;
    const complaints = new LineComplaints(file, line, findings);
    if (isAnswer(line, lines[i + 1])) {
      complaints.all('route-get', 'the answer of ip route get to one question is no route of a table', 'note');
      continue;
    }
    const reader = WordReader.of(line.text);
    if (/^\s/.test(line.text) && reader.peek()?.text === 'nexthop' && drafts.length > 0) {
      drafts.at(-1)!.read(reader, complaints);
      continue;
    }
    // a line of backslashes has no word
    const draft = reader.peek() && readDraft(reader, complaints);
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts;
}

/** An answer of `ip route get` names the user, or has a line about the cache under it. */
const isAnswer = (line: Line, next: Line | undefined): boolean =>
  /\suid \d+/.test(line.text) || (next !== undefined && CACHE_LINE.test(next.text));
