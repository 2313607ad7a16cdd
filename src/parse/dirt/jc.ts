/** What jc makes of `iptables -L` (`jc iptables -L`), as the lines that it was made of. */

import { jsonObjects, recordsOf } from '../json-list.js';
import type { Line } from '../text.js';
import { type CleanLine, lineOf, type Part } from './drawn.js';

export function linesOfJc(lines: readonly CleanLine[]): Line[] {
  const made: Line[] = [];
  let offset = 0;
  const source = lines.map((line) => {
    const own = { ...line, offset };
    offset += line.text.length + 1;
    return own;
  });
  for (const { fields, place } of jsonObjects(source, '', { add: () => {} })) {
    const at = place();
    const row = (text: string) => {
      const part: Part = { text, number: at.line, source: at.source, column: at.column - 1, width: at.length };
      made.push(lineOf([part], 0, ['string']));
    };
    if (typeof fields.chain !== 'string') continue;
    row(headOf(fields));
    const rules = recordsOf(fields.rules);
    const columns = COLUMNS.filter((name) => rules.some((rule) => name in rule));
    row(columns.join(' '));
    for (const rule of rules) row([...columns.map((name) => cell(rule[name])), String(rule.options ?? '')].join(' '));
  }
  return made;
}

const COLUMNS = ['num', 'pkts', 'bytes', 'target', 'prot', 'opt', 'in', 'out', 'source', 'destination'];

/** jc has null for what is empty. */
const cell = (value: unknown): string => (value === null || value === undefined || value === '' ? '--' : String(value));

function headOf(fields: Readonly<Record<string, unknown>>): string {
  const { chain, default_policy: policy, default_packets: packets, default_bytes: bytes } = fields;
  if (typeof policy !== 'string') return `Chain ${String(chain)} (0 references)`;
  const counters = packets === undefined ? '' : ` ${String(packets)} packets, ${String(bytes)} bytes`;
  return `Chain ${String(chain)} (policy ${policy}${counters})`;
}
