/** Pastes of rules made loadable (test/kernel/real): what is mended, and that nothing else is touched. */
import { expect, test } from 'vitest';
import { unevaluated } from './kernel/real/corpus.js';
import { mended, withChain } from './kernel/real/loadable.js';

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

test('what is not evaluated is named once', () => {
  const rule = '-A INPUT -m geosite --of x -p tcp -m tcp --dport 1 -j SHAPER --rate 1\n';
  expect(unevaluated(`*mangle\n:INPUT ACCEPT [0:0]\n${rule}${rule}COMMIT\n`, 'v4')).toEqual([
    'match geosite',
    'target SHAPER',
  ]);
});
