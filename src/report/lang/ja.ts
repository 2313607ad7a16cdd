/** Japanese: the words of stories and summaries, and the messages that arise in English. */
import type { Question } from '../../model/question.js';
import { say } from './ja-findings.js';
import { HINTS } from './ja-hints.js';
import { REASON_WORDS } from './ja-reasons.js';
import { connection, FATE_WORDS, open, story } from './ja-story.js';
import type { ChoiceWords, Language } from './messages.js';

/** What a way is told by. */
function choiceText(choice: ChoiceWords): string {
  switch (choice.kind) {
    case 'question': {
      const { question, elements } = choice;
      return elements.length === 0
        ? CLAIMS[question.kind](question.about)
        : `${elements.join(' か ')} が ${question.about} に含まれる場合`;
    }
    case 'field':
      return `${story.fields[choice.field]}が ${choice.values} の場合`;
    case 'state':
      return '既知の接続に属する場合';
    case 'route':
      return `このホストに ${choice.address} への経路がある場合`;
    case 'draw':
      return `確率 ${choice.probability} で`;
  }
}
const CLAIMS: Readonly<Record<Question['kind'], (about: string) => string>> = {
  set: (name) => `パケットがセット ${name} に含まれる場合`,
  counters: (name) => `セット ${name} のカウンタが条件を満たす場合`,
  local: (address) => `${address} がこのホスト自身のアドレスの場合`,
  match: (name) => `マッチ ${name} が成り立つ場合`,
  target: (name) => `ターゲット ${name} がパケットを引き取る場合`,
  chain: (name) => `チェイン ${name} がパケットを引き取る場合`,
  out: (name) => `${name} から出ていく場合`,
  rule: (line) => `${line} 行目のルールが一致する場合`,
  joined: (group) => `このホストが ${group} に参加している場合`,
  way: (name) => `${name} の道を選ぶ場合`,
  name: (name) => `パケットが ${name} の表すものに当たる場合`,
  interface: (line) => `${line} 行目のルールがそのインターフェイスを対象とする場合`,
  gap: (line) => `${line} 行目で抜けているルールがパケットを引き取る場合`,
  random: () => '乱数がそう出た場合',
};

export const ja: Language = {
  ...story,
  messages: {
    ...story.messages,
    ...HINTS,

    'way.if': ({ choice }) => choiceText(choice),
    'way.else': () => 'それ以外の場合',
    'way.end': ({ fate, by, place, reason, leaves, mark }) =>
      [
        FATE_WORDS[fate] + (leaves === null ? '' : ` (${leaves}${mark === null ? '' : `、マーク ${mark}`})`),
        ...(by === null
          ? []
          : [`${by.table} ${by.chain} の${by.rule === null ? 'ポリシー' : `ルール ${by.rule} (${place}) `}による`]),
        ...(reason === null ? [] : [REASON_WORDS[reason]]),
      ].join('、'),
    'way.more': () => 'ここに示した以上のことに左右される',
    'way.asks': () => '決めるには:',
    'way.ask.host': ({ get, reason }) => `${get}: ${REASON_WORDS[reason]}`,
    'way.ask': ({ question, get, fact }) =>
      `${get === '' ? '' : `${get}: `}${open(question)} (--assume '${fact}=yes' または =no${
        question.kind === 'name' ? `、値を入れるなら '${fact}:VALUE'` : ''
      })`,

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
