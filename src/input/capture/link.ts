/** From a frame to the IP packet in it, by the frame's link type (the LINKTYPE_ values of tcpdump.org). */

import { FRAME_NUMBERS } from '../../model/batch.js';

export const LinkType = {
  Null: 0,
  Ethernet: 1,
  Ppp: 9,
  /** DLT_RAW of Linux and of OpenBSD, which some programs write into files as they are. */
  DltRaw: 12,
  DltRawOpenBsd: 14,
  Raw: 101,
  Loop: 108,
  LinuxSll: 113,
  Ipv4: 228,
  Ipv6: 229,
  LinuxSll2: 276,
} as const;

export const LINK_TYPES: ReadonlyMap<number, string> = new Map<number, string>([
  [LinkType.Ethernet, 'Ethernet'],
  [LinkType.Raw, 'raw IP'],
  [LinkType.DltRaw, 'raw IP'],
  [LinkType.DltRawOpenBsd, 'raw IP'],
  [LinkType.Ipv4, 'raw IPv4'],
  [LinkType.Ipv6, 'raw IPv6'],
  [LinkType.LinuxSll, 'Linux cooked'],
  [LinkType.LinuxSll2, 'Linux cooked v2'],
  [LinkType.Null, 'BSD null'],
  [LinkType.Loop, 'OpenBSD loop'],
  [LinkType.Ppp, 'PPP'],
]);

/**
 * What a record holds in place of an IP packet, in one number: an ethertype as it is, and from these on what is no
 * ethertype, with the number that its own protocol gives it added.
 */
export const Other = {
  LinkType: 0x10000,
  AddressFamily: 0x20000,
  Ppp: 0x30000,
  Hardware: 0x40000,
  /** a frame with a length in place of its ethertype: spanning tree and its like. */
  Llc: 0x50000,
  /** the frame ends inside its own header. */
  Short: 0x50001,
} as const;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** ETH_P_802_3_MIN of if_ether.h: what is less is a length. */
const LEAST_ETHERTYPE = 0x600;
/** AF_INET everywhere; AF_INET6 of Linux, the BSDs, FreeBSD, macOS. */
const FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);
/** ARPHRD_ values whose "protocol" in a cooked header is no ethertype: netlink and the radio headers of Wi-Fi. */
const NO_ETHERTYPE: ReadonlySet<number> = new Set([824, 801, 802, 803]);

/** Where the IP packet begins in the frame that stands in at..end; the complement (`~`) of an Other where there is none. */
export function findIp(bytes: Uint8Array, at: number, end: number, linkType: number): number {
  switch (linkType) {
    case LinkType.Ethernet:
      return behindType(bytes, at + 12, at + 14, end);
    case LinkType.Raw:
    case LinkType.DltRaw:
    case LinkType.DltRawOpenBsd:
    case LinkType.Ipv4:
    case LinkType.Ipv6:
      return at < end ? at : ~Other.Short;
    case LinkType.LinuxSll:
      return cooked(bytes, at + 14, at + 2, at + 16, end);
    case LinkType.LinuxSll2:
      return cooked(bytes, at, at + 8, at + 20, end);
    case LinkType.Null:
    case LinkType.Loop:
      return behindFamily(bytes, at, end);
    case LinkType.Ppp:
      return behindPpp(bytes, at, end);
    default:
      return ~(Other.LinkType + linkType);
  }
}

/** Whether its frames may tell whom they are from and for: what the next three ask for. */
export const hasLink = (linkType: number): boolean =>
  linkType === LinkType.Ethernet || linkType === LinkType.LinuxSll || linkType === LinkType.LinuxSll2;

/** The frame was on its way out of the host; only cooked headers say so. */
export function isOutgoing(bytes: Uint8Array, at: number, end: number, linkType: number): boolean {
  if (linkType === LinkType.LinuxSll) return end - at >= 2 && get16(bytes, at) === PACKET_OUTGOING;
  return linkType === LinkType.LinuxSll2 && end - at >= 11 && bytes[at + 10] === PACKET_OUTGOING;
}
const PACKET_OUTGOING = 4;

