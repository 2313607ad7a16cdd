/** A host of IPv6, and random packets to, through and from it: near the prefixes that rules ask for, and odd ones. */
import { encodePacket } from '../../src/input/encode.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { Packet } from '../../src/model/packet.js';
import type { SourceText } from '../../src/parse/index.js';
import type { Random } from '../kernel/generate/random.js';

export const HOST6: readonly SourceText[] = [
  {
    name: 'addr.txt',
    text: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet6 2001:db8:1::1/64 scope global
    inet6 fe80::1/64 scope link
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400
    inet6 2001:db8:2::1/64 scope global
    inet6 fe80::2/64 scope link
`,
  },
  {
    name: 'route6.txt',
    text: `2001:db8:1::/64 dev eth0 proto kernel metric 256 pref medium
2001:db8:2::/64 dev eth1 proto kernel metric 256 pref medium
fe80::/64 dev eth0 proto kernel metric 256 pref medium
fe80::/64 dev eth1 proto kernel metric 256 pref medium
2001:db8:20::/48 via 2001:db8:2::9 dev eth1 metric 1024 mtu 1280 pref medium
unreachable 2001:db8:a::/48 dev lo metric 1024 pref medium
default via fe80::99 dev eth0 metric 1024 pref medium
`,
  },
];

const ADDRESSES = [
  ...['::', '::1', 'fe80::1', 'fe80::1234', 'ff02::1', 'ff02::1:ff00:1', 'ff05::5', '::ffff:192.0.2.1'],
  ...['2001:db8:1::', '2001:db8:1::1', '2001:db8:1::2', '2001:db8:1::ff', '2001:db8:1::100', '2001:db8:1:1::1'],
  ...['2001:db8:0:ffff:ffff:ffff:ffff:ffff', '2001:db8:2::1', '2001:db8:2::5', '2001:db8:2::6', '2001:db8:3::1'],
  ...['2001:db8:20::', '2001:db8:20::7', '2001:db8:20:ffff::', '2001:db8:21::', '2001:db8:a::1', '2001:db7::1'],
  ...['2001:db9::', '2001:db8::5', '2002:db8:1::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '64:ff9b::1'],
];
const PORTS = [0, 22, 53, 79, 80, 81, 443, 8080, 40000];

export function packets6(r: Random, count: number): Packet[] {
  return Array.from({ length: count }, (_, i) => {
    const described = readJsonPacket({ number: i + 1, text: JSON.stringify(described6(r, i)), cut: false }).packet;
    return r.chance(0.2) ? odd(r, described) : described;
  });
}

function described6(r: Random, i: number): object {
  const proto = r.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmpv6', 'icmpv6', 'sctp', 'udplite', 'gre', 59, 255]);
  const own = r.chance(0.25);
  return {
    in: own ? null : r.pick(['eth0', 'eth0', 'eth1', 'lo']),
    src: own && r.chance(0.8) ? r.pick(['2001:db8:1::1', '2001:db8:2::1']) : r.pick(ADDRESSES),
    dst: r.pick(ADDRESSES),
    proto,
    ...(['tcp', 'udp', 'sctp', 'udplite'].includes(proto as string) && { sport: r.pick(PORTS), dport: r.pick(PORTS) }),
    ...(proto === 'tcp' && { flags: r.pick(['S', 'SA', 'A', 'F', 'R', 'NONE', 'SF']) }),
    ...(proto === 'icmpv6' && { type: r.pick([1, 2, 128, 129, 133, 135, 136]), code: r.pick([0, 0, 1]) }),
    ttl: r.pick([64, 64, 64, 255, 1, 0, 2]),
    tos: r.pick([0, 0, 0x10, 0xb8, 3]),
    length: r.pick([undefined, undefined, 100, 1280, 1281, 1400, 1401, 1500]),
    mark: r.pick([0, 0, 1, 0x21]),
    time: i / 100,
    ...(own && { uid: r.pick([0, 1000]) }),
    ...(r.chance(0.1) && { state: r.pick(['NEW', 'ESTABLISHED', 'INVALID']) }),
  };
}

/** Headers that stand before the last: hop-by-hop and destination options, a fragment that is whole, a first and a later one. */
const BEFORE = [
  [0, '0001040000000000'],
  [0, '00c20400000000ff'],
  [60, '0001040000000000'],
  [44, '0000000000000001'],
  [44, '0000000100000001'],
  [44, '0000004900000001'],
  [43, '0004000000000000'],
] as const;

/** The same with a header more, cut, or with other bytes in it. */
function odd(r: Random, packet: Packet): Packet {
  const whole = encodePacket(packet);
  const [kind, header] = r.pick(BEFORE);
  const more = Uint8Array.from(header.match(/../g)!, (byte) => Number.parseInt(byte, 16));
  more[0] = whole[6]!;
  const bytes = Uint8Array.from([...whole.subarray(0, 40), ...more, ...whole.subarray(40)]);
  bytes[6] = kind;
  if (r.chance(0.2)) bytes[r.between(6, 47)]! ^= 1 << r.below(8);
  const size = r.chance(0.2) ? r.pick([1, 39, 40, 44, 47, 48, 50, 55]) : bytes.length;
  const kept = bytes.slice(0, size);
  if (size >= 40) {
    kept[4] = (size - 40) >>> 8;
    kept[5] = (size - 40) & 255;
  }
  const { in: from, mark, time, uid, path, state, given, assumed } = packet;
  return {
    ...{ kind: 'raw', bytes: kept, in: from, mark, time, uid, path, state, given, assumed },
    ...{ out: undefined, told: undefined, mac: undefined, pkttype: undefined, gid: undefined },
    ...(r.chance(0.1) && { wire: size + 100 }),
  } as Packet;
}
