/** Sees what each text is, by its content, and reads it: what a host's texts together say. */
import type { Place } from '../errors.js';
import type { Finding, Findings } from '../model/finding.js';
import type { Host } from '../model/host.js';
import type { Table } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import { parseAddresses } from './addr.js';
import { buildHost, type HostParts } from './host.js';
import { parsePolicyRules } from './iprule.js';
import { parseIpset, recogniseIpset } from './ipset.js';
import { parseLinks } from './link.js';
import { recogniseHost } from './recognise-host.js';
import { parseRoutes } from './route.js';
import { parseSave, recogniseSave } from './save.js';
import { parseSysctl } from './sysctl.js';

export interface Input {
  /** every table block, in the order read. */
  readonly tables: readonly Table[];
  readonly sets: readonly SetDef[];
  readonly host: Host;
  /** names of the texts in which something was recognised. */
  readonly recognised: readonly string[];
}

export interface SourceText {
  readonly name: string;
  readonly text: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A text in which nothing is recognised is a finding, and left out. */
export function parseTexts(texts: readonly SourceText[], findings: Findings): Input {
  const tables: Table[] = [];
  const sets: SetDef[] = [];
  const recognised: string[] = [];
  const parts: Mutable<HostParts> = {};
  for (const { name, text } of texts) {
    if (recogniseSave(text)) tables.push(...parseSave(text, name, findings));
    else if (recogniseIpset(text)) sets.push(...parseIpset(text, name, findings));
    else if (!readHostText(parts, name, text, findings)) {
      findings.add(unrecognised(name, text));
      continue;
    }
    recognised.push(name);
  }
  return { tables, sets, host: buildHost(parts), recognised };
}

/** False where it is no text of a host's addresses, links, routes, rules or sysctls. */
function readHostText(parts: Mutable<HostParts>, name: string, text: string, findings: Findings): boolean {
  switch (recogniseHost(text)) {
    case 'addr': {
      const list = parseAddresses(text, name, findings);
      parts.addresses = [...(parts.addresses ?? []), ...list.addresses];
      parts.addressLinks = [...(parts.addressLinks ?? []), ...list.links];
      return true;
    }
    case 'link':
      parts.links = [...(parts.links ?? []), ...parseLinks(text, name, findings)];
      return true;
    case 'route':
      parts.routes = [...(parts.routes ?? []), parseRoutes(text, name, findings)];
      return true;
    case 'rule':
      parts.rules = [...(parts.rules ?? []), ...parsePolicyRules(text, name, findings)];
      return true;
    case 'sysctl':
      parts.sysctls = [...(parts.sysctls ?? []), ...parseSysctl(text, name, findings)];
      return true;
    default:
      return false;
  }
}

function unrecognised(file: string, text: string): Finding {
  const source = text.split(/\r?\n/, 1)[0] ?? '';
  const place: Place = { file, line: 1, column: 1, length: Math.max(1, source.length), source };
  return {
    severity: 'note',
    code: 'nothing-recognised',
    message: 'nothing in this text is recognised',
    place,
    hint: 'the output of iptables-save, ipset save, ip addr, ip route, ip rule, ip link and sysctl is read',
  };
}
