/** Japanese, as far as one packet is told of. */

import { foreignName } from '../../ext/third-party/names.js';
import type { FieldName } from '../../input/fields.js';
import type { Question } from '../../model/question.js';
import type { Fate } from '../../model/trace.js';
import type { Lasting } from '../../run/connections/lasting.js';
import { columnsOf } from './columns.js';
import { say } from './ja-findings.js';
import { FOREIGN_WORDS as JAPANESE } from './ja-foreign.js';
import { REASON_WORDS } from './ja-reasons.js';
import { FIELDS, WHY } from './ja-why.js';
import type { Back, ConnectionNote, Part, RouteNote, StoryLanguage } from './messages.js';

/** `INPUT:5` */
export const chainLine = (about: string) => about.replace(/:(\d+)$/, ' の $1 行目');
const via = (gateway: string) => (gateway === '' ? '直接' : ` ${gateway} 経由で`);
const backTo = ({ chain, rule }: Back) =>
  rule === null ? `${chain} の末尾へ戻る` : `${chain} のルール ${rule} へ戻る`;
const wayOut = (iface: string) => (iface === '' ? '' : `${iface} から`);
const by = (route: RouteNote | undefined) =>
  route === undefined
    ? ''
    : ` (経路 ${route.destination}、テーブル ${route.table}${route.rule === null ? '' : `、ルール ${route.rule} による`})`;
