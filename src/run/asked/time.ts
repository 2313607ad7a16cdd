/** time_mt of net/netfilter/xt_time.c, by the packets' clock. */
import type { TimeTest } from '../../model/told-test.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

const DAY = 86_400;
/** 2000-01-01: what is before it counts from another beginning than 1970, and says nothing of the time of day. */
const FIRST = 946_684_800;
/** The widest zones that settimeofday takes, in minutes. */
const WIDEST = 15 * 60;

export function time(test: TimeTest, asking: Asking): TestAnswer {
  // to the millisecond, which is as fine as clocks are told
  const now = Math.floor(Math.round(asking.time * 1000) / 1000);
  if (now < FIRST) return undefined;
  const answer = test.kernelZone ? inAnyZone(test, now) : within(test, now);
  if (answer !== undefined) asking.tell(() => ({ what: 'time', time: now }));
  return answer;
}

/** No text tells the kernel's time zone: known is what is the same in each. */
function inAnyZone(test: TimeTest, now: number): boolean | undefined {
  const answer = within(test, now);
  for (let minutes = -WIDEST; minutes <= WIDEST; minutes++)
    if (within(test, now - 60 * minutes) !== answer) return undefined;
  return answer;
}

function within({ from, to, start, stop, weekdays, monthdays, contiguous }: TimeTest, now: number): boolean {
  if (now < from || now > to) return false;
  const second = now % DAY;
  const overMidnight = start >= stop;
  if (overMidnight ? second < start && second > stop : second < start || second > stop) return false;
  const day = overMidnight && contiguous && second <= stop ? now - DAY : now;
  // 1970 began on a Thursday
  const weekday = ((3 + Math.floor(day / DAY)) % 7) + 1;
  return (weekdays & (1 << weekday)) !== 0 && (monthdays & (1 << new Date(1000 * day).getUTCDate())) !== 0;
}
