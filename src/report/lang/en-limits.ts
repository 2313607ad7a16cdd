/** English, of what limits, quotas and estimators leave or say: src/model/limit-reading.ts. */
import type { LimitsReading } from '../../model/limit-reading.js';
import type { ReadingWords } from './messages.js';

const SPANS: Readonly<Record<number, string>> = { 1: 'a second', 60: 'a minute', 3600: 'an hour', 86400: 'a day' };
const inTable = (table: string | undefined, key: string | undefined): string =>
  key === undefined ? '' : `${table === undefined ? 'its table' : `table ${table}`}${key === '' ? '' : `, ${key}`}: `;

export const LIMITS: Pick<ReadingWords, LimitsReading['what']> = {
  limit: ({ table, key, rate: { number, seconds: span, bytes }, left }) =>
    `${inTable(table, key)}${number}${bytes ? ' bytes' : ''} ${SPANS[span]}, ${left === 0 ? 'none' : left} left`,
  window: ({ table, key, came, most, seconds: span, bytes, over }) =>
    `${inTable(table, key)}${came} of at most ${most}${bytes ? ' bytes' : ''} in ${span} s${over ? '; the time before had too many' : ''}`,
  quota: ({ left }) => (left === '1' ? '1 byte is left' : `${left === '0' ? 'no' : left} bytes are left`),
  rateest: ({ name, bps, pps, counted }) =>
    `estimator ${name}${counted ? ' counts it;' : ':'} ${bps * 8} bit/s, ${pps} packets/s`,
  nfacct: ({ name, packets, bytes, quota }) =>
    `${name} has counted ${packets} packets, ${bytes} bytes${quota === undefined ? '' : `, of ${quota.most} ${quota.of}`}`,
};
