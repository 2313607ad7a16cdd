/** The packets of a flow: how each protocol answers, what becomes of the connection, and where the flow ends early. */
import { describe, expect, test } from 'vitest';
import { encodePacket } from '../src/input/encode.js';
import { readPacket } from '../src/input/json.js';
import type { FieldPacket, Packet } from '../src/model/packet.js';
import { ACK, SYN } from '../src/net/tcp-flags.js';
import { answerTo } from '../src/report/answer.js';
import { explain } from '../src/report/explain.js';
import { explainFlow } from '../src/report/flow.js';
import { en } from '../src/report/lang/en.js';
import { type Message, textIn } from '../src/report/lang/messages.js';
import { renderFlow, renderStory } from '../src/report/render.js';
import type { Node } from '../src/report/story.js';
import { createEngine } from '../src/run/engine.js';
import { compileHost } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { packetwalk } from './command.js';
import { ROOT } from './root.js';

const ADDRESSES = `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: lan: <BROADCAST,UP> mtu 1500
    inet 10.0.0.1/24 brd 10.0.0.255 scope global lan
3: wan: <BROADCAST,UP> mtu 1500
    inet 192.0.2.2/30 brd 192.0.2.3 scope global wan
`;
const ROUTES = 'default via 192.0.2.1 dev wan\n10.0.0.0/24 dev lan\n192.0.2.0/30 dev wan\n';
const NAT = `*nat
-A PREROUTING -i wan -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.80:8443
-A POSTROUTING -s 10.0.0.0/24 -o wan -j MASQUERADE
COMMIT
`;
const CONNMARK = `*mangle
-A PREROUTING -i lan -j CONNMARK --set-xmark 0x5/0xffffffff
COMMIT
`;

const load = async (rules: string, ...more: string[]) => {
  const texts = [rules, ADDRESSES, ROUTES, ...more].map((text, i) => ({ name: `t${i}`, text }));
  return (await createEngine()).load(compileHost(parse(texts)));
};
const OUT = { in: 'lan', src: '10.0.0.5', dst: '203.0.113.7' };

/** Each packet as its story begins, and the connection at the end. */
const flowOf = async (packet: object, rules = NAT, ...more: string[]) => {
  const flow = explainFlow(await load(rules, ...more), readPacket(packet).packet);
  const begins = flow.packets.map(({ walk }) => (walk[0] === undefined ? '' : textIn(en, walk[0].message)));
  return { flow, begins, said: flow.headline.map((message) => message.key) };
};

interface Row {
  readonly name: string;
  readonly packet: object;
  readonly begins: readonly string[];
  readonly connection: object;
}

