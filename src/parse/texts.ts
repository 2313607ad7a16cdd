/** Sees what each text is, by its content, and reads it: what a host's texts together say. */
import type { ConnectionList } from '../model/connection-list.js';
import type { Finding, Findings } from '../model/finding.js';
import type { Host } from '../model/host.js';
import type { Table } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import type { Family } from '../net/address.js';
import { recogniseConnections } from './connections/connections.js';
import { addressesOfLines } from './host/addr.js';
import { buildHost, type HostParts } from './host/host.js';
import { recogniseLines } from './host/recognise-host.js';
import { routesOfLines } from './host/route.js';
import { readIpset, recogniseIpset, recogniseOldIpset } from './ipset/ipset.js';
import { joinSets, type ReadSets } from './ipset/join.js';
import { looksLikeJson } from './json-list.js';
import type * as Rare from './rare-texts.js';
import { apartListing } from './rules/listing/apart.js';
import { familyOfListing, parseListing, recogniseListing } from './rules/listing/reader.js';
import { isFragment, parseSave, recogniseSave } from './rules/save.js';
import { linesOf, placeOfLine, type SourceText } from './text.js';

export type { SourceText } from './text.js';

export interface Input {
  /** every table block, in the order read. */
  readonly tables: readonly Table[];
  readonly sets: readonly SetDef[];
  readonly host: Host;
  /** of all texts, in the order read; undefined where no text told them. */
  readonly connections: ConnectionList | undefined;
  /** names of the texts in which something was recognised. */
  readonly recognised: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What reads texts that isRare. */
export type RareReaders = typeof Rare;

/** Whether it is a list of connections, or of a host's texts another than `ip addr` or `ip route` in lines. */
export function isRare({ text }: SourceText): boolean {
  if (recogniseConnections(text) || looksLikeJson(text)) return true;
  const kind = recogniseLines(text);
  return kind !== undefined && kind !== 'addr' && kind !== 'route';
}

/** A text in which nothing is recognised is a finding, and left out. `rare`: undefined where no text isRare. */
export function readTexts(texts: readonly SourceText[], findings: Findings, rare: RareReaders | undefined): Input {
  const tables: Table[][] = [];
  /** fragments: which family they are of, the others may tell. */
  const waiting: ((otherwise: Family | undefined) => void)[] = [];
  const sets: ReadSets[] = [];
  const recognised: string[] = [];
  const parts: Mutable<HostParts> = {};
  const policies: SourceText[] = [];
  let connections: ConnectionList | undefined;
  for (const { name, text: whole } of texts) {
    let text = whole;
    if (!looksLikeJson(whole) && recogniseListing(whole)) {
      const { others, listing } = apartListing(whole);
      const at = tables.push([]) - 1;
      const read = (otherwise?: Family) => {
        tables[at] = parseListing(listing, name, findings, otherwise ?? 4);
      };
      const family = familyOfListing(listing);
      if (family === undefined) waiting.push(read);
      else read(family);
      recognised.push(name);
      text = others;
      if (!recogniseSave(text) && !recogniseIpset(text) && recogniseLines(text) === undefined) continue;
    }
    if (recogniseConnections(text)) {
      connections ??= new rare!.ConnectionList();
      rare!.readConnections(text, name, connections, findings);
      noteCut(name, text, findings);
    } else if (recogniseSave(text) && !recogniseOldIpset(text)) {
      const [rules, members] = apart(text);
      const at = tables.push([]) - 1;
      const read = (otherwise?: Family) => {
        tables[at] = parseSave(rules, name, findings, otherwise);
        noteCut(name, text, findings);
      };
      if (isFragment(rules)) waiting.push(read);
      else read();
      if (recogniseIpset(members)) sets.push(readIpset(members, name, findings));
    } else if (recogniseIpset(text)) {
      sets.push(readIpset(text, name, findings));
      noteCut(name, text, findings);
    } else if (!readHostText(parts, policies, { name, text }, findings, rare)) {
      findings.add(unrecognised(name, text));
      continue;
    }
    recognised.push(name);
  }
  const [told, ...both] = new Set(tables.flat().map(({ family }) => family));
  for (const read of waiting) read(both.length === 0 ? told : undefined);
  if (policies.length > 0) parts.rules = rare!.parsePolicyRules(policies, parts, findings);
  return { tables: tables.flat(), sets: joinSets(sets, findings), host: buildHost(parts), connections, recognised };
}

/** A word that is cut is mostly another good word: `10.0.0.10` of `10.0.0.101`. What COMMIT closes is whole. */
function noteCut(file: string, text: string, findings: Findings): void {
  if (/[\n\r][ \t]*$/.test(text.slice(-100))) return;
  const last = linesOf(text).at(-1);
  if (last === undefined || last.text === 'COMMIT' || last.text.startsWith('#')) return;
  findings.add({
    severity: 'note',
    code: 'no-line-end',
    message: 'the text ends without a line end: it may be cut',
    place: placeOfLine(file, last),
  });
}

/** A save and the sets beside it, as people paste them together: each with a blank for the lines of the other. */
function apart(text: string): [rules: string, members: string] {
  if (!text.includes('add') && !text.includes('create')) return [text, ''];
  if (!/(?:^|[\r\n])[ \t]*(?:create|add)[ \t]+\S/.test(text)) return [text, ''];
  const lines = text.split(/(\r\n|\n|\r)/);
  const isMember = (line: string) => /^[ \t]*(create|add)[ \t]+\S/.test(line);
  const blank = (of: (line: string) => boolean) =>
    lines.map((line, i) => (i % 2 === 0 && of(line) ? ' ' : line)).join('');
  return [blank(isMember), blank((line) => !isMember(line))];
}

/** False where it is no text of a host's addresses, links, routes, rules or sysctls; those of rules wait for all others. */
function readHostText(
  parts: Mutable<HostParts>,
  policies: SourceText[],
  { name, text }: SourceText,
  findings: Findings,
  rare: RareReaders | undefined,
): boolean {
  const json = looksLikeJson(text);
  switch (json ? rare!.recogniseJson(text) : recogniseLines(text)) {
    case 'addr': {
      const list = (json ? rare!.addressesOfJson : addressesOfLines)(text, name, findings);
      parts.addresses = [...(parts.addresses ?? []), ...list.addresses];
      parts.addressLinks = [...(parts.addressLinks ?? []), ...list.links];
      return true;
    }
    case 'link':
      parts.links = [...(parts.links ?? []), ...rare!.parseLinks(text, name, findings)];
      return true;
    case 'route':
      parts.routes = [...(parts.routes ?? []), (json ? rare!.routesOfJson : routesOfLines)(text, name, findings)];
      return true;
    case 'rule':
      policies.push({ name, text });
      return true;
    case 'sysctl':
      parts.sysctls = [...(parts.sysctls ?? []), ...rare!.parseSysctl(text, name, findings)];
      return true;
    default:
      return false;
  }
}

function unrecognised(file: string, text: string): Finding {
  const lines = linesOf(text);
  const line = lines.find((one) => one.text.trim() !== '');
  const foreign = line && FOREIGN.find(({ sign }) => sign.test(text));
  return {
    severity: 'note',
    code: 'nothing-recognised',
    message: foreign?.message ?? (line ? 'nothing in this text is recognised' : 'the text is empty'),
    place: placeOfLine(file, line ?? lines[0] ?? { number: 1, text: '', offset: 0 }),
    hint:
      foreign?.hint ??
      'the output of iptables-save, iptables -S, ipset save, ip addr, ip route, ip rule, ip link, sysctl and conntrack -L is read',
  };
}

/** Texts that people give for rules, and what to give instead. */
const FOREIGN = [
  {
    sign: /^table (ip6?|inet|arp|bridge|netdev) \S+ \{/m,
    message: 'this is a ruleset of nft, which is not read',
    hint: 'where iptables-nft made its tables, the output of iptables-save tells the same',
  },
  {
    sign: /^[ \t]*(\[\d+\.\d+[ \t]*\][ \t]*)?\[(NEW|UPDATE|DESTROY)\][ \t]+[a-z]/m,
    message: 'these are events of conntrack -E, which are not read',
    hint: 'conntrack -L -o extended,id prints the connections that there are',
  },
  {
    sign: /^<conntrack>/m,
    message: 'this is the XML form of conntrack, which is not read',
    hint: 'conntrack -L -o extended,id tells the same',
  },
];