const SKIPS = {
  'tracking-off': '接続を追跡していないため、どのパケットでも参照されない',
  'not-new': '接続の最初のパケットだけが参照する',
  invalid: 'パケットは INVALID で、どの接続にも属さない',
  untracked: 'パケットは追跡されていない',
  bound: 'この方向の変換は既に決まっている',
} as const;
const SECMARKS = {
  set: 'パケットに印を付ける',
  save: '印のない接続にパケットの印を写す',
  restore: '印のないパケットに接続の印を写す',
} as const;
const TRACKING = {
  asked: '--tracking の指定による',
  'no-rule': '必要とするルールが読み込まれていない。--tracking on|off で変えられる',
  'tables-unknown': '与えられていないルールが必要とするかもしれない。--tracking on|off で決められる',
} as const;
/** One of another project, by what its question is about. */
function foreign(about: string): string | undefined {
  const name = foreignName(about.split(' ')[0]!);
  return name && JAPANESE[name];
}
/** A question as a clause: "whether …". */
export function open({ kind, about }: Question): string {
  switch (kind) {
    case 'set':
      return `セット ${about} に含まれるかどうか (メンバーが与えられていない)`;
    case 'counters':
      return `セット ${about} のカウンタの値`;
    case 'local':
      return `${about || '宛先'} がこのホスト自身のアドレスかどうか`;
    case 'match':
      if (about === 'rpfilter')
        return '送信元への戻り経路がこのインターフェイスを通るかどうか (経路が与えられていない)';
      return `マッチ ${about} が成り立つかどうか (${foreign(about) ?? (about.includes(' ') ? '与えられていない' : '評価できない')})`;
    case 'bpf':
      return `BPF プログラム ${about} の結果 (別の場所に固定されているか、パケットからは分からないものを読む)`;
    case 'mac':
      return `送信元の MAC アドレスが ${about} かどうか (与えられていない)`;
    case 'pkttype':
      return `フレームの種類が ${about} かどうか (与えられていない)`;
    case 'macs':
      return `セット ${about} に含まれるかどうか (必要な MAC アドレスが与えられていない)`;
    case 'eui64':
      return '送信元アドレスが送信元の MAC アドレスから作られているかどうか (与えられていない)';
    case 'target':
      return `ターゲット ${about} の動作 (${foreign(about) ?? '評価できない'})`;
    case 'chain':
      return `チェイン ${about} の動作 (与えられていない)`;
    case 'interface':
      return `${about} 行目のルールがこのインターフェイスを対象とするかどうか (\`-i lo\` かもしれない。-v なしの一覧では分からない)`;
    case 'name':
      return `${about} が成り立つかどうか (名前の表すものが分かっていない)`;
    case 'out':
      return `${about} から出ていくかどうか (経路が与えられていない)`;
    case 'rule':
      return `解釈できなかった ${about} 行目のルール`;
    case 'address':
      return `${about} のアドレス`;
    case 'joined':
      return `このホストがマルチキャストグループ ${about} に参加しているかどうか`;
    case 'way':
      return `経路のハッシュが複数の道のうち ${about} を選ぶかどうか`;
    case 'gap':
      return `${chainLine(about)}で抜けているルールの動作`;
    case 'queue':
      return `キュー ${about} のパケットを受け取るプログラムがあるかどうか`;
    case 'accepts':
      return `キュー ${about} のパケットを受け取るプログラムがそれを通すかどうか`;
    case 'proxy':
      return `ポート ${about} に渡されたパケットを受け取る透過ソケットがあるかどうか`;
    case 'cookie':
      return 'ACK が SYNPROXY の渡したクッキーを返しているかどうか';
    case 'share':
      return `クラスタ ${about} の中でこのホストのものかどうか (クラスタの設定を示すルールがない)`;
    case 'mss':
      return `下げられた MSS の値 (${about}): 経路の MTU が分かっていない`;
    case 'random':
      return '乱数の結果';
    case 'limit':
      return '制限の範囲内かどうか';
  }
}
/** What yes and no say to a question of each kind. */
const ANSWERS: Readonly<Record<Question['kind'], readonly [yes: string, no: string]>> = {
  set: ['含まれる', '含まれない'],
  counters: ['条件を満たす', '満たさない'],
  local: ['自身のアドレスである', 'そうではない'],
  match: ['成り立つ', '成り立たない'],
  mac: ['そうである', 'そうではない'],
  pkttype: ['そうである', 'そうではない'],
  macs: ['含まれる', '含まれない'],
  eui64: ['そうである', 'そうではない'],
  bpf: ['0 以外を返す', '0 を返す'],
  target: ['パケットはそこで終わる', 'パケットは先へ進む'],
  chain: ['そのルールの一つでパケットは終わる', '先へ進み、ポリシーがあれば ACCEPT'],
  interface: ['対象である', '対象ではない'],
  name: ['成り立つ', '成り立たない'],
  out: ['そこから出ていく', '出ていかない'],
  rule: ['一致する', '一致しない'],
  address: ['', ''],
  joined: ['参加している', '参加していない'],
  way: ['それを選ぶ', 'ほかを選ぶ'],
  gap: ['その一つでパケットは終わる', '先へ進む'],
  queue: ['ある (扱いはそのプログラムが決める)', 'ない'],
  accepts: ['通す', '破棄する'],
  proxy: ['ある', 'ない (パケットは破棄される)'],
  cookie: ['返している (プロキシが引き取る)', '返していない (パケットは破棄される)'],
  share: ['このホストのものである', 'このホストのものではない (パケットは破棄される)'],
  mss: ['条件が成り立つ', '成り立たない'],
  random: ['一致する', '一致しない'],
  limit: ['範囲内である', '使い切っている'],
};
export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  delivered: '配送',
  forwarded: '転送',
  sent: '送信',
  dropped: '破棄',
  rejected: '拒否',
  stolen: 'ターゲットが引き取る',
  unknown: '不明',
};
/** Behind a state. */
const PARTS: Readonly<Record<Exclude<Part, null>, string>> = {
  first: '接続の最初のパケット',
  again: 'まだ応答のない接続の後続パケット',
  original: '既知の接続の後続パケット',
  answer: '既知の接続の応答',
  error: '既知の接続についてのエラー',
};
export const connection = ({ protocol, original, reply, state }: ConnectionNote) =>
  `${protocol} ${original}${reply === null ? '' : `、応答は ${reply}`}${state === null ? '' : `、${state}`}`;
