/** Japanese, of why a condition did not come out as wanted. */
import type { ReadWord } from '../../model/condition.js';
import { READINGS } from './ja-readings.js';
import { type FieldWord, type HeaderWord, readingText, type WhyWords } from './messages.js';

export const FIELDS: Readonly<Record<FieldWord, string>> = {
  source: '送信元アドレス',
  destination: '宛先アドレス',
  protocol: 'プロトコル',
  'source-port': '送信元ポート',
  'destination-port': '宛先ポート',
  'icmp-type': 'ICMP タイプ',
  'icmp-code': 'ICMP コード',
  flags: 'フラグ',
  length: '長さ',
  ttl: 'TTL',
  'hop-limit': 'ホップリミット',
  tos: 'TOS',
  fragment: 'フラグメントのワード',
  mark: 'マーク',
  group: 'インターフェイスグループ',
  'connection-mark': '接続マーク',
  connection: '接続の値',
  zone: '接続ゾーン',
  status: '接続ステータス',
  'link-address': '送信元 MAC アドレス',
  frame: 'フレームの種類',
  user: '所有者',
  other: '値',
};

const READS: Readonly<Record<ReadWord, string>> = {
  spi: 'SPI',
  'header-length': 'ヘッダの長さ',
  'length-field': '長さフィールド',
  reserved: '予約フィールド',
  'routing-type': 'ルーティングタイプ',
  'segments-left': '残りセグメント数',
  'last-entry': '最終エントリ',
  tag: 'タグ',
  'next-header': '次ヘッダ',
  'fragment-id': 'フラグメント識別子',
  'fragment-offset': 'フラグメントオフセット',
  'more-fragments': '後続フラグメントのフラグ',
  'mobility-type': 'モビリティタイプ',
  'dccp-type': 'DCCP タイプ',
};
const HEADERS: Readonly<Record<HeaderWord, string>> = {
  'hop-by-hop': 'ホップバイホップオプション',
  routing: 'ルーティングヘッダ',
  fragment: 'フラグメントヘッダ',
  authentication: '認証ヘッダ',
  destination: '宛先オプション',
  mobility: 'モビリティヘッダ',
  other: 'そのヘッダ',
};
const element = (text: string) => text.replaceAll('(no interface)', '(インターフェイスなし)');

export const WHY: WhyWords = {
  'why.reading': ({ reading }) => readingText(READINGS, reading),
  'why.value': ({ field, value }) => `パケットの${FIELDS[field]}は ${value}`,
  'why.iface': ({ side, name }) =>
    name === ''
      ? `このフックには${side === 'in' ? '入力' : '出力'}インターフェイスがない`
      : side === 'in'
        ? `${name} から入ってきた`
        : `${name} から出ていく`,
  'why.fragment': () => '2 番目以降のフラグメントにそのヘッダはない',
  'why.set': ({ element: one, set, held }) => `${element(one)} は ${set} に${held ? '含まれる' : '含まれない'}`,
  'why.addrtype': ({ address, type }) => `${address} は ${type}`,
  'why.state': ({ state }) => `接続は ${state}`,
  'why.bytes': () => 'パケットの内容が一致しない',
  'why.turn': ({ left }) => (left === 0 ? 'その順番である' : `順番が来るのは ${left} パケット後`),
  'why.draw': () => '乱数により不一致',
  'why.rpfilter': ({ passed }) => `送信元への戻り経路はこのインターフェイスを${passed ? '通る' : '通らない'}`,
  'why.assumed': ({ question, answer }) => `${question}=${answer ? 'yes' : 'no'} と仮定した`,
  'why.read': ({ what, value }) => `${READS[what]}は ${value}`,
  'why.header': ({ header }) => `${HEADERS[header]}がない`,
  'why.broken': ({ header }) => `${HEADERS[header]}が途中で切れているか、一覧より多くの残りがある`,
  'why.cut': () => 'ヘッダが途中で切れている',
  'why.headers': ({ headers }) => `パケットにあるのは ${headers}`,
  'why.options': ({ header }) => `${HEADERS[header]}の始まりが異なる`,
  'why.addresses': () => 'ルーティングヘッダのアドレスが異なる',
  'why.segment': () => 'そのセグメントは別のものか、存在しない',
  'why.word': ({ value }) => `そこで読んだ値は ${value}`,
  'why.short': () => 'パケットはその手前で終わる',
  'why.mss': ({ mss }) => (mss === null ? 'MSS がない' : `MSS は ${mss}`),
  'why.option': ({ protocol, option, held }) => `${protocol} オプション ${option} が${held ? 'ある' : 'ない'}`,
  'why.pattern': ({ held }) => `パケットにそれは${held ? '含まれる' : '含まれない'}`,
  'why.chunks': () => 'チャンクが異なる',
  'why.program': ({ held }) => `プログラムはそれに一致${held ? 'する' : 'しない'}`,
  'why.never': () => 'そのようなパケットはない',
};
