/** Packets whose bytes lie about themselves, as captures have them: cut, filled up, broken, or only less plain than others. */
import type { PacketBytes } from '../../src/model/batch.js';
import type { Family } from '../../src/net/address.js';
import { finishSum, sumBytes } from '../../src/net/checksum.js';
import type { Random } from '../kernel/generate/random.js';

/** Bytes of a packet of a family, and where its transport header begins: what a spoiler may change. */
interface Spoiled {
  readonly family: Family;
  bytes: Uint8Array;
  head: number;
}

const put16 = (bytes: Uint8Array, at: number, value: number): void => {
  if (at + 1 >= bytes.length) return;
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
};
const inserted = (bytes: Uint8Array, at: number, more: readonly number[]): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at)]);

/** Behind a header of IPv6 of 40 bytes. */
function extend(packet: Spoiled, r: Random): void {
  const { bytes, head } = packet;
  const kind = r.pick([0, 43, 44, 51, 60, 59]);
  // eight bytes, of AH too; a fragment header of offset 0, of a later part, or with a bit of no meaning
  const body = kind === 44 ? [0, r.pick([0, 0, 1, 8, 0xff]), r.pick([0, 1, 2, 8]), 0, 0, 0, 1] : [0, 1, 4, 0, 0, 0, 0];
  packet.bytes = inserted(bytes, head, [bytes[6]!, ...body]);
  packet.bytes[6] = kind;
  put16(packet.bytes, 4, packet.bytes.length - 40);
  packet.head += 8;
}

/** Each makes one thing of it odd. */
const SPOILERS: readonly ((packet: Spoiled, r: Random) => void)[] = [
  ({ bytes }, r) => {
    bytes[0] = r.pick([0x44, 0x46, 0x4f, 0x65, 0x60, 0x00, 0xf5, 0x45]);
  },
  ({ bytes, family }, r) =>
    put16(bytes, family === 4 ? 2 : 4, r.pick([0, 19, 20, 27, bytes.length + 1, bytes.length - 1, 0xffff, 48])),
  ({ bytes, family }, r) => {
    if (family === 4) put16(bytes, 6, r.pick([0x2000, 1, 0x8000, 0xc000, 0x4000, 0x6001]));
  },
  ({ bytes, family }, r) => {
    bytes[family === 4 ? 9 : 6] = r.pick([0, 1, 6, 17, 33, 43, 44, 47, 50, 51, 58, 59, 60, 132, 136, 255]);
  },
  ({ bytes, head }, r) => {
    if (head + 12 < bytes.length) bytes[head + 12] = r.pick([0x40, 0x60, 0xf0, 0x00, 0x50]);
  },
  ({ bytes, head }, r) => put16(bytes, head + 4, r.pick([0, 7, 8, 9, 0xffff, bytes.length - head])),
  ({ bytes, head }, r) => {
    if (head < bytes.length) bytes[head] = r.below(256);
  },
  (packet, r) => {
    if (packet.family === 6) extend(packet, r);
    else {
      packet.bytes = inserted(
        packet.bytes,
        20,
        r.pick([
          [1, 1, 1, 0],
          [131, 3, 4, 0],
          [148, 4, 0, 0],
        ]),
      );
      packet.bytes[0]! += 1;
      put16(packet.bytes, 2, packet.bytes.length);
      packet.head += 4;
    }
  },
  (packet, r) => {
    packet.bytes = packet.bytes.subarray(0, packet.head + r.pick([0, 1, 7, 8, 12, 19, 20]));
    put16(packet.bytes, packet.family === 4 ? 2 : 4, packet.bytes.length - (packet.family === 4 ? 0 : 40));
  },
  ({ bytes }, r) => {
    bytes[r.below(bytes.length)] = r.below(256);
  },
];

/** Where the checksum stands of protocols that have one over all that is behind the header. */
const SUMS: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6, 58: 2 };

/** As a host writes it, or nearly. */
function sum({ bytes, head, family }: Spoiled, r: Random): void {
  const proto = bytes[family === 4 ? 9 : 6]!;
  const at = SUMS[proto];
  if (at !== undefined && head + at + 2 <= bytes.length) {
    put16(bytes, head + at, 0);
    const behind = bytes.subarray(head);
    const addresses = proto === 1 ? 0 : sumBytes(family === 4 ? bytes.subarray(12, 20) : bytes.subarray(8, 40));
    const pseudo = proto === 1 ? 0 : addresses + behind.length + proto;
    put16(bytes, head + at, finishSum(sumBytes(behind, pseudo)) + r.pick([0, 0, 0, 0, 0, 0, 0, 1, 256]));
    if (r.chance(0.1)) put16(bytes, head + at, 0);
  }
  if (family === 6) return;
  put16(bytes, 10, 0);
  put16(bytes, 10, finishSum(sumBytes(bytes.subarray(0, head))) + r.pick([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
}

/** Each is spoiled with that probability; they lie in the bytes in any order, with anything between them. */
export function spoil(r: Random, packets: PacketBytes, family: Family, probability: number): PacketBytes {
  const { count } = packets;
  const parts = Array.from({ length: count }, (_, i) => {
    const bytes = packets.bytes.slice(packets.at[i], packets.at[i]! + packets.size[i]!);
    const packet: Spoiled = { family, bytes, head: family === 4 ? 20 : 40 };
    if (!r.chance(probability)) return { bytes, wire: bytes.length };
    for (let turns = r.pick([0, 1, 1, 2]); turns > 0; turns--) r.pick(SPOILERS)(packet, r);
    sum(packet, r);
    const all = packet.bytes;
    const kept = r.weighted<() => Uint8Array>([
      [6, () => all],
      [2, () => all.subarray(0, r.below(all.length + 1))],
      [1, () => all.subarray(0, packet.head + r.pick([8, 14, 20]))],
      [1, () => inserted(all, all.length, [1, 2, 3])],
    ])();
    return { bytes: kept, wire: r.pick([all.length, all.length, all.length, kept.length, 0xffff]) };
  });
  const order = r.some([...parts.keys()], count);
  const at = new Uint32Array(count);
  const pieces: number[] = [];
  for (const i of order) {
    for (let gap = r.pick([0, 0, 16, 3]); gap > 0; gap--) pieces.push(0x45);
    at[i] = pieces.length;
    for (const byte of parts[i]!.bytes) pieces.push(byte);
  }
  return {
    ...packets,
    bytes: Uint8Array.from(pieces),
    at,
    size: Uint32Array.from(parts, ({ bytes }) => bytes.length),
    wire: Uint32Array.from(parts, ({ wire }) => wire),
    raw: r.pick([undefined, true, false]),
  };
}