const ROWS: readonly Row[] = [
  {
    name: 'TCP',
    packet: { ...OUT, proto: 'tcp', sport: 5000, dport: 80, flags: 'S', seq: 7 },
    begins: [
      'tcp 10.0.0.5:5000 → 203.0.113.7:80 SYN, comes in on lan',
      'tcp 203.0.113.7:80 → 192.0.2.2:5000 SYN,ACK, comes in on wan',
      'tcp 10.0.0.5:5000 → 203.0.113.7:80 ACK, comes in on lan',
    ],
    connection: { state: 'ESTABLISHED', status: ['SEEN_REPLY', 'ASSURED', 'SNAT'], timeout: 432000 },
  },
  {
    name: 'UDP',
    packet: { ...OUT, proto: 'udp', sport: 5000, dport: 53 },
    begins: [
      'udp 10.0.0.5:5000 → 203.0.113.7:53, comes in on lan',
      'udp 203.0.113.7:53 → 192.0.2.2:5000, comes in on wan',
      'udp 10.0.0.5:5000 → 203.0.113.7:53, comes in on lan',
    ],
    connection: { status: ['SEEN_REPLY', 'SNAT'], timeout: 30, reply: { dst: '192.0.2.2', dport: 5000 } },
  },
  {
    name: 'a ping',
    packet: { ...OUT, proto: 'icmp', type: 8, id: 9 },
    begins: [
      'icmp 10.0.0.5 → 203.0.113.7 type 8 code 0, comes in on lan',
      'icmp 203.0.113.7 → 192.0.2.2 type 0 code 0, comes in on wan',
      'icmp 10.0.0.5 → 203.0.113.7 type 8 code 0, comes in on lan',
    ],
    connection: { status: ['SEEN_REPLY', 'SNAT'], original: { type: 8, id: 9 }, reply: { type: 0, id: 9 } },
  },
  {
    name: 'SCTP',
    packet: { ...OUT, proto: 'sctp', sport: 5, dport: 6 },
    begins: [
      'sctp 10.0.0.5:5 → 203.0.113.7:6, comes in on lan',
      'sctp 203.0.113.7:6 → 192.0.2.2:5, comes in on wan',
      'sctp 10.0.0.5:5 → 203.0.113.7:6, comes in on lan',
    ],
    connection: { state: 'COOKIE_ECHOED' },
  },
  {
    name: 'GRE',
    packet: { ...OUT, proto: 'gre', payload: '0000080000000000' },
    begins: [
      'gre 10.0.0.5 → 203.0.113.7, comes in on lan',
      'gre 203.0.113.7 → 192.0.2.2, comes in on wan',
      'gre 10.0.0.5 → 203.0.113.7, comes in on lan',
    ],
    connection: { status: ['SEEN_REPLY', 'ASSURED', 'SNAT'], timeout: 180 },
  },
  {
    name: 'a destination that is translated',
    packet: { in: 'wan', src: '198.51.100.9', dst: '192.0.2.2', proto: 'tcp', sport: 9, dport: 443, flags: 'S' },
    begins: [
      'tcp 198.51.100.9:9 → 192.0.2.2:443 SYN, comes in on wan',
      'tcp 10.0.0.80:8443 → 198.51.100.9:9 SYN,ACK, comes in on lan',
      'tcp 198.51.100.9:9 → 192.0.2.2:443 ACK, comes in on wan',
    ],
    connection: { state: 'ESTABLISHED', reply: { src: '10.0.0.80', sport: 8443 } },
  },
  {
    name: 'to this host',
    packet: { in: 'wan', src: '198.51.100.9', dst: '192.0.2.2', proto: 'udp', sport: 9, dport: 53 },
    begins: [
      'udp 198.51.100.9:9 → 192.0.2.2:53, comes in on wan',
      'udp 192.0.2.2:53 → 198.51.100.9:9, sent by this host',
      'udp 198.51.100.9:9 → 192.0.2.2:53, comes in on wan',
    ],
    connection: { status: ['SEEN_REPLY'] },
  },
  {
    name: 'from this host to itself',
    packet: { in: null, src: '127.0.0.1', dst: '192.0.2.2', proto: 'udp', sport: 9, dport: 53 },
    begins: [
      'udp 127.0.0.1:9 → 192.0.2.2:53, sent by this host',
      'udp 192.0.2.2:53 → 127.0.0.1:9, sent by this host',
      'udp 127.0.0.1:9 → 192.0.2.2:53, sent by this host',
    ],
    connection: { status: ['SEEN_REPLY'] },
  },
];

const ADDRESSES6 = `2: lan: <BROADCAST,UP> mtu 1500
    inet6 2001:db8:1::1/64 scope global
3: wan: <BROADCAST,UP> mtu 1500
    inet6 2001:db8:9::2/64 scope global
`;
const ROUTES6 =
  'default via fe80::1 dev wan\n2001:db8:1::/64 dev lan proto kernel\n2001:db8:9::/64 dev wan proto kernel\n';
const NAT6 = `*nat
-A PREROUTING -i wan -p tcp -m tcp --dport 443 -j DNAT --to-destination [2001:db8:1::80]:8443
-A POSTROUTING -s 2001:db8:1::/64 -o wan -j MASQUERADE
COMMIT
`;
const load6 = async () => {
  const texts = [NAT6, ADDRESSES6, ROUTES6].map((text, i) => ({ name: `t${i}`, text }));
  return (await createEngine()).load(compileHost(parse(texts), {}, 6));
};
const OUT6 = { in: 'lan', src: '2001:db8:1::5', dst: '2001:db8:77::7' };

