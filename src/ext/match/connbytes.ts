import { question } from '../../model/question.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { oneWord } from '../values.js';

/** The greatest number that the kernel counts to. */
const LAST = 2n ** 64n - 1n;

/** Decimal, of 64 bits; `to` is LAST where nothing bounds it. */
interface Counts {
  readonly from: string;
  readonly to: string;
}

/** As strtoull with base 0 reads it, behind blanks and a `+`. */
function count(word: string): bigint {
  const parts = /^\s*\+?(?:(0x[\da-f]+)|0([0-7]+)|(0|[1-9]\d*))$/i.exec(word);
  if (parts === null) throw new ValueError(`"${word}" is not a number`);
  const [, hex, octal, decimal] = parts;
  const value = BigInt(octal === undefined ? (hex ?? decimal)! : `0o${octal}`);
  if (value > LAST) throw new ValueError(`value ${word} is not in 0..${LAST}`);
  return value;
}

const counts: ValueKind<Counts> = {
  words: 1,
  shape: 'FROM[:TO]',
  parse([word]) {
    const [first, second, more] = word!.split(':');
    if (more !== undefined) throw new ValueError(`"${word}" is not a range: more than one ":"`);
    const from = first ? count(first) : 0n;
    const to = second ? count(second) : LAST;
    if (from > to) throw new ValueError(`"${word}" is not a range: ${from} is greater than ${to}`);
    return { from: `${from}`, to: `${to}` };
  },
  // a `to` of 0 is printed like none (print_from_to of libxt_connbytes.c)
  print: ({ from, to }) => [to === '0' || to === `${LAST}` ? from : `${from}:${to}`],
};

/**
 * connbytes_mt in net/netfilter/xt_connbytes.c: what a connection has counted up to this packet, where it counts. That the
 * numbers stand the other way round is all that `!` does: of two that are equal it is nothing.
 */
export const connbytes = match({
  name: 'connbytes',
  about: 'how many packets or bytes a connection has had',
  tracking: true,
  options: {
    connbytes: { value: counts, invert: true, required: true },
    'connbytes-mode': { value: oneWord('packets', 'bytes', 'avgpkt'), required: true },
    'connbytes-dir': { value: oneWord('original', 'reply', 'both'), required: true },
  },
  canonical({ connbytes: range, ...rest }) {
    return {
      ...(range && { connbytes: { ...range, not: range.not && range.value.from !== range.value.to } }),
      ...rest,
    };
  },
  lower({ connbytes: range, 'connbytes-mode': mode, 'connbytes-dir': direction }, build) {
    const { value, not } = range!;
    const [from] = counts.print(value, { family: 4 });
    const words = ['--connbytes', from, '--connbytes-mode', mode!.value, '--connbytes-dir', direction!.value];
    const asked = question.match('connbytes', words.join(' '));
    const test = { what: 'connbytes', not, mode: mode!.value, direction: direction!.value, ...value } as const;
    return [build.from(range!, build.host(test, asked))];
  },
});

export const connbytesListed = listed(
  undefined,
  piece('connbytes'),
  piece('connbytes-mode', 'connbytes mode'),
  piece('connbytes-dir', 'connbytes direction'),
);
