/** Synthetic packets: the same everywhere and in every slice, sound, near what rules test, the same in every form. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { csvHeader, csvLine, csvNames, jsonLine } from '../src/input/columns-text.js';
import { CsvReader } from '../src/input/csv.js';
import { encodePacket } from '../src/input/encode.js';
import { bytesOf, lengthOf } from '../src/input/encode-columns.js';
import { readJsonPacket } from '../src/input/json.js';
import type { InputLine } from '../src/input/lines.js';
import { PROFILES, type Profile, type SyntheticSpec, synthesise } from '../src/input/synthetic/index.js';
import { FROM_HOST, PATH_NUMBERS, type PacketColumns, UNSAID } from '../src/model/batch.js';
import type { Packet } from '../src/model/packet.js';
import { parseIpv4 } from '../src/net/address.js';
import { parseTexts } from '../src/parse/index.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';

const RULES = `*nat
:PREROUTING ACCEPT [0:0]
:web - [0:0]
-A PREROUTING -i eth0 -p tcp -m multiport --dports 80,8080:8090 -j web
-A web -s 198.51.100.0/24 -m length --length 1000:1100 -m ttl --ttl-gt 200 -j DNAT --to-destination 10.0.0.5
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:unused - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 13/0 -j DROP
-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK FIN,RST -j DROP
-A INPUT -p udp -m udp --dport 161 -m mark --mark 0x10/0xf0 -m tos --tos 0x10/0xff -j ACCEPT
-A INPUT -f -j DROP
-A FORWARD -m set --match-set services dst,dst,src -j ACCEPT
-A FORWARD -o veth+ -p sctp -m sctp --dport 3868 -j ACCEPT
-A OUTPUT -m set --match-set both dst -j DROP
-A unused -p tcp -m tcp --dport 4711 -j DROP
COMMIT
`;
const SETS = `create services hash:ip,port,ip family inet
add services 10.0.0.5,tcp:8443,203.0.113.9
add services 10.0.0.6,udp:1194,203.0.113.9
create nets hash:net family inet
add nets 10.9.0.0/16
create both list:set
add both nets
`;
const ADDRESSES = `1: lo: <LOOPBACK,UP> mtu 65536 state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: eth0: <UP> mtu 1500 state UP
    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
3: veth1: <UP> mtu 1500 state UP
    inet 10.0.0.1/24 scope global veth1
4: down0: <BROADCAST> mtu 1500 state DOWN
`;
const ROUTES = `default via 192.0.2.254 dev eth0
10.0.0.0/24 dev veth1 proto kernel scope link src 10.0.0.1
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
`;

function specOf(profile: Profile, host: 'known' | 'unknown' = 'known', rules = RULES): SyntheticSpec {
  const texts = [rules, SETS, ...(host === 'known' ? [ADDRESSES, ROUTES] : [])];
  const named = texts.map((text, i) => ({ name: String(i), text }));
  const input = parseTexts(named, { add: (finding) => expect(finding.severity).not.toBe('error') });
  return syntheticSpec(input, { profile, seed: 1 });
}

const lineOf = (text: string): InputLine => ({ number: 1, text, cut: false });
const address = (text: string): number => parseIpv4(text)![0]!;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** The packets of which something is true. */
const count = (columns: PacketColumns, is: (i: number) => boolean): number => numbers(columns.count).filter(is).length;

