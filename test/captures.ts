/** Capture files made by hand, byte by byte, for what writes none of them nowadays too. */
import { encodePacket } from '../src/input/encode.js';
import { type PacketDescription, readPacket } from '../src/input/json.js';

export const bytesOf = (description: PacketDescription): Uint8Array => encodePacket(readPacket(description).packet);

export const join = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
export const inPieces = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
export const zeros = (length: number): Uint8Array => new Uint8Array(length);

/** Numbers of so many bytes each, in a byte order. */
export type Order = 'little' | 'big';
export function number(value: number | bigint, size: 2 | 4 | 8, order: Order): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), order === 'little');
  return new Uint8Array(view.buffer).slice(...(order === 'little' ? [0, size] : [8 - size, 8]));
}

const MACS = join([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
const big = (value: number) => number(value, 2, 'big');
const ethertype = (ip: Uint8Array) => big(ip[0]! >> 4 === 6 ? 0x86dd : 0x0800);

export interface Link {
  readonly linkType: number;
  /** the frame with an IP packet in it. */
  readonly frame: (ip: Uint8Array) => Uint8Array;
}

/** A cooked header: what it tells of a packet that comes in, or goes out. */
const sll = (outgoing: boolean, type: (ip: Uint8Array) => Uint8Array) => (ip: Uint8Array) =>
  join([0, outgoing ? 4 : 0, 0, 1, 0, 6], MACS.subarray(0, 6), [0, 0], type(ip), ip);
const sll2 = (outgoing: boolean, type: (ip: Uint8Array) => Uint8Array) => (ip: Uint8Array) => {
  const [protocol, behind] = [type(ip).subarray(0, 2), type(ip).subarray(2)];
  return join(protocol, [0, 0, 0, 0, 0, 1, 0, 1, outgoing ? 4 : 0, 6], MACS.subarray(0, 6), [0, 0], behind, ip);
};
const tagged = (ip: Uint8Array) => join([0x81, 0, 0, 7], ethertype(ip));
const family = (order: Order, six: number) => (ip: Uint8Array) =>
  join(number(ip[0]! >> 4 === 6 ? six : 2, 4, order), ip);
const ppp = (ip: Uint8Array) => (ip[0]! >> 4 === 6 ? 0x57 : 0x21);

export const LINKS: Readonly<Record<string, Link>> = {
  Ethernet: { linkType: 1, frame: (ip) => join(MACS, ethertype(ip), ip) },
  'Ethernet, filled up': { linkType: 1, frame: (ip) => join(MACS, ethertype(ip), ip, zeros(18)) },
  '802.1Q': { linkType: 1, frame: (ip) => join(MACS, tagged(ip), ip) },
  '802.1ad over 802.1Q': { linkType: 1, frame: (ip) => join(MACS, [0x88, 0xa8, 0, 9], tagged(ip), ip) },
  'four bytes of checksum behind': { linkType: 1, frame: (ip) => join(MACS, ethertype(ip), ip, [1, 2, 3, 4]) },
  'raw IP': { linkType: 101, frame: (ip) => ip },
  'raw IP, 12': { linkType: 12, frame: (ip) => ip },
  'raw IP, 14': { linkType: 14, frame: (ip) => ip },
  'Linux cooked': { linkType: 113, frame: sll(false, ethertype) },
  'Linux cooked, outgoing': { linkType: 113, frame: sll(true, ethertype) },
  'Linux cooked, 802.1Q': { linkType: 113, frame: sll(false, tagged) },
  'Linux cooked v2': { linkType: 276, frame: sll2(false, ethertype) },
  'Linux cooked v2, outgoing': { linkType: 276, frame: sll2(true, ethertype) },
  'Linux cooked v2, 802.1Q': { linkType: 276, frame: sll2(false, tagged) },
  'null, little': { linkType: 0, frame: family('little', 30) },
  'null, big': { linkType: 0, frame: family('big', 24) },
  loop: { linkType: 108, frame: family('big', 28) },
  'null, Linux': { linkType: 0, frame: family('little', 10) },
  PPP: { linkType: 9, frame: (ip) => join([0xff, 3, 0, ppp(ip)], ip) },
  'PPP, bare': { linkType: 9, frame: (ip) => join([0, ppp(ip)], ip) },
  'PPP, short': { linkType: 9, frame: (ip) => join([ppp(ip)], ip) },
};

export interface CaptureRecord {
  readonly frame: Uint8Array;
  /** seconds, and what is behind the comma in the file's unit. */
  readonly time?: readonly [number, number];
  /** bytes on the wire, where there are fewer. */
  readonly length?: number;
}

export interface PcapOptions {
  readonly linkType?: number;
  readonly order?: Order;
  readonly nano?: boolean;
}

export function pcap(records: readonly CaptureRecord[], options: PcapOptions = {}): Uint8Array<ArrayBuffer> {
  const { linkType = 101, order = 'little', nano = false } = options;
  const word = (value: number) => number(value, 4, order);
  const header = [
    word(nano ? 0xa1b23c4d : 0xa1b2c3d4),
    number(2, 2, order),
    number(4, 2, order),
    ...[0, 0, 262144, linkType].map(word),
  ];
  const body = records.flatMap(({ frame, time = [0, 0], length = frame.length }) => [
    ...[...time, frame.length, length].map(word),
    frame,
  ]);
  return join(...header, ...body);
}

/** pcapng's blocks. An option's value is bytes; `end` puts opt_endofopt behind them. */
export class Pcapng {
  constructor(private readonly order: Order = 'little') {}

  word = (value: number): Uint8Array => number(value, 4, this.order);
  half = (value: number): Uint8Array => number(value, 2, this.order);

  block(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
    const body = join(...parts);
    const filled = join(body, zeros(-body.length & 3));
    const length = this.word(filled.length + 12);
    return join(this.word(type), length, filled, length);
  }
  option(code: number, value: Uint8Array): Uint8Array {
    return join(this.half(code), this.half(value.length), value, zeros(-value.length & 3));
  }
  end = (): Uint8Array => this.option(0, zeros(0));

  section(): Uint8Array {
    const unknown = number(-1n, 8, this.order);
    return this.block(0x0a0d0d0a, this.word(0x1a2b3c4d), this.half(1), this.half(0), unknown);
  }
  iface(linkType: number, options: readonly Uint8Array[] = [], snaplen = 0): Uint8Array {
    return this.block(1, this.half(linkType), this.half(0), this.word(snaplen), ...options);
  }
  name = (text: string): Uint8Array => this.option(2, new TextEncoder().encode(text));

  enhanced(iface: number, ticks: bigint, frame: Uint8Array, options: readonly Uint8Array[] = []): Uint8Array {
    const filled = join(frame, zeros(-frame.length & 3));
    return this.block(6, this.word(iface), ...this.stamp(ticks, frame), filled, ...options);
  }
  obsolete(iface: number, ticks: bigint, frame: Uint8Array): Uint8Array {
    return this.block(2, this.half(iface), this.half(0xffff), ...this.stamp(ticks, frame), frame);
  }
  simple(frame: Uint8Array, length = frame.length): Uint8Array {
    return this.block(3, this.word(length), frame);
  }
  private stamp(ticks: bigint, frame: Uint8Array): Uint8Array[] {
    const words = [Number(ticks >> 32n), Number(ticks & 0xffffffffn), frame.length, frame.length];
    return words.map((value) => this.word(value));
  }
}