/** The address that a frame with an IP packet in it comes from, of 48 bits; NaN where it tells none. */
export function sourceOfFrame(bytes: Uint8Array, at: number, linkType: number): number {
  if (linkType === LinkType.Ethernet) return get48(bytes, at + 6);
  if (linkType === LinkType.LinuxSll && get16(bytes, at + 2) === ARPHRD_ETHER) return get48(bytes, at + 6);
  return linkType === LinkType.LinuxSll2 && get16(bytes, at + 8) === ARPHRD_ETHER ? get48(bytes, at + 12) : Number.NaN;
}
const ARPHRD_ETHER = 1;

/** Which of FRAME_NUMBERS it is, as eth_type_trans of net/ethernet/eth.c has it for who is meant; 0: it does not say. */
export function kindOfFrame(bytes: Uint8Array, at: number, linkType: number): number {
  if (linkType === LinkType.LinuxSll || linkType === LinkType.LinuxSll2) {
    // PACKET_HOST to PACKET_OTHERHOST
    const kind = linkType === LinkType.LinuxSll ? get16(bytes, at) : bytes[at + 10]!;
    return kind < PACKET_OUTGOING ? FRAME_NUMBERS.unicast + kind : 0;
  }
  if (linkType !== LinkType.Ethernet) return 0;
  if ((bytes[at]! & 1) === 0) return FRAME_NUMBERS.unicast;
  return get48(bytes, at) === 2 ** 48 - 1 ? FRAME_NUMBERS.broadcast : FRAME_NUMBERS.multicast;
}

/** An ethertype at `type` and what it tells of at `payload`, where tags of VLANs may stand first, each with the next type. */
function behindType(bytes: Uint8Array, type: number, payload: number, end: number): number {
  let place = type;
  let behind = payload;
  for (;;) {
    if (behind > end) return ~Other.Short;
    const ethertype = get16(bytes, place);
    if (ethertype === IPV4 || ethertype === IPV6) return behind;
    if (ethertype < LEAST_ETHERTYPE) return ~Other.Llc;
    if (!isVlan(ethertype)) return ~ethertype;
    place = behind + 2;
    behind += 4;
  }
}

/** 802.1Q, 802.1ad, and what was used for the outer tag before that. */
const isVlan = (ethertype: number): boolean =>
  ethertype === 0x8100 || ethertype === 0x88a8 || ethertype === 0x9100 || ethertype === 0x9200;

function cooked(bytes: Uint8Array, type: number, hardware: number, payload: number, end: number): number {
  if (payload > end) return ~Other.Short;
  const kind = get16(bytes, hardware);
  return NO_ETHERTYPE.has(kind) ? ~(Other.Hardware + kind) : behindType(bytes, type, payload, end);
}

/** An address family in four bytes, in the byte order of whoever captured (null) or of the network (loop). */
function behindFamily(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return ~Other.Short;
  const high = get16(bytes, at);
  const family = high === 0 ? get16(bytes, at + 2) : bytes[at]! | (bytes[at + 1]! << 8);
  return FAMILIES.has(family) ? at + 4 : ~(Other.AddressFamily + family);
}

/** RFC 1661 and 1662: address and control may be left out, and so may the first byte of a protocol below 256. */
function behindPpp(bytes: Uint8Array, from: number, end: number): number {
  const at = from + 2 <= end && get16(bytes, from) === 0xff03 ? from + 2 : from;
  if (at >= end) return ~Other.Short;
  const short = (bytes[at]! & 1) === 1;
  const behind = at + (short ? 1 : 2);
  if (behind > end) return ~Other.Short;
  const protocol = short ? bytes[at]! : get16(bytes, at);
  return protocol === 0x21 || protocol === 0x57 ? behind : ~(Other.Ppp + protocol);
}

const get16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const get48 = (bytes: Uint8Array, at: number): number =>
  get16(bytes, at) * 2 ** 32 + get16(bytes, at + 2) * 2 ** 16 + get16(bytes, at + 4);
