/**
 * Prints sets as `ipset save` does (version 7.17), members in the order in which they were read. One thing is more: the
 * forceadd option, which ipset 7.17 leaves out. bucketsize and initval are printed where they were given.
 */

import { IFACE_PHYSDEV, MEMBER_MAC, MEMBER_NOMATCH, MEMBER_WILDCARD } from '../../model/members.js';
import { methodOf, type SetDef } from '../../model/set.js';
import { formatAddress, formatIpv4 } from '../../net/address.js';
import { printPort } from './port.js';

/** The lines of all sets; a set whose members are not known is printed as its `create` alone, with a comment. */
export function printIpset(sets: readonly SetDef[]): string {
  const lines: string[] = [];
  for (const set of sets) {
    lines.push(printCreate(set));
    if (!set.known) lines.push(`# the members of ${set.name} are not known`);
    for (let row = 0; row < set.members.count; row++) lines.push(`add ${set.name} ${printMember(set, row)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function printCreate(set: SetDef): string {
  const { options: o, type } = set;
  const hash = methodOf(type) === 'hash';
  const words = ['create', set.name, type];
  if (hash && set.family !== undefined) words.push('family', set.family === 6 ? 'inet6' : 'inet');
  if (o.range !== undefined) words.push('range', printRange(set, o.range));
  if (type === 'hash:ip,mark') words.push('markmask', hex(o.markmask ?? 0xffffffff));
  if (hash) words.push('hashsize', String(o.hashsize ?? 1024), 'maxelem', String(o.maxelem ?? 65536));
  if (type === 'list:set') words.push('size', String(o.size ?? 8));
  const mask =
    o.netmask !== undefined ? ['netmask', String(o.netmask)] : o.bitmask ? ['bitmask', formatAddress(o.bitmask)] : [];
  // types that came to know masks late print them last
  const late = hash && type !== 'hash:ip';
  if (!late) words.push(...mask);
  if (o.timeout !== undefined) words.push('timeout', String(o.timeout));
  for (const flag of ['counters', 'comment', 'forceadd', 'skbinfo'] as const) if (o[flag] === true) words.push(flag);
  if (o.bucketsize !== undefined) words.push('bucketsize', String(bucketsize(o.bucketsize)));
  if (o.initval !== undefined) words.push('initval', hex(o.initval));
  if (late) words.push(...mask);
  return words.join(' ');
}

/** Even, of 2 to 12, as ip_set_hash_gen.h makes it. */
const bucketsize = (given: number): number => Math.min(12, Math.max(2, given + (given % 2)));
const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

export function printRange(set: SetDef, [from, to]: readonly [number, number]): string {
  return set.type === 'bitmap:port' ? `${from}-${to}` : `${formatIpv4(from)}-${formatIpv4(to)}`;
}

/** A member with its options, as it stands behind `add NAME` and in a listing. */
export function printMember(set: SetDef, row: number): string {
  const { members, options } = set;
  const flags = members.flags(row);
  let out = printElement(set, row);
  if (options.timeout !== undefined) out += ` timeout ${members.timeout(row)}`;
  if ((flags & MEMBER_NOMATCH) !== 0) out += ' nomatch';
  if ((flags & MEMBER_WILDCARD) !== 0) out += ' wildcard';
  if (options.counters === true)
    out += ` packets ${members.counters?.[2 * row] ?? 0} bytes ${members.counters?.[2 * row + 1] ?? 0}`;
  const comment = members.comments.get(row);
  if (comment !== undefined) out += ` comment "${comment}"`;
  const skb = members.skb.get(row);
  if (skb?.mark !== undefined) out += ` skbmark ${skb.mark}`;
  if (skb?.prio !== undefined) out += ` skbprio ${skb.prio}`;
  if (skb?.queue !== undefined) out += ` skbqueue ${skb.queue}`;
  return out;
}

/** The element alone: `10.0.0.0/8,tcp:80`. */
export function printElement(set: SetDef, row: number): string {
  const { members } = set;
  const { dimensions, lengthsAt, words } = members.layout;
  let net = 0;
  const parts: string[] = [];
  for (const { kind, at, words: size } of dimensions) {
    const word = members.word(row, at);
    if (kind === 'ip' || kind === 'net') {
      const address =
        size === 1
          ? formatIpv4(word)
          : formatAddress([...members.rows.subarray(row * words + at, row * words + at + size)]);
      const length = kind === 'net' ? (members.word(row, lengthsAt) >>> (8 * net++)) & 255 : size * 32;
      parts.push(length === size * 32 ? address : `${address}/${length}`);
    } else if (kind === 'port') parts.push(set.type === 'bitmap:port' ? String(word) : printPort(word));
    else if (kind === 'iface')
      parts.push((word >= IFACE_PHYSDEV ? 'physdev:' : '') + members.names[word & 0x7fffffff]!);
    else if (kind === 'mark') parts.push(hex(word));
    else if (kind === 'set') parts.push(members.names[word]!);
    else if (set.type !== 'bitmap:ip,mac' || (members.flags(row) & MEMBER_MAC) !== 0)
      parts.push(printMac(word, members.word(row, at + 1)));
  }
  return parts.join(',');
}

function printMac(high: number, low: number): string {
  const bytes = [high >>> 8, high, low >>> 24, low >>> 16, low >>> 8, low];
  return bytes.map((byte) => (byte & 255).toString(16).padStart(2, '0').toUpperCase()).join(':');
}
