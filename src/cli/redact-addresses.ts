/**
 * Other addresses in place of a host's own, so that every prefix holds the same ones as before. An address is read bit by
 * bit: whether a bit is turned is drawn once for all addresses that begin with the same bits. What makes an answer hang
 * on more than prefixes is kept before the first address is asked for: ranges, the ends of networks, masks with holes.
 */
import { bitsOf, type Family, familyOf, parseAddress, prefixMask, type Words } from '../net/address.js';

/** Fills an array with random bytes, as crypto.getRandomValues does. */
export type Fill = (bytes: Uint8Array) => void;

interface Network {
  readonly address: Words;
  readonly length: number;
}

/** What the kernel takes for special (include/linux/in.h): nothing is another there. */
const STILL = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/3', 'ff00::/8'];
/** What keeps its place, as people tell these apart at a glance: addresses of such a network are of it again. */
const IN_PLACE = [
  ...['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'],
  ...['2000::/3', 'fc00::/8', 'fd00::/8', 'fe80::/64'],
];

const network = (text: string): Network => {
  const [address, length] = text.split('/') as [string, string];
  return { address: parseAddress(address)!, length: Number(length) };
};

export class AddressMap {
  /** for each beginning of whole bytes, which bits of the next byte are turned: a bit for each node of a tree of 255. */
  private readonly turned = new Map<string, Uint8Array>();
  private readonly done = new Map<string, Words>();
  /** networks in which nothing is turned, by their length. */
  private readonly still = new Map<number, Set<string>>();
  /** bits that are turned nowhere. */
  private readonly fixed: number[];

  constructor(
    private readonly family: Family,
    private readonly fill: Fill,
    private readonly embedded?: AddressMap,
  ) {
    this.fixed = Array.from({ length: bitsOf(family) / 32 }, () => 0);
    for (const text of [...STILL, ...IN_PLACE]) {
      const { address, length } = network(text);
      if (familyOf(address) !== family) continue;
      this.keepBits(address, 0, length);
      if (!STILL.includes(text)) continue;
      const networks = this.still.get(length) ?? new Set();
      this.still.set(length, networks.add(networkKey(address, length, family)));
    }
  }

  /** The addresses from one to another are those from one to another again. */
  keepRange(min: Words, max: Words): void {
    const from = sharedBits(min, max);
    for (const end of [min, max]) this.keepBits(end, from, bitsOf(this.family));
  }

  /** A network is one again whose first and last address are what they were. */
  keepNetwork(address: Words, length: number): void {
    const mask = prefixMask(length, this.family);
    const ends = [0, 0xffffffff].map((rest) =>
      address.map((word, i) => ((word & mask[i]!) | (rest & ~mask[i]!)) >>> 0),
    );
    this.keepRange(ends[0]!, ends[1]!);
  }

  /** Bits that are compared, or put in another address, wherever that lies. */
  keepMask(mask: Words): void {
    for (const [i, word] of mask.entries()) this.fixed[i] = (this.fixed[i]! | word) >>> 0;
  }

  map(address: Words): Words {
    const key = address.join();
    let mapped = this.done.get(key);
    if (mapped === undefined) {
      mapped = this.turn(address);
      this.done.set(key, mapped);
    }
    return mapped;
  }

  /** What was asked for, in that order. */
  *asked(): Iterable<readonly [Words, Words]> {
    for (const [key, mapped] of this.done) yield [key.split(',').map(Number), mapped];
  }

  private turn(address: Words): Words {
    if (this.embedded !== undefined && holdsIpv4(address))
      return [...address.slice(0, 3), ...this.embedded.map(address.slice(3))];
    const out = address.map(() => 0);
    const end = this.stillFrom(address);
    let bits: Uint8Array | undefined;
    for (let bit = 0; bit < bitsOf(this.family); bit++) {
      const word = bit >> 5;
      const shift = 31 - (bit & 31);
      if ((bit & 7) === 0) bits = bit < end ? this.bitsBehind(address, bit >> 3) : undefined;
      const may = bit < end && ((this.fixed[word]! >>> shift) & 1) === 0;
      const turned = may && isTurned(bits!, nodeOf(address, bit)) ? 1 : 0;
      out[word] = (out[word]! | ((((address[word]! >>> shift) & 1) ^ turned) << shift)) >>> 0;
    }
    return out;
  }

  private stillFrom(address: Words): number {
    let from = bitsOf(this.family);
    for (const [length, networks] of this.still)
      if (length < from && networks.has(networkKey(address, length, this.family))) from = length;
    return from;
  }

  private keepBits(address: Words, from: number, to: number): void {
    for (let bit = from; bit < to; bit++) {
      const node = nodeOf(address, bit);
      this.bitsBehind(address, bit >> 3)[node >> 3]! &= ~(1 << (node & 7));
    }
  }

  /** Which bits of a byte are turned behind the bytes before it. */
  private bitsBehind(address: Words, bytes: number): Uint8Array {
    const key = networkKey(address, 8 * bytes, this.family);
    let bits = this.turned.get(key);
    if (bits === undefined) {
      bits = new Uint8Array(32);
      this.fill(bits);
      this.turned.set(key, bits);
    }
    return bits;
  }
}

/** A bit's node in the tree of its byte, by the bits of that before it. */
function nodeOf(address: Words, bit: number): number {
  const byte = (address[bit >> 5]! >>> (24 - 8 * ((bit >> 3) & 3))) & 255;
  return (1 << (bit & 7)) | (byte >> (8 - (bit & 7)));
}

const isTurned = (bits: Uint8Array, node: number): boolean => ((bits[node >> 3]! >> (node & 7)) & 1) === 1;

/** ::ffff:a.b.c.d, and 64:ff9b::a.b.c.d of RFC 6052. */
const holdsIpv4 = ([a, b, c]: Words): boolean =>
  (a === 0 && b === 0 && c === 0xffff) || (a === 0x64ff9b && b === 0 && c === 0);

function networkKey(address: Words, length: number, family: Family): string {
  const mask = prefixMask(length, family);
  let key = `${length}`;
  for (let i = 0; 32 * i < length; i++) key += `,${(address[i]! & mask[i]!) >>> 0}`;
  return key;
}

/** How many bits two addresses have in common at their beginning. */
function sharedBits(one: Words, other: Words): number {
  const i = one.findIndex((word, at) => word !== other[at]);
  return i < 0 ? 32 * one.length : 32 * i + Math.clz32(one[i]! ^ other[i]!);
}
