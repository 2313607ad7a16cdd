/** Random sets, and what they hold of a packet by an evaluator that looks at every member: no parser, no tables. */
import type { Direction } from '../../src/model/condition.js';
import type { TestPacket } from './core.js';

export interface SlowAddress {
  readonly value: bigint;
  readonly length: number;
}
export interface SlowMember {
  /** by dimension: address with length, protocol and port, interface, mark, link-layer address. */
  readonly addresses: readonly (SlowAddress | undefined)[];
  readonly port: readonly [number, number] | undefined;
  readonly iface: string | undefined;
  readonly mark: number | undefined;
  readonly mac: number | undefined;
  readonly wildcard: boolean;
  readonly nomatch: boolean;
  /** seconds; 0 for ever. */
  readonly timeout: number;
}
export interface SlowSet {
  readonly name: string;
  readonly type: string;
  readonly family: 4 | 6;
  readonly timeouts: boolean;
  readonly netmask: number;
  readonly members: readonly SlowMember[];
}

export const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);
const BASE = { 4: 0x0a000000n, 6: 0x20010db8000000000000000000000000n } as const;

export function addressText(value: bigint, family: 4 | 6): string {
  const groups = (size: number, count: number) =>
    Array.from({ length: count }, (_, i) => (value >> BigInt(size * (count - 1 - i))) & ((1n << BigInt(size)) - 1n));
  if (family === 4) return groups(8, 4).join('.');
  return groups(16, 8)
    .map((group) => group.toString(16))
    .join(':');
}
const masked = (value: bigint, length: number, family: 4 | 6): bigint => {
  const rest = BigInt(bitsOf(family) - length);
  return (value >> rest) << rest;
};

