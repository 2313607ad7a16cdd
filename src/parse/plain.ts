/**
 * Whether a text is as a program printed it, one kind of text throughout: then its reader takes it as it is. Anything else
 * is told apart line by line first (dirt/), which takes longer.
 */
import { recogniseConnections } from './connections/connections.js';
import type { HostText } from './host/recognise-host.js';
import { hostKindsOf } from './host/recognise-host.js';
import { isIpsetXml, recogniseIpset, recogniseOldIpset } from './ipset/ipset.js';
import { recogniseSave } from './rules/save.js';

export type PlainKind = 'rules' | 'ipset' | 'connections' | HostText;

/** Undefined: it is of several kinds, of none, or has what no program prints. */
export function plainKind(text: string): PlainKind | undefined {
  if (recogniseOldIpset(text) || isIpsetXml(text)) return 'ipset';
  if (recogniseSave(text)) return hasLines(text, SAVE_LINE, '-A ') && !isDirty(text) ? 'rules' : undefined;
  if (recogniseIpset(text))
    return hasLines(text, SET_LINE, 'add ') || (!MIXED.test(text) && hostKindsOf(text).kinds.length === 0)
      ? 'ipset'
      : undefined;
  if (MIXED.test(text)) return undefined;
  if (recogniseConnections(text)) return 'connections';
  const { kinds, lines } = hostKindsOf(text);
  const [best, ...others] = kinds;
  // a word of prose may look like a setting, or be an address
  const few = best !== undefined && (best[0] === 'sysctl' || best[0] === 'route') && best[1] * 2 <= lines;
  return others.length > 0 || few ? undefined : best?.[0];
}

/** What each line of a save, and of iptables -S, begins with. */
const SAVE_LINE =
  /(?:-A |\[\d+:\d+\] -A |:|\*(?:raw|mangle|nat|filter|security)\r?$|COMMIT\r?$|-[PN] |#(?! ?(?:\S*\/)?ip6?tables | *-[AI])|\r?$)/my;
const SET_LINE = /(?:add |create |\r?$)/my;

/** Whether a save has what no program prints in one. Most signs are rare there: a text of megabytes is searched for each by itself. */
function isDirty(text: string): boolean {
  if (text.includes('//') || text.includes('[/')) return true;
  GLUED.lastIndex = 0;
  for (let found = GLUED.exec(text); found !== null; found = GLUED.exec(text)) {
    if (!STARTS.test(text.slice(Math.max(0, found.index - 50), found.index + 1))) return true;
    GLUED.lastIndex = found.index + 1;
  }
  SIGNS.lastIndex = 0;
  for (let found = SIGNS.exec(text); found !== null; found = SIGNS.exec(text))
    if (saysDirt(text, found.index)) return true;
  return false;
}

/** A rule behind something else in its line: with a look ahead it takes four times as long. */
const GLUED = /[^\n]-A /g;
/** What stands before a rule in its line: nothing, or its counters. */
const STARTS = /(?:^|[\n\r\uFEFF])(?:\[\d+:\d+\] )?$/;
/** All but what nearly every line has. */
const SIGNS = /[^\t\n\r !"$%')+,\-./0-9:;=-Z\]^_a-z|}~]/g;

/** What a sign says by those beside it. */
function saysDirt(text: string, at: number): boolean {
  const before = text[at - 1] ?? '';
  const behind = text[at + 1] ?? '';
  switch (text[at]) {
    case '*':
      return behind === '*';
    case '{':
      return behind === '{' || isAddress(text, at);
    case '[':
    case '(':
      return isAddress(text, at);
    case '&':
      return /[#a-zA-Z]/.test(behind);
    case '<':
      return /[-=</a-zA-Z]/.test(behind);
    case '#':
      return at > 0 && !/[\n\r"'\uFEFF]/.test(before);
    case '\\':
      return behind === '\n' || behind === '\r';
    default:
      return true;
  }
}

/** Whether a name stands in the place of an address. */
const isAddress = (text: string, at: number): boolean =>
  text.startsWith('-s ', at - 3) || text.startsWith('-d ', at - 3);

/** Signs of rules, listings and prompts, or characters beside ASCII's: there is more than one kind of text. */
const MIXED =
  /[^\t\n\r -~]|^[ \t]*(?:Chain \S|(?:num +)?(?:pkts +bytes +)?target +prot +opt|Name: \S)|^(?:\S[^\n\r]{0,100})?[#$>%][ \t]*(?:sudo[ \t]+)?\S{0,40}(?:tables|ipset|ip|sysctl|conntrack|cat)[ \t]|^\S{0,40}tables |^==> /m;

/** Whether every line begins as one of them; nearly all begin with `most`. */
function hasLines(text: string, sign: RegExp, most: string): boolean {
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    sign.lastIndex = at;
    if (!text.startsWith(most, at) && !sign.test(text)) return false;
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return true;
}
