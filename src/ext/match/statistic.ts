import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { integer } from '../values.js';

/** A share of the 31-bit draws: the kernel's number is the probability times 2^31, rounded. */
const probability: ValueKind<number> = {
  words: 1,
  shape: 'PROBABILITY',
  parse([word]) {
    const value = /^\s*\+?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(word!) ? Number(word) : Number.NaN;
    if (!(value >= 0 && value <= 1)) throw new ValueError(`"${word}" is not a number in 0..1`);
    return Math.round(value * 0x80000000);
  },
  /** As printf's %.11f: eleven digits, halves to the even one. */
  print(threshold) {
    const scaled = BigInt(threshold) * 5n ** 11n;
    const unit = 1n << 20n;
    const rest = scaled % unit;
    const digits = scaled / unit;
    const up = rest * 2n > unit || (rest * 2n === unit && digits % 2n === 1n);
    const text = String(digits + (up ? 1n : 0n)).padStart(12, '0');
    return [`${text.slice(0, -11)}.${text.slice(-11)}`];
  },
};

const mode: ValueKind<'random' | 'nth'> = {
  words: 1,
  shape: 'random|nth',
  parse([word]) {
    if (word !== 'random' && word !== 'nth') throw new ValueError(`"${word}" is neither random nor nth`);
    return word;
  },
  print: (value) => [value],
};

/** statistic_mt in net/netfilter/xt_statistic.c: the packet is counted, or the number drawn, negated or not. */
export const statistic = match({
  name: 'statistic',
  about: 'a share of the packets, by chance or by counting',
  options: {
    mode: { value: mode, required: true },
    probability: { value: probability, invert: true, excludes: ['every', 'packet'] },
    every: { value: integer(0xffffffff, String, 1), invert: true, needs: ['packet'], excludes: ['probability'] },
    packet: { value: integer(0xffffffff), needs: ['every'], excludes: ['probability'] },
  },
  check(given, rule) {
    if (given.mode?.value === 'random' && !given.probability) rule.refuse('mode random needs --probability');
    if (given.mode?.value === 'nth' && !given.every) rule.refuse('mode nth needs --every and --packet');
    if (given.every && given.packet && given.packet.value >= given.every.value)
      rule.refuse(`packet ${given.packet.value} is not in 0..${given.every.value - 1}`, 'packet');
  },
  lower: (given, build) => [
    build.when(given.probability, (threshold) => build.random(threshold)),
    build.when(given.every, (every) => build.nth(every, given.packet!.value)),
  ],
});

const options = listed('statistic', piece('mode'), piece('probability'), piece('every'), piece('packet'));

/** Packet 0 is not printed. */
export const statisticListed: Listed = {
  begins: ['statistic'],
  read(text) {
    const words = options.read(text);
    const every = words?.find((word) => word.text === '--every');
    if (every === undefined || words!.some((word) => word.text === '--packet')) return words;
    return [...words!, { text: '--packet', at: every.at }, { text: '0', at: every.at }];
  },
};
