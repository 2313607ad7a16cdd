/** Japanese, of what extensions refuse that limit or estimate rates. */
import type { Catalogue } from './translate.js';

export const IN_LIMITS: Catalogue = {
  '"{}" is a rate too high': '「{0}」はレートとして高すぎる',
  '"{}" is not a rate: a number, and a unit behind it': '「{0}」はレートではない: 数値のあとに単位を書く',
  '"{}" is not a rate: a number above 0, and a unit behind it':
    '「{0}」はレートではない: 0 より大きい数値のあとに単位を書く',
  '"{}" is not a burst: a number, and b, kb or mb behind it':
    '「{0}」はバーストではない: 数値、またはそのあとに b、kb、mb を書く',
  'value {} is not in 1..{}': '値 {0} は 1..{1} の範囲にない',
  'value {} is not in 0..{}': '値 {0} は 0..{1} の範囲にない',
  'a rate below 16 bytes a second goes with no burst': '毎秒 16 バイト未満のレートにはバーストを付けられない',
  'a burst is of {} bytes at least': 'バーストは {0} バイト以上である',
  '"{}" is no name of a file': '「{0}」はファイル名にならない',
  '"{}" is not a number of seconds': '「{0}」は秒数ではない',
  'needs one of --hashlimit-upto, --hashlimit-above': '--hashlimit-upto、--hashlimit-above のいずれかが必要である',
  'needs one of --rateest-lt, --rateest-gt, --rateest-eq':
    '--rateest-lt、--rateest-gt、--rateest-eq のいずれかが必要である',
  'needs one of --rateest-bps, --rateest-pps': '--rateest-bps、--rateest-pps のいずれかが必要である',
  '"{}" is not a time: a number, and s, ms or us behind it': '「{0}」は時間ではない: 数値のあとに s、ms、us を書く',
  'the longest interval is 8s': '間隔は 8s までである',
  'these are not all policies of IPsec: what they say is left out': 'IPsec のポリシーのすべてではない: その内容を除く',
  'expected what ip xfrm policy or its count prints': 'ip xfrm policy またはその count が出力する形のはずである',
  'expected a number': '数値のはずである',
  'expected numbers of nodes, joined by commas': 'コンマで区切られたノードの番号のはずである',
  'expected an object as nfacct list prints it': 'nfacct list が出力する形のオブジェクトのはずである',
  'expected an entry of a table of hashlimit': 'hashlimit のテーブルのエントリのはずである',
  'expected a socket with its addresses as numbers, as ss -n prints them':
    'ss -n が出力するような、アドレスが数値のソケットのはずである',
  'expected an entry of a list of recent': 'recent のリストのエントリのはずである',
  'is out of range': '範囲の外にある',
};
