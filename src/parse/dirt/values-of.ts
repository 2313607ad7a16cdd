/** How many words options have behind them: a line that ends before those are there goes on in the next. */
import { MATCHES, TARGETS } from '../../ext/registry.js';

const COUNTS = new Map<string, number>();
// what has a value in one extension may stand alone in another
for (const { options } of [...MATCHES, ...TARGETS])
  for (const [key, { value, alias = [] }] of Object.entries(options))
    for (const name of [key, ...alias]) COUNTS.set(`--${name}`, Math.min(value.words, COUNTS.get(`--${name}`) ?? 2));
for (const name of ['source', 'destination', 'in-interface', 'out-interface', 'protocol', 'match', 'jump', 'goto'])
  COUNTS.set(`--${name}`, 1);

/** Undefined: no option here is called so. */
const wordsOf = (option: string): number | undefined =>
  /^-[sdiopmjg]$/.test(option) ? 1 : option === '-c' ? 2 : COUNTS.get(option);

/** Whether an option at the end of a text, of which so much is looked at, lacks words. */
export function wantsMore(text: string): boolean {
  const words = text
    .slice(-300)
    .trimEnd()
    .split(/[ \t]+/);
  const last = words.at(-1)!;
  if (wordsOf(last) !== undefined) return wordsOf(last)! > 0;
  return wordsOf(words.at(-2) ?? '') === 2;
}

/** Whether an option at the end of a text may have a word behind it that begins with any sign. */
export function mayHaveMore(text: string): boolean {
  const last = /\S+$/.exec(text.slice(-80).trimEnd())?.[0] ?? '';
  return last.startsWith('-') && wordsOf(last) !== 0;
}
