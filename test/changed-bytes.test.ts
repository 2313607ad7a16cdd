/** What targets do to bytes that no column holds: what leaves, and what rules behind them see, one by one and by the batch. */
import { describe, expect, test } from 'vitest';
import { readJsonPacket } from '../src/input/json.js';
import type { PacketBatch } from '../src/model/batch.js';
import { parseTexts } from '../src/parse/index.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { buildPacket, type PacketSpec, toHex } from './kernel/packets.js';

const SYN = '-p tcp -m tcp --tcp-flags SYN,RST SYN';
const segment = (spec: Partial<PacketSpec>): Uint8Array => buildPacket({ src: '10.0.0.1', dst: '192.0.2.2', ...spec });
const packetOf = (bytes: Uint8Array) =>
  readJsonPacket({ number: 1, text: JSON.stringify({ in: 'lan', hex: toHex(bytes), path: 'forward' }), cut: false })
    .packet;

const LINKS = ['lo', 'lan', 'wan'];
/** `mtus`: of the links, where they are told. */
async function hostOf(rules: readonly string[], mtus: readonly number[] = [], route = ''): Promise<LoadedHost> {
  const addresses = ['127.0.0.1/8', '10.0.0.254/24', '10.1.0.254/24'];
  const links = mtus.map(
    (mtu, i) =>
      `${i + 1}: ${LINKS[i]}: <UP,LOWER_UP> mtu ${mtu} state UP\n    inet ${addresses[i]} scope global ${LINKS[i]}\n`,
  );
  const chain = rules.map((rule) => `-A FORWARD ${rule}\n`).join('');
  const texts = [{ name: 'x.rules', text: `*mangle\n:FORWARD ACCEPT [0:0]\n${chain}COMMIT\n` }];
  if (links.length > 0)
    texts.push(
      { name: 'addr', text: links.join('') },
      { name: 'route', text: `10.0.0.0/24 dev lan scope link\ndefault via 10.1.0.1 dev wan${route}\n` },
    );
  const { tables, host, sets } = parseTexts(texts, {
    add: ({ message, severity }) => expect(severity, message).not.toBe('error'),
  });
  return (await createEngine()).load({ tables, host, sets });
}

/** Packet and byte counters of the rules. */
const countersOf = (host: LoadedHost) =>
  host.compiled.rules.map((_, rule) => `${host.counter(rule).packets}/${host.counter(rule).bytes}`);

// what is expected is built anew, so that its checksums are right
test.each<[rules: string[], before: Partial<PacketSpec>, after: Partial<PacketSpec> | 'dropped']>([
  [[`${SYN} -j TCPMSS --set-mss 1400`], { tcpopts: '020405b4' }, { tcpopts: '02040578' }],
  [[`${SYN} -j TCPMSS --set-mss 1400`], { tcpopts: '0101020405b40000' }, { tcpopts: '0101020405780000' }],
  [[`${SYN} -j TCPMSS --set-mss 1400`], { tcpopts: '02040218' }, { tcpopts: '02040218' }],
  [[`${SYN} -j TCPMSS --set-mss 1400`], {}, { tcpopts: '02040218' }],
  [[`${SYN} -j TCPMSS --set-mss 200`], { tcpopts: '04020101' }, { tcpopts: '020400c804020101' }],
  [[`${SYN} -j TCPMSS --set-mss 1400`], { payload: '00' }, { payload: '00' }],
  [[`${SYN} -j TCPMSS --set-mss 1400`], { tcpopts: '01'.repeat(40) }, { tcpopts: '01'.repeat(40) }],
  [[`${SYN} -j TCPMSS --set-mss 1400`], { doff: 6 }, 'dropped'],
  [[`${SYN} -j TCPMSS --set-mss 1400`, '-m length --length 44 -j DROP'], {}, 'dropped'],
  [
    ['-p tcp -j TCPOPTSTRIP --strip-options mss,timestamp'],
    { tcpopts: '020405b40402080a000000010000000203030700' },
    { tcpopts: '010101010402010101010101010101010303070000000000'.slice(0, 40) },
  ],
  [['-p tcp -j TCPOPTSTRIP'], { tcpopts: '020405b4' }, { tcpopts: '020405b4' }],
  [['-p tcp -j TCPOPTSTRIP --strip-options 2'], { truncate: 19 }, 'dropped'],
  [['-p tcp -j ECN --ecn-tcp-remove'], { flags: 0xd2 }, { flags: 0x12 }],
  [['-p tcp -j ECN --ecn-tcp-cwr 1 --ecn-ip-ect 1'], { tos: 0x0a }, { tos: 0x09, flags: 0x82 }],
  [['-p tcp -j ECN --ecn-tcp-remove', '-p tcp -m ecn --ecn-tcp-ece -j DROP'], { flags: 0x42 }, { flags: 0x02 }],
  [['-p tcp -j ECN --ecn-tcp-remove'], { truncate: 19 }, 'dropped'],
  [['-p tcp -j ECN --ecn-ip-ect 0'], { tos: 3, truncate: 19 }, { tos: 0, truncate: 19 }],
])('%j of %j', async (rules, before, expected) => {
  const { events, fate } = (await hostOf(rules)).walk(packetOf(segment(before)), { bytes: true });
  const left = events.flatMap((event) => (event.kind === 'leaves' ? [toHex(event.bytes!)] : []));
  if (expected === 'dropped') expect(fate).toBe('dropped');
  else expect(left).toEqual([toHex(segment({ ttl: 63, ...expected }))]);
});