const DAY = 86_400;
const seconds = (span: number) => (span >= DAY ? `${span} 秒 (${+(span / DAY).toFixed(1)} 日)` : `${span} 秒`);
const LATER = {
  established: 'ESTABLISHED になった後は',
  stream: 'ストリーム (応答があり、2 秒を過ぎたもの) になった後は',
  answered: '応答があった後は',
} as const;
function lasting({ now, later, when, closed, reset }: Lasting): string {
  const parts = [`パケットが途絶えてから終わるまで: ${seconds(now)}`];
  if (later !== null) parts.push(`${LATER[when]} ${seconds(later)}`);
  if (closed !== null && closed === reset) parts.push(`終了または中断の後は ${seconds(closed)}`);
  else if (closed !== null) parts.push(`両端が閉じた後は ${seconds(closed)}`);
  if (reset !== null && closed !== reset) parts.push(`リセットの後は ${seconds(reset)}`);
  return parts.join('、');
}

const SIDES = { src: '送信元', dst: '宛先' } as const;
/** Fields of a packet's description, where a word says more than their name. */
const DESCRIBED: Readonly<Partial<Record<FieldName, string>>> = {
  proto: 'プロトコル',
  sport: '送信元ポート',
  dport: '宛先ポート',
  flags: 'フラグ',
  type: 'ICMP タイプ',
  code: 'ICMP コード',
  length: '長さ',
  ttl: 'TTL',
  tos: 'TOS',
  window: 'ウィンドウ',
  tcpopts: 'TCP オプションは',
};

const UNTOLD = {
  told: '送信元に通知する',
  'icmp-error': 'エラーに対するエラーは送られないため、送信元に通知しない',
  fragment: '先頭以外のフラグメントに対するエラーは送られないため、送信元に通知しない',
};