describe('the first packets of a seed are these, on every machine', () => {
  test.each<[Profile, 'known' | 'unknown', readonly string[]]>([
    [
      'uniform',
      'known',
      [
        '{"in":"eth0","src":"135.47.42.233","dst":"105.207.238.120","proto":"udp","sport":28103,"dport":39727,"length":402,"ttl":59,"tos":225,"time":0.000006}',
        '{"in":"veth1","src":"6.108.132.94","dst":"239.215.33.178","proto":"150","length":1164,"ttl":21,"tos":245,"time":0.00001}',
        '{"in":"veth1","src":"134.210.9.71","dst":"121.212.130.221","proto":"tcp","sport":10087,"dport":41125,"flags":"FSP","length":1307,"ttl":213,"tos":162,"df":true,"time":0.000029}',
      ],
    ],
    [
      'uniform',
      'unknown',
      [
        '{"in":"eth0","src":"135.47.42.233","dst":"105.207.238.120","proto":"udp","sport":28103,"dport":39727,"length":402,"ttl":59,"tos":225,"out":"eth0","time":0.000006,"path":"forward"}',
        '{"in":"veth0","src":"6.108.132.94","dst":"239.215.33.178","proto":"150","length":1164,"ttl":21,"tos":245,"time":0.00001,"path":"input"}',
        '{"in":"veth0","src":"134.210.9.71","dst":"121.212.130.221","proto":"tcp","sport":10087,"dport":41125,"flags":"FSP","length":1307,"ttl":213,"tos":162,"df":true,"time":0.000029,"path":"input"}',
      ],
    ],
    [
      'near',
      'known',
      [
        '{"in":"eth0","src":"198.51.99.255","dst":"10.0.0.1","proto":"tcp","sport":64017,"dport":161,"flags":"A","length":1323,"ttl":202,"tos":48,"time":0.000006}',
        '{"in":"veth1","src":"10.0.0.212","dst":"197.209.239.150","proto":"sctp","sport":62897,"dport":3868,"length":1101,"ttl":202,"df":true,"time":0.00001}',
        '{"in":"veth1","src":"203.0.113.9","dst":"10.0.0.5","proto":"tcp","sport":16389,"dport":8443,"flags":"S","length":1101,"ttl":200,"tos":24,"time":0.000029}',
      ],
    ],
    [
      'near',
      'unknown',
      [
        '{"in":"eth0","src":"105.207.238.120","dst":"198.51.100.255","proto":"tcp","sport":64017,"dport":161,"flags":"A","length":1323,"ttl":202,"tos":48,"time":0.000006,"path":"input"}',
        '{"in":"veth0","src":"198.51.101.0","dst":"198.51.100.0","proto":"sctp","sport":62897,"dport":3868,"length":1101,"ttl":202,"df":true,"out":"veth0","time":0.00001,"path":"forward"}',
        '{"in":"veth0","src":"203.0.113.9","dst":"10.0.0.5","proto":"tcp","sport":16389,"dport":8443,"flags":"S","length":1101,"ttl":200,"tos":24,"out":"veth0","time":0.000029,"path":"forward"}',
      ],
    ],
    [
      'mix',
      'known',
      [
        '{"in":null,"src":"192.0.2.1","dst":"170.7.34.35","proto":"tcp","sport":8090,"dport":49394,"flags":"PA","length":572,"ttl":254,"tos":144,"df":true,"time":0.000006}',
        '{"in":null,"src":"192.0.2.1","dst":"198.51.99.255","proto":"tcp","sport":925,"dport":22469,"flags":"PA","length":63,"ttl":202,"tos":80,"df":true,"time":0.00001}',
        '{"in":"veth1","src":"10.0.0.120","dst":"10.0.0.1","proto":"icmp","type":218,"code":79,"length":41,"ttl":255,"tos":20,"time":0.000029}',
      ],
    ],
    [
      'mix',
      'unknown',
      [
        '{"in":null,"src":"203.0.113.8","dst":"10.0.0.5","proto":"tcp","sport":8090,"dport":49394,"flags":"PA","length":572,"ttl":254,"tos":144,"df":true,"out":"eth0","time":0.000006,"path":"output"}',
        '{"in":null,"src":"10.0.0.5","dst":"198.51.100.254","proto":"tcp","sport":925,"dport":22469,"flags":"PA","length":63,"ttl":202,"tos":80,"df":true,"out":"veth0","time":0.00001,"path":"output"}',
        '{"in":"veth0","src":"30.207.155.68","dst":"198.51.100.0","proto":"icmp","type":13,"code":0,"length":41,"ttl":17,"tos":17,"time":0.000029,"path":"input"}',
      ],
    ],
  ])('%s, host %s', (profile, host, lines) => {
    const columns = synthesise(specOf(profile, host), 0, lines.length);
    expect(numbers(lines.length).map((i) => jsonLine(columns, i))).toEqual(lines);
  });

  test.each<[Profile, 'known' | 'unknown', string]>([
    ['uniform', 'known', 'c30d53d886bc0cfa'],
    ['uniform', 'unknown', 'd2f97a067291cee8'],
    ['near', 'known', '41007312904a5903'],
    ['near', 'unknown', 'a124a006a7cbe577'],
    ['mix', 'known', '114d326018185196'],
    ['mix', 'unknown', 'e9fc577d648ad9d8'],
  ])('%s, host %s: two thousand of them', (profile, host, digest) => {
    const columns = synthesise(specOf(profile, host), 0, 2000);
    const hash = createHash('sha256');
    for (const i of numbers(2000)) hash.update(`${jsonLine(columns, i)}\n`);
    expect(hash.digest('hex').slice(0, 16)).toBe(digest);
  });
});

