/** The port part of a set's member, `[proto:]port[-port]`: how ipset reads it, and how it prints it. */

import { servicePort } from '../../model/service.js';
import { plainDecimal } from '../../net/decimal.js';
import { Protocol, protocolName, protocolNumber } from '../../net/protocol.js';

/** Type << 8 | code of the names that ipset knows, first the name that it prints. */
const ICMP: readonly (readonly [number, string])[] = [
  [0x0000, 'echo-reply'],
  [0x0000, 'pong'],
  [0x0300, 'network-unreachable'],
  [0x0301, 'host-unreachable'],
  [0x0302, 'protocol-unreachable'],
  [0x0303, 'port-unreachable'],
  [0x0304, 'fragmentation-needed'],
  [0x0305, 'source-route-failed'],
  [0x0306, 'network-unknown'],
  [0x0307, 'host-unknown'],
  [0x0309, 'network-prohibited'],
  [0x030a, 'host-prohibited'],
  [0x030b, 'TOS-network-unreachable'],
  [0x030c, 'TOS-host-unreachable'],
  [0x030d, 'communication-prohibited'],
  [0x030e, 'host-precedence-violation'],
  [0x030f, 'precedence-cutoff'],
  [0x0400, 'source-quench'],
  [0x0500, 'network-redirect'],
  [0x0501, 'host-redirect'],
  [0x0502, 'TOS-network-redirect'],
  [0x0503, 'TOS-host-redirect'],
  [0x0800, 'echo-request'],
  [0x0800, 'ping'],
  [0x0900, 'router-advertisement'],
  [0x0a00, 'router-solicitation'],
  [0x0b00, 'ttl-zero-during-transit'],
  [0x0b01, 'ttl-zero-during-reassembly'],
  [0x0c00, 'ip-header-bad'],
  [0x0c01, 'required-option-missing'],
  [0x0d00, 'timestamp-request'],
  [0x0e00, 'timestamp-reply'],
  [0x1100, 'address-mask-request'],
  [0x1200, 'address-mask-reply'],
];
const ICMPV6: readonly (readonly [number, string])[] = [
  [0x0100, 'no-route'],
  [0x0101, 'communication-prohibited'],
  [0x0103, 'address-unreachable'],
  [0x0104, 'port-unreachable'],
  [0x0200, 'packet-too-big'],
  [0x0300, 'ttl-zero-during-transit'],
  [0x0301, 'ttl-zero-during-reassembly'],
  [0x0400, 'bad-header'],
  [0x0401, 'unknown-header-type'],
  [0x0402, 'unknown-option'],
  [0x8000, 'echo-request'],
  [0x8000, 'ping'],
  [0x8100, 'echo-reply'],
  [0x8100, 'pong'],
  [0x8500, 'router-solicitation'],
  [0x8600, 'router-advertisement'],
  [0x8700, 'neighbour-solicitation'],
  [0x8700, 'neigbour-solicitation'],
  [0x8800, 'neighbour-advertisement'],
  [0x8800, 'neigbour-advertisement'],
  [0x8900, 'redirect'],
];

/** Protocols whose members have real ports, ranges of them too. */
const PORTED: readonly number[] = [Protocol.Tcp, Protocol.Udp, Protocol.Sctp, Protocol.UdpLite];

export interface PortRange {
  readonly protocol: number;
  readonly min: number;
  readonly max: number;
}

/** A decimal, hexadecimal or octal number as strtoull reads it, or undefined. */
export function integerOf(text: string, max: number): number | undefined {
  const plain = plainDecimal(text);
  if (plain !== undefined) return plain <= max ? plain : undefined;
  const octal = /^0[0-7]+$/.test(text);
  if (!octal && !/^(0x[0-9a-f]+|0|[1-9]\d*)$/i.test(text)) return undefined;
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  return value <= max ? value : undefined;
}

/** Reads the part; a text says what is wrong with it. */
export function parsePortPart(text: string): PortRange | string {
  const colon = text.indexOf(':');
  const name = colon < 0 ? 'tcp' : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const protocol = protocolNumber(name);
  if (protocol === undefined) return `${name} is no protocol`;
  if (protocol === 0) return 'protocol 0 cannot be in a set';
  if (PORTED.includes(protocol)) return parsePorts(protocol, rest);
  if (protocol === Protocol.Icmp || protocol === Protocol.Icmpv6) {
    const code = icmpCode(protocol === Protocol.Icmp ? ICMP : ICMPV6, rest);
    if (code === undefined) return `${rest} is neither TYPE/CODE nor a name that ipset knows`;
    return { protocol, min: code, max: code };
  }
  if (rest !== '0') return `protocol ${name} has no ports in a set: only ${name}:0`;
  return { protocol, min: 0, max: 0 };
}

function parsePorts(protocol: number, text: string): PortRange | string {
  const plain = integerOf(text, 65535);
  if (plain !== undefined) return { protocol, min: plain, max: plain };
  // a name with a hyphen stands in brackets, as it would read as a range
  const match = /^(\[[^\]]+\]|[^-]+)(?:-(\[[^\]]+\]|[^-]+))?$/.exec(text);
  if (match === null) return `${text} is neither a port nor a range of ports`;
  const from = portOf(match[1]!);
  const to = match[2] === undefined ? from : portOf(match[2]);
  if (from === undefined) return `${match[1]} is not a port in 0..65535`;
  if (to === undefined) return `${match[2]} is not a port in 0..65535`;
  return { protocol, min: Math.min(from, to), max: Math.max(from, to) };
}

function portOf(text: string): number | undefined {
  const bare = text.startsWith('[') ? text.slice(1, -1) : text;
  return integerOf(bare, 65535) ?? servicePort(bare);
}

function icmpCode(names: typeof ICMP, text: string): number | undefined {
  const named = names.find(([, name]) => name.toLowerCase() === text.toLowerCase());
  if (named !== undefined) return named[0];
  const slash = text.indexOf('/');
  const type = slash < 0 ? undefined : integerOf(text.slice(0, slash), 255);
  const code = slash < 0 ? undefined : integerOf(text.slice(slash + 1), 255);
  return type === undefined || code === undefined ? undefined : (type << 8) | code;
}

/** A port word of a member, protocol << 16 | port, as ipset prints it. */
export function printPort(word: number): string {
  const protocol = word >>> 16;
  const port = word & 0xffff;
  const name = protocolName(protocol);
  if (PORTED.includes(protocol)) return `${name}:${port}`;
  if (protocol !== Protocol.Icmp && protocol !== Protocol.Icmpv6) return `${name}:0`;
  const named = (protocol === Protocol.Icmp ? ICMP : ICMPV6).find(([code]) => code === port);
  return `${name}:${named?.[1] ?? `${port >>> 8}/${port & 255}`}`;
}
