/** What limits, quotas and estimators leave or say: a part of Reading. */
import type { RateWords } from './limit-test.js';

export type LimitsReading = LimitReading | WindowReading | QuotaReading | RateestReading | NfacctReading;

/** An entry of a table of xt_hashlimit. */
interface OfTable {
  /** undefined: no listing shows it. */
  readonly table: string | undefined;
  /** `192.0.2.1:5 → 198.51.100.1:80`, as far as the table goes by it. */
  readonly key: string;
}

/** What a limit leaves, of xt_limit or of an entry. */
export interface LimitReading extends Partial<OfTable> {
  readonly what: 'limit';
  readonly rate: RateWords;
  /** so many more may come at once. */
  readonly left: number;
}

/** What has come in a window, this packet with it. */
export interface WindowReading extends OfTable {
  readonly what: 'window';
  readonly came: number;
  readonly most: number;
  readonly seconds: number;
  readonly bytes: boolean;
  /** more than may came in the one before. */
  readonly over: boolean;
}

/** xt_quota. */
export interface QuotaReading {
  readonly what: 'quota';
  /** bytes, a number of 64 bits. */
  readonly left: string;
}

/** What an estimator says: bytes and packets a second; `counted`: it has counted the packet. */
export interface RateestReading {
  readonly what: 'rateest';
  readonly name: string;
  readonly bps: number;
  readonly pps: number;
  readonly counted: boolean;
}

/** What an accounting object has counted, this packet with it. */
export interface NfacctReading {
  readonly what: 'nfacct';
  readonly name: string;
  readonly packets: string;
  readonly bytes: string;
  readonly quota: { readonly of: 'packets' | 'bytes'; readonly most: string } | undefined;
}
