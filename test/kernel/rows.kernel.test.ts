/**
 * The rows beside the extensions (src/ext) before iptables itself: what a row calls refused must be refused there, and
 * what it says is printed must be what iptables-legacy-save prints of the rule that was loaded.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Row, rowTables } from '../rows.js';
import { kernelMissing, kernelTitle } from './kernel.js';

const missing = kernelMissing();
const END = '@@ end of a row @@';
/** Where packetwalk means to differ: it reads what old iptables printed, and refuses what iptables 1.8.9 silently changes. */
const OTHERWISE: readonly string[] = ['-p udp -m udp --sport ! 1', '-p udp -m udp --dport 65536'];

/** What the save says of each row's rule, or undefined where it was refused. */
function askIptables(rows: readonly Row[]): (string | undefined)[] {
  const script = ['ip link set lo up', 'ipset create h1 hash:ip'];
  for (const { family, table, chain, rule } of rows) {
    const tool = `${family === 6 ? 'ip6tables' : 'iptables'}-legacy`;
    script.push(
      `${tool}-restore <<'EOF' && ${tool}-save -t ${table} | grep '^-A'`,
      `*${table}`,
      `-A ${chain} ${rule}`,
      'COMMIT',
      'EOF',
      `echo '${END}'`,
    );
  }
  const output = execFileSync('unshare', ['-n', 'bash'], {
    input: script.join('\n'),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return output
    .toString()
    .split(`${END}\n`)
    .slice(0, rows.length)
    .map((text, i) => (text === '' ? undefined : text.trimEnd().slice(`-A ${rows[i]!.chain}`.length).trimStart()));
}

const tables = rowTables().map(({ kind, name, rows }) => ({
  name: `${kind} ${name}`,
  rows: rows.filter(({ rule }) => !OTHERWISE.includes(rule)),
}));

describe.skipIf(missing !== undefined)(kernelTitle('iptables says the same of'), () => {
  test.each(tables)('$name', { timeout: 60000 }, ({ rows }) => {
    const told = ({ table, chain, rule }: Row, said: string | undefined) =>
      `${table} ${chain} ${rule} → ${said ?? 'refused'}`;
    const answers = askIptables(rows);
    expect(rows.map((row, i) => told(row, answers[i]))).toEqual(
      rows.map((row) => told(row, row.ok ? row.expected : undefined)),
    );
  });
});
