/** Japanese, of what helps beside an answer. */

import { LOOPBACK, WAY_BACK } from './commands.js';
import { FATE_WORDS } from './ja-story.js';
import type { Check, Decider, HintWords, RuleAt, Setting } from './messages.js';

const rule = ({ table, chain, rule, place }: RuleAt) => `${table} ${chain} のルール ${rule} (${place})`;
const decider = ({ table, chain, rule }: Decider) =>
  `${table} ${chain} の${rule === null ? 'ポリシー' : `ルール ${rule}`}`;
/** Rules beside one of the same chain go by their numbers. */
const beside = (one: RuleAt, other: RuleAt) =>
  one.table === other.table && one.chain === other.chain ? `ルール ${other.rule} (${other.place})` : rule(other);
const VERDICTS = { accept: '許可', drop: '破棄', reject: '拒否', translate: '変換' } as const;
const setting = ({ key, value, given }: Setting) =>
  value === null ? `${key} は不明` : `${key} は ${value}${given ? '' : ' (仮定)'}`;

function check({ what, port, udp, family }: Check): string {
  switch (what) {
    case 'listens':
      return `ss -l${udp ? 'u' : 't'}n 'sport = :${port}' (サービスが ${LOOPBACK[family]} 以外でも待ち受けているか)`;
    case 'docker':
      return 'ss -ltnp (Docker が公開するポートは docker-proxy が受け取る)';
    case 'nft':
      return 'nft list ruleset (iptables のもの以外のルール)';
    case 'back':
      return `戻りの経路 (${WAY_BACK[family].join('、')})`;
    case 'target':
      return '相手のホストのファイアウォール';
    case 'outside':
      return '途中のファイアウォール (クラウドのセキュリティグループ)';
  }
}

export const HINTS: HintWords = {
  'hint.title': () => '手がかり:',
  'hint.shadowed': ({ later, verdict, before }) =>
    `${rule(later)} なら${VERDICTS[verdict]}するが、${before.map((one) => beside(later, one)).join('と')} が先にある`,
  'hint.still': ({ first, next, verdict }) =>
    `${rule(first)} がなくても、${beside(first, next)} が${VERDICTS[verdict]}する`,
  'hint.unreached': ({ rule: one, verdict, hook, hooks }) =>
    `${rule(one)} なら${VERDICTS[verdict]}するが、${
      hooks.length === 0
        ? `与えられたルールのどれも ${one.chain} を呼び出していない`
        : hooks.includes(one.chain)
          ? `パケットが通るのは ${hook} であり、${one.chain} ではない`
          : `${one.chain} を呼び出すのは ${hooks.join('と')} であり、パケットが通る ${hook} ではない`
    }`,
  'hint.translated': ({ from, to, hook, rules }) =>
    [
      `変換後の宛先は ${from} ではなく ${to} であり${hook === null ? '' : `、filter では ${hook} が判定する`}`,
      ...(rules.length === 0 ? [] : [`${rules.map(rule).join('と')} は変換前の宛先を調べるので一致しない`]),
    ].join('。'),
  'hint.returns': ({ rule: one, by }) => `${rule(one)} の RETURN は何も決めず、決めるのは ${decider(by)}`,
  'hint.counts': ({ rule: one, by }) =>
    `${rule(one)} にはターゲット (-j) がなく、数えるだけである。決めるのは ${decider(by)}`,
  'hint.answer': ({ fate, by }) =>
    `応答は戻らない: ${by === null ? '' : `${decider(by)} により`}${FATE_WORDS[fate]} (詳しくは --reply)`,
  'hint.hairpin': ({ from, to, network, wanted, rule }) =>
    `応答は戻らない: ${from} と ${to} はどちらも ${network} にあり、応答は直接送られるが、${to} が待っているのは ${wanted}。${rule} により応答はここを通る`,
  'hint.supposing': ({ facts }) => `${facts.join('、')} の場合 (--assume):`,
  'hint.insert': ({ command, before }) =>
    `このようなパケットを通すには、${before === null ? '' : `${rule(before)} の前に `}${command}`,
  'hint.otherway': ({ came, back, settings }) =>
    `パケットは ${came} から入り、送信元への戻り経路は ${back} を通る。rp_filter が 1 なら破棄される (sysctl ${settings.join(' ')})`,
  'hint.norule': ({ settings, get }) =>
    settings.length === 0
      ? `決めたのはルールではない: ${get.join(' と ')} で分かる`
      : `決めたのはルールではなく設定である: ${settings.map(setting).join('、')} (${get.join('、')})`,
  'hint.tables': ({ tables, nat, through, save }) => {
    const others = tables.length > (nat ? 1 : 0);
    const may = [
      ...(through && others ? ['パケットを破棄する'] : []),
      ...(nat ? [`DNAT によって${through ? '' : 'ここで決めたルールを通さずに'}別の宛先へ送る`] : []),
    ];
    return `${tables.join('、')} テーブルは与えられていない。そのルールが${may.join('か、')}かもしれない (${save} ならすべてのテーブルを出力する)`;
  },
  'hint.passes': ({ checks }) =>
    `これらのルールはパケットを止めない。届かないなら次を調べる: ${checks.map(check).join('、')}`,
};
