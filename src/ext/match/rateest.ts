import { ESTIMATORS } from '../../model/limit-test.js';
import { question } from '../../model/question.js';
import type { Given, Word } from '../../model/ruleset.js';
import { match, type Parsed, ValueError, type ValueKind } from '../define.js';
import { type Listed, type ListedText, takeNot } from '../listed.js';
import { bareText, flag, integerOf } from '../values.js';

/** Bits a second of each unit, in any case: those of iproute. */
const UNITS: Readonly<Record<string, number>> = Object.fromEntries([
  ['bit', 1],
  ['bps', 8],
  ...['k', 'm', 'g', 't'].flatMap((letter, i) => [
    [`${letter}bit`, 1000 ** (i + 1)],
    [`${letter}ibit`, 1024 ** (i + 1)],
    [`${letter}bps`, 8 * 1000 ** (i + 1)],
    [`${letter}ibps`, 8 * 1024 ** (i + 1)],
  ]),
]);

/** Kept as bytes a second, of which iptables keeps 32 bits. */
const bitRate: ValueKind<number | undefined> = {
  words: 1,
  optional: true,
  shape: 'RATE',
  parse([word]) {
    if (word === undefined) return undefined;
    const [, number, unit] = /^\s*\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(.*)$/is.exec(word) ?? [];
    const bits = unit === '' ? 1 : UNITS[unit?.toLowerCase() ?? '?'];
    if (number === undefined || bits === undefined)
      throw new ValueError(`"${word}" is not a rate: a number, and a unit behind it`);
    return Math.floor((Number(number) * bits) / 8) % 2 ** 32;
  },
  print: (bytes) => (bytes === undefined ? [] : [printBits(bytes)]),
};

function printBits(bytes: number): string {
  const bits = bytes * 8;
  if (bits >= 1e9) return `${roundHalfEven(bits / 1e6)}Mbit`;
  return bits >= 1e6 ? `${roundHalfEven(bits / 1e3)}Kbit` : `${bits}bit`;
}
/** As printf's %.0f. */
function roundHalfEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

const packetRate: ValueKind<number | undefined> = {
  words: 1,
  optional: true,
  shape: 'NUMBER',
  parse([word]) {
    if (word === undefined) return undefined;
    return integerOf(word, 0xffffffff);
  },
  print: (value) => (value === undefined ? [] : [String(value)]),
};

/** char name[IFNAMSIZ] of struct xt_rateest. */
export const estimatorName = bareText(15);

const MODES = ['rateest-lt', 'rateest-gt', 'rateest-eq'] as const;
const options = {
  'rateest-delta': { value: flag },
  rateest1: { value: estimatorName, alias: ['rateest'], required: true },
  'rateest-bps1': { value: bitRate },
  'rateest-pps1': { value: packetRate },
  'rateest-lt': { value: flag, invert: true },
  'rateest-gt': { value: flag, invert: true },
  'rateest-eq': { value: flag, invert: true },
  'rateest-bps2': { value: bitRate, alias: ['rateest-bps'] },
  'rateest-pps2': { value: packetRate, alias: ['rateest-pps'] },
  rateest2: { value: estimatorName },
} as const;
type Options = Parsed<typeof options>;

/** The last one given; `!` of any turns it round. */
function modeOf(given: Options): Given<true> | undefined {
  const modes = MODES.flatMap((key) => given[key] ?? []).sort((a, b) => a.at.column - b.at.column);
  const last = modes.at(-1);
  return last && { ...last, not: modes.some(({ not }) => not) };
}
const UNIT_NAMES = ['bps', 'pps'] as const;
const isAsked = (given: Options, unit: 'bps' | 'pps') =>
  given[`rateest-${unit}1`] !== undefined || given[`rateest-${unit}2`] !== undefined;

function wordsOf(given: Options): string[] {
  const delta = given['rateest-delta'] !== undefined;
  const { rateest1, rateest2 } = given;
  const { not, key: mode } = modeOf(given)!;
  const rates = UNIT_NAMES.filter((unit) => isAsked(given, unit)).flatMap((unit) => {
    const value = (which: 1 | 2) => {
      const number = given[`rateest-${unit}${which}`]?.value ?? 0;
      return unit === 'bps' ? printBits(number) : String(number);
    };
    return [
      ...(delta ? [`--rateest-${unit}1`, value(1)] : []),
      ...(not ? ['!'] : []),
      `--${mode}`,
      `--rateest-${unit}${delta ? '2' : ''}`,
      ...(delta || !rateest2 ? [value(2)] : []),
    ];
  });
  return [
    ...(delta ? ['--rateest-delta'] : []),
    ...[rateest2 ? '--rateest1' : '--rateest', rateest1!.value],
    ...rates,
    ...(rateest2 ? ['--rateest2', rateest2.value] : []),
  ];
}

