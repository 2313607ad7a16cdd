/**
 * Reads and prints the rows of a folder, such as iptables' own `extensions/`, and prints those of which that gives something
 * else than the row says:
 *
 *     npm run -s test:rows -- FOLDER [--family 4|6] [--iptables] [NAME…]
 *
 * NAME is a file's, with or without `lib…_` and `.t`. With --iptables, as root, iptables-legacy of this machine says what is
 * right, and the row only where its kernel lacks what the row needs. Files of extensions that do not exist here are counted
 * apart. The exit code is 1 where a row differs.
 */
import { parseArgs } from 'node:util';
import { kernelMissing } from '../kernel/agent.js';
import { askIptables } from '../kernel/ask-rows.js';
import { asExpected, corrected, type RowFile, read, rowFiles } from './compare.js';

const { values, positionals } = parseArgs({
  options: { family: { type: 'string' }, iptables: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder, ...names] = positionals;
const families = ([4, 6] as const).filter((family) => values.family === undefined || values.family === `${family}`);
const missing = values.iptables ? kernelMissing() : undefined;
if (folder === undefined || families.length === 0 || missing !== undefined) {
  process.stderr.write(`${missing ?? 'usage: npm run -s test:rows -- FOLDER [--family 4|6] [--iptables] [NAME…]'}\n`);
  process.exit(2);
}

const asked = ({ name }: RowFile) =>
  names.length === 0 || [name, name.slice(0, -2), name.replace(/^lib[^_]+_|\.t$/g, '')].some((n) => names.includes(n));
const files = rowFiles(folder, families).filter(asked);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** A file's rows that are not as expected, those of several chains in one line; how many are. */
function judge({ rows }: RowFile): { right: number; lines: Map<string, string[]> } {
  const answers = values.iptables ? askIptables(rows) : [];
  const lines = new Map<string, string[]>();
  let right = 0;
  for (const [i, given] of rows.entries()) {
    const { row, other } = values.iptables ? corrected(given, answers[i]) : { row: given, other: false };
    const made = read(row);
    const exact = !values.iptables || answers[i] === null || !row.ok || made.printed === row.expected;
    const same = exact && asExpected(row, made);
    if (same) right++;
    if (same && !other) continue;
    const line = [
      `line ${row.line} ${row.table} CHAINS: ${row.rule}`,
      other ? `the row says ${given.ok ? given.expected : 'refused'}` : '',
      `${other ? 'iptables here says' : 'expected'} ${row.ok ? row.expected : 'refused'}`,
      same ? '' : `here ${made.refused === undefined ? made.printed : `refused: ${made.refused}`}`,
    ];
    const text = line.filter((part) => part !== '').join('\n    ');
    lines.set(text, [...(lines.get(text) ?? []), row.chain]);
  }
  return { right, lines };
}

let [right, all, left] = [0, 0, 0];
for (const file of files) {
  const title = `${file.name} of IPv${file.family}`;
  if (!file.known) {
    left += file.rows.length;
    say(`${title}: ${file.rows.length} rows of an extension that is not here`);
    continue;
  }
  const judged = judge(file);
  say(`${title}: ${judged.right} of ${file.rows.length} rows as expected`);
  for (const [text, chains] of judged.lines) say(`  ${text.replace('CHAINS', chains.join(','))}`);
  right += judged.right;
  all += file.rows.length;
}
say(`${right} of ${all} rows as expected; ${left} rows of extensions that are not here`);
process.exitCode = right === all ? 0 : 1;
