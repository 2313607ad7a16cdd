/** Random packets as hosts, captures and senders know more of them than a kernel can be told, and columns of odd values. */
import { headerBytes } from '../../src/input/encode-columns.js';
import { FROM_HOST, PATH_NUMBERS, type PacketColumns, UNSAID } from '../../src/model/batch.js';
import type { Packet, PacketState, RawPacket } from '../../src/model/packet.js';
import type { Random } from '../kernel/generate/random.js';
import type { PacketLine } from '../kernel/scenario.js';
import { packetOf } from '../kernel/walked.js';

const STATES: readonly PacketState[] = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];

/** The packets of lines, with what may be said of each beside. */
export function packetsOf(r: Random, lines: readonly PacketLine[]): Packet[] {
  return lines.map((line, i) => {
    const packet = packetOf(line, i + 1);
    return Object.assign(packet, {
      ...(r.chance(0.08) ? cut(r, packet) : {}),
      ...(r.chance(0.2) ? { state: r.pick(STATES) } : {}),
      ...(r.chance(0.1) ? { mark: r.pick([1, 0x10, 3]) } : {}),
      ...(r.chance(0.1) ? { uid: r.pick([0, 3, 9]) } : {}),
      ...(r.chance(0.1) ? { path: r.pick(['input', 'forward', 'output'] as const) } : {}),
      ...(r.chance(0.1) ? { out: r.pick(['eth0', 'eth1', 'lo']) } : {}),
      ...(r.chance(0.1) ? { in: r.pick([undefined, 'lo']) } : {}),
      ...(r.chance(0.3) ? { time: i } : {}),
    });
  });
}

/** As a capture that keeps so many bytes of each has it. */
function cut(r: Random, packet: Packet): Partial<RawPacket> {
  if (packet.kind !== 'raw') return {};
  const { bytes } = packet;
  return { bytes: bytes.subarray(0, r.pick([10, 20, 27, 28, 40, 60])), wire: bytes.length };
}

export interface ColumnsFor {
  readonly count: number;
  readonly addresses: readonly number[];
  readonly links: readonly string[];
}

/** 51 and 255 have no header that is known. */
const PROTOCOLS = [6, 6, 6, 17, 17, 17, 1, 1, 47, 132, 136, 33, 2, 51, 255];
const PORTS = [0, 8, 53, 80, 300, 511, 512, 555, 599, 600, 1023, 1024, 8005, 40000];

/** A field may hold anything that fits; only lengths have room for the headers. */
export function oddColumns(r: Random, { count, addresses, links }: ColumnsFor): PacketColumns {
  const of = (value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
  const pick = (values: readonly number[]) => of(() => r.pick(values));
  const maybe = <C>(column: C): C | undefined => (r.chance(0.7) ? column : undefined);
  const places = links.map((_, place) => place);
  const proto = pick(PROTOCOLS);
  const frag = pick([0, 0, 0, 0, 0x4000, 0x4000, 0x4000, 0x2000, 1, 0x2005, 0x8000]);
  const from = pick([...places, ...places, FROM_HOST, FROM_HOST, UNSAID]);
  const paths = (i: number) =>
    from[i]! < FROM_HOST && from[i] !== UNSAID ? [0, 0, 1, 2] : [0, 0, PATH_NUMBERS.output];
  const header = (i: number) => headerBytes(proto[i]!, frag[i]!, 4);
  // types of ICMP are bytes, whatever else stands in their column
  const port = (i: number) => (proto[i] === 1 ? r.pick([0, 3, 8, 13, 255, 0x108, 0x300]) : r.pick(PORTS));
  return {
    kind: 'columns',
    count,
    interfaces: links,
    in: Uint16Array.from(from),
    out: maybe(Uint16Array.from(pick([...places, UNSAID, UNSAID, FROM_HOST]))),
    src: Uint32Array.from(pick(addresses)),
    dst: Uint32Array.from(pick(addresses)),
    proto: Uint8Array.from(proto),
    sport: Uint16Array.from(of(port)),
    dport: Uint16Array.from(of(port)),
    flags: maybe(Uint8Array.from(pick([2, 2, 16, 18, 4, 1, 0, 255]))),
    length: maybe(Uint16Array.from(of((i) => 20 + header(i) + r.pick([0, 0, 1, 8, 40, 700, 1400, 1481])))),
    ttl: maybe(Uint8Array.from(pick([64, 64, 1, 0, 2, 255]))),
    tos: maybe(Uint8Array.from(pick([0, 0x10, 8, 255]))),
    frag: Uint16Array.from(frag),
    mark: maybe(Uint32Array.from(pick([0, 0, 1, 3, 0x10]))),
    uid: maybe(Uint32Array.from(pick([0xffffffff, 0, 3]))),
    gid: undefined,
    path: maybe(Uint8Array.from(of((i) => r.pick(paths(i))))),
    state: maybe(Uint8Array.from(pick([0, 0, 0, 0, 1, 2, 3, 4, 5]))),
  };
}
