/** tcpdump is the judge of its lines: a packet is written, printed by tcpdump, read again, and has the same fields. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePacket, naturalLength } from '../../src/input/encode.js';
import { type PacketDescription, readPacket } from '../../src/input/json.js';
import { readTcpdump } from '../../src/input/tcpdump/line.js';
import type { FieldPacket, Packet } from '../../src/model/packet.js';
import { LINKS, pcap } from '../captures.js';
import { CaptureFolder, lacks } from './wireshark.js';

const A = { src: '198.51.100.7', dst: '192.0.2.254' };
const SIX = { src: '2001:db8::1', dst: '2001:db8:0:1::' };
const INNER = '4500003c00000000401100000a0000010a000002138817700028000000000000';
const HEAD = { tos: 0x10, ttl: 3, ipid: 4711, df: true };

const INNER6 = '6000000000101140'.padEnd(112, '0');

/** Of each type the codes from 0 to the one given. */
const icmp = (packet: PacketDescription, types: Readonly<Record<number, number>>): PacketDescription[] =>
  Object.entries(types).flatMap(([type, last]) =>
    Array.from({ length: last + 1 }, (_, code) => ({ ...packet, type: Number(type), code })),
  );

const PACKETS: readonly PacketDescription[] = [
  ...['S', 'SA', 'A', 'PA', 'FA', 'R', 'RA', 'FPU', 'SEC', 'NONE', 'ALL'].map((flags, i) => ({
    ...A,
    proto: 'tcp',
    sport: 1024 + i,
    dport: 443,
    flags,
    seq: 1000 + i,
    ack: /A/.test(flags) ? 7 : 0,
    window: 512 + i,
    ...(i % 2 === 0 ? HEAD : {}),
  })),
  { ...A, proto: 'tcp', sport: 443, dport: 50000, flags: 'PA', seq: 9, ack: 5, payload: '00'.repeat(100) },
  { ...A, proto: 'tcp', sport: 443, dport: 50001, flags: 'A', seq: 9, ack: 5, tcpopts: '0101080a0000000500000006' },
  { ...A, proto: 'tcp', sport: 443, dport: 50002, flags: 'A', seq: 0, ack: 5, tcpopts: '0101050a0000006400000065' },
  { ...A, proto: 'tcp', sport: 443, dport: 50003, flags: 'S', seq: 0, tcpopts: '22020101fa040102' },
  { ...SIX, proto: 'tcp', sport: 50000, dport: 443, flags: 'S', seq: 4294967295, ttl: 2, tos: 0x20 },
  { ...A, proto: 'udp', sport: 5000, dport: 6000, payload: '00112233', ...HEAD },
  { ...A, proto: 'udp', sport: 5000, dport: 53, payload: 'abcd01000001000000000000076578616d706c6503636f6d0000010001' },
  { ...A, proto: 'udp', sport: 123, dport: 123, payload: '23000000'.padEnd(96, '0') },
  { ...SIX, proto: 'udp', sport: 5000, dport: 6000, payload: '00112233' },
  { ...A, proto: 'icmp', id: 7, seq: 3, ...HEAD },
  { ...A, proto: 'icmp', type: 0, id: 65535, seq: 65535, payload: '' },
  ...icmp({ ...A, proto: 'icmp', payload: INNER }, { 3: 16, 4: 0, 5: 4, 9: 0, 10: 0, 11: 3, 12: 3, 99: 0 }),
  ...[13, 14, 17, 18].map((type) => ({ ...A, proto: 'icmp', type, id: 7, seq: 3, payload: '00'.repeat(12) })),
  { ...SIX, proto: 'ipv6-icmp', id: 7, seq: 3 },
  { ...SIX, proto: 'ipv6-icmp', type: 129, id: 7, seq: 3 },
  ...icmp({ ...SIX, proto: 'ipv6-icmp', payload: INNER6 }, { 1: 5, 2: 0, 3: 2, 4: 2, 130: 0, 131: 0, 132: 0 }),
  ...icmp({ ...SIX, proto: 'ipv6-icmp', payload: INNER6 }, { 133: 0, 134: 0, 135: 0, 136: 0, 137: 0, 143: 0, 150: 0 }),
  { ...A, proto: 'gre', payload: `00000800${INNER}` },
  { ...A, proto: 'esp', payload: '0000c0de0000002a'.padEnd(64, '0') },
  { ...A, proto: 'ah', payload: '060400000000000100000002000000000000000000000000' },
  { ...A, proto: 'sctp', sport: 7, dport: 9 },
  { ...A, proto: 'dccp', sport: 7, dport: 9 },
  { ...A, proto: 'ospf', payload: '0201002c01010101'.padEnd(88, '0') },
  { ...A, proto: 'igmp', payload: '160009fce0000005' },
  { ...A, proto: 99, payload: '00112233' },
];