const ROWS6: readonly Row[] = [
  {
    name: 'TCP',
    packet: { ...OUT6, proto: 'tcp', sport: 5000, dport: 80, flags: 'S', seq: 7 },
    begins: [
      'tcp [2001:db8:1::5]:5000 → [2001:db8:77::7]:80 SYN, comes in on lan',
      'tcp [2001:db8:77::7]:80 → [2001:db8:9::2]:5000 SYN,ACK, comes in on wan',
      'tcp [2001:db8:1::5]:5000 → [2001:db8:77::7]:80 ACK, comes in on lan',
    ],
    connection: { state: 'ESTABLISHED', status: ['SEEN_REPLY', 'ASSURED', 'SNAT'], timeout: 432000 },
  },
  {
    name: 'a ping',
    packet: { ...OUT6, proto: 'icmpv6', type: 128, id: 9 },
    begins: [
      'ipv6-icmp 2001:db8:1::5 → 2001:db8:77::7 type 128 code 0, comes in on lan',
      'ipv6-icmp 2001:db8:77::7 → 2001:db8:9::2 type 129 code 0, comes in on wan',
      'ipv6-icmp 2001:db8:1::5 → 2001:db8:77::7 type 128 code 0, comes in on lan',
    ],
    connection: { status: ['SEEN_REPLY', 'SNAT'], original: { type: 128, id: 9 }, reply: { type: 129, id: 9 } },
  },
  {
    name: 'SCTP',
    packet: { ...OUT6, proto: 'sctp', sport: 5, dport: 6 },
    begins: [
      'sctp [2001:db8:1::5]:5 → [2001:db8:77::7]:6, comes in on lan',
      'sctp [2001:db8:77::7]:6 → [2001:db8:9::2]:5, comes in on wan',
      'sctp [2001:db8:1::5]:5 → [2001:db8:77::7]:6, comes in on lan',
    ],
    connection: { state: 'COOKIE_ECHOED' },
  },
  {
    name: 'a destination that is translated',
    packet: { in: 'wan', src: '2001:db8:77::9', dst: '2001:db8:9::2', proto: 'tcp', sport: 9, dport: 443, flags: 'S' },
    begins: [
      'tcp [2001:db8:77::9]:9 → [2001:db8:9::2]:443 SYN, comes in on wan',
      'tcp [2001:db8:1::80]:8443 → [2001:db8:77::9]:9 SYN,ACK, comes in on lan',
      'tcp [2001:db8:77::9]:9 → [2001:db8:9::2]:443 ACK, comes in on wan',
    ],
    connection: { state: 'ESTABLISHED', reply: { src: '2001:db8:1::80', sport: 8443 } },
  },
];

describe('a flow of IPv6', () => {
  test.each(ROWS6)('$name', async ({ packet, begins, connection }) => {
    const flow = explainFlow(await load6(), readPacket(packet).packet);
    const said = flow.packets.map(({ walk }) => (walk[0] === undefined ? '' : textIn(en, walk[0].message)));
    expect(said).toEqual(begins);
    expect(flow.headline.map((message) => message.key)).toEqual(['answer.back']);
    expect(flow.connection).toMatchObject(connection);
  });

  test('an answer that goes past this host', async () => {
    const packet = { in: 'lan', src: '2001:db8:1::5', dst: '2001:db8:9::2', proto: 'tcp', dport: 443, flags: 'S' };
    const rules = NAT6.replace('-i wan ', '').replace('-o wan ', '-o none ');
    const texts = [rules, ADDRESSES6, ROUTES6].map((text, i) => ({ name: `t${i}`, text }));
    const host = (await createEngine()).load(compileHost(parse(texts), {}, 6));
    const flow = explainFlow(await host, readPacket(packet).packet);
    expect(flow.headline.map(({ key }) => key)).toEqual(['answer.lost', 'answer.direct']);
    expect(flow.headline[1]).toMatchObject({
      params: {
        from: '2001:db8:1::80',
        to: '2001:db8:1::5',
        network: '2001:db8:1::/64',
        wanted: '[2001:db8:9::2]:443',
      },
    });
  });
});

