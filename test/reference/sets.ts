/** Sets of ipset-restore text, and the match that asks them: members are looked through one by one (slowTest). */

import { type SlowAddress, type SlowMember, type SlowSet, slowTest } from '../sets/slow.js';
import type { Test } from './core.js';
import type { Packet } from './packet.js';
import { addressOf, maskOfLength, numberOf, type Options, rangeOf, refuse, type Word, wordsOf } from './words.js';

export type Sets = ReadonlyMap<string, SlowSet | SetList>;
/** A list:set: names of the sets that it holds. */
interface SetList {
  readonly list: string[];
}

const TYPES = [
  ...['bitmap:ip', 'bitmap:port', 'hash:ip', 'hash:net', 'hash:ip,port', 'hash:ip,port,ip', 'hash:ip,port,net'],
  ...['hash:net,port', 'hash:net,iface', 'hash:net,net', 'hash:net,port,net'],
];

export function readSets(text: string): Sets {
  const sets = new Map<string, (SlowSet & { members: SlowMember[] }) | SetList>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [verb, name = '', what = '', ...rest] = wordsOf(line);
    const set = sets.get(textOf(name));
    if (textOf(verb) === 'create' && set === undefined)
      sets.set(textOf(name), created(textOf(name), textOf(what), rest));
    else if (textOf(verb) !== 'add' || set === undefined) refuse(line);
    else if ('list' in set) set.list.push(rest.length === 0 ? textOf(what) : refuse(line));
    else set.members.push(...membersOf(set, textOf(what), rest));
  }
  return sets;
}

const textOf = (word: Word | string | undefined): string => (typeof word === 'object' ? word.text : (word ?? ''));

/** Options with a value; those that change what a set holds are read, the others passed over. */
const VALUED = ['family', 'hashsize', 'maxelem', 'range', 'netmask', 'size', 'timeout'];

function created(name: string, type: string, words: readonly Word[]): (SlowSet & { members: SlowMember[] }) | SetList {
  let netmask = 32;
  let timeouts = false;
  for (let i = 0; i < words.length; i++) {
    const { text } = words[i]!;
    if (text === 'counters' || text === 'comment') continue;
    if (!VALUED.includes(text)) refuse(`${text} of set ${name}`);
    const value = textOf(words[++i]);
    if (text === 'netmask') netmask = numberOf(value, 32);
    if (text === 'timeout') timeouts = numberOf(value) === 0 || refuse(`a timeout for all of set ${name}`);
    if (text === 'family' && value !== 'inet') refuse(`family ${value}`);
  }
  if (type === 'list:set') return { list: [] };
  return TYPES.includes(type)
    ? { name, type, family: 4, timeouts, netmask, members: [] }
    : refuse(`sets of type ${type}`);
}

/** An element with ranges stands for a member of each value, of each prefix where it is a net. */
function membersOf(set: SlowSet, element: string, words: readonly Word[]): SlowMember[] {
  let timeout = 0;
  let nomatch = false;
  for (let i = 0; i < words.length; i++) {
    const { text } = words[i]!;
    if (text === 'nomatch') nomatch = true;
    else if (text === 'timeout') timeout = numberOf(textOf(words[++i]));
    else if (text === 'comment') i++;
    else refuse(`${text} of an element of ${set.name}`);
  }
  const dimensions = set.type.slice(set.type.indexOf(':') + 1).split(',');
  const parts = element.split(',');
  if (parts.length !== dimensions.length) refuse(`the element ${element}`);
  let members: SlowMember[] = [
    {
      addresses: [],
      port: undefined,
      iface: undefined,
      mark: undefined,
      mac: undefined,
      wildcard: false,
      nomatch,
      timeout,
    },
  ];
  parts.forEach((part, i) => {
    const values = valuesOf(set, dimensions[i]!, part);
    members = members.flatMap((member) => values.map((value) => value(member)));
  });
  return members;
}

type Extend = (member: SlowMember) => SlowMember;

