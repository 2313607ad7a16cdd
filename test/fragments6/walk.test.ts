/** Fragments of IPv6 on their way through a host, as `explain` tells it. */
import { describe, expect, test } from 'vitest';
import { readPacket } from '../../src/input/json.js';
import type { Packet } from '../../src/model/packet.js';
import { explain } from '../../src/report/explain.js';
import { explainFlow } from '../../src/report/flow.js';
import { en } from '../../src/report/lang/en.js';
import { renderStory } from '../../src/report/render.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { compileHost } from '../../src/run/host-program.js';
import { parse } from '../../src/run/host-texts.js';
import { padding, piece6 } from '../kernel/packets/pieces6.js';
import { toHex } from '../kernel/packets.js';

const ADDRESSES = `1: lo: <LOOPBACK,UP> mtu 65536
    inet6 ::1/128 scope host
2: lan: <BROADCAST,UP> mtu 1500
    inet6 2001:db8::1/64 scope global
3: wan: <BROADCAST,UP> mtu 1300
    inet6 2001:db8:1::1/64 scope global
`;
const TRACKED =
  '*raw\n-A PREROUTING -m frag\n-A OUTPUT\nCOMMIT\n*filter\n-A INPUT -m conntrack --ctstate NEW\nCOMMIT\n';
const OWN = '2001:db8::1';

const load = async (rules = TRACKED, options: Parameters<typeof compileHost>[1] = {}): Promise<LoadedHost> => {
  const texts = { 'rules.v6': rules, addr: ADDRESSES };
  const given = Object.entries(texts).map(([name, text]) => ({ name, text }));
  return (await createEngine()).load(compileHost(parse(given), options, 6));
};

/** A UDP header of a packet of `length` bytes, and as much behind it; without a checksum, which tracking wants. */
const body = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set([0, 5, 0, 53, length >> 8, length & 255, 0, 0].slice(0, length));
  return bytes;
};
const packet = (from: number, to: number, length: number, more: Partial<Parameters<typeof piece6>[0]> = {}): Packet => {
  const bytes = piece6(
    { next: 17, body: body(length), id: 3, src: '2001:db8::5', dst: '2001:db8:1::9', ...more },
    from,
    to,
    { more: to < length },
  );
  return readPacket({ in: more.src === OWN ? null : 'lan', hex: toHex(bytes) }).packet;
};
const told = (host: LoadedHost, sent: Packet): string =>
  renderStory(explain(host, sent), en, { colour: false, width: 200 });

test('they wait, and go on as one packet', async () => {
  const host = await load();
  expect(told(host, packet(0, 16, 27))).toContain(
    'held back, a fragment waits until the other parts of its packet have come\n',
  );
  const text = told(host, packet(16, 27, 27));
  expect(text).toContain('goes on as a whole packet: the last of its 2 fragments has come\n');
  expect(text).toContain('forwarded: leaves by wan, udp [2001:db8::5]:5 → [2001:db8:1::9]:53');
});

test.each([
  [
    'one alone loses its fragment header',
    [0, 16, 16],
    'goes on without its fragment header: there are no other fragments',
  ],
  ['of no multiple of 8', [0, 12, 40], 'goes on as the fragment that it is: its bytes are no multiple of 8, and what'],
  [
    'without its headers',
    [0, 4, 4],
    'goes on as the fragment that it is: the headers behind its fragment header are cut',
  ],
  ['without bytes', [8, 8, 40], 'dropped, a fragment without bytes\n'],
] as const)('%s', async (_, [from, to, length], said) => {
  // the same where nothing is remembered
  for (const options of [{}, { connections: 'off' } as const])
    expect(told(await load(TRACKED, options), packet(from, to, length))).toContain(said);
});

test('where connections are not tracked each goes its way', async () => {
  const host = await load('*raw\n-A PREROUTING -m frag\nCOMMIT\n*mangle\nCOMMIT\n');
  const fates = [packet(0, 16, 27), packet(16, 27, 27)].map((sent) => host.walk(sent).fate);
  expect([fates, host.counter(0).packets]).toEqual([['forwarded', 'forwarded'], 2n]);
});

test('hop-by-hop options of a byte are looked at before any fragment header', async () => {
  const bytes = piece6({ next: 17, body: body(8), id: 3, src: '2001:db8::5', dst: '2001:db8:1::9' }, 0, 8, {}).slice(
    0,
    41,
  );
  bytes.set([0, 1, 0], 4);
  expect((await load()).walk(readPacket({ in: 'lan', hex: toHex(bytes) }).packet).by.why).toBe('bad-hop-options');
});