describe('a flow', () => {
  test.each(ROWS)('$name', async ({ packet, begins, connection }) => {
    const got = await flowOf(packet);
    expect(got.begins).toEqual(begins);
    expect(got.said).toEqual(['answer.back']);
    expect(got.flow.connection).toMatchObject(connection);
  });

  test.each([
    ['first', 0, ['flow.judged', { by: 'rules', nat: true }]],
    ['answer', 1, ['flow.judged', { by: 'entry', nat: true }]],
    ['next', 2, ['flow.judged', { by: 'entry', nat: true }]],
  ])('says what judged its %s packet', async (_, at, [key, params]) => {
    const { flow } = await flowOf(ROWS[0]!.packet);
    expect(flow.packets[at]!.headline.at(-1)).toEqual({ key, params });
  });

  test('a mark set on the connection is its mark at the end', async () => {
    expect((await flowOf(ROWS[0]!.packet, CONNMARK)).flow.connection).toMatchObject({ mark: 5 });
    // nobody answers: it is the first packet's walk that tells
    const broadcast = { ...OUT, dst: '10.0.0.255', proto: 'udp', dport: 1 };
    expect((await flowOf(broadcast, CONNMARK)).flow.connection).toMatchObject({ mark: 5 });
  });

  test('a translated identifier is no type of ICMP', async () => {
    const { flow } = await flowOf({ ...OUT, proto: 'icmp', type: 8, id: 9 });
    expect(textIn(en, flow.packets[0]!.headline[0]!)).toBe(
      'forwarded: leaves by wan, icmp 192.0.2.2 → 203.0.113.7 type 8 code 0',
    );
  });

  test('what does not matter does not cut it off', async () => {
    const rules = `${NAT}*filter\n:FORWARD DROP\n-A FORWARD -m lua --script x -p tcp -m tcp --dport 9 -j DROP
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -i lan -j ACCEPT\nCOMMIT\n`;
    const { flow, said } = await flowOf(ROWS[0]!.packet, rules);
    expect(said).toEqual(['answer.back']);
    expect(flow.packets.map(({ fate }) => fate)).toEqual(['forwarded', 'forwarded', 'forwarded']);
    expect(flow.packets[0]!.headline.map(({ key }) => key)).toContain('by.whatever');
    expect(flow.connection).toMatchObject({ state: 'ESTABLISHED' });
  });

  test('the way that is given is turned round', async () => {
    const texts = [{ name: 'r', text: '*filter\n-A FORWARD -i lan -o wan -j ACCEPT\nCOMMIT\n' }];
    const host = await (await createEngine()).load(compileHost(parse(texts)));
    const { packet } = readPacket({ ...OUT, out: 'wan', path: 'forward', proto: 'udp', dport: 53 });
    const { packets } = explainFlow(host, packet);
    expect(packets.map(({ result }) => result.out?.iface)).toEqual(['wan', 'lan', 'wan']);
    expect(packets[1]!.assumed[0]).toEqual({ key: 'assumed.back', params: { iface: 'lan' } });
  });

  test('without routes an answer of this host leaves by where the packet came in', async () => {
    const texts = [NAT, ADDRESSES].map((text, i) => ({ name: `t${i}`, text }));
    const host = await (await createEngine()).load(compileHost(parse(texts)));
    const { packet } = readPacket({ in: 'wan', src: '198.51.100.9', dst: '192.0.2.2', proto: 'udp', dport: 53 });
    const { packets } = explainFlow(host, packet);
    expect(packets.map(({ result }) => result.out?.iface)).toEqual(['wan', 'wan', 'wan']);
  });

  const INSIDE = { in: 'lan', src: '10.0.0.5', dst: '192.0.2.2', proto: 'tcp', sport: 9, dport: 443, flags: 'S' };
  const HAIRPIN =
    '*nat\n-A PREROUTING -d 192.0.2.2/32 -p tcp --dport 443 -j DNAT --to-destination 10.0.0.80:8443\nCOMMIT\n';
  test.each<[what: string, packet: object, rules: string, said: string[]]>([
    [
      'goes past this host',
      INSIDE,
      HAIRPIN,
      [
        'no, the answer does not get back',
        '10.0.0.80 answers 10.0.0.5 directly, as both are in 10.0.0.0/24: that answer does not come here and is not translated back, and 10.0.0.5 waits for one of 192.0.2.2:443',
      ],
    ],
    [
      'comes here, where its source is translated',
      INSIDE,
      HAIRPIN.replace('COMMIT', '-A POSTROUTING -s 10.0.0.0/24 -d 10.0.0.80/32 -j MASQUERADE\nCOMMIT'),
      ['yes, the answer gets back'],
    ],
    [
      'leaves by another interface',
      { ...INSIDE, src: '198.51.100.9' },
      '*filter\nCOMMIT\n',
      [
        'yes, the answer gets back',
        'the packet came in by lan, and its answer leaves by wan: with rp_filter 1 the packet would be dropped (sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.lan.rp_filter)',
      ],
    ],
  ])('the answer %s', async (_, packet, rules, said) => {
    const { flow } = await flowOf(packet, rules);
    expect(flow.headline.map((message) => textIn(en, message))).toEqual(said);
  });

  test('is refused for a packet whose state is given', async () => {
    const { packet } = readPacket({ ...OUT, proto: 'tcp', state: 'NEW' });
    const host = await load(NAT);
    expect(() => explainFlow(host, packet)).toThrow("the packet's state is given as NEW: a flow finds it out");
  });
});

