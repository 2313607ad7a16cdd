/**
 * The narrow waist: what an extension may ask of a packet. The compiler and the core know these kinds and never the
 * name of an extension; `src/model/build.ts` is the only maker.
 */
import type { AddrType, ChunkMatch, Fact, Field } from '../abi.js';
import type { AddressRange, Masked } from '../net/address.js';
import type { HostTest } from './host-test.js';

/** Inclusive, unsigned. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

export interface WantedChunk {
  readonly type: number;
  readonly flags: number;
  readonly mask: number;
}

/** Bytes that are looked for in a packet, from its IP header on. */
export interface Wanted {
  /** 1 to 255 bytes. */
  readonly pattern: readonly number[];
  /** where they may begin at the earliest, and before where they have to end. */
  readonly from: number;
  readonly to: number;
  /** capital and small letters are alike. */
  readonly anyCase: boolean;
  /** bm: they have to stand in one fragment of a packet that came in fragments, and some that hold letters of Latin-1 are missed. */
  readonly byPiece: boolean;
}

export type Direction = 'src' | 'dst';

/** What a test reads of a header that no column holds, for people. */
export type ReadWord =
  | 'spi'
  | 'header-length'
  | 'length-field'
  | 'reserved'
  | 'routing-type'
  | 'segments-left'
  | 'last-entry'
  | 'tag'
  | 'next-header'
  | 'fragment-id'
  | 'fragment-offset'
  | 'more-fragments'
  | 'mobility-type'
  | 'dccp-type';

/** Options of xt_set about what a member has counted, and whether it counts: with `!`, and their values, of 64 bits, as decimal digits. */
export type Counting = readonly (readonly [option: string, not: boolean, value: string])[];

export type Test =
  | { readonly kind: 'always' }
  /** (field & mask) == value */
  | {
      readonly kind: 'masked';
      readonly field: Field;
      readonly mask: number;
      readonly value: number;
      /** the field is a word of an address of IPv6, looked at where the words before it are as this whole one has them. */
      readonly whole?: Masked;
    }
  | { readonly kind: 'range'; readonly field: Field; readonly range: NumberRange }
  /** field lies in one of the ranges; for fields of at most sixteen bits. */
  | { readonly kind: 'bitmap'; readonly field: Field; readonly ranges: readonly NumberRange[] }
  /** the address at field lies in one of the ranges. */
  | { readonly kind: 'intervals'; readonly field: Field; readonly ranges: readonly AddressRange[] }
  /** the interface's name is pattern, or begins with it where it ends in `+`. No interface is the empty name. */
  | { readonly kind: 'iface'; readonly field: Field; readonly pattern: string }
  /**
   * The transport header can be read: false in a later fragment, and a hot drop where fewer than `bytes` of it are
   * there, or, where `dropOffsetOne`, in a fragment at offset 8 bytes (tcp's guard against overlaid headers).
   */
  | { readonly kind: 'header'; readonly bytes: number; readonly dropOffsetOne: boolean }
  /** headers of IPv6 lead to a protocol; where they do not, it is a hot drop. */
  | { readonly kind: 'headers' }
  /** the set holds the packet; a direction for each dimension. */
  | {
      readonly kind: 'set';
      readonly name: string;
      readonly directions: readonly Direction[];
      readonly flags: number;
      /** what becomes of its counters, and is asked of them. */
      readonly counting?: Counting | undefined;
    }
  /** the local table's type of an address is one of the types. */
  | {
      readonly kind: 'addrtype';
      readonly field: Field;
      readonly types: readonly AddrType[];
      readonly limit: 'in' | 'out' | undefined;
    }
  | { readonly kind: 'fact'; readonly fact: Fact; readonly flags: number }
  /** a program over the packet's bytes, as words: the u32 match; or what it reads for another one. */
  | { readonly kind: 'u32'; readonly program: readonly number[]; readonly what?: ReadWord }
  /** a classic BPF program over the packet's bytes, two words an instruction (abi.ts, BPF_JUMP), gives other than 0. */
  | { readonly kind: 'bpf'; readonly program: readonly number[] }
  /** of so many shares the address at field falls by its hash to one that has its bit in the mask. */
  | {
      readonly kind: 'share';
      readonly field: Field;
      readonly seed: number;
      readonly shares: number;
      readonly mask: number;
    }
  /** an extension header of IPv6, as a record asks it: HeaderAsk. */
  | { readonly kind: 'header6'; readonly record: readonly number[]; readonly what?: ReadWord }
  | { readonly kind: 'tcp-option'; readonly option: number }
  /** the segment's MSS option lies in the range; false without one. */
  | { readonly kind: 'tcp-mss'; readonly range: NumberRange }
  /** the chunks of an SCTP packet: any, all or only those wanted, each with flags that are set under a mask. */
  | { readonly kind: 'sctp-chunks'; readonly how: ChunkMatch; readonly chunks: readonly WantedChunk[] }
  /** the DCCP header has the option; one that is cut dooms the packet, negated or not. */
  | { readonly kind: 'dccp-option'; readonly option: number }
  /** the last half of the source address is made of the link-layer one. */
  | { readonly kind: 'eui64' }
  /** the bytes hold a pattern; as the core looks for it: FindWord. */
  | { readonly kind: 'find'; readonly wanted: Wanted; readonly record: readonly number[] }
  /** a token bucket: cost of a packet and cap in the kernel's credits, gaining a credit rate with time. */
  | { readonly kind: 'limit'; readonly cost: number; readonly cap: number }
  /** the packet number `packet` of each `every`, counted from 0. */
  | { readonly kind: 'nth'; readonly every: number; readonly packet: number }
  /** a random draw of 31 bits below the threshold. */
  | { readonly kind: 'random'; readonly threshold: number }
  /** the host knows, or else it is a question. */
  | { readonly kind: 'host'; readonly test: HostTest; readonly question: string }
  /** what is not known: answered by the run's table. */
  | { readonly kind: 'ask'; readonly question: string };

/** Which option of a rule a condition stands for: `use` counts its matches from 0, or is HEAD or UNSAID. */
export interface Origin {
  readonly use: number;
  readonly option: string;
}

/** In place of a match's index: the option is of the rule's head, or what the text leaves open (its index in `unsaid`). */
export const HEAD = -1;
export const UNSAID = -2;

export type Condition =
  | { readonly test: Test; readonly not: boolean; readonly origin?: Origin }
  | { readonly all: readonly Condition[]; readonly origin?: Origin }
  | { readonly any: readonly Condition[]; readonly origin?: Origin };
