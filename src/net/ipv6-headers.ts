/** The headers of IPv6 that stand before what a packet carries: net/ipv6/exthdrs_core.c. */
export const IPV6_HEADER = 40;
/** Numbers of headers that others follow. */
export const HOP_BY_HOP = 0;
export const ROUTING = 43;
export const FRAGMENT_HEADER = 44;
const AUTHENTICATION = 51;
export const DESTINATION = 60;
export const NOTHING = 59;
const EXTENSIONS: readonly number[] = [HOP_BY_HOP, ROUTING, FRAGMENT_HEADER, AUTHENTICATION, DESTINATION];
export const isExtension = (protocol: number): boolean => EXTENSIONS.includes(protocol);

/** How long a header is that has this number for its length in its second byte. */
export function extensionLength(protocol: number, counted: number): number {
  if (protocol === FRAGMENT_HEADER) return 8;
  return protocol === AUTHENTICATION ? (counted + 2) * 4 : (counted + 1) * 8;
}
/** How long a header says that it is, which begins at `at`. */
export const extensionBytes = (protocol: number, bytes: Uint8Array, at: number): number =>
  extensionLength(protocol, bytes[at + 1]!);

/** What a packet may have, by the bits of MASK_* of ip6t_ipv6header.h, the highest first, and as ip6tables calls it. */
export const HEADER_NAMES = [
  'hop-by-hop',
  'ipv6-opts',
  'ipv6-route',
  'ipv6-frag',
  'ah',
  'esp',
  'ipv6-nonxt',
  'protocol',
] as const;
export const headerBit = (i: number): number => 0x80 >> i;
export const headerNames = (bits: number): string =>
  HEADER_NAMES.filter((_, i) => (bits & headerBit(i)) !== 0).join(',');

/**
 * ipv6_skip_exthdr: which protocol stands behind them in a packet, and where it begins, be that beyond its end. undefined:
 * one of them is cut, nothing follows, or it is a fragment without what follows. Asked from a header on, whose number
 * `protocol` is, in a packet that ends at `end`.
 */
export function behindExtensions(
  packet: Uint8Array,
  protocol = packet[6]!,
  at = IPV6_HEADER,
  end = packet.length,
): { readonly protocol: number; readonly at: number } | undefined {
  if (end < IPV6_HEADER) return undefined;
  while (isExtension(protocol)) {
    if (at + (protocol === FRAGMENT_HEADER ? 4 : 2) > end) return undefined;
    if (protocol === FRAGMENT_HEADER && (packet[at + 2]! << 5) | (packet[at + 3]! >> 3)) return undefined;
    const length = extensionBytes(protocol, packet, at);
    protocol = packet[at]!;
    at += length;
  }
  return protocol === NOTHING ? undefined : { protocol, at };
}
