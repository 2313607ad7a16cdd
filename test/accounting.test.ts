/** nfacct by what `nfacct list` told: the kernel is asked the same in test/kernel/remembering/limits.ts. */
import { describe, expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { ja } from '../src/report/lang/ja.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m nfacct --nfacct-name  "to web" -j DROP\nCOMMIT\n';
const line = (packets: number, quota = '') =>
  `{ pkts = ${`${packets}`.padStart(20, '0')}, bytes = 00000000000000000300${quota} } = to web;\n`;
const quotaOf = (mode: string, most: string) => `, quota = ${most.padStart(20, '0')}, mode = ${mode}, overquota = no`;
const OTHER = '{ pkts = 00000000000000000000, bytes = 00000000000000000000 } = other;\n';

const PACKET = { in: 'eth0', src: '192.0.2.1', dst: '10.0.0.1', proto: 'udp', dport: 53, path: 'input', length: 100 };
const { packet } = readPacket(PACKET);
async function load(text: string, assume?: ReadonlyMap<string, boolean>) {
  const texts = [
    { name: 'rules', text: RULES },
    { name: 'x', text },
  ];
  const program = programOf(parse(text === '' ? [texts[0]!] : texts), { tracking: 'off' });
  return (await createEngine()).load({ ...program, ...(assume && { assume }) });
}
const fates = async (text: string, count: number) => {
  const host = await load(text);
  return Array.from({ length: count }, () => host.walk(packet).fate);
};

describe('an object', () => {
  test.each([
    ['without a quota', '', ['dropped', 'dropped', 'dropped']],
    ['with packets left', quotaOf('packet', '2'), ['delivered', 'dropped', 'dropped']],
    ['with bytes left', quotaOf('byte', '500'), ['delivered', 'delivered', 'dropped']],
    // more than a number of JavaScript holds
    ['with many bytes left', quotaOf('byte', '18446744073709551615'), ['delivered', 'delivered', 'delivered']],
  ])('%s', async (_, quota, expected) => {
    expect(await fates(line(1, quota), 3)).toEqual(expected);
  });

  test('that no text has is asked for, with the command that tells', async () => {
    for (const text of ['', OTHER]) {
      expect(await fates(text, 1)).toEqual(['unknown']);
      const { headline } = explain(await load(text), packet);
      expect(headline.map((one) => textIn(en, one)).join('\n')).toContain('nfacct list');
    }
  });

  test('goes behind what somebody says', async () => {
    const host = await load(line(1), new Map([['match:nfacct --nfacct-name "to web"', false]]));
    expect(host.walk(packet).fate).toBe('delivered');
  });
});

const MANY = line(1, quotaOf('packet', '2'));
test.each([
  ['by itself', OTHER + MANY],
  ['below a prompt', `root@gw:~# nfacct list\n${OTHER}${MANY}root@gw:~# \n`],
  ['of one object', `# nfacct get 'to web'\n${MANY}`],
  [
    'with others around',
    `# ip rule\n0:\tfrom all lookup local\n# nfacct list\n${MANY}# ip addr\n1: lo: <UP> mtu 1500\n`,
  ],
])('a list %s', async (_, text) => {
  expect(await fates(text, 2)).toEqual(['delivered', 'dropped']);
  expect(parse([{ name: 'x', text }]).findings.filter(({ code }) => code !== 'no-rules')).toEqual([]);
});

test('a line that is cut is named', () => {
  const { findings, host } = parse([{ name: 'x', text: `${OTHER}${MANY.slice(0, 70)}\n` }]);
  expect(host.accounting).toMatchObject([{ name: 'other' }]);
  expect(findings.map(({ code, place }) => [code, place?.line])).toEqual([['unreadable-line', 2]]);
});

const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
test.each([
  ['', 'to web has counted 2 packets, 400 bytes', 'to web は 2 パケット、400 バイトを数えた'],
  [
    quotaOf('byte', '500'),
    'to web has counted 2 packets, 400 bytes, of 500 bytes',
    'to web は 2 パケット、400 バイトを数えた (割り当て 500 バイト)',
  ],
])('in words', async (quota, english, japanese) => {
  const { walk, assumed } = explain(await load(line(1, quota)), packet, { all: true });
  const readings = all(walk).flatMap(({ message }) => (message.key === 'why.reading' ? [message] : []));
  expect(readings.flatMap((one) => [textIn(en, one), textIn(ja, one)])).toEqual([english, japanese]);
  // nothing is taken for granted
  expect(assumed.map(({ key }) => key)).not.toContain('assumed.fresh');
});
