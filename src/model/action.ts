/** The other half of the waist: what a target may do to a packet, in order. `src/model/build.ts` is the only maker. */
import type { ConnMarkOp, Emit, Field, Mangle, TranslateKind } from '../abi.js';
import type { AddressRange, Words } from '../net/address.js';
import type { NumberRange } from './condition.js';
import type { HostAct } from './host-test.js';

/** What a nat target asks for; NAT_* flags of abi.ts. */
export interface Translation {
  readonly kind: TranslateKind;
  readonly flags: number;
  readonly addresses: AddressRange | undefined;
  readonly ports: NumberRange | undefined;
  /** the port that is mapped to the first of `ports`, the others in step (NAT_PROTO_OFFSET). */
  readonly base?: number | undefined;
}

/** An address of IPv6 gets other first bits. */
export interface PrefixChange {
  /** how many, 64 at most, and those of them that are no zeros. */
  readonly bits: number;
  readonly prefix: Words;
  /** a word of sixteen bits that is added behind them, so that the address has the sum that it had. */
  readonly adjustment: number;
  /** addresses that an ICMPv6 error quotes are changed if they begin so. */
  readonly from: { readonly bits: number; readonly address: Words };
}

/** What of a packet, or of its connection, is hashed into its mark: bits of addresses, of the two ports as one word, of the protocol. */
export interface HashMark {
  readonly connection: boolean;
  readonly src: Words;
  readonly dst: Words;
  readonly portMask: number;
  readonly portSet: number;
  readonly proto: number;
  readonly seed: number;
  /** the mark is one of so many numbers, from `offset` on. */
  readonly modulus: number;
  readonly offset: number;
}

export type Action =
  | { readonly kind: 'verdict'; readonly verdict: 'accept' | 'drop' | 'stolen' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** field = (field & and) ^ xor */
  | { readonly kind: 'edit'; readonly field: Field; readonly and: number; readonly xor: number }
  /** adds to ttl or hop limit, held within 0..255. */
  | { readonly kind: 'ttl'; readonly add: number }
  /** changes bytes of the packet; Mangle says what the record is. */
  | { readonly kind: 'mangle'; readonly what: Mangle; readonly record: readonly number[] }
  | { readonly kind: 'hash-mark'; readonly how: HashMark }
  | { readonly kind: 'translate'; readonly translation: Translation }
  /** ConnMarkOp says how; `shift` bits to the left, or to the right where negative. */
  | {
      readonly kind: 'connmark';
      readonly op: ConnMarkOp;
      readonly ctMask: number;
      readonly nfMask: number;
      readonly shift: number;
    }
  | { readonly kind: 'notrack' }
  /** what the connection to be made will be like: its zone, or the packet's mark as its zone; 0 is the usual one. */
  | { readonly kind: 'connection'; readonly zone: number | 'mark'; readonly serves: 'both' | 'original' | 'reply' }
  /** a copy for somebody to read: the packet goes on. */
  | { readonly kind: 'emit'; readonly emit: Emit }
  /** dropped, and answered: `answer` is the name that --reject-with takes. */
  | { readonly kind: 'reject'; readonly answer: string }
  /** the host does it, and says how the packet goes on; or it is a question. */
  | { readonly kind: 'host'; readonly act: HostAct; readonly question: string }
  /** what is not known: where the question is answered yes the table ends with the verdict, no: the packet goes on. */
  | { readonly kind: 'ask'; readonly question: string; readonly verdict: 'accept' | 'stolen' };
