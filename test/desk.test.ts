/** The desk of the page for people (src/web/desk/): what it reads, tells, draws, counts and compares, without a browser. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { SourceText } from '../src/index.js';
import { Desk } from '../src/web/desk/desk.js';
import type { Asked, DeskAnswer, DeskRequest } from '../src/web/desk/messages.js';
import { host } from './page/host.js';

const HOST = host();
const QUESTION: Asked = {
  side: 'first',
  packet: { line: '-i eth0 -p tcp -s 192.168.1.77 --sport 51000 -d 192.168.1.51 --dport 8081 --syn' },
  until: 'first',
  assume: [],
  language: 'en',
};
type Of<T extends DeskAnswer['type']> = Extract<DeskAnswer, { type: T }>;
type Without<R> = R extends unknown ? Omit<R, 'id'> : never;

let answers: DeskAnswer[];
let desk: Desk;
beforeEach(() => {
  answers = [];
  desk = new Desk(
    (answer) => answers.push(answer),
    () => Promise.resolve(),
  );
});
let id = 0;
/** The last answer to a request, which is of such a type. */
async function ask<T extends DeskAnswer['type']>(type: T, request: Without<DeskRequest>): Promise<Of<T>> {
  await desk.take({ ...request, id: ++id } as DeskRequest);
  const answer = answers.at(-1)!;
  expect(answer).toMatchObject({ type, id });
  return answer as Of<T>;
}
const read = (texts: readonly SourceText[] = HOST, side: 'first' | 'second' = 'first') =>
  ask('read', { type: 'read', texts, side, language: 'en' });
const rules = (lines: string) => [{ name: 'r', text: `*filter\n:INPUT DROP [0:0]\n${lines}COMMIT\n` }];

describe('reading', () => {
  test('says what was recognised', async () => {
    const { chips, found } = await read();
    expect(chips).toEqual([
      { kind: 'table', family: 4, table: 'nat', chains: 20, rules: 36, at: { file: 'rules.save', line: 5 } },
      { kind: 'table', family: 4, table: 'filter', chains: 9, rules: 23, at: { file: 'rules.save', line: 63 } },
      { kind: 'part', as: 'sets', count: 6 },
      { kind: 'part', as: 'addresses', count: 6 },
      { kind: 'part', as: 'routes', count: 7 },
      { kind: 'part', as: 'settings', count: 4 },
      { kind: 'taken', as: 'comment', count: 1 },
    ]);
    expect(found).toBe(0);
  });
  test('says what is missing, and which command prints it', async () => {
    const { chips, findings } = await read(rules('-A INPUT -m set --match-set a src -j DROP\n'));
    expect(chips.filter(({ kind }) => kind === 'missing')).toEqual([
      { kind: 'missing', as: 'addresses', get: 'ip -4 addr' },
      { kind: 'missing', as: 'routes', get: 'ip -4 route show table all' },
      { kind: 'missing', as: 'sets', get: 'ipset save' },
    ]);
    expect(findings).toMatchObject([
      { severity: 'warning', code: 'set-not-given', at: { file: 'r', line: 3, column: 17 } },
    ]);
  });
  test('suggests what the rules test, the host has, and sets hold', async () => {
    const { suggestions } = await read();
    expect(suggestions.dport.slice(0, 3)).toContain('8081');
    expect(suggestions.in).toEqual(expect.arrayContaining(['eth0', 'docker0']));
    expect(suggestions.src).toContain('10.244.0.0');
    expect(suggestions.in.filter((name) => name.endsWith('+'))).toEqual([]);
  });
  test('fails where nothing is known, and knows nothing then', async () => {
    await read();
    expect(
      (await ask('failed', { type: 'read', texts: [{ name: 'x', text: 'hello' }], side: 'first', language: 'en' }))
        .error.text,
    ).toContain('x:1');
    await ask('failed', { type: 'ask', question: QUESTION });
  });
});