test('TCP acknowledges all that was sent, and answers a SYN with its own options', () => {
  const sender = {
    in: null,
    out: undefined,
    mac: undefined,
    pkttype: undefined,
    mark: 0,
    time: 1,
    uid: undefined,
    gid: undefined,
    told: undefined,
  };
  const to = (packet: Packet) => answerTo(encodePacket(packet), { ...sender, path: undefined }) as FieldPacket;
  const of = ({ flags, seq, ack, tcpopts }: FieldPacket) => ({ flags, seq, ack, options: tcpopts.length });
  const tcp = (more: object) => readPacket({ ...OUT, proto: 'tcp', sport: 1, dport: 2, ...more }).packet;
  const opened = to(tcp({ flags: 'S', seq: 0xffffffff }));
  expect(of(opened)).toEqual({ flags: SYN | ACK, seq: 0, ack: 0, options: 20 });
  expect(of(to(opened))).toEqual({ flags: ACK, seq: 0, ack: 1, options: 0 });
  const data = tcp({ flags: 'PA', seq: 8, ack: 5, payload: '0102030405' });
  expect(of(to(data))).toEqual({ flags: ACK, seq: 5, ack: 13, options: 0 });
  expect(of(to(tcp({ flags: 'FA', seq: 8, ack: 5 })))).toEqual({ flags: ACK, seq: 5, ack: 9, options: 0 });
});

const NOTRACK = `${NAT}*raw\n-A PREROUTING -i wan -j NOTRACK\nCOMMIT\n`;
const DROPS = '*filter\n:FORWARD DROP\n-A FORWARD -i lan -j ACCEPT\nCOMMIT\n';
const ENDS: readonly (readonly [name: string, packet: object, rules: string, said: readonly Message[]])[] = [
  [
    'the packet is dropped',
    { ...OUT, in: 'wan', src: '192.0.2.1', dst: '10.0.0.5', proto: 'udp', dport: 1 },
    DROPS,
    [{ key: 'answer.none', params: { why: 'forgotten' } }],
  ],
  ['the answer is dropped', { ...OUT, proto: 'udp', dport: 1 }, DROPS, [{ key: 'answer.lost', params: {} }]],
  [
    'the answer is not translated back',
    { ...OUT, proto: 'udp', sport: 9, dport: 1 },
    NOTRACK,
    [
      { key: 'answer.lost', params: {} },
      { key: 'answer.astray', params: { wanted: 'udp 203.0.113.7:1 → 10.0.0.5:9' } },
    ],
  ],
  [
    'nobody answers a reset',
    { ...OUT, proto: 'tcp', dport: 1, flags: 'R' },
    NAT,
    [{ key: 'answer.none', params: { why: 'answers-nothing' } }],
  ],
  [
    'nobody answers an error',
    { ...OUT, proto: 'icmp', type: 3, code: 1 },
    NAT,
    [{ key: 'answer.none', params: { why: 'answers-nothing' } }],
  ],
  [
    'a broadcast',
    { ...OUT, dst: '10.0.0.255', proto: 'udp', dport: 1 },
    NAT,
    [{ key: 'answer.none', params: { why: 'group' } }],
  ],
  [
    'a fragment waits',
    { ...OUT, proto: 'udp', dport: 1, mf: true, payload: '0000000000000000' },
    NAT,
    [{ key: 'answer.none', params: { why: 'waits' } }],
  ],
  [
    'the packet hangs on what is not known',
    { ...OUT, proto: 'udp', dport: 1 },
    '*filter\n-A FORWARD -m set --match-set a src -j DROP\nCOMMIT\n',
    [{ key: 'answer.none', params: { why: 'unknown' } }],
  ],
  [
    'the answer hangs on what is not known',
    { ...OUT, proto: 'udp', dport: 1 },
    '*filter\n-A FORWARD -i wan -m set --match-set a src -j DROP\nCOMMIT\n',
    [{ key: 'answer.unknown', params: {} }],
  ],
];

test.each(ENDS)('a flow ends where %s', async (_, packet, rules, said) => {
  const { flow } = await flowOf(packet, rules);
  expect(flow.headline).toEqual(said);
  expect(flow.packets.length).toBe(said[0]!.key === 'answer.none' ? 1 : 2);
  for (const show of ['flow', 'answer', 'both'] as const)
    expect(renderFlow(flow, en, { colour: false, width: 100 }, show)).toContain(
      said.map((one) => textIn(en, one)).join(', '),
    );
});

