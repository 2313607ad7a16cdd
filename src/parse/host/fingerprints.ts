/** Fingerprints of systems, pf.os of OpenBSD, as osf_load_line of iptables' nfnl_osf.c reads them: window:ttl:df:length:options:genre:… */
import type { Fingerprint } from '../../model/fingerprint.js';
import { eachLine, type Readable } from '../text.js';

export const FINGERPRINT_LINE =
  /^(?:\*|%\d{1,5}|[ST](?:\*|%?\d{1,5})|\d{1,5}):\s*\d{1,3}:\s*[01]:\s*(?:\d{1,5}|\*):[^:]{0,200}:\s*[@*-]?[^\s:][^:]{0,60}:[^:]{0,60}:[^:]{0,60}:[^:]*$/;

/** By its first character: its kind, and how long it is. Others are left out. */
const OPTIONS: Readonly<Record<string, Fingerprint['options'][number]>> = {
  E: { kind: 0, length: 1 },
  N: { kind: 1, length: 1 },
  M: { kind: 2, length: 4 },
  W: { kind: 3, length: 3 },
  S: { kind: 4, length: 2 },
  T: { kind: 8, length: 10 },
};
const WINDOWS: Readonly<Record<string, Fingerprint['window']['of']>> = { S: 'mss', T: 'mtu', '%': 'modulo' };

export function parseFingerprints(text: Readable): Fingerprint[] {
  const found: Fingerprint[] = [];
  for (const { text: line } of eachLine(text)) {
    const trimmed = line.trim();
    if (!FINGERPRINT_LINE.test(trimmed)) continue;
    const [window = '', ttl, df, length, options = '', genre = ''] = trimmed.split(':').map((part) => part.trim());
    found.push({
      // char genre[32] ends in a zero byte
      genre: genre.replace(/^[@*]/, '').slice(0, 31),
      window: { of: WINDOWS[window[0]!] ?? 'plain', value: Number(/\d+/.exec(window)?.[0] ?? 0) },
      ttl: Number(ttl) & 255,
      df: df !== '0',
      // of any length none is
      length: Number(/^\d+/.exec(length!)?.[0] ?? 0),
      options: options.split(',').flatMap((option) => OPTIONS[option.trim()[0] ?? ''] ?? []),
    });
  }
  return found;
}
