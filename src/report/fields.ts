/** A packet's columns in words: as they stand at one moment of its walk. */
import { AddrType, Field, FRAG_OFFSET, LINK_MAC, LINK_TYPE_MASK, LINK_TYPE_SHIFT, LinkType } from '../abi.js';
import { STATES, STATUSES } from '../ext/match/conntrack-values.js';
import type { Endpoint, PacketOut } from '../model/trace.js';
import { type Family, familyOf, formatAddress, formatIpv4, type Words } from '../net/address.js';
import { formatMac } from '../net/mac.js';
import { hasPorts, icmpProtocol, Protocol, protocolName } from '../net/protocol.js';
import { TCP_FLAGS } from '../net/tcp-flags.js';
import type { FieldWord } from './lang/messages.js';

export type Columns = number[];

const hex = (value: number) => `0x${value.toString(16)}`;
const bits = (names: readonly string[], value: number) => names.filter((_, i) => (value >>> i) & 1).join(',') || 'NONE';

/** `192.0.2.1:51000`, `192.0.2.1 id 7` of ICMP, or the address alone of a protocol without ports. */
export function endText({ address, port }: Endpoint, protocol?: number): string {
  if (port === undefined) return formatAddress(address);
  return protocol === icmpProtocol(familyOf(address))
    ? `${formatAddress(address)} id ${port}`
    : withPort(formatAddress(address), port);
}

/** Of IPv6 in brackets, since colons stand in the address too. */
export const withPort = (address: string, port: number | undefined): string =>
  port === undefined ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** `eth0: tcp 192.0.2.1:51000 → 198.51.100.7:443`, of a packet that leaves. */
export function leavesText({ iface, src, sport, dst, dport }: PacketOut, proto: number): string {
  return `${iface === '' ? '' : `${iface}: `}${protocolName(proto)} ${withPort(src, sport)} → ${withPort(dst, dport)}`;
}

/** `tcp 192.0.2.1:51000 → 198.51.100.7:443 SYN`. */
export function packetText(now: Columns, family: Family): string {
  const proto = now[Field.Proto]!;
  const ports = hasPorts(proto) && (now[Field.Frag]! & FRAG_OFFSET) === 0;
  const end = (address: Field, port: Field) =>
    withPort(formatAddress(wordsAt(now, address, family)), ports ? now[port] : undefined);
  const more =
    proto === Protocol.Tcp && ports
      ? ` ${bits(TCP_FLAGS, now[Field.TcpFlags]!)}`
      : proto === icmpProtocol(family)
        ? ` type ${now[Field.Sport]} code ${now[Field.Dport]}`
        : '';
  return `${protocolName(proto)} ${end(Field.Src, Field.Sport)} → ${end(Field.Dst, Field.Dport)}${more}`;
}

/** The address whose first word stands in a column. */
export const wordsAt = (now: Readonly<Columns>, field: Field, family: Family): Words =>
  now.slice(field, field + (family === 4 ? 1 : 4));

/** The field that a column is of: an address of IPv6 has four, and is tested word by word. */
export const wholeOf = (column: Field): Field => (column < Field.Proto ? column - (column % Field.Dst) : column);

export const stateText = (value: number): string =>
  Object.entries(STATES).find(([, bit]) => (value & bit) !== 0)?.[0] ?? 'INVALID';

export const addressTypeText = (type: number): string => (AddrType[type] ?? String(type)).toUpperCase();

/** The link-layer address that it came from, where that is known. */
export const macText = (now: Readonly<Columns>): string =>
  (now[Field.Link]! & LINK_MAC) === 0
    ? '(none)'
    : formatMac((now[Field.Link]! & 0xffff) * 2 ** 32 + now[Field.MacLow]!);

/** What is asked of the link layer's two fields under a mask, and what it said. */
export function linkText(field: Field, mask: number, now: Readonly<Columns>): { word: FieldWord; value: string } {
  if (field === Field.MacLow || (mask & LINK_TYPE_MASK) === 0) return { word: 'link-address', value: macText(now) };
  return { word: 'frame', value: LinkType[(now[Field.Link]! & LINK_TYPE_MASK) >>> LINK_TYPE_SHIFT]!.toLowerCase() };
}

/** What a field is called, and a value of it as people write it. */
export function fieldText(
  field: Field,
  value: number,
  now: Columns,
  family: Family,
): { word: FieldWord; value: string } {
  const icmp = now[Field.Proto] === icmpProtocol(family);
  const plain = (word: FieldWord) => ({ word, value: String(value) });
  // a word of an address of IPv6 says nothing by itself
  if (family === 6 && field < Field.Proto) {
    const side = wholeOf(field);
    return { word: side === Field.Src ? 'source' : 'destination', value: formatAddress(wordsAt(now, side, family)) };
  }
  switch (field) {
    case Field.Src:
      return { word: 'source', value: formatIpv4(value) };
    case Field.Dst:
      return { word: 'destination', value: formatIpv4(value) };
    case Field.Proto:
      return { word: 'protocol', value: protocolName(value) };
    case Field.Sport:
      return plain(icmp ? 'icmp-type' : 'source-port');
    case Field.Dport:
      return plain(icmp ? 'icmp-code' : 'destination-port');
    case Field.TcpFlags:
      return { word: 'flags', value: bits(TCP_FLAGS, value) };
    case Field.Length:
      return plain('length');
    case Field.Ttl:
      return plain(family === 4 ? 'ttl' : 'hop-limit');
    case Field.Tos:
      return { word: 'tos', value: hex(value) };
    case Field.Frag:
      return { word: 'fragment', value: hex(value) };
    case Field.Mark:
      return { word: 'mark', value: hex(value) };
    case Field.InGroup:
    case Field.OutGroup:
      return plain('group');
    case Field.CtMark:
      return { word: 'connection-mark', value: hex(value) };
    case Field.CtZone:
      return { word: 'zone', value: [...new Set([value & 0xffff, value >>> 16])].join('/') };
    case Field.CtStatus: {
      const names = Object.entries(STATUSES)
        .filter(([, bit]) => (value & bit) !== 0)
        .map(([name]) => name);
      return { word: 'status', value: names.join(',') || 'NONE' };
    }
    case Field.Uid:
    case Field.Gid:
      return plain('user');
    default:
      return plain(field >= Field.CtState && field <= Field.CtZone ? 'connection' : 'other');
  }
}
