/** What `[`, `[[` and `test` make of words that are known. */
import type { Value } from './variables.js';

/** What became of a command; undefined: nobody knows. */
export type Status = boolean | undefined;

/** `values`: the words behind the command's name. */
export function testOf(values: readonly Value[]): Status {
  const words = values.filter(({ text }) => text !== ']' && text !== ']]');
  if (words.some(({ open }) => open)) return undefined;
  const texts = words.map(({ text }) => text);
  const plain = texts.findIndex((text) => text !== '!');
  const status = plainTest(plain < 0 ? [] : texts.slice(plain));
  return status !== undefined && (plain < 0 ? texts.length : plain) % 2 === 1 ? !status : status;
}

function plainTest(texts: readonly string[]): Status {
  const [a, b, c] = texts;
  if (texts.length <= 1) return texts.length === 1;
  if (texts.length === 2 && (a === '-n' || a === '-z')) return (b !== '') === (a === '-n');
  if (texts.length !== 3) return undefined;
  if (b === '=' || b === '==' || b === '-eq') return a === c;
  return b === '!=' || b === '-ne' ? a !== c : undefined;
}
