/** A packet while it is drawn: a word for each Part. What every profile shares of it stands here. */
import { FRAG_MORE } from '../../abi.js';
import { FROM_HOST, NO_SOCKET } from '../../model/batch.js';
import type { Family } from '../../net/address.js';
import { isExtension, NOTHING } from '../../net/ipv6-headers.js';
import { icmpProtocol, Protocol } from '../../net/protocol.js';
import type { Draw } from './draw.js';
import { Part } from './palette.js';

export type Draft = Uint32Array;

export const DONT_FRAGMENT = 0x4000;
const OFFSET = 0x1fff;
/** offset of the second fragment of a packet on an Ethernet, in 8 bytes. */
const SECOND = 185;

/** Bytes of transport header that a packet has at least, by protocol. */
const HEADER_BYTES = new Uint8Array(256);
HEADER_BYTES[Protocol.Tcp] = 20;
HEADER_BYTES[Protocol.Udp] = 8;
HEADER_BYTES[Protocol.UdpLite] = 8;
HEADER_BYTES[Protocol.Icmp] = 8;
HEADER_BYTES[Protocol.Icmpv6] = 8;
HEADER_BYTES[Protocol.Igmp] = 8;
HEADER_BYTES[Protocol.Sctp] = 12;
HEADER_BYTES[Protocol.Dccp] = 20;
HEADER_BYTES[Protocol.Gre] = 8;
HEADER_BYTES[Protocol.Esp] = 8;
HEADER_BYTES[Protocol.Ah] = 12;

const HAS_PORTS = new Uint8Array(256);
for (const protocol of [Protocol.Tcp, Protocol.Udp, Protocol.UdpLite, Protocol.Sctp, Protocol.Dccp])
  HAS_PORTS[protocol] = 1;

const IP_BYTES: Readonly<Record<Family, number>> = { 4: 20, 6: 40 };
/** Of IPv6, before a fragment. */
const FRAGMENT_HEADER: Readonly<Record<Family, number>> = { 4: 0, 6: 8 };

/** Bytes of IP and transport header. */
export const leastLength = (protocol: number, family: Family): number => IP_BYTES[family] + HEADER_BYTES[protocol]!;

/** TCP half, UDP a quarter, ICMP an eighth, the rest of all numbers. */
export function anyProtocol(draw: Draw, family: Family): number {
  const kind = draw.bits(3);
  return kind < 4 ? Protocol.Tcp : kind < 6 ? Protocol.Udp : kind < 7 ? icmpProtocol(family) : draw.bits(8);
}

/** The fragment word: a later fragment 1 in 128, a first one 1 in 256. `kind`: 8 bits. */
export function anyFragment(draw: Draw, kind: number): number {
  if (kind < 2) return ((1 + draw.bits(3)) * SECOND) | (kind === 0 ? 0 : FRAG_MORE);
  if (kind < 3) return FRAG_MORE;
  return (kind & 1) === 0 ? DONT_FRAGMENT : 0;
}

/** Makes the parts agree: what the protocol does not have is 0, and the length has room for the headers. */
export function settle(draft: Draft, family: Family): void {
  // a header of IPv6 that others follow is the last of no packet
  if (family === 6 && isExtension(draft[Part.Proto]!)) draft[Part.Proto] = NOTHING;
  const protocol = draft[Part.Proto]!;
  const offset = draft[Part.Frag]! & OFFSET;
  const ports = offset === 0 && HAS_PORTS[protocol] === 1;
  if (offset === 0 && protocol === icmpProtocol(family)) {
    draft[Part.Sport]! &= 255;
    draft[Part.Dport]! &= 255;
  } else if (!ports) {
    draft[Part.Sport] = 0;
    draft[Part.Dport] = 0;
  }
  if (offset > 0 || protocol !== Protocol.Tcp) draft[Part.Flags] = 0;
  draft[Part.Length] = soundLength(draft[Part.Length]!, protocol, draft[Part.Frag]!, family);
  if (family === 6) draft[Part.Frag]! &= ~DONT_FRAGMENT;
  if (draft[Part.In] !== FROM_HOST) {
    draft[Part.Uid] = NO_SOCKET;
    draft[Part.Gid] = NO_SOCKET;
  }
}

function soundLength(length: number, protocol: number, frag: number, family: Family): number {
  const offset = frag & OFFSET;
  const more = (frag & FRAG_MORE) !== 0;
  const head = IP_BYTES[family] + (offset > 0 || more ? FRAGMENT_HEADER[family] : 0);
  const least = head + (offset > 0 ? 8 : HEADER_BYTES[protocol]!);
  // no fragment reaches beyond what an IP packet holds
  const most = 65535 - 8 * offset;
  const held = Math.min(Math.max(length, least), most);
  // the payload of all fragments but the last is a multiple of 8
  return more ? head + (Math.max(held - head, 24) & ~7) : held;
}
