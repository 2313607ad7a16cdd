/**
 * What nat targets of other projects make of connections. No kernel that packetwalk was tested on has them: the cases follow from their
 * sources, xt_FULLCONENAT.c of netfilter-full-cone-nat and ipt_SAME.c of Linux 2.6.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { formatAddress } from '../src/net/address.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';

type Given = Readonly<Record<string, unknown>>;
const HOST =
  '2: wan: <UP> mtu 1500\n    inet 203.0.113.1/24 scope global wan\n3: lan: <UP> mtu 1500\n    inet 10.0.0.254/24 scope global lan\n4: bare: <UP> mtu 1500\n';
const ROUTES =
  'default via 203.0.113.9 dev wan\n10.0.0.0/24 dev lan scope link\n203.0.113.0/24 dev wan scope link\n192.0.2.0/24 dev bare scope link\n';
const save = (...rules: string[]) =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:both - [0:0]\n${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT\n`;

async function load(
  rules: string,
  more: { listed?: string; connections?: boolean; answer?: boolean; links?: string } = {},
) {
  const texts = [
    { name: 'x', text: rules },
    { name: 'a', text: more.links ?? HOST },
    { name: 'r', text: ROUTES },
    { name: 's', text: 'net.ipv4.ip_forward = 1\n' },
    ...(more.listed === undefined ? [] : [{ name: 'c', text: more.listed }]),
  ];
  const assume = more.answer === undefined ? undefined : new Map([['target:FULLCONENAT', more.answer]]);
  return (await createEngine()).load({
    ...programOf(parse(texts), { tracking: 'on', ...(more.connections === false && { connections: 'off' }) }),
    ...(assume && { assume }),
  });
}
type Loaded = Awaited<ReturnType<typeof load>>;
/** What becomes of a packet, and what its addresses become. */
function walk(host: Loaded, packet: Given): string {
  const result = host.walk(readPacket(packet as never).packet, { everything: true });
  const moved = result.events.flatMap((event) =>
    event.kind === 'translated' ? [`${event.side} ${formatAddress(event.to.address)}:${event.to.port}`] : [],
  );
  return [result.fate, ...moved].join(' ');
}
const OUT: Given = { in: 'lan', src: '10.0.0.5', dst: '198.51.100.9', proto: 'udp', sport: 4000, dport: 53 };
const IN: Given = { in: 'wan', src: '198.51.100.77', dst: '203.0.113.1', proto: 'udp', sport: 9, dport: 4000 };

// conntrack -L
const LISTED =
  'udp      17 25 src=10.0.0.8 dst=198.51.100.3 sport=700 dport=53 src=198.51.100.3 dst=203.0.113.1 sport=53 dport=4000 mark=0 use=1\n';

