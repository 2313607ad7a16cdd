/** Pastes of rules made loadable (test/kernel/real): what is mended, and that nothing else is touched. */
import { expect, test } from 'vitest';
import { type Kernel, KernelRefused } from './kernel/kernel.js';
import { unevaluated } from './kernel/real/corpus.js';
import { led, loadable, mended, withChain, withoutLine } from './kernel/real/loadable.js';

const TABLE = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n';

test.each([
  ['a sound save', `# made\n${TABLE}# done\n`, `# made\n${TABLE}# done\n`, []],
  ['no line end at the end', TABLE.trimEnd(), TABLE, []],
  ['line ends of Windows', TABLE.replaceAll('\n', '\r\n'), TABLE, []],
  [
    'prose around it',
    `# iptables-save\nroot:~$ iptables-save\n${TABLE}root:~$\n`,
    `# iptables-save\n${TABLE}`,
    ['text'],
  ],
  ['a line of blanks behind it', `${TABLE} \n`, TABLE, ['text']],
  ['a cut end', TABLE.replace('COMMIT\n', ''), TABLE, ['COMMIT']],
  ['a cut table before another', TABLE.replace('COMMIT\n', '') + TABLE, TABLE + TABLE, ['COMMIT']],
  [
    'a hidden MAC address',
    TABLE.replace('-j', '-m mac --mac-source XX:XX:XX:XX:XX:XX -j'),
    TABLE.replace('-j', '-m mac --mac-source 02:00:00:00:00:01 -j'),
    ['hidden'],
  ],
  ['a line that the terminal broke', TABLE.replace('DROP\nC', `DR${' '.repeat(80)}OP\nC`), TABLE, ['broken']],
  [
    'a quote that is cut off',
    TABLE.replace('-j DROP', '-m comment --comment "a \\" b'),
    TABLE.replace('-j DROP', '-m comment --comment "a \\" b"'),
    ['open'],
  ],
  ['no table', '-A INPUT -j DROP\n', '-A INPUT -j DROP\n', []],
])('%s', (_, text, wanted, notes) => {
  const got = mended(text);
  expect(got.text).toBe(wanted);
  expect(got.notes.map((note) => note.split(' ')[0])).toEqual(notes);
});

test('a chain is declared in the table of the line', () => {
  expect(withChain(TABLE + TABLE.replace('filter', 'nat'), 'far', 7)).toBe(
    TABLE + TABLE.replace('*filter\n', '*nat\n:far - [0:0]\n'),
  );
});

const REFUSED = TABLE.replace('-A', '-A INPUT -s nobody -j DROP\n-A');

test.each([
  ['a rule', REFUSED, 3, TABLE],
  ['a table', TABLE.replace('filter', 'nat') + TABLE, 1, TABLE],
  ['a table that does not end', TABLE.replace('COMMIT', ''), 1, undefined],
  ['the end of a table, where it is not known which rule is to blame', TABLE, 4, undefined],
  ['behind the last line', TABLE, 9, undefined],
])('%s is left out', (_, text, number, wanted) => expect(withoutLine(text, number)?.text).toBe(wanted));

/** It refuses lines with `nobody`, rules outside of tables, and jumps to chains that nobody declares. */
const kernel = {
  load: async ({ rules }) => {
    const lines = rules.split('\n');
    const refuse = (number: number, why = '') => {
      throw new KernelRefused('iptables-restore', `${why}\nError occurred at line: ${number}`);
    };
    const wrong = lines.findIndex((line) => line.includes('nobody'));
    if (wrong >= 0) refuse(wrong + 1);
    const jump = lines.findIndex((line) => line.includes('-j far'));
    if (jump >= 0 && !rules.includes(':far')) refuse(jump + 1, "Couldn't load target `far':No such file or directory");
    const target = lines.findIndex((line) => line.includes('-j TARPIT'));
    if (target >= 0) refuse(target + 1, "Couldn't load target `TARPIT':No such file or directory");
  },
} as Partial<Kernel> as Kernel;

test.each([
  ['what is refused is left out', REFUSED, TABLE, ['-A INPUT -s nobody -j DROP']],
  [
    'a target that iptables does not have is left out',
    REFUSED.replace('-s nobody -j DROP', '-j TARPIT'),
    TABLE,
    ['-A INPUT -j TARPIT'],
  ],
  [
    'a chain that is missing is made',
    TABLE.replace('DROP', 'far'),
    TABLE.replace('DROP', 'far').replace(':', ':far - [0:0]\n:'),
    [],
  ],
])('%s', async (_, rules, wanted, left) => {
  expect(await loadable(kernel, { rules, sets: '' }, 1)).toMatchObject({ rules: wanted, left });
  if (left.length > 0) expect(await loadable(kernel, { rules, sets: '' })).toHaveProperty('refused');
});

test('a text of which no rule is left is refused', async () => {
  const rules = TABLE.replace('-j', '-s nobody -j');
  expect(await loadable(kernel, { rules, sets: '' }, 9)).toHaveProperty('refused');
});

test('a rule leads to chains of a part of a ruleset, where none does', () => {
  const part = (leads: string) =>
    `*nat\n:a - [0:0]\n:b - [0:0]\n-A a -p tcp -j b\n-A b -j DNAT --to-destination 10.0.0.9\n${leads}COMMIT\n`;
  expect(led(part('') + TABLE)).toEqual({ text: part('-A PREROUTING -j a\n') + TABLE, chains: ['a'] });
});

test('what is not evaluated is named once', () => {
  const rule = '-A INPUT -m geosite --of x -p tcp -m tcp --dport 1 -j SHAPER --rate 1\n';
  expect(unevaluated(`*mangle\n:INPUT ACCEPT [0:0]\n${rule}${rule}COMMIT\n`, 'v4')).toEqual([
    'match geosite',
    'target SHAPER',
  ]);
});
