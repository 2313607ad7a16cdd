/** What stands between quotes in a line, where a backslash takes the character behind it along. */

/** From quote to quote; `to` is the line's end where the last is never closed. */
export type Quoted = readonly [from: number, to: number];

/** All of one kind of quote, in their order. */
export function stretchesIn(text: string, quote = '"'): Quoted[] {
  const found: Quoted[] = [];
  for (let from = text.indexOf(quote); from >= 0; ) {
    let to = from + 1;
    while (to < text.length && text[to] !== quote) to += text[to] === '\\' ? 2 : 1;
    found.push([from, Math.min(to, text.length)]);
    from = text.indexOf(quote, to + 1);
  }
  return found;
}

/** Whether a place is between plain quotes, of which one that is never closed holds nothing. To be asked from the left on. */
export function quotedIn(text: string): (at: number) => boolean {
  const quoted = stretchesIn(text).filter(([, to]) => to < text.length);
  let next = 0;
  return (at) => {
    while (next < quoted.length && quoted[next]![1] < at) next++;
    return next < quoted.length && quoted[next]![0] < at;
  };
}

/** Whether plain quotes are odd: none of those counts that stand behind a backslash, within others or not. */
export function opensQuote(text: string): boolean {
  let open = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) if (text[at - 1] !== '\\') open = !open;
  return open;
}
