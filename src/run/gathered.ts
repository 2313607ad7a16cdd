/** What comes of a fragment beside those that wait, whichever family it is of. */

/**
 * Why a fragment is lost: it lies over others in part (`overlap`) or was there already (`again`); it has no bytes
 * (`empty`); the packet ends elsewhere (`end`); the packet would exceed 65,535 bytes (`too-long`); some of the fragments
 * take part in ECN and others do not (`ecn`); too much waits (`memory`); its header is not all there (`cut`). Of IPv6 what
 * waited stays where one has no bytes or ends elsewhere (`void`, `beyond`); behind INPUT one is lost that lacks headers
 * (`headers`), whose bytes are no multiple of 8 (`odd`), or that was put together of others (`nested`).
 */
export type FragmentLoss =
  | 'fragment-overlap'
  | 'fragment-again'
  | 'fragment-empty'
  | 'fragment-void'
  | 'fragment-end'
  | 'fragment-beyond'
  | 'fragment-too-long'
  | 'fragment-ecn'
  | 'fragment-memory'
  | 'fragment-cut'
  | 'fragment-headers'
  | 'fragment-odd'
  | 'fragment-nested';

export interface WholePacket<About> {
  /** From the IP header on; no more than is known, where the capture cut one of the fragments. */
  readonly bytes: Uint8Array;
  /** How many bytes it has. */
  readonly length: number;
  /** What was told of the fragment that has the header. */
  readonly first: About;
  /** Bytes of the largest fragment, header included: frag_max_size. */
  readonly largest: number;
  /** Where each fragment ends in `bytes`. */
  readonly ends: readonly number[];
  /** Of IPv6: bytes before the fragment header of the fragment behind the first that has the fewest. */
  readonly before?: number;
}

export interface FragmentLost {
  readonly kind: 'lost';
  readonly why: FragmentLoss;
  readonly all: boolean;
  readonly fate: 'stolen' | 'dropped';
  /** the sender gets an ICMPv6 parameter problem of this code. */
  readonly problem?: number;
}

/** `all`: those that waited are lost as well. `passes`: it goes on as the fragment that it is. */
export type Gathered<About> =
  | { readonly kind: 'waits' }
  | { readonly kind: 'passes'; readonly why: FragmentPass; readonly all: boolean }
  | FragmentLost
  | { readonly kind: 'whole'; readonly packet: WholePacket<About> };

/**
 * Why a fragment of IPv6 is not gathered: it is the first, and not all headers stand in it; its bytes are no multiple of 8;
 * it is none, whatever its headers look like.
 */
export type FragmentPass = 'headers-cut' | 'odd-length' | 'no-fragment';

export const LONGEST = 65535;

export const WAITS = { kind: 'waits' } as const;
/** The hook that gathers says NF_STOLEN, or of IPv6 NF_DROP. */
export const lost = (why: FragmentLoss, all: boolean, fate: 'stolen' | 'dropped' = 'stolen'): FragmentLost => ({
  kind: 'lost',
  why,
  all,
  fate,
});

export const half = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
export function putHalf(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}
