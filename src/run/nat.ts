/**
 * The tuple that a translation gives to the first packet of a connection, where no other connection stands in its way:
 * get_unique_tuple of net/netfilter/nf_nat_core.c, and what the nat targets make of their options before it.
 */
import {
  NAT_MAP_IPS,
  NAT_NETMAP,
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
import { hasPorts, Protocol } from '../net/protocol.js';
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

const RANDOM = NAT_PROTO_RANDOM | NAT_PROTO_RANDOM_FULLY;

/** `draw(n)`: a number below n, where the kernel draws one at random. */
export function uniqueTuple(
  tuple: NatTuple,
  range: NatRange,
  side: 'src' | 'dst',
  draw: (range: number) => number,
): Mapped {
  const random = (range.flags & RANDOM) !== 0;
  if (side === 'src' && !random && inAddresses(tuple.src, range) && inPorts(tuple, range, side)) return tuple;
  const mapped = { ...tuple, [side]: bestAddress(tuple, range, side) };
  if (!random) {
    if ((range.flags & NAT_PROTO_SPECIFIED) === 0) return mapped;
    if ((range.flags & NAT_PROTO_OFFSET) === 0 && inPorts(mapped, range, side)) return mapped;
  }
  return freePort(mapped, range, side, draw);
}

const inAddresses = (address: Words, { flags, addresses }: NatRange): boolean =>
  (flags & NAT_MAP_IPS) === 0 ||
  addresses === undefined ||
  (compareWords(address, addresses.min) >= 0 && compareWords(address, addresses.max) <= 0);

function inPorts(tuple: NatTuple, { flags, ports }: NatRange, side: 'src' | 'dst'): boolean {
  if ((flags & NAT_PROTO_SPECIFIED) === 0 || ports === undefined) return true;
  const { protocol } = tuple;
  if (protocol === Protocol.Icmp || protocol === Protocol.Icmpv6)
    return tuple.sport >= ports.min && tuple.sport <= ports.max;
  if (!hasPorts(protocol)) return true;
  const port = side === 'src' ? tuple.sport : tuple.dport;
  return port >= ports.min && port <= ports.max;
}

/** find_best_ips_proto: the same source always gets the same address of a range. */
function bestAddress(tuple: NatTuple, { flags, addresses }: NatRange, side: 'src' | 'dst'): Words {
  if ((flags & NAT_MAP_IPS) === 0 || addresses === undefined) return tuple[side];
  const { min, max } = addresses;
  if ((flags & NAT_NETMAP) !== 0) {
    const host = min.map((word, i) => (word ^ max[i]!) >>> 0);
    return tuple[side].map((word, i) => ((word & host[i]!) | (min[i]! & ~host[i]!)) >>> 0);
  }
  if (sameWords(min, max)) return min;
  const union = [0, 1, 2, 3].map((i) => swap(tuple.src[i] ?? 0));
  const persistent = (flags & NAT_PERSISTENT) !== 0;
  let hash = jhash2(union, persistent ? 0 : swap(tuple.dst.at(-1)!));
  // once a word lies below the range's end, those behind it are free
  let free = false;
  return min.map((least, i) => {
    const value = free ? scale(hash, 0xffffffff) : (least + scale(hash, (max[i]! - least + 1) >>> 0)) >>> 0;
    free ||= value !== max[i];
    if (!persistent) hash = (hash ^ swap(tuple.dst[i]!)) >>> 0;
    return value;
  });
}

/** The kernel hashes addresses as they lie in memory, most significant byte first, read as little-endian words. */
const swap = (word: number): number =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/** nf_nat_l4proto_unique_tuple: where to begin to look, which is free here. */
function freePort(tuple: NatTuple, range: NatRange, side: 'src' | 'dst', draw: (range: number) => number): Mapped {
  const { protocol } = tuple;
  const icmp = protocol === Protocol.Icmp || protocol === Protocol.Icmpv6;
  if (!icmp && !hasPorts(protocol)) return tuple;
  const own = side === 'src' || icmp ? tuple.sport : tuple.dport;
  const ports = portsOf(own, icmp, range, side);
  if (ports === undefined) return tuple;
  const port = portIn(ports, own, range, side, draw);
  const drawn = draws(ports, range, side) ? { drawn: ports } : {};
  if (icmp) return { ...tuple, sport: port, dport: port, ...drawn };
  return { ...tuple, [side === 'src' ? 'sport' : 'dport']: port, ...drawn };
}

/** The ports, or identifiers, of which one is taken; undefined: it stays. */
function portsOf(own: number, icmp: boolean, { flags, ports }: NatRange, side: 'src' | 'dst'): NumberRange | undefined {
  if ((flags & NAT_PROTO_SPECIFIED) !== 0 && ports !== undefined) return ports;
  if (icmp) return IDENTIFIERS;
  // a destination's port changes only where a rule says to what
  return side === 'dst' ? undefined : portClass(own);
}

/** One of them: the one in step with the packet's own, or a drawn one. */
function portIn(
  ports: NumberRange,
  own: number,
  range: NatRange,
  side: 'src' | 'dst',
  draw: (range: number) => number,
): number {
  const size = ports.max - ports.min + 1;
  // the kernel's offset has sixteen bits: below the base it begins again from the top
  if ((range.flags & NAT_PROTO_OFFSET) !== 0) return ports.min + (((own - (range.base ?? 0)) & 0xffff) % size);
  return draws(ports, range, side) ? ports.min + draw(size) : ports.min;
}

const draws = ({ min, max }: NumberRange, { flags }: NatRange, side: 'src' | 'dst'): boolean =>
  (flags & NAT_PROTO_OFFSET) === 0 && ((flags & RANDOM) !== 0 || side === 'src') && max > min;

const IDENTIFIERS: NumberRange = { min: 0, max: 65535 };
const CLASSES: readonly NumberRange[] = [
  { min: PORTS_ROOT_END, max: 65535 },
  { min: PORTS_ROOT, max: PORTS_ROOT_END - 1 },
  { min: 1, max: PORTS_LOW_END - 1 },
];
const portClass = (port: number): NumberRange => CLASSES[port >= PORTS_ROOT_END ? 0 : port >= PORTS_LOW_END ? 1 : 2]!;
