/** What a limit of the core's leaves, as its cell has it. */
import { LIMIT_CREDITS_PER_MS } from '../abi.js';
import type { Test } from '../model/condition.js';
import type { LimitReading } from '../model/limit-reading.js';

/** Seconds of the units of a rate. */
const UNITS = [1, 60, 3600, 86_400];
/** What a rate lost where the kernel made whole numbers of it. */
const LOST = 0.01;

export function limitReading({ cost }: Extract<Test, { kind: 'limit' }>, credit: number): LimitReading {
  const numbers = UNITS.map((seconds) => ({
    seconds,
    number: (seconds * 1000 * LIMIT_CREDITS_PER_MS) / cost,
    bytes: false,
  }));
  const whole = numbers.find(({ number }) => number > 1 - LOST && Math.abs(number - Math.round(number)) < LOST);
  const rate = whole ?? numbers.at(-1)!;
  return {
    what: 'limit',
    rate: { ...rate, number: whole ? Math.round(rate.number) : +rate.number.toPrecision(4) },
    left: Math.floor(credit / cost),
  };
}
