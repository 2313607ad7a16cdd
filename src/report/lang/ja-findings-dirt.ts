/** Japanese, of what people paste: src/parse/dirt. */
import type { Catalogue } from './translate.js';

export const IN_DIRT: Catalogue = {
  // where
  'to line {}': '{0} 行目まで',
  'also {line|lines} {}': 'ほか {1} 行目',
  ' (to line {})': ' ({0} 行目まで)',
  ' (also {line|lines} {})': ' (ほか {1} 行目)',
  ' (to line {}; also {line|lines} {})': ' ({0} 行目まで、ほか {2} 行目)',
  // what was cleaned away
  'colours and other signs for a terminal are left out': '端末用の色などの制御文字を除く',
  'HTML entities stand for the characters that they name': 'HTML の実体参照を、それが表す文字と見なす',
  'tags of HTML and of forums are left out': 'HTML や掲示板のタグを除く',
  'blanks of other widths, and characters without a width, are taken as what they stand for':
    '幅の異なる空白や幅のない文字を、それが表すものと見なす',
  'dashes as programs for prose make them are taken as - and --':
    '文書作成ソフトが置き換えたダッシュを - や -- と見なす',
  'quotes as programs for prose make them are taken as plain ones':
    '文書作成ソフトが置き換えた引用符を普通の引用符と見なす',
  'marks of Markdown are left out': 'Markdown の記号を除く',
  'what stands before the line is no part of it': '行の前にあるものは、その行の一部ではない',
  'what stands in brackets is a name in place of an address': '括弧の中にあるものは、アドレスの代わりの名前である',
  'the line stands in a string of JSON or YAML': '行が JSON や YAML の文字列の中にある',
  'the + of a diff is no part of the line': 'diff の + は行の一部ではない',
  'the line is taken together with those that it goes on in': '続きの行と合わせて一行と見なす',
  'several lines stand in one': '一行に複数の行が入っている',
  'what stands behind this is a remark, and is left out': 'この後ろは注釈なので除く',
  // what was not understood
  'commands are taken as carried out one after another on a host without rules':
    'ルールのないホストで、コマンドを順に実行したものと見なす',
  'a rule that is commented out is none': 'コメントアウトされたルールは無効である',
  'rules are missing before this one, as its number tells': '番号から、このルールの前でルールが抜けていることが分かる',
  'lines were left out here: what they said is not known, nor the numbers of the rules behind them where none stand there':
    'ここで行が省かれている: その内容も、番号が書かれていなければこれより後ろのルールの番号も分からない',
  'a diff takes this line out: it is no rule': 'diff で削除された行であり、ルールではない',
  'what is done when a link or unit goes is left out': 'リンクやユニットの停止時に行うことは除く',
  'this looks like a rule, but does not begin as one: it is left out':
    'ルールのように見えるが、始まりがルールのものではない: これを除く',
  'this looks like a rule, but cannot be read as one: what it does is an open question':
    'ルールのように見えるが、ルールとして読めない: 何をするかは未解決である',
  'many blanks part a word here: it is taken as one': '多くの空白が語を分けているので、一語と見なす',
  'this is taken for the line of chain {}': 'これをチェイン {0} の行と見なす',
  'this is no line of rules, sets or a host, and is left out': 'ルール、セット、ホストのどの行でもないので除く',
  // firewalld
  'direct rules stand in chains of firewalld (INPUT_direct, …) that the built-in ones call first: here they stand in those themselves':
    'direct ルールは、組み込みチェインが最初に呼ぶ firewalld のチェイン (INPUT_direct など) にあるものだが、ここでは組み込みチェイン自体に置く',
  'iptables-save prints all rules that firewalld made, these too':
    'iptables-save なら、これらも含めて firewalld が作ったルールがすべて出力される',
  // commands
  '-P wants a chain and its policy': '-P にはチェインとそのポリシーが必要である',
  '{} is no built-in chain: it has no policy': '{0} は組み込みチェインではない: ポリシーはない',
  '-N wants the name of a chain': '-N にはチェインの名前が必要である',
  '{}: there is no chain {} here': '{0}: ここにチェイン {1} はない',
  '-E wants two names': '-E には名前が二つ必要である',
  '-E: there is no chain {} here': '-E: ここにチェイン {0} はない',
  '{}: there is no chain {} with rules here': '{0}: ここに、ルールのあるチェイン {1} はない',
  '{} is no command of iptables': '{0} は iptables のコマンドではない',
  '-X: there is no chain {} here': '-X: ここにチェイン {0} はない',
  '-X: chain {} has rules, and stays': '-X: チェイン {0} にはルールがあるので残す',
  '-D: chain {} has no rule {} here': '-D: ここではチェイン {0} にルール {1} はない',
  '-D: chain {} has no such rule here': '-D: ここではチェイン {0} にそのようなルールはない',
  '-R: chain {} has no rule {} here': '-R: ここではチェイン {0} にルール {1} はない',
  'which table {} is, is not known here': '{0} がどのテーブルかは、ここでは分からない',
  '"{}" is no table': '「{0}」というテーブルはない',
  '{}: the command is left out': '{0}: このコマンドを除く',
  'this stands in no table': 'どのテーブルにも属していない',
  '{}: the name of a table is missing': '{0}: テーブルの名前がない',
  '{}: there is another command before it': '{0}: その前に別のコマンドがある',
  '{}: {a chain and its policy|the name of a chain} is missing': '{0}: {1|チェインとそのポリシー|チェインの名前}がない',
  'a loop over what is not known here is taken as gone through once':
    'ここでは分からないものについてのループは、一度だけ回るものと見なす',
  "a template's variable stands for what is not known here": 'テンプレートの変数は、ここでは分からないものを表す',
  'what is written to {} is taken as carried out in the end': '{0} に書き込まれるものは、最後に実行されると見なす',
  'nothing calls {}: its commands are left out': '{0} はどこからも呼ばれない: その中のコマンドを除く',
  'what this asks for is not known here: it is taken as true': 'この条件は、ここでは分からない: 真と見なす',
  'which of these is carried out is not known here: none is':
    'どれが実行されるかは、ここでは分からない: どれも実行しない',
  'which of these is carried out is not known here: {} is': 'どれが実行されるかは、ここでは分からない: {0} を実行する',
  'variables make more than {} MB of words: the rest is left out': '変数から {0} MB を超える語ができる: 残りを除く',
  'more than {} commands: the rest is left out': 'コマンドが {0} 個を超えている: 残りを除く',
  '{} is set nowhere: taken as {ip6tables|iptables}': '{0} はどこにも設定されていない: {1|ip6tables|iptables} と見なす',
  'what this restores does not stand here': 'これが復元するものがここにない',
  'give that file too': 'そのファイルも与える',
  'no line such as "*filter" stands above: taken as table {}':
    '「*filter」のような行が上にない: テーブル {0} のものと見なす',
  'this is what ufw status prints, which is not read': 'これは ufw status の出力で、読めない',
  'iptables-save prints the rules that ufw made of it': 'iptables-save なら、ufw がそこから作ったルールを出力する',
  // what lines were taken for
  'rules as iptables-save and iptables -S print them': 'iptables-save や iptables -S の出力するルール',
  'a listing of iptables -L': 'iptables -L の一覧',
  'a listing of iptables -L as JSON': 'JSON にした iptables -L の一覧',
  'commands of a script': 'スクリプトのコマンド',
  'direct rules of firewalld': 'firewalld の direct ルール',
  'addresses as ifconfig prints them': 'ifconfig が出力する形のアドレス',
  'tables of hashlimit': 'hashlimit のテーブル',
  'lists of recent': 'recent のリスト',
  'variables of rules': 'ルールの変数',
  'nodes of clusters': 'クラスタのノード',
  'accounting objects': 'nfacct のオブジェクト',
  'routes as route and netstat -r print them': 'route と netstat -r が出力する形の経路',
  'policy rules': 'ポリシールール',
  'fingerprints of systems': 'OS のフィンガープリント',
  'how much IPsec there is': 'IPsec の規模',
  'JSON of a host': 'ホストについての JSON',
  'a command that was typed': '入力されたコマンド',
  'rules that are commented out': 'コメントアウトされたルール',
  'nothing that is known': '解釈できないもの',
};
