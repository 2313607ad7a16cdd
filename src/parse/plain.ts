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
  if (recogniseSave(text)) return hasLines(text, SAVE_LINE) && !SAVE_DIRT.test(text) ? 'rules' : undefined;
  if (recogniseIpset(text))
    return hasLines(text, SET_LINE) || (!MIXED.test(text) && hostKindsOf(text).length === 0) ? 'ipset' : undefined;
  if (MIXED.test(text)) return undefined;
  if (recogniseConnections(text)) return 'connections';
  const [kind, ...others] = hostKindsOf(text);
  return others.length === 0 ? kind : undefined;
}

/** What each line of a save, and of iptables -S, begins with. */
const SAVE_LINE =
  /(?:-A |\[\d+:\d+\] -A |:|\*(?:raw|mangle|nat|filter|security)\r?$|COMMIT\r?$|-[PN] |#(?! ?(?:\S*\/)?ip6?tables | *-[AI])|\r?$)/my;
const SET_LINE = /(?:add |create |\r?$)/my;

/** Characters beside ASCII's, entities, marks, a second rule, a remark, a line that goes on, commands that print. */
const SAVE_DIRT =
  /[^\t\n\r -~]|&[#a-zA-Z]|\*\*|`|<\/?[a-zA-Z]|\\\r?$|[^\]\n\r] -A |[^\n\r"'] (?:#|\/\/|<[-=<])|^#[^\n\r]*tables -/m;

/** Signs of rules, listings and prompts, or characters beside ASCII's: there is more than one kind of text. */
const MIXED =
  /[^\t\n\r -~]|^[ \t]*(?:Chain \S|(?:num +)?(?:pkts +bytes +)?target +prot +opt|Name: \S)|^(?:\S[^\n\r]{0,100})?[#$>%][ \t]*(?:sudo[ \t]+)?\S{0,40}(?:tables|ipset|ip|sysctl|conntrack)[ \t]|^\S{0,40}tables /m;

/** Whether every line begins as one of them. */
function hasLines(text: string, sign: RegExp): boolean {
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    sign.lastIndex = at;
    if (!sign.test(text)) return false;
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return true;
}
