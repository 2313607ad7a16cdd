/** Lines of tcpdump; test/kernel/tcpdump.kernel.test.ts asks tcpdump itself. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketwalkError } from '../src/errors.js';
import type { PacketDescription } from '../src/input/json.js';
import { readPacket } from '../src/input/json.js';
import { packetFromOptions } from '../src/input/options.js';
import { describedInLine } from '../src/input/packet-line.js';
import { readTcpdump } from '../src/input/tcpdump/line.js';
import { optionBytes } from '../src/input/tcpdump/tcp-options.js';
import { mutated } from './fuzz/mutate.js';

const SYN = 'IP 8.8.8.8.51000 > 192.0.2.1.443: Flags [S], seq 1, win 64240, options [mss 1460,nop,wscale 7], length 0';
const OF_SYN = {
  src: '8.8.8.8',
  sport: '51000',
  dst: '192.0.2.1',
  dport: '443',
  proto: 6,
  flags: 'SYN',
  seq: '1',
  window: '64240',
  tcpopts: '020405b401030307',
  length: 48,
};
const V = '(tos 0x10,ECT(0), ttl 3, id 4711, offset 0, flags [DF], proto TCP (6), length 60)';
const OF_V = { tos: 16, ttl: 3, ipid: 4711, frag: 0, df: true, length: 60 };
const BARE = SYN.slice('IP '.length);
const MACS = '02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype IPv4 (0x0800), length 74: ';

const LINES: readonly (readonly [string, PacketDescription])[] = [
  [SYN, OF_SYN],
  // times
  [`22:13:20.000000 ${SYN}`, OF_SYN],
  [` 00:00:01.250000 ${SYN}`, OF_SYN],
  [`1700000000.500000 ${SYN}`, { ...OF_SYN, time: '1700000000.500000' }],
  [`2023-11-14 22:13:20.500000 ${SYN}`, { ...OF_SYN, time: '2023-11-14 22:13:20.500000' }],
  [`    7  1700000000.500000 ${SYN}`, { ...OF_SYN, time: '1700000000.500000' }],
  // interfaces
  [`22:13:20.000000 eth0  In  ${SYN}`, { ...OF_SYN, in: 'eth0' }],
  [`1700000000.5 wg0   Out ${SYN}`, { ...OF_SYN, out: 'wg0', time: '1700000000.5' }],
  [`br-lan B   ${SYN}`, { ...OF_SYN, in: 'br-lan' }],
  [`22:13:20.000000  In ${SYN}`, OF_SYN],
  [`1700000000.5  In ${SYN}`, { ...OF_SYN, time: '1700000000.5' }],
  // frames
  [`22:13:20.000000 ${MACS}${BARE}`, OF_SYN],
  [
    `02:00:00:00:00:02 > Broadcast, ethertype 802.1Q (0x8100), length 78: vlan 7, p 0, ethertype IPv4 (0x0800), ${BARE}`,
    OF_SYN,
  ],
  [`22:13:20.0  In 02:00:00:00:00:02 ethertype IPv4 (0x0800), length 76: ${BARE}`, OF_SYN],
  [
    `22:13:20.0 eth0  In  ifindex 2 02:00:00:00:00:02 ethertype IPv4 (0x0800), length 80: ${BARE}`,
    { ...OF_SYN, in: 'eth0' },
  ],
  // -v
  [`22:13:20.000000 IP ${V}\n    ${BARE}`, { ...OF_SYN, ...OF_V }],
  [`22:13:20.000000 ${MACS}${V} ${BARE}`, { ...OF_SYN, ...OF_V }],
  [
    'IP truncated-ip - 4 bytes missing! 8.8.8.8.1 > 192.0.2.1.2: UDP, length 8',
    { src: '8.8.8.8', sport: '1', dst: '192.0.2.1', dport: '2', proto: 17, length: 36 },
  ],
  [
    'IP (tos 0x0, ttl 64, id 7, offset 1480, flags [+], proto UDP (17), length 84) 8.8.8.8 > 192.0.2.1: ip-proto-17',
    { src: '8.8.8.8', dst: '192.0.2.1', tos: 0, ttl: 64, ipid: 7, frag: 185, mf: true, proto: 17, length: 84 },
  ],
  [
    'IP6 (class 0x20, flowlabel 0x12345, hlim 9, next-header UDP (17) payload length: 12) fe80::1.5 > ff02::1.6: [udp sum ok] UDP, length 4',
    { src: 'fe80::1', sport: '5', dst: 'ff02::1', dport: '6', tos: 32, ttl: 9, proto: 17, length: 52 },
  ],
  // TCP
  [
    'IP 1.2.3.4.80 > 5.6.7.8.9: Flags [P.], cksum 0x1 (incorrect -> 0x2), seq 100:104, ack 7, win 512, length 4: HTTP',
    {
      src: '1.2.3.4',
      sport: '80',
      dst: '5.6.7.8',
      dport: '9',
      proto: 6,
      flags: 'PSH,ACK',
      seq: '100',
      ack: '7',
      window: '512',
      tcpopts: '',
      length: 44,
    },
  ],
  [
    'IP6 ::1.80 > ::2.9: Flags [SEW], seq 0, win 1, length 0',
    {
      src: '::1',
      sport: '80',
      dst: '::2',
      dport: '9',
      proto: 6,
      flags: 'SYN,ECE,CWR',
      seq: '0',
      window: '1',
      tcpopts: '',
      length: 60,
    },
  ],
  [
    'IP 1.2.3.4.80 > 5.6.7.8.9: Flags [none], win 1, length 0',
    {
      src: '1.2.3.4',
      sport: '80',
      dst: '5.6.7.8',
      dport: '9',
      proto: 6,
      flags: 'NONE',
      window: '1',
      tcpopts: '',
      length: 40,
    },
  ],
  [
    'IP 1.2.3.4.80 > 5.6.7.8.9: Flags [S], seq 1, win 1, [|tcp]',
    { src: '1.2.3.4', sport: '80', dst: '5.6.7.8', dport: '9', proto: 6, flags: 'SYN', seq: '1', window: '1' },
  ],
  ['IP 1.2.3.4.80 > 5.6.7.8.9: tcp 0', { src: '1.2.3.4', sport: '80', dst: '5.6.7.8', dport: '9', proto: 6 }],
  [
    'IP 1.2.3.4.80 > 5.6.7.8.9: tcp 5',
    { src: '1.2.3.4', sport: '80', dst: '5.6.7.8', dport: '9', proto: 6, length: 45 },
  ],
  // UDP and what is in it
  [
    'IP 1.2.3.4.5 > 5.6.7.8.53: 43981+ [1au] A? example.com. (40)',
    { src: '1.2.3.4', sport: '5', dst: '5.6.7.8', dport: '53', proto: 17, length: 68 },
  ],
  [
    'IP 1.2.3.4.123 > 5.6.7.8.123: NTPv4, Client, length 48',
    { src: '1.2.3.4', sport: '123', dst: '5.6.7.8', dport: '123', proto: 17, length: 76 },
  ],
  [
    'IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 02:00:00:00:00:01, length 300',
    { src: '0.0.0.0', sport: '68', dst: '255.255.255.255', dport: '67', proto: 17, length: 328 },
  ],
  [
    'IP 1.2.3.4.500 > 5.6.7.8.500: isakmp: phase 1 I ident',
    { src: '1.2.3.4', sport: '500', dst: '5.6.7.8', dport: '500', proto: 17 },
  ],
  // others
  [
    'IP 1.2.3.4.1 > 5.6.7.8.2: sctp (1) [INIT] [init tag: 1]',
    { src: '1.2.3.4', sport: '1', dst: '5.6.7.8', dport: '2', proto: 132 },
  ],
  [
    'IP 1.2.3.4.1 > 5.6.7.8.2: DCCP DCCP-Request (service=0)',
    { src: '1.2.3.4', sport: '1', dst: '5.6.7.8', dport: '2', proto: 33 },
  ],
  [
    'IP 1.2.3.4 > 5.6.7.8: GREv0, length 24: IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 9',
    { src: '1.2.3.4', dst: '5.6.7.8', proto: 47, length: 44 },
  ],
  [
    'IP 1.2.3.4 > 5.6.7.8: ESP(spi=0x0000c0de,seq=0x2a), length 100',
    { src: '1.2.3.4', dst: '5.6.7.8', proto: 50, length: 120, payload: '0000c0de0000002a' },
  ],
  [
    'IP 1.2.3.4 > 5.6.7.8: AH(spi=0x00000001,sumlen=16,seq=0x1,icv=0x0): ',
    { src: '1.2.3.4', dst: '5.6.7.8', proto: 51 },
  ],
  ['IP 1.2.3.4 > 224.0.0.22: igmp v3 report, 1 group record(s)', { src: '1.2.3.4', dst: '224.0.0.22', proto: 2 }],
  ['IP 1.2.3.4 > 224.0.0.5: OSPFv2, Hello, length 44', { src: '1.2.3.4', dst: '224.0.0.5', proto: 89, length: 64 }],
  [
    'IP 1.2.3.4 > 224.0.0.18: VRRPv2, Advertisement, vrid 1, prio 100, authtype none, intvl 1s, length 20',
    { src: '1.2.3.4', dst: '224.0.0.18', proto: 112, length: 40 },
  ],
  [
    'IP 1.2.3.4 > 5.6.7.8: IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    { src: '1.2.3.4', dst: '5.6.7.8', proto: 4 },
  ],
  ['IP 1.2.3.4 > 5.6.7.8:  ip-proto-99 4', { src: '1.2.3.4', dst: '5.6.7.8', proto: 99, length: 24 }],
  [
    'IP6 ::1 > ::2: frag (0|72) 5000 > 6000: UDP, length 64',
    { src: '::1', dst: '::2', frag: 0, mf: true, sport: '5000', dport: '6000', proto: 17 },
  ],
];

test.each(LINES)('%s', (line, description) => {
  const told = readTcpdump(line);
  expect(told.description).toEqual(description);
  expect(told.notes).toEqual([]);
  // and it is a packet
  readPacket(told.description, told.placeOf);
});

test.each<[string, number, number]>([
  ['ICMP echo request, id 7, seq 3, length 64', 8, 0],
  ['ICMP echo reply, id 7, seq 3, length 64', 0, 0],
  ['ICMP 10.0.0.2 udp port 6000 unreachable, length 40', 3, 3],
  ['ICMP 10.0.0.2 tcp port 443 unreachable, length 40', 3, 3],
  ['ICMP 10.0.0.2 protocol 132 port 9 unreachable, length 40', 3, 3],
  ['ICMP 10.0.0.2 protocol 99 unreachable, length 40', 3, 2],
  ['ICMP net 10.0.0.2 unreachable, length 40', 3, 0],
  ['ICMP host 10.0.0.2 unreachable, length 40', 3, 1],
  ['ICMP 10.0.0.2 unreachable - need to frag (mtu 1400), length 40', 3, 4],
  ['ICMP host 10.0.0.2 unreachable - admin prohibited, length 40', 3, 10],
  ['ICMP host 10.0.0.2 unreachable - admin prohibited filter, length 40', 3, 13],
  ['ICMP redirect 10.0.0.2 to host 10.0.0.3, length 40', 5, 1],
  ['ICMP redirect-tos 10.0.0.2 to net 10.0.0.3, length 40', 5, 2],
  ['ICMP time exceeded in-transit, length 40', 11, 0],
  ['ICMP ip reassembly time exceeded, length 40', 11, 1],
  ['ICMP parameter problem - octet 20, length 40', 12, 0],
  ['ICMP type-#99, length 8', 99, 0],
])('%s: type %d, code %d', (told, type, code) => {
  const { description } = readTcpdump(`IP 1.2.3.4 > 5.6.7.8: ${told}`);
  const query = / id 7/.test(told) ? { id: '7', seq: '3' } : {};
  const length = 20 + Number(/\d+$/.exec(told)![0]);
  expect(description).toEqual({ src: '1.2.3.4', dst: '5.6.7.8', proto: 1, type, code, length, ...query });
});

test.each([
  ['nop', '01'],
  ['mss 1460,sackOK,TS val 4294967295 ecr 1,nop,wscale 7', '020405b40402080affffffff0000000101030307'],
  ['nop,nop,sack 2 {1:2}{3:4}', '010105120000000100000002000000030000000' + '4'],
  ['tfo  cookiereq,nop,nop', '22020101'],
  ['tfo  cookie 0102030405060708', '220a0102030405060708'],
  ['unknown-250 0x0102', 'fa040102'],
])('TCP options %s', (text, hex) => {
  const bytes = optionBytes(text);
  expect(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('hex')).toBe(hex);
});

describe('what a line does not tell is said', () => {
  test.each([
    ['IP 1.2.3.4 > 5.6.7.8: ip-proto-17', /^a later fragment: at byte 1480, since/, 23],
    ['IP6 ::1 > ::2: frag (72|8)', /^the protocol of the fragment is not told/, 16],
    [
      `IP (tos 0x0, ttl 1, id 0, offset 0, flags [none], proto UDP (17), length 40, options (RR 1.2.3.4)) 1.2.3.4.1 > 5.6.7.8.2: UDP, length 4`,
      /^IP options are left out: RR 1.2.3.4/,
      78,
    ],
    [
      'IP 1.2.3.4.1 > 5.6.7.8.2: Flags [S], seq 1, win 1, options [mss 1460,mptcp capable,nop], length 0',
      /^TCP options are left out: mptcp capable is not read/,
      52,
    ],
  ])('%s', (line, message, column) => {
    const { notes } = readTcpdump(line, 'x');
    expect(notes).toEqual([
      {
        severity: 'note',
        code: 'unused-text',
        message: expect.stringMatching(message),
        place: expect.objectContaining({ file: 'x', line: 1, column }),
      },
    ]);
  });
});

describe('what is no packet is refused with its place', () => {
  test.each([
    ['ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 28', /^ARP is no packet of IP/, 1],
    ['hello', /^not a packet as tcpdump prints it/, 1],
    ['', /^not a packet/, 1],
    [
      '22:13:20.0 IP dns.google.domain > 192.0.2.1.443: UDP, length 1',
      /^"dns.google.domain" holds no address: names are not looked up/,
      15,
    ],
    ['IP 8.8.8.8 > host: ICMP echo request', /^"host" holds no address/, 14],
    ['IP 8.8.8.256.1 > 192.0.2.1.443: UDP, length 1', /^"8.8.8.256.1" holds no address/, 4],
    ['IP 8.8.8.8 > 192.0.2.1: [|tcp]', /^"\[\|tcp\]" tells no protocol/, 25],
    ['IP6 fe80::1 > ff02::16: HBH ICMP6, multicast listener report v2', /^"HBH": a line does not tell the bytes/, 25],
    ['IP 8.8.8.8 > 192.0.2.1: ICMP nonsense', /^not an ICMP message/, 25],
    ['IP 8.8.8.8.1 > 192.0.2.1.2: Flags [SX], seq 1', /^Flags \[SX\]: not flags/, 29],
    ['IP 8.8.8.8.nonsense > 192.0.2.1.2: UDP, length 1', /^sport: "nonsense" is not a port/, 12],
    ['IP 8.8.8.8.70000 > 192.0.2.1.2: UDP, length 1', /^sport: "70000" is not a port/, 12],
  ])('%s', (line, message, column) => {
    const read = () => {
      const told = readTcpdump(line);
      return readPacket(told.description, told.placeOf);
    };
    expect(read).toThrow(message);
    try {
      read();
    } catch (error) {
      expect((error as PacketwalkError).place?.column).toBe(column);
    }
  });
});

describe('with options beside it', () => {
  test('options come first', () => {
    const { packet, notes } = packetFromOptions({ dport: '80', inInterface: 'eth9' }, describedInLine(SYN, '--packet'));
    expect(packet).toMatchObject({ in: 'eth9', sport: 51000, dport: 80, seq: 1, length: 48 });
    expect(notes).toEqual([]);
  });

  test('the line may be JSON', () => {
    const json = '{"src":"8.8.8.8","dst":"192.0.2.1","srcc":1,"type":8}';
    const { packet, notes } = packetFromOptions({ proto: 'udp' }, describedInLine(` ${json}`, '--packet'));
    expect(packet).toMatchObject({ protocol: 17, src: [0x08080808] });
    expect(notes.map(({ message }) => message)).toEqual([
      'srcc: not a field of a packet, and not used; did you mean src?',
      'type: this packet has no such field, and it is not used',
    ]);
    expect(() => packetFromOptions({}, describedInLine('{"src":1}', '--packet'))).toThrow(/^src: 1 is not an address/);
  });

  test('notes of the line are kept; what contradicts it has its place', () => {
    const line = 'IP 1.2.3.4 > 5.6.7.8: ip-proto-17';
    expect(packetFromOptions({}, describedInLine(line, 'x')).notes).toHaveLength(1);
    try {
      packetFromOptions({ source: '::1' }, describedInLine(line, 'x'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ message: '-d: source and destination are of two families', place: { column: 14 } });
    }
  });
});

test('whatever a line holds, it is read or refused with its place', () => {
  const seeds = LINES.map(([line]) => line);
  fc.assert(
    fc.property(mutated(seeds), (text) => {
      const begun = performance.now();
      try {
        const told = readTcpdump(text);
        readPacket(told.description, told.placeOf);
      } catch (error) {
        if (!(error instanceof PacketwalkError)) throw error;
        error.format();
      }
      expect(performance.now() - begun).toBeLessThan(1000);
    }),
    { numRuns: Number(process.env.PACKETWALK_FUZZ ?? 400) },
  );
  for (const text of ['a'.repeat(1e6), 'a > '.repeat(1e5), `IP ${'1'.repeat(1e5)}`])
    expect(() => readTcpdump(text)).toThrow(PacketwalkError);
});
