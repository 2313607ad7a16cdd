/** What ways are: choices that tell them apart, down to how each ends. */
import type { DecidedBy, WalkResult } from '../../model/trace.js';
import type { Words } from '../../net/address.js';
import type { Values, Variable } from './variables.js';

/** What tells two ways apart. */
export type Choice =
  /** an open question; the walk that stops at it, and what of its packet nobody gave. */
  | {
      readonly kind: 'question';
      readonly name: string;
      readonly at: WalkResult;
      readonly unsaid: readonly Variable[];
    }
  /** whether a field that nobody gave has one of these values. */
  | { readonly kind: 'field'; readonly variable: Variable; readonly ranges: Values }
  /** whether the packet, whose way in nobody gave, comes in on an interface that rules give for theirs. */
  | { readonly kind: 'in'; readonly patterns: readonly string[] }
  /** whether the packet belongs to a connection that is known already. */
  | { readonly kind: 'state' }
  /** whether the host, whose routes nobody gave, has one to an address that is another's. */
  | { readonly kind: 'route'; readonly address: Words }
  /** whether a draw of 31 bits lies below the threshold. */
  | { readonly kind: 'draw'; readonly threshold: number };

/** What may be said of a packet and its host; of several together too. */
export type Claim =
  | Exclude<Choice, { readonly kind: 'draw' }>
  /** the packet is the first of its connection. */
  | { readonly kind: 'new' }
  /** all of them, or at least one. */
  | { readonly kind: 'all' | 'any'; readonly choices: readonly Claim[] };

export interface Fork {
  readonly choice: Choice | Claim;
  readonly yes: Ways;
  readonly no: Ways;
}
export interface End {
  readonly result: WalkResult;
  /** the connection was taken as known: what its entry translates is not told. */
  readonly known: boolean;
  /** what else decides it in ways that end alike. */
  readonly also?: readonly DecidedBy[];
}
/** undefined: too many ways for all to be walked. */
export type Ways = Fork | End | undefined;
