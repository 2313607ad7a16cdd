/** Japanese, of the command. */
import type { CommandWords } from './spoken.js';

const SEVERITIES = { error: 'エラー', warning: '警告', note: '注記' } as const;
const WHO = { packet: 'パケット', answer: '応答' } as const;

export const COMMAND: CommandWords = {
  severities: SEVERITIES,
  more: (more, lines, places, cut) => {
    const here = lines.length === 0 ? [] : [`${lines.join('、')} 行目`];
    return `ほか ${more} か所: ${[...here, ...places].join('、')}${cut ? '、…' : ''}`;
  },
  read: ({ rules, understood, sets, connections }) =>
    [
      `ルール ${rules} 個、うち ${understood} 個を解釈`,
      `セット ${sets} 個`,
      ...(connections === undefined ? [] : [`接続 ${connections} 個`]),
    ].join('; '),
  found: (counts) =>
    counts.length === 0
      ? '問題は見つからなかった'
      : counts.map(([severity, count]) => `${SEVERITIES[severity]} ${count} 件`).join('、'),
  answers: (what) =>
    ({
      fact: 'yes、no、またはコマンドの出力 (空行で終わる)。何も書かなければ未定のままになる',
      value: 'yes、no、または値。何も書かなければ未定のままになる',
      text: 'コマンドの出力 (空行で終わる)。何も書かなければ未定のままになる',
      name: '回答',
    })[what],
  examples: ['見つかる例:', '見つからない例:'],
  expected: (fate, fared) => `${fate} のはずだったが、${fared}`,
  fared: (one, fate) => {
    const who = WHO[one];
    return {
      delivered: `${who}はこのホストに配送される`,
      forwarded: `${who}は転送される`,
      sent: `${who}は送信される`,
      dropped: `${who}は破棄される`,
      rejected: `${who}は拒否される`,
      stolen: `${who}はターゲットが引き取る`,
      unknown: `${who}がどうなるかは分からない`,
    }[fate];
  },
};
