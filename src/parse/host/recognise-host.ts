/** Which of a host's texts a text is, by what stands in it. */
import { parseAddress } from '../../net/address.js';
import { isCommandLine } from '../complain.js';
import { jsonObjects, looksLikeJson } from '../json-list.js';
import { ONE_LINE_ADDRESS } from './addr.js';
import { CLUSTER_LINE } from './clusters.js';
import { FINGERPRINT_LINE } from './fingerprints.js';
import { HASHLIMIT_LINE } from './hashlimit.js';
import { RULE_LINE } from './iprule.js';
import { LINK_LINE } from './link-line.js';
import { RECENT_LINE } from './recent.js';
import { ROUTE_TYPES } from './route-draft.js';
import { isSockets } from './sockets.js';
import { SYSCTL_LINE } from './sysctl.js';
import { XFRM_LINE } from './xfrm.js';

/** All of them. */
export const HOST_TEXTS = [
  'addr',
  'link',
  'route',
  'rule',
  'sysctl',
  'ifconfig',
  'routing-table',
  'hashlimit',
  'recent',
  'nfacct',
  'variable',
  'clusters',
  'xfrm',
  'sockets',
  'fingerprints',
] as const;
export type HostText = (typeof HOST_TEXTS)[number];

/** As much of a text as says what it is. */
const ENOUGH = 64 * 1024;

/** Undefined where it is none of them, or an empty list, which could be any. */
export const recogniseHost = (text: string): HostText | undefined =>
  looksLikeJson(text) ? recogniseJson(text) : recogniseLines(text);

export function recogniseJson(text: string): HostText | undefined {
  let link = false;
  for (const { fields } of jsonObjects(text.slice(0, ENOUGH), '', { add: () => {} })) {
    if ('addr_info' in fields) return 'addr';
    if ('ifindex' in fields && 'ifname' in fields) link = true;
    else if ('priority' in fields && 'src' in fields) return 'rule';
    else if ('dst' in fields && ('dev' in fields || 'flags' in fields || 'type' in fields)) return 'route';
  }
  return link ? 'link' : undefined;
}

/** The kind of the most lines. */
export function recogniseLines(text: string): HostText | undefined {
  const { kinds, lines } = hostKindsOf(text);
  const [best] = kinds;
  // a stray line of prose that looks like a setting makes no sysctl text
  return best !== undefined && (best[0] !== 'sysctl' || best[1] * 2 > lines) ? best[0] : undefined;
}

/**
 * The kinds that lines of a text are of, with their number, that of the most first; a link's first line is one of an address
 * list if an address stands below it. `lines`: how many there are.
 */
export function hostKindsOf(text: string): { kinds: (readonly [kind: HostText, count: number])[]; lines: number } {
  const votes = new Map<HostText, number>();
  let lines = 0;
  const end = /\r\n|\n|\r/;
  for (const line of text
    .slice(0, ENOUGH)
    .replace(/^\uFEFF/, '')
    .split(end)) {
    if (line.trim() === '' || isCommandLine(line)) continue;
    lines++;
    const kind = kindOfLine(line);
    if (kind !== undefined) votes.set(kind, (votes.get(kind) ?? 0) + 1);
  }
  const addresses = votes.get('addr') ?? 0;
  if (addresses > 0 && votes.has('link')) {
    votes.set('addr', addresses + votes.get('link')!);
    votes.delete('link');
  }
  return { kinds: [...votes].sort(([, a], [, b]) => b - a), lines };
}

/** What a line is by itself; `ip addr` and `ip link` have the first line of a link in common. */
export function kindOfLine(line: string): HostText | undefined {
  if (FINGERPRINT_LINE.test(line.trim())) return 'fingerprints';
  if (isSockets(line.trim())) return 'sockets';
  if (HASHLIMIT_LINE.test(line)) return 'hashlimit';
  if (RECENT_LINE.test(line)) return 'recent';
  if (CLUSTER_LINE.test(line)) return 'clusters';
  if (RULE_LINE.test(line)) return 'rule';
  if (XFRM_LINE.test(line)) return 'xfrm';
  if (LINK_LINE.test(line)) return 'link';
  if (ONE_LINE_ADDRESS.test(line) || /^\s+inet6?\s+[0-9a-f.:]+(\/|\s+peer\s)/i.test(line)) return 'addr';
  if (/^\s+nexthop\s/.test(line) || isRoute(line)) return 'route';
  return SYSCTL_LINE.test(line.trim()) &&
    /^-?(\/proc\/sys\/)?(net|kernel|vm|fs|dev|user|abi|debug)[./]/.test(line.trim())
    ? 'sysctl'
    : undefined;
}

/** A destination, with a type before it or words of a route behind it. */
function isRoute(line: string): boolean {
  const words = line.split(/\s+/);
  const typed = ROUTE_TYPES.has(words[0]!);
  const target = words[typed ? 1 : 0] ?? '';
  if (target !== 'default' && parseAddress(target.replace(/\/\d+$/, '')) === undefined) return false;
  return typed || words.length === 1 || /\s(dev|via|proto|nhid|metric)\s/.test(line);
}
