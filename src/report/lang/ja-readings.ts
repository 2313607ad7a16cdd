/** Japanese, of what the host found for a rule, or did: src/model/reading.ts. */
import { OUTSIDE } from './ja-outside.js';
import type { ReadingWords } from './messages.js';

const seconds = (milliseconds: number): string => `${+(milliseconds / 1000).toFixed(3)} 秒`;

export const READINGS: ReadingWords = {
  ...OUTSIDE,
  recent: ({ list, address, hits, within, ago, done }) => {
    if (hits === undefined)
      return done === 'added' ? `リスト ${list} に ${address} が加わる` : `リスト ${list} に ${address} はない`;
    const span = within === 0 ? '' : `${within} 秒以内に`;
    const last = ago === undefined || hits === 0 ? '' : `、最後は ${seconds(ago)}前`;
    const then = done === 'removed' ? '。ここで取り除かれる' : done === 'updated' ? '。いまもう一度' : '';
    return `リスト ${list} の ${address} は${span} ${hits} 回${last}${then}`;
  },
};