/** The arrays of columns. */
const arrays = (columns: PacketColumns) =>
  Object.entries(columns).filter((entry): entry is [string, Uint32Array] => ArrayBuffer.isView(entry[1]));

test.each(PROFILES)('%s: a slice needs none of the packets before it', (profile) => {
  const spec = specOf(profile, 'unknown');
  const all = synthesise(spec, 0, 1000);
  for (const [first, some] of [
    [0, 1],
    [1, 6],
    [7, 500],
    [507, 493],
  ] as const)
    for (const [name, values] of arrays(synthesise({ ...spec }, first, some)))
      expect([name, ...values]).toEqual([
        name,
        ...arrays(all)
          .find(([other]) => other === name)![1]
          .subarray(first, first + some),
      ]);
});

test.each(PROFILES)('%s: another seed, and a packet beyond 2^32, are others', (profile) => {
  const spec = specOf(profile);
  const lines = [
    ...[0, 2 ** 32].map((first) => synthesise(spec, first, 3)),
    synthesise({ ...spec, seed: 2 }, 0, 3),
    synthesise({ ...spec, seed: 0xffffffff }, 0, 3),
  ].map((columns) =>
    numbers(3)
      .map((i) => jsonLine({ ...columns, time: undefined }, i))
      .join(),
  );
  expect(new Set(lines).size).toBe(lines.length);
});

const PACKETS = 5000;
const CASES = PROFILES.flatMap((profile) => (['known', 'unknown'] as const).map((host) => [profile, host] as const));

test.each(CASES)('%s, host %s: columns, JSON and CSV are the same packets', (profile, host) => {
  const columns = synthesise(specOf(profile, host), 0, PACKETS);
  const { bytes, at, size } = bytesOf(columns);
  const names = csvNames(columns);
  const reader = new CsvReader(lineOf(csvHeader(columns)));
  expect(reader.notes).toEqual([]);
  for (let i = 0; i < PACKETS; i++) {
    const said = [envelopeIn(columns, i), Buffer.from(bytes.subarray(at[i]!, at[i]! + size[i]!)).toString('hex')];
    const json = readJsonPacket(lineOf(jsonLine(columns, i)));
    const csv = reader.read(lineOf(csvLine(columns, names, i)));
    for (const { packet, notes } of [json, csv]) {
      const read = [envelopeOf(packet), Buffer.from(encodePacket(packet)).toString('hex')];
      if (notes.length > 0 || read.join() !== said.join())
        expect({ i, notes, read }).toEqual({ i, notes: [], read: said });
    }
  }
});

const envelopeOf = (packet: Packet): string =>
  JSON.stringify([packet.in, packet.out, packet.mark, packet.time, packet.path, packet.uid, packet.gid]);

function envelopeIn(columns: PacketColumns, i: number): string {
  const iface = (column: Uint16Array | undefined) => columns.interfaces[column?.[i] ?? UNSAID];
  return JSON.stringify([
    columns.in![i] === FROM_HOST ? null : iface(columns.in),
    iface(columns.out),
    columns.mark![i],
    columns.time![i],
    Object.keys(PATH_NUMBERS)[(columns.path?.[i] ?? 0) - 1],
    undefined,
    undefined,
  ]);
}