describe('telling', () => {
  test('goes in steps through chains, with what each changes', async () => {
    await read();
    const { packets, text, json } = await ask('told', { type: 'ask', question: QUESTION });
    const [{ steps, fate }] = packets as [(typeof packets)[number]];
    expect(fate).toBe('forwarded');
    const dnat = steps.find(({ key }) => key === 'rule.translates')!;
    expect(dnat).toMatchObject({
      depth: 3,
      table: 'nat',
      hook: 'PREROUTING',
      chain: 'CNI-DN-web',
      rule: { number: 3, file: 'rules.save', line: 40 },
      changes: [{ what: 'dst', value: '10.244.3.9:80' }],
    });
    expect(steps.flatMap(({ changes }) => changes.map(({ what }) => what))).toEqual([
      'in',
      'state',
      'dst',
      'out',
      'ttl',
    ]);
    expect(text).toMatch(/^forwarded: /);
    expect(json).toMatchObject({ schema: 1, fate: 'forwarded' });
  });
  test.each([
    [
      'a line of tcpdump',
      'IP 192.168.1.77.51000 > 192.168.1.51.8081: Flags [S], seq 1, win 64240, length 0',
      'forwarded',
    ],
    ['JSON', '{"src":"192.168.1.77","dst":"192.168.1.51","proto":"tcp","dport":8081}', 'forwarded'],
    [
      'a rule that was copied',
      'iptables -A INPUT -i eth0 -p tcp -m tcp -s 192.168.1.77 -d 192.168.1.51 --dport=22 -j DROP',
      'delivered',
    ],
    ['nothing', ' ', 'dropped'],
  ])('reads %s', async (_, line, fate) => {
    await read();
    const { packets } = await ask('told', { type: 'ask', question: { ...QUESTION, packet: { line } } });
    expect(packets[0]!.fate).toBe(fate);
  });
  test.each([
    ['-i eth0 --what 1', 'packet:1:9: --what: options of a packet were expected'],
    ['-i eth0 --dport', 'packet:1:9: --dport: PORT was expected behind it'],
    ['-s 1.2.3.4 -s 1.2.3.5', 'packet:1:12: -s: given twice'],
    ['-s 1.2.3.4 -p tcp --dport x', '--dport: '],
    ['hello', 'packet:1:1'],
  ])('points into %s', async (line, said) => {
    await read();
    const { error } = await ask('failed', { type: 'ask', question: { ...QUESTION, packet: { line } } });
    expect(error.text).toContain(said);
  });
  test('tells the flow', async () => {
    await read();
    const { packets, flow } = await ask('told', { type: 'ask', question: { ...QUESTION, until: 'next' } });
    expect(packets.map(({ part, fate }) => [part, fate])).toEqual([
      ['first', 'forwarded'],
      ['answer', 'forwarded'],
      ['next', 'forwarded'],
    ]);
    expect(flow.map(({ key }) => key)).toEqual(['answer.back']);
    // each has fields of its own, as it comes: the reply is not translated yet
    expect(packets.map(({ fields: { in: iface, src, dst } }) => [iface, src, dst])).toEqual([
      ['eth0', '192.168.1.77:51000', '192.168.1.51:8081'],
      ['cali7c31e0b1a2f', '10.244.3.9:80', '192.168.1.77:51000'],
      ['eth0', '192.168.1.77:51000', '192.168.1.51:8081'],
    ]);
  });
  test('asks what is open, by a fact that settles it', async () => {
    await read(
      rules('-A INPUT -i eth0 -m set --match-set a src -j ACCEPT\n').concat({
        name: 'a',
        text: '2: eth0    inet 192.0.2.1/24 scope global eth0\n',
      }),
    );
    const question = { ...QUESTION, packet: { line: '-i eth0 -p tcp -s 8.8.8.8 -d 192.0.2.1 --dport 1' } };
    const { packets } = await ask('told', { type: 'ask', question });
    expect(packets[0]!.asks).toEqual([
      { text: 'set a, whose members were not given', fact: 'set:a', by: 'yes-or-no', get: 'ipset list a' },
    ]);
    const settled = await ask('told', { type: 'ask', question: { ...question, assume: ['set:a=yes'] } });
    expect(settled.packets[0]).toMatchObject({ fate: 'delivered', asks: [] });
  });
  test('speaks Japanese', async () => {
    await read();
    const { packets } = await ask('told', { type: 'ask', question: { ...QUESTION, language: 'ja' } });
    expect(packets[0]!.headline[0]!.text).toMatch(/転送/);
    const { error } = await ask('failed', {
      type: 'ask',
      question: { ...QUESTION, language: 'ja', packet: { line: '-i eth0 --what 1' } },
    });
    expect(error.text).toContain('--what: パケットのオプションを書く');
  });
});

describe('why a rule', () => {
  test.each([
    [27, { kind: 'looked-at', times: [{ hook: 'PREROUTING', missed: false, text: 'jumps to KUBE-SERVICES' }] }],
    [38, { kind: 'looked-at', times: [{ hook: 'PREROUTING', missed: true }] }],
    [
      45,
      { kind: 'not-led', chain: 'DOCKER', leads: [{ chain: 'PREROUTING', rule: { number: 4 } }, { chain: 'OUTPUT' }] },
    ],
    [9999, { kind: 'no-rule' }],
    [1, { kind: 'no-rule' }],
  ])('of line %i is told', async (line, why) => {
    await read();
    const answer = await ask('why', { type: 'why', question: QUESTION, at: { file: 'rules.save', line } });
    expect(answer.why).toMatchObject(why);
  });
  test('behind the one that decided is told', async () => {
    await read(
      rules('-A INPUT -j ACCEPT\n-A INPUT -j DROP\n').concat({
        name: 'a',
        text: '2: eth0    inet 192.0.2.1/24 scope global eth0\n',
      }),
    );
    const question = { ...QUESTION, packet: { line: '-i eth0 -p tcp -s 8.8.8.8 -d 192.0.2.1' } };
    const { why } = await ask('why', { type: 'why', question, at: { file: 'r', line: 4 } });
    expect(why).toMatchObject({ kind: 'decided', chain: 'INPUT' });
  });
});

