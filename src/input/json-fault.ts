/**
 * Where a text stops being JSON: what JSON.parse says of that differs from one engine and version to the next, and is
 * often nothing.
 */

const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/** What may come next; `first` ones may be the closing bracket too. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end';

/** The offset of the first character that cannot stand where it does; the text's length where more was to come. */
export function jsonFault(text: string): number {
  const open: ('}' | ']')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.test(text);
    if (found) at = token.lastIndex;
    return found;
  };
  const after = (): Expected => (open.length === 0 ? 'end' : 'comma');
  for (;;) {
    take(SPACE);
    const char = text[at];
    if (char === undefined || expected === 'end') return at;
    const closes = char === open.at(-1) && (expected === 'comma' || expected.startsWith('first'));
    if (closes) {
      at++;
      open.pop();
      expected = after();
    } else if (expected === 'comma') {
      if (char !== ',') return at;
      at++;
      expected = open.at(-1) === '}' ? 'key' : 'value';
    } else if (expected === 'colon') {
      if (char !== ':') return at;
      at++;
      expected = 'value';
    } else if (expected.endsWith('key')) {
      if (!take(STRING)) return at;
      expected = 'colon';
    } else if (char === '{' || char === '[') {
      at++;
      open.push(char === '{' ? '}' : ']');
      expected = char === '{' ? 'first key' : 'first value';
    } else if (take(STRING) || take(SCALAR)) expected = after();
    else return at;
  }
}