test.each(CASES)('%s, host %s: every packet can be', (profile, host) => {
  const columns = synthesise(specOf(profile, host), 0, PACKETS);
  const { proto, frag, flags, sport, dport, length, time } = columns as Required<PacketColumns>;
  let fragments = 0;
  for (let i = 0; i < columns.count; i++) {
    const offset = frag![i]! & 0x1fff;
    const more = (frag![i]! & 0x2000) !== 0;
    if (offset > 0 || more) fragments++;
    // throws where the headers have no room
    lengthOf(columns, i);
    expect(length![i]! + 8 * offset).toBeLessThanOrEqual(65535);
    if (more) expect(length![i]! % 8).toBe(4);
    if (offset > 0) expect([sport[i], dport[i], flags![i]]).toEqual([0, 0, 0]);
    if (proto[i] !== 6) expect(flags![i]).toBe(0);
    if (proto[i] === 1) expect(Math.max(sport[i]!, dport[i]!)).toBeLessThan(256);
    if (columns.path !== undefined) expect(columns.path[i] === PATH_NUMBERS.output).toBe(columns.in![i] === FROM_HOST);
    const step = i === 0 ? 10e-6 : time![i]! - time![i - 1]!;
    expect(step).toBeGreaterThan(0.9e-6);
    expect(step).toBeLessThan(19.1e-6);
  }
  if (profile === 'mix') expect(fragments).toBe(0);
  if (profile === 'uniform') expect(Math.abs(fragments / PACKETS - 0.012)).toBeLessThan(0.006);
});

describe('near: what a rule and the jumps to it want is met', () => {
  const spec = specOf('near');
  const columns = synthesise(spec, 0, 20_000) as Required<PacketColumns>;
  const { src, dst, proto, sport, dport, flags, length, ttl, tos, mark, frag, interfaces } = columns;
  const within = (value: number, min: string, max: string) => value >= address(min) && value <= address(max);
  const comesIn = (i: number, name: string) => interfaces[columns.in![i]!] === name;
  /** All that the rule of chain `web` and the jump to it want, but for the length. */
  const toWeb = (i: number) =>
    comesIn(i, 'eth0') &&
    proto[i] === 6 &&
    (dport[i] === 80 || (dport[i]! >= 8080 && dport[i]! <= 8090)) &&
    within(src[i]!, '198.51.100.0', '198.51.100.255') &&
    ttl![i]! > 200;
  test.each<[string, number, (i: number) => boolean]>([
    ['a user chain', 500, (i) => toWeb(i) && length![i]! >= 1000 && length![i]! <= 1100],
    ['ICMP type and code', 1000, (i) => proto[i] === 1 && sport[i] === 13 && dport[i] === 0],
    ['TCP flags', 800, (i) => proto[i] === 6 && (flags![i]! & 0x17) === 0x05],
    [
      'a mark and tos',
      50,
      (i) => proto[i] === 17 && dport[i] === 161 && (mark![i]! & 0xf0) === 0x10 && tos![i] === 0x10,
    ],
    ['later fragments', 700, (i) => (frag![i]! & 0x1fff) > 0],
    ['lo: sent by the host to itself', 300, (i) => columns.in![i] === FROM_HOST && dst[i] === address('192.0.2.1')],
    [
      'a member of a set, all of it',
      300,
      (i) =>
        dst[i] === address('10.0.0.6') && proto[i] === 17 && dport[i] === 1194 && src[i] === address('203.0.113.9'),
    ],
    ['a set in a set', 600, (i) => columns.in![i] === FROM_HOST && within(dst[i]!, '10.9.0.0', '10.9.255.255')],
    ['a way out', 400, (i) => proto[i] === 132 && dport[i] === 3868 && within(dst[i]!, '10.0.0.0', '10.0.0.255')],
  ])('%s', (_, least, is) => {
    expect(count(columns, is)).toBeGreaterThan(least);
  });

  test.each<[string, (i: number) => boolean]>([
    ['one below a port', (i) => dport[i] === 79],
    ['one above a range of ports', (i) => dport[i] === 8091],
    ['one before a prefix', (i) => src[i] === address('198.51.99.255')],
    ['one beyond a prefix', (i) => src[i] === address('198.51.101.0')],
    ['the last of a prefix', (i) => src[i] === address('198.51.100.255')],
    ['one below a length', (i) => length![i] === 999],
    ['a ttl that just does not do', (i) => ttl![i] === 200],
  ])('neighbours: %s', (_, is) => {
    expect(count(columns, is)).toBeGreaterThan(100);
  });

  test('a rule of many conditions is missed by one in one of them', () => {
    const missed = [address('203.0.113.8'), address('203.0.113.10')];
    const isOther = (i: number) => dst[i] === address('10.0.0.6') && proto[i] === 17 && dport[i] === 1194;
    expect(count(columns, (i) => isOther(i) && missed.includes(src[i]!))).toBeGreaterThan(4);
  });

  test('no rule of a chain that nothing leads to', () => {
    const aimed = specOf('near', 'known', RULES.replace('--dport 4711', '--dport 4712'));
    expect(aimed.palette.wants).toEqual(spec.palette.wants);
  });

  test('on interfaces that are up, and marks seldom', () => {
    expect(count(columns, (i) => comesIn(i, 'down0'))).toBe(0);
    expect(count(columns, (i) => mark![i] !== 0)).toBeLessThan(2000);
  });
});