describe('behind INPUT, where connections are not tracked', () => {
  const RULES = '*filter\n-A INPUT -p udp\nCOMMIT\n';
  const here = { dst: OWN };
  const said = async (...sent: readonly Packet[]): Promise<string[]> => {
    const host = await load(RULES, { tracking: 'off' });
    return sent.map((one) => told(host, one));
  };

  test('they wait, and become whole', async () => {
    const [first, last] = await said(packet(0, 16, 27, here), packet(16, 27, 27, here));
    expect(first).toMatch(/^delivered to this host: /);
    expect(first).toContain('\n  behind INPUT it waits until the other parts of its packet have come\n  assumed: ');
    expect(first).toContain('\nbehind INPUT it waits until the other parts of its packet have come\n');
    expect(last).toContain('\nbehind INPUT the packet becomes whole: the last of its 2 fragments has come\n');
  });

  test.each([
    ['one alone', packet(0, 16, 16, here), 'it loses its fragment header: there are no other fragments'],
    [
      'of no multiple of 8',
      packet(0, 12, 40, here),
      'it is lost: a fragment whose bytes are no multiple of 8; the sender gets ipv6-icmp 4/0',
    ],
    [
      'without all headers',
      packet(0, 8, 40, { ...here, next: 6 }),
      'it is lost: a first fragment in which not all headers stand; the sender gets ipv6-icmp 4/3',
    ],
    [
      'to a group, which nobody is told of',
      packet(0, 12, 40, { dst: 'ff02::1' }),
      'it is lost: a fragment whose bytes are no multiple of 8\n',
    ],
  ])('%s', async (_, sent, end) => {
    expect((await said(sent))[0]).toContain(`\nbehind INPUT ${end}`);
  });

  test('nothing is told where other headers stand before', async () => {
    const body8 = { next: 17, body: body(16), id: 3, src: '2001:db8::5', dst: OWN };
    const bytes = piece6(body8, 0, 16, { more: true, before: [padding(60, 8)] });
    expect((await said(readPacket({ in: 'lan', hex: toHex(bytes) }).packet))[0]).not.toContain('behind INPUT');
  });

  test('what is gathered before INPUT may have no fragment header more', async () => {
    const host = await load();
    const nested = Uint8Array.from([17, 0, 0, 0, 0, 0, 0, 9, ...body(16)]);
    expect(told(host, packet(0, 24, 24, { ...here, next: 44, body: nested }))).toContain(
      'behind INPUT it is lost: a fragment header in a packet that was put together of fragments; the sender gets ipv6-icmp 4/0\n',
    );
  });

  test('an answer is made of the whole packet', async () => {
    const host = await load(RULES, { tracking: 'off' });
    host.walk(packet(0, 16, 27, here));
    const flow = explainFlow(host, packet(16, 27, 27, here));
    expect(flow.packets.map(({ result }) => result.out?.sport)).toEqual([undefined, 53]);
    const waiting = explainFlow(await load(RULES, { tracking: 'off' }), packet(0, 16, 27, here));
    expect(waiting.headline).toEqual([{ key: 'answer.none', params: { why: 'waits' } }]);
  });
});

test.each([
  ['a later one', packet(8, 12, 40), 'INVALID'],
  ['the first, whose header contradicts its length', packet(0, 12, 40), 'INVALID'],
])('tracking looks at what is not gathered: %s', async (_, sent, state) => {
  const host = await load();
  host.walk(sent);
  const event = host.walk(sent, { everything: true }).events.find(({ kind }) => kind === 'tracked');
  expect(event).toMatchObject({ state });
});

describe('a link that takes 1,300 bytes', () => {
  test.each([
    [[1248, 400], 'forwarded'],
    [[1256, 400], 'dropped'],
    // the fragment header is left out
    [[1256], 'forwarded'],
    [[1264], 'dropped'],
  ])('bodies of %j: %s', async (sizes, fate) => {
    const host = await load();
    const length = sizes.reduce((sum, size) => sum + size, 0);
    const starts = sizes.map((_, n) => sizes.slice(0, n).reduce((sum, size) => sum + size, 0));
    const fates = sizes.map((size, n) => host.walk(packet(starts[n]!, starts[n]! + size, length)).fate);
    expect(fates.at(-1)).toBe(fate);
  });
});

