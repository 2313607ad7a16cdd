/**
 * What files of /proc/net tell of extensions of xtables-addons: condition_mt of its xt_condition.c, quota_mt2 of xt_quota2.c. No kernel
 * here has them.
 */
import { describe, expect, test } from 'vitest';
import { redact } from '../src/cli/redact.js';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { ja } from '../src/report/lang/ja.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';
import { fillFrom } from './redact/alike.js';

const rules = (rule: string) => `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${rule} -j DROP\nCOMMIT\n`;
const { packet } = readPacket({
  in: 'eth0',
  src: '192.0.2.1',
  dst: '10.0.0.1',
  proto: 'udp',
  dport: 53,
  path: 'input',
});
type Text = readonly [name: string, text: string];
const given = (rule: string, texts: readonly Text[]) =>
  [['rules', rules(rule)] as const, ...texts].map(([name, text]) => ({ name, text }));
const load = async (rule: string, ...texts: readonly Text[]) =>
  (await createEngine()).load(programOf(parse(given(rule, texts)), { tracking: 'off' }));
const fates = async (rule: string, count: number, ...texts: readonly Text[]) => {
  const host = await load(rule, ...texts);
  return Array.from({ length: count }, () => host.walk(packet).fate);
};

const OPEN = '-m condition --condition open';
const [PROC, QUOTA] = ['/proc/net/nf_condition', '/proc/net/xt_quota'];

const SEEN = 'src=192.0.2.1 ttl: 64 last_seen: 4295012345 oldest_pkt: 1 4295012345\n';

describe('a condition', () => {
  test.each<[string, string, ...Text[]]>([
    ['of nobody', 'unknown'],
    ['of another name', 'unknown', ['x', `${PROC}/other:1\n`]],
    ['that is a counter', 'unknown', ['x', `${QUOTA}/open:1\n`]],
    ['that is on, by what the text is called', 'dropped', [`gw${PROC}/open`, '1\n']],
    ['that is off, by what the text is called', 'delivered', [`gw${PROC}/open`, '0\n']],
    ['as grep prints it', 'dropped', ['x', `${PROC}/other:0\n${PROC}/open:1\n`]],
    ['as head prints it', 'dropped', ['x', `==> ${PROC}/other <==\n0\n\n==> ${PROC}/open <==\n1\n`]],
    [
      'below a prompt',
      'dropped',
      ['x', `root@gw:~# cat ${PROC}/open\n1\nroot@gw:~# cat ${PROC}/other\n0\nroot@gw:~# \n`],
    ],
    [
      'as capture asks',
      'delivered',
      ['x', `# cat ${PROC}/other\n1\n# cat ${PROC}/open\n0\n# ip rule\n0:\tfrom all lookup local\n`],
    ],
  ])('%s', async (_, fate, ...texts) => {
    expect(await fates(OPEN, 1, ...texts)).toEqual([fate]);
    const opposite = { dropped: 'delivered', delivered: 'dropped', unknown: 'unknown' }[fate];
    expect(await fates(OPEN.replace('--', '! --'), 1, ...texts)).toEqual([opposite]);
    expect(parse(given(OPEN, texts)).findings).toEqual([]);
  });

  test('that is not told is asked for, with what tells it', async () => {
    const { headline } = explain(await load(OPEN), packet);
    expect(headline.map((one) => textIn(en, one)).join('\n')).toContain(`grep . ${PROC}/*`);
  });
});

test('a counter begins with what the file says, not with what the rule does', async () => {
  const rule = (more = '') => `-m quota2 --packets ${more}--name web --quota 5`;
  expect(await fates(rule(), 3, ['x', `${QUOTA}/web:2\n`])).toEqual(['dropped', 'dropped', 'delivered']);
  expect(await fates(rule(), 3, ['x', `${QUOTA}/own:2\n${PROC}/web:2\n`])).toEqual(Array(3).fill('dropped'));
  // one without a name has no file
  expect(await fates('-m quota2 --packets --quota 1', 2, ['x', `${QUOTA}/own:2\n`])).toEqual(['dropped', 'delivered']);
  const most = '18446744073709551615';
  const host = await load(rule('--grow '), ['x', `${QUOTA}/web:${most}\n`]);
  expect(readings(explain(host, packet, { all: true }).walk)).toEqual([
    [`counter web has ${most} packets, and now 0`, `カウンタ web は ${most} パケット、いま 0`],
  ]);
});

test('what no file tells of a counter is taken for granted', async () => {
  const assumed = async (...texts: Text[]) =>
    explain(await load('-m quota2 --name web --quota 5', ...texts), packet).assumed.map(({ key }) => key);
  expect(await assumed()).toContain('assumed.fresh');
  expect(await assumed(['x', `${QUOTA}/web:2\n`])).not.toContain('assumed.fresh');
});

const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
const readings = (walk: readonly Node[]) =>
  all(walk).flatMap(({ message }) =>
    message.key === 'why.reading' ? [[textIn(en, message), textIn(ja, message)]] : [],
  );
test.each([
  ['1', 'condition open is on', 'フラグ open はオン'],
  ['0', 'condition open is off', 'フラグ open はオフ'],
])('in words: %s', async (value, ...words) => {
  const host = await load(OPEN, [`gw${PROC}/open`, `${value}\n`]);
  expect(readings(explain(host, packet, { all: true }).walk)).toEqual([words]);
});

test.each([
  [
    'as tail prints them',
    `==> /proc/net/xt_recent/a <==\n${SEEN}\n==> ${PROC}/open <==\n1\n\n==> ${QUOTA}/web <==\n7\n`,
  ],
  ['as capture asks', `# cat /proc/net/xt_recent/a\n${SEEN}# cat ${PROC}/open\n1\n# cat ${QUOTA}/web\n7\n`],
])('beside a list of recent, %s', (_, text) => {
  const { host, findings } = parse([{ name: 'x', text }]);
  expect(host.recents).toMatchObject([{ name: 'a', entries: [{ ttl: 64 }] }]);
  expect(host.variables?.map(({ name, value }) => `${name} ${value}`)).toEqual(['open 1', 'web 7']);
  expect(findings).toEqual([]);
});

test('what is no number is named', () => {
  const { findings, host } = parse([{ name: 'x', text: `==> ${PROC}/a <==\n1\n==> ${PROC}/b <==\n1x\n` }]);
  expect(host.variables).toEqual([{ folder: 'nf_condition', name: 'a', value: '1' }]);
  expect(findings).not.toEqual([]);
});

test('without what tells whose they are they are the same', () => {
  const texts = given(OPEN, [
    [`gw${PROC}/open`, '1\n'],
    ['x', `${QUOTA}/web:2\n`],
  ]);
  const { text } = redact(texts, parse(texts), fillFrom(1));
  expect(parse([{ name: 'all', text }]).host.variables).toEqual(parse(texts).host.variables);
});
