import { LIMIT_CREDITS_PER_MS } from '../../abi.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { integer } from '../values.js';
import { RATE_UNITS } from './rate-units.js';

/** XT_LIMIT_SCALE of xt_limit.h: a rate is held as ten-thousandths of a second from packet to packet. */
const SCALE = 10_000;
const USUAL_RATE = (SCALE * 3_600) / 3;
const USUAL_BURST = 5;

/** Reads a number as atoi does, and a unit cut anywhere; the value is the time from packet to packet. */
export const rate: ValueKind<number> = {
  words: 1,
  shape: 'NUMBER[/second|/minute|/hour|/day]',
  parse([word]) {
    const parts = /^\s*\+?(\d+)(?!\d)[^/]*(?:\/(.+))?$/.exec(word!);
    const unit = parts?.[2]?.toLowerCase() ?? 'second';
    const found = RATE_UNITS.find(([, long]) => long.startsWith(unit));
    if (parts === null || word!.endsWith('/') || found === undefined)
      throw new ValueError(`"${word}" is not a rate: a number, "/" and second, minute, hour or day`);
    const number = Number(parts[1]);
    if (number === 0) throw new ValueError(`"${word}" is not a rate: 0`);
    if (Math.floor(number / found[2]) > SCALE) throw new ValueError(`"${word}" is faster than ${SCALE} a second`);
    const period = Math.floor((SCALE * found[2]) / number);
    if (period === 0) throw new ValueError(`"${word}" is faster than ${SCALE} a second`);
    return period;
  },
  print: (period) => [printRate(period)],
};

/** In the largest unit in which little is lost, as print_rate of libxt_limit.c finds it. */
function printRate(period: number): string {
  let i = 1;
  for (; i < RATE_UNITS.length; i++) {
    const unit = SCALE * RATE_UNITS[i]![2];
    if (period > unit || Math.floor(unit / period) < unit % period) break;
  }
  const [name, , seconds] = RATE_UNITS[i - 1]!;
  return `${Math.floor((SCALE * seconds) / period)}/${name}`;
}

/**
 * user2credits of xt_limit.c, in 32 bits that run over. CREDITS_PER_JIFFY is the power of two below
 * 2^32 / (HZ * a day): 32 at HZ 1000, 128 at HZ 250, which are 32,000 credits a second either way (25,600 at HZ 100).
 */
const CREDITS_PER_SECOND = LIMIT_CREDITS_PER_MS * 1000;
function credits(period: number): number {
  if (period > Math.floor(0xffffffff / CREDITS_PER_SECOND))
    return Math.imul(Math.floor(period / SCALE), CREDITS_PER_SECOND) >>> 0;
  return Math.floor((period * CREDITS_PER_SECOND) / SCALE);
}
/** The cost of a packet and the greatest credit, in credits: what limit_mt_check makes of rate and burst. */
const bucket = (period: number, burst: number) => ({
  cost: credits(period),
  cap: credits(Math.imul(period, burst) >>> 0),
});

/** limit_mt in net/netfilter/xt_limit.c: a token bucket that starts full. */
export const limit = match({
  name: 'limit',
  about: 'so many packets a second, minute, hour or day, and a burst',
  options: {
    limit: { value: rate },
    'limit-burst': { value: integer(10_000) },
  },
  check(given, rule) {
    const burst = given['limit-burst']?.value ?? USUAL_BURST;
    const { cost, cap } = bucket(given.limit?.value ?? USUAL_RATE, burst);
    if (burst === 0 || cap < cost)
      rule.refuse('rate and burst are more than the kernel can count', 'limit-burst', 'take a lower burst');
  },
  print(given, context) {
    const burst = given['limit-burst']?.value ?? USUAL_BURST;
    const words = ['--limit', ...rate.print(given.limit?.value ?? USUAL_RATE, context)];
    return burst === USUAL_BURST ? words : [...words, '--limit-burst', String(burst)];
  },
  lower(given, build) {
    const { cost, cap } = bucket(given.limit?.value ?? USUAL_RATE, given['limit-burst']?.value ?? USUAL_BURST);
    return [build.limit(cost, cap)];
  },
});

export const limitListed = listed('limit:', piece('limit', 'avg'), piece('limit-burst', 'burst'));
