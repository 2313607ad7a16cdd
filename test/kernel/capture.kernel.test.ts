/**
 * Wireshark is the judge of captures: of every kind of file and frame, what the core decodes from the bytes that the
 * reader found is what tshark sees.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decoded, Field, Result } from '../../src/abi.js';
import { compile } from '../../src/compile/compile.js';
import { readCapture } from '../../src/input/capture/read.js';
import { pcapHeader, pcapRecord } from '../../src/input/capture/write.js';
import { parseSave } from '../../src/parse/rules/save.js';
import { Stages } from '../../src/run/stage.js';
import { loadCore } from '../../src/run/wasm.js';
import { join, LINKS, number, Pcapng, pcap } from '../captures.js';
import { buildPacket, type PacketSpec } from './packets.js';
import { CaptureFolder, lacks } from './wireshark.js';

const ADDRESSES = { src: '198.51.100.7', dst: '192.0.2.254' };
const SPECS: readonly PacketSpec[] = [
  ...['S', 'SA', 'A', 'PA', 'FA', 'R', 'FPU', 'SEC', ''].map((flags, i) => ({
    ...ADDRESSES,
    proto: 'tcp',
    sport: 1024 + i,
    dport: 443,
    flags,
    ttl: 1 + 28 * i,
    tos: 29 * i,
  })),
  { ...ADDRESSES, proto: 'tcp', sport: 1, dport: 65535, flags: 'S', ipOptions: '94040000', df: true },
  { ...ADDRESSES, proto: 'udp', sport: 53, dport: 53, tos: 0xff, payload: '00' },
  { ...ADDRESSES, proto: 'udp', sport: 65535, dport: 1, mf: true, payload: '00'.repeat(64) },
  { ...ADDRESSES, proto: 'udp', frag: 1, mf: true, payload: '00'.repeat(64) },
  { ...ADDRESSES, proto: 'tcp', frag: 8191, payload: '00' },
  { ...ADDRESSES, proto: 'icmp', type: 8, code: 0 },
  {
    ...ADDRESSES,
    proto: 'icmp',
    type: 3,
    code: 13,
    payload: '45000028000040004006000001020304050607080001000200000000',
  },
  { ...ADDRESSES, proto: 'sctp', sport: 7, dport: 9 },
  { ...ADDRESSES, proto: 'gre' },
  { ...ADDRESSES, proto: 99, payload: '00112233' },
  { src: '2001:db8::1', dst: '2001:db8::2', proto: 'udp', sport: 1, dport: 2 },
];
const PACKETS = SPECS.map((spec) => buildPacket(spec));

const FIELDS = [
  'frame.time_epoch',
  ...['src', 'dst', 'proto', 'len', 'ttl', 'dsfield', 'flags.df', 'flags.mf', 'frag_offset'].map(
    (name) => `ip.${name}`,
  ),
  ...['tcp', 'udp', 'sctp'].flatMap((name) => [`${name}.srcport`, `${name}.dstport`]),
  ...['tcp.flags', 'icmp.type', 'icmp.code'],
];

/** A packet's fields, as both are asked for them. */
interface Seen {
  readonly time: number;
  /** '' in a packet of IPv6. */
  readonly ip: string;
  readonly ports: string;
}

function seenByTshark(row: readonly string[]): Seen | undefined {
  const field = new Map(FIELDS.map((name, i) => [name, row[i] ?? '']));
  const at = (name: string) => field.get(name)!;
  const ip = ['src', 'dst', 'proto', 'len', 'ttl', 'dsfield'].map((name) => at(`ip.${name}`));
  if (ip[0] === '') return undefined;
  const flags = ['flags.df', 'flags.mf'].map((name) => (/^(1|True)$/.test(at(`ip.${name}`)) ? 1 : 0));
  const name = { 6: 'tcp', 17: 'udp', 132: 'sctp' }[ip[2]!];
  const ports =
    ip[2] === '1'
      ? [at('icmp.type'), at('icmp.code')]
      : name === undefined
        ? []
        : [at(`${name}.srcport`), at(`${name}.dstport`)];
  const later = at('ip.frag_offset') !== '0';
  return {
    time: Number(at('frame.time_epoch')),
    ip: [...ip.slice(0, 5), Number(ip[5]), ...flags, at('ip.frag_offset')].join(' '),
    // tshark has no ports where they lie in another fragment, the core zeros
    ports: later
      ? '0 0 0'
      : [
          ...ports.map(Number),
          ...(ports.length === 0 ? [0, 0] : []),
          ip[2] === '6' ? Number(at('tcp.flags')) & 255 : 0,
        ].join(' '),
  };
}

let stages: Stages;
beforeAll(async () => {
  const tables = parseSave('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', 'x', { add: () => {} });
  stages = new Stages(await loadCore(), compile(tables, 4), 1 << 22, { fact: () => false });
});

const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

