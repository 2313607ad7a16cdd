/** Japanese, of what limits, quotas and estimators leave or say: src/model/limit-reading.ts. */
import type { LimitsReading } from '../../model/limit-reading.js';
import type { ReadingWords } from './messages.js';

const SPANS: Readonly<Record<number, string>> = { 1: '秒', 60: '分', 3600: '時', 86400: '日' };
const inTable = (table: string | undefined, key: string | undefined): string =>
  key === undefined
    ? ''
    : `${table === undefined ? 'そのテーブル' : `テーブル ${table}`}${key === '' ? '' : ` の ${key}`}: `;

export const LIMITS: Pick<ReadingWords, LimitsReading['what']> = {
  limit: ({ table, key, rate: { number, seconds: span, bytes }, left }) =>
    `${inTable(table, key)}毎${SPANS[span]} ${number}${bytes ? ' バイト' : ''}、残り ${left}`,
  window: ({ table, key, came, most, seconds: span, bytes, over }) =>
    `${inTable(table, key)}${span} 秒間に ${came} (上限 ${most}${bytes ? ' バイト' : ''})${over ? '。前の時間は超過' : ''}`,
  quota: ({ left }) => `残り ${left} バイト`,
  rateest: ({ name, bps, pps, counted }) =>
    `推定器 ${name}${counted ? ' が数える。' : ': '}${bps * 8} bit/s、毎秒 ${pps} パケット`,
  nfacct: ({ name, packets, bytes, quota }) =>
    `${name} は ${packets} パケット、${bytes} バイトを数えた${
      quota === undefined ? '' : ` (割り当て ${quota.most} ${quota.of === 'packets' ? 'パケット' : 'バイト'})`
    }`,
};
