/** Dates, times of day and days, as libxt_time.c of iptables reads and prints them. */
import { ValueError, type ValueKind } from '../define.js';

export const ALL_WEEKDAYS = 0xfe;
export const ALL_MONTHDAYS = 0xfffffffe;
/** INT_MAX: the last second that a save without --datestop has. */
export const LAST_DATE = 0x7fffffff;
export const LAST_SECOND = 86_399;

const two = (number: number): string => String(number).padStart(2, '0');

/** Its parts one behind the other, each behind its sign and cut off anywhere; a part without digits is 0 (strtoul). */
const DATE = /^\s*\+?(\d*)(?:-\s*\+?(\d*)(?:-\s*\+?(\d*)(?:T\s*\+?(\d*)(?::\s*\+?(\d*)(?::\s*\+?(\d*))?)?)?)?)?$/;

/** Seconds since 1970; days that a month has not are those of the next (mktime). */
export const date: ValueKind<number> = {
  words: 1,
  shape: 'YYYY[-MM[-DD[Thh[:mm[:ss]]]]]',
  parse([word]) {
    const parts = DATE.exec(word!)?.slice(1);
    if (parts === undefined) throw new ValueError(`"${word}" is not a date: YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`);
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) =>
      part === undefined ? undefined : Number(part),
    );
    if (year < 1970 || year > 2038) throw new ValueError(`year ${year} is not in 1970..2038`);
    if (month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59)
      throw new ValueError(`"${word}" is not a date: there is no such month, day or time`);
    const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
    if (seconds < 0) throw new ValueError(`"${word}" is before 1970`);
    return seconds;
  },
  print: (seconds) => [new Date(seconds * 1000).toISOString().slice(0, 19)],
};

/** Seconds since midnight. */
export const timeOfDay: ValueKind<number> = {
  words: 1,
  shape: 'hh:mm[:ss]',
  parse([word]) {
    const parts = /^\s*\+?(\d*):\s*\+?(\d*)(?::\s*\+?(\d*))?$/.exec(word!);
    const [hour, minute, second] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
    if (parts === null || hour! > 23 || minute! > 59 || second! > 59)
      throw new ValueError(`"${word}" is not a time of day: hh:mm[:ss], up to 23:59:59`);
    return 3600 * hour! + 60 * minute! + second!;
  },
  print: (seconds) => [[Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':')],
};

/** The beginning of a part as strtoul with base 0 reads it, and what stands behind. */
function numberAt(part: string): { readonly number: number; readonly rest: string } {
  const [, digits, rest] = /^\s*\+?(0x[0-9a-f]+|0[0-7]*|[1-9]\d*|)(.*)$/is.exec(part)!;
  return {
    number: digits!.length > 1 && /^0\d/.test(digits!) ? Number.parseInt(digits!, 8) : Number(digits),
    rest: rest!,
  };
}

/** Parts between commas, each cut after so many characters; none behind the last comma (my_strseg). */
const parts = (word: string, most: number): readonly string[] =>
  word.replace(/,$/, '') === ''
    ? word === ''
      ? []
      : ['']
    : word
        .replace(/,$/, '')
        .split(',')
        .map((part) => part.slice(0, most));

const daysOf = (mask: number, last: number): number[] =>
  Array.from({ length: last }, (_, i) => i + 1).filter((day) => (mask & (1 << day)) !== 0);

/** A bit for each. Bit 0 is a day that never comes. None at all is printed as a word of its own, where iptables-save prints nothing. */
export const monthdays: ValueKind<number> = {
  words: 1,
  shape: 'DAY[,DAY…]',
  parse: ([word]) =>
    parts(word!, 2).reduce((mask, part) => {
      const { number, rest } = numberAt(part);
      if (rest !== '' || number > 31) throw new ValueError(`"${part}" is not a day of a month: 1 to 31`);
      return (mask | (1 << number)) >>> 0;
    }, 0),
  print: (mask) => [daysOf(mask, 31).join(',') || '""'],
};

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A bit for each, Monday's is bit 1. Two letters tell a day; numbers go round in the kernel's byte. */
export const weekdays: ValueKind<number> = {
  words: 1,
  shape: 'DAY[,DAY…]',
  parse: ([word]) =>
    parts(word!, 3).reduce((mask, part) => {
      const { number, rest } = numberAt(part);
      const named = WEEKDAYS.findIndex((name) => part.slice(0, 2) === name.slice(0, 2)) + 1;
      const day = rest === '' ? number : named;
      if (day === 0) throw new ValueError(`"${part}" is not a day of the week: ${WEEKDAYS.join(', ')}, or 1 to 7`);
      return (mask | (1 << day)) & 0xff;
    }, 0),
  print: (mask) => [
    daysOf(mask, 7)
      .map((day) => WEEKDAYS[day - 1])
      .join(',') || '""',
  ],
};