function valuesOf(set: SlowSet, dimension: string, text: string): Extend[] {
  const withAddress = (address: SlowAddress | undefined, more: Partial<SlowMember> = {}): Extend => {
    return (member) => ({ ...member, ...more, addresses: [...member.addresses, address] });
  };
  switch (dimension) {
    case 'ip': {
      const [min, max] = addressesOf(text);
      return counted(min, max).map((value) => withAddress(net(value, set.netmask)));
    }
    case 'net':
      return netsOf(text).map((address) => withAddress(address));
    case 'iface':
      return [withAddress(undefined, { iface: text })];
    default:
      return portsOf(set, text).map((port) => withAddress(undefined, { port }));
  }
}

const counted = (min: number, max: number): number[] => Array.from({ length: max - min + 1 }, (_, i) => min + i);
const net = (value: number, length: number): SlowAddress => ({
  value: BigInt((value & maskOfLength(length)) >>> 0),
  length,
});

function addressesOf(text: string): readonly [number, number] {
  const [from = '', to = from] = text.split('-');
  return [addressOf(from), addressOf(to)];
}

/** A range is cut into the largest prefixes that lie in it (ip_set_range_to_cidr of net/netfilter/ipset/pfxlen.c). */
function netsOf(text: string): SlowAddress[] {
  if (!text.includes('-')) {
    const [address = '', length = '32'] = text.split('/');
    return [net(addressOf(address), numberOf(length, 32))];
  }
  const out: SlowAddress[] = [];
  const [min, max] = addressesOf(text);
  for (let at = min; at <= max; ) {
    const length = counted(1, 32).find((n) => at % 2 ** (32 - n) === 0 && at + 2 ** (32 - n) - 1 <= max)!;
    out.push(net(at, length));
    at += 2 ** (32 - length);
  }
  return out;
}

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, udplite: 136 };

/** Protocol and port; of ICMP type and code; bitmap:port holds ports alone. */
function portsOf(set: SlowSet, text: string): (readonly [number, number])[] {
  if (set.type === 'bitmap:port') return counted(...rangeOf(text, 65535, '-')).map((port) => [6, port]);
  const [protocol = '', port = ''] = text.split(':');
  if (protocol === 'icmp') {
    const [type = '', code = ''] = port.split('/');
    return [[1, 256 * numberOf(type, 255) + numberOf(code, 255)]];
  }
  const number = PROTOCOLS[protocol] ?? numberOf(protocol, 255);
  return counted(...rangeOf(port, 65535, '-')).map((one) => [number, one]);
}

/** match_set of net/netfilter/xt_set.c. */
export function setMatch(options: Options, sets: Sets): Test {
  const match = options.takePair('--match-set', '--set') ?? refuse('set without --match-set');
  const [name = '', sides = ''] = match.values;
  const set = sets.get(name) ?? refuse(`the set ${name}`);
  const directions = sides.split(',').map((side) => (side === 'src' || side === 'dst' ? side : refuse(side)));
  const nomatch = options.flag('--return-nomatch') !== undefined;
  const one = (asked: SlowSet, packet: Packet): boolean => {
    const found = slowTest(asked, described(packet), directions);
    // only a type with nets knows nomatch
    return found === (nomatch && asked.type.includes('net') ? 'nomatch' : 'held');
  };
  return (packet) => {
    const held =
      'list' in set
        ? set.list.some((member) => {
            const inside = sets.get(member);
            return inside !== undefined && !('list' in inside) ? one(inside, packet) : refuse(`a list with ${member}`);
          })
        : one(set, packet);
    return held !== match.not;
  };
}

/** The packet as slowTest takes it. */
function described(packet: Packet) {
  const text = (address: number): string => [24, 16, 8, 0].map((by) => (address >>> by) & 255).join('.');
  const behind = packet.length - packet.head;
  const icmp = packet.protocol === 1;
  const [first, second] = icmp
    ? [packet.byte(packet.head), packet.byte(packet.head + 1)]
    : [packet.half(packet.head), packet.half(packet.head + 2)];
  return {
    src: text(packet.source),
    dst: text(packet.destination),
    proto: packet.protocol,
    sport: first,
    dport: second,
    transportLen: behind,
    frag: packet.fragmentOffset,
    in: packet.inDevice,
    out: packet.outDevice,
    mark: packet.mark,
    time: 0,
  };
}
