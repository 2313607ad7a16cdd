/**
 * What synthetic packets are drawn from: the values that rules test, the members of sets, the host's addresses, routes
 * and interfaces. Plain data in typed arrays, so that it goes to a worker as it is; `src/run/palette.ts` makes it.
 */

import type { Family } from '../../net/address.js';
import type { AddressBook } from './address-book.js';

/** The parts of a packet that are drawn, and their places in a draft. ICMP has its type and code where ports are. */
export enum Part {
  Src = 0,
  Dst = 1,
  Proto = 2,
  Sport = 3,
  Dport = 4,
  Flags = 5,
  Length = 6,
  Ttl = 7,
  Tos = 8,
  /** rules ask for its offset alone; a draft has the whole word of the IP header. */
  Frag = 9,
  Mark = 10,
  /** numbers of the palette's interfaces; FROM_HOST where the host sends it. */
  In = 11,
  Out = 12,
  Uid = 13,
  Gid = 14,
  /** Way: where a draft is meant to go. */
  Way = 15,
  Count = 16,
}

/** The greatest value of each part. */
export const LIMITS: Readonly<Record<number, number>> = {
  [Part.Src]: 0xffffffff,
  [Part.Dst]: 0xffffffff,
  [Part.Proto]: 0xff,
  [Part.Sport]: 0xffff,
  [Part.Dport]: 0xffff,
  [Part.Flags]: 0xff,
  [Part.Length]: 0xffff,
  [Part.Ttl]: 0xff,
  [Part.Tos]: 0xff,
  [Part.Frag]: 0x1fff,
  [Part.Mark]: 0xffffffff,
  [Part.Uid]: 0xfffffffe,
  [Part.Gid]: 0xfffffffe,
};

/** Ways as bits; PATH_NUMBERS of model/batch.ts numbers them from 1. */
export const INPUT = 1;
export const FORWARD = 2;
export const OUTPUT = 4;

export interface Palette {
  readonly family: Family;
  /** of IPv6: what addresses are made of the numbers that stand for them here. */
  readonly book: AddressBook | undefined;
  /** the host's address on the loopback interface, and the range of those that mean the host itself. */
  readonly home: number;
  readonly looping: readonly [min: number, max: number];
  /** names that `In` and `Out` number, from 0; one at least. */
  readonly interfaces: readonly string[];
  /** numbers of those that packets come in on from outside; one at least. */
  readonly arriving: Uint32Array;
  /** the number of the loopback interface; -1: none is known. */
  readonly loopback: number;
  /** the host's own addresses. */
  readonly own: Uint32Array;
  /** routes to others: least address, greatest, number of the interface. */
  readonly routes: Uint32Array;
  /** by Part: the values that rules test and their neighbours; for Src and Dst those of both. */
  readonly tested: readonly Uint32Array[];
  /** ICMP types that rules test, and their neighbours. */
  readonly types: Uint32Array;
  readonly samples: readonly SetSample[];
  readonly wants: Wants;
}

/** What a dimension of a set's members is. */
export enum Dim {
  Address = 0,
  /** protocol << 16 | port; of ICMP type << 8 | code. */
  ProtoPort = 1,
  Port = 2,
  Interface = 3,
  Mark = 4,
}

/** Members of a set: a row of (least, greatest) for each dimension. */
export interface SetSample {
  readonly dims: Uint8Array;
  readonly rows: Uint32Array;
}

/**
 * What rules want of a packet. A rule has a row for each of its alternatives; a row is triples of words:
 *
 *     part | first range | ranges: one of them
 *     WANT_BITS + part | mask | value
 *     WANT_MEMBER + (directions << 8) | first range of numbers of samples | ranges: a member of one of these sets
 *
 * Bit i of directions: dimension i is of the source.
 */
export interface Wants {
  readonly words: Uint32Array;
  /** row r is words 3 * at[r] to 3 * at[r + 1]. */
  readonly at: Uint32Array;
  /** pairs of least and greatest. */
  readonly ranges: Uint32Array;
  /** the chain of each row. */
  readonly chain: Uint32Array;
  /** how chain c is come to: contexts contextAt[c] to contextAt[c + 1]. */
  readonly contextAt: Uint32Array;
  /** triples: ways that lead there, row of the jump + 1 (0: none, the kernel calls the chain), context of that row. */
  readonly contexts: Uint32Array;
}
export const WANT_BITS = 0x20;
export const WANT_MEMBER = 0x40;