const CLAMP = `${SYN} -j TCPMSS --clamp-mss-to-pmtu`;
describe('the MSS that a path takes', () => {
  test.each<[mtus: number[], route: string, mss: number]>([
    [[65536, 1500, 1300], '', 1260],
    [[65536, 1200, 1300], '', 1160],
    [[65536, 1500, 1300], ' mtu 1400', 1360],
    [[65536, 1500, 1300], ' mtu 41', 1],
  ])('links of %j, a route with%s', async (mtus, route, mss) => {
    const host = await hostOf([CLAMP, `-p tcp -m tcpmss --mss ${mss} -j ACCEPT`], mtus, route);
    host.walk(packetOf(segment({ tcpopts: '020405b4', df: false })));
    expect(countersOf(host)).toEqual(['1/44', '1/44']);
  });

  test('a path that takes nothing drops the packet', async () => {
    const host = await hostOf([CLAMP], [65536, 1500, 1500], ' mtu 40');
    expect(host.walk(packetOf(segment({ df: false }))).by).toEqual({
      kind: 'rule',
      table: 'mangle',
      chain: 'FORWARD',
      rule: 1,
    });
  });

  test.each(['-m tcpmss --mss 1:1000', '-m u32 --u32 "0>>22&0x3C@20=0x020405b4"'])(
    'is asked where %s reads it, and nobody knows it',
    async (match) => {
      const host = await hostOf([CLAMP, `-p tcp ${match} -j DROP`]);
      const why = (spec: Partial<PacketSpec>) => host.walk(packetOf(segment({ tcpopts: '020405b4', ...spec }))).by.why;
      expect(why({})).toBe(`mss:${match.split(' ')[1]}`);
      // no SYN, no MSS that was lowered
      expect(why({ flags: 'ACK' })).toBeUndefined();
    },
  );

  test('is not asked where nothing reads it', async () => {
    const host = await hostOf([CLAMP, '-p tcp -m tcp --tcp-option 2 -j ACCEPT']);
    expect(host.walk(packetOf(segment({}))).fate).toBe('forwarded');
    expect(countersOf(host)).toEqual(['1/40', '1/44']);
  });
});

describe('packets that grow stay apart in a batch', () => {
  const RULES = [
    `${SYN} -j TCPMSS --set-mss 1400`,
    '-p tcp -j TCPOPTSTRIP --strip-options 2,3',
    `${SYN} -j TCPMSS --set-mss 300`,
    '-p tcp -m tcpmss --mss 300',
    '-m length --length 48',
    // the first bytes of each packet, and of its data
    '-m u32 --u32 "0>>24=0x45&&12=0x0a000001&&16=0xc0000202"',
    '-m u32 --u32 "0>>22&0x3C@12>>26&0x3C@0=0x11223344"',
  ];
  const specs: readonly Partial<PacketSpec>[] = [
    {},
    { tcpopts: '03030700' },
    { payload: '11223344' },
    { flags: 'ACK' },
  ];
  const packets = Array.from({ length: 3000 }, (_, i) => segment({ ...specs[(i * 7 + (i >> 3)) % 4], sport: i + 1 }));

  const envelopes = { count: packets.length, interfaces: ['lan'], in: new Uint16Array(packets.length) };
  const path = new Uint8Array(packets.length).fill(2);

  test('as each by itself', async () => {
    const alone = await hostOf(RULES);
    for (const packet of packets) alone.walk(packetOf(packet));
    const size = Uint32Array.from(packets.map((packet) => packet.length));
    const at = new Uint32Array(packets.length);
    for (let i = 1; i < at.length; i++) at[i] = at[i - 1]! + size[i - 1]!;
    const bytes = Uint8Array.from(packets.flatMap((packet) => [...packet]));
    const together = await hostOf(RULES);
    together.classify({ kind: 'bytes', bytes, at, size, path, ...envelopes });
    expect(countersOf(together)).toEqual(countersOf(alone));
    expect(countersOf(together)).not.toContain('0/0');
  });

  test('of columns', async () => {
    const host = await hostOf(RULES);
    const column = (value: number) => new Uint32Array(packets.length).fill(value);
    const batch: PacketBatch = {
      kind: 'columns',
      src: column(0x0a000001),
      dst: column(0xc0000202),
      proto: column(6),
      sport: column(1000),
      dport: column(80),
      path,
      ...envelopes,
    };
    host.classify(batch);
    const all = (bytes: number) => `3000/${3000 * bytes}`;
    expect(countersOf(host)).toEqual([40, 44, 44, 48, 48, 48].map(all).concat('0/0'));
  });
});
