import { OWN_STATE } from '../../model/host-test.js';
import type { HashlimitTest } from '../../model/limit-test.js';
import { question } from '../../model/question.js';
import type { Word } from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import { match, type Parsed, ValueError, type ValueKind } from '../define.js';
import { type Listed, piece, takePiece } from '../listed.js';
import { bareText, flag, integer, integerOf } from '../values.js';
import {
  burst,
  hashPace,
  isCounted,
  type Pace,
  paceOf,
  printPace,
  rate,
  rateWords,
  windowRate,
} from './hashlimit-values.js';

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'] as const;
type Mode = (typeof MODES)[number];

/** Some of four words between commas or bars; none is none of them. */
const mode: ValueKind<readonly Mode[]> = {
  words: 1,
  shape: 'MODE[,MODE…]',
  parse([word]) {
    const given = word!.split(/[,|]/).filter((one) => one !== '');
    const wrong = given.find((one) => !MODES.includes(one as Mode));
    if (wrong !== undefined) throw new ValueError(`"${wrong}" is none of ${MODES.join(', ')}`);
    return MODES.filter((one) => given.includes(one));
  },
  print: (modes) => [modes.join(',')],
};

/** In the place of a name that a listing does not show. */
const NOT_SHOWN = '?';
/** char name[NAME_MAX] of xt_hashlimit.h; it becomes a file's name (xt_check_proc_name). */
const cut = bareText(254);
const tableName: ValueKind<string> = {
  ...cut,
  parse(words, context) {
    const name = cut.parse(words, context);
    if (/^\.{1,2}$|\//.test(name)) throw new ValueError(`"${name}" is no name of a file`);
    return name;
  },
};

/** HASHLIMIT_MAX_SIZE: what is more is cut to it. */
const SIZE_MAX = 1_048_576;
const size: ValueKind<number> = {
  words: 1,
  shape: 'NUMBER',
  parse: ([word]) => Math.min(integerOf(word!, 0xffffffff), SIZE_MAX),
  print: (value) => [String(value)],
};

const width = (family: Family): number => (family === 4 ? 32 : 128);
const prefix: ValueKind<number> = {
  words: 1,
  shape: 'LENGTH',
  parse: ([word], { family }) => integerOf(word!, width(family)),
  print: (length) => [String(length)],
};

/** As atoi reads it. */
const seconds: ValueKind<number> = {
  words: 1,
  shape: 'SECONDS',
  parse([word]) {
    const value = Number(/^\s*\+?(\d+)/.exec(word!)?.[1] ?? 0);
    if (value < 1 || value > 0x7fffffff) throw new ValueError(`"${word}" is not a number of seconds`);
    return value;
  },
  print: (value) => [String(value)],
};

/** XT_HASHLIMIT_GCINTERVAL. */
const USUAL_GC = 1000;
const milliseconds = integer(0xffffffff, String, 1);
const options = {
  'hashlimit-upto': { value: rate, alias: ['hashlimit'], invert: true, excludes: ['hashlimit-above'] },
  'hashlimit-above': { value: rate, invert: true, excludes: ['hashlimit-upto'] },
  'hashlimit-burst': { value: burst },
  'hashlimit-mode': { value: mode },
  'hashlimit-name': { value: tableName, required: true },
  'hashlimit-htable-size': { value: size },
  'hashlimit-htable-max': { value: size },
  'hashlimit-htable-gcinterval': { value: milliseconds },
  'hashlimit-htable-expire': { value: milliseconds },
  'hashlimit-srcmask': { value: prefix },
  'hashlimit-dstmask': { value: prefix },
  'hashlimit-rate-match': { value: flag },
  'hashlimit-rate-interval': { value: seconds },
} as const;
type Options = Parsed<typeof options>;

const paceOfOptions = (given: Options): Pace | string =>
  paceOf(
    (given['hashlimit-upto'] ?? given['hashlimit-above'])!.value,
    given['hashlimit-burst']?.value,
    given['hashlimit-rate-match'] !== undefined,
    given['hashlimit-rate-interval']?.value,
  );

function testOf(given: Options, family: Family): HashlimitTest {
  const pace = paceOfOptions(given) as Pace;
  const shown = given['hashlimit-name']!.value;
  const name = shown === NOT_SHOWN ? undefined : shown;
  const masks = { src: given['hashlimit-srcmask']?.value, dst: given['hashlimit-dstmask']?.value };
  return {
    what: 'hashlimit',
    // which rules share one that is not named nobody knows
    state: name === undefined ? OWN_STATE : `hashlimit:${name}`,
    name,
    modes: given['hashlimit-mode']?.value ?? [],
    masks: { src: masks.src ?? width(family), dst: masks.dst ?? width(family) },
    size: given['hashlimit-htable-size']?.value ?? 0,
    max: given['hashlimit-htable-max']?.value ?? 0,
    gc: given['hashlimit-htable-gcinterval']?.value ?? USUAL_GC,
    expire: given['hashlimit-htable-expire']?.value ?? pace.lasts,
    pace: hashPace(pace),
    rate: rateWords(pace),
  };
}

/** hashlimit_mt_common in net/netfilter/xt_hashlimit.c. */
export const hashlimit = match({
  name: 'hashlimit',
  about: 'a rate of packets or bytes for each address, port or pair of them',
  options,
  unlisted: ['hashlimit-name'],
  canonical(given) {
    const { 'hashlimit-upto': upto, 'hashlimit-above': above, ...rest } = given;
    if (upto?.not) return { ...rest, 'hashlimit-above': { ...upto, key: 'hashlimit-above', not: false } };
    return above?.not ? { ...rest, 'hashlimit-upto': { ...above, key: 'hashlimit-upto', not: false } } : given;
  },
  check(given, { refuse }) {
    if (!given['hashlimit-upto'] && !given['hashlimit-above'])
      return refuse('needs one of --hashlimit-upto, --hashlimit-above');
    const pace = paceOfOptions(given);
    if (typeof pace === 'string') return refuse(pace, 'hashlimit-burst');
    if (!isCounted(pace)) refuse('rate and burst are more than the kernel can count', 'hashlimit-burst');
  },
  print(given, { family }) {
    const pace = paceOfOptions(given) as Pace;
    const { rate: text, burst: most, lasts } = printPace(pace);
    const shown = (key: keyof Options, usual: unknown, value: unknown = given[key]?.value) =>
      value === undefined || value === usual ? [] : [`--${key}`, String(value)];
    const modes = given['hashlimit-mode']?.value ?? [];
    return [
      ...[given['hashlimit-upto'] ? '--hashlimit-upto' : '--hashlimit-above', text],
      ...(most === undefined ? [] : ['--hashlimit-burst', most]),
      ...(modes.length === 0 ? [] : ['--hashlimit-mode', modes.join(',')]),
      ...shown('hashlimit-name', undefined),
      ...shown('hashlimit-htable-size', 0),
      ...shown('hashlimit-htable-max', 0),
      ...shown('hashlimit-htable-gcinterval', USUAL_GC),
      ...shown('hashlimit-htable-expire', lasts, given['hashlimit-htable-expire']?.value ?? pace.lasts),
      ...shown('hashlimit-srcmask', width(family)),
      ...shown('hashlimit-dstmask', width(family)),
      ...(pace.interval === 0 ? [] : ['--hashlimit-rate-match']),
      ...(pace.interval < 2 ? [] : ['--hashlimit-rate-interval', String(pace.interval)]),
    ];
  },
  lower(given, build, { family }) {
    const above = given['hashlimit-above'];
    const test = build.host(testOf(given, family), question.limit);
    return [build.from({ ...(given['hashlimit-upto'] ?? above)!, not: above !== undefined }, test)];
  },
});

/** What stands behind the rate, in this order, as options are called. */
const LISTED_OPTIONS = [
  'burst',
  'mode',
  ...['size', 'max', 'gcinterval', 'expire'].map((one) => `htable-${one}`),
  'srcmask',
  'dstmask',
];

/**
 * `limit: up to 5/min burst 5 mode srcip-dstip`; that of iptables 1.3, `limit: avg 5/min burst 5 mode srcip`, begins as the one
 * of limit does. The name of the table is not shown.
 */
export const hashlimitListed: Listed = {
  begins: ['limit:'],
  read(text) {
    if (!text.take('limit:')) return undefined;
    const old = text.take('avg');
    const key = text.take('above') ? 'above' : old || text.take('up to') ? 'upto' : undefined;
    const given = key && text.word();
    if (!given) return undefined;
    const { at } = given;
    const values = new Map<string, Word>();
    for (const one of LISTED_OPTIONS) {
      const found = takePiece(text, piece(one));
      if (found !== undefined) values.set(one, found[1]!);
    }
    const modes = values.get('mode');
    if (old && modes === undefined) return undefined;
    if (modes) values.set('mode', { text: modes.text.replaceAll('-', ','), at: modes.at });
    const byWindow = text.take('rate-match');
    const interval = byWindow ? takePiece(text, piece('rate-interval'))?.[1] : undefined;
    const ofWindow =
      byWindow && !given.text.endsWith('b/s') ? windowRate(given.text, Number(interval?.text ?? 1)) : undefined;
    if (ofWindow && !values.has('htable-expire')) values.set('htable-expire', { text: `${ofWindow.lasts}`, at });
    return [
      ...option(`hashlimit-${key}`, { text: ofWindow?.rate ?? given.text, at }),
      ...[...values].flatMap(([name, value]) => option(`hashlimit-${name}`, value)),
      ...option('hashlimit-name', { text: NOT_SHOWN, at }),
      ...(byWindow ? [{ text: '--hashlimit-rate-match', at }] : []),
      ...(interval ? option('hashlimit-rate-interval', interval) : []),
    ];
  },
};
const option = (name: string, value: Word): Word[] => [{ text: `--${name}`, at: value.at }, value];