export const story: StoryLanguage = {
  messages: {
    'fate.delivered': ({ packet }) => `このホストに配送: ${packet}`,
    'fate.forwarded': ({ iface, packet }) => `転送: ${wayOut(iface)}送出、${packet}`,
    'fate.sent': ({ iface, packet }) => `送信: ${wayOut(iface)}送出、${packet}`,
    'fate.dropped': () => '破棄',
    'fate.rejected': ({ untold }) => `拒否 (破棄し、${UNTOLD[untold ?? 'told']})`,
    'fate.stolen': () => 'ターゲットが引き取り、先へは進まない',
    'fate.waits': () => '保留',
    'fate.unknown': () => '不明',
    'by.rule': ({ table, chain, rule, place }) => `${table} ${chain} のルール ${rule} (${place}) による`,
    'by.policy': ({ table, chain }) => `${table} ${chain} のポリシーによる`,
    'by.accepting.rule': ({ table, chain, rule, place }) => `${table} ${chain} のルール ${rule} (${place}) が許可`,
    'by.accepting.policy': ({ table, chain }) => `${table} ${chain} のポリシーが許可`,
    'by.granted': () => 'そのポリシーは与えられていないため ACCEPT とみなす',
    'by.translating': ({ table, chain, rule, place }) => `${table} ${chain} のルール ${rule} (${place}) が変換`,
    'by.following': ({ side, from, to }) => `接続の記録どおりに変換: ${SIDES[side]} ${from} → ${to}`,
    'by.nobody': () => '与えられたルールに、これを妨げるものはない',
    'by.reason': ({ reason, answer }) => REASON_WORDS[reason] + (answer === '' ? '' : ` (送信元には ${answer} が返る)`),
    'by.question': ({ question, get, fact }) =>
      `結果は次による: ${open(question)}。${get === '' ? '' : `${get} で分かる。または `}--assume '${fact}=yes' (${ANSWERS[question.kind][0]}) か =no (${ANSWERS[question.kind][1]}) で決められる`,
    'by.address': ({ iface }) => `${iface} のアドレスが与えられていない (ip addr)`,
    'by.whatever': ({ question }) => `次のことは結果に影響しない: ${open(question)}`,

    assumed: ({ list }) => `仮定: ${list}`,
    'assumed.field': ({ field, value }) => `${DESCRIBED[field as FieldName] ?? field} ${say(value)}`,
    'assumed.fact': ({ fact, answer }) => `${fact}=${answer ? 'yes' : 'no'}`,
    'assumed.iface': ({ iface }) => `送信元への戻り経路が通る ${iface} から入ってくる`,
    'assumed.back': ({ iface }) => `応答は、パケットが入ってきた ${iface} から出ていく`,
    'assumed.own': () => '送信元が自身のアドレスなので、このホストが送信する',
    'assumed.placed': ({ packets }) => `${packets} パケットは送信元から推定した所から入ってくる`,
    'assumed.tracking': ({ on, why }) => `接続追跡は${on ? '有効' : '無効'} (${TRACKING[why]})`,
    'assumed.sysctls': ({ settings }) => settings,
    'assumed.local-table': () => 'local 経路テーブルはアドレスから作られるとおり',
    'assumed.addresses-of-routes': () => 'アドレスが与えられていないため、経路に現れるものがすべて (ip addr)',
    'assumed.draw': () =>
      '確率によるもの (statistic --mode random) は乱数で決めた (--seed で別の乱数になり、--assume random=yes|no で固定できる)',
    'assumed.random': ({ answer }) => `確率によるものは${answer ? '一致する' : '一致しない'} (--assume random)`,
    'assumed.port': ({ what, port, min, max }) =>
      `${what === 'port' ? 'ポート' : '識別子'} ${port} は乱数で選んだ (カーネルは ${min}-${max} のいずれかを使う)`,
    'assumed.policy': ({ table, chain, policy }) => `${table} ${chain} のポリシーは ${policy}`,
    'assumed.fresh': () =>
      'ルールが数え、覚えるもの (limit、statistic --mode nth、recent など) はルールを読み込んだ直後の状態',
    'assumed.timeouts': ({ policies }) =>
      `接続の寿命は設定値に従う: タイムアウトポリシー (${policies}) の内容は分からない`,
    'assumed.unexpected': ({ helpers }) => `他の接続のヘルパー (${helpers}) が待っている接続はない`,
    'assumed.groups': () => '参加しているグループはカーネル自身が参加するものだけ (ip maddr)',
    'assumed.back-ends': () =>
      '後から読み込まれたのは iptables-legacy: そのテーブルは iptables-nft のもの (nft …) より先に参照される',
    'assumed.connected-routes': () => '経路が与えられていないため、アドレスから作られるものだけが分かっている',

    'begin.wire': ({ packet, iface }) => packet + (iface === '' ? '' : `、${iface} から入ってくる`),
    'begin.host': ({ packet }) => `${packet}、このホストが送信する`,
    'begin.loop': ({ iface }) => `${iface} から再び入ってくる`,
    'begin.copy': ({ iface }) => `複製が ${iface} から入ってくる`,
    'hook.table': ({ table, hook }) => `${table} ${hook}`,
    'hook.skip': ({ table, hook, why }) => `${table} ${hook} は参照されない: ${SKIPS[why]}`,
    'hook.passed': ({ tables }) => `${tables}: 変更なしで通過`,
    gathered: ({ fragments }) =>
      fragments === 1
        ? 'ほかにフラグメントはなく、フラグメントヘッダを外して先へ進む'
        : `${fragments} 個のフラグメントが揃い、一つのパケットとして先へ進む`,
    'received.waits': () => 'INPUT を通った後、同じパケットの残りが届くまで待つ',
    'received.whole': ({ fragments }) =>
      fragments === 1
        ? 'INPUT を通った後、ほかにフラグメントはなく、フラグメントヘッダが外れる'
        : `INPUT を通った後、${fragments} 個のフラグメントが揃い、一つのパケットになる`,
    'received.lost': ({ reason, answer }) =>
      `INPUT を通った後に失われる: ${REASON_WORDS[reason]}${answer === '' ? '' : `。送信元には ${answer} が返る`}`,
    ungathered: ({ why }) =>
      why === 'headers-cut'
        ? 'フラグメントヘッダに続くヘッダが途中で切れているため、フラグメントのまま先へ進む'
        : '長さが 8 の倍数でないため、フラグメントのまま先へ進む。待っていた残りは失われる',
    tracked: ({ state, reason, part }) =>
      `接続追跡: ${state}${part === null ? '' : `、${PARTS[part]}`}${reason === undefined ? '' : `、${REASON_WORDS[reason]}`}`,
    entry: connection,
    'routed.local': ({ address, route, how }) =>
      `ルーティング: ${address} は${{ unicast: 'このホスト自身のアドレス', broadcast: 'ブロードキャストアドレス', multicast: 'このホストが参加しているグループ' }[how]}なので、ここに配送${by(route)}`,
    'routed.forward': ({ address, iface, gateway, route }) =>
      `ルーティング: ${address} はこのホストのアドレスではないので、${iface} から${via(gateway)}転送${by(route)}`,
    'routed.send': ({ address, iface, gateway, route }) =>
      `ルーティング: ${address} へは ${iface} から${via(gateway)}届く${by(route)}`,
    'routed.again': ({ address, iface, gateway, route, before }) =>
      `変更に伴う再ルーティング: ${address} へは ${iface} から${via(gateway)}${by(route)}${before === iface ? '' : `。OUTPUT のルールでは出口は ${before} のまま`}`,
    'routed.taken': ({ way, iface }) =>
      `ルーティングは不明。指定された${iface === '' ? '道筋' : 'インターフェイス'}に従う: ${wayOut(iface)}${{ input: 'ここに配送', forward: '転送', output: '送信' }[way]}`,
    ttl: ({ before, after, family }) => `${family === 6 ? 'ホップリミット' : 'TTL'} ${before} → ${after}`,
    lost: ({ reason, answer }) => REASON_WORDS[reason] + (answer === '' ? '' : `。送信元には ${answer} が返る`),

    'lost.question': ({ question }) => `判定できない: ${open(question)}`,
    'lost.address': ({ iface }) => `${iface} のアドレスが与えられていない (ip addr)`,

    parts: ({ parts }) => parts.join('、'),
    'rule.any': () => '(すべてのパケット)',
    'rules.missed': ({ from, to }) => `${from}-${to} は一致しない`,
    'rules.missed.first': ({ from, to, option, why }) =>
      `${from}-${to} は一致しない。ルール ${from}: ${option === '' ? '' : `${option} に対し、`}${why}`,
    'rule.missed': ({ option, why }) => `一致しない: ${option === '' ? '' : `${option} に対し、`}${why}`,
    'rule.cut': ({ option }) => `パケットを破棄: ヘッダが途中で切れており、${option} が読めない`,
    'rule.open': ({ question }) => `判定できない: ${open(question)}`,
    'rule.counts': () => 'パケットを数えるだけで先へ進む: ターゲットがない',
    'rule.idle': () => '先へ進む: ターゲットはパケットを変えない',
    'rule.begins': ({ said }) => `先へ進む: ここから始まる接続は ${said} となる`,
    'rule.secmark': ({ how }) => `先へ進む: ${SECMARKS[how]} (セキュリティモジュール用で、ルールは読まない)`,
    'rule.foreign': ({ target }) => `先へ進む: ${JAPANESE[target]}`,
    'rule.passes': ({ question }) => `仮定により先へ進む: ${open(question)}`,
    'rule.takes': ({ question }) => `仮定によりパケットはここで終わる: ${open(question)}`,
    'rule.jumps': ({ chain }) => `${chain} へジャンプ`,
    'rule.jumps.first': ({ chain }) =>
      `${chain} へジャンプ: チェインは判定ではなく、その中のルールが決めなければパケットは戻ってくる`,
    'rule.goes': ({ chain }) => `${chain} へ移り、ここへは戻らない`,
    'rule.returns': ({ back }) => `RETURN: ${backTo(back)}`,
    'rule.accepts': ({ table, hook }) => `許可: ${hook} での ${table} テーブルの処理はここまで`,
    'rule.drops': () => 'パケットを破棄',
    'rule.rejects': () => 'パケットを拒否',
    'rule.steals': ({ target }) => `パケットを引き取る${target === null ? '' : `: ${JAPANESE[target]}`}`,
    'rule.logs': () => 'パケットをログに記録し、先へ進む',
    'rule.copies': () => 'パケットの写しを別のホストへ送り、先へ進む',
    'rule.traces': () => '先へ進み、この後に通るルールが記録される',
    'rule.timer': () => 'タイマーを始めからやり直し、先へ進む',
    'rule.led': () => 'LED を点灯させ、先へ進む',
    'rule.edits': ({ field, before, after }) => `${FIELDS[field]} ${before} → ${after}`,
    'rule.keeps': ({ field, value }) => `${FIELDS[field]}は ${value} のまま`,
    'rule.mss': ({ before, after }) => {
      if (before === null) return `MSS ${after} を加える`;
      if (after === null) return `MSS ${before} → 経路の MTU に合わせた値まで (経路の MTU は分かっていない)`;
      return before === after ? `MSS は ${before} のまま` : `MSS ${before} → ${after}`;
    },
    'rule.strips': ({ option }) => `TCP オプション ${option} を消す`,
    'rule.connmark': ({ before, after }) => `接続マーク ${before} → ${after}`,
    'rule.drawn': ({ probability }) => `確率 ${probability}: 乱数により一致`,
    'rule.untracks': () => 'パケットは追跡されない',
    'rule.translates': ({ side, from, to, drawn, clash, table, hook }) => {
      const how = drawn ? ' (乱数による)' : '';
      if (clash) return `ほかの接続と重なるため、${SIDES[side]} ${from} → ${to}${how}`;
      const change = from === to ? `${SIDES[side]} ${from} は変わらない` : `${SIDES[side]} ${from} → ${to}`;
      return `${change}${how}: ${hook} での ${table} テーブルの処理はここまで`;
    },
    'rule.untranslated': () => '変換しようとするが、使うアドレスがない',
    'chain.empty': ({ chain, back }) => `チェイン ${chain} にはルールがない: ${backTo(back)}`,
    'chain.ends': ({ chain, back }) => `${chain} の末尾: ${backTo(back)}`,
    policy: ({ chain, policy }) => `${chain} の末尾: ポリシーにより${policy === 'ACCEPT' ? '許可' : 'パケットを破棄'}`,
    followed: ({ side, from, to, quoted }) =>
      from === to
        ? '接続の記録どおり、引用されたパケットを元に変換する'
        : `接続の記録どおり、${SIDES[side]} ${from} → ${to}${quoted ? '。引用されたパケットも元に変換する' : ''}`,
    identity: ({ side, end }) => `${SIDES[side]}を変換するルールはない: ${end} のまま`,
    leaves: ({ hook, iface, packet }) =>
      hook === 'input' ? `このホストに配送: ${packet}` : `${wayOut(iface)}送出: ${packet}`,

    ...WHY,

    'after.connection': () => '以後、接続追跡がこの接続を記憶する。後続パケットと応答は nat テーブルを再び参照しない。',
    'after.translated': ({ side, from, to }) =>
      `  同じように変換される: ${SIDES[side]} ${from} → ${to}、応答では${SIDES[side === 'src' ? 'dst' : 'src']} ${to} → ${from}`,
    'after.plain': () => '  どちらの方向も変換されない',
    'after.known': ({ part }) =>
      `既知の接続${part === 'error' ? 'についてのパケットである' : 'に属する'}。接続が終わるまで nat テーブルは参照されず、接続の記録に従って変換される。`,
    'after.entry': (note) => `  ${connection(note)}`,
    'after.gone': () => '接続はこのパケットで終わる。',
    'after.ends': (lasts) => `  ${lasting(lasts)}`,
    'after.given': ({ state }) =>
      `指定どおり ${state} として扱った。接続の最初のパケットを nat テーブルがどう変換したかは、ここでは分からない。`,
    'after.untracked': () => '接続追跡はこのパケットを記憶しない。次のパケットは改めて判定される。',
    'after.nofilter': () => 'filter テーブルが与えられていないため、パケットを通すかどうかは分からない。',
  },
  reasons: REASON_WORDS,
  fields: FIELDS,
  columns: columnsOf,
};
