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
};
