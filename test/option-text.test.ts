/** How an option is named where it did not hold: as it is written, and of a listing, which has values alone, as a save has it. */
import { expect, it } from 'vitest';
import { compile } from '../src/compile/compile.js';
import { disassemble } from '../src/compile/disassemble.js';
import { parse } from '../src/run/host-texts.js';

const chain = (line: string) =>
  `Chain INPUT (policy ACCEPT 0 packets, 0 bytes)\nnum pkts bytes target prot opt in out source destination\n${line}\n`;
const save = (rule: string) => `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${rule}\nCOMMIT\n`;

it.each([
  [chain('1 0 0 ACCEPT 0 -- lo * 0.0.0.0/0 0.0.0.0/0'), ['-i lo']],
  [chain('1 0 0 ACCEPT 0 -- !lo * 0.0.0.0/0 0.0.0.0/0'), ['! -i lo']],
  [chain('1 0 0 ACCEPT 6 -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:!22'), ['-p 6', '-m tcp', '! --dport 22']],
  [chain('1 0 0 DROP 0 -- * * ::/0 fd00::/8 HL match HL < 2'), ['-d fd00::/8', '--hl-lt 2']],
  [chain('1 0 0 DROP 0 -- * * 0.0.0.0/0 0.0.0.0/0 match-set bad src'), ['--match-set bad src']],
  [save('! -i lo -p tcp -m tcp ! --dport 22 -j DROP'), ['! -i lo', '-p tcp', '-m tcp', '! --dport 22']],
  [save('-p tcp -m tcp --dport ! 22 -j DROP'), ['-p tcp', '-m tcp', '--dport ! 22']],
])('%s', (text, want) => {
  const { tables } = parse([{ name: 'rules', text }]);
  const listing = disassemble(compile(tables, tables[0]!.family));
  expect([...new Set([...listing.matchAll(/ ; (.*)$/gm)].map(([, option]) => option))]).toEqual(want);
});