test('packets do not come in on lo because it is all that rules name', () => {
  const columns = synthesise(specOf('near', 'unknown', '*filter\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n'), 0, 1000);
  expect(count(columns, (i) => columns.interfaces[columns.in![i]!] === 'eth0')).toBeGreaterThan(300);
});

test('mix: mostly TCP with ACK, flows of unequal weight, both directions', () => {
  const columns = synthesise(specOf('mix'), 0, 20_000) as Required<PacketColumns>;
  const { src, dst, proto, sport, dport, flags, length } = columns;
  const share = (is: (i: number) => boolean) => count(columns, is) / columns.count;
  expect(share((i) => proto[i] === 6)).toBeGreaterThan(0.6);
  expect(share((i) => proto[i] === 6 && (flags![i]! & 0x10) !== 0) / share((i) => proto[i] === 6)).toBeGreaterThan(0.9);
  expect(share((i) => length![i] === 1500)).toBeGreaterThan(0.2);
  expect(share((i) => length![i]! < 65)).toBeGreaterThan(0.4);
  const flows = new Map<string, number>();
  const key = (a: number, b: number, c: number, d: number, p: number) => [a, b, c, d, p].join();
  for (let i = 0; i < columns.count; i++) {
    const flow = key(src[i]!, dst[i]!, sport[i]!, dport[i]!, proto[i]!);
    flows.set(flow, (flows.get(flow) ?? 0) + 1);
  }
  expect(Math.max(...flows.values())).toBeGreaterThan(400);
  expect(flows.size).toBeGreaterThan(1000);
  const answered = share((i) => flows.has(key(dst[i]!, src[i]!, dport[i]!, sport[i]!, proto[i]!)));
  expect(answered).toBeGreaterThan(0.8);
});

test.each<[string, readonly string[] | undefined, 'known' | 'unknown', string]>([
  ['the host tells them', undefined, 'known', RULES],
  ['hooks that have rules', ['input', 'forward', 'output'], 'unknown', RULES],
  [
    'one hook',
    ['forward'],
    'unknown',
    '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -j ACCEPT\nCOMMIT\n',
  ],
  [
    'a hook of two ways',
    ['input', 'forward'],
    'unknown',
    '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp\nCOMMIT\n',
  ],
  [
    'a hook that no other leads to',
    ['input', 'forward', 'output'],
    'unknown',
    '*nat\n:INPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A INPUT -p tcp\n-A POSTROUTING -p tcp\nCOMMIT\n',
  ],
  ['no rule at all', ['input', 'forward', 'output'], 'unknown', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n'],
])('ways that packets say: %s', (_, ways, host, rules) => {
  const spec = specOf('near', host, rules);
  expect(spec.ways).toEqual(ways);
  const columns = synthesise(spec, 0, 2000);
  const said = new Set(columns.path);
  expect([...said].sort()).toEqual((ways ?? []).map((way) => PATH_NUMBERS[way as 'input']));
});

test('chains that jump in a circle end', () => {
  const rules =
    '*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n:b - [0:0]\n-A INPUT -j a\n-A a -p tcp -j b\n-A b -g a\nCOMMIT\n';
  expect(synthesise(specOf('near', 'unknown', rules), 0, 100).count).toBe(100);
});