test('fragments that have become whole go on as one packet', async () => {
  const host = await load(NAT);
  const part = { ...OUT, proto: 'udp', ipid: 4 };
  // 8 bytes of header and 8 of data, and 8 of data behind them
  explain(host, readPacket({ ...part, sport: 7, dport: 8, mf: true, payload: '0000000000000000' }).packet);
  const { packet } = readPacket({ ...part, frag: 2, payload: '0000000000000000' });
  const text = renderStory(explain(host, packet), en, { colour: false, width: 100 });
  expect(text).toContain('goes on as a whole packet: the last of its 2 fragments has come\n');
  expect(text).toContain('leaves by wan: udp 192.0.2.2:7 → 203.0.113.7:8\n');
});

test('either answer to a question finds the fragments that waited', async () => {
  const host = await load('*filter\n-A FORWARD -m set --match-set s src -j DROP\nCOMMIT\n');
  const part = { ...OUT, proto: 'udp', ipid: 4 };
  host.walk(readPacket({ ...part, sport: 7, dport: 8, mf: true, payload: '0000000000000000' }).packet);
  const { packet } = readPacket({ ...part, frag: 2, payload: '0000000000000000' });
  const fate = () => host.walk(packet, { everything: true }).fate;
  expect(fate()).toBe('unknown');
  expect([true, false].map((answer) => host.assuming('set:s', answer, fate))).toEqual(['dropped', 'forwarded']);
});

const OPENING =
  'tcp 6 100 SYN_SENT src=10.0.0.5 dst=203.0.113.7 sport=5 dport=80 [UNREPLIED] src=203.0.113.7 dst=192.0.2.2 sport=80 dport=5 mark=0 use=1\n';
test('a reset right behind the SYN ends the connection', async () => {
  const host = await load(NAT, OPENING);
  const { packet } = readPacket({ ...OUT, proto: 'tcp', sport: 5, dport: 80, flags: 'R' });
  expect(explain(host, packet).after[0]).toEqual({ key: 'after.gone', params: {} });
  expect(host.connections()).toEqual([]);
});

const textsOf = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((one) => [one.message.key, ...textsOf(one.children)]);
test('what was taken for granted is said once, of the packet where it decides', async () => {
  const { flow } = await flowOf({ ...OUT, proto: 'tcp', dport: 80, flags: 'A' });
  const said = flow.packets.map(({ assumed }) =>
    assumed.flatMap((message) => (message.key === 'assumed.sysctls' ? [textIn(en, message)] : [])),
  );
  expect(said).toEqual([
    ['ip_forward 1, rp_filter 0, accept_local 0, route_localnet 0', 'nf_conntrack_tcp_loose 1'],
    [],
    [],
  ]);
});

test('later packets are told in short, unless all is asked for', async () => {
  const rules = `${NAT}*filter\n-A FORWARD -j a\n:a -\n-A a -s 192.0.2.77 -j DROP\nCOMMIT\n`;
  const { packet } = readPacket(ROWS[0]!.packet);
  const keysOf = async (all: boolean) =>
    explainFlow(await load(rules), packet, { all }).packets.map(({ walk }) => textsOf(walk).includes('chain.ends'));
  expect(await keysOf(false)).toEqual([true, false, false]);
  expect(await keysOf(true)).toEqual([true, true, true]);
});

const GATE = 'test/stories/gateway';
const ONE_WAY = `${GATE}/one-way.rules ${GATE}/addr.txt ${GATE}/route.txt`;
describe('explain --reply --expect asks for the answer', () => {
  test.each([
    [`${ONE_WAY} --reply --expect accept -i lan -d 203.0.113.7`, 1, 'expected accept, but the answer is dropped\n'],
    [`${ONE_WAY} --reply --expect dropped -i lan -d 203.0.113.7`, 0, ''],
    [`${ONE_WAY} --flow --expect accept -i lan -d 203.0.113.7`, 0, ''],
    [
      `${ONE_WAY} --flow --reply --expect dropped -i wan -d 10.0.0.9`,
      1,
      'expected dropped, but there is no answer, and no connection comes of it: the packet itself does not get through\n',
    ],
  ])('%s', async (args, code, stderr) => {
    const rest = '-p udp -s 10.0.0.5 --sport 5000 --dport 53'.split(' ');
    expect(await packetwalk(['explain', ...args.split(' '), ...rest], { cwd: ROOT })).toMatchObject({ code, stderr });
  });
});
