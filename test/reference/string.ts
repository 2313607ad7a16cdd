/** The match string: string_mt of net/netfilter/xt_string.c, of a packet that lies in one piece. */
import type { Test } from './core.js';
import { numberOf, type Options, refuse } from './words.js';

export function string(options: Options): Test {
  const plain = options.take('--string');
  const hex = options.take('--hex-string');
  const algo = options.take('--algo')?.value;
  const from = numberOf(options.take('--from')?.value ?? '0', 65535);
  const to = numberOf(options.take('--to')?.value ?? '65535', 65535);
  const icase = options.flag('--icase') !== undefined;
  const given = plain ?? hex ?? refuse('string without a text');
  if (algo !== 'bm' && algo !== 'kmp') refuse(`the algorithm ${algo}`);
  const text = plain ? plain.value.replace(/\\(.)/g, '$1') : bytesOf(given.value);
  // letters beyond ASCII are folded too, and bm misses some of them
  if (/[^\0-\x7f]/.test(text) && (icase || plain)) refuse(`letters of ${given.value}`);
  const fold = (letters: string): string => (icase ? letters.replace(/[a-z]/g, (one) => one.toUpperCase()) : letters);
  return (packet) => {
    const all = fold(String.fromCharCode(...packet.bytes));
    return all.slice(from, to).includes(fold(text)) !== given.not;
  };
}

function bytesOf(text: string): string {
  const digits = /^\|((?:[0-9a-f]{2})+)\|$/.exec(text.replaceAll(' ', ''))?.[1] ?? refuse(`the bytes ${text}`);
  return Buffer.from(digits, 'hex').toString('latin1');
}
