/**
 * /proc/net/xt_recent/NAME: a list's entries, `src=192.0.2.1 ttl: 64 last_seen: 4295012345 oldest_pkt: 2 4295012000, 4295012345`, that is
 * the place where the next time goes in a ring of times, and the times, in jiffies: how long ago that is the text does not tell.
 */
import type { Findings } from '../../model/finding.js';
import type { RecentEntry, RecentFile } from '../../model/host.js';
import { parseAddress } from '../../net/address.js';
import type { Readable } from '../text.js';
import { nameOfText, procFolder, readProcFiles } from './proc-files.js';

const FOLDER = procFolder('(?:xt|ipt)_recent');
export const RECENT_LINE = FOLDER.line(
  String.raw`src=([\d.]+|[\da-f:]+) +ttl: (\d+) last_seen: (\d+) oldest_pkt: (\d+) ([\d, ]+)`,
);
export const RECENT_NAME = FOLDER.above;

export function parseRecent(text: Readable, file: string, findings: Findings): RecentFile[] {
  const lists = new Map<string, RecentFile & { entries: RecentEntry[] }>();
  const list = (name: string) => {
    const found = lists.get(name) ?? { name, entries: [] };
    lists.set(name, found);
    return found;
  };
  let name = nameOfText(file);
  const reader = {
    named: ([, of]: RegExpExecArray) => {
      name = of!;
      list(name);
    },
    line: (line: string) => {
      const [, of, src, ttl, seen, index, stamps] = RECENT_LINE.exec(line) ?? [];
      const address = parseAddress(src ?? '');
      if (address === undefined) return false;
      const times = stamps!.split(',').map((stamp) => BigInt(stamp.trim() || 0));
      // recent_seq_show of net/netfilter/xt_recent.c says the latest twice: a line that was cut does not
      if (times[Number(index) - 1] !== BigInt(seen!)) return false;
      list(of ?? name).entries.push({ address, ttl: Number(ttl), index: Number(index), times });
      return true;
    },
    expected: 'expected an entry of a list of recent',
  };
  readProcFiles(text, file, FOLDER, reader, findings);
  return [...lists.values()];
}
