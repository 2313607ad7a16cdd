/**
 * /proc/net/ipt_hashlimit/NAME and /proc/net/ip6t_hashlimit/NAME: a table's entries, `59 192.0.2.1:0->0.0.0.0:80 5 25 5`, that is the
 * seconds that are left, from where to where, and what it may have yet, at most, and of what each packet costs. The name is that
 * of the file: in the line above (`# cat …/NAME`, `==> …/NAME <==`), before each line as grep prints it, or what the text is called.
 */
import type { Findings } from '../../model/finding.js';
import type { HashlimitEntry, HashlimitTable } from '../../model/host.js';
import { type Family, parseAddress } from '../../net/address.js';
import { isCommandLine, LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';

const FILE = String.raw`\S*\bip(6?)t_hashlimit/([^\s/:]+)`;
export const HASHLIMIT_LINE = new RegExp(
  String.raw`^(?:${FILE}:)?(-?\d+) ([\d.]+|[\da-f:]+):(\d+)->([\d.]+|[\da-f:]+):(\d+) (\d+) (\d+) (\d+)$`,
);
/** What head prints above each of several files. */
export const HASHLIMIT_NAME = new RegExp(`^==> ${FILE} <==$`);
/** The same, or a command that prints the file. */
const HEADING = new RegExp(String.raw`^(?:==>|(?:.{0,100}[#$%>] *)?(?:\S+ +)?cat) +${FILE}(?: <==)?$`);
/** Names of texts may have an ending that the file has not. */
export const tableOfText = (name: string): string => /([^/]+?)(?:\.txt)?$/.exec(name)?.[1] ?? name;

export function parseHashlimit(text: Readable, file: string, findings: Findings): HashlimitTable[] {
  const tables = new Map<string, HashlimitTable & { entries: HashlimitEntry[] }>();
  const table = (family: Family, name: string) => {
    const key = `${family} ${name}`;
    const found = tables.get(key) ?? { family, name, entries: [] };
    tables.set(key, found);
    return found;
  };
  let name = tableOfText(file);
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const heading = HEADING.exec(trimmed);
    if (heading !== null) {
      name = heading[2]!;
      // one without entries is known to have none
      table(heading[1] === '6' ? 6 : 4, name);
      continue;
    }
    if (trimmed === '' || trimmed.startsWith('#') || isCommandLine(trimmed)) continue;
    const found = entryOf(trimmed);
    if (found === undefined)
      new LineComplaints(file, line, findings).all('unreadable-line', 'expected an entry of a table of hashlimit');
    else table(found.entry.src.length === 1 ? 4 : 6, found.name ?? name).entries.push(found.entry);
  }
  return [...tables.values()];
}

function entryOf(line: string): { name: string | undefined; entry: HashlimitEntry } | undefined {
  const [, , name, left, from, sport, to, dport, credit, cap, cost] = HASHLIMIT_LINE.exec(line) ?? [];
  const [src, dst] = [from, to].map((one) => parseAddress(one ?? ''));
  if (src === undefined || dst === undefined || src.length !== dst.length) return undefined;
  const ends = { src, dst, sport: Number(sport), dport: Number(dport) };
  return { name, entry: { ...ends, left: Number(left), credit: credit!, cap: cap!, cost: cost! } };
}