describe('what this host sends to itself leaves in fragments again, which are not gathered once more', () => {
  test.each([
    ['longer than its largest fragment', 40, 24, [2n, 1n, 2n]],
    ['no longer', 32, 24, [0n, 1n, 1n]],
  ])('%s', async (_, length, first, counts) => {
    const host = await load();
    const to = { src: OWN, dst: OWN };
    host.walk(packet(0, first, length, to));
    expect(host.walk(packet(first, length, length, to), { everything: true }).fate).toBe('delivered');
    // fragments in raw PREROUTING, packets in raw OUTPUT, new ones in INPUT
    expect([0, 1, 2].map((rule) => host.counter(rule).packets)).toEqual(counts);
  });

  test('what is for a group that it is in comes back in as many, and each has passed POSTROUTING', async () => {
    const host = await load(`${TRACKED}*mangle\n-A POSTROUTING\n-A POSTROUTING -m frag\nCOMMIT\n`);
    const to = { src: OWN, dst: 'ff02::1' };
    host.walk(packet(0, 24, 40, to));
    const { fate, events } = host.walk(packet(24, 40, 40, to), { everything: true });
    const left = events.flatMap((event) => (event.kind === 'leaves' ? [event.out.hook] : [])).sort();
    expect([fate, left]).toEqual(['sent', ['input', 'input', 'postrouting', 'postrouting', 'postrouting']]);
    const rules = host.compiled.rules.map(
      ({ table, chain }, rule) => `${table} ${chain} ${host.counter(rule).packets}`,
    );
    expect(rules).toEqual([
      'raw PREROUTING 2',
      'raw OUTPUT 1',
      'filter INPUT 2',
      'mangle POSTROUTING 3',
      'mangle POSTROUTING 2',
    ]);
  });

  test.each([
    // how a TCP packet with 12 bytes of options comes, by a first fragment of 24 bytes, and leaves; -m frag counts its fragments
    ['-j MARK --set-mark 1', 3n],
    ['-j TCPMSS --set-mss 1000 --tcp-flags SYN,RST SYN', 1n],
    // of 32 bytes that have to lie in a row, the second fragment has 8
    ['-j TCPOPTSTRIP --strip-options timestamp', 2n],
  ])('-p tcp %s', async (target, fragments) => {
    const host = await load(`${TRACKED}*mangle\n-A OUTPUT -p tcp ${target}\nCOMMIT\n`);
    const tcp = Uint8Array.from([...new Array(12).fill(1), 0x80, 2, ...new Array(58).fill(0)]);
    const to = { src: OWN, dst: OWN, next: 6, body: tcp };
    for (const [from, end] of [
      [0, 24],
      [24, 32],
      [32, 72],
    ] as const)
      host.walk(packet(from, end, 72, to));
    expect(host.counter(0).packets).toBe(fragments);
  });

  test('they are told from others by a number that is drawn, and the same again', async () => {
    const to = { src: OWN, dst: OWN };
    const idsOf = async (seed: number) => {
      const host = await load(TRACKED, { seed });
      host.walk(packet(0, 24, 40, to));
      const { events } = host.walk(packet(24, 40, 40, to), { bytes: true });
      return events
        .flatMap((event) => (event.kind === 'leaves' ? [toHex(event.bytes!.subarray(44, 48))] : []))
        .slice(1);
    };
    const [one, again, other] = await Promise.all([1, 1, 2].map(idsOf));
    expect([one![0] === one![1], one![0] === again![0], one![0] === other![0]]).toEqual([true, true, false]);
  });
});

test('either answer to a question finds the fragments that waited', async () => {
  const host = await load('*filter\n-A FORWARD -m conntrack --ctstate NEW -m set --match-set s src -j DROP\nCOMMIT\n');
  host.walk(packet(0, 16, 27));
  const fate = () => host.walk(packet(16, 27, 27), { everything: true }).fate;
  expect(fate()).toBe('unknown');
  expect([true, false].map((answer) => host.assuming('set:s', answer, fate))).toEqual(['dropped', 'forwarded']);
});

test('bytes that a fragment ends and the next begins with are found by one algorithm alone', async () => {
  const rule = (algorithm: string) => `-A FORWARD -m string --string "abcdef" --algo ${algorithm}\n`;
  const host = await load(`*filter\n${rule('bm')}${rule('kmp')}-A FORWARD -m conntrack --ctstate NEW\nCOMMIT\n`);
  const bytes = body(32);
  bytes.set([97, 98, 99, 100, 101, 102], 13);
  host.walk(packet(0, 16, 32, { body: bytes }));
  host.walk(packet(16, 32, 32, { body: bytes }));
  expect([0, 1].map((n) => host.counter(n).packets)).toEqual([0n, 1n]);
});

test('a header of 256 bytes before makes of the whole what is no packet', async () => {
  const host = await load();
  const bytes = piece6({ next: 17, body: body(16), id: 3, src: '2001:db8::5', dst: '2001:db8:1::9' }, 0, 16, {
    before: [padding(60, 216), padding(60, 16)],
  });
  const result = host.walk(readPacket({ in: 'lan', hex: toHex(bytes) }).packet);
  expect([result.fate, result.by.why]).toEqual(['unknown', 'fragment-garbled']);
});
