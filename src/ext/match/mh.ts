import type { NumberRange } from '../../model/condition.js';
import { Protocol } from '../../net/protocol.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { readInteger } from '../values.js';
import { field, Header, mustEqual, printedBut, within } from './header6.js';

/** By type, with what each is called too. */
const NAMES: readonly (readonly [name: string, short: string])[] = [
  ['binding-refresh-request', 'brr'],
  ['home-test-init', 'hoti'],
  ['careof-test-init', 'coti'],
  ['home-test', 'hot'],
  ['careof-test', 'cot'],
  ['binding-update', 'bu'],
  ['binding-acknowledgement', 'ba'],
  ['binding-error', 'be'],
];

/** A name in whole, or else the first that begins so; a number where none does (name_to_type of libip6t_mh.c). */
function typeOf(word: string): number {
  const lower = word.toLowerCase();
  const exact = NAMES.findIndex((names) => names.includes(lower));
  const found = exact >= 0 ? exact : NAMES.findIndex((names) => names.some((name) => name.startsWith(lower)));
  const value = found >= 0 ? found : readInteger(word);
  if (value === undefined || value > 255)
    throw new ValueError(`"${word}" is neither a mobility header type nor the name of one`);
  return value;
}

const types: ValueKind<NumberRange> = {
  words: 1,
  shape: 'TYPE[:TYPE]',
  parse([word]) {
    const colon = word!.indexOf(':');
    if (colon < 0) {
      const only = typeOf(word!);
      return { min: only, max: only };
    }
    const [first, last] = [word!.slice(0, colon), word!.slice(colon + 1)];
    const range = { min: first === '' ? 0 : typeOf(first), max: last === '' ? 255 : typeOf(last) };
    if (range.min > range.max)
      throw new ValueError(`"${word}" is not a range: ${range.min} is greater than ${range.max}`);
    return range;
  },
  print: ({ min, max }) => [min === max ? `${min}` : `${min}:${max}`],
};

const options = { 'mh-type': { value: types, invert: true } };
/** IPPROTO_NONE: nothing stands behind a mobility header. */
const NOTHING = 59;

/** mh_mt6 in net/ipv6/netfilter/ip6t_mh.c. */
export const mh = match({
  name: 'mh',
  about: 'the mobility header of IPv6',
  families: [6],
  protocols: [Protocol.Mobility],
  options,
  print: (given, context) => printedBut('mh-type', 255, options, given, context),
  lower: (given, build) => [
    build.header(6),
    mustEqual(field(Header.Mobility, 0, 24, 255, 'next-header'), NOTHING),
    build.when(given['mh-type'], (range) => within(field(Header.Mobility, 0, 8, 255, 'mobility-type'), range)),
  ],
});

/** `mh home-test:careof-test`, `mh !3`; all types print nothing. */
export const mhListed: Listed = {
  begins: ['mh'],
  read(text) {
    if (!text.take('mh')) return undefined;
    const from = text.at;
    const not = takeNot(text);
    const value = /^(\d|binding-|home-|careof-)/.test(text.peek()) ? text.word() : undefined;
    if (value === undefined) {
      text.at = from;
      return [];
    }
    const { at } = value;
    return [...(not ? [{ text: '!', at }] : []), { text: '--mh-type', at }, value];
  },
};
