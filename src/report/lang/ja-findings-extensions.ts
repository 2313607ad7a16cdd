/** Japanese, of what extensions refuse that ask for what lies outside the packet, or tell others of it. */
import type { Catalogue } from './translate.js';

export const IN_EXTENSIONS: Catalogue = {
  'holds a blank or a quote': '空白か引用符を含んでいる',
  'is not 1 to 15 characters, as names of interfaces are': 'インターフェイス名は 1 から 15 文字である',
  '! cannot stand before it beside other options': '他のオプションと並べて否定することはできない',
  'is given twice for one element': '一つの要素に二度指定されている',
  'an element asks for nothing, which --strict does not have': '--strict では、何も問わない要素は置けない',
  'needs --mode tunnel beside it': '--mode tunnel が必要である',
  'needs --dir in or --dir out': '--dir in か --dir out が必要である',
  'cannot stand beside --pol none': '--pol none とは併用できない',
  'parts more than {} elements': '要素が上限の {0} 個を超える',
  'no timer can be called {}': '{0} という名前のタイマーは作れない',
  // cgroup, owner, realm, time
  'needs one of --cgroup, --path': '--cgroup、--path のいずれかが必要である',
  '"{}" is a name that this host gives': '「{0}」はこのホストが付けた名前である',
  'write its number, as iptables-save prints it': 'iptables-save の出力のように番号で書くとよい',
  'write its number of /etc/iproute2/rt_realms': '/etc/iproute2/rt_realms にある番号で書くとよい',
  '"{}" is not a range: more than one "-"': '「{0}」は範囲ではない: 「-」が二つ以上ある',
  'needs one of --uid-owner, --gid-owner, --socket-exists':
    '--uid-owner、--gid-owner、--socket-exists のいずれかが必要である',
  '--gid-owner has to stand before it': '--gid-owner より後ろに置く必要がある',
  '"{}" is not a date: YYYY[-MM[-DD[Thh[:mm[:ss]]]]]': '「{0}」は日付ではない: YYYY[-MM[-DD[Thh[:mm[:ss]]]]]',
  'year {} is not in 1970..2038': '{0} 年は 1970..2038 の範囲にない',
  '"{}" is not a date: there is no such month, day or time': '「{0}」は日付ではない: そのような月、日、時刻はない',
  '"{}" is before 1970': '「{0}」は 1970 年より前である',
  '"{}" is not a time of day: hh:mm[:ss], up to 23:59:59': '「{0}」は時刻ではない: hh:mm[:ss] で 23:59:59 までである',
  '"{}" is not a day of a month: 1 to 31': '「{0}」は月の日ではない: 1 から 31 である',
  '"{}" is not a day of the week: {}, or 1 to 7': '「{0}」は曜日ではない: {1} または 1 から 7 である',
  'means something only where --timestop is before --timestart': '--timestop が --timestart より前でなければ意味がない',
  'the listing does not show what {} {} was given': '一覧は {0} {1} に与えられたものを示していない',
  // of other projects
  '"{}" is not a country\'s two letters': '「{0}」は 2 文字の国コードではない',
  'holds {} values, more than {}': '値が {0} 個あり、上限の {1} 個を超えている',
  '"{}" is no name of an interface': '「{0}」はインターフェイスの名前ではない',
  'needs --time': '--time が必要である',
  'is for IPv6 alone': 'IPv6 専用である',
  'cannot stand beside ! --every': '! --every と同時には指定できない',
  '"{}" is not FIRST-LAST': '「{0}」は「最初-最後」の形ではない',
  '{} {}: {} is no option of it that is known here': '{0} {1}: {2} はここで知られているオプションではない',
};