describe('FULLCONENAT', () => {
  const RULES = save(
    'PREROUTING -i wan -j FULLCONENAT',
    'PREROUTING -i wan -p udp --dport 99 -j DNAT --to-destination 10.0.0.7',
    'POSTROUTING -o wan -j FULLCONENAT',
  );
  const GIVEN = 'forwarded src 203.0.113.1:4000';
  const REACHED = 'forwarded dst 10.0.0.5:4000';
  test.each<[what: string, rules: string, packets: Given[], fates: string[]]>([
    ['a first packet keeps its port', RULES, [OUT], [GIVEN]],
    [
      'whoever sends to that reaches the inner host',
      RULES,
      [OUT, IN, { ...IN, src: '192.0.2.5' }],
      [GIVEN, REACHED, 'forwarded dst 10.0.0.5:4000'],
    ],
    [
      'a port that nobody has is left to the next rule',
      RULES,
      [IN, { ...IN, dport: 99 }],
      ['delivered', 'forwarded dst 10.0.0.7:99'],
    ],
    ['another port of the same link', RULES, [OUT, { ...IN, dport: 4001 }], [GIVEN, 'delivered']],
    [
      'the same port by another link',
      RULES.replaceAll('-i wan ', ''),
      [OUT, { ...IN, in: 'lan', src: '10.0.0.9' }],
      [GIVEN, 'delivered'],
    ],
    ['of other protocols nothing is looked for', RULES, [OUT, { ...IN, proto: 'tcp' }], [GIVEN, 'delivered']],
    ['those are given none', RULES, [{ ...OUT, proto: 'tcp' }, IN], [GIVEN, 'delivered']],
    [
      'a source has its port for all whom it sends to',
      RULES,
      [
        OUT,
        { ...OUT, sport: 4000, src: '10.0.0.6' },
        { ...OUT, dst: '198.51.100.8' },
        { ...OUT, src: '10.0.0.6', dst: '198.51.100.8' },
      ],
      [GIVEN, 'forwarded src 203.0.113.1:1024', GIVEN, 'forwarded src 203.0.113.1:1024'],
    ],
    [
      'within --to-ports',
      RULES.replace('-o wan -j FULLCONENAT', '-o wan -p udp -j FULLCONENAT --to-ports 3999-4000'),
      [
        OUT,
        { ...OUT, dst: '198.51.100.8', sport: 9 },
        { ...OUT, dst: '198.51.100.7', src: '10.0.0.6' },
        IN,
        { ...IN, dport: 3999 },
      ],
      [
        GIVEN,
        'forwarded src 203.0.113.1:3999',
        'forwarded src 203.0.113.1:3999',
        REACHED,
        'forwarded dst 10.0.0.6:4000',
      ],
    ],
    [
      'until its connections are over',
      RULES,
      [OUT, { ...IN, time: 100 }, { ...OUT, time: 100 }, { ...IN, src: '192.0.2.5', time: 101 }],
      [GIVEN, 'delivered', GIVEN, REACHED],
    ],
    [
      'one that came in holds it too',
      RULES,
      [OUT, { ...IN, time: 29 }, { ...IN, src: '192.0.2.5', time: 58 }, { ...IN, src: '192.0.2.6', time: 90 }],
      [GIVEN, REACHED, REACHED, 'delivered'],
    ],
    [
      'a chain that both hooks lead to',
      save('PREROUTING -j both', 'POSTROUTING -j both', 'both -j FULLCONENAT'),
      [{ ...OUT }, IN],
      [GIVEN, `${REACHED} src 10.0.0.254:9`],
    ],
    [
      'a link without an address',
      save('POSTROUTING -o bare -j FULLCONENAT'),
      [{ ...OUT, dst: '192.0.2.9' }],
      ['forwarded src 0.0.0.0:4000'],
    ],
  ])('%s', async (_, rules, packets, fates) => {
    const host = await load(rules);
    expect(packets.map((packet) => walk(host, packet))).toEqual(fates);
  });
  test('a link whose addresses nobody told is asked for them, as by MASQUERADE', async () => {
    const asked = async (target: string) => {
      const host = await load(save(`POSTROUTING -j ${target}`), { links: '' });
      return host.walk(readPacket({ ...OUT, path: 'forward', out: 'wan' } as never).packet).by;
    };
    const by = await asked('FULLCONENAT');
    expect(by).toEqual(await asked('MASQUERADE'));
    expect(by.why).toBe('host:addresses');
  });
  test('without connections each is as the first', async () => {
    const host = await load(RULES, { connections: false });
    expect([OUT, IN, OUT].map((packet) => walk(host, packet))).toEqual([GIVEN, 'delivered', GIVEN]);
  });
  test('--random draws it', async () => {
    const rule = 'POSTROUTING -o wan -p udp -j FULLCONENAT --to-ports 2000-2009 --random';
    const host = await load(save(rule, 'PREROUTING -j FULLCONENAT'));
    const ports = Array.from({ length: 10 }, (_, i) => Number(walk(host, { ...OUT, sport: 2000 + i }).split(':')[1]));
    expect([...ports].sort()).toEqual(Array.from({ length: 10 }, (_, i) => 2000 + i));
    expect(ports).not.toEqual([...ports].sort());
    // whoever comes then takes one from another
    const last = Number(walk(host, { ...OUT, dst: '198.51.100.8', sport: 6000 }).split(':')[1]);
    expect(walk(host, { ...IN, dport: last })).toBe('forwarded dst 10.0.0.5:6000');
  });

  const OLD = { ...OUT, src: '10.0.0.8', sport: 700 };
  test.each<[Given, open: string, yes: string, no: string]>([
    [IN, 'unknown', 'forwarded dst 10.0.0.8:700', 'delivered'],
    [{ ...IN, dport: 4001 }, 'delivered', 'delivered', 'delivered'],
    [OLD, 'unknown', 'forwarded src 203.0.113.1:4000', 'forwarded src 203.0.113.1:700'],
    [OUT, 'unknown', 'forwarded src 203.0.113.1:1024', 'forwarded src 203.0.113.1:4000'],
    [
      { ...OUT, sport: 5 },
      ...(['forwarded src 203.0.113.1:5', 'forwarded src 203.0.113.1:5', 'forwarded src 203.0.113.1:5'] as const),
    ],
  ])('beside a connection that was there before: %j', async (packet, ...fates) => {
    const hosts = [undefined, true, false].map((answer) =>
      load(RULES, { listed: LISTED, ...(answer !== undefined && { answer }) }),
    );
    expect((await Promise.all(hosts)).map((host) => walk(host, packet))).toEqual(fates);
  });
});

test('a connection that was there before, and is over', async () => {
  const rules = save('PREROUTING -i wan -j FULLCONENAT');
  const host = await load(rules, { listed: LISTED });
  expect(walk(host, { ...IN, dport: 1 })).toBe('delivered');
  expect(walk(host, { ...IN, time: 60 })).toBe('delivered');
});