/** xt_rateest_mt in net/netfilter/xt_rateest.c. */
export const rateest = match({
  name: 'rateest',
  about: 'the rate that an estimator has found, held against another or a given one',
  options,
  check(given, { refuse }) {
    if (modeOf(given) === undefined) refuse('needs one of --rateest-lt, --rateest-gt, --rateest-eq');
    else if (!UNIT_NAMES.some((unit) => isAsked(given, unit))) refuse('needs one of --rateest-bps, --rateest-pps');
  },
  print: wordsOf,
  lower(given, build) {
    const mode = modeOf(given)!;
    const { rateest1: first, rateest2: second } = given;
    const rates = (unit: 'bps' | 'pps'): [number, number] | undefined =>
      isAsked(given, unit) ? [given[`rateest-${unit}1`]?.value ?? 0, given[`rateest-${unit}2`]?.value ?? 0] : undefined;
    const test = build.host(
      {
        what: 'rateest',
        state: ESTIMATORS,
        ...{ first: first!.value, second: second?.value },
        mode: mode.key.slice(-2) as 'lt' | 'gt' | 'eq',
        delta: given['rateest-delta'] !== undefined,
        ...{ bps: rates('bps'), pps: rates('pps') },
      },
      question.match(
        'rateest',
        wordsOf(given)
          .filter((word) => word !== '!')
          .join(' '),
      ),
    );
    return [build.from(mode, test)];
  },
});

/**
 * `rateest match RE1 bps 625 lt`, `RE1 pps gt 5`, `RE1 delta bps 625 gt RE2 bps 750`: the second rate stands beside the mode, or
 * behind the second estimator. A number without a unit is bytes a second, which a save has as bits.
 */
export const rateestListed: Listed = {
  begins: ['rateest match'],
  read(text) {
    const first = text.take('rateest match') ? text.word() : undefined;
    if (first === undefined) return undefined;
    const words = option('rateest1', first);
    const delta = text.take('delta');
    if (delta) words.push({ text: '--rateest-delta', at: first.at });
    let mode: Word[] | undefined;
    if (text.take('bps')) {
      words.push(...option('rateest-bps1', delta ? rateOf(text) : undefined, first));
      const second = rateOf(text);
      if (second !== undefined) {
        words.push(...option('rateest-bps2', second));
        mode = takeMode(text);
      }
    }
    if (text.take('pps')) {
      words.push(...option('rateest-pps1', delta ? text.word() : undefined, first));
      const before = text.at;
      const own = takeMode(text);
      const second = own && /^\d+$/.test(text.peek()) ? text.word() : undefined;
      if (second !== undefined && !/^[bp]ps$/.test(text.peek())) {
        words.push(...option('rateest-pps2', second));
        mode = own;
      } else text.at = before;
    }
    if (mode !== undefined) return [...words, ...mode];
    mode = takeMode(text);
    const other = mode && text.word();
    if (mode === undefined || other === undefined) return undefined;
    if (text.take('bps')) words.push(...option('rateest-bps2', delta ? rateOf(text) : undefined, other));
    if (text.take('pps')) words.push(...option('rateest-pps2', delta ? text.word() : undefined, other));
    return [...words, ...mode, ...option('rateest2', other)];
  },
};

/** An option with its value, or without one beside `near`. */
function option(name: string, value: Word | undefined, near?: Word): Word[] {
  const text = `--${name}`;
  if (value !== undefined) return [{ text, at: value.at }, value];
  return near === undefined ? [] : [{ text, at: near.at }];
}

/** A rate of bits; nothing where no number stands there. */
function rateOf(text: ListedText): Word | undefined {
  if (!/^\d+(bit|[KM]bit)?$/.test(text.peek())) return undefined;
  const word = text.word()!;
  return /^\d+$/.test(word.text) ? { text: `${word.text}Bps`, at: word.at } : word;
}

function takeMode(text: ListedText): Word[] | undefined {
  const before = text.at;
  const not = takeNot(text);
  const word = text.word();
  if (word !== undefined && /^(lt|gt|eq)$/.test(word.text))
    return [...(not ? [{ text: '!', at: word.at }] : []), { text: `--rateest-${word.text}`, at: word.at }];
  text.at = before;
  return undefined;
}
