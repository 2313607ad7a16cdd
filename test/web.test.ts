/** The worker's session: what it answers, in which order, and what it says where it cannot. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PacketColumns } from '../src/index.js';
import type { Answer, Request } from '../src/web/messages.js';
import { Session } from '../src/web/session.js';
import { ROOT } from './root.js';

const RULES = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -j REJECT
COMMIT
`;
const load = (text = RULES): Request => ({ type: 'load', id: 1, texts: [{ name: 'a.rules', text }] });

/** All answers to requests that are sent at once; a number lets so many pauses pass before the request behind it. */
async function answers(...requests: (Request | number)[]): Promise<Answer[]> {
  const got: Answer[] = [];
  let pauses = 0;
  const later: [number, Request][] = [];
  const session: Session = new Session(
    (answer) => got.push(answer),
    async () => {
      pauses++;
      for (const [at, request] of later) if (at === pauses) await session.take(request);
    },
    0,
  );
  const taken: Promise<void>[] = [];
  for (const [i, request] of requests.entries()) {
    if (typeof request === 'number') continue;
    const after = requests[i - 1];
    if (typeof after === 'number') later.push([after, request]);
    else taken.push(session.take(request));
  }
  await Promise.all(taken);
  return got;
}
const last = async (...requests: (Request | number)[]) => (await answers(...requests)).at(-1)!;

test('rules are told with their texts and what was found', async () => {
  const text = RULES.replace('COMMIT', '-A OUTPUT -m set --match-set nobody dst -j DROP\nCOMMIT');
  expect(await last(load(text))).toMatchObject({
    type: 'loaded',
    id: 1,
    rules: [
      {
        table: 'filter',
        chain: 'INPUT',
        rule: 1,
        file: 'a.rules',
        line: 5,
        text: '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
      },
      { chain: 'INPUT', rule: 2, line: 6 },
      { chain: 'OUTPUT', rule: 1, text: '-A OUTPUT -m set --match-set nobody dst -j DROP' },
    ],
    sets: 0,
    findings: [{ code: 'set-not-given', place: { line: 7 } }],
    questions: ['set:nobody'],
  });
});

test('synthetic packets are counted, the same for the same seed whatever went before', async () => {
  const classify: Request = { type: 'classify', id: 2, packets: { count: 40_000, seed: 5 } };
  const explain: Request = {
    type: 'explain',
    id: 3,
    packet: { in: 'eth0', src: '192.0.2.1', dst: '192.0.2.2', path: 'input' },
  };
  const got = await answers(load(), explain, classify, classify);
  const [first, second] = got.filter((answer) => answer.type === 'classified');
  expect(first!.partial).toBe(false);
  expect(first!.summary.packets).toBe(40_000);
  expect(first!.summary.rules.map(({ packets }) => packets > 0)).toEqual([true, true]);
  const { seconds: _, ...summary } = first!.summary;
  expect(second!.summary).toMatchObject(summary);
});

const COLUMNS: PacketColumns = {
  kind: 'columns',
  count: 3,
  interfaces: ['eth0'],
  in: new Uint16Array(3),
  path: Uint8Array.of(1, 1, 1),
  src: Uint32Array.of(0xc0000201, 0xc0000201, 0x08080808),
  dst: Uint32Array.of(0xcb007101, 0xcb007101, 0xcb007101),
  proto: Uint8Array.of(6, 17, 17),
  sport: Uint16Array.of(1000, 1000, 1000),
  dport: Uint16Array.of(22, 22, 22),
};

test("the page's own packets are counted", async () => {
  expect(await last(load(), { type: 'classify', id: 2, packets: [COLUMNS, COLUMNS] })).toMatchObject({
    type: 'classified',
    partial: false,
    summary: {
      packets: 6,
      fates: { delivered: 2, rejected: 2, dropped: 2 },
      rules: [{ packets: 2 }, { packets: 2 }],
    },
  });
});

