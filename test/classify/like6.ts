/** Rules and packets of an IPv4 host as those of IPv6 that are like them, on the host of packets6.ts. */
import { headerBytes, ipBytes } from '../../src/input/encode-columns.js';
import type { PacketColumns } from '../../src/model/batch.js';
import { formatAddress, type Words } from '../../src/net/address.js';
import { ip } from '../kernel/generate/address.js';

const LIKE: readonly (readonly [number, Words])[] = [
  ['0.0.0.0', [0, 0, 0, 0]],
  ['127.0.0.1', [0, 0, 0, 1]],
  ['224.0.0.1', [0xff020000, 0, 0, 1]],
  ['239.1.2.3', [0xff050000, 0, 0, 5]],
  ['239.1.2.4', [0xff020000, 0, 0, 5]],
  ['255.255.255.255', [0xff010000, 0, 0, 1]],
  ['192.0.2.255', [0xfe800000, 0, 0, 0x1234]],
  ['10.0.255.255', [0xff020000, 0, 1, 0xff000001]],
  ['198.18.0.3', [0x20010db8, 0xa0000, 0, 5]],
  ['203.0.113.9', [0x20010db8, 0x200000, 0, 7]],
].map(([text, words]) => [ip(text as string), words as Words] as const);

/** The same numbers make the same addresses. */
export function like6(address: number): Words {
  const [, special] = LIKE.find(([one]) => one === address) ?? [];
  if (special !== undefined) return special;
  const [upper, lower] = [address >>> 16, address & 0xffff];
  if (upper === 0xc000) return [0x20010db8, 0x10000, 0, lower & 255];
  if (upper === 0x0a00) return [0x20010db8, 0x20000 + (lower >>> 8), 0, lower & 255];
  return [0x20010db9, upper, 0, lower];
}

/** Of a header of IPv6. */
const LONGER = 20;
const LENGTHS: Readonly<Record<number, number>> = { 0: 0, 16: 64, 24: 112 };
/** As far as the addresses above have the bits. */
const lengthOf = (length: number): number => LENGTHS[length] ?? length + (length < 16 ? 24 : length < 24 ? 40 : 96);
const REPLACED: readonly (readonly [RegExp, string | ((...found: string[]) => string)])[] = [
  [/(\d+\.\d+\.\d+\.\d+):(?=[\d-])/g, (_, address) => `[${textOf(address!)}]:`],
  [/(\d+\.\d+\.\d+\.\d+)\/(\d+)/g, (_, address, length) => `${textOf(address!)}/${lengthOf(Number(length))}`],
  [/\b\d+\.\d+\.\d+\.\d+\b/g, (address) => textOf(address)],
  [/(hash:\S+)$/gm, '$1 family inet6'],
  [/-m ttl ([^-]*)--ttl/g, '-m hl $1--hl'],
  [/-j TTL --ttl/g, '-j HL --hl'],
  [/-p icmp\b/g, '-p icmpv6'],
  [/-m icmp ([^-]*)--icmp-type/g, '-m icmp6 $1--icmpv6-type'],
  [/--icmpv6-type (8|0)\b/g, '--icmpv6-type 128'],
  [/icmp:8\/0/g, 'icmpv6:128/0'],
  [/(?<=--length (?:0:)?)[1-9]\d*/g, (bytes) => String(Number(bytes) + LONGER)],
  [/BROADCAST/g, 'ANYCAST'],
  [/pkt-type broadcast/g, 'pkt-type multicast'],
];
const textOf = (address: string): string => formatAddress(like6(ip(address)));

/** Of iptables-save or of ipset. */
export const text6 = (text: string): string =>
  REPLACED.reduce((done, [what, by]) => done.replace(what, by as string), text);

/** Types of ICMP, and what becomes of them: an echo, an error, questions of neighbours and routers. */
const TYPES: Readonly<Record<number, number>> = { 8: 128, 3: 1, 0: 135, 1: 133 };

export function packets6Like(columns: PacketColumns): PacketColumns {
  const words = (addresses: Uint32Array) => Uint32Array.from([...addresses].flatMap(like6));
  const proto = Uint8Array.from(columns.proto, (one) => (one === 1 ? 58 : one));
  const least = (i: number) => {
    const frag = columns.frag?.[i] ?? 0;
    return ipBytes(frag, 6) + headerBytes(proto[i]!, frag, 6);
  };
  return {
    ...columns,
    family: 6,
    src: words(columns.src),
    dst: words(columns.dst),
    proto,
    sport: Uint16Array.from(columns.sport, (one, i) => (proto[i] === 58 ? TYPES[one]! : one)),
    length: columns.length && Uint16Array.from(columns.length, (one, i) => Math.max(one + LONGER, least(i))),
  };
}
