/**
 * The element of a member, `10.0.0.0/8,tcp:80,eth0`: each part is read as its dimension wants it, and ranges become the
 * members that ipset makes of them (each address for an ip, the fewest prefixes for a net, each port).
 */

import { IFACE_PHYSDEV, type Members } from '../../model/members.js';
import type { Dimension, SetDef } from '../../model/set.js';
import {
  bitsOf,
  type Family,
  familyOf,
  maskedBy,
  parseAddress,
  parseIpv4,
  prefixMask,
  type Words,
} from '../../net/address.js';
import { hasPorts, Protocol } from '../../net/protocol.js';
import { integerOf, parsePortPart } from './port.js';
import { partsOf } from './words.js';

/** A range that stands for more members than this is refused. */
const EXPANSION_LIMIT = 1 << 24;

export interface ElementProblem {
  readonly code: string;
  readonly message: string;
  /** where in the element. */
  readonly at: number;
  readonly length: number;
}

/** A part that stands for several values: `count` of them, the i-th written by `write` to a key that has none of them yet. */
interface Several {
  readonly count: number;
  write(key: Uint32Array, i: number): void;
}

/** Why no such member can be, for values that the kernel refuses. */
interface Refusal {
  readonly refused: string;
}

/** Of a part that was read: undefined where it stands for one value, which stands in the key now. A text: what is wrong. */
type Read = Several | Refusal | string | undefined;

/** Takes the key of a member, which is reused; false: no more are wanted. */
type Take = (key: Uint32Array) => boolean;

/** Calls `take` with the key of each member that the element stands for, in the order in which ipset makes them. */
export function expandElement(set: SetDef, text: string, take: Take): ElementProblem | undefined {
  const { layout } = set.members;
  const texts = partsOf(text);
  const macOptional = set.type === 'bitmap:ip,mac' && texts.length === 1;
  const wanted = layout.dimensions.length;
  if (texts.length !== wanted && !macOptional)
    return problem(`${set.type} takes ${wanted === 1 ? 'one part' : `${wanted} parts parted by commas`}`, 0, text);
  const { key } = set.members;
  for (let i = 0; i < key.length; i++) key[i] = 0;
  const several: Several[] = [];
  let total = 1;
  let at = 0;
  let net = 0;
  for (let i = 0; i < texts.length; i++) {
    const part = texts[i]!;
    const dimension = layout.dimensions[i]!;
    const single = i > 0 && dimension.kind === 'ip';
    const read = readPart(set, key, dimension, part, single, net);
    if (dimension.kind === 'net') net++;
    if (typeof read === 'string') return problem(read, at, part);
    if (read !== undefined) {
      if ('refused' in read) return problem(read.refused, at, part, 'refused-member');
      several.push(read);
      total *= read.count;
    }
    at += part.length + 1;
  }
  if (total > EXPANSION_LIMIT)
    return problem(`stands for ${total} members, too many to read`, 0, text, 'range-too-large');
  if (several.length === 0) take(key);
  else expand(several, total, key, take);
  return undefined;
}

/** All combinations, the last part fastest; the parts that stand for one value are in the key already. */
function expand(parts: readonly Several[], total: number, key: Uint32Array, take: Take): void {
  const single = key.slice();
  const at = parts.map(() => 0);
  for (let made = 0; made < total; made++) {
    // prefix lengths share a word, so that each part must write anew
    key.set(single);
    for (let i = 0; i < parts.length; i++) parts[i]!.write(key, at[i]!);
    if (!take(key)) return;
    let i = parts.length - 1;
    while (i >= 0 && ++at[i]! === parts[i]!.count) at[i--] = 0;
  }
}

function problem(message: string, at: number, part: string, code = 'bad-member'): ElementProblem {
  return { code, message, at, length: Math.max(1, part.length) };
}

function readPart(
  set: SetDef,
  key: Uint32Array,
  { kind, at }: { readonly kind: Dimension; readonly at: number },
  text: string,
  single: boolean,
  net: number,
): Read {
  switch (kind) {
    case 'ip':
      return readIp(set, key, at, text, single);
    case 'net':
      return readNet(set, key, at, text, net);
    case 'port':
      return readPort(set, key, at, text);
    case 'iface':
      return readIface(set.members, key, at, text);
    case 'mac':
      return readMac(key, at, text);
    case 'mark':
      return readMark(set, key, at, text);
    case 'set':
      return put(key, at, [set.members.nameNumber(text)]);
  }
}

