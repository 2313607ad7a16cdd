/** Sets that stand in more than one text: a row is the texts, what is found, and what a rule that asks for set L comes to. */
import { expect, test } from 'vitest';
import { readJsonPacket } from '../src/input/json.js';
import type { Finding } from '../src/model/finding.js';
import { parseTexts } from '../src/parse/index.js';
import { createEngine } from '../src/run/engine.js';
import { parse } from '../src/run/host-texts.js';

const RULES = '*filter\n-A INPUT -m set --match-set L src -j DROP\nCOMMIT\n';
const HOLDS = 'create L hash:ip\nadd L 192.0.2.9\n';
const LACKS = 'create L hash:ip\nadd L 192.0.2.8\n';
const TERSE = 'Name: L\nType: hash:ip\nHeader: family inet hashsize 1024 maxelem 65536\nNumber of entries: 1\n';
const PLAIN = 'create A hash:ip\nadd A 192.0.2.9\n';
const LIST = `${PLAIN}create L list:set size 8\nadd L A\n`;
const EMPTIED = 'create A hash:ip\ncreate L list:set size 8\nadd L A\ndel L A\ndestroy A\n';
const AGAIN = 'set L is given again: this one counts';

const lacks = (list: string, set: string) => `list ${list} holds the set ${set}, which is not given`;
const listOf = (name: string, held: string) => `create ${name} list:set size 8\nadd ${name} ${held}\n`;

type Row = readonly [name: string, texts: readonly string[], found: readonly string[], comes: string];

test.each<Row>([
  ['the last text counts', [HOLDS, LACKS], [AGAIN], 'delivered'],
  ['whatever it holds', [LACKS, HOLDS], [AGAIN], 'dropped'],
  ['a listing without members takes none away', [HOLDS, TERSE], [], 'dropped'],
  ['nor keeps any back', [TERSE, HOLDS], [], 'dropped'],
  ['alone it is an open question', [TERSE], [], 'unknown set:L'],
  ['a list of sets', [LIST], [], 'dropped'],
  ['a list whose set is in another text', [listOf('L', 'A'), PLAIN], [], 'dropped'],
  ['a list whose set is in none', [listOf('L', 'A')], [lacks('L', 'A')], 'unknown set:L'],
  ['a list that held a set which is gone', [EMPTIED], [], 'delivered'],
  ['a list of a list', [listOf('L', 'M'), listOf('M', 'A'), PLAIN], [], 'unknown set:L'],
  ['lists in a circle', [listOf('L', 'M'), listOf('M', 'L')], [], 'unknown set:L'],
])('%s', async (_, texts, found, comes) => {
  const findings: Finding[] = [];
  const all = [RULES, ...texts].map((text, i) => ({ name: `${i}`, text }));
  const input = parseTexts(all, { add: (finding) => findings.push(finding) });
  expect(findings.map(({ message }) => message)).toEqual(found);
  const host = await (await createEngine()).load(input);
  const line = { number: 1, cut: false, text: '{"in":"eth0","src":"192.0.2.9","dst":"192.0.2.1","path":"input"}' };
  const { fate, by } = host.walk(readJsonPacket(line).packet);
  expect([fate, by.why].filter((part) => part !== undefined).join(' ')).toBe(comes);
});

test('a set that a target names may lack as well', () => {
  const text = '*filter\n-A INPUT -j SET --add-set L src --del-set M src\n-A INPUT -j SET --add-set M src\nCOMMIT\n';
  const { findings } = parse([
    { name: 'rules', text },
    { name: 'sets', text: HOLDS },
  ]);
  expect(findings.map(({ code, message, place }) => [code, message, place?.line, place?.column])).toEqual([
    ['set-not-given', 'set M was not given', 2, 33],
  ]);
});

test('a member stands for all interfaces of the host whose names begin so', async () => {
  const rules = '*filter\n-A INPUT -m set --match-set L src,src -j DROP\nCOMMIT\n';
  const texts = [rules, '2: eth0: <UP> mtu 1500\n', 'create L hash:net,iface\nadd L 192.0.2.0/24,et wildcard\n'];
  const input = parseTexts(
    texts.map((text, i) => ({ name: `${i}`, text })),
    { add: () => {} },
  );
  const host = await (await createEngine()).load(input);
  const fates = ['eth0', 'lan0'].map((link) => {
    const text = `{"in":"${link}","src":"192.0.2.9","dst":"192.0.2.1","path":"input"}`;
    return host.walk(readJsonPacket({ number: 1, cut: false, text }).packet).fate;
  });
  expect(fates).toEqual(['dropped', 'delivered']);
});
