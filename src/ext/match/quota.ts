import { OWN_STATE } from '../../model/host-test.js';
import { question } from '../../model/question.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, takePiece } from '../listed.js';

const MOST = 2n ** 64n - 1n;
/** A number of 64 bits, as strtoull with base 0 reads it. */
const bytes: ValueKind<bigint> = {
  words: 1,
  shape: 'BYTES',
  parse([word]) {
    const digits = /^\s*\+?(0x[\da-f]+|\d+)$/i.exec(word!)?.[1];
    if (digits === undefined || /^0\d*[89]/.test(digits)) throw new ValueError(`"${word}" is not a number`);
    const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
    if (value > MOST) throw new ValueError(`value ${word} is not in 0..${MOST}`);
    return value;
  },
  print: (value) => [String(value)],
};

/** quota_mt in net/netfilter/xt_quota.c. */
export const quota = match({
  name: 'quota',
  about: 'so many bytes, and no more',
  options: { quota: { value: bytes, invert: true, required: true } },
  lower: ({ quota: given }, build) => [
    build.when(given, (value) => build.host({ what: 'quota', state: OWN_STATE, bytes: String(value) }, question.limit)),
  ],
});

/** Whether it is negated is not shown. */
export const quotaListed: Listed = {
  begins: ['quota:'],
  read(text) {
    const words = takePiece(text, { key: 'quota', as: ['quota:'] });
    return words && text.take('bytes') ? words : undefined;
  },
};
