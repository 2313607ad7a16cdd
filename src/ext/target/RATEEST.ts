import { ESTIMATORS } from '../../model/limit-test.js';
import { question } from '../../model/question.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { estimatorName } from '../match/rateest.js';

/** Microseconds of each unit, in any case; without one it is of microseconds. */
const UNITS: readonly (readonly [names: RegExp, micros: number])[] = [
  [/^s(ecs?)?$/i, 1_000_000],
  [/^m(s|secs?)$/i, 1000],
  [/^(u(s|secs?))?$/i, 1],
];
const SECOND = 1_000_000;

/** A number as strtod reads it; 32 bits of microseconds are kept. */
const time: ValueKind<number> = {
  words: 1,
  shape: 'TIME[s|ms|us]',
  parse([word]) {
    const [, number, unit] = /^\s*\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(.*)$/is.exec(word!) ?? [];
    const micros = UNITS.find(([names]) => names.test(unit ?? '?'))?.[1];
    if (number === undefined || micros === undefined)
      throw new ValueError(`"${word}" is not a time: a number, and s, ms or us behind it`);
    return Math.floor(Number(number) * micros) % 2 ** 32;
  },
  print: (micros) => [printTime(micros)],
};

function printTime(micros: number): string {
  if (micros >= SECOND) return `${(micros / SECOND).toFixed(1)}s`;
  return micros >= 1000 ? `${(micros / 1000).toFixed(1)}ms` : `${micros}us`;
}

/** Samples are 250 ms apart, or twice that and so on, up to 8 s. */
const SHORTEST = SECOND / 4;
const MOST_DOUBLED = 5;

/** How often the shortest interval is doubled, and the logarithm of the weight (RATEEST_final_check of libxt_RATEEST.c). */
function paceOf(interval: number, average: number): { doubled: number; weight: number } {
  let doubled = 0;
  while (doubled <= MOST_DOUBLED && interval > SHORTEST << doubled) doubled++;
  let weight = 1;
  while (weight < 31 && interval / -Math.log(1 - 1 / 2 ** weight) <= average) weight++;
  return { doubled, weight: weight - 1 };
}

/** xt_rateest_tg in net/netfilter/xt_RATEEST.c: the packet is counted, and goes on to the next rule. */
export const RATEEST = target({
  name: 'RATEEST',
  about: 'counts packets and bytes for an estimate of their rate',
  options: {
    'rateest-name': { value: estimatorName, required: true },
    'rateest-interval': { value: time, required: true },
    'rateest-ewmalog': { value: time, required: true },
  },
  check(given, { refuse }) {
    const { doubled, weight } = paceOf(given['rateest-interval']!.value, given['rateest-ewmalog']!.value);
    if (doubled > MOST_DOUBLED) refuse('the longest interval is 8s', 'rateest-interval');
    else if (weight === 0 || weight >= 30) refuse('is out of range', 'rateest-ewmalog');
  },
  print(given) {
    const { doubled, weight } = paceOf(given['rateest-interval']!.value, given['rateest-ewmalog']!.value);
    const interval = SHORTEST << doubled;
    return [
      ...['--rateest-name', given['rateest-name']!.value],
      ...['--rateest-interval', printTime(interval)],
      ...['--rateest-ewmalog', printTime((interval * 2 ** weight) % 2 ** 32)],
    ];
  },
  lower: (given, act) => [
    act.host(
      {
        what: 'RATEEST',
        state: ESTIMATORS,
        name: given['rateest-name']!.value,
        ...paceOf(given['rateest-interval']!.value, given['rateest-ewmalog']!.value),
      },
      question.target('RATEEST'),
    ),
  ],
});

export const RATEESTListed = listed(
  undefined,
  ...['name', 'interval', 'ewmalog'].map((one) => piece(`rateest-${one}`, one)),
);