function put(key: Uint32Array, at: number, words: Words): undefined {
  for (let i = 0; i < words.length; i++) key[at + i] = words[i]!;
}

/** An address of the set's family, `[…]` round it allowed; a text says what is wrong. */
function addressOf(text: string, family: Family): Words | string {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const address = parseAddress(bare);
  if (address === undefined) return `${text} is not an address (names are not looked up)`;
  if (familyOf(address) !== family) return `the set holds addresses of family ${family === 4 ? 'inet' : 'inet6'}`;
  return address;
}

/** Address and length of `a/n`, or `a`. */
function prefixOf(text: string, family: Family): { address: Words; length: number } | string {
  const slash = text.indexOf('/');
  const address = addressOf(slash < 0 ? text : text.slice(0, slash), family);
  if (typeof address === 'string') return address;
  const length = slash < 0 ? bitsOf(family) : integerOf(text.slice(slash + 1), bitsOf(family));
  return length === undefined ? `a prefix length is a number of 0..${bitsOf(family)}` : { address, length };
}

/** The two IPv4 ends of `a-b` in order, undefined where the text is no range. */
function rangeOf(text: string): [number, number] | string | undefined {
  const dash = text.indexOf('-');
  if (dash < 0) return undefined;
  const from = parseIpv4(text.slice(0, dash));
  const to = parseIpv4(text.slice(dash + 1));
  if (from === undefined || to === undefined) return `${text} is not a range of IPv4 addresses`;
  return [Math.min(from[0]!, to[0]!), Math.max(from[0]!, to[0]!)];
}

const NULL_ADDRESS = 'the address of zeros cannot be in this set';

function readIp(set: SetDef, key: Uint32Array, at: number, text: string, single: boolean): Read {
  const family = set.family ?? 4;
  const { netmask } = set.options;
  const mask = set.options.bitmask ?? prefixMask(netmask ?? bitsOf(family), family);
  const plain = family === 4 ? parseIpv4(text) : undefined;
  let span = family === 4 && plain === undefined ? rangeOf(text) : undefined;
  if (typeof span === 'string') return span;
  if (span === undefined) {
    const prefix = plain === undefined ? prefixOf(text, family) : { address: plain, length: 32 };
    if (typeof prefix === 'string') return prefix;
    if (prefix.length === bitsOf(family)) {
      const address = maskedBy(prefix.address, mask);
      const reason = outside(set, address[0]!, address[0]!) ?? nullRefused(set, address);
      return reason === undefined ? put(key, at, address) : { refused: reason };
    }
    if (family === 4) span = ends(prefix.address[0]!, prefix.length);
  }
  if (span === undefined || single) return 'a single address is wanted here';
  // hash:ip steps by the netmask; hash:ip,port masks the first address of a range alone (their uadt functions)
  const first = maskedBy([span[0]], mask)[0]!;
  const step = netmask === undefined || set.type === 'hash:ip,port' ? 1 : 2 ** (32 - netmask);
  const bits = set.type === 'hash:ip' ? mask[0]! : 0xffffffff;
  const reason = outside(set, first, span[1]) ?? nullRefused(set, [first]);
  if (reason !== undefined) return { refused: reason };
  return {
    count: Math.floor((span[1] - first) / step) + 1,
    write(key, i) {
      key[at] = ((first + i * step) & bits) >>> 0;
    },
  };
}

function ends(address: number, length: number): [number, number] {
  const size = 2 ** (32 - length);
  const from = address - (address % size);
  return [from, from + size - 1];
}

/** hash:ip and hash:ip,port refuse it (ip_set_hash_ip.c, ip_set_hash_ipport.c); the others hold it. */
function nullRefused(set: SetDef, address: Words): string | undefined {
  return (set.type === 'hash:ip' || set.type === 'hash:ip,port') && address.every((word) => word === 0)
    ? NULL_ADDRESS
    : undefined;
}

function outside(set: SetDef, from: number, to: number): string | undefined {
  if (!set.type.startsWith('bitmap:')) return undefined;
  const [first, last] = set.options.range ?? [0, 0];
  return from < first || to > last ? 'lies outside the range of the set' : undefined;
}

