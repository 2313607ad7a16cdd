/** What rules ask of the host: answers before states, trials undone, states that stay where rules change. */
import { expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { textIn } from '../src/report/lang/messages.js';
import { programOf } from '../src/run/host-program.js';

const RULES = (verb: string) => `*filter
:INPUT ACCEPT [0:0]
-A INPUT -p udp -m recent --${verb} --name a -j DROP
-A INPUT -p udp -m recent --set --name a
COMMIT
`;
const packet = (src: string, time: number) =>
  readPacket({ in: 'eth0', src, dst: '10.0.0.1', proto: 'udp', dport: 53, path: 'input', time }).packet;
const load = async (text: string, assume?: ReadonlyMap<string, boolean>) =>
  (await createEngine()).load({
    ...programOf(parse([{ name: 'x', text }]), { tracking: 'off' }),
    ...(assume && { assume }),
  });
const fate = (host: Awaited<ReturnType<typeof load>>, src: string, time: number) => host.walk(packet(src, time)).fate;

test('a list is written and asked in the order of packets, and forgotten by reset', async () => {
  const host = await load(RULES('rcheck --seconds 10'));
  const fates = () => [
    fate(host, '192.0.2.1', 0),
    fate(host, '192.0.2.2', 5),
    fate(host, '192.0.2.1', 9),
    fate(host, '192.0.2.1', 30),
  ];
  expect(fates()).toEqual(['delivered', 'delivered', 'dropped', 'delivered']);
  host.reset();
  expect(fates()).toEqual(['delivered', 'delivered', 'dropped', 'delivered']);
});

test('an answer comes before what is remembered: by the whole name, the match, the kind', async () => {
  for (const name of ['match:recent --rcheck --name a --mask 255.255.255.255 --rsource', 'match:recent', 'match']) {
    const host = await load(RULES('rcheck'), new Map([[name, true]]));
    expect([name, fate(host, '192.0.2.1', 0)]).toEqual([name, 'dropped']);
  }
});

test('what a walk that tells everything has written is undone where it is tried again', async () => {
  const host = await load(RULES('rcheck'));
  expect(host.walk(packet('192.0.2.1', 0), { everything: true }).fate).toBe('delivered');
  expect(host.again(() => fate(host, '192.0.2.1', 0))).toBe('delivered');
  expect(fate(host, '192.0.2.1', 0)).toBe('dropped');
});

test('a list stays where the table is replaced by one that names it, and goes where none does', async () => {
  const host = await load(RULES('rcheck'));
  fate(host, '192.0.2.1', 0);
  await host.update(RULES('rcheck').replace('DROP', 'REJECT'));
  expect(fate(host, '192.0.2.1', 1)).toBe('rejected');
  await host.update(RULES('rcheck').replaceAll('name a', 'name b'));
  expect(fate(host, '192.0.2.1', 2)).toBe('delivered');
});

test('rules without such get it with an update', async () => {
  const host = await load('*filter\n:INPUT DROP [0:0]\nCOMMIT\n');
  await host.update(RULES('rcheck'));
  expect([fate(host, '192.0.2.1', 0), fate(host, '192.0.2.1', 0)]).toEqual(['delivered', 'dropped']);
});

const LIST = 'src=192.0.2.1 ttl: 64 last_seen: 4295012345 oldest_pkt: 2 4295012000, 4295012345\n';
test.each([
  // how long ago it was seen the text does not tell
  ['rcheck --name a', '192.0.2.1', 'dropped'],
  ['rcheck --name a', '192.0.2.2', 'delivered'],
  ['rcheck --hitcount 2 --name a', '192.0.2.1', 'dropped'],
  ['rcheck --hitcount 3 --name a', '192.0.2.1', 'delivered'],
  ['rcheck --seconds 60 --name a', '192.0.2.1', 'unknown'],
  ['rcheck --seconds 60 --hitcount 3 --name a', '192.0.2.1', 'delivered'],
  ['rcheck --rttl --name a', '192.0.2.1', 'dropped'],
  ['rcheck --name b', '192.0.2.1', 'delivered'],
])('a list that /proc/net/xt_recent told: %s of %s', async (verb, src, expected) => {
  const rules = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m recent --${verb} -j DROP\nCOMMIT\n`;
  for (const texts of [
    [
      { name: 'rules', text: rules },
      { name: 'proc/a', text: LIST },
    ],
    [{ name: 'all', text: `root@gw:~# cat /proc/net/xt_recent/a\n${LIST}root@gw:~# iptables-save\n${rules}` }],
    [{ name: 'all', text: `==> /proc/net/xt_recent/a <==\n${LIST}\n${rules}` }],
    [{ name: 'all', text: `/proc/net/xt_recent/a:${LIST}${rules}` }],
  ]) {
    const host = await (await createEngine()).load(programOf(parse(texts), { tracking: 'off' }));
    expect([texts.length, fate(host, src, 0)]).toEqual([texts.length, expected]);
  }
});

test.each([
  ['in its last time', LIST.slice(0, -2)],
  ['before it', LIST.replace(/, \d+/, '')],
  ['behind a comma', LIST.replace(/ \d+$/m, '')],
])('a line of such a list that was cut %s is told of', (_, list) => {
  const { findings, host } = parse([{ name: 'a', text: `${LIST}${list}` }]);
  expect(findings.map(({ code, place }) => [code, place?.line])).toEqual([['unreadable-line', 2]]);
  expect(host.recents![0]!.entries.length).toBe(1);
});

test('what was found and did not do is told below the open question', async () => {
  const rules = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m recent --rcheck --seconds 60 --name a -j DROP\nCOMMIT\n';
  const texts = [
    { name: 'rules', text: rules },
    { name: 'a', text: LIST },
  ];
  const host = await (await createEngine()).load(programOf(parse(texts), { tracking: 'off' }));
  const { walk } = explain(host, packet('192.0.2.1', 0));
  const open = walk.flatMap(({ children }) => children).find(({ message }) => message.key === 'rule.open')!;
  expect(open.children.map(({ message }) => textIn(en, message))).toEqual([
    'list a has 192.0.2.1, not seen in 60 s, and 2 times nobody knows how long ago',
  ]);
});
