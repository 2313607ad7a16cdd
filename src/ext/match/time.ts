import { question } from '../../model/question.js';
import type { TimeTest } from '../../model/told-test.js';
import { match, type Parsed } from '../define.js';
import { type Listed, type ListedText, piece, takePiece } from '../listed.js';
import { flag } from '../values.js';
import {
  ALL_MONTHDAYS,
  ALL_WEEKDAYS,
  date,
  LAST_DATE,
  LAST_SECOND,
  monthdays,
  timeOfDay,
  weekdays,
} from './time-values.js';

const options = {
  timestart: { value: timeOfDay },
  timestop: { value: timeOfDay },
  monthdays: { value: monthdays, invert: true },
  // as the patch of old called it
  weekdays: { value: weekdays, invert: true, alias: ['days'] },
  datestart: { value: date },
  datestop: { value: date },
  utc: { value: flag, excludes: ['kerneltz', 'localtz'] },
  kerneltz: { value: flag, excludes: ['utc'] },
  localtz: { value: flag, excludes: ['utc'] },
  contiguous: { value: flag },
} as const;

type Given = Parsed<typeof options>;

/** What time_mt asks: struct xt_time_info. */
const windowOf = (given: Given): Omit<TimeTest, 'what'> => ({
  start: given.timestart?.value ?? 0,
  stop: given.timestop?.value ?? LAST_SECOND,
  monthdays: turned(given.monthdays, ALL_MONTHDAYS),
  weekdays: turned(given.weekdays, ALL_WEEKDAYS),
  from: given.datestart?.value ?? 0,
  to: given.datestop?.value ?? LAST_DATE,
  kernelZone: given.kerneltz !== undefined || given.localtz !== undefined,
  contiguous: given.contiguous !== undefined,
});

/** iptables turns days round itself. */
const turned = (days: Given['monthdays'], all: number): number =>
  days === undefined ? all : days.not ? (days.value ^ all) >>> 0 : days.value;

/** A save of iptables of 64 bits always says when it ends. */
function wordsOf(given: Given): readonly string[] {
  const { start, stop, from, to, kernelZone, contiguous, ...days } = windowOf(given);
  const plain = { family: 4 } as const;
  return [
    ...(start === 0 && stop === LAST_SECOND
      ? []
      : ['--timestart', ...timeOfDay.print(start, plain), '--timestop', ...timeOfDay.print(stop, plain)]),
    ...(days.monthdays === ALL_MONTHDAYS ? [] : ['--monthdays', ...monthdays.print(days.monthdays, plain)]),
    ...(days.weekdays === ALL_WEEKDAYS ? [] : ['--weekdays', ...weekdays.print(days.weekdays, plain)]),
    ...(from === 0 ? [] : ['--datestart', ...date.print(from, plain)]),
    ...['--datestop', ...date.print(to, plain)],
    ...(kernelZone ? ['--kerneltz'] : []),
    ...(contiguous ? ['--contiguous'] : []),
  ];
}

/** time_mt in net/netfilter/xt_time.c: when the packet is looked at, by the kernel's clock. */
export const time = match({
  name: 'time',
  about: 'when the packet comes: dates, times of day, days of the week and of the month',
  options,
  check(given, { refuse }) {
    const { start, stop } = windowOf(given);
    if (given.contiguous && start < stop)
      refuse('means something only where --timestop is before --timestart', 'contiguous');
  },
  print: wordsOf,
  lower: (given, build) => [
    build.host({ what: 'time', ...windowOf(given) }, question.match('time', wordsOf(given).join(' '))),
  ],
});

const at = (text: ListedText, key: string, ...as: readonly string[]) => takePiece(text, piece(key, ...as)) ?? [];

/** Dates stand there with a blank; without UTC it is the kernel's time zone. */
export const timeListed: Listed = {
  begins: ['TIME'],
  read(text) {
    if (!text.take('TIME')) return undefined;
    const words = [...at(text, 'timestart', 'from'), ...at(text, 'timestop', 'to')];
    for (;;) {
      const from = text.at;
      if (!text.take('on')) break;
      const isOfMonth = /^\d/.test(text.peek());
      text.at = from;
      const days = takePiece(text, {
        ...piece(isOfMonth ? 'monthdays' : 'weekdays', 'on'),
        words: (value) => [value.replace(/(?<=\d)(st|nd|rd|th)/g, '')],
      });
      if (days === undefined) break;
      words.push(...days);
    }
    for (const [key, as] of [
      ['datestart', 'starting from'],
      ['datestop', 'until date'],
    ] as const) {
      const day = takePiece(text, piece(key, as));
      const hour = day && text.word();
      if (day === undefined || hour === undefined) continue;
      words.push(day[0]!, { ...day[1]!, text: `${day[1]!.text}T${hour.text}` });
    }
    const here = text.at;
    if (!text.take('UTC')) words.push({ text: '--kerneltz', at: { column: here + 1, length: 0 } });
    if (text.take('contiguous')) words.push({ text: '--contiguous', at: { column: here + 1, length: 0 } });
    return words;
  },
};
