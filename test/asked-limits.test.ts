/** hashlimit, quota and rateest beside what the kernel is asked (test/kernel/remembering/limits.ts): answers, texts, words, and the arithmetic of its source. */
import { describe, expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { ja } from '../src/report/lang/ja.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';

const rules = (...list: readonly string[]) =>
  `*filter\n:INPUT ACCEPT [0:0]\n${list.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`;
const packet = (over: object = {}) =>
  readPacket({
    in: 'eth0',
    src: '192.0.2.1',
    dst: '10.0.0.1',
    proto: 'udp',
    dport: 53,
    path: 'input',
    length: 100,
    ...over,
  }).packet;
interface Told {
  readonly assume?: ReadonlyMap<string, boolean>;
  readonly texts?: readonly { readonly name: string; readonly text: string }[];
}
async function load(text: string, { assume, texts = [] }: Told = {}) {
  const engine = await createEngine();
  const program = programOf(parse([{ name: 'x', text }, ...texts]), { tracking: 'off' });
  return engine.load({ ...program, ...(assume && { assume }) });
}
type Host = Awaited<ReturnType<typeof load>>;
const fates = (host: Host, ...packets: readonly object[]) => packets.map((one) => host.walk(packet(one)).fate);

const HASH = '-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name web';

describe('--assume limit', () => {
  test.each([
    ['-m limit --limit 1/hour --limit-burst 1 -j DROP', true],
    [`${HASH} -j DROP`, true],
    [`${HASH.replace('upto', 'above')} -j DROP`, false],
    ['-m quota --quota 0 -j DROP', true],
    ['-m quota ! --quota 0 -j DROP', false],
  ])('%s', async (rule, wanted) => {
    for (const answer of [true, false]) {
      const host = await load(rules(rule), { assume: new Map([['limit', answer]]) });
      const drops = answer === wanted;
      expect(fates(host, {}, {}, {}), String(answer)).toEqual(Array(3).fill(drops ? 'dropped' : 'delivered'));
    }
  });
});

const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
function readings(host: Host, over: object, lang = en): string[] {
  const { walk } = explain(host, packet(over), { all: true });
  return all(walk).flatMap(({ message }) => (message.key === 'why.reading' ? [textIn(lang, message)] : []));
}

describe('what is left, in words', () => {
  test.each([
    ['-m limit --limit 5/min --limit-burst 4', '5 a minute, 3 left', '毎分 5、残り 3'],
    ['-m limit --limit 90/min', '90 a minute, 4 left', '毎分 90、残り 4'],
    ['-m limit --limit 7/day --limit-burst 1', '7 a day, none left', '毎日 7、残り 0'],
    [HASH, 'table web, 192.0.2.1: 1 an hour, 1 left', 'テーブル web の 192.0.2.1: 毎時 1、残り 1'],
    [
      '-m hashlimit --hashlimit-upto 10kb/s --hashlimit-mode srcip,dstip,dstport --hashlimit-name b',
      'table b, 192.0.2.1 → 10.0.0.1:53: 10240 bytes a second, 10144 left',
      'テーブル b の 192.0.2.1 → 10.0.0.1:53: 毎秒 10240 バイト、残り 10144',
    ],
    [
      `${HASH} --hashlimit-srcmask 25`,
      'table web, 192.0.2.0/25: 1 an hour, 1 left',
      'テーブル web の 192.0.2.0/25: 毎時 1、残り 1',
    ],
    [
      '-m hashlimit --hashlimit-upto 5/min --hashlimit-mode dstip,dstport --hashlimit-dstmask 8 --hashlimit-name d',
      'table d, → [10.0.0.0/8]:53: 5 a minute, 4 left',
      'テーブル d の → [10.0.0.0/8]:53: 毎分 5、残り 4',
    ],
    [
      '-m hashlimit --hashlimit-upto 10/sec --hashlimit-name w --hashlimit-rate-match --hashlimit-rate-interval 3',
      'table w: 1 of at most 15 in 3 s',
      'テーブル w: 3 秒間に 1 (上限 15)',
    ],
    ['-m quota --quota 101', '1 byte is left', '残り 1 バイト'],
    ['-m quota --quota 250', '150 bytes are left', '残り 150 バイト'],
    ['-m quota ! --quota 50 -j DROP', 'no bytes are left', '残り 0 バイト'],
  ])('%s', async (rule, english, japanese) => {
    expect(readings(await load(rules(rule)), {})).toEqual([english]);
    expect(readings(await load(rules(rule)), {}, ja)).toEqual([japanese]);
  });
});

const ENTRY = '59 192.0.2.1:0->0.0.0.0:0 137438953472 989560464998400000 494780232499200000';
const FILE = '/proc/net/ipt_hashlimit/web';

describe('a table that a text shows', () => {
  test.each([
    ['by its file', FILE.slice(1), `${ENTRY}\n`],
    ['by its file, with an ending', 'host/web.txt', `${ENTRY}\n`],
    ['below a prompt', 'all', `root@fw:~# cat ${FILE}\n${ENTRY}\nroot@fw:~# `],
    ['below its name, as head prints it', 'all', `==> /proc/net/ipt_hashlimit/old <==\n\n==> ${FILE} <==\n${ENTRY}\n`],
    ['behind its name, as grep prints it', 'all', `/proc/self/net/ipt_hashlimit/web:${ENTRY}\n`],
    ['with rules around it', 'all', `# cat ${FILE}\n${ENTRY}\n# ip addr\n1: lo: <UP> mtu 1500\n`],
  ])('%s', async (_, name, text) => {
    const told = { texts: [{ name, text }] };
    const host = await load(rules(`${HASH} -j DROP`), told);
    // one millisecond of credit, where a packet costs an hour's
    expect(fates(host, {}, { src: '192.0.2.2' })).toEqual(['delivered', 'dropped']);
    const { assumed } = explain(await load(rules(`${HASH} -j DROP`), told), packet());
    expect(assumed.filter(({ key }) => key === 'assumed.fresh')).toEqual([]);
  });

  test('another table begins empty, and that is said', async () => {
    const told = { texts: [{ name: 'other', text: `${ENTRY}\n` }] };
    const host = await load(rules(`${HASH} -j DROP`), told);
    expect(explain(host, packet()).assumed.map(({ key }) => key)).toContain('assumed.fresh');
    expect(fates(host, {})).toEqual(['dropped']);
  });

  test('entries go when the time that is left is over', async () => {
    const host = await load(rules(`${HASH} -j DROP`), { texts: [{ name: 'web', text: `${ENTRY}\n` }] });
    expect(fates(host, { time: 0, src: '192.0.2.9' }, { time: 58 }, { time: 3700 })).toEqual([
      'dropped',
      'delivered',
      'dropped',
    ]);
  });

  test('windows: what came, and whether the one before had too many', async () => {
    const rule = '-m hashlimit --hashlimit-upto 2/sec --hashlimit-burst 1 --hashlimit-name web --hashlimit-rate-match';
    const shown = (credit: number, came: number) => ({
      texts: [{ name: 'web', text: `0 0.0.0.0:0->0.0.0.0:0 ${credit} ${came} 2\n` }],
    });
    expect(fates(await load(rules(`${rule} -j DROP`), shown(1, 1)), {}, {}, {})).toEqual([
      'dropped',
      'dropped',
      'delivered',
    ]);
    expect(fates(await load(rules(`${rule} -j DROP`), shown(1 + 2 ** 32, 0)), {})).toEqual(['delivered']);
  });

  test('a line that is none is named', () => {
    const { findings, host } = parse([{ name: 'web', text: `${ENTRY}\n${ENTRY.replace('0.0.0.0', '::1')}\n` }]);
    expect(host.hashlimits).toMatchObject([{ family: 4, name: 'web', entries: [{ left: 59 }] }]);
    expect(findings.map(({ code, place }) => [code, place?.line])).toEqual([['unreadable-line', 2]]);
  });
});

test('a table stays where rules are replaced by others that name it', async () => {
  const host = await load(rules(`${HASH} -j DROP`));
  expect(fates(host, {}, {}, {})).toEqual(['dropped', 'dropped', 'delivered']);
  await host.update(rules(`${HASH} -j REJECT`));
  expect(fates(host, {}, { src: '192.0.2.2' })).toEqual(['delivered', 'rejected']);
  host.reset();
  expect(fates(host, {})).toEqual(['rejected']);
});

test('tables are made by the rule that comes first where iptables has it: built-in chains, then others by their names', async () => {
  const text = `*filter
:z - [0:0]
:A - [0:0]
:INPUT ACCEPT [0:0]
-A z ${HASH} -j DROP
-A A ${HASH.replace('--hashlimit-burst 2', '--hashlimit-burst 1')} -j DROP
-A INPUT -j z
COMMIT
`;
  expect(fates(await load(text), {}, {})).toEqual(['dropped', 'delivered']);
  const built = text.replace('-A INPUT -j z', `-A INPUT -j z\n-A INPUT ${HASH.replace('burst 2', 'burst 3')}`);
  expect(fates(await load(built), {}, {}, {}, {})).toEqual(['dropped', 'dropped', 'dropped', 'delivered']);
});

test('a table of packets that a rule takes for one of windows: nobody knows', async () => {
  const other = `${HASH} --hashlimit-rate-match -j DROP`;
  expect(fates(await load(rules(HASH, other)), {})).toEqual(['unknown']);
});

describe('estimators, by est_timer of net/core/gen_estimator.c', () => {
  const E = '-j RATEEST --rateest-name e --rateest-interval 1s --rateest-ewmalog 2s';
  const first = `-p udp ${E}`;
  const asks = (rest: string) => `-p tcp -m rateest --rateest e ${rest} -j DROP`;
  const asking = (time: number) => ({ proto: 'tcp', time });
  const EIGHT = Array<object>(8).fill({ time: 0 });

  // an average of a half at each sample: 8 packets of 100 bytes in a second are 4 packets a second, then 2, 1, 0
  test.each([
    [0.9, 0, 0],
    [1, 4, 3200],
    [1.9, 4, 3200],
    [2, 2, 1600],
    [3, 1, 800],
    [4, 0, 400],
    [5, 0, 200],
  ])('at %s s: %i packets a second, %i bits', async (time, pps, bits) => {
    for (const rate of [`--rateest-pps ${pps}`, `--rateest-bps ${bits}bit`]) {
      const host = await load(rules(first, asks(`--rateest-eq ${rate}`)));
      expect([rate, fates(host, ...EIGHT, asking(time)).at(-1)]).toEqual([rate, 'dropped']);
    }
  });

  test('a long time without packets takes no time', async () => {
    const slow = first.replace('2s', '4000s');
    const host = await load(rules(slow, asks('--rateest-eq --rateest-pps 0')));
    expect(fates(host, { time: 0 }, asking(1e9)).at(-1)).toBe('dropped');
  });

  test('what is rounded is the rate and the average, each by itself: this one is too small to become less', async () => {
    const host = await load(rules(first.replace('2s', '512s'), asks('--rateest-eq --rateest-bps 8bit')));
    expect(fates(host, ...EIGHT, asking(1), asking(1000))).toEqual([
      ...EIGHT.map(() => 'delivered'),
      'dropped',
      'dropped',
    ]);
  });

  test('what a rate lacks of given ones, and two estimators', async () => {
    const two = `-p sctp ${E.replace('name e', 'name f')}`;
    for (const [rest, fate] of [
      ['--rateest-delta --rateest-pps1 10 --rateest-eq --rateest-pps2 6', 'dropped'],
      ['--rateest-delta --rateest-pps1 3 --rateest-eq --rateest-pps2 0', 'dropped'],
      ['--rateest-pps --rateest-gt --rateest2 f', 'dropped'],
      ['--rateest-pps ! --rateest-lt --rateest2 f', 'dropped'],
      ['--rateest-delta --rateest-pps1 10 --rateest-lt --rateest-pps2 10 --rateest2 f', 'dropped'],
      ['--rateest-pps --rateest-lt --rateest2 f', 'delivered'],
    ] as const) {
      const host = await load(rules(first, two, asks(rest)));
      expect([rest, fates(host, ...EIGHT, asking(1)).at(-1)]).toEqual([rest, fate]);
    }
  });

  test('one that no rule counts for is an open question', async () => {
    const rule = asks('--rateest-gt --rateest-pps 5');
    expect(fates(await load(rules(rule)), asking(0))).toEqual(['unknown']);
    const assume = new Map([['match:rateest', true]]);
    expect(fates(await load(rules(rule), { assume }), asking(0))).toEqual(['dropped']);
  });
});
