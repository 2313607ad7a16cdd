/** What limits, quotas and estimates of rates ask of the host: a part of HostTest. */
import type { Stateful } from './host-test.js';

/** xt_hashlimit: whether the packet is within the limit. How the table is for all is what the rule says that was loaded first. */
export interface HashlimitTest extends Stateful {
  readonly what: 'hashlimit';
  /** undefined: it was not shown. */
  readonly name: string | undefined;
  readonly modes: readonly ('srcip' | 'srcport' | 'dstip' | 'dstport')[];
  /** prefix lengths. */
  readonly masks: { readonly src: number; readonly dst: number };
  /** 0: as the kernel has them by itself. */
  readonly size: number;
  readonly max: number;
  /** milliseconds. */
  readonly gc: number;
  readonly expire: number;
  readonly pace: HashPace;
  readonly rate: RateWords;
}
/** In the kernel's units; numbers of 64 bits as texts. */
export type HashPace =
  | { readonly of: 'packets'; readonly cost: string; readonly cap: string }
  /** of each chunk; `refills`: how often all of a second may be had at once. */
  | { readonly of: 'bytes'; readonly cost: number; readonly refills: number }
  /** what may come in a window of `interval` seconds, at a rate a second. */
  | {
      readonly of: 'window';
      readonly bytes: boolean;
      readonly rate: number;
      readonly most: number;
      readonly interval: number;
    };
/** A rate as people say it: 5 in 60 seconds. */
export interface RateWords {
  readonly number: number;
  readonly seconds: number;
  readonly bytes: boolean;
}

/** xt_quota: whether so many bytes are left. */
export interface QuotaTest extends Stateful {
  readonly what: 'quota';
  /** a number of 64 bits. */
  readonly bytes: string;
}

/** xt_rateest: the rate of an estimator, held against that of another or a given one. */
export interface RateestTest extends Stateful {
  readonly what: 'rateest';
  readonly first: string;
  readonly second: string | undefined;
  readonly mode: 'lt' | 'gt' | 'eq';
  /** what rates lack of the given ones is compared. */
  readonly delta: boolean;
  /** the given rates of the first and of the second, a second: bytes and packets; undefined: it is not asked for them. */
  readonly bps: readonly [number, number] | undefined;
  readonly pps: readonly [number, number] | undefined;
}

/** xt_RATEEST: counts the packet for an estimator. */
export interface RateestAct extends Stateful {
  readonly what: 'RATEEST';
  readonly name: string;
  /** how often 250 ms are doubled between two samples; the logarithm of their weight. */
  readonly doubled: number;
  readonly weight: number;
}
/** The state of all estimators: rules name two. */
export const ESTIMATORS = 'rateest';

/** xt_nfacct: an accounting object, which counts the packet; whether its quota is used up. */
export interface NfacctTest extends Stateful {
  readonly what: 'nfacct';
  readonly name: string;
}

export type LimitTest = HashlimitTest | NfacctTest | QuotaTest | RateestTest;
export type LimitAct = RateestAct;
