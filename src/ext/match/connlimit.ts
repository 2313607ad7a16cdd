import { OWN_STATE } from '../../model/host-test.js';
import { question } from '../../model/question.js';
import { bitsOf, type Family, parseAddress, prefixLength } from '../../net/address.js';
import { match, type Parsed, type ValueContext, ValueError, type ValueKind } from '../define.js';
import type { Listed, ListedText } from '../listed.js';
import { flag, integer, readInteger } from '../values.js';

const MOST = 0xffffffff;

/** The bits of an address that count. A mask is taken too; one that is no prefix stands for all of them. */
const prefix: ValueKind<number> = {
  words: 1,
  shape: 'LENGTH',
  parse([word], { family }) {
    const whole = bitsOf(family);
    const length = readInteger(word!);
    if (length !== undefined && length <= whole) return length;
    const mask = parseAddress(word!);
    if (mask === undefined || mask.length * 32 !== whole)
      throw new ValueError(`"${word}" is neither a prefix length nor a mask`);
    return prefixLength(mask) ?? whole;
  },
  print: (value) => [String(value)],
};

const options = {
  'connlimit-upto': { value: integer(MOST), invert: true, excludes: ['connlimit-above'] },
  'connlimit-above': { value: integer(MOST), invert: true, excludes: ['connlimit-upto'] },
  'connlimit-mask': { value: prefix },
  'connlimit-saddr': { value: flag, excludes: ['connlimit-daddr'] },
  'connlimit-daddr': { value: flag, excludes: ['connlimit-saddr'] },
};
type Given = Parsed<typeof options>;

const prefixOf = (given: Given, family: Family): number => given['connlimit-mask']?.value ?? bitsOf(family);

function words(given: Given, { family }: ValueContext): string[] {
  const one = (given['connlimit-upto'] ?? given['connlimit-above'])!;
  const address = given['connlimit-daddr'] ? '--connlimit-daddr' : '--connlimit-saddr';
  return [`--${one.key}`, `${one.value}`, '--connlimit-mask', `${prefixOf(given, family)}`, address];
}

/**
 * connlimit_mt in net/netfilter/xt_connlimit.c: how many connections the rule has seen of addresses that are alike, the
 * packet's own among them. Which they are is kept by src/run/asked/connlimit.ts.
 */
export const connlimit = match({
  name: 'connlimit',
  about: 'how many connections an address or a network has',
  tracking: true,
  options,
  /** Not up to so many is above, and the other way round. */
  canonical({ 'connlimit-upto': upto, 'connlimit-above': above, ...rest }) {
    const one = upto ?? above;
    if (one === undefined) return rest;
    const key = (upto !== undefined) === one.not ? 'connlimit-above' : 'connlimit-upto';
    return { [key]: { ...one, key, not: false }, ...rest };
  },
  check(given, { refuse }) {
    if (!given['connlimit-upto'] && !given['connlimit-above'])
      refuse('needs one of --connlimit-upto, --connlimit-above');
  },
  print: words,
  lower(given, build, { family }) {
    const one = (given['connlimit-upto'] ?? given['connlimit-above'])!;
    const test = build.host(
      {
        what: 'connlimit',
        state: OWN_STATE,
        side: given['connlimit-daddr'] ? 'dst' : 'src',
        prefix: prefixOf(given, family),
        limit: one.value,
        above: one.key === 'connlimit-above',
      },
      question.match('connlimit', words(given, { family }).join(' ')),
    );
    return [build.from(one, test)];
  },
});

const ADDRESSES: Readonly<Record<string, string>> = { src: '--connlimit-saddr', dst: '--connlimit-daddr' };
const COMPARED: Readonly<Record<string, string>> = { '>': '--connlimit-above', '<=': '--connlimit-upto' };

/** `#conn src/32 > 3`; old iptables left the blank between sign and number out, and stood a `!` for `<=` before. */
export const connlimitListed: Listed = {
  begins: ['#conn'],
  read(text: ListedText) {
    if (!text.take('#conn')) return undefined;
    const group = text.word();
    const [side, mask] = group?.text.split('/') ?? [];
    const sign = text.word();
    const number = text.word();
    const address = ADDRESSES[side ?? ''];
    const option = COMPARED[sign?.text ?? ''];
    if (address === undefined || mask === undefined || option === undefined || number === undefined) return undefined;
    return [
      { text: option, at: sign!.at },
      number,
      { text: '--connlimit-mask', at: group!.at },
      { text: mask, at: group!.at },
      { text: address, at: group!.at },
    ];
  },
};
