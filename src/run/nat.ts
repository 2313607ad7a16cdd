/**
 * The tuple that a translation gives to the first packet of a connection: get_unique_tuple of net/netfilter/nf_nat_core.c,
 * and what the nat targets make of their options before it.
 */
import {
  NAT_MAP_IPS,
  NAT_PERSISTENT,
  NAT_PROTO_OFFSET,
  NAT_PROTO_RANDOM,
  NAT_PROTO_RANDOM_FULLY,
  NAT_PROTO_SPECIFIED,
  PORTS_LOW_END,
  PORTS_ROOT,
  PORTS_ROOT_END,
} from '../abi.js';
import type { NumberRange } from '../model/condition.js';
import { type AddressRange, compareWords, sameWords, type Words } from '../net/address.js';
import { hasTuplePorts, isIcmp } from './connections/tuples.js';
import { jhash2, scale } from './hash.js';

export interface NatRange {
  readonly flags: number;
  readonly addresses: AddressRange | undefined;
  readonly ports: NumberRange | undefined;
  /** the port that an offset counts from (`--to-destination a:1-5/3`). */
  readonly base?: number | undefined;
}

export interface NatTuple {
  readonly protocol: number;
  readonly src: Words;
  readonly dst: Words;
  /** ports; ICMP: the identifier in both. */
  readonly sport: number;
  readonly dport: number;
}

/** `drawn`: the port, or the identifier, is one of these by chance. */
export interface Mapped extends NatTuple {
  readonly drawn?: NumberRange;
}

export type Side = 'src' | 'dst';

/** What else there is: connections that stand in the way, and chance. */
export interface NatWorld {
  /** Whether answers to such packets belong to another connection; `left`: how often it will be asked yet. */
  taken(tuple: NatTuple, left?: number): boolean;
  /** The same of packets to which nothing is done. */
  takenAsIs(tuple: NatTuple): boolean;
  /** What connections of the same source have become, the newest first. */
  mappings(tuple: NatTuple): Iterable<{ readonly src: Words; readonly sport: number }>;
  /** The zone of its connection. */
  readonly zone: number;
  /** One of them, where the kernel draws one at random. */
  draw(ports: NumberRange): number;
}

const RANDOM = NAT_PROTO_RANDOM | NAT_PROTO_RANDOM_FULLY;

/** get_unique_tuple. */
export function uniqueTuple(tuple: NatTuple, range: NatRange, side: Side, world: NatWorld): Mapped {
  const random = (range.flags & RANDOM) !== 0;
  const kept = side === 'src' && !random ? keptSource(tuple, range, world) : undefined;
  if (kept !== undefined) return kept;
  const mapped = { ...tuple, [side]: bestAddress(tuple, range, side, world.zone) };
  if (!random) {
    if ((range.flags & NAT_PROTO_SPECIFIED) === 0) {
      if (!world.taken(mapped)) return mapped;
    } else if ((range.flags & NAT_PROTO_OFFSET) === 0 && inPorts(mapped, range, side)) {
      if (range.ports!.min === range.ports!.max || !world.taken(mapped)) return mapped;
    }
  }
  return freePort(mapped, range, side, world);
}

/** Its own source where the range has it, else one that it has already; undefined where that is taken. */
function keptSource(tuple: NatTuple, range: NatRange, world: NatWorld): NatTuple | undefined {
  const fits = (one: NatTuple) => inAddresses(one.src, range) && inPorts(one, range, 'src');
  if (fits(tuple)) return world.takenAsIs(tuple) ? undefined : tuple;
  const mapped = mappedSource(tuple, fits, world);
  return mapped === undefined || world.taken(mapped) ? undefined : mapped;
}

/** find_appropriate_src. */
function mappedSource(tuple: NatTuple, fits: (one: NatTuple) => boolean, world: NatWorld): NatTuple | undefined {
  for (const { src, sport } of world.mappings(tuple)) {
    const mapped = { ...tuple, src, sport, dport: isIcmp(tuple.protocol) ? sport : tuple.dport };
    if (fits(mapped)) return mapped;
  }
  return undefined;
}

const inAddresses = (address: Words, { flags, addresses }: NatRange): boolean =>
  (flags & NAT_MAP_IPS) === 0 ||
  addresses === undefined ||
  (compareWords(address, addresses.min) >= 0 && compareWords(address, addresses.max) <= 0);

function inPorts(tuple: NatTuple, { flags, ports }: NatRange, side: Side): boolean {
  if ((flags & NAT_PROTO_SPECIFIED) === 0 || ports === undefined) return true;
  const { protocol } = tuple;
  if (!isIcmp(protocol) && !hasTuplePorts(protocol)) return true;
  const port = isIcmp(protocol) || side === 'src' ? tuple.sport : tuple.dport;
  return port >= ports.min && port <= ports.max;
}

