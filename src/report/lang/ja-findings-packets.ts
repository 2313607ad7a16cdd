/** Japanese, of packets: src/input, and what the command says of them. */
import type { Catalogue } from './translate.js';

export const IN_PACKETS: Catalogue = {
  // fields
  'a whole number in 0..{}': '0..{0} の整数',
  'a port (0..65535) or the name of a service': 'ポート (0..65535) またはサービス名',
  'true or false': 'true または false',
  'an address of IPv4 or IPv6 (names are not looked up, and a packet has no prefix or zone)':
    'IPv4 または IPv6 のアドレス (名前は引かず、パケットにプレフィックスやゾーンはない)',
  'the name of an interface (1 to 15 characters)': 'インターフェイスの名前 (1 から 15 文字)',
  'hex, two digits a byte, at most {} bytes': '1 バイト 2 桁の 16 進数、最大 {0} バイト',
  'one of {}': '{0} のいずれか',
  'a link-layer address of six bytes, 00:11:22:33:44:55': '6 バイトの MAC アドレス (00:11:22:33:44:55)',
  'TCP flags: {} joined by commas, letters of {}, ALL, NONE or a number':
    'TCP フラグ: コンマで結んだ {0}、{1} の文字、ALL、NONE、または数値',
  'a protocol: its name or a number in 0..255': 'プロトコル: 名前または 0..255 の番号',
  "a number in 0..255 or one of iptables' names for ICMP": '0..255 の数値または iptables での ICMP の名前',
  'a time: seconds, or ISO 8601 (without a zone: UTC)': '時刻: 秒数または ISO 8601 (タイムゾーンがなければ UTC)',
  'a list of numbers of groups, each in 0..{}': 'グループの番号の並び (それぞれ 0..{0})',
  'true or false (yes or no)': 'true または false (yes または no)',
  'the path of a cgroup: /user.slice/user-1000.slice': 'cgroup のパス: /user.slice/user-1000.slice',
  'a class as tc writes it (10:1, in hex) or a number in 0..4294967295':
    'tc の書き方によるクラス (16 進の 10:1) または 0..4294967295 の数値',
  'a realm: its name, or a number in 0..{}': 'レルム: 名前または 0..{0} の番号',
  'a text without line breaks': '改行のない文字列',
  'a country as two letters (ISO 3166)': '2 文字の国名 (ISO 3166)',
  '"none", or states of IPsec as JSON, lists in "in" and "out", each with some of {}':
    '"none" または IPsec のステートを表す JSON ("in" と "out" のリスト、それぞれ {0} のいずれかをもつ)',
  '"none", or a connection of IPVS as JSON, with some of {}':
    '"none" または IPVS のコネクションを表す JSON ({0} のいずれかをもつ)',
  '{}, or null where this host sends the packet': '{0}、このホストが送信するパケットなら null',
  '{}: not a field of a packet, and not used{}': '{0}: パケットのフィールドではないので使わない{1}',
  '{} is not {}': '{0} は不正である: {1}を指定する',
  '{}: "{}" is not {}': '{0}: 「{1}」は不正である: {2}を指定する',
  '{}: this packet has no such field, and it is not used': '{0}: このパケットにはないフィールドなので使わない',
  '{} is an option: the value of {} is missing': '{0} はオプションである: {1} の値がない',
  'given together with {}: one of them is enough': '{0} と一緒に指定されている: どちらか一方でよい',
  'for example: -i eth0 -p tcp -s 8.8.8.8 --sport 51000 -d 192.168.1.51 --dport 443 --syn':
    '例: -i eth0 -p tcp -s 8.8.8.8 --sport 51000 -d 192.168.1.51 --dport 443 --syn',
  '--syn needs -p tcp': '--syn には -p tcp が必要である',
  'is empty: an IP packet is wanted': '空である: IP パケットが必要である',
  'output is the way of packets that this host sends': 'output はこのホストが送信するパケットの道筋である',
  '{} is no way for a packet that this host sends': '{0} はこのホストが送信するパケットの道筋ではない',
  'the source address is missing': '送信元アドレスがない',
  'the destination address is missing': '宛先アドレスがない',
  'source and destination are of two families': '送信元と宛先のアドレスファミリが異なる',
  'those of a Linux SYN': 'Linux の SYN のもの',
  '{} (echo request)': '{0} (echo request)',
  '{} contradicts type "{}", which is code {}': '{0} はタイプ「{1}」と矛盾する: それはコード {2} である',
  '"{}" is not a name of ICMP{v6|} that iptables knows': '「{0}」は iptables の知る ICMP{1|v6|} の名前ではない',
  '"{}" is a code of ICMP type {}, not of {}': '「{0}」は ICMP タイプ {1} のコードで、{2} のものではない',
  'length: {} is less than {}': 'length: {0} は次の合計より小さい: {1}',
  '{} bytes of IP header': 'IP ヘッダ {0} バイト',
  '{} of {} header': '{1} ヘッダ {0} バイト',
  '{} of payload': 'ペイロード {0} バイト',
  ' and {} of {} header': 'と {1} ヘッダ {0} バイト',
  'packet {}: proto: behind a header of {} another stands':
    'パケット {0}: proto: {1} のヘッダの後ろには別のヘッダが続く',
  'packet {}: length: {} is less than {} bytes of IP header{}':
    'パケット {0}: length: {1} は次の合計より小さい: IP ヘッダ {2} バイト{3}',
  'the packet would take {} bytes, more than an IP packet holds':
    'パケットが {0} バイトになり、IP パケットの上限を超える',
  'tcpopts: more than 40 bytes': 'tcpopts: 40 バイトを超えている',
  // JSON and CSV
  'a packet looks like \\{"in":"eth0","src":"8.8.8.8","dst":"192.0.2.1","proto":"tcp","dport":80\\}':
    'パケットの例: \\{"in":"eth0","src":"8.8.8.8","dst":"192.0.2.1","proto":"tcp","dport":80\\}',
  'the line is longer than {} characters': '行が {0} 文字を超えている',
  'this cannot stand here': 'ここには置けない',
  'it ends too soon': '途中で終わっている',
  'not JSON: {}': 'JSON ではない: {0}',
  'not a JSON object': 'JSON オブジェクトではない',
  'the first line names the columns: in,src,dst,proto,sport,dport,flags':
    '最初の行に列の名前を書く: in,src,dst,proto,sport,dport,flags',
  '{}: the column stands there twice': '{0}: 同じ列が二つある',
  'a column without a name, and not used': '名前のない列なので使わない',
  'the {column|columns} {} {is|are} missing: found {}': '列 {1} がない: あったのは {3}',
  'a row of {}, where the first line names {}': '{0} の行だが、最初の行にあるのは {1} である',
  'a row of {} cell{s|}, where the first line names {} column{s|}':
    '値が {0} 個の行だが、最初の行にある列は {2} 個である',
  'a quote inside a cell that does not begin with one': '引用符で始まらない値の中に引用符がある',
  'the quote is not closed in this line': '引用符がこの行の中で閉じられていない',
  'a comma was expected behind the closing quote': '閉じる引用符の後はコンマのはずである',
  'an interface is called {}, which in CSV is a packet that this host sends':
    '{0} という名前のインターフェイスがあるが、CSV ではこのホストが送信するパケットを表す',
  'JSON lines can tell the two apart': 'JSON なら両者を区別できる',
  // options that were typed as a line
  '{}: options of a packet were expected': '{0}: パケットのオプションを書く',
  '{}: {} was expected behind it': '{0}: 後に {1} が要る',
  '{}: given twice': '{0}: 二度書かれている',
  'as in -i eth0 -p tcp -s 8.8.8.8 -d 192.0.2.1 --dport 443 --syn':
    '例: -i eth0 -p tcp -s 8.8.8.8 -d 192.0.2.1 --dport 443 --syn',
  // tcpdump
  'as in IP 8.8.8.8.51000 > 192.0.2.1.443: Flags [S], seq 1, win 64240, length 0':
    '例: IP 8.8.8.8.51000 > 192.0.2.1.443: Flags [S], seq 1, win 64240, length 0',
  'not a packet as tcpdump prints it': 'tcpdump が出力するパケットではない',
  '{} is no packet of IP': '{0} は IP のパケットではない',
  '"{}" holds no address: names are not looked up': '「{0}」にアドレスがない: 名前は引かない',
  'tcpdump -n prints addresses': 'tcpdump -n ならアドレスが出力される',
  'IP options are left out: {}': 'IP オプションは除く: {0}',
  '"{}": a line does not tell the bytes of extension headers': '「{0}」: 行からは拡張ヘッダーの中身が分からない',
  'tcpdump -x prints them: give those to --hex, or the capture to trace':
    'tcpdump -x なら出力される。それを --hex に渡すか、キャプチャーを trace に渡す',
  '"{}" tells no protocol': '「{0}」からはプロトコルが分からない',
  'tcpdump -v prints its number': 'tcpdump -v ならその番号が出力される',
  'Flags [{}]: not flags as tcpdump prints them': 'Flags [{0}]: tcpdump が出力するフラグではない',
  'TCP options are left out: {} is not read': 'TCP オプションは除く: {0} は読まない',
  'a later fragment: at byte {}, since the line does not tell where':
    '2 番目以降のフラグメント: 行からは位置が分からないので {0} バイト目とする',
  'the protocol of the fragment is not told': 'フラグメントのプロトコルが示されていない',
  'not an ICMP message as tcpdump prints them': 'tcpdump が出力する ICMP メッセージではない',
  // captures
  'raw IP': '生の IP',
  'raw IPv4': '生の IPv4',
  'raw IPv6': '生の IPv6',
  'Ethernet flow control': 'イーサネットのフロー制御',
  'LACP or another slow protocol': 'LACP などの slow protocol',
  'PPPoE discovery': 'PPPoE のディスカバリ',
  'ATA over Ethernet': 'ATA over Ethernet',
  'a local experiment': 'ローカルな実験用',
  'an Ethernet loopback test': 'イーサネットのループバック試験',
  'an 802.2 frame (spanning tree or its like)': '802.2 フレーム (スパニングツリーなど)',
  'fewer bytes than the header of its frame': 'フレームのヘッダに満たないバイト列',
  'a frame of link type {}, which is not read': 'リンクタイプ {0} のフレーム (読まない)',
  'address family {}': 'アドレスファミリ {0}',
  'PPP protocol 0x{}': 'PPP プロトコル 0x{0}',
  'a frame of hardware type {}': 'ハードウェアタイプ {0} のフレーム',
  'its header': 'ヘッダ',
  'record {}': 'レコード {0}',
  'line {}': '{0} 行目',
  '{}: is a pcap file of version {}, and 2.4 was expected': '{0}: pcap ファイルのバージョンが {1} で、2.4 ではない',
  'editcap -F pcap {} NEW writes it anew': 'editcap -F pcap {0} NEW で書き直せる',
  '{}: its frames are of link type {}, which is not read': '{0}: フレームのリンクタイプが {1} であり、読まない',
  'link types that are read: {}': '読めるリンクタイプ: {0}',
  'it says that it takes {} bytes, and none takes more than {}': '長さが {0} バイトとあるが、上限は {1} バイトである',
  '{}: record {}, at byte {}, is damaged: {}': '{0}: {2} バイト目のレコード {1} が壊れている: {3}',
  'it says that it holds {} bytes, and its block ends after {}':
    '中身が {0} バイトとあるが、ブロックは {1} バイトで終わる',
  'a block that is passed over': '読み飛ばすブロック',
  'its first blocks': '最初のブロック',
  'a block behind record {}': 'レコード {0} の後のブロック',
  'its block is said to take {} bytes': 'ブロックの長さが {0} バイトとある',
  'its block is said to take {} bytes, and at its end {}': 'ブロックの長さが {0} バイトとあるが、末尾には {1} とある',
  'its block takes {} bytes, and such a block takes {} or more':
    'ブロックの長さが {0} バイトだが、この種のブロックは {1} バイト以上である',
  'the block before it is said to take {} bytes, and at its end {}':
    '直前のブロックの長さが {0} バイトとあるが、末尾には {1} とある',
  'a section begins that says no byte order': 'バイト順を示さないセクションが始まる',
  'a section begins whose version is not 1': 'バージョンが 1 でないセクションが始まる',
  'it came in on interface {} of its section, which describes {}':
    'セクションのインターフェイス {0} で受信したとあるが、セクションには {1} 個しか記述がない',
  'more than {} interfaces': 'インターフェイスが {0} 個を超えている',
  'more than {} names of interfaces': 'インターフェイスの名前が {0} 個を超えている',
  'the capture': 'キャプチャ',
  '{}: is {}, and a capture was expected': '{0}: {1}であり、キャプチャではない',
  'a capture is what tcpdump -w and dumpcap write: pcap or pcapng, gzipped or not':
    'キャプチャとは tcpdump -w や dumpcap が書くものである: pcap か pcapng (gzip 圧縮でもよい)',
  'a file of {} bytes': '{0} バイトのファイル',
  '{}: ends inside {}, at byte {}: {} of {} bytes are there':
    '{0}: {2} バイト目からの{1}の途中で終わっている: {4} バイト中 {3} バイトしかない',
  'the record holds {}, and no IP packet': 'レコードの中身は IP パケットではない: {0}',
  'time: {} seconds are not in 0..4294967295, which a pcap record holds':
    'time: {0} 秒は、pcap のレコードに入る 0..4294967295 の範囲にない',
  'a packet of {} bytes is more than a pcap record holds': '{0} バイトのパケットは pcap のレコードに入らない',
  'a pcap file': 'pcap ファイル',
  'a pcapng file': 'pcapng ファイル',
  'a pcap file as patched by Kuznetzov (editcap -F pcap writes it anew)':
    'Kuznetzov 版の pcap ファイル (editcap -F pcap で書き直せる)',
  'a snoop file (editcap -F pcap writes it anew)': 'snoop ファイル (editcap -F pcap で書き直せる)',
  'a file of Network Monitor (editcap -F pcap writes it anew)':
    'Network Monitor のファイル (editcap -F pcap で書き直せる)',
  'compressed by zstd (zstdcat unpacks it)': 'zstd で圧縮されたもの (zstdcat で展開できる)',
  'compressed by xz (xzcat unpacks it)': 'xz で圧縮されたもの (xzcat で展開できる)',
  'compressed by bzip2 (bzcat unpacks it)': 'bzip2 で圧縮されたもの (bzcat で展開できる)',
  'compressed by lz4 (lz4cat unpacks it)': 'lz4 で圧縮されたもの (lz4cat で展開できる)',
  'a zip file (unzip -p unpacks it)': 'zip ファイル (unzip -p で展開できる)',
  'a text in UTF-16 (iconv -f UTF-16 -t UTF-8 turns it)': 'UTF-16 のテキスト (iconv -f UTF-16 -t UTF-8 で変換できる)',
  'a binary file of an unknown kind': '種類の分からないバイナリファイル',
  'a text with columns': '列のあるテキスト',
  '{}: its gzip data is damaged, ends in the middle, or has more behind it':
    '{0}: gzip のデータが壊れているか、途中で終わっているか、後ろに余分なものがある',
  '{}: its gzip data is damaged, or ends in the middle': '{0}: gzip のデータが壊れているか、途中で終わっている',
  // files
  'standard input': '標準入力',
  '--interactive is for people, and --json for programs':
    '--interactive は人のため、--json はプログラムのためのものである',
  '--interactive reads answers from standard input, and - names it too':
    '--interactive は標準入力から回答を読むので、- で標準入力を指定できない',
  'standard input is named twice, and can be read once': '標準入力が二度指定されているが、一度しか読めない',
  '{}; left out': '{0}。これを除く',
  '{}: the folder holds no text that can be read': '{0}: フォルダに読めるテキストがない',
  'put the output of iptables-save, ipset save, ip addr and ip route there, a file each':
    'iptables-save、ipset save、ip addr、ip route の出力を、それぞれ一つのファイルとしてそこに置く',
  '{}: there is no such file or folder': '{0}: そのようなファイルやフォルダはない',
  '{}: is compressed by gzip': '{0}: gzip で圧縮されている',
  'zcat unpacks it': 'zcat で展開できる',
  'zcat {} \\| packetwalk … - reads it': 'zcat {0} \\| packetwalk … - で読める',
  'the output of iptables-save, ipset save, ip addr or ip route was expected':
    'iptables-save、ipset save、ip addr、ip route のいずれかの出力のはずである',
  '{}: is a binary file, and text was expected': '{0}: バイナリファイルであり、テキストではない',
  '{}: cannot be read: {}': '{0}: 読めない: {1}',
  'permission is denied': '権限がない',
  'it is a folder, and a file was expected': 'フォルダであり、ファイルではない',
  'there is no such file': 'そのようなファイルはない',
  'nothing is there to read': '読むものがない',
  'it is closed': '閉じられている',
};
