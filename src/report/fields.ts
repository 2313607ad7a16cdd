/** A packet's columns in words: as they stand at one moment of its walk. */
import { AddrType, Field, FRAG_OFFSET } from '../abi.js';
import { STATES, STATUSES } from '../ext/match/conntrack-values.js';
import type { Endpoint, PacketOut } from '../model/trace.js';
import { formatAddress, formatIpv4 } from '../net/address.js';
import { hasPorts, Protocol, protocolName } from '../net/protocol.js';
import { TCP_FLAGS } from '../net/tcp-flags.js';
import type { FieldWord } from './lang/messages.js';

export type Columns = number[];

const hex = (value: number) => `0x${value.toString(16)}`;
const bits = (names: readonly string[], value: number) => names.filter((_, i) => (value >>> i) & 1).join(',') || 'NONE';

/** `192.0.2.1:51000`, `192.0.2.1 id 7` of ICMP, or the address alone of a protocol without ports. */
export const endText = ({ address, port }: Endpoint, protocol?: number): string =>
  formatAddress(address) + (port === undefined ? '' : protocol === Protocol.Icmp ? ` id ${port}` : `:${port}`);

/** `eth0: tcp 192.0.2.1:51000 → 198.51.100.7:443`, of a packet that leaves. */
export function leavesText({ iface, src, sport, dst, dport }: PacketOut, proto: number): string {
  const end = (address: string, port: number | undefined) => address + (port === undefined ? '' : `:${port}`);
  return `${iface === '' ? '' : `${iface}: `}${protocolName(proto)} ${end(src, sport)} → ${end(dst, dport)}`;
}

/** `tcp 192.0.2.1:51000 → 198.51.100.7:443 SYN`. */
export function packetText(now: Columns): string {
  const proto = now[Field.Proto]!;
  const ports = hasPorts(proto) && (now[Field.Frag]! & FRAG_OFFSET) === 0;
  const end = (address: number, port: number) => formatIpv4(address) + (ports ? `:${port}` : '');
  const more =
    proto === Protocol.Tcp && ports
      ? ` ${bits(TCP_FLAGS, now[Field.TcpFlags]!)}`
      : proto === Protocol.Icmp
        ? ` type ${now[Field.Sport]} code ${now[Field.Dport]}`
        : '';
  return `${protocolName(proto)} ${end(now[Field.Src]!, now[Field.Sport]!)} → ${end(now[Field.Dst]!, now[Field.Dport]!)}${more}`;
}

export const stateText = (value: number): string =>
  Object.entries(STATES).find(([, bit]) => (value & bit) !== 0)?.[0] ?? 'INVALID';

export const addressTypeText = (type: number): string => (AddrType[type] ?? String(type)).toUpperCase();

/** What a field is called, and a value of it as people write it. */
export function fieldText(field: Field, value: number, now: Columns): { word: FieldWord; value: string } {
  const icmp = now[Field.Proto] === Protocol.Icmp;
  const plain = (word: FieldWord) => ({ word, value: String(value) });
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
      return plain('ttl');
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
      return plain('zone');
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
