/** What iptables-legacy itself makes of rows. */
import { execFileSync } from 'node:child_process';
import type { Family } from '../../src/net/address.js';
import type { Row } from '../rows.js';
import { accounting } from './accounting.js';

const END = '@@ end of a row @@';
const MISSING = '@@ missing @@';

/** What rows name: sets, accounting objects, and estimators, which rules of another table keep. */
export const NAMED = (family: Family): readonly string[] => [
  'ip link set lo up',
  `ipset create h1 hash:ip family ${family === 4 ? 'inet' : 'inet6'}`,
  'ipset create h6 hash:ip family inet6',
  accounting({ name: 'a1' }, { name: 'a b' }, { name: '0123456789012345678901234567890' }),
  ...['RE1', 'RE2'].map(
    (name) =>
      `iptables-legacy -t security -A OUTPUT -j RATEEST --rateest-name ${name} --rateest-interval 250ms --rateest-ewmalog 500ms`,
  ),
];

/**
 * What the save says of each row's rule, behind the chain; undefined where it was refused; null where that is for something
 * that this kernel or host has not (a module, a named object), which tells nothing of the rule.
 */
export function askIptables(rows: readonly Row[]): (string | undefined | null)[] {
  const script = [...NAMED(4)];
  for (const { family, table, chain, rule } of rows) {
    const tool = `${family === 6 ? 'ip6tables' : 'iptables'}-legacy`;
    script.push(
      `if ${tool}-restore <<'EOF'; then ${tool}-save -t ${table} | grep '^-A'`,
      `*${table}`,
      `-A ${chain} ${rule}`,
      'COMMIT',
      'EOF',
      // the program that takes a single rule says why the kernel refused it
      `else xargs ${tool} -t ${table} -A ${chain} 2>&1 <<'EOF' | grep -q 'No chain/target/match' && echo '${MISSING}'`,
      rule,
      'EOF',
      'fi',
      `echo '${END}'`,
    );
  }
  const output = execFileSync('unshare', ['-n', 'bash'], {
    input: script.join('\n'),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  return output
    .toString()
    .split(`${END}\n`)
    .slice(0, rows.length)
    .map((text, i) => {
      if (text === '') return undefined;
      return text.startsWith(MISSING) ? null : text.trimEnd().slice(`-A ${rows[i]!.chain}`.length).trimStart();
    });
}
