/** What the lines of the texts were taken for, as `check -v` says it. */
import type { Table } from '../model/ruleset.js';
import type { Taken } from '../parse/texts.js';
import { words } from './language.js';

const AS: Readonly<Record<Taken['as'], string>> = {
  rules: 'rules as iptables-save and iptables -S print them',
  listing: 'a listing of iptables -L',
  jc: 'a listing of iptables -L as JSON',
  script: 'commands of a script',
  firewalld: 'direct rules of firewalld',
  ipset: 'sets',
  connections: 'connections',
  addr: 'addresses',
  link: 'links',
  route: 'routes',
  rule: 'policy rules',
  ifconfig: 'addresses as ifconfig prints them',
  'routing-table': 'routes as route and netstat -r print them',
  hashlimit: 'tables of hashlimit',
  recent: 'lists of recent',
  nfacct: 'accounting objects',
  variable: 'variables of rules',
  clusters: 'nodes of clusters',
  sysctl: 'settings',
  sockets: 'sockets',
  fingerprints: 'fingerprints of systems',
  xfrm: 'how much IPsec there is',
  json: 'JSON of a host',
  command: 'a command that was typed',
  comment: 'a remark',
  commented: 'rules that are commented out',
  unknown: 'nothing that is known',
};

/** A line for each run of lines: `page.txt:12-34: a listing of iptables -L (nat)`; the tables that begin there in brackets. */
export function takenLines(taken: readonly Taken[], tables: readonly Table[]): string[] {
  return [...taken]
    .sort((a, b) => (a.file === b.file ? a.from - b.from : 0))
    .map(({ file, from, to, as }) => {
      const named = new Set(
        tables
          .filter(({ opened }) => opened.file === file && opened.line >= from && opened.line <= (to ?? Infinity))
          .map(({ name }) => name),
      );
      const where = to === undefined ? file : `${file}:${from === to ? from : `${from}-${to}`}`;
      return `${where}: ${words().say(AS[as])}${named.size === 0 ? '' : ` (${[...named].join(', ')})`}`;
    });
}
