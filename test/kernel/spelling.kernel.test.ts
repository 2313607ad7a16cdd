/**
 * Rules as people write them before iptables itself: options in all their spellings and values at their edges. What
 * iptables-legacy-restore refuses is to be refused, and what it takes printed as iptables-legacy-save prints it; that
 * print is to be read as well.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { MATCHES, TARGETS } from '../../src/ext/registry.js';
import type { Finding } from '../../src/model/finding.js';
import type { TableName } from '../../src/model/ruleset.js';
import { printSave } from '../../src/parse/rules/print-save.js';
import { parseSave } from '../../src/parse/rules/save.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { drawRule } from './spelling/draw.js';
import { VALUES } from './spelling/values.js';

const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const RULES = Number(process.env.PACKETWALK_SPELLINGS ?? 1200);

const missing = kernelMissing();
const END = '@@ end of a rule @@';
const REFUSED = '@@ refused @@';

const saveOf = (table: TableName, rule: string) => `*${table}\n:C - [0:0]\n${rule}\nCOMMIT\n`;

/** The rules that a save's text holds. */
const rulesOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /^\[\d+:\d+\] -A /.test(line))
    .join('\n');

function askIptables(all: readonly { table: TableName; rule: string }[]): string[] {
  const script = ['ip link set lo up', 'ipset create h1 hash:ip', 'ipset create hp hash:ip,port'];
  for (const { table, rule } of all)
    script.push(
      `if iptables-legacy-restore -c 2>&1 <<'EOF'`,
      `${saveOf(table, rule)}EOF`,
      `then iptables-legacy-save -c -t ${table}; else echo '${REFUSED}'; fi; echo '${END}'`,
    );
  const output = execFileSync('unshare', ['-n', 'bash'], {
    input: script.join('\n'),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const answers = output.toString().split(`${END}\n`).slice(0, all.length);
  return answers.map((text) => (text.includes(REFUSED) ? `refused: ${/.*: .*/.exec(text)?.[0] ?? ''}` : rulesOf(text)));
}

/** In packetwalk's words, without its reasons where iptables refuses too. */
function askPacketwalk(table: TableName, rule: string): string {
  const findings: Finding[] = [];
  const tables = parseSave(saveOf(table, rule), 'drawn', { add: (finding) => findings.push(finding) });
  const wrong = findings.find(({ severity }) => severity === 'error');
  return wrong ? `refused: ${wrong.message}` : rulesOf(printSave(tables, { counters: true }));
}

const refused = (answer: string) => answer.startsWith('refused: ');
const same = (a: string, b: string) => a === b || (refused(a) && refused(b));

describe.skipIf(missing !== undefined)(kernelTitle('iptables spells the same'), () => {
  test(`${RULES} rules from seed ${FIRST}`, { timeout: 600_000 }, () => {
    const drawn = Array.from({ length: RULES }, (_, i) => ({ seed: FIRST + i, ...drawRule(FIRST + i) }));
    const answers = askIptables(drawn);
    const different: string[] = [];
    let taken = 0;
    for (const [i, { seed, table, rule, old }] of drawn.entries()) {
      const answer = answers[i]!;
      if (!refused(answer)) taken++;
      const said = askPacketwalk(table, rule);
      const say = (kind: string, said: string) =>
        different.push(`${kind}, seed ${seed}: ${table} ${rule}\n  iptables:   ${answer}\n  packetwalk: ${said}`);
      if (!same(said, answer)) say('read', said);
      else if (!refused(answer)) {
        const again = answer
          .split('\n')
          .map((line) => askPacketwalk(table, line))
          .join('\n');
        if (again !== answer) say('read again', again);
        const before = askPacketwalk(table, old);
        if (before !== answer) say(`as of old ${old}`, before);
      }
    }
    if (process.env.PACKETWALK_SPELLINGS) console.log(`${taken} of ${RULES} taken`);
    expect(different.join('\n')).toBe('');
  });

  test('every option has values here', () => {
    const named = (all: Readonly<Record<string, object>>) =>
      Object.entries(all)
        .flatMap(([name, options]) => Object.keys(options).map((key) => `${name} ${key}`))
        .sort();
    const extensions = Object.fromEntries([...MATCHES, ...TARGETS].map(({ name, options }) => [name, options]));
    expect(named(VALUES)).toEqual(named(extensions));
  });
});