export type Draw = (below: number) => number;
/** xorshift, so that a failing case can be had again. */
export function drawFrom(seed: number): Draw {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const pick = <T>(draw: Draw, of: readonly T[]): T => of[draw(of.length)]!;
const address = (draw: Draw, family: 4 | 6): bigint => BASE[family] + BigInt(draw(24));
const PROTOCOLS = [6, 17, 132, 136, 47, 33];
const NAMES: Readonly<Record<number, string>> = {
  6: 'tcp',
  17: 'udp',
  132: 'sctp',
  136: 'udplite',
  47: 'gre',
  33: 'dccp',
};
const IFACES = ['eth0', 'eth1', 'wlan0', 'lo'];

export const TYPES = [
  ...['hash:ip', 'hash:net', 'hash:ip,port', 'hash:ip,port,ip', 'hash:ip,port,net', 'hash:net,port', 'hash:net,net'],
  ...['hash:net,port,net', 'hash:net,iface', 'hash:ip,mark', 'bitmap:ip', 'bitmap:port'],
  ...['hash:mac', 'hash:ip,mac', 'bitmap:ip,mac'],
];
const drawMac = (draw: Draw): number => 0x01020a0bfe + draw(2) + 2 ** 32 * draw(2);
const ofEitherFamily = (type: string): boolean => type === 'bitmap:port' || type === 'hash:mac';

export function drawSet(draw: Draw, name: string, type: string): SlowSet {
  const bitmap = type.startsWith('bitmap');
  const family = bitmap || draw(2) === 0 ? 4 : 6;
  const dims = type.slice(type.indexOf(':') + 1).split(',');
  const timeouts = draw(3) === 0;
  const netmask = type === 'hash:ip' && draw(3) === 0 ? bitsOf(family) - 1 - draw(3) : bitsOf(family);
  const lengths = [...[0, 1, 2, 3, 4, 5].map((n) => bitsOf(family) - n), 64 % bitsOf(family), 9];
  if (type === 'hash:net,iface' || type === 'hash:net,net') lengths.push(0);
  const members = Array.from({ length: draw(40) }, (): SlowMember => {
    const addresses = dims.map((dim) => {
      if (dim !== 'ip' && dim !== 'net') return undefined;
      const length =
        dim === 'net'
          ? Math.max(type.includes('net,iface') || type === 'hash:net,net' ? 0 : 1, pick(draw, lengths))
          : netmask;
      return { value: masked(address(draw, family), length, family), length };
    });
    const protocol = pick(draw, PROTOCOLS);
    const icmp = family === 4 ? 1 : 58;
    const ported = protocol !== 47 && protocol !== 33;
    const port: [number, number] =
      type === 'bitmap:port'
        ? [6, draw(6)]
        : draw(5) === 0
          ? [icmp, draw(3) * 256 + draw(2)]
          : [protocol, ported ? draw(4) : 0];
    return {
      addresses,
      port: dims.includes('port') ? port : undefined,
      iface: dims.includes('iface') ? pick(draw, [...IFACES, 'eth', 'w', 'tun']) : undefined,
      mark: dims.includes('mark') ? draw(3) : undefined,
      mac: dims.includes('mac') ? drawMac(draw) : undefined,
      wildcard: dims.includes('iface') && draw(4) === 0,
      nomatch: dims.includes('net') && draw(4) === 0,
      timeout: timeouts ? draw(4) : 0,
    };
  });
  return { name, type, family, timeouts, netmask, members: withoutDoubles(members, type) };
}

/** The first of those that ipset takes for the same; a wildcard is the same as a later name that it begins. */
function withoutDoubles(members: readonly SlowMember[], type: string): SlowMember[] {
  const out: SlowMember[] = [];
  // a bitmap has one of each address
  const key = ({ addresses, port, mark, mac }: SlowMember) =>
    [addresses.map((a) => a && `${a.value}/${a.length}`), port, mark, type.startsWith('hash') && mac].join(';');
  for (const member of members) {
    const same = (other: SlowMember) =>
      key(other) === key(member) &&
      (other.wildcard ? member.iface!.startsWith(other.iface!) : other.iface === member.iface);
    if (!out.some(same)) out.push(member);
  }
  return out;
}

export function setText(set: SlowSet): string {
  const { name, type, family, timeouts, netmask } = set;
  const range = type.startsWith('bitmap:ip') ? ' range 10.0.0.0-10.0.0.31' : type === 'bitmap:port' ? ' range 0-5' : '';
  const hash = type.startsWith('hash') && type !== 'hash:mac' ? ` family ${family === 4 ? 'inet' : 'inet6'}` : '';
  const mask = netmask < bitsOf(family) ? ` netmask ${netmask}` : '';
  const lines = [`create ${name} ${type}${hash}${range}${mask}${timeouts ? ' timeout 0' : ''}`];
  for (const member of set.members) {
    const dims = type.slice(type.indexOf(':') + 1).split(',');
    const element = dims.map((dim, i) => partText(set, member, dim, i)).join(',');
    const timeout = timeouts ? ` timeout ${member.timeout}` : '';
    lines.push(
      `add ${name} ${element}${timeout}${member.nomatch ? ' nomatch' : ''}${member.wildcard ? ' wildcard' : ''}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function partText({ type, family }: SlowSet, member: SlowMember, dim: string, i: number): string {
  const part = member.addresses[i];
  if (part !== undefined) return addressText(part.value, family) + (dim === 'net' ? `/${part.length}` : '');
  if (dim === 'iface') return member.iface!;
  if (dim === 'mark') return String(member.mark);
  if (dim === 'mac') return member.mac!.toString(16).padStart(12, '0').match(/../g)!.join(':');
  const [protocol, port] = member.port!;
  if (type === 'bitmap:port') return String(port);
  if (protocol === 1 || protocol === 58) return `${protocol === 1 ? 'icmp' : 'icmpv6'}:${port >> 8}/${port & 255}`;
  return `${NAMES[protocol]}:${port}`;
}

/** A packet of the family, in half of all cases near a member of the set. */
export function drawPacket(draw: Draw, family: 4 | 6, set: SlowSet): TestPacket {
  const near = set.family === family && set.members.length > 0 && draw(2) === 0 ? pick(draw, set.members) : undefined;
  const near1 = near?.addresses[0];
  const near2 = near?.addresses.findLast((part) => part !== undefined);
  const [protocol, port] = near?.port ?? [pick(draw, [...PROTOCOLS, 1, 58, 6, 17, 0]), draw(4)];
  const icmp = protocol === 1 || protocol === 58;
  return {
    src: addressText(near1 === undefined ? address(draw, family) : near1.value, family),
    dst: addressText(near2 === undefined ? address(draw, family) : near2.value, family),
    proto: protocol,
    sport: icmp ? port >> 8 : draw(2) === 0 ? port : draw(4),
    dport: icmp ? port & 255 : port,
    transportLen: pick(draw, [0, 7, 8, 11, 12, 19, 20, 40, 40, 40, 40, 40]),
    frag: pick(draw, [0, 0, 0, 0, 0x2000, 0x4000, 5]),
    in: pick(draw, [...IFACES, '']),
    out: pick(draw, [...IFACES, '']),
    mark: draw(3),
    mac:
      draw(8) === 0
        ? undefined
        : draw(8) === 0
          ? 0
          : draw(2) === 0 && near?.mac !== undefined
            ? near.mac
            : drawMac(draw),
    time: draw(4500),
  };
}

/** What the kernel says of the packet: held, held as nomatch, or neither. */
export function slowTest(
  set: SlowSet,
  packet: TestPacket,
  directions: readonly Direction[],
): 'held' | 'nomatch' | 'none' {
  const dims = set.type.slice(set.type.indexOf(':') + 1).split(',');
  const v6 = packet.src.includes(':');
  if (directions.length < dims.length) return 'none';
  if (!ofEitherFamily(set.type) && v6 !== (set.family === 6)) return 'none';
  if (dims.includes('port') && portOf(packet, directions[dims.indexOf('port')]!, v6) === undefined) return 'none';
  const ifaceAt = dims.indexOf('iface');
  const iface = ifaceAt < 0 ? '' : directions[ifaceAt] === 'src' ? packet.in! : packet.out!;
  if (ifaceAt >= 0 && iface === '') return 'none';
  const fits = set.members
    .filter((member) => member.timeout === 0 || packet.time! <= member.timeout * 1000)
    .filter((member) => dims.every((dim, i) => partFits(set, member, packet, dim, directions[i]!, i, v6)));
  const length = (member: SlowMember) => member.addresses.reduce((sum, part) => sum * 1000 + (part?.length ?? 0), 0);
  const longest = Math.max(...fits.map(length));
  const named = fits
    .filter((member) => length(member) === longest)
    .find((member) => ifaceAt < 0 || (member.wildcard ? iface.startsWith(member.iface!) : iface === member.iface));
  return named === undefined ? 'none' : named.nomatch ? 'nomatch' : 'held';
}

/** Whether one dimension fits, the interface left out of account: it decides among the members of the longest prefix. */
function partFits(
  set: SlowSet,
  member: SlowMember,
  packet: TestPacket,
  dim: string,
  direction: Direction,
  i: number,
  v6: boolean,
): boolean {
  const part = member.addresses[i];
  if (part !== undefined) {
    const own = numberOf(direction === 'src' ? packet.src : packet.dst);
    return masked(own, part.length, set.family) === part.value;
  }
  if (dim === 'mark') return packet.mark === member.mark;
  // the frame's destination is not known
  if (dim === 'mac') return direction === 'src' && packet.mac !== undefined && packet.mac === member.mac;
  if (dim !== 'port') return true;
  const port = portOf(packet, direction, v6)!;
  if (set.type === 'bitmap:port') return (packet.proto === 6 || packet.proto === 17) && port === member.port![1];
  return packet.proto === member.port![0] && port === member.port![1];
}

const LEAST: Readonly<Record<number, number>> = { 6: 20, 17: 8, 136: 8, 132: 12, 1: 8, 58: 8 };

function portOf(packet: TestPacket, direction: Direction, v6: boolean): number | undefined {
  const fragment = (packet.frag! & 0x1fff) !== 0;
  const least = LEAST[packet.proto];
  if (packet.proto === 0 || (fragment && v6)) return undefined;
  if (fragment) return least === undefined || packet.proto === 58 ? 0 : undefined;
  if (least === undefined) return 0;
  if (packet.transportLen! < least) return undefined;
  if (packet.proto === 1 || packet.proto === 58) return packet.sport! * 256 + packet.dport!;
  return direction === 'src' ? packet.sport! : packet.dport!;
}

function numberOf(text: string): bigint {
  const six = text.includes(':');
  const parts = text.split(six ? ':' : '.').map((part) => BigInt(Number.parseInt(part, six ? 16 : 10)));
  return parts.reduce((sum, part) => (sum << (six ? 16n : 8n)) | part, 0n);
}
