/**
 * /proc/net/ipt_hashlimit/NAME and /proc/net/ip6t_hashlimit/NAME: a table's entries, `59 192.0.2.1:0->0.0.0.0:80 5 25 5`, that is the
 * seconds that are left, from where to where, and what it may have yet, at most, and of what each packet costs.
 */
import type { Findings } from '../../model/finding.js';
import type { HashlimitEntry, HashlimitTable } from '../../model/host.js';
import { type Family, parseAddress } from '../../net/address.js';
import type { Readable } from '../text.js';
import { nameOfText, procFolder, readProcFiles } from './proc-files.js';

const FOLDER = procFolder('ip(6?)t_hashlimit');
export const HASHLIMIT_LINE = FOLDER.line(
  String.raw`(-?\d+) ([\d.]+|[\da-f:]+):(\d+)->([\d.]+|[\da-f:]+):(\d+) (\d+) (\d+) (\d+)`,
);
export const HASHLIMIT_NAME = FOLDER.above;

export function parseHashlimit(text: Readable, file: string, findings: Findings): HashlimitTable[] {
  const tables = new Map<string, HashlimitTable & { entries: HashlimitEntry[] }>();
  const table = (family: Family, name: string) => {
    const key = `${family} ${name}`;
    const found = tables.get(key) ?? { family, name, entries: [] };
    tables.set(key, found);
    return found;
  };
  let name = nameOfText(file);
  const reader = {
    named: ([, six, of]: RegExpExecArray) => {
      name = of!;
      table(six === '6' ? 6 : 4, name);
    },
    line: (line: string) => {
      const found = entryOf(line);
      if (found !== undefined)
        table(found.entry.src.length === 1 ? 4 : 6, found.name ?? name).entries.push(found.entry);
      return found !== undefined;
    },
    expected: 'expected an entry of a table of hashlimit',
  };
  readProcFiles(text, file, FOLDER, reader, findings);
  return [...tables.values()];
}

function entryOf(line: string): { name: string | undefined; entry: HashlimitEntry } | undefined {
  const [, , name, left, from, sport, to, dport, credit, cap, cost] = HASHLIMIT_LINE.exec(line) ?? [];
  const [src, dst] = [from, to].map((one) => parseAddress(one ?? ''));
  if (src === undefined || dst === undefined || src.length !== dst.length) return undefined;
  const ends = { src, dst, sport: Number(sport), dport: Number(dport) };
  return { name, entry: { ...ends, left: Number(left), credit: credit!, cap: cap!, cost: cost! } };
}
