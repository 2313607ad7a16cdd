/**
 * The rows beside the extensions (src/ext) before iptables itself: what a row calls refused must be refused there, and
 * what it says is printed must be what iptables-legacy-save prints of the rule that was loaded.
 */
import { describe, expect, test } from 'vitest';
import { type Row, rowTables } from '../rows.js';
import { askIptables } from './ask-rows.js';
import { triedExtensions } from './extensions.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { UNJUDGED } from './unjudged.js';

const missing = kernelMissing();
/** Where packetwalk means to differ: it reads what old iptables printed, and refuses what iptables 1.8.9 silently changes. */
const OTHERWISE: readonly string[] = ['-p udp -m udp --sport ! 1', '-p udp -m udp --dport 65536'];

/** What is refused for what the kernel lacks: a security module. */
const LACKING = /-j SECMARK .*--sel/;

const tables = rowTables().map(({ kind, name, rows }) => ({
  name: `${kind} ${name}`,
  rows: rows.filter(({ rule }) => !OTHERWISE.includes(rule) && !LACKING.test(rule)),
}));

describe.skipIf(missing !== undefined)(kernelTitle('iptables says the same of'), () => {
  test.each(tables)('$name', { timeout: 60000 }, ({ rows }) => {
    const told = ({ table, chain, rule }: Row, said: string | undefined) =>
      `${table} ${chain} ${rule} → ${said ?? 'refused'}`;
    const answers = askIptables(rows).map((said, i) => [rows[i]!, said] as const);
    const known = answers.filter((answer): answer is readonly [Row, string | undefined] => answer[1] !== null);
    expect(known.map(([row, said]) => told(row, said))).toEqual(
      known.map(([row]) => told(row, row.ok ? row.expected : undefined)),
    );
  });
});

test.skipIf(missing !== undefined)(
  kernelTitle('what no kernel at hand has is named, with tests of another kind'),
  { timeout: 60000 },
  () => {
    const lacking = triedExtensions().flatMap(({ kind, name, loaded }) => (loaded ? [] : `${kind} ${name}`));
    expect(lacking.filter((name) => !UNJUDGED.has(name))).toEqual([]);
  },
);