/** find_best_ips_proto: the same source always gets the same address of a range. */
function bestAddress(tuple: NatTuple, { flags, addresses }: NatRange, side: Side, zone: number): Words {
  if ((flags & NAT_MAP_IPS) === 0 || addresses === undefined) return tuple[side];
  const { min, max } = addresses;
  if (sameWords(min, max)) return min;
  const union = [0, 1, 2, 3].map((i) => swap(tuple.src[i] ?? 0));
  const persistent = (flags & NAT_PERSISTENT) !== 0;
  let hash = jhash2(union, persistent ? 0 : (swap(tuple.dst.at(-1)!) ^ zone) >>> 0);
  // once a word lies below the range's end, those behind it are free
  let free = false;
  return min.map((least, i) => {
    const value = free ? scale(hash, 0xffffffff) : (least + scale(hash, (max[i]! - least + 1) >>> 0)) >>> 0;
    free ||= value !== max[i];
    // of a destination that is the word just written
    if (!persistent) hash = (hash ^ swap(side === 'dst' ? value : tuple.dst[i]!)) >>> 0;
    return value;
  });
}

/** The kernel hashes addresses as they lie in memory, most significant byte first, read as little-endian words. */
const swap = (word: number): number =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/** NF_NAT_MAX_ATTEMPTS, and the least with which it goes on. */
const MOST_ATTEMPTS = 128;
const LEAST_ATTEMPTS = 16;

/** nf_nat_l4proto_unique_tuple. */
function freePort(tuple: NatTuple, range: NatRange, side: Side, world: NatWorld): Mapped {
  const { protocol } = tuple;
  const icmp = isIcmp(protocol);
  if (!icmp && !hasTuplePorts(protocol)) return tuple;
  const own = side === 'src' || icmp ? tuple.sport : tuple.dport;
  const ports = portsOf(own, icmp, range, side);
  if (ports === undefined) return tuple;
  const drawn = draws(ports, range, side) ? { drawn: ports } : {};
  const withPort = (port: number): Mapped =>
    icmp
      ? { ...tuple, sport: port, dport: port, ...drawn }
      : { ...tuple, [side === 'src' ? 'sport' : 'dport']: port, ...drawn };
  const first = firstOffset(ports, own, range, side, world);
  const isTaken = (port: number, left: number) => world.taken(withPort(port), left);
  return withPort(seekPort(ports, first, isTaken, () => world.draw(ports)));
}

/** One that nobody has, from an offset on; where there is none confirming will find that it is taken. `left`: how often it is asked yet. */
export function seekPort(
  { min, max }: NumberRange,
  offset: number,
  isTaken: (port: number, left: number) => boolean,
  draw: () => number,
): number {
  const size = max - min + 1;
  for (let attempts = Math.min(size, MOST_ATTEMPTS); ; attempts >>>= 1) {
    let port = min;
    for (let left = attempts; left > 0; left--) {
      port = min + (offset % size);
      if (!isTaken(port, left)) return port;
      // it has sixteen bits in the kernel
      offset = (offset + 1) & 0xffff;
    }
    if (attempts >= size || attempts < LEAST_ATTEMPTS) return port;
    offset = draw() - min;
  }
}

/** The ports, or identifiers, of which one is taken; undefined: it stays. */
function portsOf(own: number, icmp: boolean, { flags, ports }: NatRange, side: Side): NumberRange | undefined {
  if ((flags & NAT_PROTO_SPECIFIED) !== 0 && ports !== undefined) return ports;
  if (icmp) return IDENTIFIERS;
  // a destination's port changes only where a rule says to what
  return side === 'dst' ? undefined : portClass(own);
}

/** Where the search begins: in step with the packet's own port, or with a drawn one. */
function firstOffset(ports: NumberRange, own: number, range: NatRange, side: Side, world: NatWorld): number {
  // the kernel's offset has sixteen bits: below the base it begins again from the top
  if ((range.flags & NAT_PROTO_OFFSET) !== 0) return (own - (range.base ?? 0)) & 0xffff;
  return draws(ports, range, side) ? world.draw(ports) - ports.min : 0;
}

const draws = ({ min, max }: NumberRange, { flags }: NatRange, side: Side): boolean =>
  (flags & NAT_PROTO_OFFSET) === 0 && ((flags & RANDOM) !== 0 || side === 'src') && max > min;

const IDENTIFIERS: NumberRange = { min: 0, max: 65535 };
const CLASSES: readonly NumberRange[] = [
  { min: PORTS_ROOT_END, max: 65535 },
  { min: PORTS_ROOT, max: PORTS_ROOT_END - 1 },
  { min: 1, max: PORTS_LOW_END - 1 },
];

/** Those of which a port that is not its own may be taken for a source. */
export const portClass = (port: number): NumberRange =>
  CLASSES[port >= PORTS_ROOT_END ? 0 : port >= PORTS_LOW_END ? 1 : 2]!;
