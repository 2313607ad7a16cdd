/** Packets of a capture, which has to be read first, beside the same packets in columns: all of them come in on one link. */
import { type LoadedHost, type PacketColumns, readCapture } from '../../src/index.js';
import { pcapHeader, pcapRecords } from '../../src/input/capture/write.js';
import { bytesOf } from '../../src/input/encode-columns.js';
import type { Contest } from '../contest.js';
import { loadReal, packetsOf } from './rules.js';

const PACKETS = 65_536;
const NAMES = ['server', 'docker', 'router'];

export interface Captured {
  readonly columns: PacketColumns;
  readonly pcap: readonly Uint8Array[];
}

/** Bytes that come at a time, as the command reads a file. */
const CHUNK = 1 << 20;

/** Bytes of each packet that are kept by who wants headers alone: `tcpdump -s`. */
const HEADERS = 64;

/** A capture says no link; of each packet it has so many bytes at most. */
export function captured(host: LoadedHost, count: number, most = 0xffff): Captured {
  const { src, dst, proto, sport, dport, flags, length, ttl, tos } = packetsOf(host, count);
  const fields = { src, dst, proto, sport, dport, flags, length, ttl, tos };
  const columns = { kind: 'columns', count, interfaces: ['eth0'], in: new Uint16Array(count), ...fields } as const;
  const whole = bytesOf(columns);
  const cut = { ...whole, size: whole.size.map((size) => Math.min(size, most)), wire: whole.size };
  const all = Buffer.concat([pcapHeader(), pcapRecords(cut)]);
  const chunk = (_: unknown, i: number) => all.subarray(CHUNK * i, CHUNK * (i + 1));
  return { columns, pcap: Array.from({ length: Math.ceil(all.length / CHUNK) }, chunk) };
}

export async function classifyCapture(host: LoadedHost, { pcap, columns }: Captured): Promise<void> {
  for await (const { packets } of readCapture(pcap)) {
    const { kind, count, bytes, at, size, wire } = packets;
    host.classify({ kind, count, bytes, at, size, wire, interfaces: columns.interfaces, in: columns.in });
  }
}

export async function* captures(): AsyncGenerator<Contest> {
  for (const [name, most] of [...NAMES.map((name) => [name, 0xffff] as const), ['docker', HEADERS] as const]) {
    const host = await loadReal(name, 'columns');
    const packets = captured(host, PACKETS, most);
    yield {
      subject: 'captures',
      kind: most === HEADERS ? `${name}, ${HEADERS} bytes of each` : name,
      rules: host.compiled.rules.length,
      amount: PACKETS,
      unit: 'packets',
      entrants: { packetwalk: () => classifyCapture(host, packets), columns: () => host.classify(packets.columns) },
    };
  }
}
