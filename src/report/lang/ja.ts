/** Japanese: the words of stories and summaries, and the messages that arise in English. */
import { say } from './ja-findings.js';
import { connection, FATE_WORDS, open, story } from './ja-story.js';
import type { Language } from './messages.js';

export const ja: Language = {
  ...story,
  messages: {
    ...story.messages,

    'flow.packet': ({ part }) => ({ first: 'パケット', answer: '応答', next: '次のパケット' })[part],
    'flow.judged': ({ by, nat }) =>
      ({
        rules: `${nat ? 'nat も含めて' : ''}ルールで判定され、接続が記憶される`,
        entry: nat
          ? 'nat の代わりに接続の記録が使われ、ほかのテーブルではルールで判定される'
          : '既知の接続のパケットとして、ルールで判定される',
        'nothing-known': 'どの接続にも属さないパケットとして、ルールで判定される',
      })[by],
    'flow.entry': (note) => `接続: ${connection({ ...note, state: null })}`,
    'flow.status': ({ state, status, mark }) =>
      `  ${[...(state === null ? [] : [state]), ...(status.length === 0 ? ['UNREPLIED'] : status)].join('、')}、マーク ${mark}`,
    'flow.forgets': () => '接続は記憶されず、パケットは一つずつ判定される。',
    'answer.back': () => 'はい、応答は戻ってくる',
    'answer.lost': () => 'いいえ、応答は戻ってこない',
    'answer.unknown': () => '応答が戻ってくるかどうかは分からない',
    'answer.astray': ({ wanted }) => `パケットの送信元が待っているのは ${wanted}`,
    'answer.none': ({ why }) =>
      ({
        lost: '応答はない: パケット自体が届かない',
        forgotten: '応答はなく、接続も生じない: パケット自体が届かない',
        waits: '応答はない: パケットは残りのフラグメントを待つ',
        taken: '応答はない: ターゲットがパケットを引き取る',
        unknown: '応答があるかどうかは分からない: パケットがどうなるかが不明',
        'answers-nothing': '応答はない: このようなパケットに応答するものはない',
        group: '応答については述べない: グループやブロードキャストへの応答は別のアドレスから来る',
      })[why],

    'summary.fate': ({ fate }) => FATE_WORDS[fate],
    'summary.total': ({ packets, bytes, seconds, rate }) =>
      `${packets} パケット、${bytes} バイトを ${seconds} 秒で分類: 毎秒 ${rate}`,
    'summary.partial': ({ unread }) =>
      `数えたのはパケットの一部だけである${unread && `: ${unread} パケットは読めなかった`}`,
    'summary.byRule': ({ packets }) => `${packets}: ルールによる`,
    'summary.byPolicy': ({ packets }) => `${packets}: ポリシーによる`,
    'summary.why': ({ packets, why }) =>
      typeof why === 'string' ? `${packets}: ${story.reasons[why]}` : `${packets}: 次による: ${open(why)}`,
    'summary.rules': ({ shown, hit }) =>
      shown < hit ? `一致した ${hit} ルールのうちパケットの多い ${shown} ルール` : 'ルール',
    'summary.policies': () => 'ポリシー',
    'summary.packets': () => 'パケット',
    'summary.bytes': () => 'バイト',
    'summary.idle': ({ idle, rules, unknown, packets }) =>
      idle === 0
        ? `${rules} 個のルールすべてに一致があった`
        : `一度も一致しなかった: ${rules} ルールのうち ${idle}${unknown && `。${packets} パケットのうち ${unknown} はどうなるか分からない`}`,
    'summary.first': () =>
      '状態を示さないパケットは接続の最初のものとして数え、後続パケット用のルール (ESTABLISHED、RELATED、応答) には一致しない',
    'summary.more': ({ more }) => `… ほか ${more}`,
  },
};

export { say };
