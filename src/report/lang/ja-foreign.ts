/** What extensions of other projects are, in Japanese. */
import type { ForeignName } from '../../ext/third-party/words.js';
import type { ForeignWords } from './messages.js';

export const FOREIGN_WORDS: Readonly<Record<ForeignName, string>> = {
  asn: 'アドレスの自律システム (AS)',
  condition: '管理者が設定するフラグ',
  dhcpmac: 'DHCP メッセージにあるクライアントのアドレス',
  dstlimit: '宛先ごとのパケットの頻度。のちの hashlimit',
  fuzzy: 'ファジィ制御によるパケットの頻度',
  geoip: 'アドレスの国',
  gradm: 'grsecurity の RBAC が有効かどうか',
  id: 'ルールの番号。どのパケットにも当てはまる',
  iface: 'リンクの状態',
  iplimit: '送信元の接続数。のちの connlimit',
  ipp2p: 'ファイル共有プログラムのパケットかどうか',
  ipv4options: 'IPv4 ヘッダのオプション',
  layer7: '接続の最初の数パケットの内容',
  length2: 'パケット、またはその層の長さ',
  lscan: 'スキャンのように見えるパケットかどうか',
  mport: 'ポートのリスト',
  ndpi: 'nDPI が接続に見いだすプロトコル',
  nth: '何個かに一つのパケット。カウンタは複数のルールで共有される',
  pknock: '送信元が正しいポートを順に叩いたかどうか',
  pool: 'アドレスがプールに含まれるかどうか。のちの set',
  psd: '送信元がポートをスキャンしているかどうか',
  quota2: '名前のあるカウンタの残り',
  random: '確率によるパケットの一部',
  unclean: 'パケットの形が崩れているかどうか',
  webstr: 'HTTP リクエストが求めるもの',
  ACCOUNT: 'ネットワークのアドレスごとに送受信量を数える',
  BALANCE: '接続に複数の宛先のうち一つを順に与える',
  CHAOS: '確率により、拒否する、破棄する、または TARPIT や DELUDE のように応える',
  DELUDE: 'SYN にはポートが開いているかのように、ほかのセグメントにはリセットで応える',
  DHCPMAC: 'DHCP メッセージにあるクライアントのアドレスを書き換え、そうでないものは破棄する',
  DNETMAP: '内側のアドレスごとにネットワークのアドレスを結び付け、それに従って接続を変換する',
  ECHO: '来たところへ送り返す',
  FLOWOFFLOAD: '接続の後のパケットはルールを通らない',
  FULLCONENAT: '送信元がリンクのアドレスになり、そのポートに送る者は誰でも内側のホストに届く',
  IMQ: '先へ進む前に imq リンクのキューで待つ',
  IPMARK: 'パケットのマークがアドレスのビットになる',
  IPV4OPTSSTRIP: 'IPv4 ヘッダのオプションを上書きする',
  LOGMARK: 'パケットと接続のマークをカーネルのログに書く',
  MIRROR: 'アドレスを入れ替えて送り返す',
  NETFLOW: 'フローごとの送信量をコレクタのために数える',
  NETLINK: 'プログラムが写しを受け取り、指定されていればパケットを破棄する',
  POOL: 'アドレスをプールに加える、または除く',
  PROTO: 'ヘッダのプロトコル番号を書き換える',
  RAWDNAT: 'このパケットだけの宛先を書き換える',
  RAWSNAT: 'このパケットだけの送信元を書き換える',
  ROUTE: 'ルーティングによらず、指定のリンクまたはゲートウェイから送る',
  SAME: '送信元ごとに複数のアドレスのうち同じ一つを与える',
  STEAL: 'パケットは消え、送った側にエラーは伝わらない',
  SYSRQ: 'パスワードを含むものは sysrq を起こし、ほかは破棄する',
  TARPIT: 'TCP 接続を開いたまま、決して応えない',
  TRIGGER: 'ほかへ送ったホストのためにポートを開ける',
  XOR: 'パケットのペイロードを鍵でかき混ぜる',
};

const PARTS = { client: 'クライアントのアドレス', options: 'IPv4 のオプション', payload: 'ペイロード' } as const;
const SIDES = { src: '送信元', dst: '宛先' } as const;

export const FOREIGN: ForeignWords = {
  condition: ({ name, on }) => `フラグ ${name} は${on ? 'オン' : 'オフ'}`,
  geoip: ({ side, country }) =>
    country === undefined ? `${SIDES[side]}の国が与えられていない` : `${SIDES[side]}の国は ${country}`,
  iface: ({ link, flag, has }) => {
    if (link === null) return 'そこにはリンクがない';
    return has === undefined
      ? `リンク ${link} が ${flag} かどうかが与えられていない`
      : `リンク ${link} は ${flag} で${has ? 'ある' : 'はない'}`;
  },
  ipv4options: ({ has }) =>
    has.length === 0 ? 'IPv4 のオプションがない' : `IPv4 のオプション ${has.join(', ')} がある`,
  length2: ({ layer, length }) =>
    length === null ? `長さの分かる第 ${layer} 層がない` : `第 ${layer} 層は ${length} バイト`,
  quota2: ({ name, before, after, packets }) =>
    `カウンタ${name === '' ? '' : ` ${name} `}は ${before} ${packets ? 'パケット' : 'バイト'}${before === after ? '' : `、いま ${after}`}`,
  dhcpmac: ({ client }) => (client === null ? 'DHCP メッセージには短すぎる' : `DHCP でのクライアントは ${client}`),
  written: ({ part, bytes }) =>
    bytes === 0 ? `${PARTS[part]}は何も変わらない` : `${PARTS[part]}の ${bytes} バイトが変わる`,
  'full-cone': ({ port, link, holder, how }) => {
    if (holder === undefined) return `${link} のポート ${port} を持つ内側のホストはない`;
    return how === 'held'
      ? `${link} のポート ${port} は ${holder} のもの`
      : `${holder} に ${link} のポート ${port} が${how === 'drawn' ? '無作為に選ばれて' : ''}与えられる`;
  },
  ipmark: ({ before, after }) => `マーク 0x${before.toString(16)} → 0x${after.toString(16)}`,
};
