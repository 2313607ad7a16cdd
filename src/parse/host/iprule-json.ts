/** A rule of `ip -j rule` as the words that `ip rule` prints for it. */
import type { Word } from '../text.js';

type Fields = Readonly<Record<string, unknown>>;

/** Keys that say the same in another way, or nothing about what the rule does. */
const SILENT = new Set(['priority', 'srclen', 'dstlen', 'fwmask', 'iif_detached', 'oif_detached', 'unresolved']);

/** How each key's words are made; the others are words themselves. */
const WORDS: Readonly<Record<string, (fields: Fields) => string[]>> = {
  src: (f) => ['from', prefix(f.src, f.srclen)],
  dst: (f) => ['to', prefix(f.dst, f.dstlen)],
  fwmark: (f) => ['fwmark', f.fwmask === undefined ? String(f.fwmark) : `${f.fwmark}/${f.fwmask}`],
  table: (f) => ['lookup', String(f.table)],
  l3mdev: () => ['lookup', '[l3mdev-table]'],
  uid_start: (f) => ['uidrange', `${f.uid_start}-${f.uid_end}`],
  uid_end: () => [],
  sport_start: (f) => ['sport', `${f.sport_start}-${f.sport_end}`],
  sport_end: () => [],
  dport_start: (f) => ['dport', `${f.dport_start}-${f.dport_end}`],
  dport_end: () => [],
  suppress_prefixlen: (f) => ['suppress_prefixlength', String(f.suppress_prefixlen)],
  protocol: (f) => ['proto', String(f.protocol)],
  flow_to: (f) => ['realms', f.flow_from === undefined ? String(f.flow_to) : `${f.flow_from}/${f.flow_to}`],
  flow_from: () => [],
  action: (f) => [String(f.action)],
  not: () => ['not'],
};

const prefix = (address: unknown, length: unknown): string =>
  length === undefined ? String(address) : `${address}/${length}`;

export function wordsOfRuleObject(fields: Fields): Word[] {
  const words: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (SILENT.has(key)) continue;
    const make = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
    if (make !== undefined) words.push(...make(fields));
    else words.push(key, ...(value === null ? [] : [String(value)]));
  }
  return words.map((text) => ({ text, column: 1 }));
}
