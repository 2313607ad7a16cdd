/** A packet while it is drawn: a word for each Part. What every profile shares of it stands here. */
import { FRAG_MORE } from '../../abi.js';
import { FROM_HOST, NO_SOCKET } from '../../model/batch.js';
import { Protocol } from '../../net/protocol.js';
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
HEADER_BYTES[Protocol.Igmp] = 8;
HEADER_BYTES[Protocol.Sctp] = 12;
HEADER_BYTES[Protocol.Dccp] = 20;
HEADER_BYTES[Protocol.Gre] = 8;
HEADER_BYTES[Protocol.Esp] = 8;
HEADER_BYTES[Protocol.Ah] = 12;

const HAS_PORTS = new Uint8Array(256);
for (const protocol of [Protocol.Tcp, Protocol.Udp, Protocol.UdpLite, Protocol.Sctp, Protocol.Dccp])
  HAS_PORTS[protocol] = 1;

/** Bytes of IP and transport header. */
export const leastLength = (protocol: number): number => 20 + HEADER_BYTES[protocol]!;

/** TCP half, UDP a quarter, ICMP an eighth, the rest of all numbers. */
export function anyProtocol(draw: Draw): number {
  const kind = draw.bits(3);
  return kind < 4 ? Protocol.Tcp : kind < 6 ? Protocol.Udp : kind < 7 ? Protocol.Icmp : draw.bits(8);
}

/** The fragment word: a later fragment 1 in 128, a first one 1 in 256. `kind`: 8 bits. */
export function anyFragment(draw: Draw, kind: number): number {
  if (kind < 2) return ((1 + draw.bits(3)) * SECOND) | (kind === 0 ? 0 : FRAG_MORE);
  if (kind < 3) return FRAG_MORE;
  return (kind & 1) === 0 ? DONT_FRAGMENT : 0;
}

/** Makes the parts agree: what the protocol does not have is 0, and the length has room for the headers. */
export function settle(draft: Draft): void {
  const protocol = draft[Part.Proto]!;
  const offset = draft[Part.Frag]! & OFFSET;
  const ports = offset === 0 && HAS_PORTS[protocol] === 1;
  if (offset === 0 && protocol === Protocol.Icmp) {
    draft[Part.Sport]! &= 255;
    draft[Part.Dport]! &= 255;
  } else if (!ports) {
    draft[Part.Sport] = 0;
    draft[Part.Dport] = 0;
  }
  if (offset > 0 || protocol !== Protocol.Tcp) draft[Part.Flags] = 0;
  draft[Part.Length] = soundLength(draft[Part.Length]!, protocol, draft[Part.Frag]!);
  if (draft[Part.In] !== FROM_HOST) {
    draft[Part.Uid] = NO_SOCKET;
    draft[Part.Gid] = NO_SOCKET;
  }
}

function soundLength(length: number, protocol: number, frag: number): number {
  const offset = frag & OFFSET;
  const least = offset > 0 ? 28 : leastLength(protocol);
  // no fragment reaches beyond what an IP packet holds
  const most = 65535 - 8 * offset;
  const held = Math.min(Math.max(length, least), most);
  if ((frag & FRAG_MORE) === 0) return held;
  // the payload of all fragments but the last is a multiple of 8
  return 20 + (Math.max(held - 20, 24) & ~7);
}
