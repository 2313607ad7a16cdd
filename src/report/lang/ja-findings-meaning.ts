/** Japanese, of what rules mean: src/compile/findings. */
import type { Catalogue } from './translate.js';

export const IN_MEANING: Catalogue = {
  'this is the one address {0.0.0.0|::}, and not every one':
    'これは {0|0.0.0.0|::} という一つのアドレスであり、すべてのアドレスではない',
  'every address is what is meant without the option, or with /0 behind it':
    'すべてのアドレスを指すには、オプションを省くか、後ろに /0 を付ける',
  '{} is the protocol of IPv{}, and the rule is for IPv{}': '{0} は IPv{1} のプロトコルで、ルールは IPv{2} 用である',
  '-p {} is that of IPv{}': 'IPv{1} のものは -p {0} である',
  'chain {} has no rules: packets come straight back': 'チェイン {0} にはルールがない: パケットはそのまま戻ってくる',
  'no rule leads to chain {}: no packet comes there': 'チェイン {0} を呼ぶルールがない: パケットは来ない',
  'rules lead to chain {}, but none that a built-in chain leads to':
    'チェイン {0} を呼ぶルールはあるが、組み込みチェインからはそこに至らない',
  'the rule has no target: it counts packets and decides nothing':
    'ルールにターゲットがない: パケットを数えるだけで、何も決めない',
  "port {} is published by Docker: its packets go by FORWARD, where ufw's rules for incoming ones never see them":
    'ポート {0} は Docker が公開している: そのパケットは FORWARD を通り、ufw の着信用のルールの対象にならない',
  ' port {}': ' ポート {0}',
  'no rule of FORWARD lets through what is sent to {} here: its first packet is dropped':
    'ここで {0} へ送られるものを通すルールが FORWARD にない: 最初のパケットが破棄される',
  'FORWARD sees the new destination: -m conntrack --ctstate DNAT -j ACCEPT there lets all such packets through':
    'FORWARD が見るのは新しい宛先である: そこで -m conntrack --ctstate DNAT -j ACCEPT とすれば、このようなパケットはすべて通る',
  'no rule of INPUT lets in what is redirected to{} of this host: its first packet is dropped':
    'このホストの{0} に振り向けられるものを通すルールが INPUT にない: 最初のパケットが破棄される',
  '{} is 0: the host forwards no packets, those that this rule is for neither':
    '{0} が 0 である: ホストはパケットを転送せず、このルールの対象も転送されない',
  'the rule wants a bit that its mask leaves out: no packet fits it':
    'マスクに含まれないビットを求めている: 一致するパケットはない',
  'the conditions of the rule exclude each other: no packet fits it':
    'ルールの条件が互いに矛盾している: 一致するパケットはない',
  'packets come to {} from OUTPUT alone and have no incoming interface: -i {} never holds':
    '{0} に来るのは OUTPUT からのパケットだけで、入力インターフェイスがない: -i {1} は決して成り立たない',
  'packets come to {} from {} alone and have no outgoing interface there: -o {} never holds':
    '{0} に来るのは {1} からのパケットだけで、そこでは出力インターフェイスがない: -o {2} は決して成り立たない',
  'the nat table sees the first packet of a connection alone: no packet in this state comes here':
    'nat テーブルには接続の最初のパケットしか来ない: この状態のパケットはここに来ない',
  'the raw table comes before connection tracking: but for packets over lo none has this state there':
    'raw テーブルは接続追跡より前にある: lo を通るもの以外、そこでこの状態のパケットはない',
  'no rule sets {} in the mark of the {}, which is tested here':
    'ここで調べている{1} のマークの {0} を設定するルールがない',
  'no rule sets {} in the mark of the packet, which is tested here':
    'ここで調べているパケットのマークの {0} を設定するルールがない',
  'no rule sets {} in the mark of the connection, which is tested here':
    'ここで調べている接続マークの {0} を設定するルールがない',
  'no rule tests {} in the mark of the {}, which is set here':
    'ここで設定している{1} のマークの {0} を調べるルールがない',
  'no rule tests {} in the mark of the packet, which is set here':
    'ここで設定しているパケットのマークの {0} を調べるルールがない',
  'no rule tests {} in the mark of the connection, which is set here':
    'ここで設定している接続マークの {0} を調べるルールがない',
  'every packet that leaves gets another source, by whatever interface: -o names the one outside':
    'どのインターフェイスから出るパケットも送信元が変わる: 外側のインターフェイスは -o で指定する',
  'no -o says by which interface: packets into other networks of this host are masqueraded too':
    '-o によるインターフェイスの指定がない: このホストの別のネットワークへのパケットも送信元が変わる',
  'no packet comes to this rule: rule {} of {} (line {}) takes every packet':
    'このルールにパケットは来ない: {1} のルール {0} ({2} 行目) がすべてのパケットを処理する',
  'no packet that fits this rule comes to it: rule {} of {} (line {}) takes them all':
    'このルールに一致するパケットはここまで来ない: {1} のルール {0} ({2} 行目) がすべて処理する',
  'the rule changes nothing: rule {} of {} (line {}) does the same to all its packets':
    'このルールがあっても何も変わらない: {1} のルール {0} ({2} 行目) が、対象のパケットすべてに同じことをする',
  'the kernel refuses the rule: rule {} of {} (line {}) has "{}" with another {}':
    'カーネルはこのルールを受け付けない: {1} のルール {0} ({2} 行目) の「{3}」とは {4} が異なる',
  '"{}" is as rule {} of {} (line {}) has it, which is loaded first: {} here {count|counts} for nothing':
    '「{0}」は、先に読み込まれる {2} のルール {1} ({3} 行目) の指定に従う: ここの {4} {5|のどれにも|には}効果がない',
  'packets of {} use up the {} of this rule together': '{0} のパケットは、このルールの {1} を共に使う',
  'the same rule as rule {} of {} (line {}): once is enough':
    '{1} のルール {0} ({2} 行目) と同じルールである: 一度で足りる',
  '{} drops by default, and no rule of it lets ESTABLISHED packets through: answers do not come back':
    '{0} のポリシーは破棄だが、ESTABLISHED のパケットを通すルールがない: 応答が戻ってこない',
  'iptables -I {} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT lets them through':
    'iptables -I {0} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT で通せる',
  '{} drops by default, and no rule of it lets through what the host sends to itself over lo':
    '{0} のポリシーは破棄だが、ホストが lo で自身に送るものを通すルールがない',
  'the policy of {} is DROP, and this rule accepts every packet before it':
    '{0} のポリシーは DROP だが、その前にこのルールがすべてのパケットを許可する',
  'policy DROP of {} in the nat table drops every connection that no rule of it takes':
    'nat テーブルの {0} のポリシー DROP は、ルールが処理しない接続をすべて破棄する',
  'set {} is of type {} and wants {} directions: with {} nothing is found in it':
    'セット {0} の型は {1} で、方向が {2} 個必要である: {3} 個では何も見つからない',
  'set {} is for IPv{}, and the rule for IPv{}: no packet is in it':
    'セット {0} は IPv{1} 用、ルールは IPv{2} 用である: 含まれるパケットはない',
};
