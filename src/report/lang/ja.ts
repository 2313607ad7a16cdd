/** Japanese: the words of stories and summaries, and the messages that arise in English. */
import { type Question, withoutOption } from '../../model/question.js';
import { say } from './ja-findings.js';
import { HINTS } from './ja-hints.js';
import { REASON_WORDS } from './ja-reasons.js';
import { chainLine, connection, FATE_WORDS, open, story } from './ja-story.js';
import type { ChoiceWords, ClaimWords, Deciders, Language } from './messages.js';

/** What a way is told by. */
const choiceText = (choice: ChoiceWords): string =>
  choice.kind === 'draw' ? `確率 ${choice.probability} で` : `${claimText(choice)}場合`;

function claimText(choice: ClaimWords): string {
  switch (choice.kind) {
    case 'question': {
      const { question, elements } = choice;
      return elements.length === 0
        ? CLAIMS[question.kind](question.about)
        : `${elements.join(' か ')} が ${question.about} に含まれる`;
    }
    case 'field':
      return `${story.fields[choice.field]}が ${choice.values} である`;
    case 'in':
      return `${choice.interfaces.join(' か ')} から入ってくる`;
    case 'state':
      return '既知の接続に属する';
    case 'new':
      return '接続の最初のパケットである';
    case 'all':
      return choice.choices.map(claimText).join('、かつ');
    case 'any':
      return choice.choices.map(claimText).join('、または');
    case 'route':
      return `このホストに ${choice.address} への経路がある`;
  }
}
const decidersText = ({ some, more }: Deciders): string =>
  some
    .map(
      ({ table, chain, rule, place }) =>
        `${table} ${chain} の${rule === null ? 'ポリシー' : `ルール ${rule} (${place}) `}`,
    )
    .join('または ') + (more === 0 ? '' : `など (ほかに ${more})`);
const CLAIMS: Readonly<Record<Question['kind'], (about: string) => string>> = {
  set: (name) => `パケットがセット ${name} に含まれる`,
  counters: (name) => `セット ${name} のカウンタが条件を満たす`,
  local: (address) => `${address || '宛先'} がこのホスト自身のアドレスである`,
  match: (name) => `マッチ ${name} が成り立つ`,
  bpf: (program) => `BPF プログラム ${program} が 0 以外を返す`,
  mac: (address) => `送信元の MAC アドレスが ${address} である`,
  pkttype: (kind) => `フレームの種類が ${kind} である`,
  macs: (name) => `パケットの MAC アドレスがセット ${name} に含まれる`,
  eui64: () => '送信元アドレスが送信元の MAC アドレスから作られている',
  target: (name) => `ターゲット ${name} がパケットを引き取る`,
  chain: (name) => `チェイン ${name} のルールがパケットを引き取る`,
  out: (name) => `${name} から出ていく`,
  rule: (line) => `解釈できなかった ${line} 行目のルールが一致する`,
  address: (iface) => `${iface} のアドレスがこれである`,
  joined: (group) => `このホストが ${group} に参加している`,
  way: (name) => `${name} の道を選ぶ`,
  name: (option) => `${option} が成り立つ`,
  interface: (line) => `${line} 行目のルールがそのインターフェイスを対象とする`,
  gap: (place) => `${chainLine(place)}で抜けているルールがパケットを引き取る`,
  queue: (name) => `キュー ${name} のパケットを受け取るプログラムがある`,
  accepts: (name) => `キュー ${name} のパケットを受け取るプログラムがそれを通す`,
  proxy: (to) => `ポート ${to} に渡されたパケットを受け取る透過ソケットがある`,
  cookie: () => 'ACK が SYNPROXY の渡したクッキーを返している',
  share: (address) => `パケットはクラスタ ${address} の中でこのホストのものである`,
  mss: () => 'MSS がその値である',
  random: () => '乱数がそう出た',
  limit: () => '制限の範囲内である',
};

export const ja: Language = {
  ...story,
  messages: {
    ...story.messages,
    ...HINTS,

    'way.also': ({ by }) => `あるいは${decidersText(by)}による (結果は同じ)`,
    'way.if': ({ choice }) => choiceText(choice),
    'way.else': ({ choice }) => (choice === null ? 'それ以外の場合' : `それ以外で、${choice}`),
    'way.end': ({ fate, within, by, reason, leaves, mark }) =>
      [
        (reason === 'rules-missing'
          ? 'テキストで抜けているルールが決める'
          : within === null
            ? FATE_WORDS[fate]
            : `与えられていない ${within} が決める`) +
          (leaves === null ? '' : ` (${leaves}${mark === null ? '' : `、マーク ${mark}`})`),
        ...(by.some.length === 0 ? [] : [`${decidersText(by)}による`]),
        ...(reason === null || reason === 'rules-missing' ? [] : [REASON_WORDS[reason]]),
      ].join('、'),
    'way.more': () => 'ここに示した以上のことに左右される',
    'way.asks': () => '決めるには:',
    'way.ask.host': ({ get, reason }) =>
      `${get}: ${
        reason === 'host:addresses'
          ? 'このホスト自身のアドレスと、それらのあるリンク (または --local、--path)'
          : reason === 'host:out'
            ? 'どのインターフェイスから出ていくか (または -o)'
            : '経路があるか、どのインターフェイスから出ていくか (または --path、-o)'
      }`,
    'way.question': ({ question }) => open(question),
    'way.ask': ({ question, get, fact }) =>
      `${get === '' ? '' : `${get}: `}${open(question)} (--assume ${
        question.kind === 'address'
          ? `'${fact}:ADDRESS'`
          : `'${fact}=yes' または =no${question.kind === 'name' ? `、値を入れるなら '${withoutOption(fact)}:VALUE'` : question.kind === 'interface' ? '、すべてなら interface=yes' : ''}`
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
    'answer.direct': ({ from, to, network, wanted }) =>
      `${from} と ${to} はどちらも ${network} にあり、応答は直接送られる: ここを通らず元に変換されないが、${to} が待っているのは ${wanted} からの応答である`,
    'answer.otherway': ({ came, leaves, settings }) =>
      `パケットは ${came} から入り、応答は ${leaves} から出ていく${
        settings.length === 0 ? '' : `。rp_filter が 1 ならパケットは破棄される (sysctl ${settings.join(' ')})`
      }`,
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
    'summary.assumed': ({ family, list }) => `IPv${family} についての仮定: ${list}`,
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