function readNet(set: SetDef, key: Uint32Array, at: number, text: string, net: number): Read {
  const family = set.family ?? 4;
  const lengthsAt = set.members.layout.lengthsAt;
  const { bitmask } = set.options;
  const range = family === 4 ? rangeOf(text) : undefined;
  if (typeof range === 'string') return range;
  if (range !== undefined) {
    if (range[1] - range[0] === 0xffffffff) return 'the range covers the whole address space';
    const prefixes = prefixesOf(range[0], range[1]);
    return {
      count: prefixes.length / 2,
      write(key, i) {
        key[at] = (prefixes[2 * i]! & (bitmask?.[0] ?? 0xffffffff)) >>> 0;
        key[lengthsAt]! |= prefixes[2 * i + 1]! << (8 * net);
      },
    };
  }
  const prefix = prefixOf(text, family);
  if (typeof prefix === 'string') return prefix;
  const { length } = prefix;
  // only types that the kernel builds with IP_SET_HASH_WITH_NET0 take a length of 0
  if (length === 0 && !['hash:net,iface', 'hash:net,net', 'hash:net,port,net'].includes(set.type))
    return { refused: `${set.type} takes no prefix of length 0` };
  const masked = length === bitsOf(family) ? prefix.address : maskedBy(prefix.address, prefixMask(length, family));
  key[lengthsAt]! |= length << (8 * net);
  return put(key, at, bitmask === undefined ? masked : maskedBy(masked, bitmask));
}

/** The fewest prefixes that make up a range of IPv4 addresses, as address and length in turn. */
function prefixesOf(from: number, to: number): number[] {
  const out: number[] = [];
  for (let at = from; at <= to; ) {
    let length = 32;
    // wider while the prefix begins here and does not reach beyond the end
    while (length > 1 && at % 2 ** (33 - length) === 0 && at + 2 ** (33 - length) - 1 <= to) length--;
    out.push(at, length);
    at += 2 ** (32 - length);
  }
  return out;
}

function readPort(set: SetDef, key: Uint32Array, at: number, text: string): Read {
  const range = parsePortPart(text);
  if (typeof range === 'string') return range;
  if (range.protocol === (set.family === 6 ? Protocol.Icmp : Protocol.Icmpv6))
    return `the set's family has no ${range.protocol === Protocol.Icmp ? 'icmp' : 'icmpv6'}`;
  if (set.type === 'bitmap:port') {
    if (!hasPorts(range.protocol)) return 'a bitmap of ports takes no other protocol';
    const reason = outside(set, range.min, range.max);
    if (reason !== undefined) return { refused: reason };
  }
  // bitmap:port keeps the number alone
  const base = set.type === 'bitmap:port' ? range.min : range.protocol * 65536 + range.min;
  if (range.min === range.max) return put(key, at, [base]);
  return {
    count: range.max - range.min + 1,
    write(key, i) {
      key[at] = base + i;
    },
  };
}

const PHYSDEV = 'physdev:';

function readIface(members: Members, key: Uint32Array, at: number, text: string): Read {
  const physdev = text.startsWith(PHYSDEV);
  const name = physdev ? text.slice(PHYSDEV.length) : text;
  if (name === '') return 'an interface name is wanted';
  if (name.length > 15) return `interface name ${name} is longer than 15 characters`;
  return put(key, at, [members.nameNumber(name) + (physdev ? IFACE_PHYSDEV : 0)]);
}

function readMac(key: Uint32Array, at: number, text: string): Read {
  const match =
    /^([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2})$/i.exec(text);
  if (match === null) return `${text} is not a MAC address`;
  const bytes = match.slice(1).map((byte) => Number.parseInt(byte, 16));
  const low = ((bytes[2]! << 24) | (bytes[3]! << 16) | (bytes[4]! << 8) | bytes[5]!) >>> 0;
  return put(key, at, [(bytes[0]! << 8) | bytes[1]!, low]);
}

function readMark(set: SetDef, key: Uint32Array, at: number, text: string): Read {
  const mark = integerOf(text, 0xffffffff);
  if (mark === undefined) return `${text} is not a mark of 32 bits`;
  return put(key, at, [(mark & (set.options.markmask ?? 0xffffffff)) >>> 0]);
}
