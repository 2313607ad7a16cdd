/** What the host found where a rule asked it, or did for one, in numbers: src/report/ has the words. */
import type { OutsideReading } from './outside-reading.js';

export type Reading = RecentReading | OutsideReading;

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
  readonly done: 'added' | 'updated' | 'removed' | undefined;
}
