/**
 * The rows beside the extensions (src/ext) before iptables itself: what a row calls refused must be refused there, and
 * what it says is printed must be what iptables-legacy-save prints of the rule that was loaded.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Row, rowTables } from '../rows.js';

const missing = spawnSync('unshare', ['-n', 'sh', '-c', 'iptables-legacy -S && ipset list -n']).status !== 0;
/** Modules that the kernel here may lack: their rules are refused whatever they say. */
const END = '@@ end of a row @@';

/** What the save says of each row's rule, or undefined where it was refused. */
function askIptables(rows: readonly Row[]): (string | undefined)[] {
  const script = ['ip link set lo up', 'ipset create h1 hash:ip'];
  for (const { table, chain, rule } of rows) {
    script.push(
      `iptables-legacy-restore <<'EOF' && iptables-legacy-save -t ${table} | grep '^-A'`,
      `*${table}`,
      `-A ${chain} ${rule}`,
      'COMMIT',
      'EOF',
      `echo '${END}'`,
    );
  }
  const output = execFileSync('unshare', ['-n', 'bash'], { input: script.join('\n'), stdio: ['pipe', 'pipe', 'ignore'] });
  return output
    .toString()
    .split(`${END}\n`)
    .slice(0, rows.length)
    .map((text, i) => (text === '' ? undefined : text.trimEnd().slice(`-A ${rows[i]!.chain}`.length).trimStart()));
}

describe.skipIf(missing).each(rowTables().map((table) => [`${table.kind} ${table.name}`, table] as const))('%s', (_, table) => {
  test('iptables says the same', { timeout: 60000 }, () => {
    const said = askIptables(table.rows);
    const told = table.rows.map((row, i) => `${row.table} ${row.chain} ${row.rule} → ${said[i] ?? 'refused'}`);
    expect(told).toEqual(
      table.rows.map((row) => `${row.table} ${row.chain} ${row.rule} → ${row.ok ? row.expected : 'refused'}`),
    );
  });
});