describe('SAME', () => {
  test.each<[rule: string, packet: Given, to: string]>([
    // by the sum of both
    ['POSTROUTING -j SAME --to 192.0.2.1-192.0.2.5', OUT, `src 192.0.2.${1 + ((0x0a000005 + 0xc6336409) % 5)}:4000`],
    ['POSTROUTING -j SAME --to 192.0.2.1-192.0.2.5 --nodst', OUT, `src 192.0.2.${1 + (0x0a000005 % 5)}:4000`],
    ['POSTROUTING -j SAME --to 192.0.2.1', OUT, 'src 192.0.2.1:4000'],
    // over 32 bits it runs over
    [
      'POSTROUTING -j SAME --to 192.0.2.1-192.0.2.7',
      { ...OUT, dst: '250.0.0.9' },
      `src 192.0.2.${1 + (0x0400000e % 7)}:4000`,
    ],
    ['PREROUTING -j SAME --to 192.0.2.1-192.0.2.5 --nodst', OUT, `dst 192.0.2.${1 + (0x0a000005 % 5)}:53`],
  ])('%s', async (rule, packet, to) => {
    expect(walk(await load(save(rule)), packet)).toBe(`forwarded ${to}`);
  });
  test('the destination is that of the beginning', async () => {
    const dnat = 'PREROUTING -j DNAT --to-destination 198.51.100.200';
    const host = await load(save(dnat, 'POSTROUTING -j SAME --to 192.0.2.1-192.0.2.5'));
    expect(walk(host, OUT)).toBe(
      `forwarded dst 198.51.100.200:53 src 192.0.2.${1 + ((0x0a000005 + 0xc6336409) % 5)}:4000`,
    );
  });
});

test('BALANCE to one address, and to several', async () => {
  const to = async (range: string) => walk(await load(save(`PREROUTING -j BALANCE --to-destination ${range}`)), OUT);
  expect(await to('198.51.100.7-198.51.100.7')).toBe('forwarded dst 198.51.100.7:53');
  expect(await to('198.51.100.7-198.51.100.8')).toBe('unknown');
});

test('many at once fare as each alone', async () => {
  const rules = save(
    'PREROUTING -i wan -j FULLCONENAT',
    'PREROUTING -i wan',
    'POSTROUTING -p udp -j FULLCONENAT',
    'POSTROUTING -p tcp -j SAME --to 192.0.2.1-192.0.2.5',
  );
  const packets = Array.from(
    { length: 300 },
    (_, i): Given =>
      [
        { ...OUT, sport: 1000 + (i % 40), src: `10.0.0.${1 + (i % 7)}` },
        { ...IN, dport: 1000 + (i % 50), src: `198.51.100.${1 + (i % 5)}` },
        { ...OUT, proto: 'tcp', flags: 'S', sport: i + 1 },
      ][i % 3]!,
  );
  const alone = await load(rules);
  for (const packet of packets) alone.walk(readPacket(packet as never).packet);
  const together = await load(rules);
  const addresses = (key: 'src' | 'dst') =>
    Uint32Array.from(packets, (one) =>
      String(one[key])
        .split('.')
        .reduce((sum, part) => sum * 256 + Number(part), 0),
    );
  const numbers = (key: string) => Uint16Array.from(packets, (one) => Number(one[key]));
  together.classify({
    kind: 'columns',
    count: packets.length,
    interfaces: ['lan', 'wan'],
    in: Uint16Array.from(packets, (one) => Number(one.in === 'wan')),
    src: addresses('src'),
    dst: addresses('dst'),
    proto: Uint8Array.from(packets, (one) => (one.proto === 'udp' ? 17 : 6)),
    sport: numbers('sport'),
    dport: numbers('dport'),
  });
  const counts = (host: Loaded) => host.compiled.rules.map((_, rule) => Number(host.counter(rule).packets));
  expect(counts(together)).toEqual(counts(alone));
  expect(counts(alone)[1]).toBeGreaterThan(0);
  expect(counts(alone)[1]).toBeLessThan(counts(alone)[0]!);
});

const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
test('in words', async () => {
  const host = await load(save('PREROUTING -i wan -j FULLCONENAT', 'POSTROUTING -o wan -j FULLCONENAT'));
  const told = (packet: Given) =>
    all(explain(host, readPacket(packet as never).packet, { all: true }).walk)
      .map(({ message }) => textIn(en, message))
      .join('\n');
  expect(told(IN)).toContain('no inner host has port 4000 of wan');
  expect(told(OUT)).toContain('10.0.0.5:4000 is given port 4000 of wan');
  expect(told({ ...IN, src: '192.0.2.5' })).toContain('port 4000 of wan is that of 10.0.0.5:4000');
});
