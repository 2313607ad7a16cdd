/** What the host found where a rule asked it, or did for one, in numbers: src/report/ has the words. */
import type { ForeignReading } from './foreign-reading.js';
import type { LimitsReading } from './limit-reading.js';
import type { OutsideReading } from './outside-reading.js';
import type { SetReading } from './set-reading.js';
import type { ToldReading } from './told-reading.js';

export type Reading =
  | ConnbytesReading
  | ConnlabelReading
  | ConnlimitReading
  | ForeignReading
  | LimitsReading
  | OutsideReading
  | RecentReading
  | SetReading
  | ToldReading;

/** Connections that a rule of xt_connlimit has seen, this one among them, and the number that it compares theirs with. */
export interface ConnlimitReading {
  readonly what: 'connlimit';
  /** 0: those that it had seen are over, and this one it does not take in. */
  readonly count: number;
  readonly side: 'src' | 'dst';
  readonly network: string;
  readonly limit: number;
}

/** What a connection has counted, by numbers of 64 bits; undefined: nothing is. */
export interface ConnbytesReading {
  readonly what: 'connbytes';
  readonly direction: 'original' | 'reply' | 'both';
  readonly packets: string | undefined;
  readonly bytes: string | undefined;
}

export interface ConnlabelReading {
  readonly what: 'connlabel';
  readonly label: string;
  /** undefined: nobody told. */
  readonly has: boolean | undefined;
  /** from now on it has it. */
  readonly set: boolean;
}
/** An address in a list of xt_recent. */
export interface RecentReading {
  readonly what: 'recent';
  readonly list: string;
  readonly address: string;
  /** how often it was seen within the time that the rule asks for; undefined: it is not in the list. */
  readonly hits: number | undefined;
  /** seconds; 0: any time. */
  readonly within: number;
  /** milliseconds since it was seen last. */
  readonly ago: number | undefined;
  /** times before the first packet, nobody knows how long before. */
  readonly older: number;
  readonly done: 'added' | 'updated' | 'removed' | undefined;
}
