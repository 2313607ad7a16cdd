/** Japanese, of what the host found for a rule, or did: src/model/reading.ts. */
import { FOREIGN } from './ja-foreign.js';
import { LIMITS } from './ja-limits.js';
import { OUTSIDE } from './ja-outside.js';
import { TOLD } from './ja-told.js';
import type { ReadingWords } from './messages.js';

const seconds = (milliseconds: number): string => `${+(milliseconds / 1000).toFixed(3)} 秒`;

const SIDES = { src: 'から', dst: 'へ' } as const;
const DIRECTIONS = { original: '元の方向に', reply: '応答の方向に', both: '' } as const;

export const READINGS: ReadingWords = {
  ...OUTSIDE,
  connlimit: ({ count, side, network, limit }) =>
    count === 0
      ? `数えていた ${network} ${SIDES[side]}の接続はすべて終わり、この接続はもう数えない`
      : `${network} ${SIDES[side]}の接続は ${count} 本で、${limit} 本${count > limit ? 'より多い' : '以下'}`,
  connbytes: ({ direction, packets, bytes }) =>
    packets === undefined
      ? 'この接続については何も数えていない'
      : `この接続は${DIRECTIONS[direction]} ${packets} パケット、${bytes} バイト`,
  connlabel: ({ label, has, set }) => `この接続にはラベル ${label} が${has ? 'ある' : set ? '付く' : 'ない'}`,
  ...FOREIGN,
  ...TOLD,
  ...LIMITS,
  recent: ({ list, address, hits, within, ago, older, done }) => {
    if (hits === undefined)
      return done === 'added' ? `リスト ${list} に ${address} が加わる` : `リスト ${list} に ${address} はない`;
    const span = within === 0 ? '' : `${within} 秒以内に`;
    const last = ago === undefined || hits === 0 ? '' : `、最後は ${seconds(ago)}前`;
    const before = older === 0 ? '' : `、ほかにいつか分からないもの ${older} 回`;
    const then = done === 'removed' ? '。ここで取り除かれる' : done === 'updated' ? '。いまもう一度' : '';
    return `リスト ${list} の ${address} は${span} ${hits} 回${last}${before}${then}`;
  },
  'in-set': ({ set, element, left, packets, bytes }) =>
    `${element} は ${set} に含まれる${left === undefined ? '' : ` (残り ${seconds(left)})`}${
      packets === undefined ? '' : ` (${packets} パケット、${bytes} バイト)`
    }`,
  'set-change': ({ set, element, done, timeout }) => {
    const time = timeout === undefined ? '' : timeout === 0 ? ' (無期限)' : ` (${timeout} 秒間)`;
    switch (done) {
      case 'added':
        return `${set} に ${element} を加えた${time}`;
      case 'renewed':
        return `${element} はすでに ${set} にある: 期限を改めた${time}`;
      case 'there':
        return `${element} はすでに ${set} にある`;
      case 'full':
        return `${set} は満杯で、${element} は加わらない`;
      case 'forced':
        return `${set} は満杯で、${element} が別の要素と入れ替わる。どれとかはわからない`;
      case 'deleted':
        return `${set} から ${element} を除いた`;
      case 'absent':
        return `${element} は ${set} になく、何も除かれない`;
      case 'none':
        return `パケットには ${set} に入るものがない`;
      case 'unknown':
        return `${set} がどうなるかはわからない: 与えられていない`;
      case 'doubtful':
        return `${set} がどうなるかはわからない: パケットのリンク層アドレスが与えられていない`;
    }
  },
  'set-map': ({ set, element, mark }) =>
    `${element} は ${set} に含まれる${mark === undefined ? '' : `: マーク 0x${mark.toString(16)}`}`,
};
