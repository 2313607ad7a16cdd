/** Where in an IPv6 packet its fragment header stands, and whether what the first fragment has of the headers behind is enough. */
import {
  behindExtensions,
  DESTINATION,
  extensionBytes,
  FRAGMENT_HEADER,
  HOP_BY_HOP,
  IPV6_HEADER,
  isExtension,
  ROUTING,
} from '../../net/ipv6-headers.js';
import { Protocol } from '../../net/protocol.js';
import { half } from '../gathered.js';

/** Bytes of a fragment header. */
export const FRAGMENT_BYTES = 8;
/** Where in a header of IPv6 the next one is named; in all others that is the first byte. */
const NEXT = 6;

export interface FragmentPlace {
  readonly at: number;
  /** where the byte stands that says that it follows. */
  readonly namedAt: number;
}

/** find_prev_fhdr of nf_conntrack_reasm.c; undefined: there is none, or not within the packet's `end`. */
export function findFragmentHeader(bytes: Uint8Array, end: number): FragmentPlace | undefined {
  let namedAt = NEXT;
  let at = IPV6_HEADER;
  for (let next = bytes[NEXT]!; next !== FRAGMENT_HEADER; ) {
    if (!isExtension(next) || at + 2 > end) return undefined;
    namedAt = at;
    at += extensionBytes(next, bytes, at);
    next = bytes[namedAt]!;
  }
  return at > end ? undefined : { at, namedAt };
}

/** Bytes of an upper-layer header that have to stand in the first fragment. */
const LEAST: Readonly<Record<number, number>> = {
  [Protocol.Tcp]: 20,
  [Protocol.Udp]: 8,
  [Protocol.Icmpv6]: 8,
};

/** ipv6frag_thdr_truncated of include/net/ipv6_frag.h, asked at a fragment header; a later fragment has none to be cut. */
export function areHeadersCut(bytes: Uint8Array, fragmentAt: number, end: number): boolean {
  const behind = behindExtensions(bytes, FRAGMENT_HEADER, fragmentAt, end);
  return behind !== undefined && behind.at + (LEAST[behind.protocol] ?? 1) > end;
}

/** Bytes of the packet before this fragment's, which the fragment header at `at` tells; and whether more come behind. */
export const offsetOf = (bytes: Uint8Array, at: number): number => half(bytes, at + 2) & ~7;
export const hasMore = (bytes: Uint8Array, at: number): boolean => (bytes[at + 3]! & 1) !== 0;

/** ip6_find_1stfragopt of net/ipv6/output_core.c: what stands again in each fragment; undefined: the headers lead nowhere. */
export function unfragmentable(bytes: Uint8Array, end: number): FragmentPlace | undefined {
  let namedAt = NEXT;
  let at = IPV6_HEADER;
  let routed = false;
  for (let next = bytes[NEXT]!; next === HOP_BY_HOP || next === ROUTING || (next === DESTINATION && !routed); ) {
    if (at + 2 > end) return undefined;
    routed ||= next === ROUTING;
    namedAt = at;
    at += extensionBytes(next, bytes, at);
    next = bytes[namedAt]!;
    if (at > end) return undefined;
  }
  return { at, namedAt };
}
