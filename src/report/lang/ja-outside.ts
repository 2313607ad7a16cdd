/** Japanese, of what was found outside of packets: src/model/outside-reading.ts. */
import type { OutsideWords } from './messages.js';

const SOCKETS = {
  protocol: 'ソケットを探す対象ではない',
  cut: 'ヘッダーが途中で切れている',
  none: '対応するソケットはない',
  found: '対応するソケットがある',
} as const;

const PROXIES = {
  cut: 'ヘッダーが途中で切れている',
  none: '受け取る透過ソケットがない',
  found: '透過ソケットが受け取る',
} as const;

const TO_SYNPROXY = {
  checksum: 'チェックサムが誤っている',
  cut: 'ヘッダーが途中で切れているか、オプションの長さが合わない',
  syn: 'プロキシが SYN を引き取り、サーバーに代わって SYN-ACK で応答する',
  valid: 'クッキーはプロキシが渡したものである: プロキシが ACK を引き取り、自らサーバーへ SYN を送る',
  invalid: 'クッキーはプロキシが渡したものではない',
  other: '単独の SYN でも ACK でもない: プロキシはそのまま通す',
} as const;

export const OUTSIDE: OutsideWords = {
  physdev: ({ in: entered, out }) => {
    if (entered === null) return 'ブリッジのポートから入ったものではない';
    const by = entered === undefined ? '' : `ブリッジのポート ${entered} から入った`;
    const leaves = out === undefined ? '' : out === null ? '出ていくポートは分からない' : `${out} から出ていく`;
    return [by, leaves].filter((part) => part !== '').join('。');
  },
  policy: ({ dir, states }) => {
    if (states.length === 0) return dir === 'in' ? 'IPsec が解いたものはない' : 'IPsec による変換はない';
    return `IPsec が${dir === 'in' ? '解いたもの' : '施すもの'}: ${states.join('、次に ')}`;
  },
  osf: ({ os, why }) =>
    why === undefined ? `${os} が送ったように見える` : why === 'syn' ? 'SYN ではない' : '合うフィンガープリントがない',
  socket: ({ why }) => SOCKETS[why],
  tproxy: ({ why, mark }) => PROXIES[why] + (mark === undefined ? '' : `。マークは 0x${mark.toString(16)} になる`),
  synproxy: ({ why }) => TO_SYNPROXY[why],
  clusterip({ why, mark }) {
    if (why === 'none') return '接続がない';
    if (why === 'error') return '接続についての ICMP エラーである: クラスタはそのまま通す';
    const own = why.local.length === 0 ? 'なし' : why.local.join('、');
    return `ノード ${why.node} のものであり、このホストのノードは ${own}${mark === undefined ? '' : `。接続のマークは ${mark} になる`}`;
  },
  ipvs: ({ service }) => (service === undefined ? 'IPVS の接続に属さない' : `IPVS の接続: ${service}`),
};