describe('connections', () => {
  const rules = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i eth0 -j ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
`;
  const listed =
    'udp 17 25 src=192.0.2.1 dst=203.0.113.1 sport=1000 dport=53 [UNREPLIED] src=203.0.113.1 dst=192.0.2.1 sport=53 dport=1000 mark=0 use=1\n';
  const [one, other] = [0xc0000201, 0xcb007101];
  /** A question from eth0 and its answer from eth1. */
  const packets: PacketColumns = {
    kind: 'columns',
    count: 2,
    interfaces: ['eth0', 'eth1'],
    in: Uint16Array.of(0, 1),
    path: Uint8Array.of(2, 2),
    src: Uint32Array.of(one, other),
    dst: Uint32Array.of(other, one),
    proto: Uint8Array.of(17, 17),
    sport: Uint16Array.of(1000, 53),
    dport: Uint16Array.of(53, 1000),
  };
  test.each([
    { what: 'are forgotten', more: [], options: undefined, forwarded: 1 },
    { what: 'are remembered where that is asked for', more: [], options: { connections: 'on' }, forwarded: 2 },
    { what: 'are remembered where some are listed', more: [listed], options: undefined, forwarded: 2 },
    { what: 'are forgotten where that is asked for', more: [listed], options: { connections: 'off' }, forwarded: 1 },
  ] as const)('$what', async ({ more, options, forwarded }) => {
    const texts = [rules, ...more].map((text, i) => ({ name: `${i}`, text }));
    const classified = await last(
      { type: 'load', id: 1, texts, options },
      { type: 'classify', id: 2, packets: [packets] },
    );
    expect(classified).toMatchObject({ type: 'classified', summary: { fates: { forwarded } } });
  });
});

test('a packet is told in words', async () => {
  const packet = { in: 'eth0', src: '192.0.2.1', dst: '203.0.113.1', proto: 'tcp', dport: 22, path: 'input' };
  const answer = await last(load(), { type: 'explain', id: 2, packet });
  expect(answer).toMatchObject({ type: 'explained', id: 2, story: { fate: 'delivered', by: { rule: 1 } } });
  expect(answer).toHaveProperty('story.headline.0.text', expect.stringMatching(/^delivered to this host/));
  expect(answer).toHaveProperty('text', expect.stringMatching(/^delivered to this host/));
});

describe('cancel', () => {
  const classify: Request = { type: 'classify', id: 2, packets: { count: 1_000_000 } };
  test('ends a count with what it has, and what comes behind is answered', async () => {
    const got = await answers(
      load(),
      classify,
      2,
      { type: 'cancel', id: 2 },
      { ...classify, id: 3, packets: [COLUMNS] },
    );
    const classified = got.filter((answer) => answer.type === 'classified');
    expect(classified).toMatchObject([
      { id: 2, partial: true, summary: { packets: 32_768 } },
      { id: 3, partial: false, summary: { packets: 3 } },
    ]);
  });
  test('of what is not asked changes nothing, now or later', async () => {
    const got = await answers({ type: 'cancel', id: 2 }, load(), { ...classify, packets: [COLUMNS, COLUMNS] });
    expect(got.at(-1)).toMatchObject({ type: 'classified', partial: false });
  });
});

test('how far a count is, is told as it goes', async () => {
  const got = await answers(load(), { type: 'classify', id: 2, packets: { count: 40_000, profile: 'uniform' } });
  expect(got.slice(1, -1)).toEqual(
    [16_384, 32_768, 40_000].map((packets) => ({ type: 'progress', id: 2, packets, of: 40_000 })),
  );
});

describe('what cannot be answered fails with its number, and the next is answered', () => {
  const packet = { src: '192.0.2.1', dst: '192.0.2.2' };
  test.each<[string, Request[], object]>([
    ['nothing loaded', [{ type: 'explain', id: 9, packet }], { code: 'not-loaded', hint: 'load comes first' }],
    [
      'what was loaded is gone',
      [load(), load('no rules'), { type: 'classify', id: 9, packets: { count: 1 } }],
      { code: 'not-loaded' },
    ],
    [
      'rules with an error',
      [{ ...load('*filter\n-A INPUT --dport 99999 -j DROP\nCOMMIT\n'), id: 9 }],
      { place: { file: 'a.rules', line: 2 }, text: expect.stringMatching(/^a\.rules:2:\d+: [^\n]*\n.*\n *\| *\^/) },
    ],
    ['no texts', [{ type: 'load', id: 9, texts: [] }], { code: 'no-input' }],
    ['an option', [{ ...load(), id: 9, options: { assume: ['x'] } } as Request], { code: 'bad-assumption' }],
    ['a packet', [load(), { type: 'explain', id: 9, packet: { ...packet, proto: 'nonsense' } }], { code: 'bad-field' }],
    ['no way in', [load(), { type: 'explain', id: 9, packet }], { code: 'missing-interface' }],
    ['no packets', [load(), { type: 'classify', id: 9, packets: { count: 0 } }], { code: 'bad-request' }],
    ['half a packet', [load(), { type: 'classify', id: 9, packets: { count: 1.5 } }], { code: 'bad-request' }],
    ['a seed', [load(), { type: 'classify', id: 9, packets: { count: 1, seed: -1 } }], { code: 'bad-request' }],
    [
      'a profile',
      [load(), { type: 'classify', id: 9, packets: { count: 1, profile: 'far' as 'near' } }],
      { code: 'bad-request', message: 'profile: uniform, near, mix was expected' },
    ],
    ['another request', [{ type: 'stop', id: 9 } as unknown as Request], { code: 'bad-request' }],
  ])('%s', async (_, requests, error) => {
    const got = await answers(...requests, { ...load(), id: 10 });
    expect(got.at(-2)).toMatchObject({ type: 'failed', id: 9, error });
    expect(got.at(-1)).toMatchObject({ type: 'loaded', id: 10 });
  });
});

test('the host of the example is read as the command reads it', async () => {
  const names = ['addr.txt', 'route.txt', 'rules.save', 'sets.ipset', 'sysctl.txt'];
  const folder = join(ROOT, 'examples/host');
  const texts = names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  expect(await last({ type: 'load', id: 1, texts })).toMatchObject({ type: 'loaded', findings: [] });
});

// each is read by what the worker loads for it
test.each([
  [
    'ip -j addr',
    '[{"ifindex":1,"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.1","prefixlen":24,"scope":"global"}]}]',
  ],
  ['ip -j route', '[{"dst":"192.0.2.0/24","dev":"eth0","flags":[]}]'],
  ['ip rule', '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default\n'],
  ['ip link', '1: eth0: <UP> mtu 1500\n'],
  ['sysctl', 'net.ipv4.ip_forward = 1\n'],
  ['nothing that is read', 'so it goes\n', 'nothing-recognised'],
  ['JSON of something else', '[{"so":"it goes"}]\n', 'nothing-recognised'],
])('%s is read beside rules', async (name, text, ...codes) => {
  const texts = [
    { name: 'a.rules', text: RULES },
    { name, text },
  ];
  const loaded = await last({ type: 'load', id: 1, texts });
  expect(loaded).toMatchObject({ type: 'loaded', findings: codes.map((code) => ({ code })) });
});
