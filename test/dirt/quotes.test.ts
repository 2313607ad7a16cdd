/** Stretches between quotes, as each of those who ask for them counts them. */
import { expect, test } from 'vitest';
import { opensQuote, quotedIn, stretchesIn } from '../../src/parse/dirt/quotes.js';

test.each<[text: string, stretches: readonly (readonly [number, number])[], inside: string, opens: boolean]>([
  ['a "b" c', [[2, 4]], 'b', false],
  [
    '"a" "b',
    [
      [0, 2],
      [4, 6],
    ],
    'a',
    true,
  ],
  ['"a\\"b" c', [[0, 5]], 'a\\"b', false],
  ['\\"a', [[1, 3]], '', false],
  ['a', [], '', false],
])('%s', (text, stretches, inside, opens) => {
  expect(stretchesIn(text)).toEqual(stretches);
  const isQuoted = quotedIn(text);
  const ends = stretches.flat();
  expect([...text].filter((_, at) => isQuoted(at) && !ends.includes(at)).join('')).toBe(inside);
  expect(opensQuote(text)).toBe(opens);
});

test('of single quotes', () => {
  expect(stretchesIn(`"a 'b' "`, "'")).toEqual([[3, 5]]);
});