describe('the map', () => {
  const kube = Array.from({ length: 5 }, (_, i) => `KUBE-SVC-${i}`);
  const texts = rules(
    `${kube.map((name) => `:${name} - [0:0]\n`).join('')}:KUBE-A - [0:0]\n${kube.map((name) => `-A INPUT -j ${name}\n`).join('')}-A INPUT -j KUBE-A\n`,
  );
  test('has families of chains as one node, until they are opened', async () => {
    await read(texts);
    const { map } = await ask('map', { type: 'map', family: 4, open: [] });
    expect(map.nodes.map((node) => node.id)).toEqual([
      'arrives',
      'routing',
      'here',
      'leaves',
      'filter INPUT',
      'filter KUBE-SVC-*',
      'filter KUBE-A',
      'filter FORWARD',
      'filter OUTPUT',
    ]);
    expect(map.edges).toContainEqual({ from: 'filter INPUT', to: 'filter KUBE-SVC-*', rules: 5 });
    const { map: opened } = await ask('map', { type: 'map', family: 4, open: ['filter KUBE-SVC-*'] });
    expect(opened.nodes.filter(({ kind }) => kind === 'chain')).toHaveLength(6);
  });
  test('has the hooks in the order of the kernel', async () => {
    await read();
    const { map } = await ask('map', { type: 'map', family: 4, open: [] });
    const by = map.edges.filter((edge) => edge.rules === 0).map(({ from, to }) => `${from} → ${to}`);
    expect(by).toEqual([
      'arrives → nat PREROUTING',
      'nat PREROUTING → routing',
      'routing → filter INPUT',
      'filter INPUT → nat INPUT',
      'nat INPUT → here',
      'routing → filter FORWARD',
      'filter FORWARD → nat POSTROUTING',
      'nat POSTROUTING → leaves',
      'here → nat OUTPUT',
      'nat OUTPUT → filter OUTPUT',
      'filter OUTPUT → nat POSTROUTING',
    ]);
  });
});

describe('many packets', () => {
  test('are counted by line', async () => {
    await read(rules('-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j DROP\n'));
    const counted = await ask('counted', { type: 'count', packets: { count: 50_000 }, assume: [] });
    expect(counted).toMatchObject({ packets: 50_000, rules: 2, never: 1, partial: false });
    const [{ lines, packets }] = counted.lines as [(typeof counted.lines)[number]];
    expect([...lines]).toEqual([3, 4]);
    expect(packets[0]).toBeGreaterThan(100);
    expect(packets[1]).toBe(0);
    expect(counted.top.map(({ rule }) => rule.number)).toEqual([1]);
    expect(counted.unmet.map(({ rule, packets }) => [rule.line, packets])).toEqual([[4, 0]]);
  });
  test('of which something is not known say what was taken as no', async () => {
    await read(rules('-A INPUT -m set --match-set a src -j ACCEPT\n'));
    const { open, fates } = await ask('counted', { type: 'count', packets: { count: 1000 }, assume: [] });
    expect(open).toContain('set:a');
    expect(fates.unknown ?? 0).toBe(0);
  });
  test('stop when they are told to', async () => {
    await read();
    const counting = desk.take({ type: 'count', id: 900, packets: { count: 5_000_000 }, assume: [] });
    await desk.take({ type: 'cancel', id: 900 });
    await counting;
    expect(answers.at(-1)).toMatchObject({ type: 'counted', id: 900, partial: true });
  });
  test('are compared with what becomes of them by other rules of the same host', async () => {
    await read();
    const [first] = HOST.filter(({ name }) => name === 'rules.save');
    await read([{ name: 'other', text: first!.text.replace(':INPUT DROP', ':INPUT ACCEPT') }], 'second');
    const { kinds, differ, examples, packets } = await ask('compared', {
      type: 'compare',
      packets: { count: 40_000 },
      assume: [],
    });
    expect(kinds.map(({ first: a, second: b }) => [a, b])).toEqual([['dropped', 'delivered']]);
    expect(differ).toBe(kinds[0]!.packets);
    expect(packets).toBe(40_000);
    const tell = (side: 'first' | 'second') =>
      ask('told', {
        type: 'ask',
        question: { ...QUESTION, side, packet: { line: JSON.stringify(examples[0]!.packet) } },
      });
    expect((await tell('first')).packets[0]!.fate).toBe('dropped');
    expect((await tell('second')).packets[0]!.fate).toBe('delivered');
  });
});
