/**
 * What a page and its worker say to each other: plain data. Each request has a number of the page's choice, each answer
 * that of its request. Requests are answered one after another, in order; `cancel` alone is heard at once.
 *
 *     load      → loaded                      what a host prints; takes the place of what was loaded before
 *     classify  → progress … → classified     synthetic packets, or batches of the page's own
 *     explain   → explained                   one packet
 *     any       → failed
 */
import type {
  Finding,
  HostOptions,
  PacketBatch,
  PacketDescription,
  RuleRef,
  SourceText,
  Summary,
  WordedStory,
} from '../index.js';
import type { Family } from '../net/address.js';
import type { Synthetic } from './synthetic.js';

export type { Synthetic };

export type Request =
  | {
      readonly type: 'load';
      readonly id: number;
      readonly texts: readonly SourceText[];
      /**
       * `connections`, where it is left out, is on if a text lists some and off else: what the page's own packets open is
       * remembered if it is on. The worker asks for remembering.js then, which lies beside it.
       */
      readonly options?: HostOptions | undefined;
    }
  | { readonly type: 'classify'; readonly id: number; readonly packets: readonly PacketBatch[] | Synthetic }
  | {
      readonly type: 'explain';
      readonly id: number;
      readonly packet: PacketDescription;
      /** every rule that is looked at. */
      readonly all?: boolean | undefined;
    }
  /** Ends the classify request of this number; it is answered by what was counted so far. */
  | { readonly type: 'cancel'; readonly id: number };

export type Answer =
  | {
      readonly type: 'loaded';
      readonly id: number;
      /** what is wrong with the texts and the options, and was borne. */
      readonly findings: readonly Finding[];
      /** those that count, by their numbers in the counters. */
      readonly rules: readonly LoadedRule[];
      readonly sets: number;
      /** names of what the rules ask and no text tells: `set:NAME` … */
      readonly questions: readonly string[];
    }
  /** Some ten times a second. */
  | { readonly type: 'progress'; readonly id: number; readonly packets: number; readonly of: number }
  | {
      readonly type: 'classified';
      readonly id: number;
      readonly summary: SummaryOfAll;
      /** it was cancelled: these are the packets until then. */
      readonly partial: boolean;
    }
  | {
      readonly type: 'explained';
      readonly id: number;
      readonly story: WordedStory;
      /** all of it, in lines. */
      readonly text: string;
    }
  | { readonly type: 'failed'; readonly id: number; readonly error: Failure };

/** Packets are counted by the rules of their family; where there are none of it they are `unknown`, by `other-family`. */
export interface OfFamily {
  readonly family: Family;
}

/** Of all packets. */
export interface SummaryOfAll extends Summary {
  readonly rules: readonly (Summary['rules'][number] & OfFamily)[];
  readonly policies: readonly (Summary['policies'][number] & OfFamily)[];
}

export interface LoadedRule extends RuleRef, OfFamily {
  readonly file: string;
  readonly line: number;
  /** as iptables-save prints it. */
  readonly text: string;
}

export interface Failure extends Pick<Finding, 'code' | 'message' | 'place' | 'hint'> {
  /** all of it for people: place, message, the line with a caret, hint. */
  readonly text: string;
}
