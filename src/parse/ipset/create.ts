/** The options of `create`, which a listing's header repeats: what each takes, and for which types. */

import { dimensionsOf, methodOf, type SetOptions, type SetType } from '../../model/set.js';
import { bitsOf, type Family, parseAddress, parseIpv4 } from '../../net/address.js';
import type { Word } from '../text.js';
import { integerOf, parsePortPart } from './port.js';

export interface CreateProblem {
  readonly word: Word;
  readonly message: string;
}

export interface Created {
  readonly family: Family | undefined;
  readonly options: SetOptions;
  readonly problems: readonly CreateProblem[];
}

/** The greatest timeout, as ip_set.h has it: milliseconds in 31 bits. */
export const MAX_TIMEOUT = 2147483;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** Takes the word behind an option; undefined where it is none that fits. */
type Take = (options: Mutable<SetOptions>, text: string, type: SetType, family: Family) => true | undefined;

const number =
  (key: 'hashsize' | 'maxelem' | 'size' | 'bucketsize' | 'initval' | 'timeout', min: number, max: number): Take =>
  (options, text) => {
    const value = integerOf(text, max);
    if (value === undefined || value < min) return undefined;
    options[key] = value;
    return true;
  };

const VALUES: Readonly<Record<string, Take>> = {
  hashsize: (options, text) => {
    const value = integerOf(text, 0x7fffffff);
    if (value === undefined) return undefined;
    // the kernel rounds up to a power of two, of 64 at least
    options.hashsize = 2 ** Math.max(6, Math.ceil(Math.log2(Math.max(1, value))));
    return true;
  },
  maxelem: number('maxelem', 0, 0xffffffff),
  size: number('size', 0, 0xffffffff),
  bucketsize: number('bucketsize', 0, 255),
  initval: number('initval', 0, 0xffffffff),
  timeout: number('timeout', 0, MAX_TIMEOUT),
  netmask: (options, text, type, family) => {
    const value = integerOf(text, bitsOf(family));
    if (value === undefined || value === 0 || type === 'bitmap:port') return undefined;
    options.netmask = value;
    return true;
  },
  bitmask: (options, text, _type, family) => {
    const words = parseAddress(text);
    if (words === undefined || words.length * 32 !== bitsOf(family) || words.every((word) => word === 0))
      return undefined;
    options.bitmask = words;
    return true;
  },
  markmask: (options, text) => {
    const value = integerOf(text, 0xffffffff);
    if (value === undefined || value === 0) return undefined;
    options.markmask = value;
    return true;
  },
  range: (options, text, type) => {
    const range = type === 'bitmap:port' ? portRange(text) : addressRange(text);
    if (range === undefined) return undefined;
    options.range = range;
    return true;
  },
};
const FLAGS: readonly (keyof SetOptions)[] = ['counters', 'comment', 'forceadd', 'skbinfo'];
/** Read and dropped by ipset itself: options of older versions. */
const IGNORED: readonly string[] = ['probes', 'resize', 'gc'];
const IGNORED_FLAGS: readonly string[] = ['-exist', '-!', '--exist'];

/** Which options a type takes besides `timeout` and the flags. */
function takes(type: SetType, option: string): boolean {
  const method = methodOf(type);
  if (option === 'timeout') return true;
  if (method === 'list') return option === 'size';
  if (method === 'bitmap') return option === 'range' || (option === 'netmask' && type === 'bitmap:ip');
  if (option === 'netmask' || option === 'bitmask')
    return type === 'hash:ip' || type === 'hash:ip,port' || type === 'hash:net,net';
  if (option === 'markmask') return type === 'hash:ip,mark';
  return ['hashsize', 'maxelem', 'bucketsize', 'initval'].includes(option);
}

const isOption = (text: string): boolean =>
  Object.hasOwn(VALUES, text) ||
  (FLAGS as readonly string[]).includes(text) ||
  text.startsWith('-') ||
  text === 'family';
const hasFamily = (type: SetType): boolean => methodOf(type) === 'hash' && dimensionsOf(type)[0] !== 'mac';

export function readCreate(type: SetType, words: readonly Word[]): Created {
  const options: Mutable<SetOptions> = {};
  const problems: CreateProblem[] = [];
  const family = methodOf(type) === 'bitmap' ? bitmapFamily(type) : hasFamily(type) ? familyIn(words) : undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const option = word.text.replace(/^--/, '');
    const value = words[i + 1];
    if (IGNORED_FLAGS.includes(word.text)) continue;
    if ((FLAGS as readonly string[]).includes(option)) {
      Object.assign(options, { [option]: true });
      continue;
    }
    if (hasFamily(type) && /^(-4|-6|inet6?)$/.test(option)) continue;
    if (IGNORED.includes(option)) {
      i++;
      continue;
    }
    if (option === 'family' && hasFamily(type)) {
      if (value === undefined || !/^(inet6?|ipv[46]|-[46])$/.test(value.text))
        problems.push({ word: value ?? word, message: 'family is inet or inet6' });
      i++;
      continue;
    }
    const take = Object.hasOwn(VALUES, option) ? VALUES[option] : undefined;
    if (take === undefined || !takes(type, option)) {
      problems.push({ word, message: `${type} has no option ${word.text}` });
      // its value, if it seems to have one
      if (value !== undefined && !isOption(value.text)) i++;
      continue;
    }
    if (value === undefined) problems.push({ word, message: `${option} wants a value` });
    else if (take(options, value.text, type, family ?? 4) === undefined)
      problems.push({ word: value, message: `${option}: ${value.text} is not a value for ${type}` });
    i++;
  }
  return { family, options, problems };
}

const bitmapFamily = (type: SetType): Family | undefined => (type === 'bitmap:port' ? undefined : 4);

function familyIn(words: readonly Word[]): Family {
  return words.some(({ text }, i) => text === '-6' || (text === 'inet6' && i > 0) || (text === 'ipv6' && i > 0))
    ? 6
    : 4;
}

/** Why the kernel refuses a bitmap's range (ip_set_bitmap_ip.c, ip_set_bitmap_port.c), or undefined. */
export function rangeRefusal(options: SetOptions): string | undefined {
  if (options.range === undefined) return 'a bitmap wants a range';
  const [from, to] = options.range;
  const step = 2 ** (32 - (options.netmask ?? 32));
  const size = to - from + 1;
  if (size / step > 65536) return 'the range has more than 65536 members';
  // under a netmask it must be one prefix, a shorter one
  const isPrefix = Number.isInteger(Math.log2(size)) && from % size === 0;
  if (step > 1 && (!isPrefix || size <= step)) return 'the range is not one prefix that the netmask parts';
  return undefined;
}

function addressRange(text: string): [number, number] | undefined {
  const slash = text.indexOf('/');
  if (slash >= 0) {
    const address = parseIpv4(text.slice(0, slash))?.[0];
    const length = integerOf(text.slice(slash + 1), 32);
    if (address === undefined || length === undefined) return undefined;
    const size = 2 ** (32 - length);
    return [address - (address % size), address - (address % size) + size - 1];
  }
  const dash = text.indexOf('-');
  const from = parseIpv4(dash < 0 ? text : text.slice(0, dash))?.[0];
  const to = dash < 0 ? from : parseIpv4(text.slice(dash + 1))?.[0];
  return from === undefined || to === undefined ? undefined : [Math.min(from, to), Math.max(from, to)];
}

function portRange(text: string): [number, number] | undefined {
  const range = parsePortPart(text);
  return typeof range === 'string' ? undefined : [range.min, range.max];
}
