/**
 * Packets by the batch, without an object for each: a typed array per field, or their bytes one behind the other. Entry i
 * of every array belongs to packet i; an array that is absent stands for its default in all of them.
 */
import { LinkType, PATH_OUTPUT } from '../abi.js';
import type { Family } from '../net/address.js';
import type { Told } from './packet.js';

export { FROM_HOST, UNSAID } from '../abi.js';

/** Whole numbers; a value that is too large for its field is cut to the field's bits. */
export type Column = Uint8Array | Uint16Array | Uint32Array;

/** Value of `uid` and `gid`: no socket is known to have sent it. */
export const NO_SOCKET = 0xffffffff;

/** Values of `path` and `state`; 0: not given. */
export const PATH_NUMBERS = { input: 1, forward: 2, output: PATH_OUTPUT } as const;
export const STATE_NUMBERS = { NEW: 1, ESTABLISHED: 2, RELATED: 3, INVALID: 4, UNTRACKED: 5 } as const;

/** Values of `pkttype`; 0: not given. */
export const FRAME_NUMBERS = {
  unicast: LinkType.Unicast,
  broadcast: LinkType.Broadcast,
  multicast: LinkType.Multicast,
  otherhost: LinkType.OtherHost,
} as const;

/** What belongs to packets beside their bytes; model/packet.ts says what each is. */
export interface Envelopes {
  readonly count: number;
  /** names that `in` and `out` number, from 0. */
  readonly interfaces: readonly string[];
  /** absent: nobody said. */
  readonly in?: Uint16Array | undefined;
  /** the interface that it leaves by where routing does not know. */
  readonly out?: Uint16Array | undefined;
  /** the link-layer address that it came from, of 48 bits; NaN: not given. */
  readonly mac?: Float64Array | undefined;
  readonly pkttype?: Uint8Array | undefined;
  readonly mark?: Uint32Array | undefined;
  /** seconds; NaN: the time of the packet before. */
  readonly time?: Float64Array | undefined;
  /** or NO_SOCKET. */
  readonly uid?: Uint32Array | undefined;
  readonly gid?: Uint32Array | undefined;
  readonly path?: Uint8Array | undefined;
  readonly state?: Uint8Array | undefined;
  /** by packet; of those behind its end nothing was told. */
  readonly told?: readonly (Told | undefined)[] | undefined;
}

/**
 * Packets of one family by their fields. Of what has no column here the packets have what a described one has: no IP options
 * and, of IPv6, no header but that of a fragment before the one of `proto`, which is none that another stands behind; a TCP header of 20 bytes with sequence numbers of 0, sound checksums, and behind the headers zeros up to `length`; of
 * SCTP an INIT chunk before them, where it is no fragment and `length` has room for one. input/encode-columns.ts writes
 * them so.
 */
export interface PacketColumns extends Envelopes {
  readonly kind: 'columns';
  /** absent: IPv4. */
  readonly family?: Family | undefined;
  /** addresses as numbers: 192.0.2.1 is 0xc0000201. Of IPv6 four for each packet, the first of them first. */
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly proto: Column;
  /** ports; ICMP: type and code. */
  readonly sport: Column;
  readonly dport: Column;
  /** of TCP: the eight bits CWR, ECE, URG, ACK, PSH, RST, SYN, FIN; absent: SYN. */
  readonly flags?: Column | undefined;
  /** IP total length; absent: that of the headers, of which GRE and ESP have 8 bytes and AH 12. */
  readonly length?: Column | undefined;
  /** absent: 64. */
  readonly ttl?: Column | undefined;
  readonly tos?: Column | undefined;
  /** the fragment word of the IP header: 0x4000 do not fragment, 0x2000 more, then the offset in 8 bytes. */
  readonly frag?: Column | undefined;
}

/** Packets by their bytes, from the IP header on. */
export interface PacketBytes extends Envelopes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
  /** where in `bytes` each begins, and how many there are of it. */
  readonly at: Uint32Array;
  readonly size: Uint32Array;
  /** how many bytes each had on the wire, from the IP header on, before its capture cut it; absent: as `size`. */
  readonly wire?: Uint32Array | undefined;
  /** false: made from a description; what this host sends so does not go through a raw socket. Absent: true. */
  readonly raw?: boolean | undefined;
}

export type PacketBatch = PacketColumns | PacketBytes;