/** What the core makes of the packets of a capture; undefined for those of IPv6. */
async function seenHere(file: Uint8Array): Promise<(Seen | undefined)[]> {
  const all: (Seen | undefined)[] = [];
  for await (const { packets, fault } of readCapture([file])) {
    expect(fault).toBeUndefined();
    const { count, bytes, at, size, wire, time } = packets;
    stages.clearBytes();
    for (let i = 0; i < count; i++) {
      stages.setField(i, Field.Bytes, stages.place(bytes.subarray(at[i], at[i]! + size[i]!))!);
      stages.setField(i, Field.BytesLen, size[i]!);
      stages.setField(i, Field.Length, wire![i]!);
    }
    stages.decodeBatch(count);
    for (let i = 0; i < count; i++) {
      const of = (field: Field) => stages.field(i, field);
      const status = stages.field(i, Result.Verdict);
      if (status === Decoded.OtherFamily) {
        all.push(undefined);
        continue;
      }
      expect(Decoded[status!], `packet ${i + 1}`).toBe('Ok');
      const frag = of(Field.Frag);
      const ip = [Field.Proto, Field.Length, Field.Ttl, Field.Tos].map(of);
      all.push({
        time: time![i]!,
        ip: [
          dotted(of(Field.Src)),
          dotted(of(Field.Dst)),
          ...ip,
          (frag >> 14) & 1,
          (frag >> 13) & 1,
          frag & 0x1fff,
        ].join(' '),
        ports: [Field.Sport, Field.Dport, Field.TcpFlags].map(of).join(' '),
      });
    }
  }
  return all;
}

const missing = lacks('tshark');
describe.skipIf(missing !== undefined)(`captures before tshark${missing === undefined ? '' : `: ${missing}`}`, () => {
  let folder: CaptureFolder;
  beforeAll(() => {
    folder = new CaptureFolder();
  });
  afterAll(() => folder.close());

  async function compare(file: Uint8Array, packets = PACKETS.length): Promise<void> {
    const theirs = folder.tshark(folder.write('x', file), FIELDS).map(seenByTshark);
    const ours = await seenHere(file);
    expect(ours).toHaveLength(packets);
    const untimed = (seen: Seen | undefined) => seen && { ip: seen.ip, ports: seen.ports };
    expect(ours.map(untimed)).toEqual(theirs.map(untimed));
    // a double holds the seconds since 1970 to some 0.2 microseconds
    for (const [i, seen] of ours.entries()) if (seen !== undefined) expect(seen.time).toBeCloseTo(theirs[i]!.time, 6);
  }
  const records = (frame: (ip: Uint8Array) => Uint8Array, unit = 1_000_000) =>
    PACKETS.map((packet, i) => ({ frame: frame(packet), time: [1_700_000_000 + i, (unit / 8) * (i % 8)] as const }));
  const bare = (ip: Uint8Array) => ip;

  test.each(Object.entries(LINKS))('%s', async (_, { linkType, frame }) => {
    await compare(pcap(records(frame), { linkType }));
  });

  test.each(['little', 'big'] as const)('microseconds and nanoseconds, %s-endian', async (order) => {
    await compare(pcap(records(bare), { order }));
    await compare(pcap(records(bare, 1e9), { order, nano: true }));
  });

  test('what is written here', async () => {
    await compare(join(pcapHeader(), ...PACKETS.map((packet, i) => pcapRecord(packet, 1_700_000_000 + i / 7))));
  });

  test('cut by the capture', async () => {
    const long = buildPacket({
      ...ADDRESSES,
      proto: 'tcp',
      sport: 1,
      dport: 2,
      flags: 'PA',
      payload: '00'.repeat(1400),
    });
    const { frame, linkType } = LINKS.Ethernet!;
    const cut = { frame: frame(long).subarray(0, 96), length: frame(long).length };
    await compare(pcap([...records(frame), cut], { linkType }), PACKETS.length + 1);
  });

  test.each(['pcapng', 'pcap', 'nsecpcap'])('as editcap writes it: %s', async (format) => {
    const from = folder.write('from', pcap(records(LINKS['Linux cooked']!.frame), { linkType: 113 }));
    folder.run('editcap', ['-F', format, from, 'to']);
    await compare(folder.read('to'));
  });

  test('as mergecap writes two interfaces of two kinds', async () => {
    const parts = (['Ethernet', 'Linux cooked v2'] as const).map((name) =>
      folder.write(name, pcap(records(LINKS[name]!.frame), LINKS[name]!)),
    );
    folder.run('mergecap', ['-F', 'pcapng', '-w', 'merged', ...parts]);
    await compare(folder.read('merged'), 2 * PACKETS.length);
  });

  test('gzipped', async () => {
    await compare(gzipSync(pcap(records(bare))));
  });

  test('pcapng of two sections and byte orders, with units and offsets of time', async () => {
    const section = (order: 'little' | 'big') => {
      const ng = new Pcapng(order);
      return join(
        ng.section(),
        ng.iface(101, [ng.option(9, Uint8Array.of(9)), ng.option(14, number(1_600_000_000, 8, order)), ng.end()]),
        ng.iface(1, [ng.option(9, Uint8Array.of(0x80 | 10))]),
        ...PACKETS.map((packet, i) => ng.enhanced(0, 1_000_000_000n * BigInt(i) + 125n, packet)),
        ...PACKETS.map((packet, i) => ng.enhanced(1, 1024n * BigInt(i) + 256n, LINKS['802.1Q']!.frame(packet))),
        ...PACKETS.map((packet) => ng.obsolete(1, 5n, LINKS.Ethernet!.frame(packet))),
      );
    };
    await compare(join(section('little'), section('big')), 6 * PACKETS.length);
  });
});
