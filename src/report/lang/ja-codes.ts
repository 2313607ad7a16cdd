/** Japanese, of the other codes, those of src/cli/codes.ts: code | what it means | what to do. */
export const CODES = `
nothing-recognised | 既知のコマンドの出力がテキストにない。 | iptables-save、iptables -S、iptables -L、ipset save、ip addr、ip route、ip rule、ip link、ifconfig、route -n、sysctl、ss、netstat、pf.os、ip xfrm state count、ip xfrm policy、nfacct list、conntrack -L のいずれかの出力か、iptables のコマンドを与える。
no-input | ファイルの指定がないか、テキストが与えられていない。 | ファイルかフォルダを指定する (標準入力なら -)。
no-line-end | テキストが行の途中で終わっている: 最後の語は切れているかもしれず、切れた語も多くの場合、別の正しい語に見える。 | 最後の行を元のものと比べるか、テキストを取り直す。
no-rules | テキストは読めたが、パケットのアドレスファミリのルールがない。 | iptables-save の出力を加える。
not-a-rule | 文章やプロンプトなど、iptables-save の出力でもコマンドでも一覧でもない行を除いた。 | ルールでなければ、何もしなくてよい。ルールなら iptables が出力する形に直す。
bad-json | テキストが JSON ではないか、ip -j やパケットの形ではない。 | どこで読めなくなったかはメッセージにある。
like-a-rule | ルールのように見えるが、ルールとして読めない行である。一覧の中ではその位置に残り、その動作は未定とする。 | iptables の出力とその行を比べる。--assume gap:CHAIN:LINE=yes または =no で動作を決められる。
lines-left-out | ルールが抜けている: 「[...]」があるか、一覧の番号が飛んでいる。その動作は未定とする。 | 全体を与える。--assume gap:CHAIN:LINE=yes または =no で動作を決められる。
commented-out | コメントにされたルールがあり、ルールとして扱わない。 | 何もしなくてよい。
removed-line | diff が取り除く行であり、ルールではない。 | 変更後のルールについてなら、何もしなくてよい。
undone-command | リンクやユニットが止まるときのコマンド (PostDown、ExecStop) であり、除いた。 | 何もしなくてよい。
firewalld-direct | direct ルールは、組み込みチェインが最初に呼ぶ firewalld のチェインにある。ここでは組み込みチェイン自体に置く。 | firewalld のチェインがすべて入る iptables-save を与える。
cleaned-colours | 端末の色などの制御文字を行から除いた。 | 何もしなくてよい。
cleaned-entities | HTML の文字参照を、それが表す文字として読んだ。 | 何もしなくてよい。
cleaned-tags | HTML や掲示板のタグを行から除いた。 | 何もしなくてよい。
cleaned-spaces | 幅の異なる空白や幅のない文字を、それが表すものとして読んだ。 | 何もしなくてよい。
cleaned-dashes | オプションの先頭に文書用のダッシュがあり、- または -- として読んだ。 | 何もしなくてよい。ただし iptables 自体はこれを受け付けない。
cleaned-quotes | 文書用の引用符を通常の引用符として読んだ。 | 何もしなくてよい。ただしシェルはこれを受け付けない。
cleaned-marks | 引用や太字などの Markdown の記号を行から除いた。 | 何もしなくてよい。
cleaned-prefix | 行の前にあるプロンプト、時刻、番号などを除いた。 | ルールの一部でなければ、何もしなくてよい。
cleaned-string | 行が JSON、YAML、またはプログラムの文字列の中にあった。 | 何もしなくてよい。
cleaned-added | diff の + を行から除いた。 | 変更後のルールについてなら、何もしなくてよい。
cleaned-joined | 行を、その続きの行とまとめて読んだ。 | 一つのものかどうかを確かめる。
cleaned-parted | 一行を複数の行として読んだ。 | 正しく分かれているかを確かめる。
cleaned-remark | ルールの後ろの注釈を除いた。 | 注釈であるかどうかを確かめる。
cleaned-placeholder | アドレスの代わりに括弧書きがあり、名前として読んだ。それが何かは未定とする。 | --assume name:NAME:ADDRESS でアドレスを入れる。
cleaned-template | テンプレートの変数を名前として読んだ。それが何かは未定とする。 | --assume name:NAME:VALUE で値を入れる。
unknown-table | * や -t の後の名前は iptables のテーブルではない。 | テーブルは raw、mangle、nat、filter、security である。
no-chain | 一覧の行の上にチェインを示す行がない。例えば grep した場合である。チェイン「?」のルールとして表示する。 | 一覧の全体か、ルールごとにチェインを示す iptables-save の出力を与える。
no-table | ルールやチェインがどのテーブルにも属していない。 | その前に「*filter」など、属するテーブルの行を置く。
table-guessed | どのテーブルのルールかを示す行がないため、チェインから推定した。 | その前に「*filter」などの行か、出力したコマンドの行を置く。
no-commit | ブロックに COMMIT がない: 末尾が欠けているかもしれない。そこにないチェインは、存在しないのではなく不明と見なす。 | iptables-save の出力全体を与える。
lone-commit | 開いているテーブルがない所に COMMIT がある。 | * で始まる行が失われていないか調べる。
bad-chain-line | コロンで始まる行が「:名前 ポリシー [パケット数:バイト数]」の形ではない。 | この形に直す。
bad-chain-name | 名前が、カーネルの受け付ける 28 文字を超えている。 | 短くする。
bad-policy | ポリシーが ACCEPT でも DROP でもない。 | 組み込みチェインのポリシーはこのどちらかである。REJECT はルールでしか使えない。
chain-again | 一つのテーブルでチェインが二度宣言されており、iptables-legacy-restore は受け付けない。 | 一方の行を消す。
no-such-chain | ルールのあるチェイン、またはその行き先のチェインが、テーブルにない。 | チェインを宣言するか、名前を正す。テキストが一部分なら、--assume chain:NAME=yes か =no でその動作を決められる。
undeclared-chain | 途中で切れたテキストに、宣言する行のないチェインのルールがある。 | そこにあるルールがすべてと見なしている: ほかにもあるなら、テキスト全体を与える。
jump-to-builtin | ルールの行き先が組み込みチェインであり、iptables は受け付けない。 | 自作のチェインを作り、両方の場所からそこへジャンプする。
chain-loop | チェインが循環している。パケットがそこに至り得るなら、カーネルはこのテーブルを受け付けない。 | ジャンプを一つ取り除く。
both-back-ends | iptables-legacy と iptables-nft の両方のテーブルが与えられている。パケットは両方を通り、一方が許可したものはもう一方に渡る。カーネルは後から読み込まれた方を先に参照するが、どちらが後かはテキストからは分からず、iptables-legacy とみなす。 | 一つの時点のルールを与える。一方が残り物なら消す: iptables-legacy -F。
table-again | テーブルが二度以上与えられている: 示したブロックを評価し、もう一方は評価しない。 | 一つのホストの、一つの時点のルールを与える。
quoted-rules | テーブルの一部分が、全体のものと同じことを述べている。 | 何もしなくてよい: 全体の方を評価する。
rules-left-out | テーブルの一部分が、全体のものにないことを述べており、評価しない。 | 示した行を見る: 二つのテキストは時点かホストが異なる。
table-of-parts | 一つのテーブルのチェインが、いくつかのテキストに分かれている: 合わせて評価する。 | 一つのホストの、一つの時点のものなら、何もしなくてよい。
listing-differs | iptables -L の一覧が、同じチェインについて iptables-save や iptables -S と違うことを述べている。後者を評価する。 | 二つは時点かホストが異なる: 一つの時点のものを与える。
other-family | ルールが IPv4 と IPv6 のもう一方専用 (-4、-6) なので、ここでは除く。 | 何もしなくてよい。
chain-guessed | 一覧でチェインの始まりを示す行が壊れているので、残った部分からどのチェインかを判断した。 | iptables -L の出力の行と見比べること。
cut-name | 一覧で途中までしか表示されていないチェインの名前を、このように始まる唯一のチェインのものと見なした。 | -v を付けた一覧か、名前の途切れない iptables-save の出力を与える。
unknown-option | ルールのどの拡張にもないか、別のアドレスファミリ用のオプションである。 | 書き誤りがないか調べる。マッチのオプションはその -m の後に置き、--dport の前には -p tcp か udp が要る。
ambiguous-option | オプションが省略されており、複数のものと取れる。 | 省略せずに書く。
repeated-option | 一つのルールでオプションが二度指定されている。 | 一方だけ残すか、ルールを二つに分ける。
excluded-option | 一緒に使えないオプションが二つある。 | ルールを二つに分ける。
missing-option | 拡張に必要なオプションがない。 | どれかはメッセージにある。
missing-value | オプションの値か、コマンドのチェインの名前がない。 | オプションの後に書く。
bad-value | 値が、オプションの求めるものではない。 | 何であるべきかはメッセージにある。
bad-address | アドレスが読めない。 | 数値で書く。ネットワークなら /プレフィックス長 を付ける。
bad-interface | インターフェイスの名前が空か、15 文字を超えている。 | 正しく書く。末尾の + は、どんな続きも表す。
bad-protocol | プロトコルが既知の名前でも 0..255 の番号でもないか、すべてを指すものが否定されている。 | 番号で書く。
needs-protocol | 拡張には、対応するプロトコルの -p が必要である。 | その前に -p tcp など、メッセージにあるものを置く。
stray-word | どのオプションにも属さない語がある。前の引用符やダッシュが変換されていることが多い。 | 空白のある値は普通の二重引用符で囲む。
double-negation | 一つのオプションの前、または前後に感嘆符が二つある。 | 一方を除く。
lone-negation | 感嘆符の後にオプションがない。 | 感嘆符を除くか、オプションを書く。
not-invertible | オプションは否定できない。 | 感嘆符を除く。アドレスのリストは複数のルールで否定する。
two-targets | ルールにターゲットが二つある。 | ルールを二つに分ける。LOG は、パケットをそこで終わらせるものの前に置く。
open-quote | 引用符が閉じられていない: iptables-restore は改行も値とし、多くはそれを受け付けない。 | 同じ行の中で閉じる。
wrong-table | このテーブルでは使えない拡張である。 | 使えるテーブルはメッセージにある。
wrong-family | IPv4 専用、または IPv6 専用の拡張かオプションである。 | そこから除くか、もう一方のものを使う。icmp には icmp6、ttl には hl がある。
android-only | Android のカーネルだけが受け付けるフックに拡張があるか、Android の iptables だけにあるオプションである。 | Android なら、何もしなくてよい。ほかのカーネルはこのテーブルを受け付けない。
wrong-chain | チェインの呼ばれるフックでは使えない拡張かオプションである。 | 使える所はメッセージにある。
too-many-rules | 一行のアドレスのリストが、読める数を超えるルールに相当する。 | ipset を使う。
not-shown | 一覧がマッチまたはターゲットに与えられたものを示していない: カーネルにあるのは iptables の知らない版であるか、行が切れている。 | iptables-save の出力、またはルールを読み込んだ iptables の出力を与えるか、--assume で決める。
not-understood | 拡張を評価できないか、一部しか評価できない: 成り立つかどうかは未定である。 | --assume match:NAME=yes か =no、または target:NAME で決められる。
name-not-known | 値のはずの所に名前か変数があり、何を表すかがここでは分からない。 | パケットがそれに当たるかどうかは --assume name:WORD=yes か =no で決められ、name:WORD:VALUE なら値が入る。
set-not-given | ルールが参照するセットがどのテキストにもないか、メンバーがない。 | ipset save の出力を加える。手で決めるなら --assume set:NAME=yes か =no とする。
rule-too-long | ルールのコードが、一つのルールの上限を超える。 | 複数のルールに分けるか、ipset を使う。
bad-command | iptables のコマンドの語が足りないか、余っている。 | 何であるべきかはメッセージにある。
nothing-there | コマンドの対象のチェインやルールが、その時点でない。 | スクリプトが最初に片付けをする所なら、何もしなくてよい。そうでなければ、コマンドの順序を見る。
chain-not-empty | ルールの残るチェインを消そうとしており、iptables は受け付けない: チェインは残る。 | 先に -F で空にする。
function-not-called | iptables のコマンドのあるスクリプトの関数が、どこからも呼ばれない: その中のものを除く。 | 関数を呼ぶか、そのコマンドだけを与える。
too-many-commands | スクリプトまたはそのループのコマンドが、追える数を超えている: 残りを除く。 | スクリプトの実行後の iptables-save の出力を与える。
restore-of-file | スクリプトが復元するものは別のファイルにある。 | そのファイルも与える。
script-guessed | スクリプトの動作が、ここでは分からないことに左右されるため、推定した。 | どう推定したかはメッセージにある。実際の結果は iptables-save で分かる。
ipset-xml | ipset の XML 形式は読まない。 | ipset save の出力を与える。
unknown-line | ipset のコマンドではない行である。 | 書き誤りがないか調べる。
missing-word | ipset のコマンドの語が足りない。 | どれかはメッセージにある。
unknown-set | その前に作られていないセットが指定されている。 | create の行をその前に置く。
unknown-set-type | そのようなセットの型はない。 | 書き誤りがないか調べる: hash:ip、hash:net、hash:ip,port、bitmap:port、list:set などがある。
bad-set-option | create のオプションが読めないか、その型のものではない。 | 何であるべきかはメッセージにある。
refused-set | ipset はこのようなセットを作らない。 | 理由はメッセージにある。
duplicate-set | セットが二度作られている。どちらを採るかはメッセージにある。 | 一方だけを与える。
set-in-use | リストのメンバーであるセットは、消すことも名前を変えることもできない。 | 先にリストから除く。
type-mismatch | 型やアドレスファミリの異なるセットは入れ替えられない。 | 両方を同じように作る。
bad-member | そのセットのメンバーとして読めない。 | どこが誤っているかはメッセージにある。
refused-member | ipset はこのメンバーを受け付けない。 | 理由はメッセージにある。
range-too-large | 範囲が、保持できる数を超えるメンバーに相当する。 | ネットワークのセット (hash:net) を使う。
duplicate-member | セットには既に同じメンバーがある。 | 一方の行を消すか、-exist を付ける。
no-such-member | セットにないメンバーを消そうとしている。 | その行を消す。
set-full | セットのメンバーが maxelem の上限に達している。 | maxelem を大きくして作る。
cut-listing | セットの見出しにある数より、一覧のメンバーが少ない。 | 一覧全体を取り直す。足りないものは、ないと見なす。
unreadable-line | コマンドが出力する行ではない。 | 何であるべきかはメッセージにある。その行を除く。
unreadable-link | ip -j のリンクではないオブジェクトである。 | それを除く。
unreadable-route | ip -j の経路ではないオブジェクトである。 | それを除く。
unreadable-rule | ポリシールーティングのルールが読めないので除く。 | どの語かはメッセージにある。
unknown-word | 行に未知の語がある。残りは読む。 | パケットに影響しない語なら、何もしなくてよい。
unknown-scope | スコープが、そのホストでしか分からない名前で書かれている。 | global と見なす。
unknown-group | リンクグループが、そのホストでしか分からない名前で書かれている。 | グループ 0 と見なす。番号なら読める。
family-guessed | ポリシールーティングのルールが IPv4 と IPv6 のどちらのものか、示すものがない。 | ファイルの名前で示すか、ip -4 rule と ip -6 rule の出力を与える。
route-get | ip route get の回答は一つのパケットについてのもので、テーブルの経路ではない。 | ip route の出力を与える。
sysctl-error | sysctl が、値を読めなかったと出力している。 | 何もしなくてよい。または root で実行する。
unreadable-entry | conntrack -L の行が読めないので除く。 | どこかはメッセージにある。
entries-missing | conntrack の数えたエントリが、テキストにあるものより多い。 | 一覧全体を取り直す。
bad-field | パケットのフィールドの値が、あり得ないものである。 | 何であるべきかはメッセージにある。
missing-field | パケットに必要なフィールドがない。 | 送信元と宛先は必ず要る。
unknown-field | パケットに未知のフィールドがあり、使わない。 | 書き誤りがないか調べる。
unused-field | この種のパケットにはないフィールドである。 | それを省く。
bad-packet | フィールドから、あり得るパケットが作れない。 | 何と何が矛盾するかはメッセージにある。
bad-line | tcpdump の行が読めない。 | どこで読めなくなったかはメッセージにある。
unused-text | tcpdump の行に、使わない部分がある。 | 何もしなくてよい。
blank-line | パケットの中に空行がある。 | それを消す。
bad-csv | CSV の行の値の数が最初の行と異なるか、引用符が閉じられていない。 | その行を正す。
bad-header | CSV の最初の行が列の名前ではないか、同じ名前が二度ある。 | src,dst,proto,dport のように、フィールドの名前を書く。
bad-packets | パケットのファイルの形式が --format の指定と異なる。 | --format を省くか、実際の形式を指定する。
bad-capture | キャプチャが壊れているか、読めない形式である。 | editcap または tcpdump -r FILE -w NEW で書き直す。
cut-capture | キャプチャがパケットの途中で終わっている。 | それより前のものは読む。
not-a-capture | キャプチャのはずが、そうではないファイルである。 | tcpdump -w が書いたものを与える。
unknown-link-type | このリンクタイプのフレームは読まない。 | 別のインターフェイスで、または -y を付けてキャプチャする。
bad-gzip | gzip のファイルが壊れているか、途中で終わっている。 | 取り直す。
not-ip | キャプチャしたフレームの中身が IP パケットではない。 | 何もしなくてよい。
bad-time | パケットの時刻が pcap のレコードに入らない。 | 1970 年から 2106 年までの時刻を与える。
missing-interface | パケットの入力インターフェイスを示すものがない。 | -i で指定するか、ip addr と ip route の出力を与える。
no-such-link | パケットの入力インターフェイスが、ホストのテキストにない。 | 書き誤りがないか調べる。
other-rules | パケットは IPv6 だが、IPv4 のルールだけが与えられている。 | ip6tables-save の出力を加える。
unused-out | -o が、与えられた経路と異なる出口を指している。 | 省くか、対象のホストの経路を与える。
unused-path | --path が、与えられた経路と異なる道筋を指している。 | 省く。
state-given | フローではパケットの状態が自動的に決まるが、指定されている。 | --state を省く。
open-questions | カウンタが分かっていないことに左右されるため、何も数えない。 | それが分かるものを与えるか、--assume で一つずつ決める。--lenient なら一致しないものと見なす。
bad-usage | コマンドラインが意味をなさない。 | 何であるべきかはメッセージにある。使えるものは --help で分かる。
bad-option | 二つのオプションが矛盾するか、一方に別のものが必要であるか、値があり得ない。 | どれかはメッセージにある。
bad-assumption | --assume の後が事実の指定ではないか、あり得ないものである。 | 事実は set:NAME、match:NAME、local:ADDRESS などで、=yes か =no を付ける。
unused-assumption | 仮定した事実を必要とするものがない。 | 名前に書き誤りがないか調べる。
bad-sysctl | --sysctl の後が KEY=VALUE ではない。 | --sysctl net.ipv4.ip_forward=1 のように書く。
unused-sysctl | この設定に左右される結果はない。 | 名前に書き誤りがないか調べる。
bad-seed | シードが 0 から 4294967295 の数値ではない。 | そのような数値を与える。
no-such-file | そのようなファイルやフォルダはない。 | 書き誤りがないか調べる。
unreadable | ファイルが読めない。 | 理由はメッセージにある。
binary-file | テキストのはずが、バイナリか、圧縮されたファイルである。 | 展開する: zcat FILE の出力を渡せる。
empty-folder | フォルダに読めるテキストがない。 | コマンドごとの出力を、それぞれ一つのファイルとして置く。
cannot-write | ファイルに書き込めなかった。 | フォルダの権限と空き容量を調べる。
not-compiled | 解析したものを、コンパイルせずに読み込もうとした。 | engine.load(compile(parse(texts))) とする。
not-restored | 読み込み済みのホストに渡されたものは iptables-restore が受け付けるものではなく、何も変えていない。 | iptables-save が表示するとおりの、ルールのテーブル全体を渡す。
not-loaded | ページが、ルールを読み込む前に尋ねた。 | 先に load を送る。
bad-request | ページが、ワーカーの知らないことを求めた。 | 求められるものは docs/api.md にある。
bad-batch | バッチの列の長さが揃っていない。 | それぞれにパケットの数だけ値を与える。
bad-core | コアとして与えられたものが WebAssembly のモジュールではないか、別のものである。 | 同じパッケージの core.wasm を与える。
stale-core | コアとライブラリのバージョンが異なる。 | ビルドし直すか、両方を同じパッケージから取る。
made-up-wanted | パケットを作り出す部分は別のファイルであり、読み込まれていない。 | syntheticSpec と synthesise の前に await loadMadeUp() とする。
readers-wanted | この種のテキストを読む部分は別のファイルであり、読み込まれていない。 | 解析の前に await loadReaders() とする。
family-wanted | IPv6 のルールのパケットを評価する部分は別のファイルであり、読み込まれていない。 | コンパイルの前に await loadIpv6() とする。
part-missing | 必要なときに読み込むライブラリの一部がない。 | パッケージのファイルをすべて同じ所に置く。
too-many-interfaces | ルール、セット、ホストにあるインターフェイスが、コアの番号より多い。 | 問いに関係のないものを除く。
bad-program | プログラムとして与えられたものはプログラムではない。 | コンパイルし直す。
unsafe-program | プログラムが範囲の外に出るため、実行しない。 | コンパイルし直す。それで作られたものなら、packetwalk の不具合である。
core-abort | コアが停止した。 | packetwalk の不具合である: テキストを添えて報告してほしい。
memory | 最初に一致するルールの一覧が、許されたより多くの場所を取る。 | もっと許すか、ルールを減らす。
core-fault | コアが、あり得ない状態になった。 | packetwalk の不具合である: テキストを添えて報告してほしい。
fault | 予期しないことが起こった。 | packetwalk の不具合である: テキストを添えて報告してほしい。
`;