/** What a line may tell of a packet; with -v, of its IP header too. */
const TOLD = ['family', 'src', 'dst', 'protocol', 'sport', 'dport', 'flags', 'window', 'type', 'id'] as const;
const HEADER = ['ttl', 'tos', 'ipid', 'df', 'mf', 'frag'] as const;

const fieldsOf = (packet: Packet): FieldPacket => {
  if (packet.kind !== 'fields') throw new Error('a packet of fields was expected');
  return packet;
};
const lengthOf = (packet: FieldPacket): number => packet.length ?? naturalLength(packet);

/** The lines of each packet: what is indented belongs to the one before. */
function linesOf(out: string): string[] {
  const lines: string[] = [];
  for (const line of out.split('\n')) {
    if (/^(\t| {4}(?! *\d+ {2}))/.test(line)) lines.push(`${lines.pop()}\n${line}`);
    else if (line !== '') lines.push(line);
  }
  return lines;
}

const missing = lacks('tcpdump');
describe.skipIf(missing !== undefined)(`tcpdump's lines${missing === undefined ? '' : `: ${missing}`}`, () => {
  let folder: CaptureFolder;
  beforeAll(() => {
    folder = new CaptureFolder();
  });
  afterAll(() => folder.close());

  const packets = PACKETS.map((description) => fieldsOf(readPacket(description).packet));
  const print = (link: string, options: string): string[] => {
    const { linkType, frame } = LINKS[link]!;
    const records = packets.map((packet, i) => ({
      frame: frame(encodePacket(packet)),
      time: [1_700_000_000 + i, 250_000] as const,
    }));
    const file = folder.write('x', pcap(records, { linkType }));
    // -S: numbers as they are, not as they are counted from the first packet of a connection
    return linesOf(folder.run('tcpdump', ['-S', ...options.split(' ').filter(Boolean), '-r', file]));
  };

  const ALL = ['raw IP', 'Ethernet', '802.1Q', 'Linux cooked', 'Linux cooked v2', 'Linux cooked v2, outgoing'];
  test.each(
    ALL.flatMap((link) =>
      ['-n', '-nv', '-nvv', '-ne', '-nve', '-nt', '-ntt', '-ntttt', '-n#'].map((options) => [link, options]),
    ),
  )('%s, %s', (link, options) => {
    const lines = print(link, options);
    expect(lines).toHaveLength(packets.length);
    const verbose = options.includes('v');
    for (const [i, line] of lines.entries()) {
      const packet = packets[i]!;
      const told = readTcpdump(line, line);
      const read = fieldsOf(readPacket(told.description, told.placeOf).packet);
      const header = verbose ? HEADER.filter((name) => packet.family === 4 || name !== 'df') : [];
      for (const name of [...TOLD, ...header]) {
        // an identifier is printed of queries alone
        if (name === 'id' && !/ id \d+/.test(line.split(': ICMP').at(-1)!)) continue;
        if (name === 'window' && !/ win /.test(line)) continue;
        expect(read[name], `${name} of ${line}`).toEqual(packet[name]);
      }
      expect(read.code, line).toBe(packet.code);
      for (const name of ['seq', 'ack'] as const)
        if (told.description[name] !== undefined) expect(read[name], `${name} of ${line}`).toBe(packet[name]);
      if (told.description.length !== undefined) expect(lengthOf(read), line).toBe(lengthOf(packet));
      else expect(line, 'a line without a length').not.toMatch(/Flags|UDP,|ICMP echo| proto TCP/);
      if (told.description.tcpopts !== undefined) expect(read.tcpopts, line).toEqual(packet.tcpopts);
      if (/ tt/.test(` ${options.replace(/^-n/, '')}`)) expect(read.time, line).toBe(1_700_000_000.25 + i);
      const way = link.includes('v2') ? 'lo' : undefined;
      expect(link.includes('outgoing') ? read.out : read.in, line).toBe(way);
    }
  });

  test('names of ports', () => {
    for (const [i, line] of print('raw IP', '').entries()) {
      expect(line.includes('.https') || packets[i]!.dport !== 443).toBe(true);
      const told = readTcpdump(line);
      expect(fieldsOf(readPacket(told.description).packet)).toMatchObject({
        sport: packets[i]!.sport,
        dport: packets[i]!.dport,
      });
    }
  });
});
